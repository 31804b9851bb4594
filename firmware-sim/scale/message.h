// message.h - what a scale says and hears on the bus, as JSON. The config is settings.h's.
#pragma once

#include "record.h"

enum {
    MESSAGE_BYTES = 512, // any of those written here, with the NUL
    MESSAGE_CODE_BYTES = 28,
};

// The length; 0: it does not fit.
size_t message_of_reading(const struct record_reading *reading, unsigned channel, char *text,
                          size_t size);
size_t message_of_answer(const struct record_answer *answer, unsigned channel, char *text,
                         size_t size);
size_t message_of_status(const char *state, int64_t since_ms, const char *version, unsigned outbox,
                         char *text, size_t size);

struct message_reply {
    struct uuid id;
    bool is_accepted;
    bool is_temporary;             // rejected for now: the same request may succeed later
    int64_t time_ms;               // the gateway's clock; 0: not told
    char code[MESSAGE_CODE_BYTES]; // of a rejection
};

bool message_read_reply(const char *json, size_t length, struct message_reply *ret_reply);
