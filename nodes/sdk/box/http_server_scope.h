// http_server_scope.h - what http_server.c (connections, and reading) and http_answer.c (writing) share.
#pragma once

#include "http_server.h"

struct bufferevent;
struct event;
struct evconnlistener;

enum http_state {
    HTTP_FREE,
    HTTP_IDLE,      // between requests; nothing of the next one is there
    HTTP_READING,   // a request is arriving
    HTTP_WORKING,   // it waits for its answer
    HTTP_WRITING,   // the answer goes out
    HTTP_STREAMING, // an answer without end
    HTTP_LEAVING, // the answer that goes out is the last; then we wait for the other side to hang up
};

struct http_exchange {
    struct http_server *server;
    enum http_state state;
    struct bufferevent *bytes;
    struct event *patience;
    struct http_head head;
    size_t head_bytes;   // of a request whose body is still arriving; 0: the head is
    bool has_ended;      // the other side says nothing more, but may still listen
    uint64_t idle_since; // by the server's count of answers
    void (*on_gone)(void *owner);
    void *owner;
};

struct http_server {
    struct event_base *base;
    struct evconnlistener *listener;
    const struct http_handler *handler;
    void *context;
    size_t body_max;
    uint64_t answer_count;
    struct http_exchange connections[HTTP_CONNECTIONS_MAX];
};

// From the loop, not from within.
void http_exchange_hang_up_soon(struct http_exchange *exchange);
