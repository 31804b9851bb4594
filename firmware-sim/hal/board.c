#include "board.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static_assert((int)SIM_FLASH_PAGES == HAL_FLASH_PAGES
                  && (int)SIM_FLASH_PAGE_BYTES == HAL_FLASH_PAGE_BYTES
                  && (int)SIM_FLASH_UNIT_BYTES == HAL_FLASH_UNIT_BYTES,
              "the flash is the board's");

enum {
    WATCHDOG_US = 4000000,
    INTERRUPT_US = 200,
    ERASE_US = 22000, // STM32G0 datasheet, page erase; it may take 40 ms
    PROGRAM_US = 85,  // and 8 bytes
};

struct hal {
    struct board_config config;
    struct sim_flash *flash;
    enum board_state state;
    int64_t now_us;
    int64_t fed_at_us;
    int64_t pressed_until_us;
    uint64_t calls_left; // until the power is cut; 0: it is not
    bool was_busy;
    bool is_unplugged;
    char panel[HAL_PANEL_BYTES];
    struct chance chance;
    struct board_counters counters;
    struct shelf shelf;
    struct cell cells[HAL_CELLS];
    struct amplifier amplifiers[HAL_CELLS];
};

static void put_bins(struct hal *board)
{
    const struct board_config *config = &board->config;
    for (unsigned i = 0; i < config->cells; i++) {
        const uint64_t seed = config->seed * HAL_CELLS + i;
        cell_init(&board->cells[i], config->cell, seed, 0);
        shelf_put_bin(&board->shelf, &board->cells[i], &config->bins[i], 0);
        amplifier_init(&board->amplifiers[i], &board->cells[i], config->samples_per_s, seed, 0);
    }
}

struct hal *board_open(const struct board_config *config, struct sim_flash *flash)
{
    struct hal *board = calloc(1, sizeof *board);
    if (board == NULL)
        return NULL;
    board->config = *config;
    if (config->cells == 0)
        board->config.cells = 1;
    if (config->samples_per_s == 0)
        board->config.samples_per_s = 10;
    if (config->cell == NULL)
        board->config.cell = &cell_common;
    board->flash = flash;
    board->state = BOARD_STARTS;
    chance_init(&board->chance, config->seed, 4);
    shelf_init(&board->shelf, config->seed);
    put_bins(board);
    return board;
}

static void hang_up(struct hal *board)
{
    if (board->config.network.close != NULL)
        board->config.network.close(board->config.network.context, board->now_us);
}

void board_close(struct hal *board)
{
    if (board == NULL)
        return;
    hang_up(board);
    free(board);
}

// ---- time

int64_t board_now_us(const struct hal *board)
{
    return board->now_us;
}

static void look_after_watchdog(struct hal *board)
{
    if (board->state != BOARD_RUNS || board->now_us - board->fed_at_us <= WATCHDOG_US)
        return;
    board->counters.watchdog_resets++;
    board->state = BOARD_STARTS;
    hang_up(board);
}

void board_pass(struct hal *board, int64_t until_us)
{
    const struct network *network = &board->config.network;
    if (until_us < board->now_us)
        return;
    board->now_us = until_us;
    if (network->pass != NULL)
        network->pass(network->context, until_us);
    shelf_pass(&board->shelf, until_us);
    look_after_watchdog(board);
}

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

int64_t board_next_us(const struct hal *board)
{
    const struct network *network = &board->config.network;
    int64_t next_us = shelf_next_us(&board->shelf);
    if (board->state == BOARD_OFF)
        return next_us;
    for (unsigned i = 0; i < board->config.cells; i++)
        next_us = earlier(next_us, amplifier_next_us(&board->amplifiers[i]));
    if (network->next_us != NULL && !board->is_unplugged)
        next_us = earlier(next_us, network->next_us(network->context));
    return next_us;
}

bool board_was_busy(struct hal *board)
{
    const bool was_busy = board->was_busy;
    board->was_busy = false;
    return was_busy;
}

// ---- power

enum board_state board_state(const struct hal *board)
{
    return board->state;
}

void board_started(struct hal *board)
{
    assert(board->state == BOARD_STARTS);
    board->state = BOARD_RUNS;
    board->fed_at_us = board->now_us;
    board->counters.starts++;
}

void board_cut_power(struct hal *board)
{
    if (board->state == BOARD_OFF)
        return;
    board->state = BOARD_OFF;
    board->calls_left = 0;
    board->counters.power_cuts++;
    board->panel[0] = '\0';
    hang_up(board);
}

void board_cut_power_at_call(struct hal *board, uint64_t n)
{
    board->calls_left = n;
}

void board_give_power(struct hal *board)
{
    if (board->state != BOARD_OFF)
        return;
    board->state = BOARD_STARTS;
    if (board->flash != NULL)
        sim_flash_power_on(board->flash);
    for (unsigned i = 0; i < board->config.cells; i++)
        amplifier_power_up(&board->amplifiers[i], board->now_us);
}

// Every function of hal.h begins here. False: there is no power any more, perhaps from now on.
static bool is_alive(struct hal *board)
{
    if (board->state != BOARD_RUNS)
        return false;
    board->counters.calls++;
    if (board->calls_left == 0 || --board->calls_left > 0)
        return true;
    board_cut_power(board);
    return false;
}

