// replay.h - events/replay: what a node missed, read from the log again.
#pragma once

#include "../services/service.h"

// A node is given only the event types that the catalogue lets its role read, public data only.
extern const struct ability replay_ability;
