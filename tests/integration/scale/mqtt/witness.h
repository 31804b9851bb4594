// witness.h - another client of the broker, libmosquitto's: sees every message, and publishes.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { WITNESS_LOG_BYTES = 65536, WITNESS_SHOWN_BYTES = 40 };

struct mosquitto;

struct witness {
    struct mosquitto *client;
    bool is_subscribed;
    int acknowledged;            // id of the newest message that the broker has taken
    char log[WITNESS_LOG_BYTES]; // "topic=payload" a line, with " retained"; long payloads are cut
};

// Connects and subscribes to everything.
void witness_init(struct witness *witness, int port);
void witness_done(struct witness *witness); // harmless twice

// Lets the client live; returns at once.
void witness_turn(struct witness *witness);

// How often a line begins with the text.
size_t witness_count(const struct witness *witness, const char *text);

// At QoS 0 or 1; waits until the broker has it.
void witness_publish(struct witness *witness, const char *topic, const void *payload, size_t length,
                     int qos, bool is_retained);
