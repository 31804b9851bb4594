#include "http_server.h"

#include "http_server_scope.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_S = 10, IDLE_S = 120, WRITE_S = 10, LEAVE_S = 2, BACKLOG = 64 };

// ---- a connection's life

static void wait_at_most(struct http_exchange *exchange, int seconds)
{
    const struct timeval patience = { .tv_sec = seconds };
    (void)event_add(exchange->patience, &patience);
}

static void hang_up(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    void (*on_gone)(void *owner) = exchange->on_gone;
    void *owner = exchange->owner;
    bufferevent_free(exchange->bytes);
    event_free(exchange->patience);
    *exchange = (struct http_exchange){ .server = server };
    if (on_gone != NULL)
        on_gone(owner);
}

static void on_patience(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    hang_up(context);
}

// Callers may be in the middle of a walk over all streams.
void http_exchange_hang_up_soon(struct http_exchange *exchange)
{
    event_active(exchange->patience, EV_TIMEOUT, 0);
}

// Its last answer is out; it is only there so that the answer is not lost.
static bool is_lingering(const struct http_exchange *exchange)
{
    return exchange->state == HTTP_LEAVING
           && evbuffer_get_length(bufferevent_get_output(exchange->bytes)) == 0;
}

static void on_end(struct bufferevent *bytes, short what, void *context)
{
    struct http_exchange *exchange = context;
    const bool is_owed = exchange->state == HTTP_WORKING || exchange->state == HTTP_WRITING
                         || exchange->state == HTTP_LEAVING;
    (void)bytes;
    if (!(what & BEV_EVENT_EOF) || !is_owed || is_lingering(exchange)) {
        hang_up(exchange);
        return;
    }
    exchange->has_ended = true;
    exchange->head.closes = true;
}

// ---- reading

static void refuse(struct http_exchange *exchange, int status)
{
    struct evbuffer *input = bufferevent_get_input(exchange->bytes);
    exchange->head = (struct http_head){ .closes = true };
    exchange->head_bytes = 0;
    exchange->state = HTTP_WORKING;
    (void)event_del(exchange->patience);
    (void)evbuffer_drain(input, evbuffer_get_length(input));
    exchange->server->handler->on_bad_request(exchange->server->context, exchange, status);
}

// Sets head_bytes once the head is there, and was not refused. It stays in the buffer until the body is there too.
static void read_head(struct http_exchange *exchange, struct evbuffer *input)
{
    const struct evbuffer_ptr end = evbuffer_search(input, "\r\n\r\n", 4, NULL);
    const size_t length = end.pos < 0 ? evbuffer_get_length(input) : (size_t)end.pos + 4;
    if (length > HTTP_HEAD_MAX) {
        refuse(exchange, 431);
        return;
    }
    if (end.pos < 0)
        return;
    const char *bytes = (const char *)evbuffer_pullup(input, (ev_ssize_t)length);
    int status = bytes == NULL ? 500 : http_head_parse(bytes, length, &exchange->head);
    if (status == 0 && exchange->head.body_bytes > exchange->server->body_max)
        status = 413;
    if (status != 0)
        refuse(exchange, status);
    else
        exchange->head_bytes = length;
}

static void hand_on(struct http_exchange *exchange, struct evbuffer *input)
{
    const size_t head_bytes = exchange->head_bytes;
    const size_t all = head_bytes + exchange->head.body_bytes;
    const char *bytes = (const char *)evbuffer_pullup(input, (ev_ssize_t)all);
    // The buffer may have moved under the head's texts.
    if (bytes == NULL || http_head_parse(bytes, head_bytes, &exchange->head) != 0) {
        refuse(exchange, 500);
        return;
    }
    const struct http_request request = { .head = &exchange->head,
                                          .body = bytes + head_bytes,
                                          .body_bytes = exchange->head.body_bytes };
    exchange->state = HTTP_WORKING;
    exchange->head_bytes = 0;
    (void)event_del(exchange->patience);
    exchange->server->handler->on_request(exchange->server->context, exchange, &request);
    (void)evbuffer_drain(input, all);
}

// Takes the next request, if all of it is there.
static void read_request(struct http_exchange *exchange)
{
    struct evbuffer *input = bufferevent_get_input(exchange->bytes);
    if (exchange->state == HTTP_IDLE && evbuffer_get_length(input) > 0) {
        exchange->state = HTTP_READING;
        wait_at_most(exchange, REQUEST_S);
    }
    if (exchange->state == HTTP_READING && exchange->head_bytes == 0)
        read_head(exchange, input);
    if (exchange->head_bytes > 0
        && evbuffer_get_length(input) >= exchange->head_bytes + exchange->head.body_bytes)
        hand_on(exchange, input);
}

