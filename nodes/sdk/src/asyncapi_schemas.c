#include "asyncapi_schemas.h"

#include "asyncapi_fields.h"
#include "envelope.h"

#include <ctype.h>
#include <stdio.h>

static size_t add_pascal(char *name, size_t used, const char *words)
{
    bool is_first = true;
    for (; *words != '\0' && used + 1 < ASYNCAPI_NAME_BYTES; words++) {
        if (isalnum((unsigned char)*words) == 0) {
            is_first = true;
            continue;
        }
        int letter = (unsigned char)*words;
        name[used++] = (char)(is_first ? toupper(letter) : letter);
        is_first = false;
    }
    name[used] = '\0';
    return used;
}

void asyncapi_request_name(const struct clinic_request_type *type,
                           char name[static ASYNCAPI_NAME_BYTES])
{
    size_t used = add_pascal(name, 0, type->entity);
    (void)add_pascal(name, used, type->action);
}

// ---- parts of schemas

static void write_reference(struct json_writer *writer, const char *name, const char *schema)
{
    writer_open_object(writer, name);
    writer_format(writer, "$ref", "#/components/schemas/%s", schema);
    writer_close_object(writer);
}

static void write_constant(struct json_writer *writer, const char *name, const char *value)
{
    writer_open_object(writer, name);
    writer_text(writer, "const", value);
    writer_close_object(writer);
}

// The opening of "an envelope, of which moreover …"; close_special() ends it.
static void open_special(struct json_writer *writer, const char *name, const char *envelope)
{
    writer_open_object(writer, name);
    writer_open_list(writer, "allOf");
    write_reference(writer, NULL, envelope);
    writer_open_object(writer, NULL);
    writer_open_object(writer, "properties");
}

static void close_special(struct json_writer *writer, const char *required)
{
    writer_close_object(writer);
    if (required != NULL) {
        writer_open_list(writer, "required");
        writer_text(writer, NULL, required);
        writer_close_list(writer);
    }
    writer_close_object(writer);
    writer_close_list(writer);
    writer_close_object(writer);
}

// ---- the schemas

static void write_event(struct json_writer *writer, const struct clinic_event_type *type)
{
    open_special(writer, type->name, "EventEnvelope");
    write_constant(writer, "type", type->type);
    asyncapi_write_object(writer, "data", type->fields, type->field_count, false);
    close_special(writer, NULL);
}

static void write_request(struct json_writer *writer, const struct clinic_request_type *type)
{
    char name[ASYNCAPI_NAME_BYTES];
    asyncapi_request_name(type, name);

    char schema[ASYNCAPI_NAME_BYTES + 16];
    (void)snprintf(schema, sizeof schema, "%sRequest", name);
    open_special(writer, schema, "RequestEnvelope");
    asyncapi_write_object(writer, "data", type->fields, type->field_count, true);
    close_special(writer, NULL);

    (void)snprintf(schema, sizeof schema, "%sAccepted", name);
    open_special(writer, schema, "ReplyEnvelope");
    write_constant(writer, "status", "accepted");
    asyncapi_write_object(writer, "data", type->reply_fields, type->reply_field_count, false);
    close_special(writer, type->reply_field_count > 0 ? "data" : NULL);
}

static void write_codes(struct json_writer *writer)
{
    writer_open_object(writer, "code");
    writer_open_list(writer, "enum");
    for (int code = 0; code < CLINIC_CODE_COUNT; code++)
        writer_text(writer, NULL, clinic_codes[code].name);
    writer_close_list(writer);
    writer_text(writer, "description", "New codes may be added; one that is not known is final.");
    writer_open_object(writer, "x-meanings");
    for (int code = 0; code < CLINIC_CODE_COUNT; code++)
        writer_text(writer, clinic_codes[code].name, clinic_codes[code].meaning);
    writer_close_object(writer);
    writer_open_list(writer, "x-temporary");
    for (int code = 0; code < CLINIC_CODE_COUNT; code++) {
        if (clinic_codes[code].is_temporary)
            writer_text(writer, NULL, clinic_codes[code].name);
    }
    writer_close_list(writer);
    writer_close_object(writer);
}

static void write_rejection(struct json_writer *writer)
{
    open_special(writer, "Rejected", "ReplyEnvelope");
    write_constant(writer, "status", "rejected");
    writer_open_object(writer, "error");
    writer_open_object(writer, "properties");
    write_codes(writer);
    writer_close_object(writer);
    writer_close_object(writer);
    close_special(writer, "error");
}

void asyncapi_write_schemas(struct json_writer *writer)
{
    static const struct {
        const char *name;
        const struct envelope *envelope;
        bool is_closed;
    } envelopes[] = {
        { "EventEnvelope", &clinic_event_envelope, false },
        { "RequestEnvelope", &clinic_request_envelope, true },
        { "ReplyEnvelope", &clinic_reply_envelope, false },
        { "Status", &clinic_status_payload, false },
        { "Notice", &clinic_notice_payload, false },
        { "Config", &clinic_config_payload, false },
    };
    writer_open_object(writer, "schemas");
    for (size_t i = 0; i < sizeof envelopes / sizeof envelopes[0]; i++)
        asyncapi_write_object(writer, envelopes[i].name, envelopes[i].envelope->fields,
                              envelopes[i].envelope->count, envelopes[i].is_closed);
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++)
        write_event(writer, &clinic_event_types[kind]);
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++)
        write_request(writer, &clinic_request_types[kind]);
    write_rejection(writer);
    writer_close_object(writer);
}
