// What a scale says is what the catalogue wants; of what it hears it believes only what is well-formed.
#include "exchange.h"
#include "message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <clinic/problem.h>
#include <clinic/request.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ID "0193a0c0-0000-7000-8000-000000000001"

static struct uuid some_id(void)
{
    struct uuid id;
    assert_true(uuid_read(ID, &id));
    return id;
}

static struct record_reading some_reading(void)
{
    return (struct record_reading){
        .id = some_id(),
        .time_ms = INT64_C(1795425243120),
        .quantity = 118,
        .accuracy_permille = 995,
        .state = WEIGH_STABLE,
        .format = RECORD_FORMAT,
    };
}

static void a_stable_reading_says_how_many(void **state)
{
    const struct record_reading reading = some_reading();
    char text[MESSAGE_BYTES];
    (void)state;
    const size_t length = message_of_reading(&reading, 2, text, sizeof text);
    assert_int_equal(length, strlen(text));
    assert_string_equal(text, "{\"id\":\"" ID "\",\"time\":\"2026-11-23T09:14:03.120Z\",\"data\":{"
                              "\"channel\":3,\"state\":\"stable\",\"quantity\":118,"
                              "\"accuracy_permille\":995}}");
}

static void other_states_say_no_quantity(void **state)
{
    static const struct {
        enum weigh_state state;
        const char *data; // NULL: cannot be told
    } cases[] = {
        { WEIGH_UNKNOWN, NULL },
        { WEIGH_LIFTED, "\"data\":{\"channel\":1,\"state\":\"lifted\"}}" },
        { WEIGH_OVERLOAD, "\"data\":{\"channel\":1,\"state\":\"overload\"}}" },
        { WEIGH_FAULT, "\"data\":{\"channel\":1,\"state\":\"fault\"}}" },
        { (enum weigh_state)5, NULL },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct record_reading reading = some_reading();
        char text[MESSAGE_BYTES];
        reading.state = (uint8_t)cases[i].state;
        const size_t length = message_of_reading(&reading, 0, text, sizeof text);
        assert_int_equal(length > 0, cases[i].data != NULL);
        if (cases[i].data != NULL)
            assert_non_null(strstr(text, cases[i].data));
    }
}

struct answer_case {
    enum setup_step step;
    enum setup_outcome outcome;
    const char *measured; // behind noise_mg
};

