// Whether the document is right is what the AsyncAPI project's own parser says, in the integration tests.
// Here: it is made of the whole catalogue, and its references lead somewhere.
#include <clinic/asyncapi.h>
#include <clinic/catalogue.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static cJSON *document;

static int print_document(void **state)
{
    (void)state;
    char *json = NULL;
    if (clinic_asyncapi_print("clinic", &json) != CLINIC_OK)
        return -1;
    document = cJSON_ParseWithOpts(json, NULL, 1);
    free(json);
    return document == NULL ? -1 : 0;
}

static int drop_document(void **state)
{
    (void)state;
    cJSON_Delete(document);
    return 0;
}

// Follows "a/b/c" from the top.
static const cJSON *at(const char *path)
{
    char copy[200];
    (void)snprintf(copy, sizeof copy, "%s", path);
    const cJSON *json = document;
    char *rest = NULL;
    for (char *name = strtok_r(copy, "/", &rest); name != NULL; name = strtok_r(NULL, "/", &rest))
        json = cJSON_GetObjectItemCaseSensitive(json, name);
    return json;
}

static void every_reference_leads_somewhere_in(const cJSON *json)
{
    const char *reference = cJSON_IsObject(json) ? clinic_json_text(json, "$ref") : NULL;
    if (reference != NULL) {
        assert_memory_equal(reference, "#/", 2);
        if (at(reference + 2) == NULL)
            fail_msg("%s", reference);
    }
    for (const cJSON *child = json->child; child != NULL; child = child->next)
        every_reference_leads_somewhere_in(child);
}

static void every_reference_leads_somewhere(void **state)
{
    (void)state;
    every_reference_leads_somewhere_in(document);
}

static void no_member_is_written_twice_in(const cJSON *json)
{
    for (const cJSON *child = json->child; child != NULL; child = child->next) {
        for (const cJSON *other = child->next; child->string != NULL && other != NULL;
             other = other->next)
            assert_string_not_equal(child->string, other->string);
        no_member_is_written_twice_in(child);
    }
}

static void no_member_is_written_twice(void **state)
{
    (void)state;
    no_member_is_written_twice_in(document);
}

static void every_event_has_its_channel_and_fields(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        const struct clinic_event_type *type = &clinic_event_types[kind];
        char path[160], address[80];
        (void)snprintf(path, sizeof path, "channels/%s", type->name);
        (void)snprintf(address, sizeof address, "clinic/%s", type->topic);
        assert_string_equal(clinic_json_text(at(path), "address"), address);

        (void)snprintf(path, sizeof path, "components/schemas/%s/allOf", type->name);
        const cJSON *special = cJSON_GetArrayItem(at(path), 1);
        const cJSON *data = clinic_json_member(clinic_json_member(special, "properties"), "data");
        for (size_t i = 0; i < type->field_count; i++) {
            const cJSON *field =
                clinic_json_member(clinic_json_member(data, "properties"), type->fields[i].name);
            assert_non_null(field);
            assert_int_equal(clinic_json_boolean(field, "x-personal", false),
                             type->fields[i].is_personal);
        }
    }
}

static void every_request_has_its_channel(void **state)
{
    (void)state;
    assert_string_equal(clinic_json_text(at("channels/StaffSignInRequest"), "address"),
                        "clinic/request/{node}/staff/sign-in");
    size_t count = 0;
    for (const cJSON *channel = at("channels")->child; channel != NULL; channel = channel->next)
        count += strstr(clinic_json_text(channel, "address"), "/request/") != NULL ? 1 : 0;
    assert_int_equal(count, CLINIC_REQUEST_KIND_COUNT - 1);
}

static void every_code_is_listed(void **state)
{
    (void)state;
    const cJSON *special = cJSON_GetArrayItem(at("components/schemas/Rejected/allOf"), 1);
    const cJSON *error = clinic_json_member(clinic_json_member(special, "properties"), "error");
    const cJSON *code = clinic_json_member(clinic_json_member(error, "properties"), "code");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(code, "enum")), CLINIC_CODE_COUNT);
}

static void another_prefix_is_used_and_a_bad_one_refused(void **state)
{
    (void)state;
    char *json = NULL;
    assert_int_equal(clinic_asyncapi_print("st-anna", &json), CLINIC_OK);
    assert_non_null(strstr(json, "\"st-anna/patient/created\""));
    assert_null(strstr(json, "\"clinic/patient/created\""));
    free(json);
    json = NULL;
    assert_int_equal(clinic_asyncapi_print("a/b", &json), CLINIC_INVALID);
    assert_null(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reference_leads_somewhere),
        cmocka_unit_test(no_member_is_written_twice),
        cmocka_unit_test(every_event_has_its_channel_and_fields),
        cmocka_unit_test(every_request_has_its_channel),
        cmocka_unit_test(every_code_is_listed),
        cmocka_unit_test(another_prefix_is_used_and_a_bad_one_refused),
    };
    return cmocka_run_group_tests(tests, print_document, drop_document);
}
