// pipe.h - a network in memory, between one board and a peer that a test plays. As faulty as wanted, by seed.
//
// It is a byte stream, so what is lost is a connection with all that was on its way, never a byte in the middle. A
// stall holds everything back; what is written meanwhile is taken until the pipe is full.
#pragma once

#include "chance.h"
#include "network.h"

enum { PIPE_BYTES = 32768, PIPE_SEGMENTS = 256 };

struct pipe_faults {
    uint32_t latency_us;       // of every segment
    uint32_t jitter_us;        // at most so much more
    uint32_t refuse_permyriad; // a connection does not come about
    uint32_t cut_permyriad;    // a segment is lost, and the connection with it
    uint32_t stall_permyriad;  // a segment, and all behind it, comes stall_us later
    uint32_t stall_us;
    uint32_t segment_bytes; // at most so many at once; 0: as they were written
};

// Called while time passes. on_bytes may call pipe_answer() and pipe_hang_up().
struct pipe_peer {
    void (*on_open)(void *context);
    void (*on_bytes)(void *context, const uint8_t *bytes, size_t length);
    void (*on_close)(void *context); // however it ended, but by pipe_hang_up()
    void *context;
};

struct pipe_segment {
    int64_t at_us;
    size_t length;
    bool is_end; // of the connection
};

// One direction: rings of bytes and of the segments that they are cut into.
struct pipe_way {
    uint8_t bytes[PIPE_BYTES];
    size_t first;
    size_t length;
    struct pipe_segment segments[PIPE_SEGMENTS];
    size_t first_segment;
    size_t segment_count;
};

struct pipe {
    struct pipe_faults faults;
    struct pipe_peer peer;
    struct chance chance;
    bool is_unplugged;
    bool is_open;        // as the board sees it
    bool is_joined;      // as the peer sees it
    bool is_refused;     // the connection that is being made
    int64_t opens_at_us; // -1: none is being made
    int64_t now_us;
    struct pipe_way up;   // board to peer
    struct pipe_way down; // peer to board
    uint32_t opened;      // connections so far
};

void pipe_init(struct pipe *pipe, const struct pipe_faults *faults, const struct pipe_peer *peer,
               uint64_t seed);
struct network pipe_network(struct pipe *pipe);

// Hands the peer what has arrived by then. The board's runner calls it through the network.
void pipe_pass(struct pipe *pipe, int64_t until_us);

// From the peer. False: no connection, or no room; nothing was sent.
bool pipe_answer(struct pipe *pipe, const void *bytes, size_t length);
void pipe_hang_up(struct pipe *pipe);

// Pulls the cable: neither side notices anything but silence, and what was on its way comes when it is back.
void pipe_unplug(struct pipe *pipe, bool is_unplugged);
