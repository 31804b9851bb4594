#include "envelope.h"

#include <clinic/event.h>
#include <clinic/request.h>

#include <string.h>

#define ROWS(array)                                                                                \
    {                                                                                              \
        .fields = (array), .count = sizeof(array) / sizeof((array)[0])                             \
    }

static const char *const spec_versions[] = { "1.0", NULL };
static const char *const content_types[] = { "application/json", NULL };
static const char *const clock_states[] = { "held", NULL };
static const char *const outcomes[] = { "accepted", "rejected", NULL };

static const struct clinic_field event_fields[] = {
    { .name = "specversion",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = spec_versions,
      .help = "Version of CloudEvents." },
    { .name = "id",
      .type = CLINIC_FIELD_UUID,
      .is_required = true,
      .help = "The event's own id; with source it is unique." },
    { .name = "source",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = sizeof "/clinic/",
      .max = CLINIC_SOURCE_BYTES - 1,
      .help = "/clinic/<site>." },
    { .name = "type",
      .type = CLINIC_FIELD_CODE,
      .is_required = true,
      .min = 1,
      .max = 64,
      .help = "What happened." },
    { .name = "subject",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 3,
      .max = CLINIC_SUBJECT_BYTES - 1,
      .help = "To what it happened, e.g. patient/<id>." },
    { .name = "time",
      .type = CLINIC_FIELD_INSTANT,
      .is_required = true,
      .help = "When, by the asking node's clock; never later than recordedtime." },
    { .name = "recordedtime",
      .type = CLINIC_FIELD_INSTANT,
      .is_required = true,
      .help = "When it was committed; never runs backwards." },
    { .name = "datacontenttype",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = content_types,
      .help = "Media type of data." },
    { .name = "sequence",
      .type = CLINIC_FIELD_CODE,
      .is_required = true,
      .min = 16,
      .max = 16,
      .help = "Position in the clinic's log, from 1, without gaps; 16 digits." },
    { .name = "previous",
      .type = CLINIC_FIELD_CODE,
      .min = 16,
      .max = 16,
      .help = "Sequence of the event before it on the same topic; absent: none." },
    { .name = "correlationid", .type = CLINIC_FIELD_UUID, .help = "The request that led to it." },
    { .name = "causationid", .type = CLINIC_FIELD_UUID, .help = "The event that caused it." },
    { .name = "clock",
      .type = CLINIC_FIELD_CHOICE,
      .choices = clock_states,
      .help = "held: the gateway's clock was behind its log, recordedtime is the log's last." },
    { .name = "data",
      .type = CLINIC_FIELD_ANY,
      .is_required = true,
      .help = "What is known about it." },
};
const struct envelope clinic_event_envelope = ROWS(event_fields);

static const struct clinic_field request_fields[] = {
    { .name = "id",
      .type = CLINIC_FIELD_UUID,
      .is_required = true,
      .help = "UUIDv7 made by the node; the same id again gets the same reply." },
    { .name = "time",
      .type = CLINIC_FIELD_INSTANT,
      .is_required = true,
      .help = "When the request was made, by the node's clock." },
    { .name = "session",
      .type = CLINIC_FIELD_STRING,
      .min = CLINIC_SESSION_BYTES - 1,
      .max = CLINIC_SESSION_BYTES - 1,
      .help = "The session of whoever is signed in." },
    { .name = "after",
      .type = CLINIC_FIELD_UUID,
      .help = "The request of this node that must be applied before this one." },
    { .name = "data", .type = CLINIC_FIELD_ANY, .is_required = true, .help = "What is asked." },
};
const struct envelope clinic_request_envelope = ROWS(request_fields);

static const struct clinic_field error_fields[] = {
    { .name = "code",
      .type = CLINIC_FIELD_CODE,
      .is_required = true,
      .min = 1,
      .max = sizeof((struct clinic_problem *)NULL)->code - 1,
      .help = "Stable, for programs." },
    { .name = "field",
      .type = CLINIC_FIELD_STRING,
      .max = sizeof((struct clinic_problem *)NULL)->field - 1,
      .help = "Path of the field to blame." },
    { .name = "message",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .max = sizeof((struct clinic_problem *)NULL)->message - 1,
      .help = "For people; never reveals another patient." },
};

