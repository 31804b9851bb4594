// reply.c - the gateway's answer. Part of request.h.
#include <clinic/request.h>

#include "buffer.h"
#include "envelope.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void clinic_reply_done(struct clinic_reply *reply)
{
    cJSON_Delete(reply->data);
    reply->data = NULL;
}

// ---- writing

static void add_error(struct clinic_buffer *buffer, const struct clinic_problem *problem)
{
    clinic_buffer_add(buffer, ",\"error\":{\"code\":");
    clinic_buffer_add_quoted(buffer, problem->code);
    if (problem->field[0] != '\0') {
        clinic_buffer_add(buffer, ",\"field\":");
        clinic_buffer_add_quoted(buffer, problem->field);
    }
    clinic_buffer_add(buffer, ",\"message\":");
    clinic_buffer_add_quoted(buffer, problem->message);
    clinic_buffer_add(buffer, "}");
}

enum clinic_status clinic_reply_encode(const struct clinic_reply *reply, char **ret_json)
{
    char id[CLINIC_ID_TEXT_BYTES];
    clinic_id_print(&reply->id, id);

    struct clinic_buffer buffer = { 0 };
    clinic_buffer_add(&buffer, "{\"id\":\"");
    clinic_buffer_add(&buffer, id);
    clinic_buffer_add(&buffer, "\",\"status\":");
    clinic_buffer_add(&buffer, reply->is_accepted ? "\"accepted\"" : "\"rejected\"");
    if (reply->sequence != 0) {
        char sequence[40];
        (void)snprintf(sequence, sizeof sequence, ",\"sequence\":%" PRIu64, reply->sequence);
        clinic_buffer_add(&buffer, sequence);
    }
    if (reply->data != NULL) {
        clinic_buffer_add(&buffer, ",\"data\":");
        clinic_buffer_add_json(&buffer, reply->data);
    }
    if (!reply->is_accepted)
        add_error(&buffer, &reply->problem);
    clinic_buffer_add(&buffer, "}");
    return clinic_buffer_take(&buffer, CLINIC_JSON_BYTES_MAX, ret_json);
}

// ---- reading

static void copy_text(const cJSON *object, const char *name, char *text, size_t text_bytes)
{
    const char *given = clinic_json_text(object, name);
    (void)snprintf(text, text_bytes, "%s", given == NULL ? "" : given);
}

// A code that this release does not know is final: asking again for ever would help nobody.
static bool is_temporary(const char *name)
{
    enum clinic_code code;
    return clinic_code_find(name, &code) && clinic_codes[code].is_temporary;
}

static bool read_error(const cJSON *json, struct clinic_reply *reply,
                       struct clinic_problem *problem)
{
    const cJSON *error = clinic_json_member(json, "error");
    if (error == NULL) {
        clinic_problem_set(problem, CLINIC_CODE_INVALID_MISSING, "error",
                           "A rejection needs its reason.");
        return false;
    }
    copy_text(error, "code", reply->problem.code, sizeof reply->problem.code);
    copy_text(error, "field", reply->problem.field, sizeof reply->problem.field);
    copy_text(error, "message", reply->problem.message, sizeof reply->problem.message);
    reply->is_temporary = is_temporary(reply->problem.code);
    return true;
}

static bool read_reply(cJSON *json, struct clinic_reply *reply, struct clinic_problem *problem)
{
    if (!clinic_fields_check(clinic_reply_envelope.fields, clinic_reply_envelope.count, json, true,
                             problem))
        return false;
    reply->is_accepted = strcmp(clinic_json_text(json, "status"), "accepted") == 0;
    if (!reply->is_accepted && !read_error(json, reply, problem))
        return false;

    int64_t sequence = 0;
    (void)clinic_json_integer(json, "sequence", &sequence); // absent: 0
    reply->sequence = (uint64_t)sequence;
    (void)clinic_id_parse(clinic_json_text(json, "id"), &reply->id); // was checked
    reply->data = cJSON_DetachItemFromObjectCaseSensitive(json, "data");
    return true;
}

enum clinic_status clinic_reply_decode(const char *bytes, size_t length,
                                       struct clinic_reply *ret_reply,
                                       struct clinic_problem *reterr_problem)
{
    cJSON *json = NULL;
    enum clinic_status status = clinic_json_parse(bytes, length, &json, reterr_problem);
    if (status != CLINIC_OK)
        return status;
    struct clinic_reply reply = { 0 };
    bool is_read = read_reply(json, &reply, reterr_problem);
    cJSON_Delete(json);
    if (!is_read)
        return CLINIC_INVALID;
    *ret_reply = reply;
    return CLINIC_OK;
}
