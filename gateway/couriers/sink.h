// sink.h - one interface for all that may stand at headquarters: offer events, learn how far they are safe there.
//
// A sink is driven from the program's loop: poll fd() for reading and call step(), and call step() once a second.
// The receiver drops duplicates by (source, id) and proves completeness by `sequence`.
#pragma once

#include <clinic/event.h>
#include <clinic/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink;

struct sink_config {
    const char *url;
    const char *folder; // certificates
    const char *prefix; // first topic level, where there are topics
};

struct sink_type {
    const char *scheme; // "mqtts://"
    // On failure reterr_problem says what to do. on_progress: there may be room, or a new confirmation.
    enum clinic_status (*open)(const struct sink_config *config, void (*on_progress)(void *context),
                               void *context, struct sink **ret_sink, char *reterr_problem,
                               size_t problem_bytes);
    void (*close)(struct sink *sink); // accepts NULL
    int (*fd)(const struct sink *sink);
    void (*step)(struct sink *sink);
    // Forget what was offered; the next event offered is the one after `confirmed`.
    void (*restart)(struct sink *sink, uint64_t confirmed);
    // How many events it takes now; 0: not connected, or it waits for confirmations.
    size_t (*room)(const struct sink *sink);
    enum clinic_status (*offer)(struct sink *sink, const struct clinic_event *event,
                                const char *json, size_t length);
    uint64_t (*offered)(
        const struct sink *sink); // falls back to confirmed() when a connection ends
    uint64_t (*confirmed)(const struct sink *sink);   // safe on the other side up to this sequence
    const char *(*describe)(const struct sink *sink); // its state, for an operator
};

extern const struct sink_type sink_mqtt;
