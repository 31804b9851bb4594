#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID "01935c1e-8b2a-7c3d-8e4f-123456789abc"
#define SESSION "0123456789abcdefghijklmnopqrstuvwxyzABCDEF_"
#define GOOD_DATA "\"data\":{\"patient_id\":\"" ID "\"}"
#define GOOD_HEAD "\"id\":\"" ID "\",\"time\":\"2026-11-22T09:14:03.120Z\""

static enum clinic_status decode(const char *json, struct clinic_request *request,
                                 struct clinic_problem *problem)
{
    return clinic_request_decode(CLINIC_REQUEST_PATIENT_READ, json, strlen(json), request, problem);
}

static void every_request_survives_a_round_trip(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        for (int size = SAMPLE_LEAST; size <= SAMPLE_TYPICAL; size++) {
            struct clinic_request request =
                sample_request((enum clinic_request_kind)kind, (enum sample_size)size);
            struct clinic_request again;
            struct clinic_problem problem;
            char *json = NULL;
            assert_int_equal(clinic_request_encode(&request, &json), CLINIC_OK);
            if (clinic_request_decode(request.kind, json, strlen(json), &again, &problem)
                != CLINIC_OK)
                fail_msg("%s: %s: %s", problem.code, problem.field, problem.message);
            assert_true(clinic_id_equal(&request.id, &again.id));
            assert_true(clinic_id_equal(&request.after, &again.after));
            assert_int_equal(request.kind, again.kind);
            assert_int_equal(request.time_ms, again.time_ms);
            assert_string_equal(request.session, again.session);
            assert_true(cJSON_Compare(request.data, again.data, 1));
            free(json);
            clinic_request_done(&again);
            clinic_request_done(&request);
        }
    }
}

static void the_json_is_to_the_letter(void **state)
{
    (void)state;
    struct clinic_request request = { .time_ms = INT64_C(1795338843120) };
    char *json = NULL;
    assert_true(clinic_id_parse(ID, &request.id));
    assert_int_equal(clinic_request_encode(&request, &json), CLINIC_OK);
    assert_string_equal(json, "{" GOOD_HEAD ",\"data\":{}}");
    free(json);

    memcpy(request.session, SESSION, sizeof SESSION);
    request.after = request.id;
    request.data = cJSON_Parse("{\"a\":1}");
    assert_int_equal(clinic_request_encode(&request, &json), CLINIC_OK);
    assert_string_equal(json, "{" GOOD_HEAD ",\"session\":\"" SESSION "\",\"after\":\"" ID
                              "\",\"data\":{\"a\":1}}");
    free(json);
    clinic_request_done(&request);
}

static void a_request_larger_than_a_reader_takes_is_not_written(void **state)
{
    (void)state;
    struct clinic_request request = { .data = cJSON_CreateObject() };
    char *text = sample_repeat("x", CLINIC_JSON_BYTES_MAX);
    char *json = NULL;
    cJSON_AddStringToObject(request.data, "text", text);
    assert_int_equal(clinic_request_encode(&request, &json), CLINIC_FULL);
    assert_null(json);
    free(text);
    clinic_request_done(&request);
}

