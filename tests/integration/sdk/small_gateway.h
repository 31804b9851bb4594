// small_gateway.h - a gateway of a few lines: accepts what it is asked, makes an event of it, replays.
//
// It knows one node, desk-1, and one kind of event. There is one of it in a program.
#pragma once

#include "broker.h"

#include <clinic/bus.h>
#include <clinic/clock.h>
#include <clinic/event.h>
#include <clinic/request.h>

#include <stdbool.h>
#include <stdint.h>

enum { EVENTS_MAX = 100 };

struct gateway {
    struct clinic_bus *bus;
    bool is_online;
    bool is_silent; // takes requests and does not answer
    int asked;
    int order_breaks;
    char since[CLINIC_INSTANT_TEXT_BYTES];
    char *events[EVENTS_MAX + 1];
    uint64_t head;
    struct clinic_id seen[EVENTS_MAX];
    char node_status[256];
};

extern struct gateway gateway;

// `since` is what its status says; a new one tells the node that the gateway was away.
void start_gateway(const struct broker *broker, const char *since);
void stop_gateway(void);  // it remembers what it has seen
void reset_gateway(void); // and forgets

// One more event in its log, published.
void make_event(void);

// What does not reach the broker is lost.
void send_text(const char *topic, char *text, bool is_retained);
