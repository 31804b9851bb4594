// Every limit of every row of the catalogue is tried from both sides, by walking the rows themselves.
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct table {
    const struct clinic_field *fields;
    size_t count;
};

enum { TABLES_MAX = 300 };
static struct table tables[TABLES_MAX];
static size_t table_count;

static void collect(const struct clinic_field *fields, size_t count)
{
    assert_true(table_count < TABLES_MAX);
    tables[table_count++] = (struct table){ fields, count };
    for (size_t i = 0; i < count; i++) {
        const struct clinic_field *inner = &fields[i];
        if (inner->type == CLINIC_FIELD_LIST)
            inner = &inner->fields[0];
        if (inner->type == CLINIC_FIELD_OBJECT)
            collect(inner->fields, inner->field_count);
    }
}

static int collect_all_tables(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++)
        collect(clinic_event_types[kind].fields, clinic_event_types[kind].field_count);
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        collect(clinic_request_types[kind].fields, clinic_request_types[kind].field_count);
        collect(clinic_request_types[kind].reply_fields,
                clinic_request_types[kind].reply_field_count);
    }
    return 0;
}

static void assert_fine(const struct table *table, const cJSON *object)
{
    struct clinic_problem problem;
    if (!clinic_fields_check(table->fields, table->count, object, false, &problem))
        fail_msg("%s: %s: %s", problem.code, problem.field, problem.message);
}

static void assert_problem(const struct table *table, const cJSON *object, const char *code,
                           const char *field)
{
    struct clinic_problem problem;
    if (clinic_fields_check(table->fields, table->count, object, false, &problem))
        fail_msg("%s: accepted, expected %s", field, code);
    assert_string_equal(problem.code, code);
    assert_string_equal(problem.field, field);
    assert_true(strlen(problem.message) > 0);
}

// Puts `value` in the place of one field of a good object, checks, and releases all.
static void try_value(const struct table *table, const struct clinic_field *field, cJSON *value,
                      bool is_good)
{
    assert_non_null(value);
    cJSON *object = sample_object(table->fields, table->count, SAMPLE_TYPICAL);
    assert_true(cJSON_ReplaceItemInObjectCaseSensitive(object, field->name, value));
    if (is_good)
        assert_fine(table, object);
    else
        assert_problem(table, object, "invalid.field", field->name);
    cJSON_Delete(object);
}

static void samples_are_good(void **state)
{
    (void)state;
    for (size_t t = 0; t < table_count; t++) {
        for (int size = SAMPLE_LEAST; size <= SAMPLE_TYPICAL; size++) {
            cJSON *object =
                sample_object(tables[t].fields, tables[t].count, (enum sample_size)size);
            assert_fine(&tables[t], object);
            cJSON_Delete(object);
        }
    }
}

static void each_required_field_is_required(void **state)
{
    (void)state;
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct clinic_field *field = &tables[t].fields[i];
            cJSON *object = sample_object(tables[t].fields, tables[t].count, SAMPLE_TYPICAL);
            cJSON_DeleteItemFromObjectCaseSensitive(object, field->name);
            if (field->is_required)
                assert_problem(&tables[t], object, "invalid.missing", field->name);
            else
                assert_fine(&tables[t], object);
            cJSON_Delete(object);
        }
    }
}

static void null_is_for_nullable_fields_only(void **state)
{
    (void)state;
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct clinic_field *field = &tables[t].fields[i];
            bool is_good = field->is_nullable || field->type == CLINIC_FIELD_ANY;
            try_value(&tables[t], field, cJSON_CreateNull(), is_good);
        }
    }
}

static cJSON *foreign_value(enum clinic_field_type type)
{
    bool is_number_or_flag = type == CLINIC_FIELD_INTEGER || type == CLINIC_FIELD_BOOLEAN;
    return is_number_or_flag ? cJSON_CreateString("1") : cJSON_CreateNumber(1);
}

static void a_value_of_another_type_is_refused(void **state)
{
    (void)state;
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct clinic_field *field = &tables[t].fields[i];
            if (field->type != CLINIC_FIELD_ANY)
                try_value(&tables[t], field, foreign_value(field->type), false);
        }
    }
}

static cJSON *text_of(const char *unit, int64_t length)
{
    char *text = sample_repeat(unit, (size_t)length);
    cJSON *value = cJSON_CreateString(text);
    free(text);
    return value;
}

static cJSON *list_of(const struct clinic_field *item, int64_t length)
{
    cJSON *list = cJSON_CreateArray();
    for (int64_t i = 0; i < length; i++)
        cJSON_AddItemToArray(list, sample_value(item, SAMPLE_LEAST));
    return list;
}

