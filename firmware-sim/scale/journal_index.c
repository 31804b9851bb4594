#include "journal_index.h"

#include <string.h>

unsigned journal_position(const struct journal *journal, uint32_t number)
{
    unsigned i = journal->waiting;
    while (i > 0 && journal->numbers[i - 1] >= number)
        i--;
    return i;
}

bool journal_is_waiting(const struct journal *journal, uint32_t number)
{
    const unsigned i = journal_position(journal, number);
    return i < journal->waiting && journal->numbers[i] == number;
}

void journal_forget(struct journal *journal, unsigned i)
{
    journal->waiting--;
    const size_t after = journal->waiting - i;
    memmove(&journal->numbers[i], &journal->numbers[i + 1], after * sizeof journal->numbers[0]);
    memmove(&journal->places[i], &journal->places[i + 1], after * sizeof journal->places[0]);
}

unsigned journal_superseded(const struct journal *journal, unsigned bin)
{
    for (unsigned i = 0; i < journal->waiting; i++) {
        bool is_newest = false;
        for (unsigned other = 0; other < JOURNAL_BINS; other++)
            is_newest |= other != bin && journal->newest_numbers[other] == journal->numbers[i];
        if (!is_newest)
            return i;
    }
    return 0;
}

static void await(struct journal *journal, uint32_t number, unsigned bin, unsigned place)
{
    unsigned i = journal_position(journal, number);
    if (i == journal->waiting || journal->numbers[i] != number) {
        // Never so by push(); but a removal may have rotted.
        if (journal->waiting == JOURNAL_READINGS) {
            journal_forget(journal, journal_superseded(journal, bin));
            i = journal_position(journal, number);
        }
        const size_t after = journal->waiting - i;
        memmove(&journal->numbers[i + 1], &journal->numbers[i], after * sizeof journal->numbers[0]);
        memmove(&journal->places[i + 1], &journal->places[i], after * sizeof journal->places[0]);
        journal->numbers[i] = number;
        journal->waiting++;
    }
    journal->places[i] = (uint16_t)place;
}

static void apply_reading(struct journal *journal, const struct journal_record *record,
                          uint32_t number, unsigned place)
{
    if (record->kind == JOURNAL_WAITING)
        await(journal, number, record->id, place);
    if (number >= journal->newest_numbers[record->id]) {
        journal->newest_numbers[record->id] = number;
        journal->newest[record->id] = (uint16_t)place;
    }
    if (number >= journal->next_number)
        journal->next_number = number + 1;
}

void journal_apply(struct journal *journal, const struct journal_record *record, uint32_t number,
                   unsigned place)
{
    if (record->kind == JOURNAL_STATE)
        journal->states[record->id] = (uint16_t)place;
    else if (record->kind != JOURNAL_REMOVED)
        apply_reading(journal, record, number, place);
    else if (journal_is_waiting(journal, number))
        journal_forget(journal, journal_position(journal, number));
}