static const struct clinic_field reply_fields[] = {
    { .name = "id", .type = CLINIC_FIELD_UUID, .is_required = true, .help = "The request's id." },
    { .name = "status",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = outcomes,
      .help = "accepted: committed for good." },
    { .name = "sequence",
      .type = CLINIC_FIELD_INTEGER,
      .min = 1,
      .max = CLINIC_JSON_INTEGER_MAX,
      .help = "Of the last event that the request caused." },
    { .name = "data", .type = CLINIC_FIELD_ANY, .help = "The answer." },
    { .name = "error",
      .type = CLINIC_FIELD_OBJECT,
      .fields = error_fields,
      .field_count = sizeof error_fields / sizeof error_fields[0],
      .help = "Why it was rejected." },
};
const struct envelope clinic_reply_envelope = ROWS(reply_fields);

static const char *const node_states[] = { "online", "offline", NULL };

static const struct clinic_field status_fields[] = {
    { .name = "state",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = node_states,
      .help =
          "offline is published by the broker, as the node's last will, or by a node that stops." },
    { .name = "since",
      .type = CLINIC_FIELD_INSTANT,
      .is_required = true,
      .help = "When the program started." },
    { .name = "version",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .max = 64,
      .help = "Release of the program." },
    { .name = "outbox",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .max = CLINIC_JSON_INTEGER_MAX,
      .help = "Requests that wait in the node for their answers." },
    { .name = "rejected",
      .type = CLINIC_FIELD_INTEGER,
      .max = CLINIC_JSON_INTEGER_MAX,
      .help = "Requests that were rejected, and nobody has seen to." },
    { .name = "upstream",
      .type = CLINIC_FIELD_INTEGER,
      .max = CLINIC_JSON_INTEGER_MAX,
      .help = "Of the gateway alone: all events up to this sequence are at headquarters." },
};
const struct envelope clinic_status_payload = ROWS(status_fields);

static const struct clinic_field notice_fields[] = {
    { .name = "id",
      .type = CLINIC_FIELD_CODE,
      .is_required = true,
      .min = 1,
      .max = 40,
      .help = "A notice that comes twice has the same; show it once." },
    { .name = "time", .type = CLINIC_FIELD_INSTANT, .is_required = true, .help = "When it arose." },
    { .name = "kind",
      .type = CLINIC_FIELD_CODE,
      .is_required = true,
      .min = 1,
      .max = 40,
      .help = "What it is about." },
    { .name = "text",
      .type = CLINIC_FIELD_TEXT,
      .is_required = true,
      .min = 1,
      .max = 1000,
      .help = "What to show; names no patient." },
    { .name = "patient_id", .type = CLINIC_FIELD_UUID, .help = "Whom it is about." },
    { .name = "appointment_id", .type = CLINIC_FIELD_UUID, .help = "Which visit it is about." },
};
const struct envelope clinic_notice_payload = ROWS(notice_fields);

bool clinic_source_is_valid(const char *text)
{
    static const char prefix[] = "/clinic/";
    size_t prefix_length = sizeof prefix - 1;
    if (strncmp(text, prefix, prefix_length) != 0)
        return false;
    const char *site = text + prefix_length;
    size_t length =
        strspn(site, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    return length > 0 && site[length] == '\0' && prefix_length + length < CLINIC_SOURCE_BYTES;
}

bool clinic_subject_is_valid(const char *text)
{
    size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz-");
    if (word == 0 || text[word] != '/')
        return false;
    size_t id = strspn(text + word + 1, "abcdefghijklmnopqrstuvwxyz0123456789._-");
    size_t length = word + 1 + id;
    return id > 0 && text[length] == '\0' && length < CLINIC_SUBJECT_BYTES;
}
