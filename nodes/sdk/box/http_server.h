// http_server.h - HTTP/1.1 on 127.0.0.1 for a browser on the same box: reads requests, writes answers, keeps streams.
//
// Not libevent's evhttp: the one of Debian 12 and 13 limits neither the connections nor the time that a request may take
// as a whole, and answers what is malformed with a page of its own.
//
// Limits: 64 connections (the one that has asked nothing for longest makes room; where all wait for an answer or have a
// stream the new one is closed), 8 KiB of head, `body_max` of body, 10 s for a request to arrive and for an answer to be
// taken on, 1 MiB of a stream unread. One request at a time is taken from a connection. Does not log.
#pragma once

#include "http_head.h"

#include <stdint.h>

struct event_base;
struct http_server;
struct http_exchange; // a request that waits for its answer, then maybe a stream

enum { HTTP_CONNECTIONS_MAX = 64, HTTP_HEAD_MAX = 8 * 1024 };

struct http_request {
    const struct http_head *head; // all of it is valid until on_request returns
    const char *body;
    size_t body_bytes;
};

struct http_answer {
    int status;
    const char *headers;    // whole lines, each ended by CRLF; "": none
    const char *media_type; // NULL: no body
    const void *bytes;
    size_t length;
    bool is_lasting; // bytes stay as they are for good, and need no copy
};

struct http_handler {
    // Answers with http_answer() or begins a stream, now or later.
    void (*on_request)(void *context, struct http_exchange *exchange,
                       const struct http_request *request);
    // A request that cannot be read: the answer is made, with this status.
    void (*on_bad_request)(void *context, struct http_exchange *exchange, int status);
};

// NULL: errno says why, e.g. the port is taken. port 0: one that is free.
struct http_server *http_server_open(struct event_base *base, int64_t port, size_t body_max,
                                     const struct http_handler *handler, void *context);
void http_server_close(
    struct http_server *server); // accepts NULL; exchanges end, on_gone is called
int64_t http_server_port(const struct http_server *server);

// The exchange is over with this, except for a stream.
void http_answer(struct http_exchange *exchange, const struct http_answer *answer);

// An answer without end; `headers` as above. http_stream_write() is how it goes on; a reader that is too far behind is
// shown out, which its on_gone tells after the call.
void http_stream_begin(struct http_exchange *exchange, const char *headers, const char *media_type);
void http_stream_write(struct http_exchange *exchange, const char *bytes, size_t length);
void http_stream_end(struct http_exchange *exchange);

// Whom to tell if the other side goes before the answer was made, or ends the stream: the exchange is gone then.
// NULL: nobody.
void http_exchange_watch(struct http_exchange *exchange, void (*on_gone)(void *owner), void *owner);
