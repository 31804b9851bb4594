#!/bin/bash
# Runs browser tests by hand, on the programs of a build that is there.
set -euo pipefail

usage() {
    cat <<'END'
Usage: tests/browser/run.sh BUILD [FILE… | --screenshots]

Runs the test files (all of tests/browser/*.test.js if none is named) with the programs in BUILD/bin.
What pages showed when a test failed is in BUILD/tests/browser/shots.

  --screenshots    takes the pictures of the README instead, into tests/browser/screenshots
  CLINIC_SEE=1     shows the browser's window
  CLINIC_KEEP=1    keeps the clinic's folder

Example: tests/browser/run.sh build/release tests/browser/shell.test.js
END
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ -d "${1:-}/bin" ] || { usage >&2; exit 2; }
build=$(cd "$1" && pwd)
shift
if [ "${1:-}" = --screenshots ]; then
    set -- "$here/screenshots.js"
    pictures=$here/screenshots
fi
[ $# -gt 0 ] || set -- "$here"/*.test.js

work=$build/tests/browser/npm
"$here/setup.sh" "$work"
export CLINIC_BIN=$build/bin CLINIC_NPM=$work CLINIC_SHOTS=$build/tests/browser/shots
for file in "$@"; do
    node --no-warnings --experimental-vm-modules "$file" ${pictures:+"$pictures"}
done
