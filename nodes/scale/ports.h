// ports.h - the settings of clinic-scale: the node's own, and which scale is on which line.
#pragma once

#include <clinic/node.h>

enum { PORTS_MAX = 4 };

struct port {
    char device[1024]; // empty: there is none
    int64_t baud;
};

struct ports {
    struct clinic_node_settings node; // first: the rows of its table are offsets into it
    struct port ports[PORTS_MAX];     // [scale1] is the first, and channel 1
};

// Reads and checks the folder's node.ini as a whole. False: `reterr_problem` is a line for a person.
bool ports_load(const char *folder, struct ports *ret_ports,
                char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES]);

// The reference of all settings.
void ports_print(FILE *out);
