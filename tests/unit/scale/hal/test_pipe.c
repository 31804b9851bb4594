// The network in memory: a byte stream, whatever befalls it.
#include "pipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { MS = 1000 };

// A peer that remembers, and echoes where it is told to.
struct peer {
    struct pipe *pipe;
    uint8_t heard[PIPE_BYTES];
    size_t length;
    int opened;
    int closed;
    bool is_echo;
};

struct line {
    struct pipe pipe;
    struct peer peer;
    struct network network;
};

static void on_open(void *context)
{
    ((struct peer *)context)->opened++;
}

static void on_bytes(void *context, const uint8_t *bytes, size_t length)
{
    struct peer *peer = context;
    assert_true(length <= sizeof peer->heard - peer->length);
    memcpy(peer->heard + peer->length, bytes, length);
    peer->length += length;
    if (peer->is_echo)
        assert_true(pipe_answer(peer->pipe, bytes, length));
}

static void on_close(void *context)
{
    ((struct peer *)context)->closed++;
}

static struct line *lay(const struct pipe_faults *faults, uint64_t seed)
{
    static struct line line;
    memset(&line, 0, sizeof line);
    line.peer.pipe = &line.pipe;
    const struct pipe_peer peer = { on_open, on_bytes, on_close, &line.peer };
    pipe_init(&line.pipe, faults, &peer, seed);
    line.network = pipe_network(&line.pipe);
    return &line;
}

static enum hal_net reach(struct line *line, int64_t at_us)
{
    return line->network.connect(&line->pipe, 0, at_us);
}

static int hear(struct line *line, void *ret_bytes, size_t room, int64_t at_us)
{
    line->network.pass(&line->pipe, at_us);
    return line->network.read(&line->pipe, ret_bytes, room, at_us);
}

static int say(struct line *line, const char *text, int64_t at_us)
{
    return line->network.write(&line->pipe, text, strlen(text), at_us);
}

static void bytes_take_their_time_there_and_back(void **state)
{
    (void)state;
    struct line *line = lay(&(struct pipe_faults){ .latency_us = 10 * MS }, 1);
    char bytes[16];
    line->peer.is_echo = true;
    assert_int_equal(reach(line, 0), HAL_NET_BUSY);
    assert_int_equal(line->network.next_us(&line->pipe), 20 * MS);
    assert_int_equal(reach(line, 20 * MS), HAL_NET_READY);
    assert_int_equal(line->peer.opened, 1);

    assert_int_equal(say(line, "hello", 20 * MS), 5);
    assert_int_equal(hear(line, bytes, sizeof bytes, 29 * MS), 0);
    assert_int_equal(line->peer.length, 0);
    assert_int_equal(hear(line, bytes, sizeof bytes, 30 * MS), 0);
    assert_int_equal(line->peer.length, 5);
    assert_int_equal(line->network.next_us(&line->pipe), 40 * MS);
    assert_int_equal(hear(line, bytes, 3, 40 * MS), 3);
    assert_int_equal(hear(line, bytes + 3, 13, 40 * MS), 2);
    assert_memory_equal(bytes, "hello", 5);
}

static void a_byte_at_a_time_is_the_same_stream(void **state)
{
    (void)state;
    struct line *line = lay(&(struct pipe_faults){ .segment_bytes = 1, .jitter_us = 5 * MS }, 2);
    char bytes[64];
    (void)reach(line, 0);
    assert_int_equal(say(line, "in this order", 0), 13);
    line->network.pass(&line->pipe, 1000 * MS);
    assert_int_equal(line->peer.length, 13);
    assert_memory_equal(line->peer.heard, "in this order", 13);
    assert_true(pipe_answer(&line->pipe, "ab", 2));
    assert_int_equal(hear(line, bytes, sizeof bytes, 2000 * MS), 1);
    assert_int_equal(hear(line, bytes, sizeof bytes, 2000 * MS), 1);
    assert_int_equal(bytes[0], 'b');
}

static void a_refused_connection_fails_and_the_next_may_succeed(void **state)
{
    (void)state;
    struct line *line = lay(&(struct pipe_faults){ .refuse_permyriad = 5000 }, 3);
    int failed = 0;
    int ready = 0;
    for (int i = 0; i < 100; i++) {
        const enum hal_net result = reach(line, i * MS);
        failed += result == HAL_NET_FAILED;
        ready += result == HAL_NET_READY;
        line->network.close(&line->pipe, i * MS);
    }
    assert_int_equal(failed + ready, 100);
    assert_true(failed > 30 && ready > 30);
    assert_int_equal(line->peer.opened, ready);
}

static void a_cut_ends_it_for_both_sides(void **state)
{
    (void)state;
    struct line *line = lay(&(struct pipe_faults){ .cut_permyriad = 10000 }, 4);
    char bytes[4];
    (void)reach(line, 0);
    assert_int_equal(say(line, "lost", 0), 4);
    assert_int_equal(hear(line, bytes, sizeof bytes, MS), -1);
    assert_int_equal(line->peer.length, 0);
    assert_int_equal(line->peer.closed, 1);
    assert_int_equal(say(line, "more", MS), -1);
    assert_int_equal(line->network.next_us(&line->pipe), INT64_MAX);
}

