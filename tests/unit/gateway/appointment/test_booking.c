// Booking, moving, keeping and canceling: who may be where when, and that a refusal leaves everything as it was.
#include "appointment_fixture.h"

#include <appointment/appointment.h>

static const enum clinic_request_kind MOVE = CLINIC_REQUEST_APPOINTMENT_RESCHEDULE;
static const enum clinic_request_kind CANCEL = CLINIC_REQUEST_APPOINTMENT_CANCEL;

// Two doctors with slots of a quarter of an hour, two patients.
struct scene {
    char doctor[CLINIC_ID_TEXT_BYTES];
    char other_doctor[CLINIC_ID_TEXT_BYTES];
    char ana[CLINIC_ID_TEXT_BYTES];
    char bob[CLINIC_ID_TEXT_BYTES];
};

static struct scene open_scene(struct service_fixture *fixture)
{
    struct scene scene;

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    add_doctor(fixture, "Dr. Gray", 15, scene.doctor);
    add_doctor(fixture, "Dr. House", 15, scene.other_doctor);
    services_register(fixture, "Ana", "1990-04-02", scene.ana);
    services_register(fixture, "Bob", "1985-01-31", scene.bob);
    services_as(fixture, CLINIC_STAFF_RECEPTION, "Rita", "1234");
    return scene;
}

// ---- overlaps

static const struct {
    const char *shape;
    const char *start;
    int slots;
    bool overlaps;
} shapes[] = {
    // of a visit from 10:00 to 11:00
    { "ends before", TOMORROW "09:00", 3, false },
    { "ends where it begins", TOMORROW "09:00", 4, false },
    { "reaches into its beginning", TOMORROW "09:30", 4, true },
    { "reaches to its end", TOMORROW "09:30", 6, true },
    { "begins and ends with it", TOMORROW "10:00", 4, true },
    { "begins with it, shorter", TOMORROW "10:00", 1, true },
    { "begins with it, longer", TOMORROW "10:00", 6, true },
    { "within it", TOMORROW "10:15", 2, true },
    { "ends with it, shorter", TOMORROW "10:45", 1, true },
    { "around it", TOMORROW "09:30", 8, true },
    { "reaches out of its end", TOMORROW "10:30", 4, true },
    { "begins where it ends", TOMORROW "11:00", 4, false },
    { "begins after it", TOMORROW "11:15", 1, false },
};

static void try_shape(struct service_fixture *fixture, const char *patient, const char *doctor,
                      size_t shape, const char *rest, const char *wanted_code)
{
    char id[CLINIC_ID_TEXT_BYTES];
    const int64_t events = count_all_events(fixture);
    const bool is_booked =
        try_booking(fixture, patient, doctor, shapes[shape].start, shapes[shape].slots, rest, id);

    if (is_booked == shapes[shape].overlaps)
        fail_msg("%s: %s", shapes[shape].shape, is_booked ? "booked" : "refused");
    if (is_booked) {
        assert_done(fixture, CANCEL, id, ",\"by\":\"reception\""); // out of the way of the next
        return;
    }
    assert_string_equal(fixture->reply.problem.code, wanted_code);
    assert_string_equal(fixture->reply.problem.field, "start");
    assert_int_equal(count_all_events(fixture), events);
}

static void try_shapes(struct service_fixture *fixture, const char *patient, const char *doctor,
                       const char *rest, const char *wanted_code)
{
    for (size_t i = 0; i < ARRAY_SIZE(shapes); i++)
        try_shape(fixture, patient, doctor, i, rest, wanted_code);
}

static void all_overlap_shapes_of_the_doctor_are_refused(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 4, "", id);
    try_shapes(fixture, scene.bob, scene.doctor, "", "conflict.doctor");
}

static void all_overlap_shapes_of_the_patient_are_refused_also_across_doctors(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 4, "", id);
    try_shapes(fixture, scene.ana, scene.other_doctor, "", "conflict.patient");
}

static void no_override_puts_a_patient_at_two_places(void **state)
{
    static const char override[] = ",\"override_reason\":\"emergency\"";
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 4, "", id);
    try_shapes(fixture, scene.ana, scene.other_doctor, override, "conflict.patient");
    try_shapes(fixture, scene.ana, scene.doctor, override, "conflict.patient");
}

