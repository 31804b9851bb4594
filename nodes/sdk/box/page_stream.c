// page_stream.c - server-sent events: what the pages that are open hear.
#include "page_scope.h"

#include <clinic/json.h>

#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEARTBEAT_S = 15 };

// ---- writing

static void write_event(struct page_stream *stream, const char *event, const char *json)
{
    char head[60];
    const int length = snprintf(head, sizeof head, "event: %s\ndata: ", event);
    http_stream_write(stream->exchange, head, (size_t)length);
    http_stream_write(stream->exchange, json, strlen(json));
    http_stream_write(stream->exchange, "\n\n", 2);
}

static void send_text(struct clinic_page *page, uint64_t number, const char *event,
                      const char *json)
{
    for (size_t i = 0; i < CLINIC_PAGE_STREAMS_MAX; i++) {
        struct page_stream *stream = &page->streams[i];
        if (stream->exchange != NULL && (number == 0 || number == stream->number))
            write_event(stream, event, json);
    }
}

static void send_json(struct clinic_page *page, uint64_t number, const char *event,
                      const cJSON *data)
{
    char *text = clinic_json_print(data);
    if (text != NULL)
        send_text(page, number, event, text);
    free(text);
}

void page_stream_send(struct clinic_page *page, uint64_t stream, const char *event,
                      const cJSON *data)
{
    if (stream != 0)
        send_json(page, stream, event, data);
}

void page_stream_send_all(struct clinic_page *page, const char *event, const cJSON *data)
{
    send_json(page, 0, event, data);
}

// So that a page learns within seconds that its program is gone, whatever lies between.
static void on_heartbeat(evutil_socket_t fd, short what, void *context)
{
    struct clinic_page *page = context;
    (void)fd;
    (void)what;
    for (size_t i = 0; i < CLINIC_PAGE_STREAMS_MAX; i++)
        if (page->streams[i].exchange != NULL)
            http_stream_write(page->streams[i].exchange, ":\n\n", 3);
}

// ---- opening

static void on_gone(void *owner)
{
    struct page_stream *stream = owner;
    *stream = (struct page_stream){ .page = stream->page };
}

static struct page_stream *find_place(struct clinic_page *page)
{
    for (size_t i = 0; i < CLINIC_PAGE_STREAMS_MAX; i++)
        if (page->streams[i].exchange == NULL)
            return &page->streams[i];
    return NULL;
}

void page_stream_open(struct clinic_page *page, struct http_exchange *exchange,
                      const struct http_request *request)
{
    (void)request;
    struct page_stream *stream = find_place(page);
    char hello[60];
    if (stream == NULL) {
        page_answer_problem(exchange, 429, clinic_codes[CLINIC_CODE_BUSY].name, NULL,
                            "this page is open too many times");
        return;
    }
    *stream =
        (struct page_stream){ .page = page, .exchange = exchange, .number = ++page->stream_count };
    page_begin_events(exchange);
    http_exchange_watch(exchange, on_gone, stream);
    (void)snprintf(hello, sizeof hello, "{\"stream\":\"%" PRIu64 "\"}", stream->number);
    write_event(stream, "hello", hello);
    page_stream_step(page);
    if (page->status != NULL)
        write_event(stream, "status", page->status);
    page_custody_tell(page, stream->number);
}

uint64_t page_stream_find(const struct clinic_page *page, const struct http_text *name)
{
    char number[24];
    for (size_t i = 0; i < CLINIC_PAGE_STREAMS_MAX; i++) {
        (void)snprintf(number, sizeof number, "%" PRIu64, page->streams[i].number);
        if (page->streams[i].exchange != NULL && http_text_equals(name, number))
            return page->streams[i].number;
    }
    return 0;
}

bool page_stream_is_open(const struct clinic_page *page, uint64_t stream)
{
    for (size_t i = 0; i < CLINIC_PAGE_STREAMS_MAX; i++)
        if (page->streams[i].exchange != NULL && page->streams[i].number == stream)
            return true;
    return false;
}

// ---- what they hear

void page_stream_step(struct clinic_page *page)
{
    cJSON *status = clinic_box_describe(page->config.box);
    char *text = clinic_json_print(status);
    cJSON_Delete(status);
    if (text == NULL || (page->status != NULL && strcmp(page->status, text) == 0)) {
        free(text);
        return;
    }
    free(page->status);
    page->status = text;
    send_text(page, 0, "status", text);
}

static void on_watched(void *context, const cJSON *answer, bool is_last)
{
    struct clinic_page *page = context;
    const cJSON *event = clinic_json_member(answer, "event");
    if (event != NULL)
        page_stream_send_all(page, "event", event);
    else if (clinic_json_member(answer, "notice") != NULL)
        page_stream_send_all(page, "notice", answer);
    if (is_last)
        page->watch = NULL;
}

bool page_stream_watch(struct clinic_page *page)
{
    const struct clinic_box_caller caller = { .on_answer = on_watched, .context = page };
    const struct timeval period = { .tv_sec = HEARTBEAT_S };
    page->heartbeat = event_new(page->config.base, -1, EV_PERSIST, on_heartbeat, page);
    if (page->heartbeat == NULL || event_add(page->heartbeat, &period) != 0)
        return false;
    cJSON *call = cJSON_CreateObject();
    cJSON_AddStringToObject(call, "call", "watch");
    page->watch = clinic_box_start(page->config.box, call, &caller);
    cJSON_Delete(call);
    return true;
}

void page_stream_close(struct clinic_page *page)
{
    if (page->watch != NULL)
        clinic_box_cancel(page->config.box, page->watch);
    if (page->heartbeat != NULL)
        event_free(page->heartbeat);
    free(page->status);
}
