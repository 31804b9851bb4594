// scale_keep.c - what a scale remembers over a loss of power.
//
// Ids of requests only grow, but those of heartbeats are kept nowhere. So the ids of each start begin behind all that
// could have been made before: no id is further ahead of the time kept in flash than DEVICE_CLOCK_KEEP_MS, and each start
// begins at least a millisecond behind the beginning of the last.
#include "scale_scope.h"

#include <string.h>

enum { JUMP_MS = 60000 }; // of the time, that the status is worth being told again

bool scale_has_kept(struct scale *scale, bool is_kept)
{
    if (!is_kept)
        scale->counts.flash_failures++;
    return is_kept;
}

bool scale_store(struct scale *scale, enum record_key key, const void *record, size_t length)
{
    return scale_has_kept(scale, journal_store(&scale->journal, key, record, length));
}

// All zero where there is none, or one that another release wrote.
static bool load(struct scale *scale, enum record_key key, void *ret_record, size_t length,
                 const uint32_t *format)
{
    if (journal_load(&scale->journal, key, ret_record, length) == length
        && *format == RECORD_FORMAT)
        return true;
    memset(ret_record, 0, length);
    return false;
}

// ---- time and ids

static void store_clock(struct scale *scale)
{
    const struct record_clock record = {
        .wall_ms = scale->clock.wall_ms,
        .first_id_ms = scale->first_id_ms,
        .format = RECORD_FORMAT,
    };

    if (scale_store(scale, RECORD_CLOCK, &record, sizeof record))
        device_clock_kept(&scale->clock);
}

void scale_keep_time(struct scale *scale)
{
    if (device_clock_wants_keeping(&scale->clock))
        store_clock(scale);
}

// What was stamped before the first word of the gateway was stamped too early.
void scale_hear_time(struct scale *scale, int64_t wall_ms)
{
    const int64_t before_ms = scale->clock.wall_ms;

    device_clock_tell(&scale->clock, wall_ms);
    scale->online_since_ms += scale->clock.wall_ms - before_ms;
    if (scale->clock.wall_ms - before_ms >= JUMP_MS)
        scale->is_status_due = true;
}

static void make_id(struct scale *scale, int64_t wall_ms)
{
    uint8_t random[UUID_RANDOM_BYTES];

    hal_random(scale->hal, random, sizeof random);
    uuid_next(&scale->last_id, wall_ms, random);
}

struct uuid scale_next_id(struct scale *scale)
{
    const int64_t most_ms = scale->clock.kept_ms + DEVICE_CLOCK_KEEP_MS;

    make_id(scale, scale->clock.wall_ms < most_ms ? scale->clock.wall_ms : most_ms);
    return scale->last_id;
}

static void recall_clock(struct scale *scale)
{
    struct record_clock kept = { 0 };

    (void)load(scale, RECORD_CLOCK, &kept, sizeof kept, &kept.format);
    device_clock_init(&scale->clock, scale->identity->build_time_s, kept.wall_ms, scale->now_ms);
    scale->first_id_ms = kept.wall_ms + DEVICE_CLOCK_KEEP_MS + 1;
    if (scale->first_id_ms <= kept.first_id_ms)
        scale->first_id_ms = kept.first_id_ms + 1;
    store_clock(scale);
    make_id(scale, scale->first_id_ms);
}

// ---- settings and bins

bool scale_load_newest(struct scale *scale, unsigned channel, struct record_reading *ret_reading)
{
    union record_room room;

    if (journal_newest(&scale->journal, channel, &room, sizeof room) != sizeof *ret_reading
        || room.reading.format != RECORD_FORMAT)
        return false;
    *ret_reading = room.reading;
    return true;
}

void scale_begin_bin(struct scale *scale, unsigned channel)
{
    struct record_reading newest;
    const bool has_newest = scale_load_newest(scale, channel, &newest);
    struct bin *bin = &scale->bins[channel];

    bin_init(bin, channel, &scale->settings.channels[channel], has_newest ? &newest : NULL,
             &scale->drifts.channels[channel], scale->now_ms);
    bin->is_waiting = has_newest && journal_waiting(&scale->journal) > 0;
    bin->spoken_at_ms = scale->now_ms - SCALE_HEARTBEAT_MS + SCALE_HEARTBEAT_AGAIN_MS;
    if (has_newest)
        uuid_raise(&scale->last_id, &newest.id);
}

void scale_recall(struct scale *scale)
{
    struct record_settings settings = { 0 };

    (void)scale_has_kept(scale, journal_open(&scale->journal, scale->hal));
    recall_clock(scale);
    if (load(scale, RECORD_SETTINGS, &settings, sizeof settings, &settings.format))
        memcpy(&scale->settings, &settings.settings, sizeof scale->settings);
    (void)load(scale, RECORD_ANSWERS, &scale->answers, sizeof scale->answers,
               &scale->answers.format);
    (void)load(scale, RECORD_DRIFTS, &scale->drifts, sizeof scale->drifts, &scale->drifts.format);
    for (unsigned i = 0; i < HAL_CELLS; i++) {
        scale_begin_bin(scale, i);
        uuid_raise(&scale->last_id, &scale->answers.channels[i].id);
    }
}
