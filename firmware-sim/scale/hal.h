// hal.h - all that the firmware wants of its board. A board is twelve functions and its own struct hal.
//
// Nothing here blocks for longer than a few milliseconds but the flash (an erase takes up to 40 ms) and hal_net_connect()
// where the board has no other way. One thread; no function is called from an interrupt.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hal; // the board's own

enum {
    HAL_CELLS = 4, // load cells at most, each with an amplifier of its own
    HAL_FLASH_PAGES = 8,
    HAL_FLASH_PAGE_BYTES = 2048,
    HAL_FLASH_UNIT_BYTES = 8, // what is programmed at once, and once between two erasures
    HAL_PANEL_BYTES = 41,     // text on the display, with the NUL
};

// Sets the clock pin of a load cell's amplifier, holds it for at least one microsecond, and returns its data pin.
bool hal_cell(struct hal *hal, unsigned cell, bool clock);

uint32_t hal_now_ms(struct hal *hal); // monotonic; wraps after 49 days
void hal_watchdog(struct hal *hal);   // must be fed once in 4 s
void hal_random(struct hal *hal, void *ret_bytes, size_t length);

// Shows a text (UTF-8; NULL: leaves it) and tells whether the button is held down.
bool hal_panel(struct hal *hal, const char *text);

// Offsets count from the first page set aside for the firmware's data; erased bytes are 0xFF. Program: aligned to units,
// only where it is erased. False: the flash refused. Power that fails in the middle leaves anything in the
// units or the page that were being written, and bits of them may read differently each time.
bool hal_flash_read(struct hal *hal, uint32_t offset, void *ret_bytes, size_t length);
bool hal_flash_program(struct hal *hal, uint32_t offset, const void *bytes, size_t length);
bool hal_flash_erase(struct hal *hal, unsigned page);

enum hal_net { HAL_NET_FAILED = -1, HAL_NET_BUSY = 0, HAL_NET_READY = 1 };

// Begins a secured connection to the clinic's broker, or goes on with it; called until it is ready or has failed. The
// board checks the broker's certificate, its name, and that it is valid at `now_s` (Unix time; a lower bound).
enum hal_net hal_net_connect(struct hal *hal, int64_t now_s);

// How many bytes were read or written; 0: none now; -1: the connection is over. A write that took
// nothing is repeated with the same bytes.
int hal_net_read(struct hal *hal, void *ret_bytes, size_t length);
int hal_net_write(struct hal *hal, const void *bytes, size_t length);
void hal_net_close(struct hal *hal); // also of what is not open
