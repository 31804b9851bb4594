#include "simulation.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { LONGEST_WAIT_US = 100000, SCRIPT_BYTES = 1 << 20 };

static int64_t now_us(const struct simulation *simulation)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000 - simulation->began_us;
}

static bool complain(const char *what, const char *why)
{
    (void)fprintf(stderr, "clinic-scale-sim: %s%s%s\n", what, why[0] == '\0' ? "" : ": ", why);
    return false;
}

// ---- beginning

static struct device_config configure(const struct simulation_settings *settings, size_t index)
{
    struct device_config config = { .flash = settings->flash,
                                    .address = settings->address,
                                    .built_s = settings->built_s };
    config.board.seed = (uint64_t)settings->seed * SIMULATION_SCALES + index;
    config.board.cells = (unsigned)settings->cells;
    config.board.samples_per_s = (int)settings->rate;
    config.board.interrupt_permyriad = (uint32_t)settings->interrupt_permyriad;
    for (size_t i = 0; i < HAL_CELLS; i++)
        config.board.bins[i] = (struct shelf_bin_traits){
            .bin_mg = (int32_t)settings->bin_mg,
            .unit_mg = (int32_t)settings->unit_mg,
            .variation_permyriad = (int32_t)settings->variation_permyriad,
            .units = (int32_t)settings->units,
        };
    return config;
}

static bool open_devices(struct simulation *simulation)
{
    const struct simulation_settings *settings = simulation->settings;
    const size_t wanted = settings->folder != NULL ? 1 : (size_t)settings->count;
    char problem[DEVICE_PROBLEM_BYTES];
    char folder[1100];
    simulation->devices = calloc(wanted, sizeof *simulation->devices);
    simulation->sockets = calloc(wanted + 1, sizeof *simulation->sockets);
    if (simulation->devices == NULL || simulation->sockets == NULL)
        return complain("out of memory", "");
    while (simulation->count < wanted) {
        struct device_config config = configure(settings, simulation->count);
        (void)snprintf(folder, sizeof folder, "%.900s/%.100s%zu",
                       settings->folders == NULL ? "" : settings->folders, settings->stem,
                       simulation->count + 1);
        config.folder = settings->folder != NULL ? settings->folder : folder;
        if (!device_open(&simulation->devices[simulation->count++], &config, problem))
            return complain(config.folder, problem);
    }
    return true;
}

static bool open_port(struct simulation *simulation)
{
    const char *link = simulation->settings->mt_sics;
    char problem[PTY_LINE_PROBLEM_BYTES];
    return link == NULL
           || service_port_open(&simulation->port, &simulation->devices[0], link, problem)
           || complain("--mt-sics", problem);
}

static bool remember(void *context, const char *line)
{
    struct simulation *simulation = context;
    for (size_t i = 0; i < simulation->count; i++)
        if (taken_remember(&simulation->devices[i].taken, line))
            return true;
    return false;
}

static bool open_ledger(struct simulation *simulation)
{
    char problem[LEDGER_PROBLEM_BYTES];
    if (simulation->settings->ledger == NULL
        || ledger_open(simulation->settings->ledger, remember, simulation, &simulation->ledger,
                       problem))
        return true;
    return complain(problem, "");
}

static bool read_script_file(struct simulation *simulation, const char *path, char *reterr_problem)
{
    static char text[SCRIPT_BYTES];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return complain(path, "it cannot be read");
    const size_t length = fread(text, 1, sizeof text - 1, file);
    const bool is_whole = feof(file) != 0;
    (void)fclose(file);
    text[length] = '\0';
    if (!is_whole)
        return complain(path, "it is too long");
    return player_read(&simulation->player, text, 0, reterr_problem)
           || complain(path, reterr_problem);
}

static bool read_scripts(struct simulation *simulation)
{
    const struct simulation_settings *settings = simulation->settings;
    char problem[SCRIPT_PROBLEM_BYTES] = "";
    if (settings->script != NULL && !read_script_file(simulation, settings->script, problem))
        return false;
    return settings->act == NULL || player_read(&simulation->player, settings->act, 0, problem)
           || complain("--do", problem);
}

static bool begin(struct simulation *simulation)
{
    char problem[CONTROL_PROBLEM_BYTES];
    player_init(&simulation->player, simulation->settings->speed);
    chance_init(&simulation->people, (uint64_t)simulation->settings->seed, 5);
    simulation->people_at_us = simulation->settings->people_s * 1000000;
    simulation->began_us = now_us(simulation);
    if (!control_open(&simulation->control, simulation->settings->control, problem))
        return complain(problem, "");
    return open_devices(simulation) && open_port(simulation) && open_ledger(simulation)
           && read_scripts(simulation);
}

static void end(struct simulation *simulation)
{
    service_port_close(&simulation->port);
    for (size_t i = 0; i < simulation->count; i++)
        device_close(&simulation->devices[i]);
    free(simulation->devices);
    free(simulation->sockets);
    player_done(&simulation->player);
    control_close(&simulation->control);
    ledger_close(simulation->ledger);
}

// ---- people

