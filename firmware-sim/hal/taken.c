#include "taken.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const state_names[] = { [WEIGH_UNKNOWN] = "unknown",
                                           [WEIGH_STABLE] = "stable",
                                           [WEIGH_LIFTED] = "lifted",
                                           [WEIGH_OVERLOAD] = "overload",
                                           [WEIGH_FAULT] = "fault" };

void taken_init(struct taken *taken, const char *name)
{
    memset(taken, 0, sizeof *taken);
    taken->name = name;
}

void taken_restart(struct taken *taken)
{
    taken->refused = 0;
    taken->superseded = 0;
}

static void push(struct taken *taken, const struct uuid *id)
{
    if (taken->waiting_count == TAKEN_WAITING)
        return; // the journal holds fewer
    taken->waiting[taken->waiting_count++] = *id;
    taken->taken_total++;
}

static void pop(struct taken *taken, size_t index)
{
    taken->waiting_count--;
    memmove(&taken->waiting[index], &taken->waiting[index + 1],
            (taken->waiting_count - index) * sizeof taken->waiting[0]);
}

static bool is_fate(const char *word)
{
    return strcmp(word, "confirmed") == 0 || strcmp(word, "refused") == 0
           || strcmp(word, "superseded") == 0;
}

bool taken_remember(struct taken *taken, const char *line)
{
    char what[16];
    char name[40];
    char text[UUID_TEXT_BYTES];
    unsigned bin = 0;
    struct uuid id;
    if (sscanf(line, "taken %39s %u %*s %*d %36s", name, &bin, text) == 3) {
        if (strcmp(name, taken->name) != 0 || bin < 1 || bin > HAL_CELLS || !uuid_read(text, &id))
            return false;
        taken->newest[bin - 1] = id;
        push(taken, &id);
        return true;
    }
    if (sscanf(line, "%15s %39s %36s", what, name, text) != 3 || !is_fate(what)
        || strcmp(name, taken->name) != 0 || !uuid_read(text, &id))
        return false;
    for (size_t i = 0; i < taken->waiting_count; i++)
        if (uuid_equal(&taken->waiting[i], &id)) {
            pop(taken, i);
            break;
        }
    taken->confirmed_total += strcmp(what, "confirmed") == 0;
    return true;
}

static void write_line(const struct taken *taken, struct ledger *ledger, const char *what,
                       const struct uuid *id)
{
    char text[UUID_TEXT_BYTES];
    uuid_print(id, text);
    if (ledger != NULL)
        ledger_add(ledger, "%s %s %s", what, taken->name, text);
}

static void look_for_new(struct taken *taken, const struct scale *scale, unsigned bin,
                         struct ledger *ledger)
{
    const struct uuid *id = &scale->bins[bin].reading_id;
    char text[UUID_TEXT_BYTES];
    if (uuid_is_none(id) || uuid_equal(id, &taken->newest[bin]))
        return;
    const struct scale_bin seen = scale_bin(scale, bin);
    taken->newest[bin] = *id;
    push(taken, id);
    uuid_print(id, text);
    if (ledger != NULL)
        ledger_add(ledger, "taken %s %u %s %" PRId32 " %s", taken->name, bin + 1,
                   state_names[seen.state], seen.quantity, text);
}

static const char *fate(struct taken *taken, const struct scale *scale)
{
    if (taken->superseded < journal_dropped(&scale->journal)) {
        taken->superseded++;
        return "superseded";
    }
    if (taken->refused < scale->counts.requests_refused) {
        taken->refused++;
        return "refused";
    }
    taken->confirmed_total++;
    return "confirmed";
}

// What is older than the oldest that still waits has left the journal.
static void look_for_gone(struct taken *taken, struct scale *scale, struct ledger *ledger)
{
    struct record_reading oldest;
    uint32_t number = 0;
    unsigned bin = 0;
    memset(&oldest, 0, sizeof oldest);
    const size_t length =
        journal_oldest(&scale->journal, &number, &bin, (uint8_t *)&oldest, sizeof oldest);
    while (taken->waiting_count > 0
           && (length == 0 || !uuid_equal(&taken->waiting[0], &oldest.id))) {
        write_line(taken, ledger, fate(taken, scale), &taken->waiting[0]);
        pop(taken, 0);
    }
}

void taken_look(struct taken *taken, struct scale *scale, struct ledger *ledger)
{
    for (unsigned bin = 0; bin < HAL_CELLS; bin++)
        look_for_new(taken, scale, bin, ledger);
    if (taken->waiting_count > journal_waiting(&scale->journal))
        look_for_gone(taken, scale, ledger);
}
