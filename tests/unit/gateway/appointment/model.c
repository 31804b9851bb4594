#include "model.h"

#include <appointment/appointment.h>

#include <clinic/clock.h>

#include <stdlib.h>

// The gateway, with the ids of what the steps call by numbers. Ids grow with the numbers.
struct world {
    struct service_fixture *fixture;
    const struct zone *zone;
    char patients[PATIENTS][CLINIC_ID_TEXT_BYTES];
    char doctors[DOCTORS][CLINIC_ID_TEXT_BYTES];
    char visits[VISITS_MAX][CLINIC_ID_TEXT_BYTES];
    char queue_numbers[VISITS_MAX][16]; // empty: has not come
    struct mismatch *mismatch;
};

// ---- random steps

static const struct {
    const char *name;
    int weight;
} kinds[STEP_KINDS] = {
    [BOOK] = { "book", 40 },          [MOVE] = { "move", 22 },         [CANCEL] = { "cancel", 9 },
    [KEEP] = { "keep", 8 },           [CHECK_IN] = { "check in", 30 }, [CALL] = { "call", 16 },
    [CALL_NEXT] = { "call next", 9 }, [CLOSE] = { "close", 22 },       [WAIT] = { "wait", 7 },
};

static int below(unsigned *seed, int limit)
{
    return (int)((unsigned)rand_r(seed) % (unsigned)limit);
}

static bool one_in(unsigned *seed, int count)
{
    return below(seed, count) == 0;
}

static enum step_kind make_kind(unsigned *seed)
{
    int total = 0;

    for (int i = 0; i < STEP_KINDS; i++)
        total += kinds[i].weight;
    int drawn = below(seed, total);
    int kind = 0;
    while (drawn >= kinds[kind].weight)
        drawn -= kinds[kind++].weight;
    return (enum step_kind)kind;
}

// Few times, so that they meet: from midnight to six, mostly on half hours, where clocks are changed.
static void make_place(struct step *step, unsigned *seed)
{
    step->patient = below(seed, PATIENTS);
    step->doctor = below(seed, DOCTORS);
    step->day = one_in(seed, 5) ? 0 : 1 + below(seed, DAYS - 1);
    step->minute = 30 * below(seed, 12) + (one_in(seed, 20) ? 15 : 0);
    step->slots = below(seed, 4);
}

// What has been drawn so far.
struct drawn {
    int booked;
    int checked_in;
};

// Mostly a new one is booked, something done with one of the last, and the one called or closed that has come.
static int make_visit(enum step_kind kind, struct drawn *drawn, unsigned *seed)
{
    if (one_in(seed, 12))
        return below(seed, VISITS_MAX);
    if (kind == BOOK)
        return drawn->booked++ % VISITS_MAX;
    if ((kind == CALL || kind == CLOSE) && !one_in(seed, 4))
        return drawn->checked_in;
    return (drawn->booked + VISITS_MAX - 1 - below(seed, 5)) % VISITS_MAX;
}

// A visit has a place of its own, at which it is often booked; often it is moved there, or half an hour from there.
static void make_own_place(struct step *step, unsigned base, unsigned *seed)
{
    unsigned own = base + (unsigned)step->visit;

    make_place(step, &own);
    if (step->kind == MOVE && step->minute >= 30)
        step->minute += 30 * (below(seed, 3) - 1);
}

void steps_make(struct steps *steps, unsigned *seed)
{
    const unsigned base = (unsigned)rand_r(seed);
    struct drawn drawn = { .booked = 0 };

    steps->hours_before = below(seed, 10);
    steps->count = STEPS_MAX;
    for (size_t i = 0; i < STEPS_MAX; i++) {
        struct step *step = &steps->steps[i];
        step->kind = make_kind(seed);
        step->visit = make_visit(step->kind, &drawn, seed);
        if (step->kind == CHECK_IN)
            drawn.checked_in = step->visit;
        if (one_in(seed, 2))
            make_own_place(step, base, seed);
        else
            make_place(step, seed);
        step->reason = one_in(seed, 8) || step->kind == KEEP ? 1 + below(seed, 2) : 0;
        step->versions_behind = one_in(seed, 10);
        step->is_no_show = one_in(seed, 4);
        step->wait_minutes = 5 * below(seed, 36);
    }
}

