#include "line_server.h"

#include "desk_socket.h"

#include <clinic/json.h>
#include <clinic/log.h>

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PENDING_BYTES_MAX = 1024 * 1024, // answers that a client has not read
    ASK_WITHIN_S = 10,
    READ_WITHIN_S = 10,
};

struct client {
    struct line_server *server;
    struct bufferevent *stream; // NULL: the place is free
    struct clinic_box_call *call;
    bool has_asked;
    bool is_over; // the last answer is in the buffer
};

struct line_server {
    struct clinic_box *box;
    struct event_base *base;
    struct evconnlistener *listener;
    struct client clients[LINE_SERVER_CLIENTS_MAX];
};

static void show_out(struct client *client)
{
    if (client->call != NULL)
        clinic_box_cancel(client->server->box, client->call);
    bufferevent_free(client->stream);
    *client = (struct client){ .server = client->server };
}

static bool is_flushed(const struct client *client)
{
    return evbuffer_get_length(bufferevent_get_output(client->stream)) == 0;
}

// Called from within the box, so a client that must go is marked by is_over and goes by its own event.
static void on_answer(void *context, const cJSON *answer, bool is_last)
{
    struct client *client = context;
    struct evbuffer *output = bufferevent_get_output(client->stream);
    if (is_last) {
        client->call = NULL;
        client->is_over = true;
    }
    if (evbuffer_get_length(output) > PENDING_BYTES_MAX) {
        client->is_over = true;
        (void)shutdown(bufferevent_getfd(client->stream), SHUT_RDWR);
        return;
    }
    char *text = clinic_json_print(answer);
    if (text != NULL) {
        (void)bufferevent_write(client->stream, text, strlen(text));
        (void)bufferevent_write(client->stream, "\n", 1);
    }
    free(text);
}

static void refuse(struct client *client, const char *message)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "done", clinic_outcome_names[CLINIC_OUTCOME_USAGE]);
    cJSON_AddStringToObject(answer, "message", message);
    on_answer(client, answer, true);
    cJSON_Delete(answer);
}

static void take_call(struct client *client, const char *line, size_t length)
{
    const struct clinic_box_caller caller = { .on_answer = on_answer, .context = client };
    struct clinic_problem problem;
    cJSON *call = NULL;
    client->has_asked = true;
    // A call may last: from now on only unread answers are a reason to show the client out.
    struct timeval patience = { .tv_sec = READ_WITHIN_S };
    (void)bufferevent_set_timeouts(client->stream, NULL, &patience);
    if (clinic_json_parse(line, length, &call, &problem) != CLINIC_OK) {
        refuse(client, problem.message);
        return;
    }
    struct clinic_box_call *started = clinic_box_start(client->server->box, call, &caller);
    if (!client->is_over)
        client->call = started;
    cJSON_Delete(call);
}

static void on_input(struct bufferevent *stream, void *context)
{
    struct client *client = context;
    struct evbuffer *input = bufferevent_get_input(stream);
    size_t length = 0;
    char *line = client->has_asked ? NULL : evbuffer_readln(input, &length, EVBUFFER_EOL_LF);
    if (line != NULL)
        take_call(client, line, length);
    else if (!client->has_asked && evbuffer_get_length(input) >= DESK_SOCKET_LINE_MAX)
        refuse(client, "the line is longer than 64 KiB");
    free(line);
    // One call a connection: what comes behind it is not for us.
    if (client->has_asked || client->is_over)
        (void)evbuffer_drain(input, evbuffer_get_length(input));
    // So the connection's loop gives the call a first step at once.
    clinic_box_step(client->server->box);
}

static void on_written(struct bufferevent *stream, void *context)
{
    struct client *client = context;
    (void)stream;
    if (client->is_over && is_flushed(client))
        show_out(client);
}

static void on_end(struct bufferevent *stream, short what, void *context)
{
    (void)stream;
    (void)what;
    show_out(context);
}

static struct client *free_place(struct line_server *server)
{
    for (size_t i = 0; i < LINE_SERVER_CLIENTS_MAX; i++)
        if (server->clients[i].stream == NULL)
            return &server->clients[i];
    return NULL;
}

static void turn_away(evutil_socket_t fd)
{
    static const char line[] = "{\"done\":\"fault\",\"message\":\"too many commands at a time; try "
                               "again in a moment\"}\n";
    (void)send(fd, line, sizeof line - 1, MSG_NOSIGNAL | MSG_DONTWAIT); // it may be gone already
    (void)close(fd);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
                      int address_bytes, void *context)
{
    struct line_server *server = context;
    struct client *client = free_place(server);
    (void)listener;
    (void)address;
    (void)address_bytes;
    struct bufferevent *stream =
        client == NULL ? NULL : bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (stream == NULL) {
        turn_away(fd);
        return;
    }
    struct timeval patience = { .tv_sec = ASK_WITHIN_S };
    *client = (struct client){ .server = server, .stream = stream };
    bufferevent_setcb(stream, on_input, on_written, on_end, client);
    bufferevent_setwatermark(stream, EV_READ, 0, DESK_SOCKET_LINE_MAX);
    (void)bufferevent_set_timeouts(stream, &patience, &patience);
    if (bufferevent_enable(stream, EV_READ | EV_WRITE) != 0)
        show_out(client);
}

struct line_server *line_server_open(struct event_base *base, struct clinic_box *box,
                                     const char *state_folder)
{
    struct line_server *server = calloc(1, sizeof *server);
    if (server == NULL)
        return NULL;
    server->box = box;
    server->base = base;
    for (size_t i = 0; i < LINE_SERVER_CLIENTS_MAX; i++)
        server->clients[i].server = server;
    int fd = desk_socket_listen(state_folder);
    if (fd >= 0)
        server->listener =
            evconnlistener_new(base, on_accept, server, LEV_OPT_CLOSE_ON_FREE, 0, fd);
    if (server->listener == NULL) {
        if (fd >= 0)
            (void)close(fd);
        free(server);
        return NULL;
    }
    return server;
}

void line_server_close(struct line_server *server)
{
    if (server == NULL)
        return;
    for (size_t i = 0; i < LINE_SERVER_CLIENTS_MAX; i++)
        if (server->clients[i].stream != NULL)
            show_out(&server->clients[i]);
    evconnlistener_free(server->listener);
    free(server);
}
