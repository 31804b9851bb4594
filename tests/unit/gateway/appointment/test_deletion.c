// What the deletion of a patient does to the visits.
#include "appointment_fixture.h"

#include <appointment/appointment.h>

// Ana with one past and two future visits, each with a reason that nobody may find afterwards.
struct scene {
    char doctor[CLINIC_ID_TEXT_BYTES];
    char ana[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
    char past[CLINIC_ID_TEXT_BYTES];
    char future[2][CLINIC_ID_TEXT_BYTES];
};

static struct scene open_scene(struct service_fixture *fixture)
{
    static const char reason[] = ",\"visit_reason\":\"zebrapox\"";
    static const char override[] = ",\"visit_reason\":\"zebrapox\",\"override_reason\":\"quagga\"";
    struct scene scene;

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    add_doctor(fixture, "Dr. Gray", 30, scene.doctor);
    services_register(fixture, "Xaveria Marrowbone", "1953-07-19", scene.ana);
    (void)snprintf(scene.member_id, sizeof scene.member_id, "%s", reply_text(fixture, "member_id"));
    assert_booked(fixture, scene.ana, scene.doctor, TODAY "09:30", 1, reason, scene.past);
    assert_booked(fixture, scene.ana, scene.doctor, TODAY "12:00", 1, reason, scene.future[0]);
    assert_booked(fixture, scene.ana, scene.doctor, TOMORROW "21:00", 1, override, scene.future[1]);
    return scene;
}

static bool delete_ana(struct service_fixture *fixture, const struct scene *scene)
{
    return services_ask(fixture, CLINIC_REQUEST_PATIENT_DELETE,
                        "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                        "\"reason\":\"request\"}",
                        scene->ana, scene->member_id);
}

static void delete_with_2_future_and_1_past_appointment(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    fixture->wall_ms += HOUR_MS;
    assert_true(delete_ana(fixture, &scene));
    assert_int_equal(sql_number(fixture,
                                "SELECT count(*) FROM event canceled, event deleted"
                                " WHERE canceled.kind = 6 AND deleted.kind = 3"
                                " AND canceled.causation = deleted.id"
                                " AND json_extract(canceled.data, '$.by') = 'clinic'"
                                " AND json_extract(canceled.data, '$.reason') = 'patient-deleted'"),
                     2);
    assert_int_equal(count_events(fixture, CLINIC_APPOINTMENT_CANCELED), 2);
    for (size_t i = 0; i < ARRAY_SIZE(scene.future); i++)
        assert_int_equal(appointment_number(fixture, scene.future[i], "state"),
                         APPOINTMENT_CANCELED);
    assert_int_equal(appointment_number(fixture, scene.past, "state"), APPOINTMENT_BOOKED);
    // The slots are free again, but for the one that was.
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM doctor_slot"), 1);
}

static void what_was_typed_about_a_deleted_patient_is_in_no_file(void **state)
{
    static const char *const traces[] = { "zebrapox", "quagga", "Xaveria" };
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    for (size_t i = 0; i < ARRAY_SIZE(traces); i++)
        assert_true(services_hold(fixture, traces[i])); // otherwise this would prove nothing
    assert_true(delete_ana(fixture, &scene));
    for (size_t i = 0; i < ARRAY_SIZE(traces); i++) {
        if (services_hold(fixture, traces[i]))
            fail_msg("\"%s\" is still in a file", traces[i]);
    }
}

static void lists_survive_a_deleted_patient_and_the_past_visit_can_be_closed(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    fixture->wall_ms += HOUR_MS;
    assert_true(delete_ana(fixture, &scene));
    assert_accepted(fixture, CLINIC_REQUEST_APPOINTMENT_LIST, "{}");
    const cJSON *list = clinic_json_member(fixture->reply.data, "appointments");
    assert_int_equal(cJSON_GetArraySize(list), 2);
    assert_string_equal(clinic_json_text(cJSON_GetArrayItem(list, 0), "patient"), "");
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_READ, scene.past, "");
    assert_null(
        clinic_json_member(clinic_json_member(fixture->reply.data, "appointment"), "visit_reason"));
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CLOSE, scene.past, ",\"outcome\":\"no-show\"");
    char id[CLINIC_ID_TEXT_BYTES];
    assert_false(try_booking(fixture, scene.ana, scene.doctor, TOMORROW "10:00", 1, "", id));
    assert_code(fixture, CLINIC_CODE_PATIENT_DELETED);
}

// The visit that was is still booked, and on its day; but nobody can come any more.
static void a_deleted_patients_visit_is_neither_checked_in_nor_called(void **state)
{
    static const struct {
        enum clinic_request_kind kind;
        const char *rest;
    } steps[] = {
        { CLINIC_REQUEST_APPOINTMENT_CHECK_IN, "" },
        { CLINIC_REQUEST_APPOINTMENT_CALL, ",\"room\":\"1\"" },
    };
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    fixture->wall_ms += HOUR_MS;
    assert_true(delete_ana(fixture, &scene));
    const int64_t events = count_all_events(fixture);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        assert_false(ask_about(fixture, steps[i].kind, scene.past, steps[i].rest));
        assert_code(fixture, CLINIC_CODE_PATIENT_DELETED);
    }
    assert_int_equal(count_all_events(fixture), events);
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CLOSE, scene.past,
                ",\"outcome\":\"fulfilled\"");
}

static void a_patient_with_a_visit_in_progress_cannot_be_deleted(void **state)
{
    static const struct {
        enum clinic_request_kind kind;
        const char *rest;
    } steps[] = {
        { CLINIC_REQUEST_APPOINTMENT_CHECK_IN, "" },
        { CLINIC_REQUEST_APPOINTMENT_CALL, ",\"room\":\"1\"" },
    };
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        assert_done(fixture, steps[i].kind, scene.past, steps[i].rest);
        assert_false(delete_ana(fixture, &scene));
        assert_code(fixture, CLINIC_CODE_PATIENT_PRESENT);
    }
    assert_int_equal(count_events(fixture, CLINIC_PATIENT_DELETED), 0);
    assert_int_equal(count_events(fixture, CLINIC_APPOINTMENT_CANCELED), 0);
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_CLOSE, scene.past,
                ",\"outcome\":\"fulfilled\"");
    assert_true(delete_ana(fixture, &scene));
}

// The rebuild after the test passes events whose personal data is gone.
static void moved_and_kept_visits_of_a_deleted_patient_are_rebuilt(void **state)
{
    struct service_fixture *fixture = *state;
    const struct scene scene = open_scene(fixture);

    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_RESCHEDULE, scene.future[0],
                ",\"expected_version\":1,\"start\":\"" TOMORROW
                "06:00\",\"by\":\"patient\",\"override_reason\":\"okapi\"");
    assert_done(fixture, CLINIC_REQUEST_APPOINTMENT_KEEP, scene.past,
                ",\"override_reason\":\"okapi\"");
    assert_true(delete_ana(fixture, &scene));
    assert_false(services_hold(fixture, "okapi"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(delete_with_2_future_and_1_past_appointment),
        TEST(what_was_typed_about_a_deleted_patient_is_in_no_file),
        TEST(lists_survive_a_deleted_patient_and_the_past_visit_can_be_closed),
        TEST(a_deleted_patients_visit_is_neither_checked_in_nor_called),
        TEST(a_patient_with_a_visit_in_progress_cannot_be_deleted),
        TEST(moved_and_kept_visits_of_a_deleted_patient_are_rebuilt),
    };
    return cmocka_run_group_tests_name("deletion of patients with visits", tests, NULL, NULL);
}
