// node_asks.h - the questions of a node that have no answer yet.
#pragma once

#include <clinic/id.h>
#include <clinic/request.h>

#include <stddef.h>
#include <stdint.h>

enum { ASKS_MAX = 32 };

struct ask {
    struct clinic_id id; // none: free
    enum clinic_request_kind kind;
    int64_t deadline_ms; // monotonic
};

struct asks {
    struct ask asks[ASKS_MAX];
};

// NULL: all places are taken.
struct ask *asks_add(struct asks *asks, const struct clinic_id *id, enum clinic_request_kind kind,
                     int64_t deadline_ms);

// False if there is no such question. It is forgotten.
bool asks_remove(struct asks *asks, const struct clinic_id *id, struct ask *ret_ask);

// The same for one whose time is over.
bool asks_expire(struct asks *asks, int64_t now_ms, struct ask *ret_ask);

// INT64_MAX: there is none.
int64_t asks_due_ms(const struct asks *asks);
