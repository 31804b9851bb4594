# shellcheck shell=bash disable=SC2034,SC2154 # sourced: its variables are the demo's
# truth.sh - what was wanted and what is there.

# ---- the truth

check() { # WHAT WANTED FOUND
    local mark=ok
    if [ "$2" != "$3" ]; then mark='WRONG' failures=$((failures + 1)); fi
    printf '  %-64s %6s %6s  %s\n' "$1" "$2" "$3" "$mark"
}

lines() { wc -l <"$1"; }
count_type() { gateway events --type "$1" | wc -l; }
stock_of() { desk desk-1 --json equipment list | sed -n "s/.*\"item_id\":\"$1\"[^]]*\"quantity\":\([0-9]*\),\"minimum\".*/\1/p"; }

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
    check 'EquipmentScaleChanged: three scales, three steps asked and answered' 21 \
        "$(count_type clinic.equipment.scale-changed)"
    check 'EquipmentLowStock' 1 "$(count_type clinic.equipment.low-stock)"
    check 'gloves, drills and syringes on the shelves, as scales say' '9 25 24' \
        "$(stock_of gloves-m) $(stock_of drills) $(stock_of syringes)"
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
