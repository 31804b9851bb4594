#!/bin/bash
# build.sh - the builds beside the main one, each in a folder of its own with its own tests; ctest runs them.
#
#   build.sh NAME FOLDER
#
# clang      the other compiler, optimised, sanitizers on: every program, and libFuzzer, each target for
#            CLINIC_FUZZ_SECONDS, six if not set
# valgrind   without sanitizers, optimised: the SDK's units under memcheck, since every program is built with it
# arm        the scale's firmware for Cortex-M, see arm.sh
#
# CLINIC_UNITS=all: every unit, by clang and under valgrind. It takes a quarter of an hour more, and in the main build all of them run
# under sanitizers anyway.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
name=${1:?NAME}
build=${2:?FOLDER}/$name
every_unit=false
[ "${CLINIC_UNITS:-}" != all ] || every_unit=true

configure() {
    mkdir -p "$build"
    cmake -S "$repo" -B "$build" -G Ninja -DCLINIC_WERROR=ON "$@" >"$build/configure.log" ||
        { cat "$build/configure.log"; return 1; }
}

# Targets whose names match. Prints what failed, not every command.
compile() {
    local targets
    targets=$(ninja -C "$build" -t targets all | sed -n 's/: .*//p' | grep -E "^($1)$")
    # shellcheck disable=SC2086
    cmake --build "$build" --target $targets >"$build/build.log" ||
        { tail -n 100 "$build/build.log"; return 1; }
}

build_clang() {
    local wanted='bin/.*|tests/fuzz_.*' labels='^fuzz$'
    export CLINIC_FUZZ_SECONDS=${CLINIC_FUZZ_SECONDS:-6}
    [ $every_unit = false ] || { wanted=all labels='^(unit|fuzz)$'; }
    configure -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DCMAKE_C_FLAGS_RELWITHDEBINFO='-O1 -gline-tables-only' -DCLINIC_SANITIZE=ON -DCLINIC_FUZZ=ON
    compile "$wanted"
    ctest --test-dir "$build" -L "$labels" -j "$(nproc)" --output-on-failure --no-tests=error
}

build_valgrind() {
    local units='unit_sdk_[a-z0-9_]*'
    [ $every_unit = false ] || units='unit_[a-z0-9_]*'
    configure -DCMAKE_BUILD_TYPE=RelWithDebInfo
    compile "tests/$units"
    find "$build/tests" -maxdepth 1 -name 'unit_*' -type f -print0 | grep -zE "/$units\$" |
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
