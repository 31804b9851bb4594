// headquarters.h - a second broker, to which the clinic's gateway sends its events, and an archive that reads there.
#pragma once

#include "fixture.h"

struct headquarters {
    int port;
    struct process broker; // ended by whoever opened it
};

// Makes its folder ("hq") and tells the gateway of it, which must be started anew; it does not run yet.
void headquarters_make(struct fixture *fixture, struct headquarters *headquarters);

// Back when it listens. Where nobody reads, nothing is safe: the broker says so, and the gateway keeps it.
void headquarters_start(struct fixture *fixture, struct headquarters *headquarters);

// Back when the archive reads there.
void headquarters_read(struct fixture *fixture, const struct headquarters *headquarters);

// Both.
void headquarters_open(struct fixture *fixture, struct headquarters *headquarters);
