#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char site[] = "/clinic/main-street";

static char *encoded(const struct clinic_event *event, enum clinic_event_scope scope)
{
    char *json = NULL;
    assert_int_equal(clinic_event_encode(event, site, scope, &json), CLINIC_OK);
    return json;
}

static struct clinic_event decoded(const char *json)
{
    struct clinic_event event;
    struct clinic_problem problem;
    char source[CLINIC_SOURCE_BYTES];
    if (clinic_event_decode(json, strlen(json), &event, source, &problem) != CLINIC_OK)
        fail_msg("%s: %s: %s", problem.code, problem.field, problem.message);
    assert_string_equal(source, site);
    return event;
}

static void assert_same_envelope(const struct clinic_event *a, const struct clinic_event *b)
{
    assert_true(clinic_id_equal(&a->id, &b->id));
    assert_int_equal(a->kind, b->kind);
    assert_string_equal(a->subject, b->subject);
    assert_int_equal(a->time_ms, b->time_ms);
    assert_int_equal(a->recorded_at_ms, b->recorded_at_ms);
    assert_int_equal(a->is_clock_held, b->is_clock_held);
    assert_int_equal(a->sequence, b->sequence);
    assert_int_equal(a->previous, b->previous);
    assert_true(clinic_id_equal(&a->correlation, &b->correlation));
    assert_true(clinic_id_equal(&a->causation, &b->causation));
}

static void the_json_is_to_the_letter(void **state)
{
    (void)state;
    struct clinic_event event = {
        .kind = CLINIC_PATIENT_CREATED,
        .subject = "patient/01935c1e-8b2a-7c3d-8e4f-123456789abc",
        .time_ms = INT64_C(1795338843120),
        .recorded_at_ms = INT64_C(1795338843161),
        .sequence = 1042,
        .previous = 1037,
        .data = cJSON_Parse("{\"patient_id\":\"01935c1e-8b2a-7c3d-8e4f-123456789abc\","
                            "\"name\":\"Ana\",\"provisional\":true}"),
    };
    assert_true(clinic_id_parse("01935c1e-8b2a-7000-8000-000000000001", &event.id));
    assert_true(clinic_id_parse("01935c1e-8b2a-7000-8000-000000000002", &event.correlation));
    char *json = encoded(&event, CLINIC_SCOPE_PUBLIC);
    assert_string_equal(
        json, "{\"specversion\":\"1.0\",\"id\":\"01935c1e-8b2a-7000-8000-000000000001\","
              "\"source\":\"/clinic/main-street\",\"type\":\"clinic.patient.created\","
              "\"subject\":\"patient/01935c1e-8b2a-7c3d-8e4f-123456789abc\","
              "\"time\":\"2026-11-22T09:14:03.120Z\",\"recordedtime\":\"2026-11-22T09:14:03.161Z\","
              "\"datacontenttype\":\"application/json\",\"sequence\":\"0000000000001042\","
              "\"previous\":\"0000000000001037\","
              "\"correlationid\":\"01935c1e-8b2a-7000-8000-000000000002\","
              "\"data\":{\"patient_id\":\"01935c1e-8b2a-7c3d-8e4f-123456789abc\","
              "\"provisional\":true}}");
    free(json);
    clinic_event_done(&event);
}

static void what_is_absent_leaves_no_trace(void **state)
{
    (void)state;
    struct clinic_event event = sample_event(CLINIC_PATIENT_CREATED, SAMPLE_LEAST);
    char *json = encoded(&event, CLINIC_SCOPE_ALL);
    static const char *const absent[] = { "previous", "correlationid", "causationid", "clock" };
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_null(strstr(json, absent[i]));
    free(json);

    event.is_clock_held = true;
    json = encoded(&event, CLINIC_SCOPE_ALL);
    assert_non_null(strstr(json, ",\"clock\":\"held\","));
    free(json);
    clinic_event_done(&event);
}

static void every_event_survives_a_round_trip(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        for (int size = SAMPLE_LEAST; size <= SAMPLE_TYPICAL; size++) {
            struct clinic_event event =
                sample_event((enum clinic_event_kind)kind, (enum sample_size)size);
            char *json = encoded(&event, CLINIC_SCOPE_ALL);
            struct clinic_event again = decoded(json);
            assert_same_envelope(&event, &again);
            assert_true(cJSON_Compare(event.data, again.data, 1));
            free(json);
            clinic_event_done(&again);
            clinic_event_done(&event);
        }
    }
}

