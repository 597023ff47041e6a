#!/bin/sh
# The HTML report in a real, headless browser.
#   tests/browser/run.sh PROGRAM [GALLERY-REPORT] [--pictures FOLDER]
# With a report of the gallery each of its pages is opened, too. --pictures takes screenshots only.
set -eu
cd "$(dirname "$0")/../.."

program=${1:?"usage: tests/browser/run.sh PROGRAM [GALLERY-REPORT]"}
gallery=${2:-}
place=build/browser

missing=
command -v "${CHROMIUM:-/usr/bin/chromium}" >/dev/null || missing="$missing chromium"
command -v node >/dev/null || missing="$missing nodejs"
command -v npm >/dev/null || missing="$missing npm"
if [ -n "$missing" ]; then
    as_root=
    [ "$(id -u)" -eq 0 ] || as_root=sudo
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends install $missing >&2
fi

mkdir -p "$place"
cp tests/browser/*.mjs tests/browser/*.json "$place/"
(cd "$place" && npm ci --no-audit --no-fund --silent)

# One of the runs fails on purpose.
"$program" run tests/browser/stage.lua -F quiet --report-html "$place/stage.html" >/dev/null || true
"$program" matrix tests/browser/small_matrix.lua --report-html "$place/matrix.html" >/dev/null

if [ "${3:-}" = --pictures ]; then
    node "$place/pictures.mjs" "$gallery" "$4"
    exit 0
fi
REPORT="$place/stage.html" MATRIX="$place/matrix.html" GALLERY="$gallery" \
    node --test --test-concurrency=1 "$place"
