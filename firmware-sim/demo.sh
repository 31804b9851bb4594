#!/bin/bash
# A whole simulated clinic on this machine: all that a fresh Debian 12 or 13 needs is this command.
set -euo pipefail

usage() {
    cat <<'EOF'
Usage: firmware-sim/demo.sh [--once] [--folder DIR]

Installs what is missing (apt, as root or through sudo), builds into build/release, and starts in a folder of
its own: certificates, the clinic's broker, its gateway, two desks, a kiosk, and headquarters with a broker
and an archive. Then it plays a day: patients are registered, a doctor is hired, visits are booked, moved, canceled and
held, feedback and reports are written, gloves run out, a patient is erased; and it shows what flows where.

  --once        end by itself with a summary; exit status 0 only if nothing is missing anywhere
  --folder DIR  use this folder, which must not exist or be empty, and keep it; otherwise a temporary one
                is made and removed
  --help        this text

Without --once the clinic stays up until Ctrl-C.
EOF
}

demo=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(dirname "$demo")
bin=${CLINIC_BIN:-$repo/build/release/bin}
# shellcheck source=tests/packages.sh
. "$repo/tests/packages.sh"

PATH=$PATH:/usr/sbin # mosquitto is there, and not on everybody's path
readonly pin=2718281 wait_s=20
export TZ=Europe/Paris # the clinic's, so that the desks show its times
once=false keep=false folder=''
names=() pids=() # of the programs that run
bold='' dim='' plain=''
if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; fi

# ---- telling

step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
tell() { printf '  %-10s %s\n' "$1" "$2"; }
detail() { sed "s/^/             $dim/; s/\$/$plain/"; }
die() {
    echo "demo: $*" >&2
    exit 1
}

# ---- programs

start() { # NAME COMMAND…
    local name=$1
    shift
    "$@" >"$folder/logs/$name.log" 2>&1 </dev/null &
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

# Until the command succeeds, with a limit.
await() { # WHAT COMMAND…
    local what=$1 until=$((SECONDS + wait_s))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $until ] || die "no $what within $wait_s s; see $folder/logs"
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
                clinic-broker clinic-gateway clinic-desk clinic-sim
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
zone = Europe/Paris
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
        make_broker broker demo clinic desk-1 desk desk-2 desk recorder desk kiosk-1 kiosk
        write_settings
    } >"$folder/logs/set-up.log" 2>&1 || die "see $folder/logs/set-up.log"
    tell clinic "gateway, desk-1, desk-2, recorder, kiosk-1 in $folder/broker/nodes"
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
    tell running "two brokers, gateway, archive, recorder, desk-1, desk-2"
    desk desk-1 sign-in ada --pin-file "$folder/pin" | detail
}

# ---- what flows

in_archive() { grep -q "^event /clinic/demo $1 " "$folder/archive/ledger"; }
in_watch() { grep -q " event $1 " "$folder/logs/watch.log"; }

# From the request's event on: what it is, who sees it, what it causes, and that headquarters has it.
show_flow() { # SEQUENCE
    local line type
    line=$(gateway events --after $(($1 - 1)) --limit 1)
    type=$(awk '{ print $3 }' <<<"$line")
    await "event $1 at desk-2" in_watch "$1"
    tell event "$1 $type, who asked: $(awk '{ $1=$2=$3=$4=""; print }' <<<"$line" | xargs)"
    grep " event $1 " "$folder/logs/watch.log" | sed 's/^/desk-2 sees  /' | detail
    gateway reactions | grep -w "$type" | detail
    await "event $1 at headquarters" in_archive "$1"
    tell upstream "headquarters has $1 on clinics/demo-clinic/…, written to its archive"
}

# Runs a command of desk-1 and follows every event that it caused. Leaves the reply in $reply.
request() { # COMMAND…
    local sequence before
    before=$(gateway events | wc -l)
    tell request "desk-1: clinic-desk $(printf '%q ' "$@")"
    reply=$(desk desk-1 "$@") || die "desk-1 was refused: $*"
    echo "$reply" | detail
    sequence=$(sed -n 's/^accepted as event //p' <<<"$reply")
    [ -n "$sequence" ] || return 0
    while [ "$before" -lt "$sequence" ]; do
        before=$((before + 1))
        show_flow "$before"
    done
}

