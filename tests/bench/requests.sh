#!/bin/bash
# Requests per second and latency of the gateway, each beside a baseline of the same run: the same clients, broker and
# messages with a responder that stores nothing. Prints; judges nothing.
#
#   requests.sh BUILD_FOLDER        CLINIC_BENCH_REQUESTS: how many to send in each run (100000)
set -euo pipefail

programs=$1/bin
tests=$1/tests
requests=${CLINIC_BENCH_REQUESTS:-100000}
nodes=20
window=20
calm_rate=100
calm_requests=1000

folder=$(mktemp -d "${TMPDIR:-/tmp}/clinic-bench-XXXXXX")
chmod 755 "$folder"
broker_pid=
served_pid=
node_pid=

end_program() {
    if [ -n "$1" ] && kill "$1" 2>/dev/null; then
        wait "$1" 2>/dev/null || true
    fi
}

clean_up() {
    end_program "$node_pid"
    end_program "$served_pid"
    end_program "$broker_pid"
    rm -rf "$folder"
}
trap clean_up EXIT

wait_for_line() { # FILE TEXT
    local tries=0
    until grep -q "$2" "$1" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || { echo "requests.sh: no \"$2\" in $1:" >&2; cat "$1" >&2; exit 1; }
        read -r -t 0.1 <> <(:) || true
    done
}

make_clinic() {
    local port n
    port=$("$programs/clinic-sim" port)
    "$programs/clinic-broker" init --dir "$folder/broker" --name localhost --ip 127.0.0.1 \
        --port "$port" --site bench --bind 127.0.0.1 >"$folder/broker-config.log"
    for n in $(seq "$nodes"); do
        "$programs/clinic-broker" add "kiosk-$n" --role kiosk --dir "$folder/broker" \
            >>"$folder/broker-config.log"
    done
    "$programs/clinic-broker" add desk-1 --role desk --dir "$folder/broker" >>"$folder/broker-config.log"
    PATH=$PATH:/usr/sbin mosquitto -c "$folder/broker/broker/mosquitto.conf" >"$folder/broker.log" 2>&1 &
    broker_pid=$!
    wait_for_line "$folder/broker.log" running
}

write_settings() { # DATA_FOLDER
    mkdir -p "$1"
    cat >"$1/gateway.ini" <<END
[bus]
folder = $folder/broker/nodes/gateway
registry = $folder/broker/nodes.ini
[store]
folder = $1
[clinic]
id = bench
name = Bench
country = FR
zone = Europe/Paris
END
}

start_responder() {
    "$tests/bench-responder" "$folder/broker/nodes/gateway" >"$folder/responder.log" 2>&1 &
    served_pid=$!
    wait_for_line "$folder/responder.log" online
}

start_gateway() { # DATA_FOLDER [PRELOAD]
    write_settings "$1"
    LD_PRELOAD=${2:-} "$programs/clinic-gateway" --config "$1/gateway.ini" serve >"$1/log" 2>&1 &
    served_pid=$!
    wait_for_line "$1/log" "connected to the broker"
}

stop_served() {
    end_program "$served_pid"
    served_pid=
}

load() { # COUNT [RATE]
    "$tests/bench-load" "$folder/broker/nodes" "$nodes" "$window" "$@"
}

value() { # LINE KEY
    tr ' ' '\n' <<<"$1" | sed -n "s/^$2=//p"
}

ratio() { # A B
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b == 0 ? 0 : a / b }'
}

pss_kib() { # PID
    awk '/^Pss:/ { print $2 }' "/proc/$1/smaps_rollup"
}

cpu_ticks() { # PID: user and system
    awk '{ print $14 + $15 }' "/proc/$1/stat"
}

written_bytes() { # PID
    awk '/^write_bytes:/ { print $2 }' "/proc/$1/io"
}

commits() { # DATA_FOLDER
    "$programs/clinic-gateway" --config "$1/gateway.ini" --json status | jq '.store.commits'
}

