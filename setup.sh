#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Everything from a bare Debian 12 or 13: missing packages, Mbed TLS, a build, the demonstration,
# tests.
# Lists of packages are words; apt has dollars of its own.
# shellcheck disable=SC2086,SC2016
set -eu
cd "$(dirname "$0")"

usage() {
    cat <<'TEXT'
usage: ./setup.sh demo     build, play every scenario below scenarios/, and write out/:
                           results, traces, diagrams
       ./setup.sh test     build, and pass the tests; the last line is "N passed, N failed"
       ./setup.sh build    build only: build/release/mailtls

Each can be repeated; what is there is not fetched or built again.

environment:
  MAILTLS_MBEDTLS_SOURCE   an Mbed TLS 3.6.x source directory or tarball, instead of fetching one
                           For those who work on mailtls:
  MAILTLS_WERROR           ON: a warning of the compiler is an error
  MAILTLS_BUILD_COST       ON: note what each compilation costs, for tests/build/cost.py
TEXT
}

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 7; }

# Debian's names. Where releases call it differently, `a|b`: the first that this one has.
build_packages='g++ cmake ninja-build pkg-config libfmt-dev liblua5.4-dev libgraphviz-dev
    libcli11-dev libtomlplusplus-dev nlohmann-json3-dev libre2-dev libssl-dev zlib1g-dev fontconfig
    fonts-inter fonts-jetbrains-mono bzip2'
# Debian 12's libboost-test-dev is 1.74, which is too old and in the way of 1.81: it comes last.
test_packages='libboost-test1.83-dev|libboost-test1.81-dev|libboost-test-dev libldns-dev openssl
    tshark python3 python3-dkim python3-jsonschema python3-yaml libxml2-utils parallel perl scdoc'

# Names that were looked up, not tried: docs/systems.md.
fedora_build='gcc-c++ cmake ninja-build pkgconf-pkg-config fmt-devel lua-devel graphviz-devel
    cli11-devel tomlplusplus-devel json-devel re2-devel openssl-devel zlib-devel fontconfig
    rsms-inter-fonts jetbrains-mono-fonts bzip2'
fedora_test='boost-devel ldns-devel openssl wireshark-cli python3 python3-dkimpy python3-jsonschema
    python3-pyyaml libxml2 parallel perl scdoc'
brew_build='cmake ninja pkgconf fmt lua@5.4 graphviz cli11 tomlplusplus nlohmann-json re2 openssl@3
    zlib font-inter font-jetbrains-mono'
brew_test='boost ldns wireshark python libyaml libxml2 parallel scdoc'

# A list on one line.
words() { printf '%s ' "$@" | tr -s ' \n' ' '; }

# What stands for the packages of Debian where there is no apt. WHAT is "build" or "test".
tell_packages() {
    what=$1
    say "this is no Debian-like system. Nothing is installed; these are needed (not tried there," \
        "see docs/systems.md):"
    if command -v dnf >/dev/null; then
        [ "$what" = build ] || fedora_build="$fedora_build $fedora_test"
        say "  dnf install $(words $fedora_build)"
    elif [ "$(uname -s)" = Darwin ]; then
        [ "$what" = build ] || brew_build="$brew_build $brew_test"
        say "  brew install $(words $brew_build)"
        [ "$what" = build ] || say "  python3 -m pip install dkimpy jsonschema pyyaml"
    else
        [ "$what" = build ] || build_packages="$build_packages $test_packages"
        say "  $(words $build_packages)(Debian's names)"
    fi
}

# "1.2-3" if apt has that package, else nothing.
candidate_of() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: \([^(].*\)$/\1/p'
}

# The first of `a|b` that apt has; a name alone is taken as it is, for apt to complain.
chosen() {
    case "$1" in *'|'*) ;; *) echo "$1"; return 0 ;; esac
    for name in $(echo "$1" | tr '|' ' '); do
        [ -z "$(candidate_of "$name")" ] || { echo "$name"; return 0; }
    done
    die "this system's apt has none of $1"
}

missing_packages() {
    for package in "$@"; do
        package=$(chosen "$package") || exit
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$state" = installed ] || printf '%s ' "$package"
    done
}

have_lists() { ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; }

# apt-get with the rights that it needs.
apt() {
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            die "packages are missing, and there is no sudo to install them. Needed:" \
                "$(words $build_packages $test_packages)"
        as_root=sudo
    fi
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >&2
}

# One source that cannot be reached, and may have nothing to do with us, is no reason to give up.
update_lists() {
    apt -o Acquire::Retries=2 -o Acquire::http::Timeout=30 update ||
        say "not every source of apt could be read (above); going on with what it knows"
}

