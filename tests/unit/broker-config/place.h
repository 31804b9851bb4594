// place.h - a temporary folder, and clinic-broker run in it without a process of its own.
#pragma once

#include "commands.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLACE_NOW_MS INT64_C(1795338843000) // 2026-11-22T09:14:03Z

struct place {
    char folder[128];
    char dir[160]; // for --dir
    int64_t now_ms;
    char out[16384]; // of the last run
    char err[2048];
};

// cmocka functions, of a test or of a group.
int place_make(void **state);
int place_remove(void **state);

// Also initialises it and adds the nodes desk-1 and kiosk-1. That takes a hundred fsyncs, so a group makes one
// clinic, and has it put back, files and clock, for each test.
int place_make_clinic(void **state);
int place_set_up_clinic(void **state);
void place_put_back(struct place *place);

struct clinic_clock place_clock(struct place *place);

// `arguments` ends with NULL; --dir is added.
enum commands_status place_run(struct place *place, const char *const *arguments);
#define RUN(place, ...) place_run((place), (const char *const[]){ __VA_ARGS__, NULL })

// A file below --dir. The text is static until the next call.
const char *place_path(const struct place *place, const char *name);
const char *place_read(const struct place *place, const char *name);
bool place_has(const struct place *place, const char *name);
void place_write(const struct place *place, const char *name, const char *text);
