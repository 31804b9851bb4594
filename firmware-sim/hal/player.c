#include "player.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 256, ROOM_AT_FIRST = 16 };

void player_init(struct player *player, int64_t speed)
{
    memset(player, 0, sizeof *player);
    player->speed = speed > 0 ? speed : 1;
}

void player_done(struct player *player)
{
    free(player->lines);
    memset(player, 0, sizeof *player);
}

static bool make_room(struct player *player)
{
    if (player->count < player->room)
        return true;
    const size_t room = player->room == 0 ? ROOM_AT_FIRST : 2 * player->room;
    struct player_line *lines =
        room > 2 * (size_t)PLAYER_LINES ? NULL : realloc(player->lines, room * sizeof *lines);
    if (lines == NULL)
        return false;
    player->lines = lines;
    player->room = room;
    return true;
}

static bool add(struct player *player, const struct script_line *line, int64_t now_us)
{
    const int64_t delay_us = line->delay_us / player->speed;
    if (player->count >= PLAYER_LINES || !make_room(player))
        return false;
    int64_t due_us = line->is_absolute ? delay_us : player->last_due_us + delay_us;
    if (due_us < now_us)
        due_us = now_us;
    player->last_due_us = due_us;
    player->lines[player->count++] = (struct player_line){ *line, due_us };
    return true;
}

static bool read_line(struct player *player, const char *text, size_t length, int64_t now_us,
                      char *reterr_problem)
{
    char copy[LINE_BYTES];
    struct script_line line;
    if (length >= sizeof copy) {
        (void)snprintf(reterr_problem, SCRIPT_PROBLEM_BYTES, "a line is too long");
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (script_is_blank(copy))
        return true;
    if (!script_parse(copy, &line, reterr_problem))
        return false;
    if (add(player, &line, now_us))
        return true;
    (void)snprintf(reterr_problem, SCRIPT_PROBLEM_BYTES, "there are too many lines");
    return false;
}

// "after" counts from the line before it, which may be due in a while; a control's first one from now.
bool player_read(struct player *player, const char *text, int64_t now_us,
                 char reterr_problem[static SCRIPT_PROBLEM_BYTES])
{
    player->last_due_us = now_us;
    while (*text != '\0') {
        const size_t length = strcspn(text, ";\n");
        if (!read_line(player, text, length, now_us, reterr_problem))
            return false;
        text += length;
        text += *text != '\0';
    }
    return true;
}

// Of several at once the one that was read first.
static size_t find_next(const struct player *player)
{
    size_t next = 0;
    for (size_t i = 1; i < player->count; i++)
        if (player->lines[i].due_us < player->lines[next].due_us)
            next = i;
    return next;
}

int64_t player_next_us(const struct player *player)
{
    return player->count == 0 ? INT64_MAX : player->lines[find_next(player)].due_us;
}

bool player_take_due(struct player *player, int64_t now_us, struct script_line *ret_line)
{
    if (player->count == 0)
        return false;
    const size_t next = find_next(player);
    if (player->lines[next].due_us > now_us)
        return false;
    *ret_line = player->lines[next].line;
    player->count--;
    memmove(&player->lines[next], &player->lines[next + 1],
            (player->count - next) * sizeof player->lines[0]);
    return true;
}

struct script_line player_invent(struct chance *chance, unsigned bin, int32_t units,
                                 int32_t units_at_start)
{
    struct script_line line = { .kind = SCRIPT_SHELF };
    line.shelf.bin = bin;
    line.shelf.verb = SHELF_TAKE;
    line.shelf.amount = (int32_t)chance_between(chance, 1, 3);
    if (units >= 4)
        return line;
    line.shelf.verb = SHELF_ADD;
    line.shelf.amount = units_at_start > units ? units_at_start - units : 1;
    return line;
}
