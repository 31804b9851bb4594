// Who may be booked where when, and that a refusal leaves everything as it was.
#include "appointment_fixture.h"

#include <appointment/appointment.h>

static const enum clinic_request_kind CANCEL = CLINIC_REQUEST_APPOINTMENT_CANCEL;

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

static struct appointment_scene open_with_ana_at_ten(struct service_fixture *fixture)
{
    const struct appointment_scene scene = open_appointment_scene(fixture);
    char id[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 4, "", id);
    return scene;
}

static void all_overlap_shapes_of_the_doctor_are_refused(void **state)
{
    struct service_fixture *fixture = *state;
    const struct appointment_scene scene = open_with_ana_at_ten(fixture);

    try_shapes(fixture, scene.bob, scene.doctor, "", "conflict.doctor");
}

static void all_overlap_shapes_of_the_patient_are_refused_also_across_doctors(void **state)
{
    struct service_fixture *fixture = *state;
    const struct appointment_scene scene = open_with_ana_at_ten(fixture);

    try_shapes(fixture, scene.ana, scene.other_doctor, "", "conflict.patient");
}

static void no_override_puts_a_patient_at_two_places(void **state)
{
    static const char override[] = ",\"override_reason\":\"emergency\"";
    struct service_fixture *fixture = *state;
    const struct appointment_scene scene = open_with_ana_at_ten(fixture);

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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
    const int64_t before = count_all(fixture);

    assert_false(
        book_new_patient(fixture, scene.doctor, scene.doctor, TOMORROW "10:00", "0612345678"));
    assert_code(fixture, CLINIC_CODE_EXISTS);
    assert_nothing_exists(fixture, scene.doctor, before);
}

static void new_patient_and_wrong_field_nothing_exists_and_the_field_is_named(void **state)
{
    struct service_fixture *fixture = *state;
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    };
    return cmocka_run_group_tests_name("booking", tests, NULL, NULL);
}