static void reading_is_strict_and_keeps_the_id(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *code;
        const char *field;
        bool has_id;
    } cases[] = {
        { "", "invalid.json", "", false },
        { "{", "invalid.json", "", false },
        { "[]", "invalid.field", "", false },
        { "{}", "invalid.missing", "id", false },
        { "{\"id\":7}", "invalid.field", "id", false },
        { "{\"id\":\"x\"}", "invalid.field", "id", false },
        { "{\"id\":\"" ID "\"}", "invalid.missing", "time", true },
        { "{\"id\":\"01935c1e-8b2a-4c3d-8e4f-123456789abc\",\"time\":\"2026-11-22T09:14:"
          "03Z\"," GOOD_DATA "}",
          "invalid.field", "id", true },
        { "{\"id\":\"01935c1e-8b2a-7c3d-ce4f-123456789abc\",\"time\":\"2026-11-22T09:14:"
          "03Z\"," GOOD_DATA "}",
          "invalid.field", "id", true },
        { "{\"id\":\"" ID "\",\"time\":\"now\"," GOOD_DATA "}", "invalid.field", "time", true },
        { "{" GOOD_HEAD "}", "invalid.missing", "data", true },
        { "{" GOOD_HEAD ",\"data\":[]}", "invalid.field", "", true },
        { "{" GOOD_HEAD ",\"data\":{}}", "invalid.missing", "patient_id", true },
        { "{" GOOD_HEAD ",\"data\":{\"patient_id\":7}}", "invalid.field", "patient_id", true },
        { "{" GOOD_HEAD ",\"data\":{\"patient_id\":\"" ID "\",\"role\":\"admin\"}}",
          "invalid.unknown-field", "role", true },
        { "{" GOOD_HEAD ",\"role\":\"admin\"," GOOD_DATA "}", "invalid.unknown-field", "role",
          true },
        { "{" GOOD_HEAD ",\"session\":\"short\"," GOOD_DATA "}", "invalid.field", "session", true },
        { "{" GOOD_HEAD ",\"session\":\"0123456789abcdefghijklmnopqrstuvwxyzABCDEF+\"," GOOD_DATA
          "}",
          "invalid.field", "session", true },
        { "{" GOOD_HEAD ",\"session\":null," GOOD_DATA "}", "invalid.field", "session", true },
        { "{" GOOD_HEAD ",\"after\":\"x\"," GOOD_DATA "}", "invalid.field", "after", true },
        { "{" GOOD_HEAD "," GOOD_HEAD "," GOOD_DATA "}", "invalid.json", "", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct clinic_request request;
        struct clinic_problem problem;
        memset(&request, 0xff, sizeof request);
        if (decode(cases[i].json, &request, &problem) != CLINIC_INVALID)
            fail_msg("accepted: %s", cases[i].json);
        assert_string_equal(problem.code, cases[i].code);
        assert_string_equal(problem.field, cases[i].field);
        assert_int_equal(!clinic_id_is_none(&request.id), cases[i].has_id);
        assert_null(request.data);
    }
}

static void a_whole_request_is_read(void **state)
{
    (void)state;
    struct clinic_request request;
    struct clinic_problem problem;
    assert_int_equal(
        decode("{" GOOD_DATA ",\"session\":\"" SESSION "\"," GOOD_HEAD "}", &request, &problem),
        CLINIC_OK);
    assert_int_equal(request.kind, CLINIC_REQUEST_PATIENT_READ);
    assert_string_equal(request.session, SESSION);
    assert_true(clinic_id_is_none(&request.after));
    assert_int_equal(request.time_ms, INT64_C(1795338843120));
    clinic_request_done(&request);
}

static void an_unknown_action_is_said_so_and_keeps_the_id(void **state)
{
    (void)state;
    static const enum clinic_request_kind kinds[] = { CLINIC_REQUEST_NONE,
                                                      CLINIC_REQUEST_KIND_COUNT };
    static const char json[] = "{" GOOD_HEAD ",\"data\":{}}";
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct clinic_request request;
        struct clinic_problem problem;
        assert_int_equal(clinic_request_decode(kinds[i], json, strlen(json), &request, &problem),
                         CLINIC_INVALID);
        assert_string_equal(problem.code, "unknown.action");
        assert_false(clinic_id_is_none(&request.id));
    }
}

// ---- replies

static struct clinic_reply decoded_reply(const char *json)
{
    struct clinic_reply reply;
    struct clinic_problem problem;
    if (clinic_reply_decode(json, strlen(json), &reply, &problem) != CLINIC_OK)
        fail_msg("%s: %s: %s", problem.code, problem.field, problem.message);
    return reply;
}

