#!/bin/sh
# package.sh BUILD: makes the Debian packages of that build, lets lintian judge them, unpacks them
# and uses what is in them. Needs lintian.
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME="$work/cache"

fail() { echo "package: $*" >&2; exit 1; }

cpack --config "$build/CPackConfig.cmake" -B "$work" >"$work/log" 2>&1 ||
    { cat "$work/log"; fail "cpack failed"; }
program=$(ls "$work"/mailtls_*.deb)
library=$(ls "$work"/libmailtls-dev_*.deb)
as_root=
[ "$(id -u)" -ne 0 ] || as_root=--allow-root
lintian $as_root --fail-on error "$program" "$library" || fail "lintian finds errors"

for package in "$program" "$library"; do dpkg-deb -x "$package" "$work/tree"; done
"$work/tree/usr/bin/mailtls" init "$work/project" >"$work/log"
(cd "$work/project" && "$work/tree/usr/bin/mailtls" run) >"$work/log" ||
    { cat "$work/log"; fail "the first scenarios do not run"; }
[ "$(tail -n 1 "$work/log")" = "4 passed, 0 failed" ] || fail "the first scenarios do not pass"
cmp "$work/project/.mailtls/mailtls.lua" "$work/tree/usr/share/mailtls/lua/mailtls.lua"
# What it needs is what a machine with the build's packages has.
for needed in libc6 libfmt liblua5.4-0 zlib1g; do
    dpkg-deb -f "$program" Depends | grep -qF "$needed" || fail "Depends lacks $needed"
done
echo "package: all well"