void steps_print(const struct steps *steps, const struct zone *zone)
{
    print_message("%s, %d hours before the change\n", zone->name, steps->hours_before);
    for (size_t i = 0; i < steps->count; i++) {
        const struct step *step = &steps->steps[i];
        print_message("  %zu. %s visit %d: patient %d, doctor %d, %sT%02d:%02d, %d slots,"
                      " reason %d, %d behind, no-show %d, %d minutes\n",
                      i + 1, kinds[step->kind].name, step->visit, step->patient, step->doctor,
                      zone->dates[step->day], step->minute / 60, step->minute % 60, step->slots,
                      step->reason, step->versions_behind, step->is_no_show, step->wait_minutes);
    }
}

// ---- asking the gateway

static void add_around_the_clock(struct world *world, int doctor)
{
    char hours[512];
    size_t length = 0;
    char *id = world->doctors[doctor];

    for (int weekday = 1; weekday <= 7; weekday++)
        length += (size_t)snprintf(hours + length, sizeof hours - length,
                                   "%s{\"weekday\":%d,\"from\":\"00:00\",\"to\":\"24:00\"}",
                                   weekday == 1 ? "" : ",", weekday);
    make_id(world->fixture, id);
    assert_accepted(world->fixture, CLINIC_REQUEST_DOCTOR_CREATE,
                    "{\"doctor_id\":\"%s\",\"name\":\"Dr. %d\",\"specialty\":\"Dentistry\","
                    "\"slot_minutes\":%d,\"hours\":[%s]}",
                    id, doctor, doctor_slot_minutes(doctor), hours);
}

static void world_open(struct world *world, const struct zone *zone, int64_t now_ms)
{
    static const char *const names[PATIENTS] = { "Ana", "Bob", "Cem" };
    void *state;

    assert_int_equal(services_open(&state), 0);
    memset(world, 0, sizeof *world);
    world->fixture = state;
    world->zone = zone;
    world->fixture->wall_ms = now_ms;
    (void)snprintf(world->fixture->site.zone, sizeof world->fixture->site.zone, "%s", zone->name);
    services_set_zone(zone->name);
    for (int i = 0; i < DOCTORS; i++)
        add_around_the_clock(world, i);
    for (int i = 0; i < PATIENTS; i++)
        services_register(world->fixture, names[i], "1990-04-02", world->patients[i]);
    for (int i = 0; i < VISITS_MAX; i++)
        make_id(world->fixture, world->visits[i]);
}

// After each run the log is folded again, too.
static void world_close(struct world *world)
{
    void *state = world->fixture;

    assert_int_equal(services_close(&state), 0);
}

// Further members, each after a comma.
struct members {
    char text[400];
    size_t length;
};

static void add(struct members *members, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct members *members, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    members->length += (size_t)vsnprintf(members->text + members->length,
                                         sizeof members->text - members->length, format, arguments);
    va_end(arguments);
    assert_true(members->length < sizeof members->text);
}

static void add_time(struct members *members, const struct world *world, const struct step *step)
{
    add(members, ",\"doctor_id\":\"%s\",\"start\":\"%sT%02d:%02d\"", world->doctors[step->doctor],
        world->zone->dates[step->day], step->minute / 60, step->minute % 60);
    if (step->slots > 0)
        add(members, ",\"slots\":%d", step->slots);
    if (step->reason > 0)
        add(members, ",\"override_reason\":\"because %d\"", step->reason);
}

static bool ask_time(struct world *world, const struct reference *before, const struct step *step)
{
    struct members members = { .length = 0 };

    add_time(&members, world, step);
    if (step->kind == BOOK) {
        add(&members, ",\"patient_id\":\"%s\"", world->patients[step->patient]);
        return ask_about(world->fixture, CLINIC_REQUEST_APPOINTMENT_SCHEDULE,
                         world->visits[step->visit], members.text);
    }
    // No version is below 1: one too many is as wrong as one too few.
    const int64_t version = before->visits[step->visit].version;
    add(&members, ",\"by\":\"patient\",\"expected_version\":%lld",
        (long long)(version > step->versions_behind ? version - step->versions_behind
                                                    : version + 1));
    return ask_about(world->fixture, CLINIC_REQUEST_APPOINTMENT_RESCHEDULE,
                     world->visits[step->visit], members.text);
}