# WHAT PACKAGE...: installs only what is missing; says nothing to apt when nothing is.
install_packages() {
    what=$1
    shift
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        tell_packages "$what"
        return 0
    fi
    # Without its lists apt does not know what there is to choose from.
    have_lists || update_lists
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    say "installing: $missing"
    update_lists
    apt -y --no-install-recommends install $missing || die "apt-get could not install: $missing" \
        "(why is said above; this needs a source of Debian's main packages)"
}

# The upstream release asset; the digest is that of the tarball which apt verified.
upstream_version=3.6.6
upstream_digest=8fb65fae8dcae5840f793c0a334860a411f884cc537ea290ce1c52bb64ca007a
upstream_name=mbedtls-$upstream_version
upstream_site=https://github.com/Mbed-TLS/mbedtls
upstream_url=$upstream_site/releases/download/$upstream_name/$upstream_name.tar.bz2

# The first package archive that apt knows, of those that fit the filters given.
first_archive() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "$@" 2>/dev/null |
        grep -v -- '-security' | sort -u | head -n 1
}

fetch_from_debian() {
    command -v apt-get >/dev/null || return 1
    uri=$(first_archive 'Origin: Debian')
    [ -n "$uri" ] || uri=$(first_archive)
    [ -n "$uri" ] || return 1
    work=$(mktemp -d)
    chmod 755 "$work"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    printf 'deb-src [signed-by=%s] %s trixie main\n' "$keyring" "$uri" >"$work/src.list"
    set -- -qq -o Acquire::Retries=2 -o Acquire::http::Timeout=30 \
        -o "Dir::Etc::sourcelist=$work/src.list" -o Dir::Etc::sourceparts=- \
        -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root
    if apt-get "$@" update >&2 &&
        (cd "$work" && apt-get "$@" source --download-only mbedtls >&2); then
        fetched=$(ls "$work"/mbedtls_3.6.*.orig.tar.bz2 2>/dev/null || true)
    else
        fetched=
    fi
    status=1
    if [ -n "$fetched" ]; then
        # A copy that is interrupted leaves no tarball that looks whole.
        target=third_party/$(basename "$fetched")
        cp "$fetched" "$target.partial" && mv "$target.partial" "$target" && status=0
    fi
    rm -rf "$work"
    return "$status"
}

# FILE: as 64 hexadecimal digits.
digest_of() {
    if command -v sha256sum >/dev/null; then
        sha256sum "$1"
    else
        shasum -a 256 "$1"
    fi | cut -d ' ' -f 1
}

fetch_from_upstream() {
    target="third_party/mbedtls-$upstream_version.tar.bz2"
    say "fetching $upstream_url"
    # Whoever hears nothing for half a minute gives up; on a terminal one sees it come.
    if command -v curl >/dev/null; then
        shown=-sS
        [ ! -t 2 ] || shown=--progress-bar
        curl -fL "$shown" --retry 2 --connect-timeout 30 --speed-limit 1024 --speed-time 30 \
            -o "$target.partial" "$upstream_url" || return 1
    elif command -v wget >/dev/null; then
        shown=-nv
        [ ! -t 2 ] || shown=--show-progress
        wget -q "$shown" --tries=3 --timeout=30 -O "$target.partial" "$upstream_url" || return 1
    else
        say "there is neither curl nor wget"
        return 1
    fi
    if [ "$(digest_of "$target.partial")" != "$upstream_digest" ]; then
        rm -f "$target.partial"
        die "the Mbed TLS tarball from upstream has not the digest we know;" \
            "give one by MAILTLS_MBEDTLS_SOURCE"
    fi
    mv "$target.partial" "$target"
}

is_whole() {
    case "$1" in
    *"$upstream_version"*) [ "$(digest_of "$1")" = "$upstream_digest" ] ;;
    *) bzip2 -tq "$1" 2>/dev/null ;;
    esac
}

get_mbedtls() {
    if [ -n "${MAILTLS_MBEDTLS_SOURCE:-}" ]; then
        [ -e "$MAILTLS_MBEDTLS_SOURCE" ] ||
            die "MAILTLS_MBEDTLS_SOURCE: there is no '$MAILTLS_MBEDTLS_SOURCE'"
        return 0
    fi
    mkdir -p third_party
    for tarball in third_party/mbedtls*3.6.*.tar.bz2; do
        [ -e "$tarball" ] || continue
        is_whole "$tarball" && return 0
        say "$tarball is damaged, as after a download that was cut off; it is fetched again"
        rm -f "$tarball"
    done
    say "fetching the source of Mbed TLS 3.6"
    fetch_from_debian || fetch_from_upstream ||
        die "no source of Mbed TLS 3.6 could be fetched;" \
            "give one by MAILTLS_MBEDTLS_SOURCE=<directory or tarball>"
}

