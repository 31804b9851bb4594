#include "journal.h"

#include "journal_log.h"

#include <string.h>

enum { NUMBER_BYTES = 4 };

bool journal_store(struct journal *journal, unsigned key, const void *bytes, size_t length)
{
    if (key >= JOURNAL_STATES || length > JOURNAL_RECORD_BYTES)
        return false;
    const struct journal_piece piece = {
        .record = { .kind = JOURNAL_STATE, .id = (uint8_t)key, .length = (uint16_t)length },
        .bytes = bytes,
    };
    return journal_append(journal, &piece, 1);
}

size_t journal_load(struct journal *journal, unsigned key, void *ret_bytes, size_t room)
{
    struct journal_record record;
    if (key >= JOURNAL_STATES || !journal_read_place(journal, journal->states[key], &record)
        || record.length > room
        || !journal_bytes_read(journal, journal->states[key], 0, ret_bytes, record.length))
        return 0;
    return record.length;
}

static struct journal_piece removal_of(const uint32_t *number)
{
    return (struct journal_piece){
        .record = { .kind = JOURNAL_REMOVED, .length = NUMBER_BYTES },
        .bytes = number,
        .number = *number,
    };
}

bool journal_push(struct journal *journal, unsigned bin, const void *bytes, size_t length,
                  uint32_t *ret_number)
{
    if (bin >= JOURNAL_BINS || length == 0 || length > JOURNAL_READING_BYTES)
        return false;
    const uint32_t number = journal->next_number++; // not used again even if the flash refuses
    uint8_t reading[NUMBER_BYTES + JOURNAL_READING_BYTES];
    memcpy(reading, &number, NUMBER_BYTES);
    memcpy(reading + NUMBER_BYTES, bytes, length);

    const bool is_full = journal->waiting == JOURNAL_READINGS;
    const uint32_t dropped = is_full ? journal->numbers[journal_superseded(journal, bin)] : 0;
    const struct journal_piece pieces[] = {
        removal_of(&dropped),
        {
            .record = { .kind = JOURNAL_WAITING,
                        .id = (uint8_t)bin,
                        .length = (uint16_t)(NUMBER_BYTES + length) },
            .bytes = reading,
            .number = number,
        },
    };
    if (!journal_append(journal, is_full ? pieces : pieces + 1, is_full ? 2 : 1))
        return false;
    journal->dropped += is_full;
    *ret_number = number;
    return true;
}

// Copies a reading's bytes. 0: it is not there, rotten, or longer than `room`.
static size_t read_reading(struct journal *journal, unsigned place, uint32_t number,
                           void *ret_bytes, size_t room, unsigned *ret_bin)
{
    struct journal_record record;
    uint32_t found;
    if (!journal_read_place(journal, place, &record) || record.length <= NUMBER_BYTES)
        return 0;
    const size_t length = (size_t)record.length - NUMBER_BYTES;
    if (length > room || !journal_bytes_read(journal, place, 0, &found, sizeof found)
        || found != number || !journal_bytes_read(journal, place, NUMBER_BYTES, ret_bytes, length))
        return 0;
    *ret_bin = record.id;
    return length;
}

size_t journal_oldest(struct journal *journal, uint32_t *ret_number, unsigned *ret_bin,
                      void *ret_bytes, size_t room)
{
    journal->has_read_failed = false;
    while (journal->waiting > 0 && room >= JOURNAL_READING_BYTES) {
        const uint32_t number = journal->numbers[0];
        const size_t length =
            read_reading(journal, journal->places[0], number, ret_bytes, room, ret_bin);
        if (length != 0)
            *ret_number = number;
        if (length != 0 || journal->has_read_failed)
            return length;
        journal_forget(journal, 0); // rotten: the others are not to wait for it
    }
    return 0;
}

bool journal_remove(struct journal *journal, uint32_t number)
{
    if (!journal_is_waiting(journal, number))
        return journal->is_open;
    const struct journal_piece piece = removal_of(&number);
    return journal_append(journal, &piece, 1);
}

size_t journal_newest(struct journal *journal, unsigned bin, void *ret_bytes, size_t room)
{
    unsigned same;
    if (bin >= JOURNAL_BINS)
        return 0;
    return read_reading(journal, journal->newest[bin], journal->newest_numbers[bin], ret_bytes,
                        room, &same);
}

unsigned journal_waiting(const struct journal *journal)
{
    return journal->waiting;
}

uint32_t journal_dropped(const struct journal *journal)
{
    return journal->dropped;
}
