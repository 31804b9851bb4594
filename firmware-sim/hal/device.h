// device.h - one simulated scale as the program runs it: the firmware on its board, with the real network and clock.
#pragma once

#include "board.h"
#include "flash_file.h"
#include "player.h"
#include "run.h"
#include "taken.h"
#include "tls.h"

#include <clinic/node.h>

enum { DEVICE_PROBLEM_BYTES = 600 };

struct device_config {
    const char *folder;  // made by clinic-broker
    const char *flash;   // folder for what its flash holds; NULL: it forgets at the end
    const char *address; // of the broker; NULL: as node.ini has it
    struct board_config board;
    int64_t built_s; // the firmware's lower bound of the time
};

struct device {
    struct clinic_node_settings settings;
    struct scale_identity identity;
    struct flash_file flash;
    struct tls *tls;
    struct hal *board;
    struct scale *scale;
    struct run_firmware firmware;
    struct taken taken;
    int64_t due_us; // when it wants to step again
    bool was_online;
    char panel[HAL_PANEL_BYTES];     // as last shown
    char problem[TLS_PROBLEM_BYTES]; // as last said
};

// False: the reason is in `reterr_problem`. In any case device_close() is due, and *device stays where it is.
bool device_open(struct device *device, const struct device_config *config,
                 char reterr_problem[static DEVICE_PROBLEM_BYTES]);
void device_close(struct device *device);

// Lets its time pass and the firmware work, writes to the ledger (may be NULL) and says on stdout what has changed.
void device_step(struct device *device, int64_t now_us, struct ledger *ledger);

// A line of a script. False: it does not apply to this scale, e.g. has no such bin.
bool device_do(struct device *device, const struct script_line *line);
