// From the waiting room to the end of a visit, and the lists that show where everybody is.
#include "appointment_fixture.h"

#include <appointment/appointment.h>

static const enum clinic_request_kind CALL = CLINIC_REQUEST_APPOINTMENT_CALL;
static const enum clinic_request_kind CLOSE = CLINIC_REQUEST_APPOINTMENT_CLOSE;
static const enum clinic_request_kind LIST = CLINIC_REQUEST_APPOINTMENT_LIST;

enum { VISITS = 4 };

// Patients 0 to 3 have visits with one doctor at 14:00, 14:30, 15:00 and 15:30.
struct scene {
    char doctor[CLINIC_ID_TEXT_BYTES];
    char patients[VISITS][CLINIC_ID_TEXT_BYTES];
    char visits[VISITS][CLINIC_ID_TEXT_BYTES];
    int64_t start_ms; // of the first
};

static struct scene open_scene(struct service_fixture *fixture)
{
    static const char *const names[VISITS] = { "Ana", "Bob", "Cem", "Dora" };
    static const char *const starts[VISITS] = { TODAY "14:00", TODAY "14:30", TODAY "15:00",
                                                TODAY "15:30" };
    struct scene scene;

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    add_doctor(fixture, "Dr. Gray", 30, scene.doctor);
    services_as(fixture, CLINIC_STAFF_RECEPTION, "Rita", "1234");
    for (size_t i = 0; i < VISITS; i++) {
        services_register(fixture, names[i], "1990-04-02", scene.patients[i]);
        assert_booked(fixture, scene.patients[i], scene.doctor, starts[i], 1, "", scene.visits[i]);
    }
    scene.start_ms = appointment_number(fixture, scene.visits[0], "start_ms");
    return scene;
}

static void check_in(struct service_fixture *fixture, const char *visit, int64_t wall_ms,
                     int64_t wanted_waiting)
{
    fixture->wall_ms = wall_ms;
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CHECK_IN, visit, "");
    assert_int_equal(reply_number(fixture, "waiting"), wanted_waiting);
}

static void call_next(struct service_fixture *fixture, const struct scene *scene,
                      const char *wanted_visit)
{
    assert_accepted(fixture, CALL, "{\"doctor_id\":\"%s\",\"room\":\"Room 2\"}", scene->doctor);
    assert_string_equal(reply_text(fixture, "appointment_id"), wanted_visit);
}

// ---- calling

static void patients_are_called_in_the_order_of_their_visits_and_late_ones_wait_behind(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    check_in(fixture, scene.visits[2], scene.start_ms - 30 * MINUTE_MS, 0); // early: 15:00
    check_in(fixture, scene.visits[1], scene.start_ms - 10 * MINUTE_MS, 0); // 14:30
    check_in(fixture, scene.visits[0], scene.start_ms + 40 * MINUTE_MS, 1); // late: 14:40
    check_in(fixture, scene.visits[3], scene.start_ms + 50 * MINUTE_MS, 3); // 15:30
    call_next(fixture, &scene, scene.visits[1]);
    call_next(fixture, &scene, scene.visits[0]);
    call_next(fixture, &scene, scene.visits[2]);
    call_next(fixture, &scene, scene.visits[3]);
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, CALL, "{\"doctor_id\":\"%s\",\"room\":\"2\"}",
                   scene.doctor);
}

static void who_was_forgotten_yesterday_is_not_called_today(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char visit[CLINIC_ID_TEXT_BYTES];

    check_in(fixture, scene.visits[0], scene.start_ms, 0);
    assert_booked(fixture, scene.patients[1], scene.doctor, TOMORROW "09:00", 1, "", visit);
    check_in(fixture, visit, scene.start_ms + 19 * HOUR_MS, 0);
    call_next(fixture, &scene, visit);
}

static void calling_again_sends_to_another_room(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    const char *visit = scene.visits[0];

    assert_false(ask_about(fixture, CALL, visit, ",\"room\":\"1\"")); // has not come
    assert_code(fixture, CLINIC_CODE_STATE_MISMATCH);
    check_in(fixture, visit, scene.start_ms, 0);
    assert_done(fixture, CALL, visit, ",\"room\":\"1\"");
    assert_done(fixture, CALL, visit, ",\"room\":\"2\"");
    assert_string_equal(reply_text(fixture, "queue_number"), "A01");
    assert_sql_text(fixture, "2", "SELECT room FROM appointment WHERE room IS NOT NULL");
    assert_done(fixture, CLOSE, visit, ",\"outcome\":\"fulfilled\"");
    assert_false(ask_about(fixture, CALL, visit, ",\"room\":\"1\""));
    assert_code(fixture, CLINIC_CODE_STATE_MISMATCH);
    assert_refused(fixture, CLINIC_CODE_INVALID_MISSING, CALL, "{\"room\":\"1\"}");
}

