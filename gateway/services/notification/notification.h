// notification.h - messages to people: rows rendered from templates, written with the event that caused them.
//
// Notices for screens leave by the bus, in the order of the log; what goes to a mailbox or a phone is delivered by
// channels, see delivery.h.
#pragma once

#include "../service.h"

// Notices that may be shown at once, and those that wait for the end of the quiet hours. Within a lane, order of the
// log is order of time, so a position in the log says what has been shown.
enum notice_lane { NOTICE_AT_ONCE, NOTICE_LATER, NOTICE_LANE_COUNT };

struct notice {
    uint64_t sequence;    // of the event that caused it
    int ordinal;          // among that event's messages
    const char *audience; // of clinic/notification/<audience>
    const char *json;     // the payload, with an id that is the same however often it is published
};

struct notice_range {
    enum notice_lane lane;
    uint64_t after;   // of events after this one
    uint64_t through; // and up to this one
    int64_t now_ms;
};

struct notice_reading {
    uint64_t passed;     // of events up to here every notice was visited, or is of no use any more
    int64_t due_at_ms;   // when the next one may be shown; INT64_MAX: there is none
    bool is_interrupted; // `visit` wanted no more
};

// Calls `visit` for each notice of the range in order, until it returns false or a notice is not due yet. What has
// expired or been overtaken is left out. A notice is borrowed.
enum clinic_status notification_read_notices(struct store *store, const struct notice_range *range,
                                             bool (*visit)(void *context,
                                                           const struct notice *notice),
                                             void *context, struct notice_reading *ret_reading);

// Reads the message templates, as the first message would. CLINIC_INVALID: reterr_problem says what is wrong.
enum clinic_status notification_check(char *reterr_problem, size_t problem_bytes);