static void a_pulled_cable_is_silence_and_all_comes_when_it_is_back(void **state)
{
    (void)state;
    struct line *line = lay(&(struct pipe_faults){ .latency_us = MS }, 5);
    char bytes[8];
    line->peer.is_echo = true;
    (void)reach(line, 0);
    assert_int_equal(reach(line, 2 * MS), HAL_NET_READY);
    pipe_unplug(&line->pipe, true);
    assert_int_equal(say(line, "echo", 2 * MS), 4);
    assert_int_equal(hear(line, bytes, sizeof bytes, 60000 * MS), 0);
    pipe_unplug(&line->pipe, false);
    assert_int_equal(hear(line, bytes, sizeof bytes, 60001 * MS), 0);
    assert_int_equal(hear(line, bytes, sizeof bytes, 60003 * MS), 4);
}

static void a_full_pipe_takes_no_more(void **state)
{
    (void)state;
    struct line *line = lay(&(struct pipe_faults){ .segment_bytes = 1000 }, 6);
    static const uint8_t bytes[PIPE_BYTES + 1000];
    (void)reach(line, 0);
    pipe_unplug(&line->pipe, true);
    const int taken = line->network.write(&line->pipe, bytes, sizeof bytes, 0);
    assert_in_range(taken, PIPE_BYTES - 1000, PIPE_BYTES);
    assert_int_equal(line->network.write(&line->pipe, bytes, 1000, 0), 0);
    pipe_unplug(&line->pipe, false);
    line->network.pass(&line->pipe, MS);
    assert_int_equal(line->peer.length, taken);
}

static void what_was_written_before_closing_still_arrives(void **state)
{
    (void)state;
    struct line *line = lay(&(struct pipe_faults){ .latency_us = MS }, 7);
    (void)reach(line, 0);
    (void)reach(line, 2 * MS);
    (void)say(line, "bye", 2 * MS);
    line->network.close(&line->pipe, 2 * MS);
    line->network.pass(&line->pipe, 10 * MS);
    assert_int_equal(line->peer.length, 3);
    assert_int_equal(line->peer.closed, 1);
    assert_false(pipe_answer(&line->pipe, "?", 1));
}

static void a_peer_that_hangs_up_is_noticed_after_its_last_bytes(void **state)
{
    (void)state;
    struct line *line = lay(&(struct pipe_faults){ .latency_us = MS }, 8);
    char bytes[8];
    (void)reach(line, 0);
    (void)reach(line, 2 * MS);
    assert_true(pipe_answer(&line->pipe, "end", 3));
    pipe_hang_up(&line->pipe);
    assert_int_equal(hear(line, bytes, sizeof bytes, 10 * MS), 3);
    assert_int_equal(hear(line, bytes, sizeof bytes, 10 * MS), -1);
    assert_int_equal(reach(line, 10 * MS), HAL_NET_BUSY);
    assert_int_equal(reach(line, 20 * MS), HAL_NET_READY);
}

// Many connections of random fate: each hears a prefix of what was said.
static void nothing_is_ever_lost_in_the_middle(void **state)
{
    (void)state;
    const struct pipe_faults faults = { .latency_us = 3 * MS,
                                        .jitter_us = 20 * MS,
                                        .refuse_permyriad = 1000,
                                        .cut_permyriad = 200,
                                        .stall_permyriad = 300,
                                        .stall_us = 400 * MS,
                                        .segment_bytes = 7 };
    struct line *line = lay(&faults, 9);
    uint8_t said = 0;
    int cuts = 0;
    for (int64_t now_us = 0; now_us < 200000 * MS; now_us += 2 * MS) {
        uint8_t byte = said;
        line->network.pass(&line->pipe, now_us);
        const bool is_open = reach(line, now_us) == HAL_NET_READY;
        if (is_open)
            said = (uint8_t)(said + line->network.write(&line->pipe, &byte, 1, now_us));
        if (is_open && line->network.read(&line->pipe, &byte, 1, now_us) < 0) {
            for (size_t i = 0; i < line->peer.length; i++)
                assert_int_equal(line->peer.heard[i], (uint8_t)i);
            line->network.close(&line->pipe, now_us);
            line->network.pass(&line->pipe, now_us + 2000 * MS);
            now_us += 2000 * MS;
            cuts += line->peer.length > 0;
            line->peer.length = 0;
            said = 0;
        }
        if (line->peer.length > 20000)
            fail_msg("no cut in a long time");
    }
    assert_true(cuts > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_take_their_time_there_and_back),
        cmocka_unit_test(a_byte_at_a_time_is_the_same_stream),
        cmocka_unit_test(a_refused_connection_fails_and_the_next_may_succeed),
        cmocka_unit_test(a_cut_ends_it_for_both_sides),
        cmocka_unit_test(a_pulled_cable_is_silence_and_all_comes_when_it_is_back),
        cmocka_unit_test(a_full_pipe_takes_no_more),
        cmocka_unit_test(what_was_written_before_closing_still_arrives),
        cmocka_unit_test(a_peer_that_hangs_up_is_noticed_after_its_last_bytes),
        cmocka_unit_test(nothing_is_ever_lost_in_the_middle),
    };
    return cmocka_run_group_tests_name("pipe", tests, NULL, NULL);
}
