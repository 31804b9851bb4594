#!/bin/bash
# A clinic of five years beside one of a month: how long requests take inside the gateway, with nothing of the file in
# the machine's memory ("cold") and with all of it ("warm"), and how long the gateway takes to start. Prints; judges
# nothing but that the folders verify and that the state rebuilt from the log is the live one.
#
#   years.sh BUILD_FOLDER
#
#   CLINIC_BENCH_MONTHS     of the large clinic (60)
#   CLINIC_BENCH_REBUILD=1  compares the rebuilt state of the large clinic as well, which takes minutes
#   CLINIC_BENCH_KEEP=1     leaves the folders where they are
set -euo pipefail

programs=$1/bin
tests=$1/tests
months=${CLINIC_BENCH_MONTHS:-60}

folder=$(mktemp -d "${TMPDIR:-/tmp}/clinic-years-XXXXXX")
gateway_pid=

end_gateway() {
    if [ -n "$gateway_pid" ] && kill "$gateway_pid" 2>/dev/null; then
        wait "$gateway_pid" 2>/dev/null || true
    fi
    gateway_pid=
}

clean_up() {
    end_gateway
    [ -n "${CLINIC_BENCH_KEEP:-}" ] || rm -rf "$folder"
}
trap clean_up EXIT

# The newest weekday before today: in its early morning the clinics stop.
last_working_day() {
    case $(date +%u) in
    1) date -d '-3 days' +%F ;;
    7) date -d '-2 days' +%F ;;
    *) date -d '-1 day' +%F ;;
    esac
}

write_settings() { # NAME
    cat >"$folder/$1.ini" <<END
[bus]
folder = $folder/broker/nodes/gateway
registry = $folder/broker/nodes.ini
[store]
folder = $folder/$1
[clinic]
id = years
name = Clinique du Parc
phone = +33 1 23 45 67 89
country = FR
zone = Europe/Paris
language = fr
END
}

gateway() { # NAME COMMAND…
    local name=$1
    shift
    "$programs/clinic-gateway" --config "$folder/$name.ini" "$@"
}

compare_rebuilt() { # NAME
    gateway "$1" rebuild --compare >"$folder/$1.compared" || { cat "$folder/$1.compared"; exit 1; }
    echo "  $(tail -n 1 "$folder/$1.compared")"
}

make_clinic() { # NAME MONTHS
    echo "== $2 months"
    write_settings "$1"
    "$tests/bench-years-make" "$folder/$1" "$2" "$day"
    echo "  $(gateway "$1" verify | sed 's/; chain.*//')"
    if [ "$1" = small ] || [ -n "${CLINIC_BENCH_REBUILD:-}" ]; then
        compare_rebuilt "$1"
    fi
}

# Until it says that it serves; there is no broker to connect to.
start_gateway() { # NAME WHAT
    local begun line=
    begun=${EPOCHREALTIME/./}
    exec 3< <(exec "$programs/clinic-gateway" --config "$folder/$1.ini" serve 2>&1)
    gateway_pid=$!
    until [[ $line == *serving* ]]; do
        read -r line <&3 || { echo "years.sh: the gateway did not start on $1" >&2; exit 1; }
    done
    echo "  $2: $(((${EPOCHREALTIME/./} - begun) / 1000)) ms"
    end_gateway
    exec 3<&-
}

# Two lists of the same requests in the same order, side by side.
compare_measured() { # HOW
    echo "== $1: milliseconds inside the gateway, median and 99th percentile, and median of the processor's time"
    paste -d '\t' "$folder/small.$1" "$folder/large.$1" | awk -F '\t' -v months="$months" '
        BEGIN {
            printf "  %-33s %24s %26s %13s\n", "", "1 month", months " months", "ratios"
        }
        {
            wrong = $3 + $9 == 0 ? "" : sprintf("  (refused: %d and %d)", $3, $9)
            printf "  %-33s %8.2f %8.2f %6.2f  %9.2f %8.2f %6.2f  %6.2f %6.2f%s\n", $1, $4, $5, $6, $10, $11,
                $12, $10 / $4, $12 / $6, wrong
        }'
}

measure() { # HOW
    "$tests/bench-years-measure" "$folder/small" 1 "$day" "$1" >"$folder/small.$1"
    "$tests/bench-years-measure" "$folder/large" "$months" "$day" "$1" >"$folder/large.$1"
}

main() {
    local how
    day=$(last_working_day)
    "$programs/clinic-broker" init --dir "$folder/broker" --name localhost --ip 127.0.0.1 --port 18883 \
        --site years --bind 127.0.0.1 >"$folder/broker-config.log"
    echo "== disk: $("$tests/bench-disk" "$folder")"
    make_clinic small 1
    make_clinic large "$months"
    for how in cold warm; do
        measure "$how"
        compare_measured "$how"
    done
    echo "== start-up"
    start_gateway small "1 month"
    start_gateway large "$months months"
}

main
