#!/bin/sh
# Builds .build/release/usher, which runs on a machine without Swift, or another product with what that has built.
# POSIX sh.
#
# Usage: Tools/build-release.sh [PRODUCT]
set -eu
cd "$(dirname "$0")/.."

product=${1:-usher}
if [ ! -x ".build/release/$product" ]; then
    echo "Building the release. The first time takes minutes (about seven on two cores); after that, seconds." >&2
fi
# The Swift runtime goes into the binary; symbols that nobody needs to run it stay out (-s).
swift build --configuration release --product "$product" --static-swift-stdlib -Xlinker -s >&2
