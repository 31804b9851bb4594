// board.h - a scale's board as hal.h wants it, with load cells, flash, network and power that a test or a person moves.
//
// Its clock is virtual, in microseconds: touching a cell's pins takes one, flash what flash takes, and all else happens
// in board_pass(), so that whoever drives the board decides how fast time goes: run.h in leaps, simulator.h as the
// wall clock does. The clock begins at midnight of a day, as far as temperatures are concerned.
//
// Without power, and after the watchdog has expired, every function of hal.h does nothing and fails: firmware that
// is in the middle of something returns from it without having done any more. Its struct is then to be thrown away
// and the firmware started again.
//
// All that it does follows from its seed and the calls, but where the real network or true random numbers are asked for.
#pragma once

#include "amplifier.h"
#include "network.h"
#include "shelf.h"
#include "sim_flash.h"

struct board_config {
    uint64_t seed;
    unsigned cells;                          // 1 to HAL_CELLS; 0: 1
    int samples_per_s;                       // 10 or 80; 0: 10
    const struct cell_traits *cell;          // NULL: cell_common
    struct shelf_bin_traits bins[HAL_CELLS]; // what is on the cells
    struct network network;                  // connect NULL: there is none
    uint32_t clock_at_start_ms;              // what hal_now_ms() begins with
    uint32_t
        interrupt_permyriad; // of the times that a clock pin is set high: something else runs for up to 200 us
    bool has_true_random; // hal_random() asks the kernel
};

enum board_state {
    BOARD_OFF,    // no power
    BOARD_STARTS, // power; whoever drives it starts the firmware
    BOARD_RUNS,
};

struct board_counters {
    uint64_t calls; // of hal.h's functions, while it ran
    uint32_t starts;
    uint32_t power_cuts;
    uint32_t watchdog_resets;
    uint32_t panel_changes;
};

// The flash is the caller's and outlives the board; NULL: the board refuses to touch any. NULL: out of memory.
struct hal *board_open(const struct board_config *config, struct sim_flash *flash);
void board_close(struct hal *board); // accepts NULL

// ---- time

int64_t board_now_us(const struct hal *board);
void board_pass(struct hal *board, int64_t until_us); // never back: then nothing happens

// When something happens of itself next: a sample is ready, bytes arrive, a hand moves. INT64_MAX: never.
int64_t board_next_us(const struct hal *board);

// Whether the firmware has done anything since the last question but look and find nothing.
bool board_was_busy(struct hal *board);

// ---- power

enum board_state board_state(const struct hal *board);
void board_started(struct hal *board); // from BOARD_STARTS; the watchdog begins to count
void board_cut_power(struct hal *board);

// In the middle of the n-th call from now of a function of hal.h; 0: never. In the middle of a flash operation its
// cut_at does the same.
void board_cut_power_at_call(struct hal *board, uint64_t n);
void board_give_power(struct hal *board);

// ---- what it is made of

struct shelf *board_shelf(struct hal *board);
struct amplifier *board_amplifier(struct hal *board, unsigned cell);
const char *board_panel(const struct hal *board);
void board_press(struct hal *board, int64_t for_us);
void board_unplug(struct hal *board, bool is_unplugged); // its network, which is then lost
const struct board_counters *board_counters(const struct hal *board);