static void act(struct simulation *simulation, const struct script_line *line)
{
    size_t meant = 0;
    size_t done = 0;
    for (size_t i = 0; i < simulation->count; i++) {
        if (line->scale[0] != '\0'
            && strcmp(line->scale, simulation->devices[i].settings.name) != 0)
            continue;
        meant++;
        done += device_do(&simulation->devices[i], line);
    }
    if (meant == 0)
        (void)complain(line->scale, "there is no such scale");
    else if (done < meant)
        (void)complain("a line of the script", "the scale has no such bin, or too much goes on");
}

static void follow_script(struct simulation *simulation, int64_t at_us)
{
    struct script_line line;
    while (player_take_due(&simulation->player, at_us, &line))
        act(simulation, &line);
}

// Somebody comes to each scale by chance, on average as often as asked.
static void let_people_come(struct simulation *simulation, int64_t at_us)
{
    const int64_t mean_us = simulation->settings->people_s * 1000000;
    if (mean_us == 0 || at_us < simulation->people_at_us)
        return;
    struct device *device =
        &simulation->devices[chance_below(&simulation->people, (uint32_t)simulation->count)];
    const struct shelf *shelf = board_shelf(device->board);
    const unsigned bin = chance_below(&simulation->people, shelf->bin_count);
    const struct script_line line = player_invent(&simulation->people, bin, shelf->bins[bin].units,
                                                  (int32_t)simulation->settings->units);
    (void)device_do(device, &line); // a crowded shelf is left alone
    simulation->people_at_us =
        at_us + chance_between(&simulation->people, 0, 2 * mean_us / (int64_t)simulation->count);
}

static void hear_control(struct simulation *simulation, int64_t at_us)
{
    char line[CONTROL_BYTES];
    char problem[SCRIPT_PROBLEM_BYTES];
    control_read(&simulation->control);
    while (control_line(&simulation->control, line) != NULL)
        if (!player_read(&simulation->player, line, at_us, problem))
            (void)complain("control", problem);
}

// ---- the loop

static int64_t earliest_us(const struct simulation *simulation)
{
    int64_t next_us = player_next_us(&simulation->player);
    for (size_t i = 0; i < simulation->count; i++)
        if (simulation->devices[i].due_us < next_us)
            next_us = simulation->devices[i].due_us;
    return next_us;
}

static void wait_for_something(struct simulation *simulation)
{
    int64_t wait_us = earliest_us(simulation) - now_us(simulation);
    const int64_t longest_us =
        simulation->port.device != NULL ? SERVICE_PORT_EVERY_US : LONGEST_WAIT_US;
    if (wait_us > longest_us)
        wait_us = longest_us;
    for (size_t i = 0; i < simulation->count; i++)
        simulation->sockets[i].fd =
            tls_fd(simulation->devices[i].tls, &simulation->sockets[i].events);
    simulation->sockets[simulation->count] =
        (struct pollfd){ .fd = simulation->control.fd, .events = POLLIN };
    loop_wait_for(simulation->sockets, simulation->count + 1, wait_us < 0 ? 0 : wait_us);
}

static bool pass(struct simulation *simulation)
{
    const int64_t at_us = now_us(simulation);
    if (simulation->control.fd >= 0 && simulation->sockets[simulation->count].revents != 0)
        hear_control(simulation, at_us);
    follow_script(simulation, at_us);
    let_people_come(simulation, at_us);
    for (size_t i = 0; i < simulation->count; i++)
        if (simulation->sockets[i].revents != 0 || simulation->devices[i].due_us <= at_us)
            device_step(&simulation->devices[i], now_us(simulation), simulation->ledger);
    service_port_step(&simulation->port, at_us);
    (void)fflush(stdout);
    return simulation->ledger == NULL || ledger_flush(simulation->ledger)
           || complain("the ledger", "it cannot be written");
}

static bool is_over(const struct simulation *simulation)
{
    const int64_t until_s = simulation->settings->until_s;
    return loop_is_over() || (until_s > 0 && now_us(simulation) >= until_s * 1000000);
}

static void print_figures(const struct simulation *simulation)
{
    struct rusage used;
    uint64_t taken = 0;
    uint64_t confirmed = 0;
    uint64_t handshakes = 0;
    uint64_t attempts = 0;
    for (size_t i = 0; i < simulation->count; i++) {
        const struct device *device = &simulation->devices[i];
        taken += device->taken.taken_total;
        confirmed += device->taken.confirmed_total;
        handshakes += tls_counters(device->tls)->handshakes;
        attempts += tls_counters(device->tls)->attempts;
    }
    (void)getrusage(RUSAGE_SELF, &used);
    (void)printf("scales %zu taken %" PRIu64 " confirmed %" PRIu64 " handshakes %" PRIu64
                 " attempts %" PRIu64 " cpu-ms %ld\n",
                 simulation->count, taken, confirmed, handshakes, attempts,
                 (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000
                     + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000);
}

bool simulation_run(const struct simulation_settings *settings)
{
    struct simulation simulation = { .settings = settings, .control.fd = -1 };
    loop_begin();
    bool is_good = begin(&simulation);
    while (is_good && !is_over(&simulation)) {
        is_good = pass(&simulation);
        wait_for_something(&simulation);
    }
    if (is_good)
        print_figures(&simulation);
    end(&simulation);
    return is_good;
}
