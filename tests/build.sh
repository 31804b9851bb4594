#!/bin/bash
# build.sh - the builds beside the main one, each in a folder of its own with its own tests; ctest runs them.
#
#   build.sh NAME FOLDER
#
# clang      the other compiler, optimised, sanitizers on: units; and libFuzzer, each target for CLINIC_FUZZ_SECONDS, six
#            if not set
# valgrind   without sanitizers, optimised: units under memcheck
# arm        the scale's firmware for Cortex-M, see arm.sh
#
# The units of services, intake, whole scales and many certificates take most of the time and run in the main build under sanitizers anyway: both
# leave them out, but with CLINIC_UNITS=all.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
name=${1:?NAME}
build=${2:?FOLDER}/$name
left_out='unit[._](broker_check|gateway_(ana|app|att|aud|doc|equ|fee|int|mes|not|pat|por|rep|sca|ser|sta)|scale_(dev|sto))'
[ "${CLINIC_UNITS:-}" != all ] || left_out='^$'

configure() {
    mkdir -p "$build"
    cmake -S "$repo" -B "$build" -G Ninja -DCLINIC_WERROR=ON "$@" >"$build/configure.log" ||
        { cat "$build/configure.log"; return 1; }
}

# Prints what failed, not every command. With "unit" builds only the units that are not left out.
compile() {
    local targets=all
    if [ "$1" = unit ]; then
        targets=$(ninja -C "$build" -t targets all | sed -n 's/^\(tests\/unit_[a-z0-9_]*\): .*/\1/p' | grep -vE "$left_out")
    fi
    # shellcheck disable=SC2086
    cmake --build "$build" --target $targets >"$build/build.log" ||
        { tail -n 100 "$build/build.log"; return 1; }
}

build_clang() {
    export CLINIC_FUZZ_SECONDS=${CLINIC_FUZZ_SECONDS:-6}
    configure -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DCMAKE_C_FLAGS_RELWITHDEBINFO='-O1 -gline-tables-only' -DCLINIC_SANITIZE=ON -DCLINIC_FUZZ=ON
    compile all
    ctest --test-dir "$build" -L '^(unit|fuzz)$' -E "$left_out" -j "$(nproc)" --output-on-failure --no-tests=error
}

build_valgrind() {
    configure -DCMAKE_BUILD_TYPE=RelWithDebInfo
    compile unit
    find "$build/tests" -maxdepth 1 -name 'unit_*' -type f -print0 | grep -zvE "$left_out" |
        xargs -0 -r -t -n 1 -P "$(nproc)" valgrind --quiet --error-exitcode=99 --leak-check=full \
            --errors-for-leak-kinds=definite
}

build_arm() {
    "$repo/tests/arm.sh" "$build"
}

case $name in
clang | valgrind | arm) "build_$name" ;;
*) echo "No such build: $name" >&2; exit 2 ;;
esac
