// scale_fixture.h - a scale that staff set up, on the service fixture.
#pragma once

#include <scale/scale.h>
#include <service_fixture.h>

#define SECONDS(count) (INT64_C(1000) * (count))
#define MINUTES(count) (SECONDS(60) * (count))

// Channel 1 of scale-1: 5 kg, a bin of 100 g, up to 500 units that vary by 2 %.
void cell_add(struct service_fixture *fixture);

// A change from the channel's own version; `fields` as JSON members.
bool cell_set(struct service_fixture *fixture, const char *fields);

// Begins a step at the desk; `more` are further members, as ",\"count\":20".
bool step_ask(struct service_fixture *fixture, const char *step, const char *more);

// What a scale answers to the step that was begun last, or to `task_id`; the desk asks on afterwards.
bool step_answer(struct service_fixture *fixture, const char *node, const char *task_id,
                 const char *outcome, const char *more);

// Begins a step and lets scale-1 answer it.
void step_do(struct service_fixture *fixture, const char *step, const char *asked,
             const char *outcome, const char *answered);

// Tare 84213, 420 counts a gram, and a sample of 20 units of 8 g.
void cell_set_up(struct service_fixture *fixture);

// The channel in equipment/scale-read, until the next request; NULL: it is not there.
const cJSON *cell_row(struct service_fixture *fixture, int channel);

// A member of it, or of its "settings", "task" or "last"; NOTHING: absent.
#define NOTHING INT64_MIN
int64_t cell_number(struct service_fixture *fixture, const char *part, const char *member);
const char *cell_text(struct service_fixture *fixture, const char *part, const char *member);

// An item in one bin of the same name on that channel; `name` may be escaped JSON.
void item_put(struct service_fixture *fixture, const char *item_id, const char *name,
              const char *node, int channel);

// The config of a node as the gateway would publish it now; the caller frees it. NULL: it has none.
char *config_text(const struct service_fixture *fixture, const char *node);

// Its version; 0: it has none.
uint64_t config_version(const struct service_fixture *fixture, const char *node);