static bool ask_step(struct world *world, const struct reference *before, const struct step *step)
{
    struct service_fixture *fixture = world->fixture;
    const char *visit = world->visits[step->visit];
    struct members reason = { .length = 0 };

    switch (step->kind) {
    case BOOK:
    case MOVE:
        return ask_time(world, before, step);
    case CANCEL:
        return ask_about(fixture, CLINIC_REQUEST_APPOINTMENT_CANCEL, visit, ",\"by\":\"patient\"");
    case KEEP:
        add(&reason, ",\"override_reason\":\"because %d\"", step->reason);
        return ask_about(fixture, CLINIC_REQUEST_APPOINTMENT_KEEP, visit, reason.text);
    case CHECK_IN:
        return ask_about(fixture, CLINIC_REQUEST_APPOINTMENT_CHECK_IN, visit, "");
    case CALL:
        return ask_about(fixture, CLINIC_REQUEST_APPOINTMENT_CALL, visit, ",\"room\":\"1\"");
    case CALL_NEXT:
        return services_ask(fixture, CLINIC_REQUEST_APPOINTMENT_CALL,
                            "{\"doctor_id\":\"%s\",\"room\":\"1\"}", world->doctors[step->doctor]);
    case CLOSE:
        return ask_about(fixture, CLINIC_REQUEST_APPOINTMENT_CLOSE, visit,
                         step->is_no_show ? ",\"outcome\":\"no-show\""
                                          : ",\"outcome\":\"fulfilled\"");
    case WAIT:
        fixture->wall_ms += (int64_t)step->wait_minutes * MINUTE_MS;
        return true;
    case STEP_KINDS:
        break;
    }
    return false;
}

// ---- comparing

