// plain_broker.h - a real Mosquitto that listens on 127.0.0.1 without TLS, in a folder of its own.
#pragma once

#include "process.h"

struct plain_broker {
    char folder[128];
    int port;
    struct process process;
};

// Starts it. It keeps sessions and retained messages when it is ended, not when it is killed.
void plain_broker_init(struct plain_broker *broker);
void plain_broker_done(struct plain_broker *broker);

// Starts it and waits until it listens.
void plain_broker_start(struct plain_broker *broker);
void plain_broker_end(struct plain_broker *broker, int signal);