// In every state that blocks, and in none that does not.
static void a_patient_who_has_come_is_still_busy_and_one_who_is_done_is_not(void **state)
{
    static const struct {
        enum clinic_request_kind kind;
        const char *rest;
        bool blocks;
    } steps[] = {
        { CLINIC_REQUEST_APPOINTMENT_CHECK_IN, "", true },
        { CLINIC_REQUEST_APPOINTMENT_CALL, ",\"room\":\"2\"", true },
        { CLINIC_REQUEST_APPOINTMENT_CLOSE, ",\"outcome\":\"fulfilled\"", false },
    };
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];
    char other[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TODAY "10:00", 4, "", id);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        assert_done(fixture, steps[i].kind, id, steps[i].rest);
        assert_int_equal(
            try_booking(fixture, scene.ana, scene.other_doctor, TODAY "10:30", 1, "", other),
            !steps[i].blocks);
        if (steps[i].blocks)
            assert_code(fixture, CLINIC_CODE_CONFLICT_PATIENT);
    }
}

// What a decision that forgot to look would append.
static enum clinic_status append_unasked(struct service_fixture *fixture, const char *patient,
                                         const char *doctor, const char *start, const char *end)
{
    struct clinic_reply reply = { 0 };
    char id[CLINIC_ID_TEXT_BYTES];
    char json[512];
    const struct clinic_request request = { .id = services_new_id(fixture),
                                            .time_ms = fixture->wall_ms };
    struct decision decision = services_decision(fixture, &request, &reply);

    make_id(fixture, id);
    (void)snprintf(json, sizeof json,
                   "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                   "\"start\":\"%s\",\"end\":\"%s\",\"new_patient\":false}",
                   id, patient, doctor, start, end);
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    const enum clinic_status status = decision_append(
        &decision, CLINIC_APPOINTMENT_SCHEDULED, "appointment/x", NULL, NULL, cJSON_Parse(json));
    store_rollback(fixture->store);
    return status;
}

static void the_database_itself_refuses_two_visits_of_a_patient_at_once(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 4, "", id);
    assert_int_equal(append_unasked(fixture, scene.ana, scene.other_doctor,
                                    "2026-11-24T09:59:00.000Z", "2026-11-24T11:00:00.000Z"),
                     CLINIC_INVALID);
    assert_int_equal(append_unasked(fixture, scene.ana, scene.other_doctor,
                                    "2026-11-24T10:00:00.000Z", "2026-11-24T11:00:00.000Z"),
                     CLINIC_OK);
}

// ---- booking

static void whoever_was_here_before_is_no_new_patient(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    for (int i = 0; i < 2; i++) { // what was canceled was no visit
        assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 1, "", id);
        assert_true(clinic_json_boolean(fixture->reply.data, "new_patient", false));
        assert_done(fixture, CANCEL, id, ",\"by\":\"patient\"");
    }
    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 1, "", id);
    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "12:00", 1, "", id);
    assert_false(clinic_json_boolean(fixture->reply.data, "new_patient", true));
    assert_int_equal(appointment_number(fixture, id, "new_patient"), 0);
}

static void what_cannot_be_booked_leaves_no_event(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    const struct {
        const char *patient;
        const char *doctor;
        const char *start;
        const char *rest;
        enum clinic_code code;
    } cases[] = {
        { scene.doctor, scene.doctor, TOMORROW "10:00", "", CLINIC_CODE_NOT_FOUND },
        { scene.ana, scene.ana, TOMORROW "10:00", "", CLINIC_CODE_NOT_FOUND },
        { scene.ana, scene.doctor, TODAY "08:45", "", CLINIC_CODE_SLOT_PAST },
        { scene.ana, scene.doctor, TODAY "08:45", ",\"override_reason\":\"x\"",
          CLINIC_CODE_SLOT_PAST },
        { scene.ana, scene.doctor, "2027-03-23T10:00", "", CLINIC_CODE_SLOT_TOO_FAR },
        { scene.ana, scene.doctor, TOMORROW "07:00", "", CLINIC_CODE_SLOT_OUTSIDE_HOURS },
        { scene.ana, scene.doctor, TOMORROW "10:05", "", CLINIC_CODE_SLOT_OFF_GRID },
    };
    const int64_t events = count_all_events(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_false(try_booking(fixture, cases[i].patient, cases[i].doctor, cases[i].start, 1,
                                 cases[i].rest, id));
        assert_code(fixture, cases[i].code);
    }
    assert_int_equal(count_all_events(fixture), events);
}

