// emit.c - messages as the SDK writes them, for validate.mjs: `emit document` prints the AsyncAPI document,
// `emit messages` a line for every event, request and reply there is.
#include "envelope.h"
#include "sample.h"

#include <clinic/asyncapi.h>
#include <clinic/topic.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "clinic"
#define NODE "desk-1"

// Takes the payload over.
static void print_line(const char *topic, char *payload)
{
    cJSON *line = cJSON_CreateObject();
    cJSON_AddStringToObject(line, "topic", topic);
    cJSON_AddStringToObject(line, "payload", payload);
    char *text = cJSON_PrintUnformatted(line);
    if (text == NULL)
        abort();
    (void)puts(text);
    free(text);
    free(payload);
    cJSON_Delete(line);
}

static void need(enum clinic_status status, const char *what)
{
    if (status == CLINIC_OK)
        return;
    (void)fprintf(stderr, "%s: %s\n", what, clinic_status_text(status));
    exit(1);
}

static void print_event(enum clinic_event_kind kind, enum sample_size size)
{
    const struct clinic_event_type *type = &clinic_event_types[kind];
    struct clinic_event event = sample_event(kind, size);
    char topic[CLINIC_TOPIC_BYTES];
    char *json = NULL;
    need(clinic_event_encode(&event, "/clinic/main", CLINIC_SCOPE_PUBLIC, &json), type->name);
    clinic_topic_event(PREFIX, type, topic);
    print_line(topic, json);
    clinic_event_done(&event);
}

static void print_request(enum clinic_request_kind kind, enum sample_size size)
{
    const struct clinic_request_type *type = &clinic_request_types[kind];
    struct clinic_request request = sample_request(kind, size);
    char topic[CLINIC_TOPIC_BYTES];
    char *json = NULL;
    need(clinic_request_encode(&request, &json), type->action);
    clinic_topic_request(PREFIX, NODE, type, topic);
    print_line(topic, json);
    clinic_request_done(&request);
}

// Takes the reply over.
static void print_reply(struct clinic_reply reply)
{
    char topic[CLINIC_TOPIC_BYTES];
    char *json = NULL;
    need(clinic_reply_encode(&reply, &json), "reply");
    clinic_topic_reply(PREFIX, NODE, topic);
    print_line(topic, json);
    clinic_reply_done(&reply);
}

static void print_rejection(enum clinic_code code)
{
    struct clinic_reply reply = sample_reply(CLINIC_REQUEST_PATIENT_UPDATE, SAMPLE_LEAST);
    reply.is_accepted = false;
    reply.sequence = 0;
    clinic_problem_set(&reply.problem, code, "patient_id", "%s", clinic_codes[code].meaning);
    print_reply(reply);
}

static void print_object(const char *topic, const struct envelope *payload, enum sample_size size)
{
    cJSON *object = sample_object(payload->fields, payload->count, size);
    char *json = clinic_json_print(object);
    if (json == NULL)
        abort();
    print_line(topic, json);
    cJSON_Delete(object);
}

static int print_document(void)
{
    char *json = NULL;
    need(clinic_asyncapi_print(PREFIX, &json), "document");
    (void)puts(json);
    free(json);
    return 0;
}

static int print_messages(void)
{
    for (int size = SAMPLE_LEAST; size <= SAMPLE_TYPICAL; size++) {
        print_object(PREFIX "/node/" NODE "/status", &clinic_status_payload,
                     (enum sample_size)size);
        print_object(PREFIX "/notification/staff", &clinic_notice_payload, (enum sample_size)size);
        for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++)
            print_event((enum clinic_event_kind)kind, (enum sample_size)size);
        for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
            print_request((enum clinic_request_kind)kind, (enum sample_size)size);
            print_reply(sample_reply((enum clinic_request_kind)kind, (enum sample_size)size));
        }
    }
    for (int code = 0; code < CLINIC_CODE_COUNT; code++)
        print_rejection((enum clinic_code)code);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "document") == 0)
        return print_document();
    if (argc == 2 && strcmp(argv[1], "messages") == 0)
        return print_messages();
    (void)fprintf(stderr, "Usage: emit document|messages\n");
    return 2;
}
