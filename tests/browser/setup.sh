#!/bin/bash
# setup.sh FOLDER - installs what package-lock.json lists into a folder outside the sources.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${1:?FOLDER}

# Two runs may come here at once.
install() (
    flock 9
    ! cmp -s "$here/package-lock.json" "$work/installed" || return 0
    cp "$here/package.json" "$here/package-lock.json" "$work"
    npm --prefix "$work" ci --ignore-scripts --no-audit --no-fund --loglevel=error
    cp "$here/package-lock.json" "$work/installed"
) 9>"$work/lock"

mkdir -p "$work"
install