static void an_id_is_booked_once(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 1, "", id);
    assert_refused(fixture, CLINIC_CODE_EXISTS, CLINIC_REQUEST_APPOINTMENT_SCHEDULE,
                   "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                   "\"start\":\"" TOMORROW "12:00\"}",
                   id, scene.bob, scene.doctor);
}

static void reception_may_override_the_doctor_and_it_is_recorded(void **state)
{
    static const char override[] = ",\"override_reason\":\"swollen cheek\"";
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 1, "", id);
    assert_int_equal(appointment_number(fixture, id, "overridden"), 0);
    assert_booked(fixture, scene.bob, scene.doctor, TOMORROW "10:00", 1, override, id);
    assert_int_equal(appointment_number(fixture, id, "overridden"), 1);
    assert_booked(fixture, scene.bob, scene.doctor, TOMORROW "06:10", 1, override, id);
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_READ, id, "");
    const cJSON *record = clinic_json_member(fixture->reply.data, "appointment");
    assert_true(clinic_json_boolean(record, "overridden", false));
    assert_string_equal(clinic_json_text(record, "override_reason"), "swollen cheek");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event WHERE kind = 4"
                                         " AND data LIKE '%%swollen%%'"),
                     0); // sealed
}

// ---- a new patient

#define CLARA                                                                                      \
    ",\"patient\":{\"name\":\"Clara Vogel\",\"birth_date\":\"1971-08-09\",\"phone\":\"%s\"}"

static bool book_new_patient(struct service_fixture *fixture, const char *patient_id,
                             const char *doctor_id, const char *start, const char *phone)
{
    char rest[200];
    char id[CLINIC_ID_TEXT_BYTES];

    (void)snprintf(rest, sizeof rest, CLARA, phone);
    return try_booking(fixture, patient_id, doctor_id, start, 1, rest, id);
}

// All events, patients and messages.
static int64_t count_all(const struct service_fixture *fixture)
{
    return count_all_events(fixture) + sql_number(fixture, "SELECT count(*) FROM patient")
           + sql_number(fixture, "SELECT count(*) FROM message");
}

static void assert_nothing_exists(struct service_fixture *fixture, const char *patient_id,
                                  int64_t before)
{
    assert_int_equal(count_all(fixture), before);
    assert_false(services_hold(fixture, "Clara"));
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CLINIC_REQUEST_PATIENT_READ,
                   "{\"patient_id\":\"%s\"}", patient_id);
}

static void new_patient_and_taken_slot_nothing_exists(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];
    char clara[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 1, "", id);
    const int64_t before = count_all(fixture);
    make_id(fixture, clara);
    assert_false(book_new_patient(fixture, clara, scene.doctor, TOMORROW "10:00", "0612345678"));
    assert_code(fixture, CLINIC_CODE_CONFLICT_DOCTOR);
    assert_nothing_exists(fixture, clara, before);
}

static void new_patient_with_the_doctors_id_nothing_exists(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    const int64_t before = count_all(fixture);

    assert_false(
        book_new_patient(fixture, scene.doctor, scene.doctor, TOMORROW "10:00", "0612345678"));
    assert_code(fixture, CLINIC_CODE_EXISTS);
    assert_nothing_exists(fixture, scene.doctor, before);
}

static void new_patient_and_wrong_field_nothing_exists_and_the_field_is_named(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    const int64_t before = count_all(fixture);
    char clara[CLINIC_ID_TEXT_BYTES];

    make_id(fixture, clara);
    assert_false(book_new_patient(fixture, clara, scene.doctor, TOMORROW "10:00", "12ab"));
    assert_code(fixture, CLINIC_CODE_INVALID_FIELD);
    assert_string_equal(fixture->reply.problem.field, "patient.phone");
    assert_nothing_exists(fixture, clara, before);
}

static void new_patient_and_free_slot_is_one_step_with_a_cause(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    const int64_t events = count_all_events(fixture);
    char clara[CLINIC_ID_TEXT_BYTES];

    make_id(fixture, clara);
    assert_true(book_new_patient(fixture, clara, scene.doctor, TOMORROW "10:00", "0612345678"));
    assert_true(clinic_json_boolean(fixture->reply.data, "new_patient", false));
    assert_int_equal(strlen(reply_text(fixture, "member_id")), 9);
    assert_int_equal(count_all_events(fixture), events + 2);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event scheduled, event created"
                                         " WHERE scheduled.kind = 4 AND created.kind = 1"
                                         " AND scheduled.causation = created.id"
                                         " AND scheduled.correlation = created.correlation"),
                     1);
    // The same patient again is somebody who is known.
    assert_false(book_new_patient(fixture, clara, scene.doctor, TOMORROW "12:00", "0612345678"));
    assert_code(fixture, CLINIC_CODE_EXISTS);
    assert_string_equal(fixture->reply.problem.field, "patient_id");
}

