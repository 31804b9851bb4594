#!/bin/bash
# arm.sh - compiles the scale's firmware for microcontrollers, and holds it to what it promises: nothing is left for the
# board to supply but hal.h and four functions on memory; no floating point, no recursion, no variables of its
# own; at most 32 KiB of code and 12 KiB of memory. `build.sh arm` runs it.
#
#   arm.sh FOLDER    for what it makes
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:?FOLDER}
most_code=$((32 * 1024))
most_memory=$((12 * 1024))
tool=arm-none-eabi

fail() {
    echo "$*" >&2
    exit 1
}

# Each source by itself; then all in one object with what the compiler's own library adds, as for 64-bit divisions.
compile() {
    local processor=$1 out=$2 source
    local flags=("-mcpu=$processor" -mthumb -std=c11 -Os -ffreestanding -ffunction-sections)
    rm -rf "$out"
    mkdir -p "$out"
    for source in "$repo"/firmware-sim/scale/*.c; do
        "$tool-gcc" "${flags[@]}" -fcallgraph-info=su -Wall -Wextra -Werror -c "$source" \
            -o "$out/$(basename "$source" .c).o"
    done
    "$tool-gcc" "${flags[@]}" -nostdlib -r "$out"/*.o -lgcc -o "$out/firmware.elf"
    echo '#include "scale.h"
        char scale_bytes[sizeof(struct scale)];' |
        "$tool-gcc" "${flags[@]}" -I"$repo/firmware-sim/scale" -x c - -c -o "$out/bytes.elf"
}

check_symbols() {
    local undefined floating
    undefined=$("$tool-nm" --undefined-only "$1" | awk '{ print $2 }' | grep -vxE 'hal_[a-z_]+|mem(cpy|move|set|cmp)' || true)
    [ -z "$undefined" ] || fail "Nobody defines: $undefined"
    # What the compiler calls for float and double where there is no unit for them, on both processors.
    floating=$("$tool-nm" "$1" | awk '{ print $NF }' | grep -E '^__aeabi_(c?[fd]|u?[il]+2[fd])' || true)
    [ -z "$floating" ] || fail "Floating point: $floating"
}

# The longest way through the calls, from the compiler's graphs. What is called through a pointer is not in it.
stack() {
    sed 's/\\n/ /g' "$1"/*.ci | awk -F '"' '
        /^node:/ && match($4, /[0-9]+ bytes/) { own[$2] = substr($4, RSTART, RLENGTH) + 0 }
        /^edge:/ { calls[$2] = calls[$2] SUBSEP $4 }
        function deepest(f,    list, n, i, most, d) {
            if (f in depth) return depth[f]
            if (f in entered) { print "recursion in " f > "/dev/stderr"; failed = 1; return 0 }
            entered[f]
            n = split(calls[f], list, SUBSEP)
            for (i = 1; i <= n; i++)
                if (list[i] != "" && (d = deepest(list[i])) > most) most = d
            return depth[f] = own[f] + most
        }
        END {
            for (f in own) if ((d = deepest(f)) > worst) worst = d
            if (failed) exit 1
            print worst
        }'
}

check() {
    local processor=$1 out=$folder/$1 code data bss state deep
    compile "$processor" "$out"
    check_symbols "$out/firmware.elf"
    read -r code data bss _ < <("$tool-size" "$out/firmware.elf" | tail -n 1)
    state=$((16#$("$tool-nm" -S "$out/bytes.elf" | awk '$4 == "scale_bytes" { print $2 }')))
    deep=$(stack "$out")
    echo "$processor: $code bytes of code, $((state + data + bss)) of memory, $deep of stack at most"
    [ $((data + bss)) -eq 0 ] || fail "Variables of its own: $((data + bss)) bytes."
    [ "$code" -le $most_code ] || fail "More code than $most_code bytes."
    [ $((state + data + bss)) -le $most_memory ] || fail "More memory than $most_memory bytes."
}

check cortex-m0plus
check cortex-m4
