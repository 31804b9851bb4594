#!/bin/sh
# check.sh BUILD EXAMPLE FLAGS - installs the SDK, builds the example outside of the tree with CMake and with
# pkg-config, and runs both against a real broker and gateway. FLAGS are the sanitizers' that the library was built with.
set -eu
build=$1 example=$2 flags=$3
work=$(mktemp -d "${TMPDIR:-/tmp}/clinic-third-party-XXXXXX")
pids=
finish() {
    status=$?
    for pid in $pids; do kill -9 "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; done
    [ "$status" = 0 ] || tail -n 40 "$work"/*.log
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
fail() { echo "$*"; exit 1; }

await() { # seconds command...
    end=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$end" ] || fail "not in time: $*"
        sleep 0.05 # and look again
    done
}

build_both() {
    cmake --install "$build" --component sdk --prefix "$work/prefix" > "$work/install.log"
    mkdir "$work/outside"
    cp "$example/node.c" "$example/CMakeLists.txt" "$work/outside"
    cmake -S "$work/outside" -B "$work/outside/build" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_C_FLAGS="$flags" > "$work/cmake.log" 2>&1
    cmake --build "$work/outside/build" >> "$work/cmake.log" 2>&1
    PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name clinic.pc)")
    export PKG_CONFIG_PATH
    # shellcheck disable=SC2046,SC2086 # they are lists of words
    cc -std=c11 -Wall -Wextra -Werror $flags "$work/outside/node.c" $(pkg-config --cflags --libs clinic) -o "$work/outside/node"
}

make_clinic() {
    port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
    "$build/bin/clinic-broker" init --dir "$work/broker" --name localhost --ip 127.0.0.1 --port "$port" --bind 127.0.0.1 --site test
    for node in kiosk-1 kiosk-2 desk-1; do
        "$build/bin/clinic-broker" add "$node" --role "${node%-*}" --dir "$work/broker"
    done
    mkdir "$work/data"
    cat > "$work/gateway.ini" <<END
[bus]
folder = broker/nodes/gateway
registry = broker/nodes.ini
[store]
folder = data
reserve_bytes = 0
[clinic]
id = test
name = Test Clinic
country = FR
zone = Europe/Paris
END
    # Started by root, Mosquitto becomes another user, who has to get here.
    chmod 755 "$work"
}

listens() { perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]")' "$port"; }

start_clinic() {
    PATH=$PATH:/usr/sbin mosquitto -c "$work/broker/broker/mosquitto.conf" > "$work/broker.log" 2>&1 &
    pids="$pids $!"
    await 10 listens
    "$build/bin/clinic-gateway" --config "$work/gateway.ini" serve > "$work/gateway.log" 2>&1 &
    pids="$pids $!"
}

register() { # program node name
    timeout 30 "$1" "$work/broker/nodes/$2" "$3" 1990-04-02 > "$work/$2.log" 2>&1 || fail "$1 failed"
    grep -Eq '^registered, member ID [0-9]{9}$' "$work/$2.log" || fail "no member ID"
}

has_told() { # how many patients
    [ "$(grep -c '^event [0-9]*: patient/' "$work/desk-1.log")" = "$1" ]
}

build_both
make_clinic > "$work/make.log" 2>&1
start_clinic
"$work/outside/node" "$work/broker/nodes/desk-1" > "$work/desk-1.log" 2>&1 &
pids="$pids $!"
register "$work/outside/build/node" kiosk-1 'Ana Lima'
register "$work/outside/node" kiosk-2 'Zoe Quux'
await 10 has_told 2
echo "the example works, built with CMake and with pkg-config"
