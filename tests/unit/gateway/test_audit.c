// The trail: who did and who saw what, newest first, without a value of any record.
#include "visit_fixture.h"

#include <audit/audit.h>

static const enum clinic_request_kind READ = CLINIC_REQUEST_AUDIT_READ;
static const int64_t MINUTE_MS = INT64_C(60) * 1000;

static void record(struct service_fixture *fixture, const char *action, const char *subject,
                   const char *outcome)
{
    const struct audit_access access = {
        .caller = &fixture->caller,
        .action = action,
        .subject = subject,
        .outcome = outcome,
        .time_ms = fixture->wall_ms,
    };

    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(audit_record_access(fixture->store, &access), CLINIC_OK);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
}

static int rows(struct service_fixture *fixture)
{
    return cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "rows"));
}

static const char *row_text(struct service_fixture *fixture, int index, const char *name)
{
    return clinic_json_text(
        cJSON_GetArrayItem(clinic_json_member(fixture->reply.data, "rows"), index), name);
}

static void changes_and_accesses_are_one_trail_newest_first(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char subject[64];

    services_register(fixture, "Ana", "1990-04-02", id);
    (void)snprintf(subject, sizeof subject, "patient/%s", id);
    fixture->wall_ms += 1000;
    record(fixture, "patient/read", subject, "accepted");
    fixture->wall_ms += 1000;
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":1,\"name\":\"Secretname\"}", id);
    fixture->wall_ms += 1000;
    record(fixture, "patient/delete", subject, "forbidden");

    assert_accepted(fixture, READ, "{}");
    assert_int_equal(rows(fixture), 4);
    assert_string_equal(row_text(fixture, 0, "outcome"), "forbidden");
    assert_string_equal(row_text(fixture, 1, "action"), "clinic.patient.updated");
    assert_string_equal(row_text(fixture, 1, "detail"), "name");
    assert_string_equal(row_text(fixture, 1, "person"), "Rita");
    assert_string_equal(row_text(fixture, 2, "action"), "patient/read");
    assert_string_equal(row_text(fixture, 3, "action"), "clinic.patient.created");
    assert_false(clinic_json_boolean(fixture->reply.data, "more", true));
    char *json = clinic_json_print(fixture->reply.data);
    assert_null(strstr(json, "Secretname"));
    free(json);

    assert_accepted(fixture, READ, "{\"limit\":2}");
    assert_int_equal(rows(fixture), 2);
    assert_true(clinic_json_boolean(fixture->reply.data, "more", false));
    assert_string_equal(row_text(fixture, 0, "action"), "audit/read"); // the reading itself
}

static void the_trail_can_be_narrowed(void **state)
{
    static const struct {
        const char *filter;
        int wanted;
    } cases[] = {
        { "{\"subject\":\"patient/1\"}", 2 },
        { "{\"person\":\"Rita\"}", 2 },
        { "{\"node\":\"desk-1\"}", 2 },
        { "{\"node\":\"kiosk-1\"}", 2 },
        { "{\"subject\":\"patient/1\",\"node\":\"kiosk-1\"}", 1 },
        { "{\"person\":\"Rita\",\"node\":\"kiosk-1\"}", 0 },
        { "{\"person\":\"Rita\",\"node\":\"desk-1\"}", 2 },
        { "{\"subject\":\"patient/1\",\"from\":\"2026-11-23T08:01:00Z\"}", 1 },
        { "{\"subject\":\"patient/1\",\"to\":\"2026-11-23T08:01:00Z\"}", 1 },
        { "{\"to\":\"2026-11-23T08:00:00Z\"}", 0 },
        { "{\"subject\":\"x' OR 1=1 --\"}", 0 },
    };
    struct service_fixture *fixture = *state;

    record(fixture, "patient/read", "patient/1", "accepted");
    record(fixture, "patient/read", "patient/2", "accepted");
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    fixture->wall_ms += MINUTE_MS;
    record(fixture, "portal/read", "patient/1", "accepted");
    record(fixture, "portal/read", "", "not-found");
    services_at(fixture, "desk-9", CLINIC_ROLE_DESK);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_accepted(fixture, READ, "%s", cases[i].filter);
        if (rows(fixture) != cases[i].wanted)
            fail_msg("%s gave %d rows", cases[i].filter, rows(fixture));
    }
}

static void a_flood_of_refusals_is_counted_in_one_row(void **state)
{
    struct service_fixture *fixture = *state;

    for (int i = 0; i < 100; i++)
        record(fixture, "patient/find", "", "forbidden");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access"), 61);
    record(fixture, "patient/read", "patient/1", "accepted"); // what was let in always has a row
    services_at(fixture, "desk-2", CLINIC_ROLE_DESK);
    record(fixture, "patient/find", "", "forbidden");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access"), 63);

    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    assert_accepted(fixture, READ, "{\"node\":\"desk-1\",\"limit\":2}");
    assert_string_equal(row_text(fixture, 0, "action"), "patient/read");
    assert_string_equal(row_text(fixture, 1, "action"), "refusals");
    assert_string_equal(row_text(fixture, 1, "detail"), "40 more refusals in this minute");

    fixture->wall_ms += MINUTE_MS;
    record(fixture, "patient/find", "", "forbidden");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_access"
                                         " WHERE node = 'desk-1' AND action = 'patient/find'"),
                     61);
}

