#!/bin/sh
# fresh.sh [bookworm] [trixie]: both commands of the README on a machine that has nothing: a minimal
# Debian of that release in a temporary folder, a clone of this project in it. Prints what each
# command took. Needs root and debootstrap. The packages come from the mirror that this machine's
# apt has. MAILTLS_COMMANDS="build" tries other commands of setup.sh than "demo test".
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
fail() { echo "fresh: $*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || fail "only root may make a new root folder"
command -v debootstrap >/dev/null || fail "there is no debootstrap"
[ $# -gt 0 ] || set -- bookworm trixie

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' |
    grep -v -- '-security' | sort -u | head -n 1)
[ -n "$mirror" ] || fail "this machine's apt has no mirror of Debian"

work=$(mktemp -d)
machine=$work/machine
# The last mounted first; nothing is deleted while something of this machine is mounted in it.
leave() {
    for mounted in dev/pts dev/shm dev proc; do
        ! mountpoint -q "$machine/$mounted" || umount "$machine/$mounted" || exit 1
    done
    rm -rf "$work"
}
trap leave EXIT
trap 'exit 130' INT TERM HUP

make_machine() {
    debootstrap --variant=minbase "$1" "$machine" "$mirror" >"$work/log" 2>&1 ||
        { tail -n 20 "$work/log"; fail "debootstrap failed"; }
    [ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$machine/etc/resolv.conf"
    mount -t proc proc "$machine/proc"
    mount --bind /dev "$machine/dev"
    mount -t tmpfs shm "$machine/dev/shm"
    mkdir "$machine/src"
    # What a clone has: files that git knows, as they are here; nothing that was built or fetched.
    (cd "$root" && git ls-files -z --cached --deduplicate |
        tar --null --ignore-failed-read -cf - -T -) | tar -xf - -C "$machine/src"
}

# Minutes of the clock, minutes of CPU of all processes, megabytes that it added to the machine.
measured() {
    before=$(du -smx "$machine" | cut -f 1)
    status=0
    /usr/bin/env bash -c 'TIMEFORMAT="%R %U %S"; time "$@" >&3 2>&4' bash \
        chroot "$machine" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        /src/setup.sh "$1" 3>"$work/out" 4>"$work/err" 2>"$work/time" || status=$?
    awk -v what="./setup.sh $1" -v mb=$(($(du -smx "$machine" | cut -f 1) - before)) \
        '{ printf "   %-18s %5.1f min, %5.1f CPU min, %5d MB\n",
           what, $1 / 60, ($2 + $3) / 60, mb }' \
        "$work/time"
    tail -n 1 "$work/out"
    [ "$status" -eq 0 ] || {
        grep -A 40 -F '***Failed' "$work/out" || tail -n 60 "$work/err" "$work/out"
        fail "setup.sh $1: code $status"
    }
}

for release in "$@"; do
    echo "== $release"
    make_machine "$release"
    for command in ${MAILTLS_COMMANDS:-demo test}; do measured "$command"; done
    umount "$machine/dev/shm" "$machine/dev" "$machine/proc"
    rm -rf "$machine"
done
echo "fresh: all well"
