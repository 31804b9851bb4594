// bus_fixture.h - some buses and a real broker, driven by one loop that minds how long each step takes.
#pragma once

#include "broker.h"
#include "expect.h"

#include <clinic/bus.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { BLOCKED_MAX_MS = 50 }; // what bus.h promises

// One bus and all that it told.
struct node {
    struct clinic_bus *bus;
    int online;
    int offline;
    int connecting;
    int lost;
    int messages;
    int retained;
    int published;
    int reason_code; // the last
    uint64_t token;  // the last
    char reason[512];
    char payload[256];
    char response_topic[64];
    char correlation[64];
    bool is_counting;
    int steps;
};

// Made before the first test; a test starts it.
extern struct broker broker;

// cmocka functions: of the group, and after each test, which ends every node and the broker.
int bus_init(void **state);
int bus_done(void **state);
int bus_kill_all(void **state);
#define TEST(name) cmocka_unit_test_teardown(name, bus_kill_all)

// ---- nodes: those of a test are closed after it

extern const struct clinic_bus_handler handler; // its context is a struct node

// A file of the broker's folder.
void path_of(char path[static 1024], const char *name, const char *ending);
struct clinic_bus_config config_of(const char *certificate, const char *name);
struct node *open_node(const struct clinic_bus_config *config);
struct node *open_named(const char *certificate, const char *name);
void close_node(struct node *node);

// Publish: retained, and not.
enum clinic_status keep(struct node *node, const char *topic, const char *payload);
enum clinic_status say(struct node *node, const char *topic, const char *payload, int qos);

void assert_contains(const char *text, const char *words);
