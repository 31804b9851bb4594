// node_fixture.h - a whole node and what its program sees, a real broker, and a small gateway.
#pragma once

#include "broker.h"
#include "expect.h"
#include "small_gateway.h"

#include <clinic/node.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct program {
    struct clinic_node *node;
    int accepted;
    int timeouts;
    int events;
    uint64_t last_event;
    int notices;
    int configs;
    int statuses;
    enum clinic_bus_state state;
};

extern struct program program;

// Made before the first test; a test starts it.
extern struct broker broker;

// cmocka functions: of the group, and around each test, which begins with the settings of desk-1 and no more.
int node_init(void **state);
int node_done(void **state);
int node_set_up(void **state);
int node_tear_down(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, node_set_up, node_tear_down)

// ---- the node; its folder is the broker's

extern const struct clinic_node_handler handler; // its context is a struct program

void write_settings(const char *name);
void start_node(void);
void start_subscribed_node(void); // to all patients created
void stop_node(void);

void submit_patient(void);
int64_t waiting(void); // in its outbox
