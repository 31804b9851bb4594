// inbox_hold.h - live events that have to wait until a replay has caught up.
#pragma once

#include <clinic/event.h>

#include <stddef.h>

enum { HOLD_MAX = 256 };

struct held {
    struct clinic_event event;
    bool is_retained;
};

struct hold {
    struct held *held; // HOLD_MAX of them, made with the first and released with the last
    size_t count;
    bool has_overflown; // something did not fit and is left to another replay
};

void hold_done(struct hold *hold);

// Takes the event's content over, also where there is no room for it.
void hold_add(struct hold *hold, struct clinic_event *event, bool is_retained);

// By sequence.
void hold_sort(struct hold *hold);

// Releases the first `count` and moves the rest up.
void hold_drop(struct hold *hold, size_t count);
