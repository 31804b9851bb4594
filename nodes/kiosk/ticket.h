// ticket.h - provisional tickets: a letter and a number that counts from 1 on each day of the box's calendar.
//
// A patient who checks in while the kiosk is cut off goes to the waiting room with one of these; the gateway's queue
// number replaces it. No ticket is given twice on a day, over restarts neither. Where the clock went back (a box without a
// battery starts in the past) the count goes on, since the day may be one on which it counted already.
#pragma once

#include <clinic/status.h>

#include <stdbool.h>
#include <stdint.h>

enum { TICKET_BYTES = 9, TICKET_DAY_BYTES = 11 };

struct tickets {
    char state_folder[1024];
    char letter;
    char day[TICKET_DAY_BYTES]; // YYYY-MM-DD; empty: none was given yet
    int64_t last;
};

// What the file in the state folder says. One that is not there or not understood begins anew.
void tickets_open(const char *state_folder, char letter, struct tickets *ret_tickets);

// The next ticket at this time of the wall clock, in the box's time zone. CLINIC_IO: it is given, but was not
// written down; it may come again after a restart.
enum clinic_status tickets_next(struct tickets *tickets, int64_t now_ms,
                                char ret_ticket[static TICKET_BYTES]);