// ---- moving

static bool move(struct service_fixture *fixture, const char *id, int version, const char *start,
                 const char *rest)
{
    char members[300];

    (void)snprintf(members, sizeof members,
                   ",\"expected_version\":%d,\"start\":\"%s\",\"by\":\"patient\"%s", version, start,
                   rest);
    return ask_about(fixture, MOVE, id, members);
}

static void a_visit_moves_by_15_minutes_onto_itself(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 2, "", id);
    assert_true(move(fixture, id, 1, TOMORROW "10:15", ""));
    assert_string_equal(reply_text(fixture, "start"), "2026-11-24T09:15:00.000Z");
    assert_string_equal(reply_text(fixture, "end"), "2026-11-24T09:45:00.000Z");
    assert_int_equal(reply_number(fixture, "version"), 2);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM doctor_slot"), 1);
    assert_int_equal(count_events(fixture, CLINIC_APPOINTMENT_SCHEDULED), 1);
}

static void a_move_to_the_same_time_is_no_change_and_no_event(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 2, "", id);
    assert_false(move(fixture, id, 1, TOMORROW "10:00", ""));
    assert_code(fixture, CLINIC_CODE_NO_CHANGE);
    assert_int_equal(count_events(fixture, CLINIC_APPOINTMENT_RESCHEDULED), 0);
    assert_true(move(fixture, id, 1, TOMORROW "10:00", ",\"slots\":1")); // shorter is a change
}

static void a_failed_move_changes_nothing(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char first[CLINIC_ID_TEXT_BYTES];
    char second[CLINIC_ID_TEXT_BYTES];
    char third[CLINIC_ID_TEXT_BYTES];
    const struct {
        int version;
        const char *start;
        enum clinic_code code;
    } cases[] = {
        { 1, TOMORROW "11:00", CLINIC_CODE_CONFLICT_DOCTOR },
        { 1, TOMORROW "11:45", CLINIC_CODE_CONFLICT_DOCTOR },
        { 1, TOMORROW "14:15", CLINIC_CODE_CONFLICT_PATIENT },
        { 1, TOMORROW "20:00", CLINIC_CODE_SLOT_OUTSIDE_HOURS },
        { 1, TODAY "08:00", CLINIC_CODE_SLOT_PAST },
        { 2, TOMORROW "12:00", CLINIC_CODE_STALE_VERSION },
    };

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 2, "", first);
    assert_booked(fixture, scene.bob, scene.doctor, TOMORROW "11:15", 3, "", second);
    assert_booked(fixture, scene.ana, scene.other_doctor, TOMORROW "14:00", 2, "", third);
    const int64_t events = count_all_events(fixture);
    const int64_t start_ms = appointment_number(fixture, first, "start_ms");
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_false(move(fixture, first, cases[i].version, cases[i].start, ""));
        assert_code(fixture, cases[i].code);
        assert_int_equal(appointment_number(fixture, first, "start_ms"), start_ms);
        assert_int_equal(appointment_number(fixture, first, "version"), 1);
    }
    assert_int_equal(count_all_events(fixture), events);
}

static void a_stale_move_gets_the_record_as_it_is(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 1,
                  ",\"visit_reason\":\"tooth\"", id);
    assert_true(move(fixture, id, 1, TOMORROW "12:00", ""));
    assert_false(move(fixture, id, 1, TOMORROW "13:00", ""));
    assert_code(fixture, CLINIC_CODE_STALE_VERSION);
    const cJSON *record = clinic_json_member(fixture->reply.data, "appointment");
    assert_string_equal(clinic_json_text(record, "start"), "2026-11-24T11:00:00.000Z");
    assert_string_equal(clinic_json_text(record, "visit_reason"), "tooth");
}

