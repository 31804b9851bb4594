#include "pipe.h"

#include <string.h>

enum { GIVES_UP_AFTER_US = 10000000 };

void pipe_init(struct pipe *pipe, const struct pipe_faults *faults, const struct pipe_peer *peer,
               uint64_t seed)
{
    memset(pipe, 0, sizeof *pipe);
    pipe->faults = *faults;
    pipe->peer = *peer;
    pipe->opens_at_us = -1;
    chance_init(&pipe->chance, seed, 3);
}

// ---- one direction

static struct pipe_segment *segment(struct pipe_way *way, size_t index)
{
    return &way->segments[(way->first_segment + index) % PIPE_SEGMENTS];
}

static void clear(struct pipe_way *way)
{
    way->length = 0;
    way->segment_count = 0;
}

static void put_bytes(struct pipe_way *way, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        way->bytes[(way->first + way->length + i) % PIPE_BYTES] = bytes[i];
    way->length += length;
}

static size_t take_bytes(struct pipe_way *way, uint8_t *ret_bytes, size_t room)
{
    struct pipe_segment *first = segment(way, 0);
    const size_t length = first->length < room ? first->length : room;
    for (size_t i = 0; i < length; i++)
        ret_bytes[i] = way->bytes[(way->first + i) % PIPE_BYTES];
    way->first = (way->first + length) % PIPE_BYTES;
    way->length -= length;
    first->length -= length;
    if (first->length == 0) {
        way->first_segment = (way->first_segment + 1) % PIPE_SEGMENTS;
        way->segment_count--;
    }
    return length;
}

// Never before what was sent earlier.
static int64_t arrival(struct pipe *pipe, struct pipe_way *way)
{
    int64_t at_us = pipe->now_us + pipe->faults.latency_us
                    + chance_between(&pipe->chance, 0, pipe->faults.jitter_us);
    if (chance_hits(&pipe->chance, pipe->faults.stall_permyriad))
        at_us += pipe->faults.stall_us;
    if (way->segment_count == 0)
        return at_us;
    const int64_t last_us = segment(way, way->segment_count - 1)->at_us;
    return at_us > last_us ? at_us : last_us;
}

// The last place is kept for the end of the connection.
static bool put_segment(struct pipe *pipe, struct pipe_way *way, const uint8_t *bytes,
                        size_t length)
{
    if (way->segment_count + 1 >= PIPE_SEGMENTS || length > PIPE_BYTES - way->length)
        return false;
    struct pipe_segment sent = { .at_us = arrival(pipe, way), .length = length };
    if (chance_hits(&pipe->chance, pipe->faults.cut_permyriad))
        sent = (struct pipe_segment){ .at_us = sent.at_us, .is_end = true };
    else
        put_bytes(way, bytes, length);
    *segment(way, way->segment_count++) = sent;
    return true;
}

static void put_end(struct pipe *pipe, struct pipe_way *way)
{
    if (way->segment_count == PIPE_SEGMENTS)
        way->segment_count--; // that is an end as well
    const int64_t at_us = arrival(pipe, way);
    *segment(way, way->segment_count++) = (struct pipe_segment){ .at_us = at_us, .is_end = true };
}

static size_t put(struct pipe *pipe, struct pipe_way *way, const uint8_t *bytes, size_t length)
{
    const size_t most = pipe->faults.segment_bytes > 0 ? pipe->faults.segment_bytes : PIPE_BYTES;
    size_t put_length = 0;
    while (put_length < length) {
        size_t part = length - put_length < most ? length - put_length : most;
        if (!put_segment(pipe, way, bytes + put_length, part))
            break;
        put_length += part;
    }
    return put_length;
}

static bool has_arrived(struct pipe *pipe, struct pipe_way *way)
{
    return !pipe->is_unplugged && way->segment_count > 0 && segment(way, 0)->at_us <= pipe->now_us;
}

// ---- the board's side

static void advance(struct pipe *pipe, int64_t at_us)
{
    if (at_us > pipe->now_us)
        pipe->now_us = at_us;
}

static void leave_peer(struct pipe *pipe)
{
    clear(&pipe->up);
    if (!pipe->is_joined)
        return;
    pipe->is_joined = false;
    if (pipe->peer.on_close != NULL)
        pipe->peer.on_close(pipe->peer.context);
}

static void begin_opening(struct pipe *pipe)
{
    pipe->is_refused =
        pipe->is_unplugged || chance_hits(&pipe->chance, pipe->faults.refuse_permyriad);
    pipe->opens_at_us =
        pipe->now_us
        + (pipe->is_unplugged ? GIVES_UP_AFTER_US : 2 * (int64_t)pipe->faults.latency_us);
}

