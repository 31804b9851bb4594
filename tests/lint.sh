#!/bin/bash
# lint.sh - what can be said of the sources without running them. One check a call; ctest runs them all.
#
#   lint.sh CHECK [BUILD]    format, shell, layout, includes, hosts, readme; cppcheck and tidy read BUILD's
#                            compile_commands.json
#
# Exit status 77: the check does not apply on this machine (ctest reports it as skipped).
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repo"
folders=(broker-config nodes gateway firmware-sim tests)

# Files whose names match, without what builds and npm leave behind.
project_files() {
    find "${folders[@]}" -name node_modules -prune -o -type f "$@" -print
}

c_files() {
    project_files -name '*.[ch]'
}

fail() {
    echo "$*" >&2
    exit 1
}

# Another release of the clang tools formats and warns differently.
need_clang_14() {
    "$1" --version | grep -q 'version 14\.' || { echo "$1 14 is needed"; exit 77; }
}

check_format() {
    need_clang_14 clang-format
    c_files | xargs clang-format --dry-run --Werror
}

check_shell() {
    { project_files -name '*.sh'; echo .ci/run; } | xargs shellcheck --external-sources
}

check_layout() {
    local allowed=" ${folders[*]} build " entry
    for entry in */; do
        [[ $allowed == *" ${entry%/} "* ]] || fail "No such folder is planned at the top: $entry"
    done
}

# Dependencies point one way: everything may include the SDK, nothing else includes across.
check_includes() {
    local ok=true
    grep -rnE '#include *["<][^">]*(gateway|intake|services|store|couriers)/' \
        nodes broker-config firmware-sim && ok=false
    grep -rnE '#include *["<][^">]*(desk|kiosk|nodes/scale|firmware-sim|broker-config)/' gateway && ok=false
    grep -rnE '#include *["<][^">]*(desk|kiosk|scale)/' nodes/sdk && ok=false
    c_files | grep -vE '^(nodes/sdk/src/outbox|gateway/store/|tests/)' |
        xargs grep -nE '#include *<sqlite3\.h>' && ok=false
    $ok || fail "Dependencies point one way, and SQLite stays in the store and the outbox."
}

# A lock file or script that names a registry's host works on one network only.
check_hosts() {
    { project_files; find . .ci -maxdepth 1 -type f; } |
        xargs grep -nEI 'https?://[a-z0-9.-]*(registry|npm|mirror|pypi|deb\.)[a-z0-9.-]*' &&
        fail "Leave the registry to the machine's own settings."
    return 0
}

# The program that the README shows is the one that is tested, and its links lead somewhere.
check_readme() {
    # shellcheck disable=SC2016  # nothing is to be expanded
    sed -n '/^`\{3\}c$/,/^`\{3\}$/p' README.md | sed '/^`\{3\}/d' | diff - nodes/sdk/example/node.c ||
        fail "README.md does not show nodes/sdk/example/node.c as it is."
    local page link
    while read -r page; do
        while read -r link; do
            [ -e "$(dirname "$page")/$link" ] || fail "$page links to $link, which is not there."
        done < <(grep -oE '\]\([^)#:]+\)' "$page" | sed 's/^](//; s/)$//')
    done < <(echo README.md; project_files -name README.md)
}

# Suppressed: what is for threads, where programs have one; and what compilers and valgrind know better
# (arrays that a callee fills are taken for uninitialised).
check_cppcheck() {
    mkdir -p "$1/cppcheck"
    cppcheck --project="$1/compile_commands.json" --cppcheck-build-dir="$1/cppcheck" -j "$(nproc)" \
        --enable=warning,performance,portability --inline-suppr --library=posix --library="$repo/tests/cppcheck.cfg" \
        --suppress=missingIncludeSystem --suppress='*:/usr/*' --suppress=uninitvar \
        --suppress=ctuuninitvar --suppress=readdirCalled --suppress=getpwnamCalled --error-exitcode=1 --quiet
}

check_tidy() {
    need_clang_14 clang-tidy
    local log="$1/clang-tidy.log"
    # The analyzer gives a function up after so many states, and not after six times as many, which costs three minutes of two cores.
    # What a build has generated lies beside these folders.
    run-clang-tidy -quiet -p "$1" -j "$(nproc)" -extra-arg={-Xclang,-analyzer-config,-Xclang,max-nodes=40000} \
        "^$repo/($(IFS='|'; echo "${folders[*]}"))/" >"$log" 2>&1 && return
    sed 's/\x1b\[[0-9;]*m//g' "$log" |
        grep -vE '^clang-tidy|^[0-9]+ warnings? |^Suppressed|^Use -header-filter|^$'
    return 1
}

case ${1:-} in
format | shell | layout | includes | hosts | readme) "check_$1" ;;
cppcheck | tidy) "check_$1" "${2:?BUILD}" ;;
*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