static void a_change_of_doctor_keeps_where_it_was_and_how_long_it_is(void **state)
{
    struct service_fixture *fixture = *state;
    struct scene scene = open_scene(fixture);
    char rest[100];
    char id[CLINIC_ID_TEXT_BYTES];
    char slow_doctor[CLINIC_ID_TEXT_BYTES];

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    add_doctor(fixture, "Dr. Slow", 40, slow_doctor);
    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 4, "", id);
    (void)snprintf(rest, sizeof rest, ",\"doctor_id\":\"%s\"", slow_doctor);
    assert_true(move(fixture, id, 1, TOMORROW "10:00", rest));
    assert_string_equal(reply_text(fixture, "end"), "2026-11-24T10:20:00.000Z"); // two of 40
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM event WHERE kind = 5"
                                " AND json_extract(data, '$.doctor_id') = '%s'"
                                " AND json_extract(data, '$.previous.doctor_id') = '%s'"
                                " AND json_extract(data, '$.previous.end')"
                                " = '2026-11-24T10:00:00.000Z'",
                                slow_doctor, scene.doctor),
                     1);
    assert_booked(fixture, scene.bob, scene.doctor, TOMORROW "10:00", 4, "", id); // is free again
}

static void an_override_is_for_one_time_not_for_the_next(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "07:00", 1,
                  ",\"override_reason\":\"pain\"", id);
    assert_false(move(fixture, id, 1, TOMORROW "07:15", ""));
    assert_code(fixture, CLINIC_CODE_SLOT_OUTSIDE_HOURS);
    assert_true(move(fixture, id, 1, TOMORROW "07:15", ",\"override_reason\":\"still pain\""));
    assert_true(move(fixture, id, 2, TOMORROW "09:00", ""));
    assert_int_equal(appointment_number(fixture, id, "overridden"), 0);
    assert_int_equal(appointment_number(fixture, id, "override_reason IS NULL"), 1);
}

// ---- canceling and keeping

static void canceling_twice_counts_once(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "08:30", 1, "", id);
    for (int i = 0; i < 2; i++) {
        assert_done(fixture, CANCEL, id, ",\"by\":\"patient\",\"reason\":\"sick\"");
        assert_int_equal(reply_number(fixture, "version"), 2);
        assert_true(clinic_json_boolean(fixture->reply.data, "late", false));
        fixture->wall_ms += 48 * HOUR_MS; // also when its time is over
    }
    assert_int_equal(count_events(fixture, CLINIC_APPOINTMENT_CANCELED), 1);
}

static void a_later_booking_of_the_slot_is_not_freed_by_canceling_again(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char first[CLINIC_ID_TEXT_BYTES];
    char second[CLINIC_ID_TEXT_BYTES];
    char third[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 1, "", first);
    assert_done(fixture, CANCEL, first, ",\"by\":\"patient\"");
    assert_booked(fixture, scene.bob, scene.doctor, TOMORROW "10:00", 1, "", second);
    assert_done(fixture, CANCEL, first, ",\"by\":\"patient\"");
    assert_false(try_booking(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 1, "", third));
    assert_code(fixture, CLINIC_CODE_CONFLICT_DOCTOR);
    assert_int_equal(appointment_number(fixture, second, "state"), APPOINTMENT_BOOKED);
}

static void less_than_24_hours_before_is_late(void **state)
{
    static const struct {
        int64_t before_ms;
        bool is_late;
    } cases[] = { { 24 * HOUR_MS, false }, { 24 * HOUR_MS - 1, true }, { 1, true } };
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const int64_t now_ms = fixture->wall_ms;
        assert_booked(fixture, scene.ana, scene.doctor, "2026-11-26T10:00", 1, "", id);
        fixture->wall_ms = appointment_number(fixture, id, "start_ms") - cases[i].before_ms;
        assert_done(fixture, CANCEL, id, ",\"by\":\"doctor\"");
        assert_int_equal(clinic_json_boolean(fixture->reply.data, "late", false), cases[i].is_late);
        fixture->wall_ms = now_ms;
    }
}

static void what_has_begun_is_neither_moved_nor_canceled_nor_kept(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char arrived[CLINIC_ID_TEXT_BYTES];
    char past[CLINIC_ID_TEXT_BYTES];
    char canceled[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TODAY "10:00", 1, "", arrived);
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CHECK_IN, arrived, "");
    assert_booked(fixture, scene.bob, scene.doctor, TODAY "09:00", 1, "", past);
    assert_booked(fixture, scene.bob, scene.doctor, TOMORROW "09:00", 1, "", canceled);
    assert_done(fixture, CANCEL, canceled, ",\"by\":\"patient\"");
    const int64_t events = count_all_events(fixture);
    const char *const ids[] = { arrived, past, canceled };
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
        assert_false(move(fixture, ids[i], i == 1 ? 1 : 2, TOMORROW "15:00", ""));
        assert_code(fixture, CLINIC_CODE_STATE_MISMATCH);
        assert_false(ask_about(fixture, CLINIC_REQUEST_APPOINTMENT_KEEP, ids[i],
                               ",\"override_reason\":\"x\""));
        assert_code(fixture, CLINIC_CODE_STATE_MISMATCH);
        if (ids[i] == canceled)
            continue;
        assert_false(ask_about(fixture, CANCEL, ids[i], ",\"by\":\"patient\""));
        assert_code(fixture, CLINIC_CODE_STATE_MISMATCH);
    }
    assert_int_equal(count_all_events(fixture), events);
}

