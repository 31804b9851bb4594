// Requests that wait for each other, and what was missed of the events.
#include "intake_fixture.h"

#include <stdlib.h>
#include <string.h>

static void a_request_waits_for_the_one_it_names(void **state)
{
    struct bench *bench = *state;
    struct clinic_request first = make_patient(bench, "Ana Lima", "1990-04-02");
    struct clinic_request second = make_patient(bench, "Bo Chen", "1985-01-30");
    second.after = first.id;

    const struct clinic_reply *reply = ask(bench, "kiosk-1", &second);
    assert_rejected(reply, CLINIC_CODE_ORDER_GAP);
    assert_true(reply->is_temporary);
    assert_true(ask(bench, "kiosk-1", &first)->is_accepted);
    assert_true(ask(bench, "kiosk-1", &second)->is_accepted);
    clinic_request_done(&first);
    clinic_request_done(&second);
}

static void an_order_holds_within_one_transaction(void **state)
{
    struct bench *bench = *state;
    struct clinic_request first = make_patient(bench, "Ana Lima", "1990-04-02");
    struct clinic_request second = make_patient(bench, "Bo Chen", "1985-01-30");
    second.after = first.id;

    take(bench, "kiosk-1", &first);
    take(bench, "kiosk-1", &second);
    intake_flush(bench->intake);
    assert_true(bench->replies[0].is_accepted);
    assert_true(bench->replies[1].is_accepted);
    clinic_request_done(&first);
    clinic_request_done(&second);
}

static void replay_gives_what_came_after_and_nothing_personal(void **state)
{
    struct bench *bench = *state;
    struct clinic_request patients[2] = {
        make_patient(bench, "Ana Lima", "1990-04-02"),
        make_patient(bench, "Bo Chen", "1985-01-30"),
    };
    struct clinic_request replay = make(bench, CLINIC_REQUEST_EVENTS_REPLAY);
    cJSON *position = cJSON_CreateObject();

    cJSON_AddStringToObject(position, "type", "clinic.patient.created");
    cJSON_AddNumberToObject(position, "after", 1);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(replay.data, "positions"), position);
    for (size_t i = 0; i < 2; i++)
        assert_true(ask(bench, "kiosk-1", &patients[i])->is_accepted);

    assert_rejected(ask(bench, "kiosk-1", &replay), CLINIC_CODE_FORBIDDEN);
    const struct clinic_reply *reply = ask(bench, "desk-1", &replay);
    assert_true(reply->is_accepted);
    char *text = clinic_json_print(reply->data);
    assert_non_null(text);
    assert_non_null(strstr(text, "\"sequence\":\"0000000000000002\""));
    assert_null(strstr(text, "\"sequence\":\"0000000000000001\""));
    assert_null(strstr(text, "Chen"));
    free(text);
    for (size_t i = 0; i < 2; i++)
        clinic_request_done(&patients[i]);
    clinic_request_done(&replay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_waits_for_the_one_it_names),
        TEST(an_order_holds_within_one_transaction),
        TEST(replay_gives_what_came_after_and_nothing_personal),
    };
    return cmocka_run_group_tests_name("intake: order", tests, NULL, NULL);
}