static char *encoded_reply(const struct clinic_reply *reply)
{
    char *json = NULL;
    assert_int_equal(clinic_reply_encode(reply, &json), CLINIC_OK);
    return json;
}

static void replies_are_written_to_the_letter(void **state)
{
    (void)state;
    struct clinic_reply reply = { .is_accepted = true, .sequence = 1042 };
    assert_true(clinic_id_parse(ID, &reply.id));
    char *json = encoded_reply(&reply);
    assert_string_equal(json, "{\"id\":\"" ID "\",\"status\":\"accepted\",\"sequence\":1042}");
    free(json);

    reply.data = cJSON_Parse("{\"member_id\":\"100042177\"}");
    json = encoded_reply(&reply);
    assert_string_equal(json, "{\"id\":\"" ID "\",\"status\":\"accepted\",\"sequence\":1042,"
                              "\"data\":{\"member_id\":\"100042177\"}}");
    free(json);

    reply.is_accepted = false;
    reply.sequence = 0;
    clinic_problem_set(&reply.problem, CLINIC_CODE_STALE_VERSION, "expected_version",
                       "It is \"3\" by now.");
    json = encoded_reply(&reply);
    assert_string_equal(json, "{\"id\":\"" ID "\",\"status\":\"rejected\","
                              "\"data\":{\"member_id\":\"100042177\"},\"error\":{"
                              "\"code\":\"stale_version\",\"field\":\"expected_version\","
                              "\"message\":\"It is \\\"3\\\" by now.\"}}");
    free(json);
    clinic_reply_done(&reply);
}

static void every_accepted_reply_survives_a_round_trip(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        struct clinic_reply reply = sample_reply((enum clinic_request_kind)kind, SAMPLE_TYPICAL);
        char *json = encoded_reply(&reply);
        struct clinic_reply again = decoded_reply(json);
        assert_true(clinic_id_equal(&reply.id, &again.id));
        assert_true(again.is_accepted);
        assert_false(again.is_temporary);
        assert_int_equal(again.sequence, reply.sequence);
        assert_true(cJSON_Compare(reply.data, again.data, 1));
        free(json);
        clinic_reply_done(&again);
        clinic_reply_done(&reply);
    }
}

static void every_rejection_survives_a_round_trip(void **state)
{
    (void)state;
    for (int code = 0; code < CLINIC_CODE_COUNT; code++) {
        struct clinic_reply reply = { .is_accepted = false };
        assert_true(clinic_id_parse(ID, &reply.id));
        clinic_problem_set(&reply.problem, (enum clinic_code)code, "a[2].b",
                           "Zażółć „gęślą” 🩺.");
        char *json = encoded_reply(&reply);
        struct clinic_reply again = decoded_reply(json);
        assert_false(again.is_accepted);
        assert_int_equal(again.is_temporary, clinic_codes[code].is_temporary);
        assert_string_equal(again.problem.code, clinic_codes[code].name);
        assert_string_equal(again.problem.field, "a[2].b");
        assert_string_equal(again.problem.message, reply.problem.message);
        free(json);
        clinic_reply_done(&again);
    }
}

static void a_code_of_the_future_is_final(void **state)
{
    (void)state;
    struct clinic_reply reply =
        decoded_reply("{\"id\":\"" ID "\",\"status\":\"rejected\",\"weather\":\"fine\",\"error\":{"
                      "\"code\":\"conflict.moon\",\"message\":\"\",\"since\":3}}");
    assert_false(reply.is_temporary);
    assert_string_equal(reply.problem.code, "conflict.moon");
    assert_string_equal(reply.problem.field, "");
    clinic_reply_done(&reply);
}

