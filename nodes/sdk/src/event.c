#include <clinic/event.h>

#include "buffer.h"
#include "envelope.h"

#include <clinic/clock.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void clinic_event_done(struct clinic_event *event)
{
    cJSON_Delete(event->data);
    event->data = NULL;
}

static const struct clinic_event_type *type_of(enum clinic_event_kind kind)
{
    bool is_known = kind > CLINIC_EVENT_NONE && kind < CLINIC_EVENT_KIND_COUNT;
    return is_known ? &clinic_event_types[kind] : NULL;
}

static const struct clinic_field *find_field(const struct clinic_field *fields, size_t count,
                                             const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    }
    return NULL;
}

// ---- writing

static bool is_consistent(const struct clinic_event *event)
{
    return !clinic_id_is_none(&event->id) && clinic_subject_is_valid(event->subject)
           && event->time_ms <= event->recorded_at_ms && event->sequence >= 1
           && event->sequence <= (uint64_t)CLINIC_JSON_INTEGER_MAX
           && event->previous < event->sequence;
}

static void add_text_member(struct clinic_buffer *buffer, const char *name, const char *value)
{
    clinic_buffer_add(buffer, ",\"");
    clinic_buffer_add(buffer, name);
    clinic_buffer_add(buffer, "\":\"");
    clinic_buffer_add(buffer, value);
    clinic_buffer_add(buffer, "\"");
}

static void add_id(struct clinic_buffer *buffer, const char *name, const struct clinic_id *id)
{
    char text[CLINIC_ID_TEXT_BYTES];
    if (clinic_id_is_none(id))
        return;
    clinic_id_print(id, text);
    add_text_member(buffer, name, text);
}

static void add_instant(struct clinic_buffer *buffer, const char *name, int64_t unix_ms)
{
    char text[CLINIC_INSTANT_TEXT_BYTES];
    clinic_instant_print(unix_ms, text);
    add_text_member(buffer, name, text);
}

static void add_sequence(struct clinic_buffer *buffer, const char *name, uint64_t sequence)
{
    char text[24];
    if (sequence == 0)
        return;
    (void)snprintf(text, sizeof text, "%016" PRIu64, sequence);
    add_text_member(buffer, name, text);
}

// The catalogue's public names are let out one by one, rather than the personal ones kept in: what
// nobody thought of stays inside.
static void add_data(struct clinic_buffer *buffer, const struct clinic_event_type *type,
                     const cJSON *data, enum clinic_event_scope scope)
{
    const char *separator = ",\"data\":{";
    for (const cJSON *member = data->child; member != NULL; member = member->next) {
        const struct clinic_field *field =
            find_field(type->fields, type->field_count, member->string);
        if (field == NULL || (field->is_personal && scope != CLINIC_SCOPE_ALL))
            continue;
        clinic_buffer_add(buffer, separator);
        clinic_buffer_add(buffer, "\"");
        clinic_buffer_add(buffer, field->name);
        clinic_buffer_add(buffer, "\":");
        clinic_buffer_add_json(buffer, member);
        separator = ",";
    }
    clinic_buffer_add(buffer, "}}");
}

enum clinic_status clinic_event_encode(const struct clinic_event *event, const char *source,
                                       enum clinic_event_scope scope, char **ret_json)
{
    const struct clinic_event_type *type = type_of(event->kind);
    struct clinic_problem problem;
    if (type == NULL || !is_consistent(event) || !clinic_source_is_valid(source)
        || !clinic_fields_check(type->fields, type->field_count, event->data, false, &problem))
        return CLINIC_INVALID;

    struct clinic_buffer buffer = { 0 };
    clinic_buffer_add(&buffer, "{\"specversion\":\"1.0\"");
    add_id(&buffer, "id", &event->id);
    add_text_member(&buffer, "source", source);
    add_text_member(&buffer, "type", type->type);
    add_text_member(&buffer, "subject", event->subject);
    add_instant(&buffer, "time", event->time_ms);
    add_instant(&buffer, "recordedtime", event->recorded_at_ms);
    add_text_member(&buffer, "datacontenttype", "application/json");
    add_sequence(&buffer, "sequence", event->sequence);
    add_sequence(&buffer, "previous", event->previous);
    add_id(&buffer, "correlationid", &event->correlation);
    add_id(&buffer, "causationid", &event->causation);
    if (event->is_clock_held)
        add_text_member(&buffer, "clock", "held");
    add_data(&buffer, type, event->data, scope);
    return clinic_buffer_take(&buffer, CLINIC_JSON_BYTES_MAX, ret_json);
}

