// seed.c - writes inputs that the targets understand, made from the catalogue: `seed FOLDER`, where a folder for
// each target is made. A fuzzer that had to invent a whole event first would get nowhere in seconds.
#include "sample.h"

#include <clinic/topic.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *root;

static void need(bool is_fine, const char *what)
{
    if (is_fine)
        return;
    perror(what);
    exit(1);
}

static void make_folder(const char *path)
{
    need(mkdir(path, 0777) == 0 || errno == EEXIST, path);
}

// `first_byte` comes before the text where it is not negative.
static void write_seed(const char *target, const char *name, int first_byte, const char *text)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", root, target);
    make_folder(path);
    (void)snprintf(path, sizeof path, "%s/%s/%s", root, target, name);
    FILE *file = fopen(path, "wb");
    need(file != NULL, path);
    if (first_byte >= 0)
        (void)fputc(first_byte, file);
    (void)fputs(text, file);
    need(fclose(file) == 0, path);
}

static void write_event(enum clinic_event_kind kind, enum sample_size size)
{
    char name[64], topic[CLINIC_TOPIC_BYTES];
    char *json = NULL;
    struct clinic_event event = sample_event(kind, size);
    (void)snprintf(name, sizeof name, "%s-%d", clinic_event_types[kind].name, (int)size);
    need(clinic_event_encode(&event, "/clinic/main", CLINIC_SCOPE_ALL, &json) == CLINIC_OK, name);
    write_seed("event", name, -1, json);
    write_seed("json", name, -1, json);
    clinic_topic_event("clinic", &clinic_event_types[kind], topic);
    write_seed("topic", name, -1, topic);
    free(json);
    clinic_event_done(&event);
}

static void write_request(enum clinic_request_kind kind, enum sample_size size)
{
    const struct clinic_request_type *type = &clinic_request_types[kind];
    char name[64], topic[CLINIC_TOPIC_BYTES];
    char *json = NULL;
    struct clinic_request request = sample_request(kind, size);
    (void)snprintf(name, sizeof name, "%s-%s-%d", type->entity, type->action, (int)size);
    need(clinic_request_encode(&request, &json) == CLINIC_OK, name);
    write_seed("request", name, (int)kind, json);
    clinic_topic_request("clinic", "desk-1", type, topic);
    write_seed("topic", name, -1, topic);
    free(json);
    clinic_request_done(&request);

    struct clinic_reply reply = sample_reply(kind, size);
    need(clinic_reply_encode(&reply, &json) == CLINIC_OK, name);
    write_seed("reply", name, -1, json);
    free(json);
    clinic_reply_done(&reply);
}

static void write_rejection(enum clinic_code code)
{
    struct clinic_reply reply = sample_reply(CLINIC_REQUEST_STAFF_CREATE, SAMPLE_LEAST);
    char *json = NULL;
    reply.is_accepted = false;
    clinic_problem_set(&reply.problem, code, "name", "%s", clinic_codes[code].meaning);
    need(clinic_reply_encode(&reply, &json) == CLINIC_OK, clinic_codes[code].name);
    write_seed("reply", clinic_codes[code].name, -1, json);
    free(json);
    clinic_reply_done(&reply);
}

static void write_heads(void)
{
    write_seed(
        "http", "get", -1,
        "GET /i18n/en/common.json?x=1 HTTP/1.1\r\nHost: 127.0.0.1:8441\r\nConnection: close\r\n"
        "If-None-Match: \"0a\"\r\nSec-Fetch-Site: none\r\n\r\n");
    write_seed("http", "post", -1,
               "POST /api/patient/create HTTP/1.1\r\nHost: localhost:8441\r\nContent-Length: 17\r\n"
               "Content-Type: application/json\r\nOrigin: http://localhost:8441\r\n"
               "X-Clinic-Token: 00\r\nX-Clinic-Stream: 1\r\n\r\n{\"data\":{\"a\":1}}");
    write_seed("http", "chunked", -1,
               "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "Usage: seed FOLDER\n");
        return 2;
    }
    root = argv[1];
    make_folder(root);
    for (int size = SAMPLE_LEAST; size <= SAMPLE_TYPICAL; size++) {
        for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++)
            write_event((enum clinic_event_kind)kind, (enum sample_size)size);
        for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++)
            write_request((enum clinic_request_kind)kind, (enum sample_size)size);
    }
    for (int code = 0; code < CLINIC_CODE_COUNT; code++)
        write_rejection((enum clinic_code)code);
    write_heads();
    return 0;
}
