// One request that is wrong, or decided wrongly, costs the others nothing.
#include "intake_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void one_bad_request_does_not_spoil_its_neighbours(void **state)
{
    struct bench *bench = *state;
    struct clinic_request requests[3] = {
        make_patient(bench, "Ana Lima", "1990-04-02"),
        make_patient(bench, "Tomorrow's Child", "2199-01-01"),
        make_patient(bench, "Bo Chen", "1985-01-30"),
    };

    for (size_t i = 0; i < 3; i++)
        take(bench, "kiosk-1", &requests[i]);
    intake_flush(bench->intake);
    assert_int_equal(bench->reply_count, 3);
    assert_true(bench->replies[0].is_accepted);
    assert_false(bench->replies[1].is_accepted);
    assert_true(bench->replies[2].is_accepted);
    assert_int_equal(event_log_head(bench->store), 2);
    for (size_t i = 0; i < 3; i++)
        clinic_request_done(&requests[i]);
}

// Between two good ones in one transaction; `result` is what the careless handler returns.
static void assert_only_the_careless_one_is_undone(struct bench *bench, enum clinic_status result,
                                                   enum clinic_code code)
{
    char session[CLINIC_SESSION_BYTES];
    struct clinic_request careless = make(bench, CLINIC_REQUEST_PATIENT_DELETE);
    struct clinic_request good[2] = {
        make_patient(bench, "Ana Lima", "1990-04-02"),
        make_patient(bench, "Bo Chen", "1985-01-30"),
    };

    cJSON_AddStringToObject(careless.data, "patient_id", "01a2058d-3ce1-7c8d-86a3-646e6d196866");
    cJSON_AddStringToObject(careless.data, "member_id", "000000017");
    cJSON_AddStringToObject(careless.data, "pin", "2718281");
    cJSON_AddStringToObject(careless.data, "reason", "error");
    sign_in(bench, CLINIC_STAFF_ADMIN, session);
    (void)snprintf(careless.session, sizeof careless.session, "%s", session);
    forget_replies(bench);
    careless_result = result;
    take(bench, "kiosk-1", &good[0]);
    take(bench, "desk-1", &careless);
    take(bench, "kiosk-1", &good[1]);
    intake_flush(bench->intake);
    careless_result = CLINIC_OK;

    assert_int_equal(bench->reply_count, 3);
    assert_true(bench->replies[0].is_accepted);
    assert_rejected(&bench->replies[1], code);
    assert_true(bench->replies[2].is_accepted);
    assert_int_equal(event_log_head(bench->store), 2);
    assert_int_equal(event_log_newest(bench->store, CLINIC_PATIENT_DELETED), 0);
    // The same id is answered the same from memory.
    assert_rejected(ask(bench, "desk-1", &careless), code);
    clinic_request_done(&careless);
    for (size_t i = 0; i < 2; i++)
        clinic_request_done(&good[i]);
}

static void what_was_written_before_a_refusal_is_undone_alone(void **state)
{
    assert_only_the_careless_one_is_undone(*state, CLINIC_REFUSED, CLINIC_CODE_EXISTS);
}

static void a_failing_handler_is_undone_alone_and_recorded(void **state)
{
    struct bench *bench = *state;
    struct intake_counts counts;

    assert_only_the_careless_one_is_undone(bench, CLINIC_INVALID, CLINIC_CODE_INTERNAL);
    intake_count(bench->intake, &counts);
    assert_int_equal(counts.faults, 1);
}

static void a_message_without_an_id_is_counted_and_the_next_one_works(void **state)
{
    static const char *const rubbish[] = { "", "{", "[]", "null", "{\"id\":7}", "\xff\xfe" };
    struct bench *bench = *state;
    struct intake_counts counts;

    for (size_t i = 0; i < ARRAY_SIZE(rubbish); i++)
        intake_take(bench->intake, "kiosk-1", &clinic_request_types[CLINIC_REQUEST_PATIENT_CREATE],
                    rubbish[i], strlen(rubbish[i]), NULL, 0);
    intake_flush(bench->intake);
    assert_int_equal(bench->reply_count, 0);
    intake_count(bench->intake, &counts);
    assert_int_equal(counts.undecodable, ARRAY_SIZE(rubbish));

    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");
    assert_true(ask(bench, "kiosk-1", &request)->is_accepted);
    clinic_request_done(&request);
}

static void an_unknown_action_is_answered(void **state)
{
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");
    char *json = NULL;

    assert_int_equal(clinic_request_encode(&request, &json), CLINIC_OK);
    intake_take(bench->intake, "kiosk-1", NULL, json, strlen(json), NULL, 0);
    intake_flush(bench->intake);
    assert_int_equal(bench->reply_count, 1);
    assert_rejected(&bench->replies[0], CLINIC_CODE_UNKNOWN_ACTION);
    free(json);
    clinic_request_done(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_bad_request_does_not_spoil_its_neighbours),
        TEST(what_was_written_before_a_refusal_is_undone_alone),
        TEST(a_failing_handler_is_undone_alone_and_recorded),
        TEST(a_message_without_an_id_is_counted_and_the_next_one_works),
        TEST(an_unknown_action_is_answered),
    };
    return cmocka_run_group_tests_name("intake: isolation", tests, NULL, NULL);
}
