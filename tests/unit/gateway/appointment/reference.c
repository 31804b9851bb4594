#include "reference.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

enum { BOOKED = 1, ARRIVED = 2, IN_ROOM = 3, FULFILLED = 4, NO_SHOW = 5, CANCELED = 6 };

const struct zone zones[] = {
    // An hour is twice: 02:00 to 03:00 on 25 October.
    { "Europe/Paris",
      { "2026-10-24", "2026-10-25", "2026-10-26" },
      INT64_C(1792800000000),
      INT64_C(1792890000000),
      120,
      60 },
    // An hour is missing: 02:00 to 03:00 on 14 March.
    { "America/New_York",
      { "2027-03-13", "2027-03-14", "2027-03-15" },
      INT64_C(1804896000000),
      INT64_C(1805007600000),
      -300,
      -240 },
    // Half an hour is missing: 02:00 to 02:30 on 4 October.
    { "Australia/Lord_Howe",
      { "2026-10-03", "2026-10-04", "2026-10-05" },
      INT64_C(1790985600000),
      INT64_C(1791041400000),
      630,
      660 },
};
const size_t zone_count = sizeof zones / sizeof zones[0];

int doctor_slot_minutes(int doctor)
{
    return doctor == DOCTORS - 1 ? 60 : 30;
}

// ---- time

// False: clocks never show it.
static bool to_instant(const struct reference *reference, const struct step *step, int64_t *ret_ms)
{
    const struct zone *zone = reference->zone;
    const int64_t wall_ms = zone->first_midnight_ms + step->day * DAY + step->minute * MINUTE;
    const int64_t before_ms = wall_ms - zone->minutes_before * MINUTE;
    const int64_t after_ms = wall_ms - zone->minutes_after * MINUTE;
    const bool is_before = before_ms < zone->change_ms || reference->flaw == NO_CLOCK_CHANGE;
    const bool is_after = after_ms >= zone->change_ms;
    const bool takes_second = reference->flaw == THE_SECOND_OF_TWO_TIMES && is_after;

    *ret_ms = is_before && !takes_second ? before_ms : after_ms;
    return is_before || is_after;
}

int64_t reference_day(const struct zone *zone, int64_t at_ms)
{
    const int minutes = at_ms < zone->change_ms ? zone->minutes_before : zone->minutes_after;

    return (at_ms + minutes * MINUTE) / DAY;
}

// ---- who is where

static bool overlaps(const struct reference *reference, const struct reference_visit *a,
                     const struct reference_visit *b)
{
    if (reference->flaw == TOUCHING_IS_OVERLAPPING)
        return a->start_ms <= b->end_ms && a->end_ms >= b->start_ms;
    return a->start_ms < b->end_ms && a->end_ms > b->start_ms;
}

static bool takes_time(const struct reference *reference, const struct reference_visit *visit,
                       int last_state)
{
    return visit->exists
           && (visit->state <= last_state
               || (reference->flaw == CANCELED_VISITS_BLOCK && visit->state == CANCELED));
}

// A visit that took place has taken the doctor's time.
static bool is_doctor_busy(const struct reference *reference, const struct reference_visit *wanted,
                           int own)
{
    for (int i = 0; i < VISITS_MAX; i++) {
        const struct reference_visit *other = &reference->visits[i];
        if (i == own && reference->flaw != OWN_TIME_BLOCKS_A_MOVE)
            continue;
        if (takes_time(reference, other, FULFILLED) && other->doctor == wanted->doctor
            && overlaps(reference, other, wanted))
            return true;
    }
    return false;
}

static bool is_patient_busy(const struct reference *reference, const struct reference_visit *wanted,
                            int own)
{
    for (int i = 0; i < VISITS_MAX; i++) {
        const struct reference_visit *other = &reference->visits[i];
        if (i == own || !takes_time(reference, other, IN_ROOM) || other->patient != wanted->patient)
            continue;
        if (reference->flaw == PATIENTS_CAN_BE_WITH_TWO_DOCTORS && other->doctor != wanted->doctor)
            continue;
        if (overlaps(reference, other, wanted))
            return true;
    }
    return false;
}

// ---- answers

static struct answer accept(const struct step *step)
{
    return (struct answer){ .is_accepted = true, .visit = step->visit };
}

static struct answer refuse(const struct step *step, enum clinic_code code)
{
    return (struct answer){ .code = code, .visit = step->visit };
}