// A value at a distance from nothing: so many bytes, characters or items, or that number.
static cJSON *value_of_size(const struct clinic_field *field, int64_t size)
{
    switch (field->type) {
    case CLINIC_FIELD_STRING:
    case CLINIC_FIELD_CODE:
        return text_of("a", size);
    case CLINIC_FIELD_TEXT:
        return text_of("ё", size);
    case CLINIC_FIELD_LIST:
        return list_of(&field->fields[0], size);
    case CLINIC_FIELD_INTEGER:
        return cJSON_CreateNumber((double)size);
    case CLINIC_FIELD_BOOLEAN:
    case CLINIC_FIELD_UUID:
    case CLINIC_FIELD_DATE:
    case CLINIC_FIELD_INSTANT:
    case CLINIC_FIELD_CLOCK:
    case CLINIC_FIELD_LOCAL:
    case CLINIC_FIELD_BASE64:
    case CLINIC_FIELD_CHOICE:
    case CLINIC_FIELD_OBJECT:
    case CLINIC_FIELD_ANY:
        return NULL;
    }
    return NULL;
}

static void try_limits(const struct table *table, const struct clinic_field *field)
{
    bool has_lower = field->type == CLINIC_FIELD_INTEGER || field->min > 0;
    try_value(table, field, value_of_size(field, field->min), true);
    try_value(table, field, value_of_size(field, field->max), true);
    try_value(table, field, value_of_size(field, field->max + 1), false);
    if (has_lower)
        try_value(table, field, value_of_size(field, field->min - 1), false);
    if (field->type == CLINIC_FIELD_INTEGER) // whole numbers only
        try_value(table, field, cJSON_CreateNumber(1.5), false);
}

static void limits_hold_on_both_sides(void **state)
{
    (void)state;
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct clinic_field *field = &tables[t].fields[i];
            cJSON *probe = value_of_size(field, field->min < 0 ? 0 : field->min);
            cJSON_Delete(probe);
            if (probe != NULL)
                try_limits(&tables[t], field);
        }
    }
}

static void ill_formed_texts_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum clinic_field_type type;
        const char *text;
    } bad[] = {
        { CLINIC_FIELD_UUID, "" },
        { CLINIC_FIELD_UUID, "00000000-0000-0000-0000-000000000000" },
        { CLINIC_FIELD_UUID, "01935c1e8b2a7c3d8e4f123456789abc" },
        { CLINIC_FIELD_DATE, "2026-02-30" },
        { CLINIC_FIELD_DATE, "" },
        { CLINIC_FIELD_INSTANT, "2026-11-22" },
        { CLINIC_FIELD_INSTANT, "yesterday" },
        { CLINIC_FIELD_CLOCK, "" },
        { CLINIC_FIELD_CLOCK, "9:30" },
        { CLINIC_FIELD_CLOCK, "24:01" },
        { CLINIC_FIELD_CLOCK, "12:60" },
        { CLINIC_FIELD_CLOCK, "12:3x" },
        { CLINIC_FIELD_LOCAL, "2026-11-22" },
        { CLINIC_FIELD_LOCAL, "2026-11-22 09:30" },
        { CLINIC_FIELD_LOCAL, "2026-02-30T09:30" },
        { CLINIC_FIELD_LOCAL, "2026-11-22T24:00" },
        { CLINIC_FIELD_LOCAL, "2026-11-22T09:30Z" },
        { CLINIC_FIELD_BASE64, "" },
        { CLINIC_FIELD_BASE64, "abc" },
        { CLINIC_FIELD_BASE64, "ab=d" },
        { CLINIC_FIELD_BASE64, "a===" },
        { CLINIC_FIELD_BASE64, "ab-_" },
        { CLINIC_FIELD_CHOICE, "" },
        { CLINIC_FIELD_CHOICE, "something else" },
        { CLINIC_FIELD_TEXT, "bell\x07" },
        { CLINIC_FIELD_TEXT, "\xff\xff" },
    };
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct clinic_field *field = &tables[t].fields[i];
            for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
                if (bad[k].type == field->type)
                    try_value(&tables[t], field, cJSON_CreateString(bad[k].text), false);
            }
        }
    }
}

static const struct clinic_field line_field = {
    .name = "line", .type = CLINIC_FIELD_STRING, .is_required = true, .max = 200
};
static const struct clinic_field code_field = {
    .name = "code", .type = CLINIC_FIELD_CODE, .is_required = true, .max = 200
};