// ---- closing

// Brings the first visit into a state, from the request that leads there.
static void bring_into(struct service_fixture *fixture, const struct scene *scene,
                       enum appointment_state state)
{
    const char *visit = scene->visits[0];

    if (state == APPOINTMENT_CANCELED) {
        assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CANCEL, visit, ",\"by\":\"patient\"");
        return;
    }
    if (state == APPOINTMENT_ARRIVED || state == APPOINTMENT_IN_ROOM)
        assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CHECK_IN, visit, "");
    if (state == APPOINTMENT_IN_ROOM)
        assert_done(fixture, CALL, visit, ",\"room\":\"1\"");
}

struct close_case {
    enum appointment_state state;
    bool has_begun;
    bool may_be_fulfilled;
    bool may_be_no_show;
};

static void try_to_close(const struct close_case *wanted, bool is_no_show)
{
    void *state;
    const bool may = is_no_show ? wanted->may_be_no_show : wanted->may_be_fulfilled;
    const char *rest = is_no_show ? ",\"outcome\":\"no-show\"" : ",\"outcome\":\"fulfilled\"";

    assert_int_equal(services_open(&state), 0);
    struct service_fixture *fixture = state;
    const struct scene scene = open_scene(fixture);
    bring_into(fixture, &scene, wanted->state);
    if (wanted->has_begun)
        fixture->wall_ms = scene.start_ms;
    if (ask_about(fixture, CLOSE, scene.visits[0], rest) != may)
        fail_msg("state %d, %s: %s", (int)wanted->state, wanted->has_begun ? "begun" : "not begun",
                 rest);
    if (!may)
        assert_code(fixture, CLINIC_CODE_STATE_MISMATCH);
    for (int i = 0; i < 2; i++) // two desks do it
        assert_int_equal(ask_about(fixture, CLOSE, scene.visits[0], rest), may);
    assert_int_equal(count_events(fixture, CLINIC_APPOINTMENT_CLOSED), may);
    assert_int_equal(services_close(&state), 0);
}

