#!/bin/bash
# validate.sh - installs what validate.mjs needs into a folder outside the sources, and runs it.
#
#   validate.sh WORK DOCUMENT LINES            other people's tools read our document and messages
#   validate.sh WORK DOCUMENT LINES controls   the same would notice if they were wrong
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${1:?WORK} document=${2:?DOCUMENT} lines=${3:?LINES} program=${4:-validate}

# Two tests may come here at once.
install() (
    flock 9
    cp "$here"/*.mjs "$work"
    cmp -s "$here/package-lock.json" "$work/installed" && return
    cp "$here/package.json" "$here/package-lock.json" "$work"
    npm --prefix "$work" ci --ignore-scripts --no-audit --no-fund --loglevel=error
    cp "$here/package-lock.json" "$work/installed"
) 9>"$work/lock"

mkdir -p "$work"
install
exec node "$work/$program.mjs" "$document" "$lines"