static bool judge_time(const struct reference *reference, const struct step *step,
                       const struct reference_visit *wanted, int own, enum clinic_code *ret_code)
{
    const bool is_override = step->reason != 0;

    if (wanted->start_ms < reference->now_ms)
        *ret_code = CLINIC_CODE_SLOT_PAST;
    else if (!is_override && step->minute % doctor_slot_minutes(wanted->doctor) != 0)
        *ret_code = CLINIC_CODE_SLOT_OFF_GRID;
    else if (!is_override && is_doctor_busy(reference, wanted, own))
        *ret_code = CLINIC_CODE_CONFLICT_DOCTOR;
    else if (is_patient_busy(reference, wanted, own))
        *ret_code = CLINIC_CODE_CONFLICT_PATIENT;
    else
        return true;
    return false;
}

static bool is_new(const struct reference *reference, int patient)
{
    for (int i = 0; i < VISITS_MAX; i++) {
        const struct reference_visit *visit = &reference->visits[i];
        if (visit->exists && visit->patient == patient && visit->state != CANCELED)
            return false;
    }
    return true;
}

static struct answer book(struct reference *reference, const struct step *step)
{
    struct reference_visit *visit = &reference->visits[step->visit];
    const int slots = step->slots == 0 ? 1 : step->slots;
    enum clinic_code code;
    struct reference_visit wanted = { .exists = true,
                                      .patient = step->patient,
                                      .doctor = step->doctor,
                                      .state = BOOKED,
                                      .reason = step->reason,
                                      .version = 1 };

    if (visit->exists)
        return refuse(step, CLINIC_CODE_EXISTS);
    if (!to_instant(reference, step, &wanted.start_ms))
        return refuse(step, CLINIC_CODE_SLOT_NO_SUCH_TIME);
    wanted.end_ms = wanted.start_ms + slots * doctor_slot_minutes(step->doctor) * MINUTE;
    if (!judge_time(reference, step, &wanted, -1, &code))
        return refuse(step, code);
    struct answer answer = accept(step);
    answer.is_new_patient = is_new(reference, step->patient);
    *visit = wanted;
    return answer;
}

static bool has_begun(const struct reference *reference, const struct reference_visit *visit)
{
    return visit->start_ms <= reference->now_ms;
}

static bool is_open(const struct reference *reference, const struct reference_visit *visit)
{
    return visit->state == BOOKED && !has_begun(reference, visit);
}

static int64_t length_of_move(const struct step *step, const struct reference_visit *visit)
{
    const int64_t slot_ms = doctor_slot_minutes(step->doctor) * MINUTE;
    int64_t slots = step->slots;

    while (step->slots == 0 && slots * slot_ms < visit->end_ms - visit->start_ms)
        slots++;
    return slots * slot_ms;
}

static struct answer move(struct reference *reference, const struct step *step)
{
    struct reference_visit *visit = &reference->visits[step->visit];
    struct reference_visit wanted = *visit;
    enum clinic_code code;

    if (!is_open(reference, visit))
        return refuse(step, CLINIC_CODE_STATE_MISMATCH);
    if (step->versions_behind != 0)
        return refuse(step, CLINIC_CODE_STALE_VERSION);
    if (!to_instant(reference, step, &wanted.start_ms))
        return refuse(step, CLINIC_CODE_SLOT_NO_SUCH_TIME);
    wanted.doctor = step->doctor;
    wanted.end_ms = wanted.start_ms + length_of_move(step, visit);
    if (wanted.doctor == visit->doctor && wanted.start_ms == visit->start_ms
        && wanted.end_ms == visit->end_ms)
        return refuse(step, CLINIC_CODE_NO_CHANGE);
    if (!judge_time(reference, step, &wanted, step->visit, &code))
        return refuse(step, code);
    wanted.reason = step->reason;
    wanted.version++;
    *visit = wanted;
    return accept(step);
}

static struct answer cancel(struct reference *reference, const struct step *step)
{
    struct reference_visit *visit = &reference->visits[step->visit];

    if (visit->state == CANCELED)
        return accept(step);
    if (!is_open(reference, visit))
        return refuse(step, CLINIC_CODE_STATE_MISMATCH);
    visit->state = CANCELED;
    visit->version++;
    return accept(step);
}

static struct answer keep(struct reference *reference, const struct step *step)
{
    struct reference_visit *visit = &reference->visits[step->visit];