static void who_has_come_is_fulfilled_who_has_not_is_a_no_show_once_it_has_begun(void **state)
{
    static const struct close_case cases[] = {
        { APPOINTMENT_BOOKED, false, false, false },   { APPOINTMENT_BOOKED, true, true, true },
        { APPOINTMENT_ARRIVED, false, true, false },   { APPOINTMENT_ARRIVED, true, true, false },
        { APPOINTMENT_IN_ROOM, false, true, false },   { APPOINTMENT_IN_ROOM, true, true, false },
        { APPOINTMENT_CANCELED, false, false, false }, { APPOINTMENT_CANCELED, true, false, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        try_to_close(&cases[i], false);
        try_to_close(&cases[i], true);
    }
}

static void the_newest_fulfilled_visit_is_found_and_stepped_back_from(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    struct clinic_id patient_id;
    struct clinic_id doctor_id;
    struct appointment found;
    char second[CLINIC_ID_TEXT_BYTES];
    char text[CLINIC_ID_TEXT_BYTES];

    assert_true(clinic_id_parse(scene.patients[0], &patient_id));
    assert_true(clinic_id_parse(scene.doctor, &doctor_id));
    assert_booked(fixture, scene.patients[0], scene.doctor, TODAY "17:00", 1, "", second);
    assert_int_equal(
        appointment_find_fulfilled(fixture->store, &patient_id, &doctor_id, 0, INT64_MAX, &found),
        CLINIC_NOT_FOUND);
    const char *const visits[] = { scene.visits[0], second };
    for (size_t i = 0; i < ARRAY_SIZE(visits); i++) {
        fixture->wall_ms += 9 * HOUR_MS;
        services_as(fixture, CLINIC_STAFF_RECEPTION, "Rita", "1234");
        assert_done(fixture, CLOSE, visits[i], ",\"outcome\":\"fulfilled\"");
    }
    int64_t until_ms = INT64_MAX;
    for (size_t i = 0; i < ARRAY_SIZE(visits); i++) {
        assert_int_equal(appointment_find_fulfilled(fixture->store, &patient_id, &doctor_id, 0,
                                                    until_ms, &found),
                         CLINIC_OK);
        clinic_id_print(&found.appointment_id, text);
        assert_string_equal(text, visits[1 - i]);
        until_ms = found.closed_at_ms;
    }
}

// ---- lists

static const cJSON *listed(const struct service_fixture *fixture, int wanted_count)
{
    const cJSON *list = clinic_json_member(fixture->reply.data, "appointments");

    assert_int_equal(cJSON_GetArraySize(list), wanted_count);
    return list;
}

static void assert_row(const cJSON *list, int index, const char *wanted_visit)
{
    const cJSON *row = cJSON_GetArrayItem(list, index);

    assert_string_equal(clinic_json_text(row, "appointment_id"), wanted_visit);
}

static void the_board_of_a_day_is_by_start_and_pages(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    assert_accepted(fixture, LIST, "{}");
    const cJSON *list = listed(fixture, VISITS);
    for (int i = 0; i < VISITS; i++)
        assert_row(list, i, scene.visits[i]);
    assert_string_equal(clinic_json_text(cJSON_GetArrayItem(list, 1), "patient"), "Bob");
    assert_false(clinic_json_boolean(fixture->reply.data, "more", true));
    assert_accepted(fixture, LIST, "{\"skip\":1,\"limit\":2}");
    list = listed(fixture, 2);
    assert_row(list, 0, scene.visits[1]);
    assert_true(clinic_json_boolean(fixture->reply.data, "more", false));
    assert_accepted(fixture, LIST, "{\"doctor_id\":\"%s\",\"skip\":3}", scene.doctor);
    assert_row(listed(fixture, 1), 0, scene.visits[3]);
    assert_accepted(fixture, LIST, "{\"doctor_id\":\"%s\"}", scene.patients[0]); // no doctor
    (void)listed(fixture, 0);
    assert_accepted(fixture, LIST, "{\"date\":\"2026-11-24\"}");
    (void)listed(fixture, 0);
}

// A desk shows how long somebody has waited, without reading each visit.
static void a_row_tells_since_when_somebody_waits_and_is_in_the_room(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    assert_accepted(fixture, LIST, "{}");
    const cJSON *row = cJSON_GetArrayItem(listed(fixture, VISITS), 0);
    assert_null(clinic_json_member(row, "arrived"));
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CHECK_IN, scene.visits[0], "");
    assert_accepted(fixture, LIST, "{}");
    row = cJSON_GetArrayItem(listed(fixture, VISITS), 0);
    assert_non_null(clinic_json_text(row, "arrived"));
    assert_null(clinic_json_member(row, "called"));
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CALL, scene.visits[0], ",\"room\":\"3\"");
    assert_accepted(fixture, LIST, "{}");
    row = cJSON_GetArrayItem(listed(fixture, VISITS), 0);
    assert_non_null(clinic_json_text(row, "called"));
}

static void a_day_is_the_clinics_from_midnight_to_midnight(void **state)
{
    static const char override[] = ",\"override_reason\":\"night\"";
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char last[CLINIC_ID_TEXT_BYTES];
    char first[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.patients[0], scene.doctor, "2026-11-25T23:30", 1, override, last);
    assert_booked(fixture, scene.patients[0], scene.doctor, "2026-11-26T00:00", 1, override, first);
    assert_accepted(fixture, LIST, "{\"date\":\"2026-11-25\"}");
    assert_row(listed(fixture, 1), 0, last);
    assert_accepted(fixture, LIST, "{\"date\":\"2026-11-26\"}");
    assert_row(listed(fixture, 1), 0, first);
}

static void a_patients_visits_are_newest_first_of_all_days(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char visit[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.patients[0], scene.doctor, "2026-12-24T09:00", 1, "", visit);
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CANCEL, visit, ",\"by\":\"patient\"");
    assert_accepted(fixture, LIST, "{\"patient_id\":\"%s\"}", scene.patients[0]);
    const cJSON *list = listed(fixture, 2);
    assert_row(list, 0, visit);
    assert_row(list, 1, scene.visits[0]);
    assert_string_equal(clinic_json_text(cJSON_GetArrayItem(list, 0), "state"), "canceled");
}

