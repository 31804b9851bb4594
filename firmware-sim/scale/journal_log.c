#include "journal_log.h"

// All pages but the free one hold records.
enum { KEPT_PAGES = HAL_FLASH_PAGES - 1 };

// No group reaches beyond this unit.
enum { GROUP_UNITS = JOURNAL_PAGE_UNITS - JOURNAL_RESERVED_UNITS };

// Slots of the memory: each is the place of one record, or none. Those of the newest readings come last, since they
// share their records with those that wait.
enum {
    NEWEST_SLOTS = JOURNAL_STATES + JOURNAL_READINGS,
    SLOTS = NEWEST_SLOTS + JOURNAL_BINS,
};

static uint32_t sequence_of(const struct journal *journal, unsigned place)
{
    const uint32_t page = place / JOURNAL_PAGE_UNITS;
    return journal->sequence - (journal->sequence - page) % HAL_FLASH_PAGES;
}

bool journal_read_place(struct journal *journal, unsigned place, struct journal_record *ret_record)
{
    return place != 0
           && journal_record_read(journal, sequence_of(journal, place), place % JOURNAL_PAGE_UNITS,
                                  ret_record);
}

// Where the record of a slot is copied to: nowhere if it is rotten, nor if it need not be.
struct move {
    uint16_t *places; // of all slots
    unsigned unit;    // the next free one
};

static uint16_t *slot_place(struct journal *journal, unsigned slot)
{
    if (slot < JOURNAL_STATES)
        return &journal->states[slot];
    slot -= JOURNAL_STATES;
    if (slot < JOURNAL_READINGS)
        return &journal->places[slot];
    return &journal->newest[slot - JOURNAL_READINGS];
}

static bool copy(struct journal *journal, unsigned slot, bool is_kept, struct move *move)
{
    const uint32_t next = journal->sequence + 1;
    const unsigned place = *slot_place(journal, slot);
    struct journal_record record;
    move->places[slot] = (uint16_t)place;
    if (place / JOURNAL_PAGE_UNITS != (next + 1) % HAL_FLASH_PAGES)
        return true;
    move->places[slot] = 0;
    journal->has_read_failed = false;
    if (!journal_read_place(journal, place, &record))
        return !journal->has_read_failed;

    if (is_kept)
        record.kind = JOURNAL_KEPT;
    if (!journal_record_copy(journal, next, move->unit, record, place))
        return false;
    move->places[slot] = (uint16_t)journal_place(next, move->unit);
    move->unit += journal_record_units(record.length);
    return true;
}

// Copies to the page that is being begun what still holds of the oldest one.
static bool copy_all(struct journal *journal, struct move *move)
{
    for (unsigned slot = 0; slot < NEWEST_SLOTS; slot++)
        if ((slot < JOURNAL_STATES || slot - JOURNAL_STATES < journal->waiting)
            && !copy(journal, slot, false, move))
            return false;
    for (unsigned bin = 0; bin < JOURNAL_BINS; bin++) {
        const uint32_t number = journal->newest_numbers[bin];
        if (journal_is_waiting(journal, number))
            move->places[NEWEST_SLOTS + bin] =
                move->places[JOURNAL_STATES + journal_position(journal, number)];
        else if (!copy(journal, NEWEST_SLOTS + bin, true, move))
            return false;
    }
    return true;
}

static void adopt(struct journal *journal, const struct move *move)
{
    for (unsigned slot = 0; slot < SLOTS; slot++)
        *slot_place(journal, slot) = move->places[slot];
    for (unsigned i = journal->waiting; i-- > 0;)
        if (journal->places[i] == 0)
            journal_forget(journal, i);
}

// Goes on to the next page. What is copied from one page fits into another: both have a header and a mark. If it fails,
// nothing is written any more behind what is there: if its mark was begun, the next page may look whole some
// time, and must not hide anything then.
static bool turn(struct journal *journal)
{
    const uint32_t next = journal->sequence + 1;
    uint16_t places[SLOTS] = { 0 };
    struct move move = { .places = places, .unit = JOURNAL_HEADER_UNITS };
    journal->is_left = true;
    if (!journal_page_begin(journal, next) || !copy_all(journal, &move)
        || !journal_mark_write(journal, next, move.unit, JOURNAL_MARK, JOURNAL_HEADER_UNITS))
        return false;
    adopt(journal, &move);
    journal->sequence = next;
    journal->is_left = false;
    journal->head = journal->end = (uint16_t)(move.unit + 1);
    return true;
}

// If there were no room even in a page that has just taken over, and so in all of them, more would have to be kept than
// there can be: so this ends.
enum {
    LARGEST_STATE = 1 + JOURNAL_RECORD_BYTES / HAL_FLASH_UNIT_BYTES,
    LARGEST_READING = 2 + JOURNAL_READING_BYTES / HAL_FLASH_UNIT_BYTES,
    MOST_KEPT =
        JOURNAL_STATES * LARGEST_STATE + (JOURNAL_READINGS + JOURNAL_BINS) * LARGEST_READING,
    MOST_WITHOUT_ROOM = GROUP_UNITS - JOURNAL_HEADER_UNITS - 1 - LARGEST_STATE,
};
_Static_assert(KEPT_PAGES *MOST_WITHOUT_ROOM > MOST_KEPT, "the pages hold all that is kept");

static bool make_room(struct journal *journal, unsigned units)
{
    for (unsigned turns = 0; journal->is_left || journal->head + units > GROUP_UNITS; turns++)
        if (turns == KEPT_PAGES || !turn(journal))
            return false;
    return true;
}