# The same for what must be refused.
refused() { # COMMAND…
    local code=0 out=$folder/logs/refused.log
    tell request "desk-1: clinic-desk $(printf '%q ' "$@")"
    desk desk-1 "$@" >"$out" 2>&1 || code=$?
    detail <"$out"
    [ $code -eq 1 ] || die "desk-1 was not refused: $*"
}

value_of() { sed -n "s/^  $1  *//p" <<<"$reply"; }

register_at_desk() {
    step 'A patient is registered at a desk'
    request patient create --name 'Zoë Lefèvre-Okonkwo' --birth-date 1987-03-14 \
        --email zoe@example.org --phone '06 39 98 00 12' --language fr \
        --precondition 'Penicillin allergy' --email-consent given
    zoe=$(value_of 'patient id')
    zoe_member=$(value_of 'member id')
    step 'Another one, whom nothing will remember at the end'
    request patient create --name "$forgotten" --birth-date 1961-12-05 --phone +442079460018
    other=$(value_of 'patient id')
    other_member=$(value_of 'member id')
}

register_at_kiosk() {
    step 'Twelve patients register themselves at the kiosk (provisional until reception completes them)'
    "$bin/clinic-sim" submit --folder "$folder/broker/nodes/kiosk-1" \
        --ledger "$folder/kiosk.ledger" --count 12 --rate 0 --seed 7 | detail
}

hire_doctor() {
    local weekday windows=()
    step 'A doctor is hired; slots follow from the weekly hours, vacations and holidays'
    for weekday in 1 2 3 4 5; do
        windows+=(--window "weekday=$weekday,from=09:00,to=12:30" --window "weekday=$weekday,from=14:00,to=18:00")
    done
    request doctor create --name 'Dr. Ilse Brandt' --specialty 'general medicine' --slot-minutes 30 \
        --email brandt@example.org "${windows[@]}"
    doctor=$(value_of 'doctor id')
    request doctor holiday --add "date=$(date -d '+40 days' +%F),name=The mayor\\, on horseback"
}

# The n-th free slot of the doctor, on the clinic's clock.
free_slot() { # NUMBER
    desk desk-1 --json doctor slots "$doctor" --days 14 --only-free |
        grep -o '"local":"[^"]*"' | sed -n "$1s/.*:\"\(.*\)\"/\1/p"
}

book_visits() {
    local slot day
    step 'Visits are booked: a known patient, and a new one in the same step'
    slot=$(free_slot 3)
    request appointment schedule --patient-id "$zoe" --doctor-id "$doctor" --start "$slot" \
        --visit-reason 'Cough for three weeks'
    moved=$(value_of 'appointment id')
    request appointment schedule --doctor-id "$doctor" --start "$(free_slot 6)" \
        --patient-name 'Émile Toussaint' --patient-birth-date 1990-11-02
    canceled=$(value_of 'appointment id')
    request appointment schedule --patient-id "$other" --doctor-id "$doctor" --start "$(free_slot 9)"
    step 'The same slot once more: nobody is booked twice'
    refused appointment schedule --patient-id "$other" --doctor-id "$doctor" --start "$slot"
    step 'One visit is moved, one is canceled'
    request appointment reschedule "$moved" --expected-version 1 --start "$(free_slot 40)" --by patient
    request appointment cancel "$canceled" --by patient --reason sick
    day=$(desk desk-1 --json appointment read "$moved" | sed -n 's/.*"start":"\([0-9-]*\)T.*/\1/p')
    step 'The doctor goes on vacation: bookings are not dropped, they become a work-list'
    request doctor time-off "$doctor" --add "from=$day,to=$(date -d "$day + 14 days" +%F)"
}

