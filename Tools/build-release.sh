#!/bin/sh
# Builds .build/release/usher, which runs on a machine without Swift. POSIX sh.
set -eu
cd "$(dirname "$0")/.."

if [ ! -x .build/release/usher ]; then
    echo "Building the release. The first time takes minutes (about seven on two cores); after that, seconds." >&2
fi
# The Swift runtime goes into the binary; symbols that nobody needs to run it stay out (-s).
swift build --configuration release --product usher --static-swift-stdlib -Xlinker -s >&2