static bool write_group(struct journal *journal, const struct journal_piece *pieces, unsigned count)
{
    unsigned unit = journal->head;
    for (unsigned i = 0; i < count; i++) {
        const struct journal_piece *piece = &pieces[i];
        if (!journal_record_write(journal, journal->sequence, unit, piece->record, piece->bytes))
            return false;
        unit += journal_record_units(piece->record.length);
    }
    if (!journal_mark_write(journal, journal->sequence, unit, JOURNAL_MARK, journal->head))
        return false;
    journal->head = journal->end = (uint16_t)(unit + 1);
    return true;
}

static unsigned units_of(const struct journal_piece *pieces, unsigned count)
{
    unsigned units = 1;
    for (unsigned i = 0; i < count; i++)
        units += journal_record_units(pieces[i].record.length);
    return units;
}

bool journal_append(struct journal *journal, const struct journal_piece *pieces, unsigned count)
{
    const unsigned units = units_of(pieces, count);
    bool is_written = false;
    for (unsigned tries = 0; tries < 2 && !is_written; tries++) {
        if (!journal->is_open || !make_room(journal, units))
            return false;
        is_written = write_group(journal, pieces, count);
        if (!is_written) {
            journal->is_left = true;
            journal->head = (uint16_t)(journal->head + units);
        }
    }
    if (!is_written)
        return false;
    unsigned unit = journal->end - units;
    for (unsigned i = 0; i < count; i++) {
        journal_apply(journal, &pieces[i].record, pieces[i].number,
                      journal_place(journal->sequence, unit));
        unit += journal_record_units(pieces[i].record.length);
    }
    return true;
}

// Whether a page took over what it had to: it has a mark. If it has no other, power may have failed in that one: an
// opening that did not find it then resumed in the page before, and that counts.
static bool has_taken_over(struct journal *journal, const struct journal_page *page,
                           struct journal_extent *ret_extent)
{
    return journal_page_survey(journal, page->sequence, ret_extent)
           && (ret_extent->marks > 1
               || !journal_page_was_resumed(journal, page->sequence - 1, page->previous_head));
}

// The page that was being written: the last one that has taken over. 0: there is none.
static uint32_t find_last(struct journal *journal, struct journal_extent *ret_extent)
{
    uint32_t limit = UINT32_MAX;
    for (;;) {
        struct journal_page last = { 0 }, header;
        for (unsigned page = 0; page < HAL_FLASH_PAGES; page++)
            if (journal_page_read(journal, page, &header) && header.sequence < limit
                && header.sequence > last.sequence)
                last = header;
        if (last.sequence == 0 || has_taken_over(journal, &last, ret_extent))
            return last.sequence;
        limit = last.sequence;
    }
}

// Applies what counts in a page.
static void load_page(struct journal *journal, uint32_t sequence,
                      const struct journal_extent *extent)
{
    struct journal_record record;
    for (unsigned unit = JOURNAL_HEADER_UNITS; unit < extent->end; unit++) {
        if (!journal_extent_counts(extent, unit)
            || !journal_record_read(journal, sequence, unit, &record))
            continue;
        const unsigned place = journal_place(sequence, unit);
        uint32_t number = 0;
        if (record.kind == JOURNAL_STATE
            || journal_bytes_read(journal, place, 0, &number, sizeof number))
            journal_apply(journal, &record, number, place);
        unit += journal_record_units(record.length) - 1;
    }
}

static void load(struct journal *journal, const struct journal_extent *last)
{
    for (uint32_t back = KEPT_PAGES; back-- > 0;) {
        const uint32_t sequence = journal->sequence - back;
        struct journal_page header, next;
        struct journal_extent extent = *last;
        if (!journal_page_read(journal, sequence % HAL_FLASH_PAGES, &header)
            || header.sequence != sequence)
            continue;
        if (header.next_number > journal->next_number)
            journal->next_number = header.next_number;
        if (back != 0) {
            // Of a page that was left in peace all counts, whatever has become of its marks since.
            (void)journal_page_survey(journal, sequence, &extent);
            extent.end = JOURNAL_PAGE_UNITS;
            if (journal_page_read(journal, (sequence + 1) % HAL_FLASH_PAGES, &next)
                && next.sequence == sequence + 1 && next.previous_end < extent.end)
                extent.end = (uint16_t)next.previous_end;
        }
        load_page(journal, sequence, &extent);
    }
}

// Tells behind all that was written, or may have been, what of it counts: the last mark may have been interrupted, and be
// whole now but not the next time. The unit in between may have been begun and look blank. And once more,
// since the first one may lie where an opening before this one was interrupted in the same way.
static bool resume(struct journal *journal, const struct journal_extent *extent)
{
    const unsigned unit = extent->blank + 1U;
    journal->end = extent->end;
    journal->head = (uint16_t)(unit + 2);
    if (unit + 2 > JOURNAL_PAGE_UNITS
        || !journal_mark_write(journal, journal->sequence, unit, JOURNAL_RESUMED, extent->end)
        || !journal_mark_write(journal, journal->sequence, unit + 1, JOURNAL_RESUMED, extent->end))
        return turn(journal);
    journal->end = journal->head;
    return true;
}

bool journal_open(struct journal *journal, struct hal *hal)
{
    struct journal_extent extent = { 0 };
    *journal = (struct journal){ .hal = hal, .next_number = 1 };
    journal->sequence = find_last(journal, &extent);
    if (journal->sequence != 0)
        load(journal, &extent);
    if (journal->has_read_failed) {
        *journal = (struct journal){ .hal = hal };
        return false;
    }
    journal->is_open = true;
    if (journal->sequence == 0) {
        journal->sequence = HAL_FLASH_PAGES - 1;
        return turn(journal);
    }
    return resume(journal, &extent);
}
