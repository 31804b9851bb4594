// player.h - when what of a script is due. Lines come from a file, from the command line, and while it runs from a
// control; people who come by themselves are played too.
#pragma once

#include "chance.h"
#include "script.h"

#include <stddef.h>

enum { PLAYER_LINES = 10000 };

struct player_line {
    struct script_line line;
    int64_t due_us;
};

struct player {
    struct player_line *lines; // those that are not due yet, in no order
    size_t count;
    size_t room;
    int64_t speed; // so many times faster than written
    int64_t last_due_us;
};

void player_init(struct player *player, int64_t speed);
void player_done(struct player *player);

// Lines of text, divided by line feeds or semicolons. Of those that cannot be understood, or are beyond
// PLAYER_LINES, the first is in `reterr_problem`; what came before it holds.
bool player_read(struct player *player, const char *text, int64_t now_us,
                 char reterr_problem[static SCRIPT_PROBLEM_BYTES]);

int64_t player_next_us(const struct player *player); // INT64_MAX: nothing is left
bool player_take_due(struct player *player, int64_t now_us, struct script_line *ret_line);

// What somebody who comes to the shelf does: mostly takes a few, and fills up where little is left.
struct script_line player_invent(struct chance *chance, unsigned bin, int32_t units,
                                 int32_t units_at_start);
