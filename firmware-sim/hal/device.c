#include "device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKS_EVERY_US = 100000, STEP_US = 1000, CATCHES_UP_US = 1000000, PRESS_US = 1000000 };

// ---- opening

static bool read_settings(struct device *device, const char *folder, char *reterr_problem)
{
    char path[1100];
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    (void)snprintf(path, sizeof path, "%.1000s/node.ini", folder);
    if (clinic_settings_load(path, clinic_node_setting_table, clinic_node_setting_count,
                             &device->settings, problem)
        == CLINIC_OK)
        return true;
    (void)snprintf(reterr_problem, DEVICE_PROBLEM_BYTES, "%s", problem);
    return false;
}

static bool open_flash(struct device *device, const struct device_config *config,
                       char *reterr_problem)
{
    char in_folder[1100] = "";
    const char *path = NULL;
    char problem[FLASH_FILE_PROBLEM_BYTES];
    if (config->flash != NULL) {
        (void)snprintf(in_folder, sizeof in_folder, "%.1000s/%s.flash", config->flash,
                       device->settings.name);
        path = in_folder;
    }
    if (flash_file_open(&device->flash, path, config->board.seed, problem))
        return true;
    (void)snprintf(reterr_problem, DEVICE_PROBLEM_BYTES, "%s", problem);
    return false;
}

static bool open_network(struct device *device, const struct device_config *wanted,
                         char *reterr_problem)
{
    const struct clinic_node_settings *settings = &device->settings;
    struct tls_config config = { .port = (int)settings->port };
    char problem[TLS_PROBLEM_BYTES];
    (void)snprintf(config.host, sizeof config.host, "%s", settings->host);
    if (wanted->address != NULL)
        (void)snprintf(config.address, sizeof config.address, "%s", wanted->address);
    (void)snprintf(config.ca_path, sizeof config.ca_path, "%s", settings->ca);
    (void)snprintf(config.certificate_path, sizeof config.certificate_path, "%s",
                   settings->certificate);
    (void)snprintf(config.key_path, sizeof config.key_path, "%s", settings->key);
    device->tls = tls_open(&config, problem);
    if (device->tls == NULL)
        (void)snprintf(reterr_problem, DEVICE_PROBLEM_BYTES, "%s", problem);
    return device->tls != NULL;
}

static void start(void *context, struct hal *hal)
{
    struct device *device = context;
    memset(device->scale, 0xA5, sizeof *device->scale); // RAM holds anything after a reset
    scale_init(device->scale, hal, &device->identity);
    taken_restart(&device->taken);
}

static void step(void *context)
{
    scale_step(((struct device *)context)->scale);
}

static bool open_board(struct device *device, const struct device_config *config,
                       char *reterr_problem)
{
    struct board_config board = config->board;
    board.network = tls_network(device->tls);
    board.has_true_random = true; // ids of requests must not repeat in the next run
    device->board = board_open(&board, device->flash.flash);
    device->scale = malloc(sizeof *device->scale);
    if (device->board != NULL && device->scale != NULL)
        return true;
    (void)snprintf(reterr_problem, DEVICE_PROBLEM_BYTES, "out of memory");
    return false;
}

bool device_open(struct device *device, const struct device_config *config,
                 char reterr_problem[static DEVICE_PROBLEM_BYTES])
{
    memset(device, 0, sizeof *device);
    if (!read_settings(device, config->folder, reterr_problem)
        || !open_flash(device, config, reterr_problem)
        || !open_network(device, config, reterr_problem)
        || !open_board(device, config, reterr_problem))
        return false;
    device->identity = (struct scale_identity){ .node = device->settings.name,
                                                .prefix = device->settings.prefix,
                                                .version = CLINIC_VERSION,
                                                .build_time_s = config->built_s };
    device->firmware = (struct run_firmware){ start, step, device };
    taken_init(&device->taken, device->settings.name);
    return true;
}

