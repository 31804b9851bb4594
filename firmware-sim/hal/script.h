// script.h - what people will do to a scale and when, as text. A line each; '#' begins a comment.
//
//   [SCALE:] VERB [AMOUNT] [from|to|in [bin] BIN] [for DURATION] [after DURATION | at DURATION]
//
//   take 3 from bin 1 after 20s      scale-7: lean 4000 for 30s at 5m      unplug 2
//
// "after" counts from the line before it, "at" from the start; without either it is at once. A duration is a number
// and ms, s, m, h or d. Without a bin it is the first one; without a scale, each scale that the script is for.
#pragma once

#include "amplifier.h"
#include "shelf.h"

enum script_kind {
    SCRIPT_SHELF,   // people at the shelf
    SCRIPT_WIRES,   // `fault` of the bin's amplifier
    SCRIPT_POWER,   // is_on
    SCRIPT_NETWORK, // is_on
    SCRIPT_BUTTON,  // held down for shelf.for_us
};

enum { SCRIPT_NAME_BYTES = 33, SCRIPT_PROBLEM_BYTES = 200 };

struct script_line {
    enum script_kind kind;
    char scale[SCRIPT_NAME_BYTES]; // empty: whichever reads it
    struct shelf_action shelf;     // its bin also goes with SCRIPT_WIRES
    enum amplifier_fault fault;
    bool is_on;
    bool is_absolute;
    int64_t delay_us;
};

// False: the reason is in `reterr_problem`. An empty line or a comment is no line: ask script_is_blank() first.
bool script_parse(const char *text, struct script_line *ret_line,
                  char reterr_problem[static SCRIPT_PROBLEM_BYTES]);
bool script_is_blank(const char *text);

// One line a verb, as --help prints them.
const char *script_help(void);