static void nothing_personal_is_public(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        const struct clinic_event_type *type = &clinic_event_types[kind];
        struct clinic_event event = sample_event((enum clinic_event_kind)kind, SAMPLE_TYPICAL);
        char *json = encoded(&event, CLINIC_SCOPE_PUBLIC);
        struct clinic_event again = decoded(json);
        for (size_t i = 0; i < type->field_count; i++) {
            bool is_there = clinic_json_member(again.data, type->fields[i].name) != NULL;
            assert_int_equal(is_there, !type->fields[i].is_personal);
        }
        free(json);
        clinic_event_done(&again);
        clinic_event_done(&event);
    }
}

static void splitting_parts_public_from_personal(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        const struct clinic_event_type *type = &clinic_event_types[kind];
        struct clinic_event event = sample_event((enum clinic_event_kind)kind, SAMPLE_TYPICAL);
        cJSON *public_data = NULL, *personal_data = NULL;
        assert_int_equal(clinic_event_split(event.kind, event.data, &public_data, &personal_data),
                         CLINIC_OK);
        size_t personal_count = 0;
        for (size_t i = 0; i < type->field_count; i++) {
            const cJSON *home = type->fields[i].is_personal ? personal_data : public_data;
            const cJSON *other = type->fields[i].is_personal ? public_data : personal_data;
            assert_true(cJSON_Compare(clinic_json_member(home, type->fields[i].name),
                                      clinic_json_member(event.data, type->fields[i].name), 1));
            assert_null(clinic_json_member(other, type->fields[i].name));
            personal_count += type->fields[i].is_personal ? 1 : 0;
        }
        assert_int_equal(personal_data == NULL, personal_count == 0);
        cJSON_Delete(public_data);
        cJSON_Delete(personal_data);
        clinic_event_done(&event);
    }
}

static void splitting_refuses_what_the_catalogue_lacks(void **state)
{
    (void)state;
    cJSON *data = cJSON_Parse("{\"patient_id\":\"x\",\"nickname\":\"Ani\"}");
    cJSON *public_data = NULL, *personal_data = NULL;
    assert_int_equal(clinic_event_split(CLINIC_PATIENT_CREATED, data, &public_data, &personal_data),
                     CLINIC_INVALID);
    assert_int_equal(clinic_event_split(CLINIC_EVENT_NONE, data, &public_data, &personal_data),
                     CLINIC_INVALID);
    assert_int_equal(clinic_event_split(CLINIC_PATIENT_CREATED, NULL, &public_data, &personal_data),
                     CLINIC_INVALID);
    assert_null(public_data);
    assert_null(personal_data);
    cJSON_Delete(data);
}

static void assert_not_encoded(const struct clinic_event *event, const char *source)
{
    char *json = NULL;
    assert_int_equal(clinic_event_encode(event, source, CLINIC_SCOPE_ALL, &json), CLINIC_INVALID);
    assert_null(json);
}

static void an_inconsistent_event_is_not_written(void **state)
{
    (void)state;
    struct clinic_event good = sample_event(CLINIC_PATIENT_DELETED, SAMPLE_TYPICAL);
    struct clinic_event bad = good;
    bad.id = (struct clinic_id){ { 0 } };
    assert_not_encoded(&bad, site);
    bad = good;
    bad.kind = CLINIC_EVENT_NONE;
    assert_not_encoded(&bad, site);
    bad = good;
    bad.kind = CLINIC_EVENT_KIND_COUNT;
    assert_not_encoded(&bad, site);
    bad = good;
    bad.time_ms = bad.recorded_at_ms + 1;
    assert_not_encoded(&bad, site);
    bad = good;
    bad.sequence = 0;
    assert_not_encoded(&bad, site);
    bad = good;
    bad.sequence = UINT64_MAX;
    assert_not_encoded(&bad, site);
    bad = good;
    bad.previous = bad.sequence;
    assert_not_encoded(&bad, site);
    bad = good;
    memcpy(bad.subject, "patient", sizeof "patient");
    assert_not_encoded(&bad, site);
    bad = good;
    bad.data = NULL;
    assert_not_encoded(&bad, site);
    assert_not_encoded(&good, "clinic/main");
    assert_not_encoded(&good, "/clinic/");
    assert_not_encoded(&good, "/clinic/a b");
    assert_not_encoded(&good,
                       "/clinic/0123456789012345678901234567890123456789012345678901234567890");
    cJSON_AddBoolToObject(good.data, "reson", 1);
    assert_not_encoded(&good, site);
    clinic_event_done(&good);
}

