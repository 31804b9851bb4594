// service_port.h - a firmware's scale that answers MT-SICS as well, as if it had a serial port for service.
//
// What it says is what the firmware weighs on its first cell: samples from the amplifier's pins, the firmware's own tare and
// calibration. Without these, without power or with a silent cell it says nothing, as a scale that is switched off.
#pragma once

#include "device.h"
#include "pty_line.h"

struct service_port {
    struct device *device; // NULL: there is no port
    struct pty_line line;
    struct sics_scale scale;
};

// `link` leads to its line; its serial number is the device's name. The device is borrowed.
bool service_port_open(struct service_port *port, struct device *device, const char *link,
                       char reterr_problem[static PTY_LINE_PROBLEM_BYTES]);
void service_port_close(struct service_port *port); // accepts all zero

// Weighs and answers; at least every SERVICE_PORT_EVERY_US. All zero: nothing to do.
enum { SERVICE_PORT_EVERY_US = 20000 };
void service_port_step(struct service_port *port, int64_t now_us);
