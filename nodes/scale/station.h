// station.h - the node: scales on their lines on one side, the clinic's bus on the other.
//
// What a channel has to tell is put into the outbox, which is custody, and then remembered; see memory.h for why in this
// order. What cannot be put (the disk is full) is told later: a channel goes on offering it.
#pragma once

#include "instrument.h"
#include "memory.h"
#include "ports.h"

struct station {
    struct ports ports;
    struct clinic_node *node;
    struct settings settings; // of the config in force
    struct memory memory;
    struct instrument instruments[PORTS_MAX];
    struct channel channels[PORTS_MAX];
    bool is_online;
    bool is_outbox_failing;
    bool is_memory_failing;
    char refusal[64];     // the code of the last refusal that was logged
    char bus_reason[128]; // the last that was logged
};

// NULL: `reterr_problem` is a line for a person.
struct station *station_open(const char *folder, char *reterr_problem, size_t problem_bytes);
void station_close(struct station *station); // accepts NULL

// Until SIGTERM or SIGINT. False: the loop cannot be made.
bool station_run(struct station *station);
