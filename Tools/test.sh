#!/usr/bin/env bash
# Builds everything, the program included, and runs the tests. Fails if one fails, and if none ran.
#
# Usage: Tools/test.sh [OPTIONS OF swift test]     e.g. --filter TOTP
set -euo pipefail
cd "$(dirname "$0")/.."
export USHER_TEST_PYTHON=${USHER_TEST_PYTHON:-$PWD/.build/venv/bin/python3}
# Swift Testing starts all tests at once, hundreds of programs and browsers among them; so many wait for each other less.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-12}
log=.build/test.log
# Optimized, as what is shipped, which takes a third less of the time; in a folder of its own, for other options than
# those of `swift build` would have it begin anew each time.
options=(--scratch-path .build/tests -Xswiftc -O)

# Runs tests, and fails if one does, or if there was none: a filter that matches nothing ends with success.
run() {
    # All tests are Swift Testing's; without XCTest there is no second runner that finds nothing and calls it success.
    if ! swift test "${options[@]}" --skip-build --disable-xctest "$@" 2>&1 | tee "$log"; then
        # Once more at the end, where they are looked for: among tens of thousands of lines nobody finds them.
        echo "test: what failed, out of $log:" >&2
        grep -A 30 -F ' recorded an issue ' "$log" | cut -c 1-400 | head -n 400 >&2
        exit 1
    fi
    if ! grep -Eq 'Test run with [1-9][0-9]* tests? .*passed' "$log"; then
        echo "test: no test ran" >&2
        exit 1
    fi
}

swift build --build-tests "${options[@]}"
run "$@"
if [ $# -eq 0 ]; then
    # Once more what keeps something, on the other database; what is not about the database need not be asked twice.
    # A server beside the programs wants its share of the machine.
    export USHER_TEST_DATABASE=postgresql SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=8
    run --filter '^(OnboardingTests|CrashTests|AcceptanceTests)\.' --skip \
        'Terminal|Language|Workflow(Draw|Schema|Simulate)|HostileDefinition|DefinitionFile|Usage|Setting|OTPCommand|RealMail|ServingTests|OpenIDClientTests'
fi
