// report.h - what clinic-scale tells the gateway, as the data of its requests.
#pragma once

#include "channel.h"

#include <cjson/cJSON.h>

// As in equipment/measure: "stable", "lifted", … NULL: a state that is not told.
const char *report_state_name(enum weigh_state state);

// The data of equipment/measure and of equipment/scale-answer; the caller owns it. NULL: out of memory.
cJSON *report_reading(const struct channel *channel, const struct weigh_memory *reading);
cJSON *report_answer(const struct channel *channel, const struct setup_answer *answer);