static void the_largest_event_of_every_type_fits_into_a_message(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        const struct clinic_event_type *type = &clinic_event_types[kind];
        struct clinic_event event = sample_event((enum clinic_event_kind)kind, SAMPLE_TYPICAL);
        char *json = NULL;
        cJSON_Delete(event.data);
        event.data = sample_largest(type->fields, type->field_count);
        if (clinic_event_encode(&event, site, CLINIC_SCOPE_ALL, &json) != CLINIC_OK)
            fail_msg("%s does not fit", type->name);
        free(json);
        clinic_event_done(&event);
    }
}

// One change to a good event's JSON; NULL removes the member.
struct change {
    const char *member;
    const char *value;
    const char *code;
};

static void assert_change_is_refused(const struct change *change)
{
    struct clinic_event event = sample_event(CLINIC_PATIENT_CREATED, SAMPLE_TYPICAL);
    char *json = encoded(&event, CLINIC_SCOPE_PUBLIC);
    cJSON *tree = cJSON_Parse(json);
    free(json);
    cJSON_DeleteItemFromObjectCaseSensitive(tree, change->member);
    if (change->value != NULL)
        cJSON_AddItemToObject(tree, change->member, cJSON_Parse(change->value));
    json = cJSON_PrintUnformatted(tree);
    cJSON_Delete(tree);

    struct clinic_event untouched = { .sequence = 42 };
    struct clinic_problem problem;
    char source[CLINIC_SOURCE_BYTES] = "untouched";
    if (clinic_event_decode(json, strlen(json), &untouched, source, &problem) != CLINIC_INVALID)
        fail_msg("%s = %s was accepted", change->member, change->value);
    assert_string_equal(problem.code, change->code);
    assert_string_equal(problem.field, change->member);
    assert_int_equal(untouched.sequence, 42);
    assert_string_equal(source, "untouched");
    free(json);
    clinic_event_done(&event);
}

static void reading_is_strict(void **state)
{
    (void)state;
    static const char *const required[] = {
        "specversion", "id",           "source",          "type",     "subject",
        "time",        "recordedtime", "datacontenttype", "sequence", "data"
    };
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
        if (strcmp(required[i], "data") != 0)
            assert_change_is_refused(&(struct change){ required[i], NULL, "invalid.missing" });
    }
    static const struct change changes[] = {
        { "specversion", "\"0.3\"", "invalid.field" },
        { "specversion", "1.0", "invalid.field" },
        { "id", "\"1\"", "invalid.field" },
        { "source", "\"/hospital/main\"", "invalid.field" },
        { "source", "\"/clinic/a/b\"", "invalid.field" },
        { "subject", "\"patient\"", "invalid.field" },
        { "subject", "\"patient/\"", "invalid.field" },
        { "subject", "\"/01935c1e\"", "invalid.field" },
        { "subject", "\"patient/a/b\"", "invalid.field" },
        { "time", "\"2026-11-22\"", "invalid.field" },
        { "time", "\"2099-11-22T09:14:03.120Z\"", "invalid.field" },
        { "recordedtime", "1795338843161", "invalid.field" },
        { "datacontenttype", "\"text/plain\"", "invalid.field" },
        { "sequence", "1042", "invalid.field" },
        { "sequence", "\"1042\"", "invalid.field" },
        { "sequence", "\"0000000000000000\"", "invalid.field" },
        { "sequence", "\"000000000000104x\"", "invalid.field" },
        { "sequence", "\"9999999999999999\"", "invalid.field" },
        { "previous", "\"0000000000000000\"", "invalid.field" },
        { "previous", "\"0000000000009999\"", "invalid.field" },
        { "previous", "\"0000000000001043\"", "invalid.field" }, // its own
        { "previous", "7", "invalid.field" },
        { "correlationid", "\"x\"", "invalid.field" },
        { "causationid", "null", "invalid.field" },
        { "clock", "\"free\"", "invalid.field" },
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        assert_change_is_refused(&changes[i]);
}