say_memory() { # WHAT IDLE_KIB WARM_KIB NOW_KIB
    awk -v what="$1" -v idle="$2" -v warm="$3" -v now="$4" -v n="$requests" 'BEGIN {
        printf "  memory of %s (PSS): idle %.1f MiB, after %d requests %.1f, after %d %.1f (%+.0f %% since)\n",
            what, idle / 1024, n / 10, warm / 1024, n, now / 1024, (now / warm - 1) * 100 }'
}

say_gateway_costs() { # DATA_FOLDER LINE TICKS_BEFORE WRITTEN_BEFORE COMMITS_BEFORE
    local ticks written count
    count=$(value "$2" requests)
    ticks=$(($(cpu_ticks "$served_pid") - $3))
    written=$(($(written_bytes "$served_pid") - $4))
    awk -v n="$count" -v commits="$(($(commits "$1") - $5))" -v ticks="$ticks" -v hz="$(getconf CLK_TCK)" \
        -v bytes="$written" 'BEGIN {
        printf "  a request costs: %.3f commits, %.1f us of CPU, %.0f bytes written\n",
            commits / n, ticks / hz / n * 1e6, bytes / n }'
}

run_baseline() {
    echo "== baseline: replies and publishes, stores nothing"
    start_responder
    baseline=$(load "$requests")
    echo "  $baseline"
    baseline_calm=$(load "$calm_requests" "$calm_rate")
    echo "  at $calm_rate/s: $baseline_calm"
    stop_served
}

run_gateway() { # NAME [PRELOAD]
    local data="$folder/$1" line calm idle warm ticks written before
    start_gateway "$data" "${2:-}"
    idle=$(pss_kib "$served_pid")
    load $((requests / 10)) >/dev/null
    warm=$(pss_kib "$served_pid")
    ticks=$(cpu_ticks "$served_pid")
    written=$(written_bytes "$served_pid")
    before=$(commits "$data")
    line=$(load $((requests - requests / 10)))
    echo "  $line"
    say_gateway_costs "$data" "$line" "$ticks" "$written" "$before"
    say_memory "the gateway" "$idle" "$warm" "$(pss_kib "$served_pid")"
    calm=$(load "$calm_requests" "$calm_rate")
    echo "  at $calm_rate/s: $calm"
    stop_served
    last_line=$line
    last_calm=$calm
}

# A desk that hears every event, and keeps its own ledger of them.
run_node() {
    local idle warm log="$folder/node.log"
    start_gateway "$folder/node"
    "$programs/clinic-sim" record --folder "$folder/broker/nodes/desk-1" --ledger "$folder/ledger" \
        >"$log" 2>&1 &
    node_pid=$!
    wait_for_line "$folder/broker.log" "as desk-1"
    idle=$(pss_kib "$node_pid")
    load $((requests / 10)) >/dev/null
    warm=$(pss_kib "$node_pid")
    load $((requests - requests / 10)) >/dev/null
    say_memory "a node that hears every event" "$idle" "$warm" "$(pss_kib "$node_pid")"
    end_program "$node_pid"
    node_pid=
    stop_served
}

main() {
    make_clinic
    disk=$("$tests/bench-disk" "$folder")
    sync_ms=$(value "$disk" fdatasync_p50_ms)
    echo "== disk: $disk"
    run_baseline

    echo "== gateway: synchronous=FULL, $nodes nodes with a window of $window"
    run_gateway fast
    fast_rate=$(value "$last_line" rate)
    echo "  throughput: $(ratio "$fast_rate" "$(value "$baseline" rate)") of the baseline"
    echo "  p50 at $calm_rate/s: $(ratio "$(value "$last_calm" p50_ms)" \
        "$(awk -v a="$(value "$baseline_calm" p50_ms)" -v s="$sync_ms" 'BEGIN { print 1.5 * a + s }')") of (1.5 x baseline + one fdatasync)"
    echo "  p99 at $calm_rate/s: $(ratio "$(value "$last_calm" p99_ms)" "$(value "$last_calm" p50_ms)") times its p50"

    echo "== gateway: the same, every fsync 5 ms slower"
    run_gateway slow "$tests/libslow_disk.so"
    echo "  throughput: $(ratio "$(value "$last_line" rate)" "$fast_rate") of the fast disk's"

    echo "== a node"
    run_node
}

main
