// bus_connection_scope.h - what the files of a connection share.
#pragma once

#include "bus_connection.h"

#include <mosquitto.h>
#include <pthread.h>

struct connection {
    struct mosquitto *mosquitto;
    const struct connection_handler *handler;
    void *context;
    char host[256];
    int port;
    int keepalive_s;
    bool is_ipv4_only;

    // Of the look-up. While is_looking_up the thread owns all but these; the mutex guards them.
    pthread_t thread;
    pthread_mutex_t mutex;
    int event_fd;
    bool has_thread;
    bool is_looking_up;
    bool is_resolving; // the first part of it
    bool is_abandoned;

    bool has_progressed; // a whole packet came with the last read

    // Why it ended.
    int error;
    int system_error;
    int mqtt_reason;
    char detail[200];
};

// ---- bus_connection.c

// Keeps a result of libmosquitto and the errno it left behind. True: the socket is broken.
bool connection_keep_error(struct connection *connection, int error);

// Lets libmosquitto connect, which waits for nothing but a look-up. Returns its result.
int connection_start(struct connection *connection);

void connection_destroy(struct connection *connection);

// ---- bus_lookup.c: a name's look-up beside the loop

// connection_start() on a thread of its own. Returns a result as libmosquitto does.
int connection_start_thread(struct connection *connection);

// False: the thread still runs, and destroys the connection when it is done.
bool connection_end_thread(struct connection *connection);