// ---- reading

static bool refuse(struct clinic_problem *problem, const char *field, const char *advice)
{
    clinic_problem_set(problem, CLINIC_CODE_INVALID_FIELD, field, "%s", advice);
    return false;
}

// The readers below are given an envelope whose members have the right types already.

static bool read_sequence(const cJSON *json, const char *name, uint64_t *ret_sequence,
                          struct clinic_problem *problem)
{
    const char *text = clinic_json_text(json, name);
    if (text == NULL)
        return true; // optional, and stays 0
    uint64_t sequence = 0;
    for (; *text >= '0' && *text <= '9'; text++) // the envelope's rows let 16 characters through
        sequence = sequence * 10 + (uint64_t)(*text - '0');
    if (*text != '\0' || sequence == 0 || sequence > (uint64_t)CLINIC_JSON_INTEGER_MAX)
        return refuse(problem, name, "Give 16 digits, from 0000000000000001 up to 2^53 - 1.");
    *ret_sequence = sequence;
    return true;
}

static void read_id(const cJSON *json, const char *name, struct clinic_id *ret_id)
{
    const char *text = clinic_json_text(json, name);
    if (text != NULL)
        (void)clinic_id_parse(text, ret_id); // absent: stays none; present: was checked
}

static bool read_order(const cJSON *json, struct clinic_event *event,
                       struct clinic_problem *problem)
{
    if (!read_sequence(json, "sequence", &event->sequence, problem)
        || !read_sequence(json, "previous", &event->previous, problem))
        return false;
    if (event->previous >= event->sequence)
        return refuse(problem, "previous", "Give a sequence below the event's own.");
    return true;
}

static bool read_times(const cJSON *json, struct clinic_event *event,
                       struct clinic_problem *problem)
{
    (void)clinic_instant_parse(clinic_json_text(json, "time"), &event->time_ms);
    (void)clinic_instant_parse(clinic_json_text(json, "recordedtime"), &event->recorded_at_ms);
    event->is_clock_held = clinic_json_member(json, "clock") != NULL;
    if (event->time_ms > event->recorded_at_ms)
        return refuse(problem, "time", "Give a time that is not later than recordedtime.");
    return true;
}

static bool read_origin(const cJSON *json, struct clinic_event *event,
                        char source[static CLINIC_SOURCE_BYTES], struct clinic_problem *problem)
{
    const char *given_source = clinic_json_text(json, "source");
    const char *subject = clinic_json_text(json, "subject");
    if (!clinic_source_is_valid(given_source))
        return refuse(problem, "source", "Give /clinic/<site>.");
    if (!clinic_subject_is_valid(subject))
        return refuse(problem, "subject", "Give <word>/<id>, e.g. patient/<id>.");
    memcpy(source, given_source, strlen(given_source) + 1);
    memcpy(event->subject, subject, strlen(subject) + 1);
    return true;
}

// Everything but the data.
static enum clinic_status read_envelope(const cJSON *json, struct clinic_event *event,
                                        char source[static CLINIC_SOURCE_BYTES],
                                        struct clinic_problem *problem)
{
    if (!clinic_fields_check(clinic_event_envelope.fields, clinic_event_envelope.count, json, true,
                             problem)
        || !read_origin(json, event, source, problem) || !read_times(json, event, problem)
        || !read_order(json, event, problem))
        return CLINIC_INVALID;
    read_id(json, "id", &event->id);
    read_id(json, "correlationid", &event->correlation);
    read_id(json, "causationid", &event->causation);

    const struct clinic_event_type *type = clinic_event_type_find(clinic_json_text(json, "type"));
    if (type == NULL) {
        (void)refuse(problem, "type", "This release has no such event.");
        return CLINIC_NOT_FOUND;
    }
    event->kind = type->kind;
    return CLINIC_OK;
}

static void drop_unknown(const struct clinic_field *fields, size_t count, cJSON *value)
{
    cJSON *next;
    for (cJSON *member = value->child; member != NULL; member = next) {
        next = member->next;
        const struct clinic_field *field = find_field(fields, count, member->string);
        if (field == NULL) {
            cJSON_Delete(cJSON_DetachItemViaPointer(value, member));
            continue;
        }
        if (field->type == CLINIC_FIELD_OBJECT)
            drop_unknown(field->fields, field->field_count, member);
        if (field->type != CLINIC_FIELD_LIST || field->fields[0].type != CLINIC_FIELD_OBJECT)
            continue;
        for (cJSON *item = member->child; item != NULL; item = item->next)
            drop_unknown(field->fields[0].fields, field->fields[0].field_count, item);
    }
}