void device_close(struct device *device)
{
    board_close(device->board); // hangs up
    tls_close(device->tls);
    free(device->scale);
    flash_file_close(&device->flash);
    memset(device, 0, sizeof *device);
}

// ---- what has changed

static void say_panel(struct device *device)
{
    const char *panel = board_panel(device->board);
    if (strcmp(panel, device->panel) == 0)
        return;
    (void)snprintf(device->panel, sizeof device->panel, "%s", panel);
    (void)printf("%s panel %s\n", device->settings.name, panel);
}

// Empty: nothing is known against a connection that is about to come about.
static const char *why_offline(const struct device *device)
{
    const char *tls = tls_problem(device->tls);
    if (board_state(device->board) == BOARD_OFF)
        return "no power";
    if (board_state(device->board) == BOARD_STARTS)
        return "";
    const char *link = link_problem(&device->scale->link);
    return tls[0] != '\0' || link == NULL ? tls : link;
}

// A reason is said once, until it was online or another one comes up.
static void say_connection(struct device *device)
{
    const bool is_online =
        board_state(device->board) == BOARD_RUNS && scale_is_online(device->scale);
    const char *why = is_online ? "" : why_offline(device);
    if (is_online && !device->was_online) {
        (void)printf("%s online\n", device->settings.name);
        device->problem[0] = '\0';
        tls_forget_problem(device->tls);
    } else if (why[0] != '\0' && strcmp(why, device->problem) != 0) {
        (void)printf("%s offline %s\n", device->settings.name, why);
        (void)snprintf(device->problem, sizeof device->problem, "%s", why);
    }
    device->was_online = is_online;
}

static void plan_next_step(struct device *device, int64_t now_us)
{
    int64_t due_us = now_us + LOOKS_EVERY_US;
    if (board_was_busy(device->board) || board_state(device->board) == BOARD_STARTS)
        due_us = now_us + STEP_US;
    else if (board_next_us(device->board) < due_us)
        due_us = board_next_us(device->board);
    device->due_us = due_us < now_us + STEP_US ? now_us + STEP_US : due_us;
}

static void look(struct device *device, struct ledger *ledger)
{
    if (board_state(device->board) == BOARD_RUNS)
        taken_look(&device->taken, device->scale, ledger);
}

// Where this machine was busy with something else the scale was not: it has read its samples meanwhile, and fed its
// watchdog. A scale takes no two readings of a bin within one of these parts.
static void catch_up(struct device *device, int64_t until_us, struct ledger *ledger)
{
    while (board_now_us(device->board) < until_us) {
        const int64_t part_us = board_now_us(device->board) + CATCHES_UP_US;
        run_until(device->board, &device->firmware, part_us < until_us ? part_us : until_us);
        look(device, ledger);
    }
}

void device_step(struct device *device, int64_t now_us, struct ledger *ledger)
{
    catch_up(device, now_us - LOOKS_EVERY_US, ledger);
    board_pass(device->board, now_us);
    run_once(device->board, &device->firmware);
    look(device, ledger);
    say_panel(device);
    say_connection(device);
    plan_next_step(device, now_us);
}

// ---- what people do

bool device_do(struct device *device, const struct script_line *line)
{
    const struct shelf_action *action = &line->shelf;
    device->due_us = 0; // whatever it is, it happens now
    switch (line->kind) {
    case SCRIPT_SHELF:
        return shelf_do(board_shelf(device->board), action, board_now_us(device->board));
    case SCRIPT_WIRES:
        if (action->bin >= board_shelf(device->board)->bin_count)
            return false;
        board_amplifier(device->board, action->bin)->fault = line->fault;
        return true;
    case SCRIPT_POWER:
        if (line->is_on)
            board_give_power(device->board);
        else
            board_cut_power(device->board);
        return true;
    case SCRIPT_NETWORK:
        board_unplug(device->board, !line->is_on);
        return true;
    case SCRIPT_BUTTON:
        board_press(device->board, action->for_us > 0 ? action->for_us : PRESS_US);
        return true;
    }
    return false;
}