static void a_day_ends_at_24_00(void **state)
{
    (void)state;
    static const struct clinic_field clock_field = { .name = "clock", .type = CLINIC_FIELD_CLOCK };
    const struct table table = { &clock_field, 1 };
    static const char *const good[] = { "00:00", "09:30", "19:59", "23:59", "24:00" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        try_value(&table, &clock_field, cJSON_CreateString(good[i]), true);
}

static void a_line_is_one_line_of_text(void **state)
{
    (void)state;
    const struct table table = { &line_field, 1 };
    static const char *const good[] = { "", "O'Brien", "ÅÄÖ عليّ 李 🩺" };
    static const char *const bad[] = { "a\nb", "a\tb", "\x1b[2J", "\x7f", "\xc2\x85", "\xc0\x80" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        try_value(&table, &line_field, cJSON_CreateString(good[i]), true);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        try_value(&table, &line_field, cJSON_CreateString(bad[i]), false);
}

static void a_code_is_lower_case(void **state)
{
    (void)state;
    const struct table table = { &code_field, 1 };
    static const char *const bad[] = { "A", "a b", "a/b", "é", "a:b" };
    try_value(&table, &code_field, cJSON_CreateString("az09._-"), true);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        try_value(&table, &code_field, cJSON_CreateString(bad[i]), false);
}

static const struct clinic_field window_fields[] = {
    { .name = "from", .type = CLINIC_FIELD_DATE, .is_required = true },
};
static const struct clinic_field window_item = {
    .name = "window", .type = CLINIC_FIELD_OBJECT, .fields = window_fields, .field_count = 1
};
static const struct clinic_field place_fields[] = {
    { .name = "hours",
      .type = CLINIC_FIELD_LIST,
      .max = 9,
      .fields = &window_item,
      .field_count = 1 },
    { .name = "notes",
      .type = CLINIC_FIELD_LIST,
      .max = 9,
      .fields = &line_field,
      .field_count = 1 },
    { .name = "place", .type = CLINIC_FIELD_OBJECT, .fields = window_fields, .field_count = 1 },
};

static void the_path_leads_to_the_fault(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *code;
        const char *path;
    } cases[] = {
        { "{\"notes\":[\"a\",\"b\",3]}", "invalid.field", "notes[2]" },
        { "{\"hours\":[{\"from\":\"x\"}]}", "invalid.field", "hours[0].from" },
        { "{\"hours\":[{\"from\":\"2026-01-01\"},{}]}", "invalid.missing", "hours[1].from" },
        { "{\"hours\":[7]}", "invalid.field", "hours[0]" },
        { "{\"place\":{\"from\":1}}", "invalid.field", "place.from" },
        { "{\"place\":{\"form\":1}}", "invalid.unknown-field", "place.form" },
        { "{\"plaice\":1}", "invalid.unknown-field", "plaice" },
        { "{\"Ana Maria <ana@example.org>\":1}", "invalid.unknown-field", "" },
        { "{\"place\":{\"Ana Maria\":1}}", "invalid.unknown-field", "place" },
        { "[]", "invalid.field", "" },
        { "7", "invalid.field", "" },
    };
    const struct table table = { place_fields, 3 };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cJSON *json = cJSON_Parse(cases[i].json);
        assert_non_null(json);
        assert_problem(&table, json, cases[i].code, cases[i].path);
        cJSON_Delete(json);
    }
}

static void unknown_members_are_let_through_where_asked(void **state)
{
    (void)state;
    struct clinic_problem problem;
    cJSON *json = cJSON_Parse("{\"new\":1,\"place\":{\"from\":\"2026-01-01\",\"newer\":2}}");
    assert_true(clinic_fields_check(place_fields, 3, json, true, &problem));
    assert_false(clinic_fields_check(place_fields, 3, json, false, &problem));
    cJSON_Delete(json);
}

// The parser refuses such a text; a program's own tree can still hold it.
static void the_same_name_twice_is_refused(void **state)
{
    (void)state;
    const struct table table = { &line_field, 1 };
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "line", "one");
    cJSON_AddStringToObject(object, "line", "two");
    assert_problem(&table, object, "invalid.unknown-field", "line");
    cJSON_Delete(object);
}

static void messages_never_repeat_the_value(void **state)
{
    (void)state;
    static const char secret[] = "zzsecretzz\x01";
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            cJSON *object = sample_object(tables[t].fields, tables[t].count, SAMPLE_TYPICAL);
            struct clinic_problem problem = { .code = "" };
            cJSON_ReplaceItemInObjectCaseSensitive(object, tables[t].fields[i].name,
                                                   cJSON_CreateString(secret));
            (void)clinic_fields_check(tables[t].fields, tables[t].count, object, false, &problem);
            assert_null(strstr(problem.message, "secret"));
            assert_null(strstr(problem.field, "secret"));
            cJSON_Delete(object);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_good),
        cmocka_unit_test(each_required_field_is_required),
        cmocka_unit_test(null_is_for_nullable_fields_only),
        cmocka_unit_test(a_value_of_another_type_is_refused),
        cmocka_unit_test(limits_hold_on_both_sides),
        cmocka_unit_test(ill_formed_texts_are_refused),
        cmocka_unit_test(a_day_ends_at_24_00),
        cmocka_unit_test(a_line_is_one_line_of_text),
        cmocka_unit_test(a_code_is_lower_case),
        cmocka_unit_test(the_path_leads_to_the_fault),
        cmocka_unit_test(unknown_members_are_let_through_where_asked),
        cmocka_unit_test(the_same_name_twice_is_refused),
        cmocka_unit_test(messages_never_repeat_the_value),
    };
    return cmocka_run_group_tests(tests, collect_all_tables, NULL);
}
