# shellcheck shell=bash disable=SC2034,SC2154 # sourced: its variables are the demo's
# stage.sh - telling, starting and ending programs, and the set-up of a clinic.

# ---- telling

step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
tell() { printf '  %-10s %s\n' "$1" "$2"; }
detail() { sed "s/^/             $dim/; s/\$/$plain/"; }
die() {
    echo "demo: $*" >&2
    exit 1
}

# ---- programs

start() { # NAME COMMAND…; reads $stdin
    local name=$1
    shift
    "$@" >"$folder/logs/$name.log" 2>&1 <"${stdin:-/dev/null}" &
    names+=("$name") pids+=("$!")
}

stop() { # NAME [SIGNAL]
    local i
    for i in "${!names[@]}"; do
        [ "${names[$i]}" = "$1" ] || continue
        kill -s "${2:-TERM}" "${pids[$i]}" 2>/dev/null || true
        wait "${pids[$i]}" 2>/dev/null || true
        unset "names[$i]" "pids[$i]"
    done
}

# The last one started ends first: nobody is left talking to a program that is gone.
clean_up() {
    local status=$? list=("${names[@]}") i
    trap - EXIT INT TERM
    [ ${#names[@]} -eq 0 ] || [ "$once" = true ] || echo
    for ((i = ${#list[@]} - 1; i >= 0; i--)); do stop "${list[$i]}"; done
    if [ -z "$folder" ] || [ ! -d "$folder" ]; then
        :
    elif [ "$keep" = true ] || { [ $status -ne 0 ] && [ $status -ne 130 ]; }; then
        echo "Everything that was written is in $folder"
    else
        rm -rf "$folder"
    fi
    exit $status
}

# Until the command succeeds, for $limit seconds.
await() { # WHAT COMMAND…
    local what=$1 seconds=${limit:-$wait_s} until
    until=$((SECONDS + seconds))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $until ] || die "no $what within $seconds s; see $folder/logs"
        sleep 0.05
    done
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

gateway() { "$bin/clinic-gateway" --config "$folder/gateway.ini" "$@"; }
desk() { # NODE COMMAND…
    local node=$1
    shift
    "$bin/clinic-desk" --folder "$folder/broker/nodes/$node" "$@"
}

# ---- set-up

build() {
    packages_need tool library demo
    mkdir -p "$repo/build"
    local log=$repo/build/demo-build.log
    {
        cmake -S "$repo" --preset release &&
            cmake --build "$repo/build/release" --target \
                clinic-broker clinic-gateway clinic-calendar clinic-desk clinic-kiosk clinic-scale \
                clinic-sim clinic-scale-sim clinic-sics-sim
    } >"$log" 2>&1 || { tail -n 40 "$log"; die "the build failed; see $log"; }
}

make_folder() {
    if [ -z "$folder" ]; then
        folder=$(mktemp -d "${TMPDIR:-/tmp}/clinic-demo-XXXXXX")
    else
        keep=true
        mkdir -p "$folder"
        [ -z "$(ls -A "$folder")" ] || die "$folder is not empty"
        folder=$(cd "$folder" && pwd)
    fi
    # A broker started by root gives root's rights up and still has to reach its files.
    chmod 755 "$folder"
    mkdir -m 700 "$folder/logs" "$folder/data" "$folder/archive"
}

make_broker() { # FOLDER SITE PREFIX, then NODE ROLE …
    local dir=$folder/$1 port
    port=$("$bin/clinic-sim" port)
    "$bin/clinic-broker" init --dir "$dir" --site "$2" --prefix "$3" --port "$port" \
        --name localhost --ip 127.0.0.1 --bind 127.0.0.1
    echo "$port" >"$dir/port"
    shift 3
    while [ $# -gt 0 ]; do
        "$bin/clinic-broker" add "$1" --role "$2" --dir "$dir"
        shift 2
    done
}

# Boxes of one clinic share this machine here, so each page has a port of its own.
give_ports() { # NODE…
    local node
    for node in "$@"; do
        printf '[page]\nport = %s\n' "$("$bin/clinic-sim" port)" >>"$folder/broker/nodes/$node/node.ini"
    done
    printf '[kiosk]\nname = Demo Clinic\n' | tee -a "$folder"/broker/nodes/{kiosk,board}-1/node.ini >/dev/null
}

# Where NODE's page is, as its program said when it was ready.
page_of() { grep -o 'http://127.0.0.1:[0-9]*/' "$folder/logs/$1.log" | head -n 1; }

write_settings() {
    cat >"$folder/gateway.ini" <<EOF
[bus]
folder = broker/nodes/gateway
registry = broker/nodes.ini
[store]
folder = data
reserve_bytes = 0
[clinic]
id = demo
name = Demo Clinic
phone = +33100000000
country = FR
zone = $TZ
language = en
[upstream]
url = mqtts://localhost:$(cat "$folder/headquarters/port")
folder = headquarters/nodes/demo-clinic
EOF
    (umask 077 && echo "$pin" >"$folder/pin")
}

set_up() {
    step 'Building'
    [ -n "${CLINIC_BIN:-}" ] || build
    make_folder
    tell folder "$folder"
    step 'Two certificate authorities, and a folder for each node'
    {
        make_broker headquarters headquarters clinics demo-clinic clinic archive archive
        make_broker broker demo clinic desk-1 desk desk-2 desk recorder desk kiosk-1 kiosk \
            board-1 board scale-1 scale scale-2 scale bench-1 scale
        give_ports desk-1 desk-2 kiosk-1 board-1
        write_settings
    } >"$folder/logs/set-up.log" 2>&1 || die "see $folder/logs/set-up.log"
    tell clinic "gateway, desk-1, desk-2, recorder, kiosk-1, board-1, scale-1, scale-2, bench-1 in $folder/broker/nodes"
    tell 'head q.' "demo-clinic, archive in $folder/headquarters/nodes"
}

start_gateway() {
    start gateway "$bin/clinic-gateway" --config "$folder/gateway.ini" serve
    await 'running gateway' gateway status
}

start_all() {
    step 'Starting'
    local side node
    for side in broker headquarters; do
        start "$side" mosquitto -c "$folder/$side/broker/mosquitto.conf"
        await "listening $side" listens "$(cat "$folder/$side/port")"
    done
    start archive "$bin/clinic-sim" archive --folder "$folder/headquarters/nodes/archive" \
        --ledger "$folder/archive/ledger" --events "$folder/archive/events.json"
    start_gateway
    gateway staff add ada --role admin --pin-file "$folder/pin" >>"$folder/logs/set-up.log"
    start recorder "$bin/clinic-sim" record --folder "$folder/broker/nodes/recorder" \
        --ledger "$folder/recorder.ledger"
    for node in desk-1 desk-2; do
        start "$node" "$bin/clinic-desk" --folder "$folder/broker/nodes/$node" serve
        await "$node" grep -q 'ready:' "$folder/logs/$node.log"
        await "$node connected" desk "$node" status
    done
    start watch "$bin/clinic-desk" --folder "$folder/broker/nodes/desk-2" watch
    await 'watching desk-2' grep -q online "$folder/logs/watch.log"
    start board-1 "$bin/clinic-kiosk" --folder "$folder/broker/nodes/board-1" --board
    await 'waiting room' grep -q 'ready:' "$folder/logs/board-1.log"
    tell running "two brokers, gateway, archive, recorder, desk-1, desk-2, board-1"
    desk desk-1 sign-in ada --pin-file "$folder/pin" | detail
}
