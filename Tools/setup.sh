#!/bin/sh
# Gets the machine ready: installs what is missing, and nothing else. Done already, it ends in a moment.
#
# Usage: Tools/setup.sh build|test|bench     each holds the one before
# Debian 12 and its kin. Packages are installed by apt-get, as root or through sudo. POSIX sh.
set -eu
cd "$(dirname "$0")/.."
stage=${1:-build}

say() { printf 'setup: %s\n' "$*" >&2; }
give_up() { say "$@"; exit 1; }

# What to link against: OpenSSL, curl (mail), qrencode (QR codes), SQLite, zlib and Expat (workbooks), libpq, libjose (tokens); a C++ runtime for the Swift linker.
packages='libssl-dev libcurl4-openssl-dev libqrencode-dev libsqlite3-dev zlib1g-dev libexpat1-dev libpq-dev libjose-dev pkg-config g++ ca-certificates git'
# Programs that are not ours and check our results.
test_packages='openssl sqlite3 oathtool zbar-tools librsvg2-bin graphviz swaks strace curl jq jose'
# Messages in other languages: msgmerge, msgfmt.
test_packages="$test_packages gettext"
# A browser, its driver, and letters to draw with.
test_packages="$test_packages chromium chromium-driver fonts-dejavu-core"
# A mail server that people use: started by the tests, on loopback, with a configuration of their own.
test_packages="$test_packages postfix dovecot-core"
# A database server of the tests' own, on no network, and a pooler before it.
test_packages="$test_packages postgresql-15 pgbouncer"
# Clients of OpenID providers; of Apache its program alone, without the package that makes it a service of this machine.
test_packages="$test_packages apache2-bin libapache2-mod-auth-openidc libapache2-mod-oauth2 oidc-agent-cli"
# What is measured against.
bench_packages='liboath-dev wrk'
case $stage in
build) ;;
test) packages="$packages $test_packages" ;;
bench) packages="$packages $test_packages $bench_packages" ;;
*) give_up "unknown stage '$stage': build, test or bench" ;;
esac

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Prints those of the named packages that are not installed.
missing_of() {
    for name in "$@"; do
        # An unknown package is missing too; dpkg-query's complaint about it says nothing more.
        status=$(dpkg-query -W -f=' ${db:Status-Status} ' "$name" 2>/dev/null) || status=
        case $status in *' installed '*) ;; *) printf '%s ' "$name" ;; esac
    done
}

install() {
    missing=$(missing_of "$@")
    if [ -z "$missing" ]; then return 0; fi
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
        give_up "packages are missing, and there is no sudo. As root: apt-get install --no-install-recommends $missing"
    fi
    say "installing what is missing, by apt-get: $missing"
    as_root apt-get update -qq >&2
    # Not a mail server for this machine: it gets no configuration, and hence is not started.
    case $missing in
    *postfix*) echo 'postfix postfix/main_mailer_type select No configuration' | as_root debconf-set-selections ;;
    esac
    # Nor a database server: the package would make a cluster and start it.
    case $missing in
    *postgresql*)
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql-common >&2
        as_root sed -i 's/^#\{0,1\}create_main_cluster.*/create_main_cluster = false/' \
            /etc/postgresql-common/createcluster.conf
        ;;
    esac
    # shellcheck disable=SC2086 # A list of words.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >&2
}

check_swift() {
    command -v swift >/dev/null 2>&1 ||
        give_up "there is no Swift. Install 6.3 or later from https://www.swift.org/install/linux/ and try again."
    # Asking the compiler takes longer than all the rest, so its answer is kept for as long as it is the same program.
    compiler=$(readlink -f "$(command -v swift)")
    mark=.build/setup-swift
    if [ -f "$mark" ] && [ "$(cat "$mark")" = "$compiler" ] && [ ! "$compiler" -nt "$mark" ]; then return 0; fi
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    [ -n "$version" ] || give_up "$compiler does not run: 'swift --version' says why."
    # shellcheck disable=SC2086 # Two words, two parameters.
    set -- $version
    if [ "$1" -lt 6 ] || { [ "$1" -eq 6 ] && [ "$2" -lt 3 ]; }; then
        give_up "Swift $1.$2 is too old; 6.3 or later comes from https://www.swift.org/install/linux/"
    fi
    mkdir -p .build
    printf '%s\n' "$compiler" >"$mark"
}

# A Python of our own in .build/venv, so that nothing is installed into the system's.
make_venv() {
    if cmp -s Tests/requirements.txt .build/venv/requirements.txt && [ -x .build/venv/bin/python3 ]; then return 0; fi
    python=python3
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        install python3-venv
        python=/usr/bin/python3
    fi
    say "making .build/venv with the Python packages of Tests/requirements.txt"
    rm -rf .build/venv
    mkdir -p .build
    "$python" -m venv .build/venv
    .build/venv/bin/python3 -m pip install --quiet --disable-pip-version-check --no-deps \
        -r Tests/requirements.txt
    # Last, so that an interrupted installation begins anew.
    cp Tests/requirements.txt .build/venv/requirements.txt
}

if command -v dpkg-query >/dev/null 2>&1; then
    # shellcheck disable=SC2086 # A list of words.
    install $packages
else
    say "this is no Debian: nothing is installed. On Debian these would be needed: $packages"
fi
check_swift
if [ "$stage" != build ]; then make_venv; fi
