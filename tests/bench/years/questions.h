// questions.h - the requests that are measured, with arguments that differ from one to the next.
#pragma once

#include "sample.h"

struct bench {
    struct practice practice;
    struct sample sample;
    enum practice_seat seat; // who asks now
    bool is_cold;
};

struct question {
    const char *name;
    enum clinic_request_kind kind; // none: nobody asks, time brings it about
    enum practice_seat seat;
    // Writes the i-th of its kind and returns its length; 0: there is nothing left to ask about.
    size_t (*write)(struct bench *bench, size_t i);
};

extern const struct question questions[];
extern const size_t question_count;