static void an_answer_says_what_its_step_measured(void **state)
{
    static const struct answer_case cases[] = {
        { SETUP_TARE, SETUP_DONE, "7,\"tare_counts\":-1}" },
        { SETUP_CALIBRATE, SETUP_DONE, "7,\"span_counts\":2,\"span_mg\":3}" },
        { SETUP_SAMPLE, SETUP_DONE, "7,\"unit_mg\":4,\"accuracy_permille\":5}" },
        { SETUP_SAMPLE, SETUP_INEXACT, "7,\"unit_mg\":4,\"accuracy_permille\":5}" },
        { SETUP_TARE, SETUP_MOVING, "7}" },
        { SETUP_CALIBRATE, SETUP_TOO_LIGHT, "7}" },
        { SETUP_CALIBRATE, SETUP_LIFTED, "7}" },
        { SETUP_SAMPLE, SETUP_NOT_CALIBRATED, "7}" },
        { SETUP_SAMPLE, SETUP_OVERLOAD, "7}" },
        { SETUP_SAMPLE, SETUP_FAULT, "7}" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct record_answer answer = {
            .task_id = some_id(),
            .id = some_id(),
            .step = (uint8_t)cases[i].step,
            .answer = { .outcome = cases[i].outcome,
                        .noise_mg = 7,
                        .tare_counts = -1,
                        .span_counts = 2,
                        .span_mg = 3,
                        .unit_mg = 4,
                        .accuracy_permille = 5 },
        };
        char text[MESSAGE_BYTES];
        char expected[MESSAGE_BYTES];
        struct clinic_request request;
        struct clinic_problem problem;
        const size_t length = message_of_answer(&answer, 0, text, sizeof text);
        (void)snprintf(expected, sizeof expected,
                       "\"channel\":1,\"task_id\":\"" ID "\",\"outcome\":\"%s\",\"noise_mg\":%s",
                       setup_outcome_name(cases[i].outcome), cases[i].measured);
        assert_non_null(strstr(text, expected));
        assert_int_equal(clinic_request_decode(CLINIC_REQUEST_EQUIPMENT_SCALE_ANSWER, text, length,
                                               &request, &problem),
                         CLINIC_OK);
        clinic_request_done(&request);
    }
}

static void the_longest_messages_fit(void **state)
{
    const struct record_answer answer = {
        .step = SETUP_SAMPLE,
        .answer = { .outcome = SETUP_INEXACT,
                    .noise_mg = INT32_MIN,
                    .unit_mg = INT32_MIN,
                    .accuracy_permille = INT32_MIN },
    };
    char text[MESSAGE_BYTES];
    char status[SETTINGS_LABEL_BYTES * 8];
    (void)state;
    assert_true(message_of_answer(&answer, 3, text, sizeof text) > 0);
    assert_true(message_of_status("offline", INT64_MAX, "1234567890123456789012345678901234567890",
                                  UINT32_MAX, status, 144)
                > 0);
    assert_int_equal(message_of_answer(&answer, 3, text, 100), 0);
}

// ---- replies

static bool read(const char *json, struct message_reply *ret_reply)
{
    return message_read_reply(json, strlen(json), ret_reply);
}

static void replies_are_read(void **state)
{
    struct message_reply reply;
    const struct uuid id = some_id();
    (void)state;
    assert_true(read("{\"id\":\"" ID "\",\"status\":\"accepted\",\"sequence\":1042,\"data\":{"
                     "\"item_id\":\"gloves\",\"time\":\"2026-11-23T09:14:03.120Z\"},\"later\":[]}",
                     &reply));
    assert_true(uuid_equal(&reply.id, &id));
    assert_true(reply.is_accepted);
    assert_false(reply.is_temporary);
    assert_true(reply.time_ms == INT64_C(1795425243120));
    assert_string_equal(reply.code, "");

    assert_true(read("{\"status\":\"rejected\",\"error\":{\"message\":\"\",\"code\":\"busy\"},"
                     "\"id\":\"" ID "\"}",
                     &reply));
    assert_false(reply.is_accepted);
    assert_true(reply.is_temporary);
    assert_true(reply.time_ms == 0);
    assert_string_equal(reply.code, "busy");
}

static void a_time_that_cannot_be_read_spoils_no_reply(void **state)
{
    static const char *const data[] = { "null",         "7",
                                        "[]",           "{}",
                                        "{\"time\":7}", "{\"time\":\"soon\"}" };
    (void)state;
    for (size_t i = 0; i < COUNT(data); i++) {
        struct message_reply reply;
        char text[200];
        (void)snprintf(text, sizeof text, "{\"id\":\"" ID "\",\"status\":\"accepted\",\"data\":%s}",
                       data[i]);
        assert_true(read(text, &reply));
        assert_true(reply.time_ms == 0);
    }
}

static void bad_replies_are_not_read(void **state)
{
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "{\"id\":\"" ID "\"}",
        "{\"status\":\"accepted\"}",
        "{\"id\":\"" ID "\",\"status\":\"maybe\"}",
        "{\"id\":\"" ID "\",\"status\":true}",
        "{\"id\":\"" ID "\",\"status\":\"accepted and more\"}",
        "{\"id\":\"" ID "\",\"status\":\"accepted\",\"status\":\"accepted\"}",
        "{\"id\":\"" ID "\",\"status\":\"rejected\"}",
        "{\"id\":\"" ID "\",\"status\":\"rejected\",\"error\":null}",
        "{\"id\":\"" ID "\",\"status\":\"rejected\",\"error\":{}}",
        "{\"id\":\"" ID "\",\"status\":\"rejected\",\"error\":{\"code\":\"\"}}",
        "{\"id\":\"" ID "\",\"status\":\"rejected\",\"error\":{\"code\":7}}",
        "{\"id\":\"" ID "\",\"status\":\"rejected\",\"error\":{\"code\":"
        "\"a-code-that-is-longer-than-any-other\"}}",
        "{\"id\":\"" ID "\",\"status\":\"accepted\"",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct message_reply reply;
        if (read(bad[i], &reply))
            fail_msg("read: %s", bad[i]);
    }
}