static void data_is_checked_against_the_catalogue(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        const char *code;
        const char *field;
    } cases[] = {
        { "{}", "invalid.missing", "patient_id" },
        { "7", "invalid.field", "" },
        { "{\"patient_id\":\"x\",\"provisional\":true}", "invalid.field", "patient_id" },
        { "{\"patient_id\":\"01935c1e-8b2a-7c3d-8e4f-123456789abc\",\"provisional\":1}",
          "invalid.field", "provisional" },
    };
    struct clinic_event event = sample_event(CLINIC_PATIENT_CREATED, SAMPLE_LEAST);
    char *json = encoded(&event, CLINIC_SCOPE_PUBLIC);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cJSON *tree = cJSON_Parse(json);
        struct clinic_event read;
        struct clinic_problem problem;
        char source[CLINIC_SOURCE_BYTES];
        cJSON_ReplaceItemInObjectCaseSensitive(tree, "data", cJSON_Parse(cases[i].data));
        assert_int_equal(clinic_event_read(tree, &read, source, &problem), CLINIC_INVALID);
        assert_string_equal(problem.code, cases[i].code);
        assert_string_equal(problem.field, cases[i].field);
        cJSON_Delete(tree);
    }
    free(json);
    clinic_event_done(&event);
}

static void what_a_newer_sender_adds_is_left_out(void **state)
{
    (void)state;
    struct clinic_event event = sample_event(CLINIC_DOCTOR_CREATED, SAMPLE_TYPICAL);
    char *json = encoded(&event, CLINIC_SCOPE_ALL);
    cJSON *tree = cJSON_Parse(json);
    free(json);
    cJSON *data = cJSON_GetObjectItemCaseSensitive(tree, "data");
    cJSON_AddStringToObject(tree, "traceparent", "00-1-2-3");
    cJSON_AddStringToObject(data, "shoe_size", "44");
    cJSON_AddStringToObject(cJSON_GetObjectItemCaseSensitive(data, "hours")->child, "room", "2");

    struct clinic_event read;
    struct clinic_problem problem;
    char source[CLINIC_SOURCE_BYTES];
    assert_int_equal(clinic_event_read(tree, &read, source, &problem), CLINIC_OK);
    assert_true(cJSON_Compare(read.data, event.data, 1));
    assert_non_null(clinic_json_member(data, "shoe_size")); // the caller's tree is as it was
    clinic_event_done(&read);
    cJSON_Delete(tree);
    clinic_event_done(&event);
}

static void an_event_of_the_future_is_not_found(void **state)
{
    (void)state;
    struct clinic_event event = sample_event(CLINIC_PATIENT_CREATED, SAMPLE_LEAST);
    char *json = encoded(&event, CLINIC_SCOPE_PUBLIC);
    cJSON *tree = cJSON_Parse(json);
    struct clinic_event read;
    struct clinic_problem problem;
    char source[CLINIC_SOURCE_BYTES];
    cJSON_ReplaceItemInObjectCaseSensitive(tree, "type", cJSON_CreateString("clinic.moon.landed"));
    assert_int_equal(clinic_event_read(tree, &read, source, &problem), CLINIC_NOT_FOUND);
    assert_string_equal(problem.field, "type");
    cJSON_Delete(tree);
    free(json);
    clinic_event_done(&event);
}

static void what_is_no_object_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "[]", "7", "null", "{", "\"event\"" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct clinic_event event;
        struct clinic_problem problem = { .code = "" };
        char source[CLINIC_SOURCE_BYTES];
        assert_int_equal(clinic_event_decode(bad[i], strlen(bad[i]), &event, source, &problem),
                         CLINIC_INVALID);
        assert_true(strlen(problem.code) > 0);
    }
}

static void an_event_of_all_zero_can_be_released(void **state)
{
    (void)state;
    struct clinic_event event = { 0 };
    clinic_event_done(&event);
    clinic_event_done(&event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_json_is_to_the_letter),
        cmocka_unit_test(what_is_absent_leaves_no_trace),
        cmocka_unit_test(every_event_survives_a_round_trip),
        cmocka_unit_test(nothing_personal_is_public),
        cmocka_unit_test(splitting_parts_public_from_personal),
        cmocka_unit_test(splitting_refuses_what_the_catalogue_lacks),
        cmocka_unit_test(an_inconsistent_event_is_not_written),
        cmocka_unit_test(the_largest_event_of_every_type_fits_into_a_message),
        cmocka_unit_test(reading_is_strict),
        cmocka_unit_test(data_is_checked_against_the_catalogue),
        cmocka_unit_test(what_a_newer_sender_adds_is_left_out),
        cmocka_unit_test(an_event_of_the_future_is_not_found),
        cmocka_unit_test(what_is_no_object_is_refused),
        cmocka_unit_test(an_event_of_all_zero_can_be_released),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