static enum hal_net open_pipe(void *context, int64_t now_s, int64_t at_us)
{
    struct pipe *pipe = context;
    (void)now_s; // there is no certificate
    advance(pipe, at_us);
    if (pipe->is_open)
        return HAL_NET_READY;
    if (pipe->opens_at_us < 0)
        begin_opening(pipe);
    if (pipe->now_us < pipe->opens_at_us)
        return HAL_NET_BUSY;
    pipe->opens_at_us = -1;
    if (pipe->is_refused)
        return HAL_NET_FAILED;
    leave_peer(pipe); // of an earlier connection, whose end is still on its way
    clear(&pipe->down);
    pipe->is_open = true;
    pipe->is_joined = true;
    pipe->opened++;
    if (pipe->peer.on_open != NULL)
        pipe->peer.on_open(pipe->peer.context);
    return HAL_NET_READY;
}

static int read_pipe(void *context, void *ret_bytes, size_t length, int64_t at_us)
{
    struct pipe *pipe = context;
    advance(pipe, at_us);
    if (!pipe->is_open)
        return -1;
    if (length == 0 || !has_arrived(pipe, &pipe->down))
        return 0;
    if (segment(&pipe->down, 0)->is_end) {
        pipe->is_open = false;
        clear(&pipe->down);
        return -1;
    }
    return (int)take_bytes(&pipe->down, ret_bytes, length);
}

static int write_pipe(void *context, const void *bytes, size_t length, int64_t at_us)
{
    struct pipe *pipe = context;
    advance(pipe, at_us);
    return pipe->is_open ? (int)put(pipe, &pipe->up, bytes, length) : -1;
}

// What was written before is still delivered.
static void close_pipe(void *context, int64_t at_us)
{
    struct pipe *pipe = context;
    advance(pipe, at_us);
    pipe->is_open = false;
    pipe->opens_at_us = -1;
    clear(&pipe->down);
    if (pipe->is_joined)
        put_end(pipe, &pipe->up);
}

// ---- the peer's side

static void hand_over(struct pipe *pipe)
{
    uint8_t bytes[2048];
    if (segment(&pipe->up, 0)->is_end) {
        put_end(pipe, &pipe->down);
        leave_peer(pipe);
        return;
    }
    const size_t length = take_bytes(&pipe->up, bytes, sizeof bytes);
    if (pipe->is_joined && pipe->peer.on_bytes != NULL)
        pipe->peer.on_bytes(pipe->peer.context, bytes, length);
}

void pipe_pass(struct pipe *pipe, int64_t until_us)
{
    advance(pipe, until_us);
    while (has_arrived(pipe, &pipe->up))
        hand_over(pipe);
}

bool pipe_answer(struct pipe *pipe, const void *bytes, size_t length)
{
    const size_t most = pipe->faults.segment_bytes > 0 ? pipe->faults.segment_bytes : PIPE_BYTES;
    const size_t segments = (length + most - 1) / most;
    if (!pipe->is_joined || length > PIPE_BYTES - pipe->down.length
        || pipe->down.segment_count + segments + 1 >= PIPE_SEGMENTS)
        return false;
    (void)put(pipe, &pipe->down, bytes, length); // there is room
    return true;
}

void pipe_hang_up(struct pipe *pipe)
{
    if (!pipe->is_joined)
        return;
    pipe->is_joined = false;
    put_end(pipe, &pipe->down);
}

void pipe_unplug(struct pipe *pipe, bool is_unplugged)
{
    pipe->is_unplugged = is_unplugged;
}

// ---- as a network

static void pass(void *context, int64_t until_us)
{
    pipe_pass(context, until_us);
}

static int64_t first_us(const struct pipe_way *way)
{
    return way->segment_count == 0 ? INT64_MAX : way->segments[way->first_segment].at_us;
}

static int64_t next_us(const void *context)
{
    const struct pipe *pipe = context;
    int64_t next = pipe->opens_at_us < 0 ? INT64_MAX : pipe->opens_at_us;
    if (pipe->is_unplugged)
        return next;
    next = next < first_us(&pipe->up) ? next : first_us(&pipe->up);
    return !pipe->is_open || next < first_us(&pipe->down) ? next : first_us(&pipe->down);
}

struct network pipe_network(struct pipe *pipe)
{
    return (struct network){ .connect = open_pipe,
                             .read = read_pipe,
                             .write = write_pipe,
                             .close = close_pipe,
                             .pass = pass,
                             .next_us = next_us,
                             .context = pipe };
}