static void temporary_is_what_the_catalogue_says(void **state)
{
    (void)state;
    for (int code = 0; code < CLINIC_CODE_COUNT; code++) {
        struct message_reply reply;
        char text[200];
        (void)snprintf(text, sizeof text,
                       "{\"id\":\"" ID "\",\"status\":\"rejected\",\"error\":{\"code\":\"%s\"}}",
                       clinic_codes[code].name);
        assert_true(read(text, &reply));
        assert_int_equal(reply.is_temporary, clinic_codes[code].is_temporary);
    }
}

// ---- one request at a time

static void a_request_is_due_again_after_ten_seconds_or_a_reconnection(void **state)
{
    const struct uuid id = some_id();
    struct exchange exchange;
    (void)state;
    exchange_init(&exchange);
    assert_true(exchange_is_due(&exchange));
    assert_false(exchange_is_answered_by(&exchange, &id));
    exchange_sent(&exchange, EXCHANGE_READING, &id, 0, 7, UINT32_MAX - 100);
    assert_false(exchange_is_due(&exchange));
    exchange_tick(&exchange, EXCHANGE_REPLY_MS - 102);
    assert_false(exchange_is_due(&exchange));
    exchange_tick(&exchange, EXCHANGE_REPLY_MS - 101);
    assert_true(exchange_is_due(&exchange));
    assert_int_equal(exchange.kind, EXCHANGE_READING);

    exchange_sent(&exchange, EXCHANGE_READING, &id, 0, 7, 20000);
    exchange_reconnected(&exchange);
    assert_true(exchange_is_due(&exchange));
    assert_true(exchange_is_answered_by(&exchange, &id));
    exchange_done(&exchange);
    assert_int_equal(exchange.kind, EXCHANGE_IDLE);
}

static void a_heartbeat_is_never_sent_again(void **state)
{
    const struct uuid id = some_id();
    struct exchange exchange;
    (void)state;
    exchange_init(&exchange);
    exchange_sent(&exchange, EXCHANGE_HEARTBEAT, &id, 0, 0, 0);
    exchange_tick(&exchange, EXCHANGE_REPLY_MS);
    assert_int_equal(exchange.kind, EXCHANGE_IDLE);
    exchange_sent(&exchange, EXCHANGE_HEARTBEAT, &id, 0, 0, 0);
    exchange_pause(&exchange, 0, 0);
    assert_int_equal(exchange.kind, EXCHANGE_IDLE);
    assert_false(exchange_is_due(&exchange));
}

static void pauses_double_up_to_a_minute_and_end_with_a_reply(void **state)
{
    const struct uuid id = some_id();
    struct exchange exchange;
    uint32_t now_ms = 0;
    (void)state;
    exchange_init(&exchange);
    for (uint32_t limit_ms = EXCHANGE_PAUSE_MS, i = 0; i < 10; i++) {
        exchange_sent(&exchange, EXCHANGE_READING, &id, 0, 7, now_ms);
        exchange_pause(&exchange, i * 2654435761u, now_ms);
        assert_in_range(exchange.pause_ms, limit_ms / 2, limit_ms);
        exchange_tick(&exchange, now_ms + exchange.pause_ms - 1);
        assert_false(exchange_is_due(&exchange));
        now_ms += exchange.pause_ms;
        exchange_tick(&exchange, now_ms);
        assert_true(exchange_is_due(&exchange));
        limit_ms = limit_ms * 2 < EXCHANGE_PAUSE_LIMIT_MS ? limit_ms * 2 : EXCHANGE_PAUSE_LIMIT_MS;
    }
    exchange_done(&exchange);
    exchange_sent(&exchange, EXCHANGE_READING, &id, 0, 7, now_ms);
    exchange_pause(&exchange, 0, now_ms);
    assert_in_range(exchange.pause_ms, EXCHANGE_PAUSE_MS / 2, EXCHANGE_PAUSE_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stable_reading_says_how_many),
        cmocka_unit_test(other_states_say_no_quantity),
        cmocka_unit_test(an_answer_says_what_its_step_measured),
        cmocka_unit_test(the_longest_messages_fit),
        cmocka_unit_test(replies_are_read),
        cmocka_unit_test(a_time_that_cannot_be_read_spoils_no_reply),
        cmocka_unit_test(bad_replies_are_not_read),
        cmocka_unit_test(temporary_is_what_the_catalogue_says),
        cmocka_unit_test(a_request_is_due_again_after_ten_seconds_or_a_reconnection),
        cmocka_unit_test(a_heartbeat_is_never_sent_again),
        cmocka_unit_test(pauses_double_up_to_a_minute_and_end_with_a_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
