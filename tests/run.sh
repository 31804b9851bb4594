#!/bin/bash
# Builds the project and runs its tests: all that a fresh Debian 12 or 13 needs is this command.
set -euo pipefail

usage() {
    cat <<'END'
Usage: tests/run.sh [OPTION]

Installs what is missing (apt, as root or through sudo), builds into build/debug with the address and
undefined behaviour sanitizers, and runs every test: lint, other compilers, fuzzing, valgrind, units,
integration, browser and faults. About eighteen minutes on two cores.

  --fast                only the units
  --campaign SECONDS    custody only: kill everything at random for so long
  --units               every unit also built by clang and under valgrind; the whole run has the SDK's under valgrind
  --languages           every page in every language; the whole run looks at English and German
  --bench               the benchmarks, on a release build
  --platform NAME       builds and tests in a root of its own: debian13, or arm64 (units, emulated).
                        It is kept in ${XDG_CACHE_HOME:-~/.cache}/clinic-edge
  --tests REGEX         only tests whose name matches; `ctest --test-dir build/debug -N` lists them
  --help                this text
END
}

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(dirname "$tests")
# shellcheck source=tests/packages.sh
. "$tests/packages.sh"

build_preset() {
    cmake -S "$repo" --preset "$1" >"$repo/build/$1-configure.log" ||
        { cat "$repo/build/$1-configure.log"; return 1; }
    cmake --build "$repo/build/$1"
}

run_ctest() {
    local preset=$1
    shift
    ctest --test-dir "$repo/build/$preset" --output-on-failure --no-tests=error "$@"
}

run_fast() {
    packages_need tool library
    build_preset debug
    run_ctest debug -j "$(nproc)" -L '^unit$'
}

run_full() {
    packages_need tool library test lint browser
    packages_need_npm
    build_preset debug
    run_ctest debug -j $((2 * $(nproc))) "$@"
}

run_units() {
    packages_need tool library test lint
    build_preset debug
    CLINIC_UNITS=all run_ctest debug -R '^build.(clang|valgrind)$' --verbose
}

run_languages() {
    packages_need tool library test lint browser
    packages_need_npm
    build_preset debug
    CLINIC_LANGUAGES=all run_ctest debug -j "$(nproc)" -L '^browser$'
}

run_campaign() {
    packages_need tool library test
    build_preset debug
    CLINIC_CAMPAIGN_SECONDS=$1 run_ctest debug -L '^custody$' --verbose
}

run_bench() {
    packages_need tool library bench browser
    packages_need_npm
    build_preset release
    run_ctest release -C bench -L '^bench$' --verbose
}

main() {
    local option=${1:---full} value=${2:-}
    case $option in
    --campaign | --platform | --tests)
        [ -n "$value" ] || { usage >&2; exit 2; } ;;
    esac
    mkdir -p "$repo/build"
    cd "$repo"
    case $option in
    --full) run_full ;;
    --fast) run_fast ;;
    --tests) run_full -R "$value" ;;
    --campaign) run_campaign "$value" ;;
    --units) run_units ;;
    --languages) run_languages ;;
    --bench) run_bench ;;
    --platform) exec "$tests/platform.sh" "$value" ;;
    --help) usage ;;
    *) usage >&2; exit 2 ;;
    esac
}

main "$@"