static void spend(struct hal *board, int64_t us)
{
    board->now_us += us;
}

// ---- pins, time, panel

bool hal_cell(struct hal *hal, unsigned cell, bool clock)
{
    if (!is_alive(hal) || cell >= hal->config.cells)
        return true; // nothing pulls the pin down
    const bool data = amplifier_pins(&hal->amplifiers[cell], clock, hal->now_us++);
    hal->was_busy |= clock;
    if (clock && hal->config.interrupt_permyriad > 0
        && chance_hits(&hal->chance, hal->config.interrupt_permyriad))
        spend(hal, chance_between(&hal->chance, 1, INTERRUPT_US));
    return data;
}

uint32_t hal_now_ms(struct hal *hal)
{
    if (!is_alive(hal))
        spend(hal, 1000); // firmware that waits for a moment comes to it
    return hal->config.clock_at_start_ms + (uint32_t)(hal->now_us / 1000);
}

void hal_watchdog(struct hal *hal)
{
    if (is_alive(hal))
        hal->fed_at_us = hal->now_us;
}

void hal_random(struct hal *hal, void *ret_bytes, size_t length)
{
    uint8_t *bytes = ret_bytes;
    memset(bytes, 0, length);
    if (!is_alive(hal))
        return;
    if (hal->config.has_true_random && getentropy(bytes, length) == 0)
        return;
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)chance_next(&hal->chance);
}

bool hal_panel(struct hal *hal, const char *text)
{
    if (!is_alive(hal))
        return false;
    if (text != NULL && strncmp(hal->panel, text, sizeof hal->panel - 1) != 0) {
        (void)snprintf(hal->panel, sizeof hal->panel, "%s", text);
        hal->counters.panel_changes++;
    }
    return hal->now_us < hal->pressed_until_us;
}

// ---- flash

bool hal_flash_read(struct hal *hal, uint32_t offset, void *ret_bytes, size_t length)
{
    return is_alive(hal) && hal->flash != NULL
           && sim_flash_read(hal->flash, offset, ret_bytes, length);
}

// Before an operation: a loss of power that is due in this very call comes in one of its `parts`.
static bool begins_flash(struct hal *hal, size_t parts)
{
    if (hal->state != BOARD_RUNS || hal->flash == NULL)
        return false;
    hal->was_busy = true;
    if (hal->calls_left == 1) {
        hal->calls_left = 0;
        hal->flash->cut_at =
            hal->flash->operations + 1 + chance_below(&hal->chance, (uint32_t)parts);
    }
    return is_alive(hal);
}

static bool ends_flash(struct hal *hal, bool is_done, int64_t took_us)
{
    spend(hal, took_us);
    if (hal->flash->is_off)
        board_cut_power(hal);
    return is_done;
}

bool hal_flash_program(struct hal *hal, uint32_t offset, const void *bytes, size_t length)
{
    const size_t units = length / HAL_FLASH_UNIT_BYTES;
    return begins_flash(hal, units)
           && ends_flash(hal, sim_flash_program(hal->flash, offset, bytes, length),
                         (int64_t)units * PROGRAM_US);
}

bool hal_flash_erase(struct hal *hal, unsigned page)
{
    return begins_flash(hal, 1) && ends_flash(hal, sim_flash_erase(hal->flash, page), ERASE_US);
}

// ---- network

enum hal_net hal_net_connect(struct hal *hal, int64_t now_s)
{
    const struct network *network = &hal->config.network;
    if (!is_alive(hal) || network->connect == NULL || hal->is_unplugged)
        return HAL_NET_FAILED;
    return network->connect(network->context, now_s, hal->now_us);
}

static int moved(struct hal *hal, int result)
{
    if (result != 0)
        hal->was_busy = true;
    return result;
}

int hal_net_read(struct hal *hal, void *ret_bytes, size_t length)
{
    const struct network *network = &hal->config.network;
    if (!is_alive(hal) || network->read == NULL || hal->is_unplugged)
        return -1;
    return moved(hal, network->read(network->context, ret_bytes, length, hal->now_us));
}

int hal_net_write(struct hal *hal, const void *bytes, size_t length)
{
    const struct network *network = &hal->config.network;
    if (!is_alive(hal) || network->write == NULL || hal->is_unplugged)
        return -1;
    return moved(hal, network->write(network->context, bytes, length, hal->now_us));
}

void hal_net_close(struct hal *hal)
{
    if (is_alive(hal))
        hang_up(hal);
}

// ---- what it is made of

struct shelf *board_shelf(struct hal *board)
{
    return &board->shelf;
}

struct amplifier *board_amplifier(struct hal *board, unsigned cell)
{
    assert(cell < board->config.cells);
    return &board->amplifiers[cell];
}

const char *board_panel(const struct hal *board)
{
    return board->panel;
}

void board_press(struct hal *board, int64_t for_us)
{
    board->pressed_until_us = board->now_us + for_us;
}

void board_unplug(struct hal *board, bool is_unplugged)
{
    board->is_unplugged = is_unplugged;
    if (is_unplugged)
        hang_up(board);
}

const struct board_counters *board_counters(const struct hal *board)
{
    return &board->counters;
}