static void on_input(struct bufferevent *bytes, void *context)
{
    struct http_exchange *exchange = context;
    struct evbuffer *input = bufferevent_get_input(bytes);
    // Nothing more is expected; what comes all the same must not grow.
    if (exchange->state == HTTP_STREAMING || exchange->state == HTTP_LEAVING)
        (void)evbuffer_drain(input, evbuffer_get_length(input));
    else
        read_request(exchange);
}

// All that was to be written is.
static void on_written(struct bufferevent *bytes, void *context)
{
    struct http_exchange *exchange = context;
    if (exchange->state == HTTP_LEAVING
        || (exchange->state == HTTP_WRITING && exchange->head.closes)) {
        exchange->state = HTTP_LEAVING;
        if (exchange->has_ended) {
            hang_up(exchange);
            return;
        }
        // Hung up on at once, a client that still sends would lose the answer to a reset.
        (void)shutdown(bufferevent_getfd(bytes), SHUT_WR);
        wait_at_most(exchange, LEAVE_S);
    } else if (exchange->state == HTTP_WRITING) {
        exchange->state = HTTP_IDLE;
        exchange->idle_since = exchange->server->answer_count;
        wait_at_most(exchange, IDLE_S);
        read_request(exchange);
    }
}

// ---- connections

static struct http_exchange *find_place(struct http_server *server)
{
    struct http_exchange *idle = NULL;
    for (size_t i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
        struct http_exchange *place = &server->connections[i];
        if (place->state == HTTP_FREE)
            return place;
        const bool may_go =
            place->state == HTTP_IDLE || place->state == HTTP_READING || is_lingering(place);
        if (may_go && (idle == NULL || place->idle_since < idle->idle_since))
            idle = place;
    }
    if (idle != NULL)
        hang_up(idle);
    return idle;
}

static bool begin(struct http_exchange *exchange, evutil_socket_t fd)
{
    struct http_server *server = exchange->server;
    const struct timeval patience = { .tv_sec = WRITE_S };
    const int yes = 1;
    exchange->patience = event_new(server->base, -1, 0, on_patience, exchange);
    if (exchange->patience == NULL)
        return false;
    exchange->bytes = bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (exchange->bytes == NULL) {
        event_free(exchange->patience);
        return false;
    }
    // Events of a stream are small and follow each other; each goes out at once.
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    exchange->state = HTTP_IDLE;
    exchange->idle_since = server->answer_count;
    wait_at_most(exchange, REQUEST_S);
    bufferevent_setcb(exchange->bytes, on_input, on_written, on_end, exchange);
    bufferevent_setwatermark(exchange->bytes, EV_READ, 0, HTTP_HEAD_MAX + server->body_max);
    (void)bufferevent_set_timeouts(exchange->bytes, NULL, &patience);
    (void)bufferevent_enable(exchange->bytes, EV_READ | EV_WRITE);
    return true;
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
                      int address_bytes, void *context)
{
    struct http_exchange *exchange = find_place(context);
    (void)listener;
    (void)address;
    (void)address_bytes;
    if (exchange == NULL || !begin(exchange, fd))
        (void)close(fd);
}

// ---- the server's life

struct http_server *http_server_open(struct event_base *base, int64_t port, size_t body_max,
                                     const struct http_handler *handler, void *context)
{
    const struct sockaddr_in address = { .sin_family = AF_INET,
                                         .sin_port = htons((uint16_t)port),
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct http_server *server = calloc(1, sizeof *server);
    if (server == NULL)
        return NULL;
    server->base = base;
    server->handler = handler;
    server->context = context;
    server->body_max = body_max;
    for (size_t i = 0; i < HTTP_CONNECTIONS_MAX; i++)
        server->connections[i].server = server;
    server->listener = evconnlistener_new_bind(
        base, on_accept, server, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
        BACKLOG, (const struct sockaddr *)&address, sizeof address);
    if (server->listener == NULL) {
        const int error = errno;
        free(server);
        errno = error;
        return NULL;
    }
    return server;
}

void http_server_close(struct http_server *server)
{
    if (server == NULL)
        return;
    evconnlistener_free(server->listener);
    for (size_t i = 0; i < HTTP_CONNECTIONS_MAX; i++)
        if (server->connections[i].state != HTTP_FREE)
            hang_up(&server->connections[i]);
    free(server);
}

int64_t http_server_port(const struct http_server *server)
{
    struct sockaddr_in address = { 0 };
    socklen_t address_bytes = sizeof address;
    (void)getsockname(evconnlistener_get_fd(server->listener), (struct sockaddr *)&address,
                      &address_bytes);
    return ntohs(address.sin_port);
}