// Takes `data` over, also on failure.
static enum clinic_status adopt_data(struct clinic_event *event, cJSON *data,
                                     struct clinic_problem *problem)
{
    const struct clinic_event_type *type = &clinic_event_types[event->kind];
    if (!clinic_fields_check(type->fields, type->field_count, data, true, problem)) {
        cJSON_Delete(data);
        return CLINIC_INVALID;
    }
    drop_unknown(type->fields, type->field_count, data);
    event->data = data;
    return CLINIC_OK;
}

enum clinic_status clinic_event_read(const cJSON *json, struct clinic_event *ret_event,
                                     char ret_source[static CLINIC_SOURCE_BYTES],
                                     struct clinic_problem *reterr_problem)
{
    struct clinic_event event = { 0 };
    char source[CLINIC_SOURCE_BYTES];
    enum clinic_status status = read_envelope(json, &event, source, reterr_problem);
    if (status != CLINIC_OK)
        return status;
    cJSON *data = cJSON_Duplicate(clinic_json_member(json, "data"), 1);
    if (data == NULL)
        return CLINIC_NOMEM;
    status = adopt_data(&event, data, reterr_problem);
    if (status != CLINIC_OK)
        return status;
    *ret_event = event;
    memcpy(ret_source, source, strlen(source) + 1);
    return CLINIC_OK;
}

// As clinic_event_read(), but moves the data out of a tree that nobody else needs.
static enum clinic_status read_own(cJSON *json, struct clinic_event *event,
                                   char source[static CLINIC_SOURCE_BYTES],
                                   struct clinic_problem *problem)
{
    enum clinic_status status = read_envelope(json, event, source, problem);
    if (status != CLINIC_OK)
        return status;
    return adopt_data(event, cJSON_DetachItemFromObjectCaseSensitive(json, "data"), problem);
}

enum clinic_status clinic_event_decode(const char *bytes, size_t length,
                                       struct clinic_event *ret_event,
                                       char ret_source[static CLINIC_SOURCE_BYTES],
                                       struct clinic_problem *reterr_problem)
{
    cJSON *json = NULL;
    enum clinic_status status = clinic_json_parse(bytes, length, &json, reterr_problem);
    if (status != CLINIC_OK)
        return status;

    struct clinic_event event = { 0 };
    char source[CLINIC_SOURCE_BYTES];
    status = read_own(json, &event, source, reterr_problem);
    cJSON_Delete(json);
    if (status != CLINIC_OK)
        return status;
    *ret_event = event;
    memcpy(ret_source, source, strlen(source) + 1);
    return CLINIC_OK;
}

// ---- splitting

static enum clinic_status copy_member(const cJSON *member, cJSON **object)
{
    if (*object == NULL)
        *object = cJSON_CreateObject();
    cJSON *copy = cJSON_Duplicate(member, 1);
    if (*object == NULL || copy == NULL || !cJSON_AddItemToObject(*object, member->string, copy)) {
        cJSON_Delete(copy);
        return CLINIC_NOMEM;
    }
    return CLINIC_OK;
}

enum clinic_status clinic_event_split(enum clinic_event_kind kind, const cJSON *data,
                                      cJSON **ret_public, cJSON **ret_personal)
{
    const struct clinic_event_type *type = type_of(kind);
    if (type == NULL || !cJSON_IsObject(data))
        return CLINIC_INVALID;

    cJSON *public_data = cJSON_CreateObject();
    cJSON *personal_data = NULL;
    enum clinic_status status = public_data == NULL ? CLINIC_NOMEM : CLINIC_OK;
    for (const cJSON *member = data->child; member != NULL && status == CLINIC_OK;
         member = member->next) {
        const struct clinic_field *field =
            find_field(type->fields, type->field_count, member->string);
        status = field == NULL
                     ? CLINIC_INVALID
                     : copy_member(member, field->is_personal ? &personal_data : &public_data);
    }
    if (status != CLINIC_OK) {
        cJSON_Delete(public_data);
        cJSON_Delete(personal_data);
        return status;
    }
    *ret_public = public_data;
    *ret_personal = personal_data;
    return CLINIC_OK;
}
