#include "journal_page.h"

#include <string.h>

enum { UNIT = HAL_FLASH_UNIT_BYTES, PIECE_BYTES = 32 };

static const uint32_t page_magic = 0x314e524a;

_Static_assert(sizeof(struct journal_record) == UNIT, "a record's head is one unit");
_Static_assert(JOURNAL_PAGE_UNITS - 1 <= UINT8_MAX, "a mark tells a unit in one byte");
_Static_assert(sizeof(struct journal_page) == JOURNAL_HEADER_UNITS * UNIT, "as is in the flash");

// CRC-32 as of Ethernet, four bits at a time: a table of a kilobyte is too much here.
static uint32_t crc_of(uint32_t crc, const void *bytes, size_t length)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    const uint8_t *byte = bytes;

    crc = ~crc;
    for (size_t i = 0; i < length; i++) {
        crc ^= byte[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

unsigned journal_place(uint32_t sequence, unsigned unit)
{
    return (unsigned)(sequence % HAL_FLASH_PAGES) * JOURNAL_PAGE_UNITS + unit;
}

unsigned journal_record_units(size_t length)
{
    return 1 + (unsigned)((length + UNIT - 1) / UNIT);
}

static bool read_flash(struct journal *journal, unsigned place, size_t at, void *ret_bytes,
                       size_t length)
{
    const uint32_t offset = place * UNIT + (uint32_t)at;
    if (hal_flash_read(journal->hal, offset, ret_bytes, length))
        return true;
    journal->has_read_failed = true;
    return false;
}

bool journal_bytes_read(struct journal *journal, unsigned place, size_t at, void *ret_bytes,
                        size_t length)
{
    return read_flash(journal, place, UNIT + at, ret_bytes, length);
}

static uint32_t seed_of(uint32_t sequence, unsigned unit)
{
    const uint8_t where[] = { (uint8_t)sequence,
                              (uint8_t)(sequence >> 8),
                              (uint8_t)(sequence >> 16),
                              (uint8_t)(sequence >> 24),
                              (uint8_t)unit,
                              (uint8_t)(unit >> 8) };
    return crc_of(0, where, sizeof where);
}

static bool crc_of_flash(struct journal *journal, unsigned place, size_t at, size_t length,
                         uint32_t *crc)
{
    uint8_t piece[PIECE_BYTES];
    for (size_t done = 0; done < length;) {
        const size_t part = length - done < sizeof piece ? length - done : sizeof piece;
        if (!read_flash(journal, place, at + done, piece, part))
            return false;
        *crc = crc_of(*crc, piece, part);
        done += part;
    }
    return true;
}

bool journal_page_read(struct journal *journal, unsigned page, struct journal_page *ret_header)
{
    struct journal_page header;
    if (!read_flash(journal, page * JOURNAL_PAGE_UNITS, 0, &header, sizeof header)
        || header.magic != page_magic || header.sequence < HAL_FLASH_PAGES
        || header.sequence % HAL_FLASH_PAGES != page
        || header.crc != crc_of(0, &header, offsetof(struct journal_page, crc)))
        return false;
    *ret_header = header;
    return true;
}

static bool is_plausible(const struct journal_record *record)
{
    static const struct {
        uint16_t shortest, longest;
        uint8_t ids;
    } kinds[] = {
        [JOURNAL_STATE] = { 0, JOURNAL_RECORD_BYTES, JOURNAL_STATES },
        [JOURNAL_WAITING] = { 5, 4 + JOURNAL_READING_BYTES, JOURNAL_BINS },
        [JOURNAL_KEPT] = { 5, 4 + JOURNAL_READING_BYTES, JOURNAL_BINS },
        [JOURNAL_REMOVED] = { 4, 4, 1 },
    };
    return record->kind < sizeof kinds / sizeof kinds[0] && record->id < kinds[record->kind].ids
           && record->length >= kinds[record->kind].shortest
           && record->length <= kinds[record->kind].longest;
}

// A record's head, whatever follows it.
static bool read_head(struct journal *journal, uint32_t sequence, unsigned unit,
                      struct journal_record *ret_record)
{
    return unit < JOURNAL_PAGE_UNITS
           && read_flash(journal, journal_place(sequence, unit), 0, ret_record, sizeof *ret_record)
           && is_plausible(ret_record)
           && unit + journal_record_units(ret_record->length) < JOURNAL_PAGE_UNITS;
}

bool journal_record_read(struct journal *journal, uint32_t sequence, unsigned unit,
                         struct journal_record *ret_record)
{
    struct journal_record record;
    if (!read_head(journal, sequence, unit, &record))
        return false;
    uint32_t crc = crc_of(seed_of(sequence, unit), &record, offsetof(struct journal_record, crc));
    if (!crc_of_flash(journal, journal_place(sequence, unit), UNIT, record.length, &crc)
        || crc != record.crc)
        return false;
    *ret_record = record;
    return true;
}

// Of a mark, or a resumption, and of the whole group if it is one.
static bool mark_crc(struct journal *journal, uint32_t sequence, unsigned unit,
                     const struct journal_record *mark, uint32_t *ret_crc)
{
    const unsigned units = mark->kind == JOURNAL_MARK ? unit - mark->id : 0;
    *ret_crc = crc_of(seed_of(sequence, unit), mark, offsetof(struct journal_record, crc));
    return crc_of_flash(journal, journal_place(sequence, mark->id), 0, (size_t)units * UNIT,
                        ret_crc);
}

static bool read_mark(struct journal *journal, uint32_t sequence, unsigned unit,
                      enum journal_kind kind, unsigned *ret_id)
{
    struct journal_record mark;
    uint32_t crc;
    if (!read_flash(journal, journal_place(sequence, unit), 0, &mark, sizeof mark)
        || mark.kind != kind || mark.length != 0 || mark.id < JOURNAL_HEADER_UNITS || mark.id > unit
        || !mark_crc(journal, sequence, unit, &mark, &crc) || crc != mark.crc)
        return false;
    *ret_id = mark.id;
    return true;
}

static bool is_blank(struct journal *journal, uint32_t sequence, unsigned unit)
{
    uint8_t bytes[UNIT];
    if (!read_flash(journal, journal_place(sequence, unit), 0, bytes, sizeof bytes))
        return false;
    for (unsigned i = 0; i < sizeof bytes; i++)
        if (bytes[i] != 0xff)
            return false;
    return true;
}

static unsigned blank_from(struct journal *journal, uint32_t sequence)
{
    unsigned unit = JOURNAL_PAGE_UNITS;
    while (unit > 0 && is_blank(journal, sequence, unit - 1))
        unit--;
    return unit;
}

static bool is_void(const struct journal_extent *extent, unsigned unit)
{
    return (extent->voids[unit / 8] >> unit % 8 & 1) != 0;
}

bool journal_extent_counts(const struct journal_extent *extent, unsigned unit)
{
    return unit < extent->end && !is_void(extent, unit);
}

// Backwards, as a later resumption may take back an earlier one.
static void survey_resumptions(struct journal *journal, uint32_t sequence,
                               struct journal_extent *extent)
{
    unsigned id;
    for (unsigned unit = extent->blank; unit-- > JOURNAL_HEADER_UNITS;) {
        if (is_void(extent, unit) || !read_mark(journal, sequence, unit, JOURNAL_RESUMED, &id))
            continue;
        extent->marks++;
        if (id > extent->end)
            extent->end = (uint16_t)id;
        for (unsigned i = id; i < unit; i++)
            extent->voids[i / 8] |= (uint8_t)(1U << i % 8);
    }
}

static void survey_groups(struct journal *journal, uint32_t sequence, struct journal_extent *extent)
{
    struct journal_record record;
    unsigned id;
    for (unsigned unit = JOURNAL_HEADER_UNITS; unit < extent->blank; unit++) {
        if (is_void(extent, unit))
            continue;
        if (journal_record_read(journal, sequence, unit, &record)) {
            unit += journal_record_units(record.length) - 1;
        } else if (read_mark(journal, sequence, unit, JOURNAL_MARK, &id)) {
            extent->marks++;
            if (unit >= extent->end)
                extent->end = (uint16_t)(unit + 1);
        }
    }
}

// A record's units may be programmed and look blank, as bytes of 0xff do: all of an interrupted one are passed over.
static void pass_interrupted(struct journal *journal, uint32_t sequence,
                             struct journal_extent *extent)
{
    struct journal_record record;
    unsigned unit = extent->end;
    while (read_head(journal, sequence, unit, &record))
        unit += journal_record_units(record.length);
    if (unit > extent->blank)
        extent->blank = (uint16_t)unit;
}

bool journal_page_survey(struct journal *journal, uint32_t sequence,
                         struct journal_extent *ret_extent)
{
    *ret_extent = (struct journal_extent){ 0 };
    ret_extent->blank = (uint16_t)blank_from(journal, sequence);
    survey_resumptions(journal, sequence, ret_extent);
    survey_groups(journal, sequence, ret_extent);
    pass_interrupted(journal, sequence, ret_extent);
    return ret_extent->end != 0;
}

bool journal_page_was_resumed(struct journal *journal, uint32_t sequence, unsigned from)
{
    struct journal_page header;
    unsigned id;
    if (!journal_page_read(journal, sequence % HAL_FLASH_PAGES, &header)
        || header.sequence != sequence)
        return false;
    for (unsigned unit = from; unit < JOURNAL_PAGE_UNITS; unit++)
        if (read_mark(journal, sequence, unit, JOURNAL_RESUMED, &id))
            return true;
    return false;
}

// One call a unit: which of several is programmed first is the board's affair.
static bool program(struct journal *journal, unsigned place, const void *unit)
{
    return hal_flash_program(journal->hal, place * UNIT, unit, UNIT);
}

bool journal_page_begin(struct journal *journal, uint32_t sequence)
{
    const unsigned page = sequence % HAL_FLASH_PAGES;
    struct journal_page header = {
        .magic = page_magic,
        .sequence = sequence,
        .next_number = journal->next_number,
        .previous_end = journal->end,
        .previous_head = journal->head,
    };
    header.crc = crc_of(0, &header, offsetof(struct journal_page, crc));
    if (!hal_flash_erase(journal->hal, page) || blank_from(journal, sequence) != 0)
        return false;

    uint8_t bytes[sizeof header];
    memcpy(bytes, &header, sizeof bytes);
    for (unsigned unit = 0; unit < JOURNAL_HEADER_UNITS; unit++)
        if (!program(journal, journal_place(sequence, unit), bytes + unit * UNIT))
            return false;
    return journal_page_read(journal, page, &header) && header.sequence == sequence;
}

// Where a record's bytes come from: memory, or else another record.
struct source {
    const uint8_t *bytes;
    unsigned place;
};

static bool fetch(struct journal *journal, const struct source *source, size_t at, void *ret_bytes,
                  size_t length)
{
    if (source->bytes == NULL)
        return journal_bytes_read(journal, source->place, at, ret_bytes, length);
    memcpy(ret_bytes, source->bytes + at, length);
    return true;
}

static bool write_record(struct journal *journal, uint32_t sequence, unsigned unit,
                         struct journal_record record, const struct source *source)
{
    uint8_t bytes[UNIT];
    record.crc = crc_of(seed_of(sequence, unit), &record, offsetof(struct journal_record, crc));
    for (size_t at = 0; at < record.length; at += UNIT) {
        const size_t part = record.length - at < UNIT ? record.length - at : UNIT;
        if (!fetch(journal, source, at, bytes, part))
            return false;
        record.crc = crc_of(record.crc, bytes, part);
    }
    const unsigned place = journal_place(sequence, unit);
    if (!program(journal, place, &record))
        return false;
    for (size_t at = 0; at < record.length; at += UNIT) {
        const size_t part = record.length - at < UNIT ? record.length - at : UNIT;
        memset(bytes, 0xff, sizeof bytes);
        if (!fetch(journal, source, at, bytes, part)
            || !program(journal, place + 1 + (unsigned)(at / UNIT), bytes))
            return false;
    }
    struct journal_record written;
    return journal_record_read(journal, sequence, unit, &written)
           && memcmp(&written, &record, sizeof record) == 0;
}

bool journal_record_write(struct journal *journal, uint32_t sequence, unsigned unit,
                          struct journal_record record, const void *bytes)
{
    const struct source source = { .bytes = bytes };
    return write_record(journal, sequence, unit, record, &source);
}

bool journal_record_copy(struct journal *journal, uint32_t sequence, unsigned unit,
                         struct journal_record record, unsigned from_place)
{
    const struct source source = { .place = from_place };
    return write_record(journal, sequence, unit, record, &source);
}

bool journal_mark_write(struct journal *journal, uint32_t sequence, unsigned unit,
                        enum journal_kind kind, unsigned id)
{
    struct journal_record mark = { .kind = (uint8_t)kind, .id = (uint8_t)id };
    unsigned same;
    return mark_crc(journal, sequence, unit, &mark, &mark.crc)
           && program(journal, journal_place(sequence, unit), &mark)
           && read_mark(journal, sequence, unit, kind, &same);
}
