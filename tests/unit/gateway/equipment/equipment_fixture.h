// equipment_fixture.h - a supply room on the service fixture: items, scales that speak, and what is then known.
#pragma once

#include <service_fixture.h>

#include <clinic/event.h>

#define MINUTES(count) (INT64_C(60000) * (count))
#define HOURS(count) (MINUTES(60) * (count))
#define DAYS(count) (HOURS(24) * (count))

enum { SCALE_STEP_MS = 10000 };

// Adds an item; `bins` is a JSON list.
void shelf_add(struct service_fixture *fixture, const char *item_id, int minimum, int par,
               const char *bins);

// "gloves", minimum 20, par 60, in bin "left" on channel 1 of scale-1; the scale sees 40.
void shelf_add_gloves(struct service_fixture *fixture);

// What a scale says; the desk asks on afterwards.
void scale_weighs(struct service_fixture *fixture, const char *node, int channel, int quantity);
void scale_says(struct service_fixture *fixture, const char *node, int channel, const char *state);

// Says the same every 10 s for so long, while time passes.
void scale_goes_on(struct service_fixture *fixture, int channel, int quantity, int64_t ms);

void assert_stock(struct service_fixture *fixture, const char *item_id, int quantity,
                  const char *state);
int64_t event_count(const struct service_fixture *fixture, enum clinic_event_kind kind);

// A member of the newest event of the kind.
void assert_newest(const struct service_fixture *fixture, enum clinic_event_kind kind,
                   const char *member, const char *wanted);

// The row of an item in equipment/list, until the next request; NULL: none.
const cJSON *shelf_row(struct service_fixture *fixture, const char *item_id);