static void keeping_says_why_and_the_same_words_are_no_change(void **state)
{
    static const char reason[] = ",\"override_reason\":\"the doctor comes in for it\"";
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 1, "", id);
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_KEEP, id, reason);
    assert_int_equal(reply_number(fixture, "version"), 2);
    assert_int_equal(appointment_number(fixture, id, "overridden"), 1);
    assert_false(ask_about(fixture, CLINIC_REQUEST_APPOINTMENT_KEEP, id, reason));
    assert_code(fixture, CLINIC_CODE_NO_CHANGE);
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_KEEP, id, ",\"override_reason\":\"agreed\"");
    assert_int_equal(count_events(fixture, CLINIC_APPOINTMENT_KEPT), 2);
}

static void nobody_can_do_anything_with_an_unknown_appointment(void **state)
{
    static const struct {
        enum clinic_request_kind kind;
        const char *rest;
    } cases[] = {
        { CLINIC_REQUEST_APPOINTMENT_RESCHEDULE,
          ",\"expected_version\":1,\"start\":\"" TOMORROW "10:00\",\"by\":\"patient\"" },
        { CLINIC_REQUEST_APPOINTMENT_CANCEL, ",\"by\":\"patient\"" },
        { CLINIC_REQUEST_APPOINTMENT_KEEP, ",\"override_reason\":\"x\"" },
        { CLINIC_REQUEST_APPOINTMENT_CHECK_IN, "" },
        { CLINIC_REQUEST_APPOINTMENT_CALL, ",\"room\":\"1\"" },
        { CLINIC_REQUEST_APPOINTMENT_CLOSE, ",\"outcome\":\"no-show\"" },
        { CLINIC_REQUEST_APPOINTMENT_READ, "" },
    };
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    make_id(fixture, id);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_false(ask_about(fixture, cases[i].kind, id, cases[i].rest));
        assert_code(fixture, CLINIC_CODE_NOT_FOUND);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_overlap_shapes_of_the_doctor_are_refused),
        TEST(all_overlap_shapes_of_the_patient_are_refused_also_across_doctors),
        TEST(no_override_puts_a_patient_at_two_places),
        TEST(a_patient_who_has_come_is_still_busy_and_one_who_is_done_is_not),
        TEST(the_database_itself_refuses_two_visits_of_a_patient_at_once),
        TEST(whoever_was_here_before_is_no_new_patient),
        TEST(what_cannot_be_booked_leaves_no_event),
        TEST(an_id_is_booked_once),
        TEST(reception_may_override_the_doctor_and_it_is_recorded),
        TEST(new_patient_and_taken_slot_nothing_exists),
        TEST(new_patient_with_the_doctors_id_nothing_exists),
        TEST(new_patient_and_wrong_field_nothing_exists_and_the_field_is_named),
        TEST(new_patient_and_free_slot_is_one_step_with_a_cause),
        TEST(a_visit_moves_by_15_minutes_onto_itself),
        TEST(a_move_to_the_same_time_is_no_change_and_no_event),
        TEST(a_failed_move_changes_nothing),
        TEST(a_stale_move_gets_the_record_as_it_is),
        TEST(a_change_of_doctor_keeps_where_it_was_and_how_long_it_is),
        TEST(an_override_is_for_one_time_not_for_the_next),
        TEST(canceling_twice_counts_once),
        TEST(a_later_booking_of_the_slot_is_not_freed_by_canceling_again),
        TEST(less_than_24_hours_before_is_late),
        TEST(what_has_begun_is_neither_moved_nor_canceled_nor_kept),
        TEST(keeping_says_why_and_the_same_words_are_no_change),
        TEST(nobody_can_do_anything_with_an_unknown_appointment),
    };
    return cmocka_run_group_tests_name("appointments", tests, NULL, NULL);
}