# Whatever the hour is: the reception may put a visit outside the doctor's hours, and says why.
receive_patient() {
    step 'A patient comes in without a booking, waits, is called and seen'
    request appointment schedule --patient-id "$zoe" --doctor-id "$doctor" \
        --start "$(date -d '+10 minutes' +%FT%H:%M)" --override-reason 'walked in, in pain'
    visit=$(value_of 'appointment id')
    request appointment check-in "$visit"
    request appointment call --doctor-id "$doctor" --room 'Room 2'
    request appointment close "$visit" --outcome fulfilled
}

give_feedback() {
    step 'The patient gives feedback, the doctor answers'
    request feedback submit --patient-id "$zoe" --appointment-id "$visit" --doctor-id "$doctor" \
        --rating 5 --text 'Was taken seriously.'
    request feedback answer "$(value_of 'feedback id')" --text 'Thank you, get well soon!'
}

write_report() {
    local report attachment
    step 'A report is written: drafts tell nobody, the final version does'
    head -c 100000 /dev/zero >"$folder/x-ray.dcm"
    attachment=$(desk desk-1 report upload --patient-id "$zoe" --media-type application/dicom "$folder/x-ray.dcm")
    tell upload "x-ray.dcm in chunks, sealed with the patient's key"
    request report update --patient-id "$zoe" --doctor-id "$doctor" --kind x-ray --title 'Chest X-ray' \
        --text 'No infiltrates.' --attachment "${attachment#--attachment }"
    report=$(value_of 'report id')
    request report release "$report" --expected-version 1
}

run_out() {
    step 'Gloves are counted; a busy morning; they run low'
    request equipment item gloves-m --name 'Gloves M' --unit box --location 'Shelf 1' --minimum 5 --par 20
    request equipment count gloves-m --quantity 12 --reason 'first count'
    request equipment adjust gloves-m --change -8 --reason 'a busy morning'
    request equipment order gloves-m --quantity 16
}

change_some() {
    step 'Two records change'
    request patient update "$zoe" --expected-version 1 --phone '+33 6 39 98 00 99' --no-email
    local guest
    guest=$(awk '$1 == "put" { print $4; exit }' "$folder/kiosk.ledger")
    request patient update "$guest" --expected-version 1 --no-provisional
}

survive_outage() {
    local code=0 out=$folder/logs/outage.log
    desk desk-2 sign-in ada --pin-file "$folder/pin" >"$out"
    step 'The gateway is killed (kill -9); desk-2 goes on'
    stop gateway KILL
    desk desk-2 --timeout 1 patient find lef >"$out" 2>&1 || code=$?
    detail <"$out"
    tell 'a read' "desk-2: clinic-desk patient find lef → exit code $code (4: unavailable)"
    [ $code -eq 4 ] || die 'a read without a gateway must be unavailable'
    code=0
    desk desk-2 --timeout 1 patient create --name 'Ngozi Ọkọ̀nkwọ́' --birth-date 1994-07-30 \
        >"$out" 2>&1 || code=$?
    detail <"$out"
    tell 'a write' "desk-2: clinic-desk patient create … → exit code $code (3: queued on the box)"
    [ $code -eq 3 ] || die 'a registration without a gateway must be queued'
    start_gateway
    tell back 'the gateway runs again, and desk-2 sends what waits'
    desk desk-2 flush | detail
    show_flow "$(gateway events | wc -l)"
}

look() {
    step 'What staff and the patient see'
    local command
    for command in "patient find lef" "patient read $zoe" \
        "portal read $zoe_member --birth-date 1987-03-14" "doctor conflicts" "appointment list" \
        "doctor slots $doctor --days 2" "equipment restock-report" "feedback list" "message list --limit 8" \
        "analytics read --from $(date -d yesterday +%F) --to $(date -d tomorrow +%F)" "audit read --limit 6"; do
        tell look "desk-1: clinic-desk $command"
        # shellcheck disable=SC2086 # its words are meant to be split
        desk desk-1 $command | detail
    done
}

erase_one() {
    step 'A patient is erased: bookings are canceled, the key is destroyed, every copy of the log forgets'
    request patient delete "$other" --member-id "$other_member" --reason request \
        --pin-file "$folder/pin"
}

