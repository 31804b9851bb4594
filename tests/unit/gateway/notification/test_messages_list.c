// What staff see of messages, and the work-list: what nobody could send.
#include "message_fixture.h"

static const enum clinic_request_kind LIST = CLINIC_REQUEST_MESSAGE_LIST;
static const enum clinic_request_kind HANDLE = CLINIC_REQUEST_MESSAGE_HANDLE;

static const cJSON *row(const struct service_fixture *fixture, int index)
{
    return cJSON_GetArrayItem(clinic_json_member(fixture->reply.data, "messages"), index);
}

static int rows(const struct service_fixture *fixture)
{
    return cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "messages"));
}

static void assert_row(const struct service_fixture *fixture, int index, const char *template,
                       const char *state)
{
    assert_string_equal(clinic_json_text(row(fixture, index), "template"), template);
    assert_string_equal(clinic_json_text(row(fixture, index), "state"), state);
}

static void messages_are_listed_newest_first_page_by_page(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char after[32] = "9999999999999999-0";
    char last[32] = "";

    for (int i = 0; i < 7; i++)
        message_patient(fixture, BY_EMAIL, id);
    for (int page = 0; page < 3; page++) {
        assert_accepted(fixture, LIST, "{\"limit\":3,\"after\":\"%s\"}", after);
        assert_int_equal(rows(fixture), page < 2 ? 3 : 1);
        assert_int_equal(clinic_json_boolean(fixture->reply.data, "more", false), page < 2);
        for (int i = 0; i < rows(fixture); i++) {
            const char *message_id = clinic_json_text(row(fixture, i), "message_id");
            assert_true(strcmp(message_id, after) < 0);
            (void)snprintf(after, sizeof after, "%s", message_id);
        }
        (void)snprintf(last, sizeof last, "%s", after);
    }
    assert_string_equal(last, "0000000000000001-0");
    assert_accepted(fixture, LIST, "{}");
    assert_int_equal(rows(fixture), 7);
    assert_string_equal(clinic_json_text(row(fixture, 0), "recipient"), id);
    assert_string_equal(clinic_json_text(row(fixture, 0), "due"), "2026-11-23T08:00:00.000Z");
}

static void a_message_says_what_became_of_it(void **state)
{
    struct service_fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];

    message_clock(fixture, 22);
    message_patient(fixture, BY_EMAIL, patient);
    message_doctor(fixture, "", doctor);
    message_book(fixture, patient, doctor, "2026-11-27T09:30", visit);
    message_cancel(fixture, visit);
    assert_accepted(fixture, LIST, "{}");
    assert_row(fixture, 0, "doctor-visit-canceled", "waiting");
    assert_row(fixture, 1, "visit-canceled", "waiting");
    assert_row(fixture, 2, "doctor-visit-booked", "dropped");
    assert_row(fixture, 3, "visit-confirmed", "dropped");
    assert_row(fixture, 4, "doctor-welcome", "waiting");
    assert_row(fixture, 5, "welcome", "waiting");
    message_clock(fixture, 32);
    assert_accepted(fixture, LIST, "{}");
    assert_row(fixture, 0, "doctor-visit-canceled", "sent"); // a screen shows it
    assert_row(fixture, 2, "doctor-visit-booked", "dropped");
}

static void without_a_channel_a_message_goes_to_the_work_list_when_it_expires(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, BY_EMAIL, id);
    services_pass(fixture, 14 * (int64_t)DAY_MS - 1000, 14 * (int64_t)DAY_MS - 1000);
    assert_accepted(fixture, LIST, "{\"work_list\":true}");
    assert_int_equal(rows(fixture), 0);
    services_pass(fixture, 1000, 1000);
    assert_accepted(fixture, LIST, "{\"work_list\":true}");
    assert_int_equal(rows(fixture), 1);
    assert_row(fixture, 0, "welcome", "expired");
}

static void what_was_left_to_staff_leaves_the_work_list_when_it_is_of_no_use(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, "", id);
    assert_accepted(fixture, LIST, "{\"work_list\":true}");
    assert_row(fixture, 0, "welcome", "by-hand");
    services_pass(fixture, 14 * (int64_t)DAY_MS, 14 * (int64_t)DAY_MS);
    assert_accepted(fixture, LIST, "{\"work_list\":true}");
    assert_int_equal(rows(fixture), 0);
    assert_accepted(fixture, LIST, "{}");
    assert_row(fixture, 0, "welcome", "dropped");
}

