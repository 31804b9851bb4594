// queue.h - what will happen in the clinic, by time.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct years;

// `subject`: which patient, visit, item; the deed knows.
typedef void deed_run(struct years *years, uint32_t subject, int64_t at_ms);

struct deed {
    int64_t at_ms;
    uint64_t order; // of those of one moment the first comes first
    deed_run *run;
    uint32_t subject;
};

struct queue {
    struct deed *heap;
    size_t count;
    size_t room;
    uint64_t order;
};

// Ends the program where there is no memory.
void queue_add(struct queue *queue, int64_t at_ms, deed_run *run, uint32_t subject);

// The next deed before `until_ms`. False: none.
bool queue_take(struct queue *queue, int64_t until_ms, struct deed *ret_deed);

// When the next deed is; INT64_MAX: there is none.
int64_t queue_next_ms(const struct queue *queue);

void queue_done(struct queue *queue);
