#!/bin/sh
# Everything from a bare Debian 12: missing packages, Mbed TLS, a build, the demonstration, tests.
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
  MAILTLS_WERROR           ON: a warning of the compiler is an error (for those who work on mailtls)
TEXT
}

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 7; }

build_packages='g++ cmake ninja-build pkg-config libfmt-dev liblua5.4-dev libgraphviz-dev
    libcli11-dev libtomlplusplus-dev nlohmann-json3-dev libssl-dev zlib1g-dev fontconfig fonts-inter
    fonts-jetbrains-mono bzip2'
test_packages='libboost-test1.81-dev libldns-dev openssl tshark python3 python3-dkim
    python3-jsonschema python3-yaml libxml2-utils parallel perl scdoc'

missing_packages() {
    for package in "$@"; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$state" = installed ] || printf '%s ' "$package"
    done
}

# Installs only what is missing; says nothing to apt when nothing is.
install_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "this is no Debian-like system; please see to it that these are installed" \
            "(Debian's names):"
        say "  $*" | tr -s ' \n' ' ' >&2
        say ""
        return 0
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            die "these packages are missing, and there is no sudo to install them: $missing"
        as_root=sudo
    fi
    say "installing: $missing"
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends install $missing >&2 ||
        die "apt-get could not install: $missing"
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
    set -- -qq -o "Dir::Etc::sourcelist=$work/src.list" -o Dir::Etc::sourceparts=- \
        -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root
    if apt-get "$@" update >&2 &&
        (cd "$work" && apt-get "$@" source --download-only mbedtls >&2); then
        tarball=$(ls "$work"/mbedtls_3.6.*.orig.tar.bz2 2>/dev/null || true)
        [ -z "$tarball" ] || mv "$tarball" third_party/
    fi
    rm -rf "$work"
    [ -n "${tarball:-}" ]
}

fetch_from_upstream() {
    target="third_party/mbedtls-$upstream_version.tar.bz2"
    if command -v curl >/dev/null; then
        curl -fsSL -o "$target.partial" "$upstream_url" || return 1
    elif command -v wget >/dev/null; then
        wget -q -O "$target.partial" "$upstream_url" || return 1
    else
        return 1
    fi
    if [ "$(sha256sum "$target.partial" | cut -d ' ' -f 1)" != "$upstream_digest" ]; then
        rm -f "$target.partial"
        die "the Mbed TLS tarball from upstream has not the digest we know;" \
            "give one by MAILTLS_MBEDTLS_SOURCE"
    fi
    mv "$target.partial" "$target"
}

get_mbedtls() {
    if [ -n "${MAILTLS_MBEDTLS_SOURCE:-}" ]; then
        [ -e "$MAILTLS_MBEDTLS_SOURCE" ] ||
            die "MAILTLS_MBEDTLS_SOURCE: there is no '$MAILTLS_MBEDTLS_SOURCE'"
        return 0
    fi
    mkdir -p third_party
    for tarball in third_party/mbedtls*3.6.*.tar.bz2; do
        [ ! -e "$tarball" ] || return 0
    done
    say "fetching the source of Mbed TLS 3.6"
    fetch_from_debian || fetch_from_upstream ||
        die "no source of Mbed TLS 3.6 could be fetched;" \
            "give one by MAILTLS_MBEDTLS_SOURCE=<directory or tarball>"
}

# With "tests": those, too. A build that has them once keeps them.
build() {
    get_mbedtls
    tests=
    [ -e build/release/build.ninja ] || tests=-DMAILTLS_TESTS=OFF
    [ "${1:-}" != tests ] || tests=-DMAILTLS_TESTS=ON
    cmake -S . -B build/release -G Ninja -DCMAKE_BUILD_TYPE=Release $tests \
        "-DMAILTLS_WERROR=${MAILTLS_WERROR:-OFF}" \
        ${MAILTLS_MBEDTLS_SOURCE:+"-DMAILTLS_MBEDTLS_SOURCE=$MAILTLS_MBEDTLS_SOURCE"} \
        >build-setup.log 2>&1 ||
        { cat build-setup.log >&2; die "cmake failed"; }
    rm -f build-setup.log
    cmake --build build/release -- --quiet >&2 || die "the build failed"
}

demo() {
    rm -rf out
    build/release/mailtls run scenarios -j 2 --out out
    say "results, traces and diagrams are in out/"
}

run_tests() {
    log=build/release/ctest.log
    status=0
    ctest --test-dir build/release --output-on-failure --timeout 600 -j "$(nproc)" >"$log" 2>&1 ||
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
    # shellcheck disable=SC2086
    install_packages $build_packages
    build
    ;;
demo)
    # shellcheck disable=SC2086
    install_packages $build_packages
    build
    demo
    ;;
test)
    # shellcheck disable=SC2086
    install_packages $build_packages $test_packages
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
