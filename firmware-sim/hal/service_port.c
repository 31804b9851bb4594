#include "service_port.h"

enum {
    CAPACITY_MG = 10000000,
    RESOLUTION_MG = 500, // several times the noise of a sample
};

static bool weigh(const struct device *device, int32_t *ret_mg)
{
    return board_state(device->board) == BOARD_RUNS && scale_weight(device->scale, 0, ret_mg);
}

// Asked only while there is a weight.
static int64_t weight_mg(void *context, int64_t now_ms)
{
    int32_t mg = 0;
    (void)now_ms;
    (void)weigh(context, &mg);
    return mg;
}

bool service_port_open(struct service_port *port, struct device *device, const char *link,
                       char reterr_problem[static PTY_LINE_PROBLEM_BYTES])
{
    const struct sics_scale_traits traits = {
        .weight_mg = weight_mg,
        .context = device,
        .serial = device->settings.name,
        .capacity_mg = CAPACITY_MG,
        .resolution_mg = RESOLUTION_MG,
        .keeps_zero = true,
    };
    port->device = device;
    sics_scale_init(&port->scale, &traits);
    pty_line_init(&port->line, link);
    return pty_line_plug(&port->line, reterr_problem);
}

void service_port_close(struct service_port *port)
{
    if (port->device != NULL)
        pty_line_unplug(&port->line);
    port->device = NULL;
}

void service_port_step(struct service_port *port, int64_t now_us)
{
    int32_t mg = 0;
    if (port->device == NULL)
        return;
    sics_scale_switch(&port->scale, weigh(port->device, &mg), now_us / 1000);
    sics_scale_pass(&port->scale, now_us / 1000);
    pty_line_carry(&port->line, &port->scale, now_us / 1000);
}