// ---- what concerns a patient

static int rows_about(struct service_fixture *fixture, const char *entity, const char *id)
{
    services_at(fixture, "desk-9", CLINIC_ROLE_DESK);
    assert_accepted(fixture, READ, "{\"subject\":\"%s/%s\",\"limit\":100}", entity, id);
    return rows(fixture);
}

static void write_report(struct service_fixture *fixture, const struct visit *visit,
                         const char *report_id)
{
    char subject[CLINIC_SUBJECT_BYTES];

    (void)snprintf(subject, sizeof subject, "report/%s", report_id);
    services_happen(fixture, CLINIC_REPORT_UPDATED, subject, visit->patient_id,
                    "{\"report_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                    "\"kind\":\"diagnosis\",\"version\":1,\"status\":\"draft\",\"notify\":false,"
                    "\"title\":\"Secretname\",\"text\":\"Secretname\",\"attachments\":[]}",
                    report_id, visit->patient_id, visit->doctor_id);
}

static void what_concerns_a_patient_is_found_by_the_patient(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visits[2];
    char report_id[CLINIC_ID_TEXT_BYTES];

    for (int i = 0; i < 2; i++)
        visit_book(fixture, i + 1, true, &visits[i]);
    visit_moves(fixture, &visits[0], 2);
    visit_goes_on(fixture, &visits[0], CLINIC_APPOINTMENT_CHECKED_IN, 3, VISIT_ARRIVES);
    visit_goes_on(fixture, &visits[0], CLINIC_APPOINTMENT_CALLED, 4, VISIT_CALL);
    visit_goes_on(fixture, &visits[0], CLINIC_APPOINTMENT_CLOSED, 5, "\"outcome\":\"fulfilled\"");
    new_id(fixture, report_id);
    write_report(fixture, &visits[0], report_id);

    assert_int_equal(rows_about(fixture, "patient", visits[0].patient_id), 7);
    assert_string_equal(row_text(fixture, 0, "action"), "clinic.report.updated");
    assert_string_equal(row_text(fixture, 1, "detail"), "fulfilled");
    assert_string_equal(row_text(fixture, 6, "action"), "clinic.patient.created");
    assert_int_equal(rows_about(fixture, "patient", visits[1].patient_id), 2);
    assert_int_equal(rows_about(fixture, "appointment", visits[0].appointment_id), 5);
    assert_int_equal(rows_about(fixture, "report", report_id), 1);
    assert_int_equal(rows_about(fixture, "doctor", visits[0].doctor_id), 1);
}

static void a_read_of_a_record_is_audited(void **state)
{
    static const struct {
        enum clinic_request_kind kind;
        const char *action;
    } cases[] = {
        { CLINIC_REQUEST_PATIENT_READ, "patient/read" },
        { CLINIC_REQUEST_APPOINTMENT_READ, "appointment/read" },
        { CLINIC_REQUEST_REPORT_READ, "report/read" },
        { CLINIC_REQUEST_REPORT_LIST, "report/list" },
    };
    struct service_fixture *fixture = *state;
    struct visit visit;
    char report_id[CLINIC_ID_TEXT_BYTES];

    visit_book(fixture, 1, true, &visit);
    new_id(fixture, report_id);
    write_report(fixture, &visit, report_id);
    const int before = rows_about(fixture, "patient", visit.patient_id);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct clinic_request_type *type = &clinic_request_types[cases[i].kind];
        const char *id = strcmp(type->fields[0].name, "patient_id") == 0  ? visit.patient_id
                         : strcmp(type->fields[0].name, "report_id") == 0 ? report_id
                                                                          : visit.appointment_id;
        fixture->wall_ms += 1000;
        services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
        services_as(fixture, CLINIC_STAFF_DOCTOR, "Dora", "4711");
        assert_accepted(fixture, cases[i].kind, "{\"%s\":\"%s\"}", type->fields[0].name, id);
        assert_int_equal(rows_about(fixture, "patient", visit.patient_id), before + (int)i + 1);
        assert_string_equal(row_text(fixture, 0, "action"), cases[i].action);
        assert_string_equal(row_text(fixture, 0, "person"), "Dora");
        assert_string_equal(row_text(fixture, 0, "outcome"), "accepted");
    }
}

