// forge.h - certificates that clinic-broker would never make, by the openssl command.
#pragma once

#include "fixture.h"

struct forge_wish {
    const char *node;        // common name, and whose request topic the peer will use
    bool is_of_another_ca;   // an authority of the intruder's own
    bool is_self_signed;     // no authority at all
    const char *valid_from;  // "20240101000000Z"; NULL: a day ago
    const char *valid_until; // NULL: a year from now
};

// Makes key and certificate in the fixture's folder; the next call overwrites them.
struct peer_identity forge_identity(struct fixture *fixture, const struct forge_wish *wish);
