# shellcheck shell=bash disable=SC2034,SC2154 # sourced: its variables are the demo's
# day.sh - a request and all that it causes, shown; and the acts of a day.

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
    start kiosk-1 "$bin/clinic-kiosk" --folder "$folder/broker/nodes/kiosk-1"
    await "kiosk's page" grep -q 'ready:' "$folder/logs/kiosk-1.log"
    tell page "$(page_of kiosk-1) is what the kiosk shows from now on"
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

count_by_hand() {
    step 'What no scale watches is counted by hand'
    request equipment item masks --name 'Masks' --unit box --location 'Shelf 2' --minimum 5 --par 20
    request equipment count masks --quantity 12 --reason 'first count'
    request equipment adjust masks --change -4 --reason 'for the ward'
    request equipment order masks --quantity 12
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