static void bad_replies_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"id\":\"" ID "\"}",
        "{\"id\":\"x\",\"status\":\"accepted\"}",
        "{\"id\":\"" ID "\",\"status\":\"maybe\"}",
        "{\"id\":\"" ID "\",\"status\":\"accepted\",\"sequence\":\"1\"}",
        "{\"id\":\"" ID "\",\"status\":\"accepted\",\"sequence\":0}",
        "{\"id\":\"" ID "\",\"status\":\"accepted\",\"sequence\":-1}",
        "{\"id\":\"" ID "\",\"status\":\"accepted\",\"sequence\":1e300}",
        "{\"id\":\"" ID "\",\"status\":\"rejected\"}",
        "{\"id\":\"" ID "\",\"status\":\"rejected\",\"error\":7}",
        "{\"id\":\"" ID "\",\"status\":\"rejected\",\"error\":{\"code\":\"busy\"}}",
        "{\"id\":\"" ID "\",\"status\":\"rejected\",\"error\":{\"code\":7,\"message\":\"\"}}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct clinic_reply reply = { .sequence = 42 };
        struct clinic_problem problem = { .code = "" };
        if (clinic_reply_decode(bad[i], strlen(bad[i]), &reply, &problem) != CLINIC_INVALID)
            fail_msg("accepted: %s", bad[i]);
        assert_true(strlen(problem.code) > 0);
        assert_int_equal(reply.sequence, 42);
    }
}

// Where the handler stops before the catalogue's limits are all reached at once.
static const struct {
    enum clinic_request_kind kind;
    const char *why;
} bounded[] = {
    { CLINIC_REQUEST_ANALYTICS_READ, "the handler counts the bytes of names; numbers are short" },
    { CLINIC_REQUEST_AUDIT_READ, "400 bytes of details are for more fields than there are" },
    { CLINIC_REQUEST_DOCTOR_CALENDAR, "the handler cuts by bytes" },
    { CLINIC_REQUEST_EQUIPMENT_LIST, "the handler counts the bins" },
    { CLINIC_REQUEST_FEEDBACK_ANALYSIS, "rows of up to 140 bytes: numbers are short" },
    { CLINIC_REQUEST_REPORT_LIST, "the handler cuts by bytes" },
    { CLINIC_REQUEST_MESSAGE_LIST, "a message has up to 1023 bytes, not characters" },
};

static bool is_bounded(enum clinic_request_kind kind)
{
    for (size_t i = 0; i < sizeof bounded / sizeof bounded[0]; i++) {
        if (bounded[i].kind == kind)
            return true;
    }
    return false;
}

static void the_largest_reply_to_every_request_fits_into_a_message(void **state)
{
    enum { MOST_BYTES = 60 * 1024 };
    int too_large = 0;

    (void)state;
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        const struct clinic_request_type *type = &clinic_request_types[kind];
        cJSON *data = sample_largest(type->reply_fields, type->reply_field_count);
        char *json = cJSON_PrintUnformatted(data);
        const bool is_too_large = strlen(json) >= MOST_BYTES;
        if (is_too_large != is_bounded((enum clinic_request_kind)kind)) {
            print_error("%s/%s: %zu bytes\n", type->entity, type->action, strlen(json));
            too_large++;
        }
        cJSON_free(json);
        cJSON_Delete(data);
    }
    assert_int_equal(too_large, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_survives_a_round_trip),
        cmocka_unit_test(the_json_is_to_the_letter),
        cmocka_unit_test(a_request_larger_than_a_reader_takes_is_not_written),
        cmocka_unit_test(reading_is_strict_and_keeps_the_id),
        cmocka_unit_test(a_whole_request_is_read),
        cmocka_unit_test(an_unknown_action_is_said_so_and_keeps_the_id),
        cmocka_unit_test(replies_are_written_to_the_letter),
        cmocka_unit_test(every_accepted_reply_survives_a_round_trip),
        cmocka_unit_test(every_rejection_survives_a_round_trip),
        cmocka_unit_test(the_largest_reply_to_every_request_fits_into_a_message),
        cmocka_unit_test(a_code_of_the_future_is_final),
        cmocka_unit_test(bad_replies_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
