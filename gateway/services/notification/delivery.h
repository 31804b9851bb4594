// delivery.h - what became of messages to mailboxes and phones: tried, tried again, sent, or left to staff.
//
// This is the clinic's own memory, not a part of the log: a rebuild does not touch it. A message is taken, handed to
// its channel and reported on; what was not reported when the power failed is taken again, so a channel must tell
// the id of a message to whoever can drop a second copy.
//
// Where staff must see to it the message is on the work-list: nobody may be written to (by hand), all attempts
// failed, or nobody could send it while it was of use (expired).
#pragma once

#include "../service.h"

// Stored: never renumber, never reuse. The statements know that 1 and 2 are open and 2 to 4 are the work-list.
enum delivery_state {
    DELIVERY_WAITING = 1,
    DELIVERY_BY_HAND = 2,
    DELIVERY_FAILED = 3,
    DELIVERY_EXPIRED = 4,
    DELIVERY_SENT = 5,
    DELIVERY_DROPPED = 6,
    DELIVERY_HANDLED = 7,
};

// As the catalogue calls it.
const char *delivery_state_name(enum delivery_state state);

enum delivery_outcome {
    DELIVERY_WAS_SENT,
    DELIVERY_TRY_AGAIN, // after 1, 5, 30 and 120 minutes, then it is left to staff
    DELIVERY_NEVER,     // no attempt will do better
};

enum { MESSAGE_ID_BYTES = 25, DELIVERY_ADDRESS_BYTES = 255, DELIVERY_TEXT_BYTES = 1024 };

// "<16-digit sequence of the event>-<position among its messages>".
struct message_id {
    uint64_t sequence;
    int ordinal;
};
void message_id_print(const struct message_id *id, char ret_text[static MESSAGE_ID_BYTES]);
bool message_id_parse(const char *text, struct message_id *ret_id);

struct delivery {
    struct message_id id;
    char to
        [DELIVERY_ADDRESS_BYTES]; // e-mail address or E.164 number; empty: there is none, or no consent any more
    char language[4];
    char text[DELIVERY_TEXT_BYTES];
};

// The message of a channel ("email", "sms") that is due for longest. In quiet hours only what cannot wait.
// CLINIC_NOT_FOUND: there is none.
enum clinic_status delivery_take(struct store *store, const char *channel, int64_t now_ms,
                                 struct delivery *ret_delivery);

// Inside a transaction.
enum clinic_status delivery_report(struct store *store, const struct message_id *id,
                                   enum delivery_outcome outcome, int64_t now_ms);
