#include "outbox_content.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What a text is sealed to: one row's request cannot be passed off as another's, nor as an answer.
struct place {
    char part[8];
    struct clinic_id id;
};

static const char request_part[8] = "request";
static const char answer_part[8] = "answer";

static struct place place_of(const char part[static 8], const struct clinic_id *id)
{
    struct place place = { .id = *id };
    memcpy(place.part, part, sizeof place.part);
    return place;
}

static enum clinic_status seal(const uint8_t key[static CLINIC_KEY_BYTES],
                               const struct place *place, const char *text, uint8_t **ret_sealed,
                               size_t *ret_sealed_bytes)
{
    const size_t length = strlen(text);
    uint8_t *sealed = malloc(length + CLINIC_SEAL_OVERHEAD_BYTES);
    if (sealed == NULL)
        return CLINIC_NOMEM;
    const enum clinic_status status = clinic_seal(key, place, sizeof *place, text, length, sealed);
    if (status != CLINIC_OK) {
        free(sealed);
        return status;
    }
    *ret_sealed = sealed;
    *ret_sealed_bytes = length + CLINIC_SEAL_OVERHEAD_BYTES;
    return CLINIC_OK;
}

static void free_text(char *text)
{
    if (text != NULL)
        clinic_wipe(text, strlen(text));
    free(text);
}

enum clinic_status content_seal_request(const uint8_t key[static CLINIC_KEY_BYTES],
                                        const struct clinic_request *request, uint8_t **ret_sealed,
                                        size_t *ret_sealed_bytes)
{
    // Which request it follows is decided when it is sent.
    struct clinic_request stored = *request;
    stored.after = (struct clinic_id){ 0 };
    const struct place place = place_of(request_part, &request->id);
    char *text = NULL;
    enum clinic_status status = clinic_request_encode(&stored, &text);
    if (status == CLINIC_OK)
        status = seal(key, &place, text, ret_sealed, ret_sealed_bytes);
    free_text(text);
    return status;
}

enum clinic_status content_seal_answer(const uint8_t key[static CLINIC_KEY_BYTES],
                                       const struct clinic_reply *reply, uint8_t **ret_sealed,
                                       size_t *ret_sealed_bytes)
{
    // Its data may be a whole record, which nobody asked to have kept here.
    struct clinic_reply stored = *reply;
    stored.data = NULL;
    const struct place place = place_of(answer_part, &reply->id);
    char *text = NULL;
    enum clinic_status status = clinic_reply_encode(&stored, &text);
    if (status == CLINIC_OK)
        status = seal(key, &place, text, ret_sealed, ret_sealed_bytes);
    free_text(text);
    return status;
}

static enum clinic_status unseal(const uint8_t key[static CLINIC_KEY_BYTES],
                                 const struct place *place, const uint8_t *sealed,
                                 size_t sealed_bytes, char **ret_text)
{
    if (sealed_bytes < CLINIC_SEAL_OVERHEAD_BYTES)
        return CLINIC_DAMAGED;
    char *text = calloc(1, sealed_bytes); // the overhead leaves room for the NUL
    if (text == NULL)
        return CLINIC_NOMEM;
    const enum clinic_status status =
        clinic_unseal(key, place, sizeof *place, sealed, sealed_bytes, text);
    if (status != CLINIC_OK) {
        free(text);
        return status;
    }
    *ret_text = text;
    return CLINIC_OK;
}

static enum clinic_status parse_request(const char *text, const struct outbox_row *row,
                                        struct clinic_request *ret_request)
{
    struct clinic_problem problem;
    cJSON *json = NULL;
    if (clinic_json_parse(text, strlen(text), &json, &problem) != CLINIC_OK)
        return CLINIC_DAMAGED;
    struct clinic_request request = { .id = row->id, .kind = row->kind };
    const char *time = clinic_json_text(json, "time");
    const char *session = clinic_json_text(json, "session");
    const bool is_whole = time != NULL && clinic_instant_parse(time, &request.time_ms)
                          && row->kind > CLINIC_REQUEST_NONE
                          && row->kind < CLINIC_REQUEST_KIND_COUNT;
    (void)snprintf(request.session, sizeof request.session, "%s", session == NULL ? "" : session);
    request.data = cJSON_DetachItemFromObjectCaseSensitive(json, "data");
    cJSON_Delete(json);
    if (!is_whole || request.data == NULL) {
        clinic_request_done(&request);
        return CLINIC_DAMAGED;
    }
    *ret_request = request;
    return CLINIC_OK;
}

enum clinic_status content_read_request(const uint8_t key[static CLINIC_KEY_BYTES],
                                        const struct outbox_row *row,
                                        struct clinic_request *ret_request)
{
    const struct place place = place_of(request_part, &row->id);
    char *text = NULL;
    enum clinic_status status = unseal(key, &place, row->sealed, row->sealed_bytes, &text);
    if (status == CLINIC_OK)
        status = parse_request(text, row, ret_request);
    free_text(text);
    return status;
}

enum clinic_status content_read_answer(const uint8_t key[static CLINIC_KEY_BYTES],
                                       const struct outbox_row *row,
                                       struct clinic_problem *ret_problem)
{
    const struct place place = place_of(answer_part, &row->id);
    char *text = NULL;
    struct clinic_reply reply;
    struct clinic_problem problem;
    enum clinic_status status =
        unseal(key, &place, row->sealed_answer, row->sealed_answer_bytes, &text);
    if (status == CLINIC_OK
        && clinic_reply_decode(text, strlen(text), &reply, &problem) != CLINIC_OK)
        status = CLINIC_DAMAGED;
    if (status == CLINIC_OK) {
        *ret_problem = reply.problem;
        clinic_reply_done(&reply);
    }
    free_text(text);
    return status;
}
