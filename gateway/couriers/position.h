// position.h - how far each courier has come, kept over restarts.
//
// Saved now and then, not with every step: after a crash a courier repeats a little, and every receiver drops what it has
// seen by its sequence.
#pragma once

#include "../store/query.h"

#include <clinic/status.h>

#include <stdint.h>

struct store;

extern const char *const position_schema[];
extern const struct statements position_statements;

// 0 for a courier that has none yet.
enum clinic_status position_load(struct store *store, const char *courier, uint64_t *ret_position);

// In a transaction of its own. A position only grows: a smaller one changes nothing.
enum clinic_status position_save(struct store *store, const char *courier, uint64_t position);
