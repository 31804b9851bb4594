// Moving, keeping and canceling what is booked, and that a refusal leaves everything as it was.
#include "appointment_fixture.h"

#include <appointment/appointment.h>

static const enum clinic_request_kind MOVE = CLINIC_REQUEST_APPOINTMENT_RESCHEDULE;
static const enum clinic_request_kind CANCEL = CLINIC_REQUEST_APPOINTMENT_CANCEL;

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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    const struct appointment_scene scene = open_appointment_scene(fixture);
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
    return cmocka_run_group_tests_name("moving", tests, NULL, NULL);
}