# What ninja says of an object, "Building CXX object ...", as the path of its source.
built_thing() {
    thing=${1#Building C* object }
    case "$thing" in
    *CMakeFiles/*.dir/*) thing="${thing%%CMakeFiles/*}${thing#*.dir/}" ;;
    esac
    printf '%s' "${thing%.o}"
}

# ninja's lines in, progress out: on a terminal one line that changes, else one every 15 seconds.
# What is no progress, as a compiler's error, passes whole.
tell_progress() {
    began=$(date +%s)
    told=$began
    columns=
    [ ! -t 2 ] || columns=$(stty size <&2 2>/dev/null | cut -d ' ' -f 2)
    [ "${columns:-0}" -gt 0 ] || columns=80
    fresh=
    while IFS= read -r line; do
        case "$line" in
        '['[0-9]*/[0-9]*'] '*)
            now=$(date +%s)
            text="${line%%] *}] $(built_thing "${line#*] }")"
            text="$text, $(((now - began) / 60)) min $(((now - began) % 60)) s"
            if [ -t 2 ]; then
                printf '\r\033[K%.*s' "$((columns - 1))" "$text" >&2
                fresh=no
            elif [ $((now - told)) -ge 15 ]; then
                say "$text"
                told=$now
            fi
            ;;
        'ninja: no work to do.') ;;
        *)
            [ -z "$fresh" ] || printf '\n' >&2
            fresh=
            printf '%s\n' "$line" >&2
            ;;
        esac
    done
    [ -z "$fresh" ] || printf '\n' >&2
}

# The pipe's status is that of its end; ninja's own goes through a file.
run_build() {
    failed=build/release/build.failed
    rm -f "$failed"
    { NINJA_STATUS='[%f/%t] ' cmake --build build/release 2>&1 || : >"$failed"; } | tell_progress
    [ ! -e "$failed" ] || { rm -f "$failed"; return 1; }
}

# With "tests": those, too. A build that has them once keeps them.
build() {
    get_mbedtls
    tests=
    [ -e build/release/build.ninja ] || tests=-DMAILTLS_TESTS=OFF
    [ "${1:-}" != tests ] || tests=-DMAILTLS_TESTS=ON
    # For a build from nothing: several files at once.
    cmake -S . -B build/release -G Ninja -DCMAKE_BUILD_TYPE=Release $tests \
        -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=64 \
        "-DMAILTLS_WERROR=${MAILTLS_WERROR:-OFF}" \
        "-DMAILTLS_BUILD_COST=${MAILTLS_BUILD_COST:-OFF}" \
        ${MAILTLS_MBEDTLS_SOURCE:+"-DMAILTLS_MBEDTLS_SOURCE=$MAILTLS_MBEDTLS_SOURCE"} \
        >build-setup.log 2>&1 ||
        { cat build-setup.log >&2; die "cmake failed"; }
    rm -f build-setup.log
    run_build || die "the build failed"
}

demo() {
    # What somebody else put there is not ours to throw away.
    made=out/.made-by-the-demonstration
    [ ! -e out ] || [ -e "$made" ] ||
        die "out/ is there, and the demonstration did not make it: move it away, or remove it"
    rm -rf out
    mkdir out
    : >"$made"
    build/release/mailtls run scenarios -j 2 --out out
    say "results, traces and diagrams are in out/"
}

run_tests() {
    log=build/release/ctest.log
    status=0
    jobs=$(getconf _NPROCESSORS_ONLN)
    ctest --test-dir build/release --output-on-failure --timeout 600 -j "$jobs" >"$log" 2>&1 ||
        status=$?
    cat "$log"
    failed=$(sed -n 's/^.*% tests passed, \([0-9]*\) tests failed out of [0-9]*$/\1/p' "$log")
    failed=${failed:-0} # From 4.4 on, ctest says nothing of none.
    total=$(sed -n 's/^.*% tests passed.* out of \([0-9]*\)$/\1/p' "$log")
    [ -n "$total" ] || die "ctest ran no test"
    printf '%d passed, %d failed\n' "$((total - failed))" "$failed"
    return "$status"
}

case "${1:-}" in
build)
    install_packages build $build_packages
    build
    ;;
demo)
    install_packages build $build_packages
    build
    demo
    ;;
test)
    install_packages test $build_packages $test_packages
    build tests
    run_tests
    ;;
-h | --help | help)
    usage
    ;;
*)
    usage >&2
    exit 2
    ;;
esac