static void anonymous_feedback_is_not_traceable_to_its_patient(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visit;
    char feedback_id[CLINIC_ID_TEXT_BYTES];

    visit_book(fixture, 1, true, &visit);
    new_id(fixture, feedback_id);
    const int before = rows_about(fixture, "patient", visit.patient_id);
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    assert_accepted(fixture, CLINIC_REQUEST_FEEDBACK_SUBMIT,
                    "{\"feedback_id\":\"%s\",\"rating\":1,\"text\":\"Cold\","
                    "\"patient_id\":\"%s\",\"doctor_id\":\"%s\",\"anonymous\":true}",
                    feedback_id, visit.patient_id, visit.doctor_id);
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    services_as(fixture, CLINIC_STAFF_DOCTOR, "Dora", "4711");
    assert_accepted(fixture, CLINIC_REQUEST_FEEDBACK_READ, "{\"feedback_id\":\"%s\"}", feedback_id);
    assert_accepted(fixture, CLINIC_REQUEST_FEEDBACK_ANSWER,
                    "{\"feedback_id\":\"%s\",\"text\":\"Sorry\"}", feedback_id);

    assert_int_equal(rows_about(fixture, "patient", visit.patient_id), before);
    assert_int_equal(rows_about(fixture, "feedback", feedback_id),
                     2); // the doctor's reading and answer
    assert_string_equal(row_text(fixture, 0, "action"), "clinic.feedback.answered");
    assert_string_equal(row_text(fixture, 1, "action"), "feedback/read");
    assert_string_equal(row_text(fixture, 0, "person"), "Dora");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_change"
                                         " WHERE node = 'kiosk-1'"),
                     0);
}

// ---- what is said of it

static void add_item(struct service_fixture *fixture)
{
    services_happen(fixture, CLINIC_EQUIPMENT_ITEM_CHANGED, "equipment/gloves-m", NULL,
                    "{\"item_id\":\"gloves-m\",\"version\":1,\"name\":\"Gloves\",\"unit\":\"box\","
                    "\"location\":\"\",\"minimum\":20,\"par\":60,\"bins\":[]}");
}

static void set_stock(struct service_fixture *fixture, const char *cause)
{
    services_happen(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "equipment/gloves-m", NULL,
                    "{\"item_id\":\"gloves-m\",\"quantity\":30,\"change\":0,\"state\":\"ok\","
                    "\"cause\":\"%s\",\"reason\":\"Secretname\"}",
                    cause);
}

static void only_what_people_do_to_the_stock_is_written_down(void **state)
{
    static const struct {
        const char *cause;
        bool is_written;
    } cases[] = {
        { "scale", false }, { "count", true },   { "adjust", true }, { "order", true },
        { "stale", false }, { "minimum", true }, { "held", false },
    };
    struct service_fixture *fixture = *state;

    add_item(fixture);
    int wanted = rows_about(fixture, "equipment", "gloves-m");
    assert_int_equal(wanted, 1);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        fixture->wall_ms += 1000;
        set_stock(fixture, cases[i].cause);
        wanted += cases[i].is_written;
        assert_int_equal(rows_about(fixture, "equipment", "gloves-m"), wanted);
        if (cases[i].is_written)
            assert_string_equal(row_text(fixture, 0, "detail"), cases[i].cause);
    }
}

static void a_detail_holds_names_and_codes_but_no_value(void **state)
{
    struct service_fixture *fixture = *state;
    struct visit visits[2];

    visit_book(fixture, 1, true, &visits[0]);
    visit_book(fixture, 2, true, &visits[1]);
    visit_moves(fixture, &visits[0], 2);
    visit_goes_on(fixture, &visits[0], CLINIC_APPOINTMENT_KEPT, 3,
                  "\"override_reason\":\"Secretname\"");
    visit_goes_on(fixture, &visits[0], CLINIC_APPOINTMENT_CANCELED, 4,
                  VISIT_MOVED ",\"by\":\"patient\",\"reason\":\"sick\",\"late\":true");
    assert_int_equal(rows_about(fixture, "appointment", visits[0].appointment_id), 4);
    assert_string_equal(row_text(fixture, 0, "detail"), "patient, sick, late");
    assert_string_equal(row_text(fixture, 1, "detail"), "");
    assert_string_equal(row_text(fixture, 2, "detail"), "patient");
    assert_string_equal(row_text(fixture, 3, "detail"), "");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM audit_change"
                                         " WHERE detail LIKE '%%Secret%%'"),
                     0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(changes_and_accesses_are_one_trail_newest_first),
        TEST(the_trail_can_be_narrowed),
        TEST(a_flood_of_refusals_is_counted_in_one_row),
        TEST(what_concerns_a_patient_is_found_by_the_patient),
        TEST(a_read_of_a_record_is_audited),
        TEST(anonymous_feedback_is_not_traceable_to_its_patient),
        TEST(only_what_people_do_to_the_stock_is_written_down),
        TEST(a_detail_holds_names_and_codes_but_no_value),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
