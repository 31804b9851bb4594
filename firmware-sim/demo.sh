#!/bin/bash
# A whole simulated clinic on this machine: all that a fresh Debian 12 or 13 needs is this command.
set -euo pipefail

usage() {
    cat <<'EOF'
Usage: firmware-sim/demo.sh [--once] [--folder DIR]

Installs what is missing (apt, as root or through sudo), builds into build/release, and starts in a folder of
its own: certificates, the clinic's broker, its gateway, two desks, a kiosk, a waiting room's screen, three scales, and
headquarters with a broker and an archive. Then it plays a day: scales are set up, patients are registered, a doctor is hired, visits are booked,
moved, canceled and held, feedback and reports are written, gloves are taken until they run low, a patient is erased; and
it shows what flows where. It takes about two minutes: what is low must have been so for one.

  --once        end by itself with a summary; exit status 0 only if nothing is missing anywhere
  --folder DIR  use this folder, which must not exist or be empty, and keep it; otherwise a temporary one
                is made and removed
  --help        this text

Without --once the clinic stays up until Ctrl-C, with the pages of desks, kiosk and waiting room for a browser.
EOF
}

demo=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(dirname "$demo")
bin=${CLINIC_BIN:-$repo/build/release/bin}
# shellcheck source=tests/packages.sh
. "$repo/tests/packages.sh"
# shellcheck source=firmware-sim/demo/stage.sh
. "$demo/demo/stage.sh"
# shellcheck source=firmware-sim/demo/day.sh
. "$demo/demo/day.sh"
# shellcheck source=firmware-sim/demo/shelves.sh
. "$demo/demo/shelves.sh"
# shellcheck source=firmware-sim/demo/truth.sh
. "$demo/demo/truth.sh"

PATH=$PATH:/usr/sbin # mosquitto is there, and not on everybody's path
readonly pin=2718281 wait_s=20
# The clinic lies where it is day now: at night nobody would be alerted of gloves.
for TZ in Europe/Paris Asia/Kolkata Asia/Tokyo America/New_York America/Los_Angeles Pacific/Auckland; do
    export TZ
    hour=$(date +%-H)
    [ "$hour" -lt 9 ] || [ "$hour" -ge 17 ] || break
done
once=false keep=false folder=''
names=() pids=() # of the programs that run
bold='' dim='' plain=''
if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; fi

stay() {
    local node
    step 'The clinic stays up. Ctrl-C ends it and removes the folder.'
    tell 'front desk' "$(page_of desk-1) as ada, with the PIN $pin"
    tell '' "$(page_of desk-2) is the desk beside it; alerts.html is the screen for staff"
    tell kiosk "$(page_of kiosk-1)"
    tell 'waiting' "$(page_of board-1) is the screen in the waiting room"
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
    fill_shelves
    use_shelves
    register_at_desk
    register_at_kiosk
    change_some
    hire_doctor
    book_visits
    receive_patient
    give_feedback
    write_report
    count_by_hand
    survive_outage
    find_low
    look
    erase_one
    summarise
    [ "$failures" -eq 0 ] || die "$failures of the checks failed"
    [ "$once" = true ] || stay
}

main "$@"