static bool differs(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Always false, for `return differs(…)`.
static bool differs(struct world *world, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(world->mismatch->text, sizeof world->mismatch->text, format, arguments);
    va_end(arguments);
    return false;
}

// A number is given once, and to one visit of a day only.
static bool same_queue(struct world *world, const struct reference *reference, int visit)
{
    const char *number = reply_text(world->fixture, "queue_number");
    char *own = world->queue_numbers[visit];
    const int64_t day = reference_day(reference->zone, reference->visits[visit].start_ms);

    if (own[0] != '\0' && strcmp(own, number) != 0)
        return differs(world, "visit %d had number %s and now %s", visit, own, number);
    for (int i = 0; i < VISITS_MAX; i++) {
        if (i != visit && strcmp(world->queue_numbers[i], number) == 0
            && reference_day(reference->zone, reference->visits[i].start_ms) == day)
            return differs(world, "visits %d and %d have number %s", i, visit, number);
    }
    (void)snprintf(own, sizeof world->queue_numbers[visit], "%s", number);
    return true;
}

static bool same_details(struct world *world, const struct reference *reference,
                         const struct step *step, const struct answer *answer)
{
    const struct service_fixture *fixture = world->fixture;

    if (step->kind == BOOK
        && clinic_json_boolean(fixture->reply.data, "new_patient", !answer->is_new_patient)
               != answer->is_new_patient)
        return differs(world, "new patient should be %d", answer->is_new_patient);
    if (step->kind == CALL_NEXT
        && strcmp(reply_text(fixture, "appointment_id"), world->visits[answer->visit]) != 0)
        return differs(world, "visit %d should have been called", answer->visit);
    if (step->kind != CHECK_IN)
        return true;
    if (reply_number(fixture, "waiting") != answer->waiting)
        return differs(world, "%d should wait before", answer->waiting);
    return same_queue(world, reference, step->visit);
}

static bool same_answer(struct world *world, const struct reference *reference,
                        const struct step *step, const struct answer *answer, bool is_accepted)
{
    const char *wanted = answer->is_accepted ? "accepted" : clinic_codes[answer->code].name;
    const char *given = is_accepted ? "accepted" : world->fixture->reply.problem.code;

    if (strcmp(wanted, given) != 0)
        return differs(world, "%s: should be %s and is %s", kinds[step->kind].name, wanted, given);
    return !is_accepted || same_details(world, reference, step, answer);
}

static bool same_doctor(const struct world *world, int doctor, const struct clinic_id *id)
{
    char text[CLINIC_ID_TEXT_BYTES];

    clinic_id_print(id, text);
    return strcmp(text, world->doctors[doctor]) == 0;
}

static bool same_visit(struct world *world, const struct reference_visit *wanted, int visit)
{
    struct clinic_id id;
    struct appointment is = { .version = 0 };

    assert_true(clinic_id_parse(world->visits[visit], &id));
    const enum clinic_status status = appointment_find(world->fixture->store, &id, &is);
    if (!wanted->exists)
        return status == CLINIC_NOT_FOUND || differs(world, "visit %d should not exist", visit);
    if (status != CLINIC_OK || !same_doctor(world, wanted->doctor, &is.doctor_id)
        || is.start_ms != wanted->start_ms || is.end_ms != wanted->end_ms
        || is.version != wanted->version || (int)is.state != wanted->state)
        return differs(world, "visit %d is in state %d, version %lld, from %lld to %lld", visit,
                       (int)is.state, (long long)is.version, (long long)is.start_ms,
                       (long long)is.end_ms);
    return true;
}

static bool same_visits(struct world *world, const struct reference *reference)
{
    for (int i = 0; i < VISITS_MAX; i++) {
        if (!same_visit(world, &reference->visits[i], i))
            return false;
    }
    return true;
}

static bool take_step(struct world *world, struct reference *reference, const struct step *step,
                      struct tally *tally)
{
    const struct reference before = *reference;
    const struct answer answer = reference_take(reference, step);
    const bool is_accepted = ask_step(world, &before, step);

    if (tally != NULL && answer.is_accepted)
        tally->accepted[step->kind]++;
    else if (tally != NULL)
        tally->refused[answer.code]++;
    return same_answer(world, reference, step, &answer, is_accepted)
           && same_visits(world, reference);
}

bool steps_agree(const struct steps *steps, const struct zone *zone, enum flaw flaw,
                 struct tally *tally, struct mismatch *reterr_mismatch)
{
    struct world world;
    struct reference reference = { .zone = zone,
                                   .flaw = flaw,
                                   .now_ms =
                                       zone->change_ms - (int64_t)steps->hours_before * HOUR_MS };
    bool agree = true;

    world_open(&world, zone, reference.now_ms);
    world.mismatch = reterr_mismatch;
    for (size_t i = 0; i < steps->count && agree; i++) {
        reterr_mismatch->step = i;
        agree = take_step(&world, &reference, &steps->steps[i], tally);
    }
    world_close(&world);
    return agree;
}

// ---- shrinking

static void leave_out(const struct steps *steps, size_t first, size_t count,
                      struct steps *ret_steps)
{
    *ret_steps = *steps;
    memmove(&ret_steps->steps[first], &steps->steps[first + count],
            (steps->count - first - count) * sizeof steps->steps[0]);
    ret_steps->count -= count;
}

// Larger pieces first; single ones again as long as any could be left out. What comes after the mismatch never counts.
void steps_shrink(struct steps *steps, const struct zone *zone, enum flaw flaw,
                  struct mismatch *mismatch)
{
    struct steps fewer;
    struct mismatch other;

    steps->count = mismatch->step + 1;
    for (size_t piece = steps->count / 2; piece > 0;) {
        bool has_shrunk = false;
        for (size_t first = 0; first + piece <= steps->count;) {
            leave_out(steps, first, piece, &fewer);
            if (steps_agree(&fewer, zone, flaw, NULL, &other)) {
                first += piece;
                continue;
            }
            *steps = fewer;
            *mismatch = other;
            steps->count = mismatch->step + 1;
            has_shrunk = true;
        }
        if (!has_shrunk || piece > 1)
            piece /= 2;
    }
}
