// progress.h - what one submitting node has asked for and how far each request has come.
#pragma once

#include <clinic/catalogue.h>
#include <clinic/id.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROGRESS_MAX = 10 * 1000 * 1000 };

struct asked {
    struct clinic_id id;
    enum clinic_request_kind kind;
    uint32_t patient;  // index into patients
    int32_t waited_us; // put to answer; -1: not known
    int64_t put_at_us;
    bool is_answered;
    bool is_in_outbox; // seen there at the start
};

struct known_patient {
    struct clinic_id id;
    int32_t version; // 0: must not be updated
    bool is_busy;    // a request about it is under way
};

struct progress {
    struct asked *asked;
    size_t asked_count;
    size_t asked_room;
    size_t first_open; // all before it are answered
    struct known_patient *patients;
    size_t patient_count;
    size_t patient_room;
    size_t accepted;
    size_t rejected;
    size_t unknown;
};

void progress_done(struct progress *progress);

// NULL: out of memory, or PROGRESS_MAX is reached.
struct asked *progress_put(struct progress *progress, const struct clinic_id *id,
                           enum clinic_request_kind kind, const struct clinic_id *patient_id);

// Among those that are not answered; NULL: none.
struct asked *progress_find(struct progress *progress, const struct clinic_id *id);

enum progress_answer { PROGRESS_ACCEPTED, PROGRESS_REJECTED, PROGRESS_UNKNOWN };
void progress_answer(struct progress *progress, struct asked *asked, enum progress_answer answer);

// A patient of ours that can be updated now, searched from a random place on; SIZE_MAX: none.
size_t progress_updatable(const struct progress *progress, size_t start);

size_t progress_open_count(const struct progress *progress);
