// exchange.h - one unanswered request at a time: when it is sent, sent again, and given up for a while.
//
// It knows no messages and does no I/O. Custody is the gateway's reply: nothing else ends a request, so it is sent again
// with its id after EXCHANGE_REPLY_MS and after every reconnection.
#pragma once

#include "uuid.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    EXCHANGE_REPLY_MS = 10000,
    EXCHANGE_PAUSE_MS =
        2000, // at most, after the first temporary rejection; doubled up to the limit
    EXCHANGE_PAUSE_LIMIT_MS = 60000,
};

enum exchange_kind {
    EXCHANGE_IDLE = 0,
    EXCHANGE_READING,
    EXCHANGE_ANSWER,
    EXCHANGE_HEARTBEAT, // of use only now: never sent again
};

struct exchange {
    enum exchange_kind kind;
    struct uuid id;
    uint32_t number;  // of the reading in the journal
    unsigned channel; // from 0
    uint32_t sent_at_ms;
    uint32_t paused_at_ms;
    uint32_t pause_ms;       // 0: not paused
    uint32_t pause_limit_ms; // of the next pause
    bool is_sent;            // over this connection, and not too long ago
};

void exchange_init(struct exchange *exchange);
void exchange_tick(struct exchange *exchange, uint32_t now_ms);
void exchange_reconnected(struct exchange *exchange);

// Whether a request may be sent now: another one (EXCHANGE_IDLE), or once more the one that it holds.
bool exchange_is_due(const struct exchange *exchange);
void exchange_sent(struct exchange *exchange, enum exchange_kind kind, const struct uuid *id,
                   unsigned channel, uint32_t number, uint32_t now_ms);

// False of late and doubled replies.
bool exchange_is_answered_by(const struct exchange *exchange, const struct uuid *id);

// It was accepted, or rejected for good; and rejected for now.
void exchange_done(struct exchange *exchange);
void exchange_pause(struct exchange *exchange, uint32_t random, uint32_t now_ms);
