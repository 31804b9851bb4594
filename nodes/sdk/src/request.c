#include <clinic/request.h>

#include "buffer.h"
#include "envelope.h"

#include <clinic/clock.h>

#include <stdio.h>
#include <string.h>

void clinic_request_done(struct clinic_request *request)
{
    cJSON_Delete(request->data);
    request->data = NULL;
}

// ---- writing

enum clinic_status clinic_request_encode(const struct clinic_request *request, char **ret_json)
{
    char id[CLINIC_ID_TEXT_BYTES];
    char after[CLINIC_ID_TEXT_BYTES];
    char time[CLINIC_INSTANT_TEXT_BYTES];
    clinic_id_print(&request->id, id);
    clinic_id_print(&request->after, after);
    clinic_instant_print(request->time_ms, time);

    struct clinic_buffer buffer = { 0 };
    clinic_buffer_add(&buffer, "{\"id\":\"");
    clinic_buffer_add(&buffer, id);
    clinic_buffer_add(&buffer, "\",\"time\":\"");
    clinic_buffer_add(&buffer, time);
    clinic_buffer_add(&buffer, "\"");
    if (request->session[0] != '\0') {
        clinic_buffer_add(&buffer, ",\"session\":");
        clinic_buffer_add_quoted(&buffer, request->session);
    }
    if (!clinic_id_is_none(&request->after)) {
        clinic_buffer_add(&buffer, ",\"after\":\"");
        clinic_buffer_add(&buffer, after);
        clinic_buffer_add(&buffer, "\"");
    }
    clinic_buffer_add(&buffer, ",\"data\":");
    if (request->data == NULL)
        clinic_buffer_add(&buffer, "{}");
    else
        clinic_buffer_add_json(&buffer, request->data);
    clinic_buffer_add(&buffer, "}");
    return clinic_buffer_take(&buffer, CLINIC_JSON_BYTES_MAX, ret_json);
}

// ---- reading

static bool is_version_7(const struct clinic_id *id)
{
    return id->bytes[6] >> 4 == 7 && id->bytes[8] >> 6 == 2;
}

static void read_id(const cJSON *json, const char *name, struct clinic_id *ret_id)
{
    const char *text = clinic_json_text(json, name);
    if (text != NULL)
        (void)clinic_id_parse(text, ret_id); // what cannot be read stays none
}

static bool refuse(struct clinic_problem *problem, const char *field, const char *advice)
{
    clinic_problem_set(problem, CLINIC_CODE_INVALID_FIELD, field, "%s", advice);
    return false;
}

static bool is_session(const char *text)
{
    size_t length =
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    return length == CLINIC_SESSION_BYTES - 1 && text[length] == '\0';
}

static bool read_envelope(const cJSON *json, struct clinic_request *request,
                          struct clinic_problem *problem)
{
    if (!clinic_fields_check(clinic_request_envelope.fields, clinic_request_envelope.count, json,
                             false, problem))
        return false;
    if (!is_version_7(&request->id))
        return refuse(problem, "id", "Give a UUID of version 7.");

    const char *session = clinic_json_text(json, "session");
    if (session != NULL && !is_session(session))
        return refuse(problem, "session", "Give the session as the sign-in returned it.");
    (void)snprintf(request->session, sizeof request->session, "%s", session == NULL ? "" : session);

    (void)clinic_instant_parse(clinic_json_text(json, "time"), &request->time_ms); // was checked
    read_id(json, "after", &request->after);
    return true;
}

static enum clinic_status read_request(cJSON *json, struct clinic_request *request,
                                       struct clinic_problem *problem)
{
    const struct clinic_request_type *type = &clinic_request_types[request->kind];
    if (!read_envelope(json, request, problem)
        || !clinic_fields_check(type->fields, type->field_count, clinic_json_member(json, "data"),
                                false, problem))
        return CLINIC_INVALID;
    request->data = cJSON_DetachItemFromObjectCaseSensitive(json, "data");
    return CLINIC_OK;
}

enum clinic_status clinic_request_decode(enum clinic_request_kind kind, const char *bytes,
                                         size_t length, struct clinic_request *ret_request,
                                         struct clinic_problem *reterr_problem)
{
    *ret_request = (struct clinic_request){ 0 };
    cJSON *json = NULL;
    enum clinic_status status = clinic_json_parse(bytes, length, &json, reterr_problem);
    if (status != CLINIC_OK)
        return status;

    read_id(json, "id", &ret_request->id);
    struct clinic_request request = { .id = ret_request->id, .kind = kind };
    if (kind <= CLINIC_REQUEST_NONE || kind >= CLINIC_REQUEST_KIND_COUNT) {
        clinic_problem_set(reterr_problem, CLINIC_CODE_UNKNOWN_ACTION, NULL,
                           "This release has no such request.");
        status = CLINIC_INVALID;
    } else {
        status = read_request(json, &request, reterr_problem);
    }
    cJSON_Delete(json);
    if (status == CLINIC_OK)
        *ret_request = request;
    return status;
}
