#include "http_server_scope.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdio.h>
#include <string.h>

enum { UNREAD_MAX = 1024 * 1024 };

static const char *phrase_of(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {
        { 200, "OK" },
        { 202, "Accepted" },
        { 304, "Not Modified" },
        { 400, "Bad Request" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 409, "Conflict" },
        { 411, "Length Required" },
        { 413, "Content Too Large" },
        { 415, "Unsupported Media Type" },
        { 422, "Unprocessable Content" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 503, "Service Unavailable" },
        { 505, "HTTP Version Not Supported" },
        { 507, "Insufficient Storage" },
    };
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "Unknown";
}

static void write_head(struct http_exchange *exchange, int status, const char *headers,
                       const char *media_type)
{
    struct evbuffer *output = bufferevent_get_output(exchange->bytes);
    (void)evbuffer_add_printf(output, "HTTP/1.1 %d %s\r\n%s", status, phrase_of(status), headers);
    if (media_type != NULL)
        (void)evbuffer_add_printf(output, "Content-Type: %s\r\n", media_type);
    if (exchange->head.closes)
        (void)evbuffer_add_printf(output, "Connection: close\r\n");
}

void http_answer(struct http_exchange *exchange, const struct http_answer *answer)
{
    struct evbuffer *output = bufferevent_get_output(exchange->bytes);
    const bool has_body = answer->media_type != NULL;
    exchange->on_gone = NULL;
    write_head(exchange, answer->status, answer->headers, answer->media_type);
    // 304 has no body, and tells no length of one.
    if (answer->status != 304)
        (void)evbuffer_add_printf(output, "Content-Length: %zu\r\n", has_body ? answer->length : 0);
    (void)evbuffer_add(output, "\r\n", 2);
    if (has_body && exchange->head.method != HTTP_HEAD) {
        if (answer->is_lasting)
            (void)evbuffer_add_reference(output, answer->bytes, answer->length, NULL, NULL);
        else
            (void)evbuffer_add(output, answer->bytes, answer->length);
    }
    exchange->state = exchange->head.closes ? HTTP_LEAVING : HTTP_WRITING;
    exchange->server->answer_count++;
}

void http_stream_begin(struct http_exchange *exchange, const char *headers, const char *media_type)
{
    exchange->head.closes = true;
    write_head(exchange, 200, headers, media_type);
    (void)evbuffer_add(bufferevent_get_output(exchange->bytes), "\r\n", 2);
    exchange->state = HTTP_STREAMING;
}

void http_stream_write(struct http_exchange *exchange, const char *bytes, size_t length)
{
    struct evbuffer *output = bufferevent_get_output(exchange->bytes);
    if (exchange->state != HTTP_STREAMING)
        return;
    if (evbuffer_get_length(output) + length > UNREAD_MAX)
        http_stream_end(exchange);
    else
        (void)evbuffer_add(output, bytes, length);
}

void http_stream_end(struct http_exchange *exchange)
{
    exchange->state = HTTP_LEAVING;
    http_exchange_hang_up_soon(exchange);
}

void http_exchange_watch(struct http_exchange *exchange, void (*on_gone)(void *owner), void *owner)
{
    exchange->on_gone = on_gone;
    exchange->owner = owner;
}