static void what_staff_have_handled_is_off_the_work_list(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, "", id);
    message_patient(fixture, "", id);
    assert_accepted(fixture, LIST, "{\"work_list\":true}");
    assert_int_equal(rows(fixture), 2);
    for (int again = 0; again < 2; again++) {
        assert_accepted(fixture, HANDLE, "{\"message_id\":\"0000000000000001-0\"}");
        assert_string_equal(fixture->subject, "message/0000000000000001-0");
        assert_accepted(fixture, LIST, "{\"work_list\":true}");
        assert_int_equal(rows(fixture), 1);
    }
    assert_accepted(fixture, LIST, "{}");
    assert_row(fixture, 1, "welcome", "handled");
    assert_accepted(fixture, LIST, "{\"work_list\":true,\"after\":\"0000000000000002-0\"}");
    assert_int_equal(rows(fixture), 0);
}

// The list says the same of them as before: the rows of deliveries go, the messages stay.
static void how_deliveries_went_is_forgotten_after_ninety_days(void **state)
{
    enum { MESSAGES = 60 };
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    for (int i = 0; i < MESSAGES; i++)
        message_patient(fixture, "", id);
    message_patient(fixture, BY_EMAIL, id); // never sent: it stays on the work-list
    services_pass(fixture, 14 * (int64_t)DAY_MS + 1000, 14 * (int64_t)DAY_MS + 1000);
    services_pass(fixture, 90 * (int64_t)DAY_MS - 2000, 90 * (int64_t)DAY_MS - 2000);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM delivery"), MESSAGES + 1);
    services_pass(fixture, 1000, 1000);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM delivery"), MESSAGES + 1 - 50);
    services_pass(fixture, 1000, 1000);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM delivery"), 1);
    assert_accepted(fixture, LIST, "{}");
    assert_row(fixture, 0, "welcome", "expired");
    assert_row(fixture, 1, "welcome", "dropped");
    assert_accepted(fixture, LIST, "{\"work_list\":true}");
    assert_int_equal(rows(fixture), 1);
}

static void what_needs_no_handling_is_refused(void **state)
{
    struct service_fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, BY_EMAIL, patient); // event 1
    message_doctor(fixture, "", doctor);         // 2
    message_book(fixture, patient, doctor, "2026-11-27T09:30", visit);
    message_cancel(fixture, visit);
    assert_refused(fixture, CLINIC_CODE_STATE_MISMATCH, HANDLE,
                   "{\"message_id\":\"0000000000000003-0\"}"); // dropped
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, HANDLE,
                   "{\"message_id\":\"0000000000000003-2\"}"); // on a screen
    assert_refused(fixture, CLINIC_CODE_NOT_FOUND, HANDLE,
                   "{\"message_id\":\"0000000000000099-0\"}");
}

static void an_id_that_is_none_is_refused(void **state)
{
    static const char *const bad[] = {
        "0000000000000001 0",  "000000000000001-00",  "00000000000000001-",
        "0000000000000001-00", "0000000000000001-+1", "0000000000000001- 1",
        "-000000000000001-0",  "000000000000000x-0",  "0000000000000001-1x",
        "00000000000000011-0", "0000000000000001--1", "0000000000000001-9999999",
    };
    struct service_fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, LIST, "{\"after\":\"%s\"}", bad[i]);
        assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, HANDLE, "{\"message_id\":\"%s\"}",
                       bad[i]);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(messages_are_listed_newest_first_page_by_page),
        TEST(a_message_says_what_became_of_it),
        TEST(without_a_channel_a_message_goes_to_the_work_list_when_it_expires),
        TEST(what_was_left_to_staff_leaves_the_work_list_when_it_is_of_no_use),
        TEST(what_staff_have_handled_is_off_the_work_list),
        TEST(how_deliveries_went_is_forgotten_after_ninety_days),
        TEST(what_needs_no_handling_is_refused),
        TEST(an_id_that_is_none_is_refused),
    };
    return cmocka_run_group_tests_name("list of messages", tests, NULL, NULL);
}