// Sixty rows of the longest names and rooms, of characters that JSON writes as two.
static void the_fullest_list_fits_into_a_message(void **state)
{
    struct service_fixture *fixture = *state;
    char doctor[CLINIC_ID_TEXT_BYTES];
    char patient[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];
    char name[401] = "";
    char room[120] = ",\"room\":\"";
    char *json;

    for (int i = 0; i < 199; i++)
        (void)strcat(name, "\\\"");
    (void)strcat(name, "A");
    for (int i = 0; i < 40; i++)
        (void)strcat(room, "\\\"");
    (void)strcat(room, "\"");
    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    add_doctor(fixture, "Dr. Gray", 10, doctor);
    services_register(fixture, name, "1990-04-02", patient);
    for (int i = 0; i < 61; i++) {
        char start[32];
        (void)snprintf(start, sizeof start, TODAY "%02d:%d0", 9 + i / 6, i % 6);
        assert_booked(fixture, patient, doctor, start, 1, "", visit);
        assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CHECK_IN, visit, "");
        assert_done(fixture, CALL, visit, room);
    }
    assert_accepted(fixture, LIST, "{}");
    (void)listed(fixture, 60);
    assert_true(clinic_json_boolean(fixture->reply.data, "more", false));
    assert_int_equal(clinic_reply_encode(&fixture->reply, &json), CLINIC_OK);
    assert_true(strlen(json) < CLINIC_JSON_BYTES_MAX);
    free(json);
}

static void reading_a_visit_shows_all_of_it_and_is_audited(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);
    char visit[CLINIC_ID_TEXT_BYTES];

    assert_booked(fixture, scene.patients[0], scene.doctor, TODAY "17:00", 1,
                  ",\"visit_reason\":\"a\\ntooth\"", visit);
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CHECK_IN, visit, "");
    assert_done(fixture, CALL, visit, ",\"room\":\"1\"");
    assert_done(fixture, CLOSE, visit, ",\"outcome\":\"fulfilled\"");
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_READ, visit, "");
    const cJSON *record = clinic_json_member(fixture->reply.data, "appointment");
    assert_string_equal(clinic_json_text(record, "visit_reason"), "a\ntooth");
    assert_string_equal(clinic_json_text(record, "patient"), "Ana");
    assert_string_equal(clinic_json_text(record, "arrived"), "2026-11-23T08:00:00.000Z");
    assert_non_null(clinic_json_text(record, "called"));
    assert_non_null(clinic_json_text(record, "ended"));
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM audit_access WHERE person = 'Rita'"
                                " AND action = 'appointment/read' AND subject = 'patient/%s'",
                                scene.patients[0]),
                     1);
}

// The board of a day is on a screen all day long; it is nobody's record.
static void looking_at_a_patients_visits_is_audited_and_the_day_board_is_not(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    assert_accepted(fixture, LIST, "{}");
    assert_accepted(fixture, LIST, "{\"doctor_id\":\"%s\"}", scene.doctor);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access"
                                         " WHERE action = 'appointment/list'"),
                     0);
    assert_accepted(fixture, LIST, "{\"patient_id\":\"%s\"}", scene.patients[1]);
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM audit_access WHERE person = 'Rita'"
                                " AND action = 'appointment/list' AND subject = 'patient/%s'",
                                scene.patients[1]),
                     1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(patients_are_called_in_the_order_of_their_visits_and_late_ones_wait_behind),
        TEST(who_was_forgotten_yesterday_is_not_called_today),
        TEST(calling_again_sends_to_another_room),
        cmocka_unit_test(who_has_come_is_fulfilled_who_has_not_is_a_no_show_once_it_has_begun),
        TEST(the_newest_fulfilled_visit_is_found_and_stepped_back_from),
        TEST(the_board_of_a_day_is_by_start_and_pages),
        TEST(a_row_tells_since_when_somebody_waits_and_is_in_the_room),
        TEST(a_day_is_the_clinics_from_midnight_to_midnight),
        TEST(a_patients_visits_are_newest_first_of_all_days),
        TEST(the_fullest_list_fits_into_a_message),
        TEST(reading_a_visit_shows_all_of_it_and_is_audited),
        TEST(looking_at_a_patients_visits_is_audited_and_the_day_board_is_not),
    };
    return cmocka_run_group_tests_name("visits", tests, NULL, NULL);
}