# ---- the truth

check() { # WHAT WANTED FOUND
    local mark=ok
    if [ "$2" != "$3" ]; then mark='WRONG' failures=$((failures + 1)); fi
    printf '  %-64s %6s %6s  %s\n' "$1" "$2" "$3" "$mark"
}

lines() { wc -l <"$1"; }
count_type() { gateway events --type "$1" | wc -l; }

summarise() {
    local events code
    step 'The truth                                                          wanted  found'
    events=$(gateway events | wc -l)
    await 'complete archive' in_archive "$events"
    await 'complete record' grep -q "^event $events " "$folder/recorder.ledger"
    check 'PatientCreated: four at desks, twelve at a kiosk' 16 "$(count_type clinic.patient.created)"
    check 'PatientUpdated' 2 "$(count_type clinic.patient.updated)"
    check 'PatientDeleted' 1 "$(count_type clinic.patient.deleted)"
    check 'AppointmentScheduled' 4 "$(count_type clinic.appointment.scheduled)"
    check 'AppointmentRescheduled' 1 "$(count_type clinic.appointment.rescheduled)"
    check 'AppointmentCanceled: one by the patient, one by the erasure' 2 \
        "$(count_type clinic.appointment.canceled)"
    check 'DoctorCreated' 1 "$(count_type clinic.doctor.created)"
    check 'EquipmentLowStock' 1 "$(count_type clinic.equipment.low-stock)"
    check 'FeedbackSubmitted' 1 "$(count_type clinic.feedback.submitted)"
    check 'ReportUpdated: a draft and the final version' 2 "$(count_type clinic.report.updated)"
    check 'events recorded by a subscribing desk, in order' "$events" \
        "$(awk '$2 == NR' "$folder/recorder.ledger" | wc -l)"
    check 'events in the archive of headquarters' "$events" "$(lines "$folder/archive/ledger")"
    check "files of the gateway that still name the erased patient" 0 \
        "$({ grep -rlaF "$forgotten" "$folder/data" || true; } | wc -l)"
    code=0
    gateway verify >"$folder/logs/verify.log" 2>&1 || code=$?
    check 'verify: the chain over the log is whole (exit code)' 0 $code
    code=0
    gateway rebuild --compare >>"$folder/logs/verify.log" 2>&1 || code=$?
    check 'rebuild: state folded from the log is the live one' 0 $code
}

stay() {
    local node
    step 'The clinic stays up. Ctrl-C ends it and removes the folder.'
    tell try "export CLINIC_NODE=$folder/broker/nodes/desk-1 PATH=$bin:\$PATH"
    tell '' 'clinic-desk patient create --name "Your Name" --birth-date 1990-01-01'
    tell '' 'clinic-desk --help'
    tell look "clinic-gateway --config $folder/gateway.ini status | events | reactions"
    tell logs "$folder/logs"
    tell archive "$folder/archive/events.json"
    step 'What desk-2 sees from now on'
    tail -n 0 -F "$folder/logs/watch.log" 2>/dev/null &
    names+=(tail) pids+=("$!")
    wait "$!"
}

main() {
    failures=0 reply='' zoe='' zoe_member='' other='' other_member='' doctor='' visit='' moved='' canceled=''
    forgotten='Peregrine Quillfeather'
    while [ $# -gt 0 ]; do
        case $1 in
        --once) once=true ;;
        --folder)
            folder=${2:?--folder needs a folder}
            shift
            ;;
        --help)
            usage
            exit
            ;;
        *)
            usage >&2
            exit 2
            ;;
        esac
        shift
    done
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    set_up
    start_all
    register_at_desk
    register_at_kiosk
    change_some
    hire_doctor
    book_visits
    receive_patient
    give_feedback
    write_report
    run_out
    survive_outage
    look
    erase_one
    summarise
    [ "$failures" -eq 0 ] || die "$failures of the checks failed"
    [ "$once" = true ] || stay
}

main "$@"
