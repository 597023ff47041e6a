#!/bin/sh
# tree.sh BUILD: installs that build into a temporary folder, moves it elsewhere, and uses it as a
# stranger's project does: examples/ctest and examples/embed. CMAKE and CTEST name other programs
# for that than those of the PATH; from 4.4 on they discover tests by themselves.
set -eu
build=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
cmake=${CMAKE:-cmake}
ctest=${CTEST:-ctest}
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME="$work/cache"
# What this was built with is there; a make need not be.
export CMAKE_GENERATOR="${CMAKE_GENERATOR:-Ninja}"

fail() { echo "install: $*" >&2; exit 1; }

cmake --install "$build" --prefix "$work/first" >"$work/log" || { cat "$work/log"; exit 1; }
prefix=$work/moved
mv "$work/first" "$prefix"
for file in bin/mailtls include/mailtls/harness.hpp share/mailtls/lua/mailtls.lua \
    share/bash-completion/completions/mailtls share/zsh/vendor-completions/_mailtls \
    share/fish/vendor_completions.d/mailtls.fish share/man/man1/mailtls.1.gz \
    share/cmake/mailtls/mailtlsConfig.cmake; do
    [ -s "$prefix/$file" ] || fail "$file is missing"
done
! grep -rlF -e "$root" -e "$build" "$prefix" ||
    fail "these name a folder of the machine that built them"
[ "$("$prefix/bin/mailtls" --version)" = "$("$build/mailtls" --version)" ] || fail "another version"
"$prefix/bin/mailtls" api --meta | cmp - "$prefix/share/mailtls/lua/mailtls.lua"
gzip -dc "$prefix/share/man/man1/mailtls.1.gz" | grep -q '^\.TH "mailtls" "1"' || fail "no manual"

configure() {
    cp -r "$root/examples/$1" "$work/"
    "$cmake" -S "$work/$1" -B "$work/$1/build" "-DCMAKE_PREFIX_PATH=$prefix" >"$work/log" 2>&1 ||
        { cat "$work/log"; exit 1; }
}
run_ctest() { "$ctest" --test-dir "$work/ctest/build" --output-on-failure "$@" >"$work/log" 2>&1; }
said() { grep -qF "$1" "$work/log" || { cat "$work/log"; fail "expected: $1"; }; }

all_passed_of() {
    grep -qE "^100% tests passed(, 0 tests failed)? out of $1\$" "$work/log" ||
        { cat "$work/log"; fail "expected: $1 tests, and all pass"; }
}

configure ctest
run_ctest || { cat "$work/log"; fail "the example's tests do not pass"; }
all_passed_of 3
run_ctest -L partner
all_passed_of 2
# A new scenario is a new test, without a build; its title is data, whatever stands in it.
cat >"$work/ctest/scenarios/new; one.lua" <<'LUA'
scenario("odd ]=] ]==] ${HOME} \\ \" ; [", { tags = { "odd" } }, function() end)
LUA
run_ctest -L odd || { cat "$work/log"; fail "an odd title"; }
all_passed_of 1
# One that does not load is a test that fails, and the others go on.
echo 'scenario(' >"$work/ctest/scenarios/worse.lua"
! run_ctest || fail "a file that does not load is not noticed"
said '1 tests failed out of 5'
said 'worse.lua:2: unexpected symbol near <eof>'

configure embed
"$cmake" --build "$work/embed/build" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
rm "$work/ctest/scenarios/worse.lua"
"$work/embed/build/play_all" "$work/ctest/scenarios" >"$work/log"
said 'to carol@carol.example: delivered, crossed in clear text'
echo "install: all well"