    if (!is_open(reference, visit))
        return refuse(step, CLINIC_CODE_STATE_MISMATCH);
    if (visit->reason == step->reason)
        return refuse(step, CLINIC_CODE_NO_CHANGE);
    visit->reason = step->reason;
    visit->version++;
    return accept(step);
}

// ---- in the clinic

static int64_t turn(const struct reference_visit *visit)
{
    return visit->arrived_at_ms > visit->start_ms ? visit->arrived_at_ms : visit->start_ms;
}

static bool is_waiting(const struct reference *reference, const struct reference_visit *visit,
                       int doctor)
{
    return visit->exists && visit->state == ARRIVED && visit->doctor == doctor
           && turn(visit) >= reference->now_ms - 12 * HOUR;
}

static int count_before(const struct reference *reference, int own)
{
    const struct reference_visit *visit = &reference->visits[own];
    int count = 0;

    for (int i = 0; visit->state == ARRIVED && i < VISITS_MAX; i++) {
        const struct reference_visit *other = &reference->visits[i];
        if (is_waiting(reference, other, visit->doctor)
            && (turn(other) < turn(visit) || (turn(other) == turn(visit) && i < own)))
            count++;
    }
    return count;
}

static bool may_come(const struct reference *reference, const struct reference_visit *visit)
{
    const int64_t wait_ms = visit->start_ms - reference->now_ms;

    return reference_day(reference->zone, visit->start_ms)
               == reference_day(reference->zone, reference->now_ms)
           || (wait_ms <= 2 * HOUR && wait_ms >= -HOUR / 2);
}

static struct answer check_in(struct reference *reference, const struct step *step)
{
    struct reference_visit *visit = &reference->visits[step->visit];

    if (visit->state > IN_ROOM || (visit->state == BOOKED && !may_come(reference, visit)))
        return refuse(step, CLINIC_CODE_STATE_MISMATCH);
    if (visit->state == BOOKED) {
        visit->state = ARRIVED;
        visit->arrived_at_ms = reference->now_ms;
        visit->version++;
    }
    struct answer answer = accept(step);
    answer.waiting = count_before(reference, step->visit);
    return answer;
}

static struct answer call(struct reference *reference, const struct step *step)
{
    struct reference_visit *visit = &reference->visits[step->visit];

    if (visit->state != ARRIVED && visit->state != IN_ROOM)
        return refuse(step, CLINIC_CODE_STATE_MISMATCH);
    visit->state = IN_ROOM;
    visit->version++;
    return accept(step);
}

static struct answer call_next(struct reference *reference, const struct step *step)
{
    struct step next = *step;
    bool is_found = false;

    for (int i = 0; i < VISITS_MAX; i++) {
        if (is_waiting(reference, &reference->visits[i], step->doctor)
            && (!is_found || turn(&reference->visits[i]) < turn(&reference->visits[next.visit]))) {
            is_found = true;
            next.visit = i;
        }
    }
    return is_found ? call(reference, &next) : refuse(step, CLINIC_CODE_NOT_FOUND);
}

static struct answer close_visit(struct reference *reference, const struct step *step)
{
    struct reference_visit *visit = &reference->visits[step->visit];
    const int wanted = step->is_no_show ? NO_SHOW : FULFILLED;
    const bool is_here = visit->state == ARRIVED || visit->state == IN_ROOM;
    const bool is_over_due = visit->state == BOOKED && has_begun(reference, visit);

    if (visit->state == wanted)
        return accept(step);
    if (!is_over_due && (!is_here || step->is_no_show))
        return refuse(step, CLINIC_CODE_STATE_MISMATCH);
    visit->state = wanted;
    visit->version++;
    return accept(step);
}

static struct answer wait(struct reference *reference, const struct step *step)
{
    reference->now_ms += step->wait_minutes * MINUTE;
    return accept(step);
}

struct answer reference_take(struct reference *reference, const struct step *step)
{
    static struct answer (*const takers[STEP_KINDS])(struct reference *, const struct step *) = {
        [BOOK] = book,           [MOVE] = move,         [CANCEL] = cancel,
        [KEEP] = keep,           [CHECK_IN] = check_in, [CALL] = call,
        [CALL_NEXT] = call_next, [CLOSE] = close_visit, [WAIT] = wait,
    };
    const bool needs_visit = step->kind != BOOK && step->kind != CALL_NEXT && step->kind != WAIT;

    if (needs_visit && !reference->visits[step->visit].exists)
        return refuse(step, CLINIC_CODE_NOT_FOUND);
    return takers[step->kind](reference, step);
}
