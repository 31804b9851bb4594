// clinic-sics-sim - a bench scale with a bin of goods on it, on a pseudo-terminal, for programs that expect a serial line.
//
// Where to read: sics_scale.c is the scale, pty_line.c its line, shelf.c the bin and the hands, script.c the words that move
// them (standard input).
// Unplugged, its line is gone; plugged in again it is another one, so --link keeps a name for it, as udev does.
#include "pty_line.h"
#include "script.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { DONE = 0, FAILED = 1, USAGE = 2 };
enum { TICK_MS = 10, LINE_BYTES = 256, BYTES = 256 };

// One count a milligram: what is in its own electronics has been corrected.
static const struct cell_traits bench_cell = {
    .counts_per_mg = 1.0,
    .noise_mg = 15,
    .creep_ppm = 50,
    .zero_mg_per_degree = 20,
    .span_ppm_per_degree = 5,
    .day_swing_millidegrees = 2500,
    .stop_mg = 30000000,
};

struct options {
    const char *link;
    const char *serial;
    int64_t seed;
    int64_t capacity_g;
    int64_t resolution_mg;
    int64_t bin_mg;
    int64_t unit_mg;
    int64_t units;
    int64_t variation_permyriad;
    bool wants_help;
};

struct option {
    const char *name;
    size_t offset;
    bool is_text;
    const char *help;
};

static const struct option option_table[] = {
    { "--link", offsetof(struct options, link), true,
      "a symbolic link that always leads to its line" },
    { "--serial", offsetof(struct options, serial), true, "its serial number" },
    { "--seed", offsetof(struct options, seed), false, "of noise and pieces" },
    { "--capacity-g", offsetof(struct options, capacity_g), false, "more is overload" },
    { "--resolution-mg", offsetof(struct options, resolution_mg), false, "of what it shows" },
    { "--bin-mg", offsetof(struct options, bin_mg), false, "weight of the empty bin" },
    { "--unit-mg", offsetof(struct options, unit_mg), false, "weight of one unit" },
    { "--units", offsetof(struct options, units), false, "in the bin at the start" },
    { "--variation", offsetof(struct options, variation_permyriad), false,
      "of a unit's weight, in hundredths of a percent" },
};

struct sim {
    struct options options;
    struct cell cell;
    struct shelf shelf;
    struct sics_scale scale;
    int64_t start_us;

    struct pty_line line;
    int script; // standard input; -1: it ended
    char words[LINE_BYTES];
    size_t words_length;
};

static volatile sig_atomic_t is_over;

static void on_signal(int number)
{
    (void)number;
    is_over = 1;
}

static int64_t now_us(const struct sim *sim)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 - sim->start_us;
}

static int64_t weigh(void *context, int64_t now_ms)
{
    struct sim *sim = context;
    return (int64_t)cell_read(&sim->cell, now_ms * 1000, 10);
}

// ---- the line

static bool plug(struct sim *sim)
{
    char problem[PTY_LINE_PROBLEM_BYTES];
    if (sim->line.master >= 0)
        return true;
    if (!pty_line_plug(&sim->line, problem)) {
        (void)fprintf(stderr, "clinic-sics-sim: %s\n", problem);
        return false;
    }
    (void)printf("line %s\n", sim->line.path);
    (void)fflush(stdout);
    return true;
}

static void unplug(struct sim *sim)
{
    pty_line_unplug(&sim->line);
    (void)printf("unplugged\n");
    (void)fflush(stdout);
}

// ---- the script

static bool act(struct sim *sim, const struct script_line *line, int64_t at_us)
{
    switch (line->kind) {
    case SCRIPT_SHELF:
        return shelf_do(&sim->shelf, &line->shelf, at_us);
    case SCRIPT_WIRES:
        if (line->fault == AMPLIFIER_WELL)
            return plug(sim);
        unplug(sim);
        return true;
    case SCRIPT_POWER:
        sics_scale_switch(&sim->scale, line->is_on, at_us / 1000);
        return true;
    case SCRIPT_NETWORK:
    case SCRIPT_BUTTON:
        break; // it has neither
    }
    return false;
}

// Everything is at once here: what is to happen later is written later.
static void take_line(struct sim *sim)
{
    struct script_line line;
    char problem[SCRIPT_PROBLEM_BYTES];
    sim->words[sim->words_length] = '\0';
    sim->words_length = 0;
    if (script_is_blank(sim->words))
        return;
    if (!script_parse(sim->words, &line, problem))
        (void)fprintf(stderr, "clinic-sics-sim: %s\n", problem);
    else if (!act(sim, &line, now_us(sim)))
        (void)fprintf(stderr, "clinic-sics-sim: not now, or not with this scale: %s\n", sim->words);
}

static void read_script(struct sim *sim)
{
    char bytes[BYTES];
    const ssize_t length = read(sim->script, bytes, sizeof bytes);
    if (length <= 0)
        sim->script = -1;
    for (ssize_t i = 0; i < length; i++) {
        if (bytes[i] == '\n')
            take_line(sim);
        else if (sim->words_length < sizeof sim->words - 1)
            sim->words[sim->words_length++] = bytes[i];
    }
}

static void run(struct sim *sim)
{
    while (!is_over) {
        struct pollfd polled = { .fd = sim->script, .events = POLLIN };
        if (poll(&polled, 1, TICK_MS) > 0)
            read_script(sim);
        const int64_t now = now_us(sim);
        shelf_pass(&sim->shelf, now);
        sics_scale_pass(&sim->scale, now / 1000);
        pty_line_carry(&sim->line, &sim->scale, now / 1000);
    }
}

// ---- options

static bool read_number(const char *text, int64_t *ret_number)
{
    char *end = NULL;
    errno = 0;
    *ret_number = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *ret_number >= 0;
}

static bool set_option(struct options *options, const char *name, const char *value)
{
    for (size_t i = 0; i < ARRAY_SIZE(option_table); i++) {
        void *member = (char *)options + option_table[i].offset;
        if (strcmp(option_table[i].name, name) != 0)
            continue;
        if (!option_table[i].is_text)
            return read_number(value, member);
        *(const char **)member = value;
        return true;
    }
    return false;
}

static bool parse(int argc, char **argv, struct options *options)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        options->wants_help = true;
        return true;
    }
    for (int i = 1; i + 1 < argc; i += 2)
        if (!set_option(options, argv[i], argv[i + 1]))
            return false;
    return argc % 2 == 1;
}

static void print_help(void)
{
    (void)printf(
        "clinic-sics-sim - a bench scale on a pseudo-terminal, with a bin of goods on it\n\n"
        "Usage: clinic-sics-sim [OPTIONS]\n\n");
    for (size_t i = 0; i < ARRAY_SIZE(option_table); i++)
        (void)printf("  %-16s  %s\n", option_table[i].name, option_table[i].help);
    (void)printf(
        "\nPrints `line PATH` when it is plugged in. On standard input, a line each:\n\n%s",
        script_help());
}

// ---- life

static void build(struct sim *sim)
{
    const struct options *options = &sim->options;
    const struct shelf_bin_traits bin = {
        .bin_mg = (int32_t)options->bin_mg,
        .unit_mg = (int32_t)options->unit_mg,
        .variation_permyriad = (int32_t)options->variation_permyriad,
        .units = (int32_t)options->units,
    };
    const struct sics_scale_traits traits = {
        .weight_mg = weigh,
        .context = sim,
        .serial = options->serial,
        .capacity_mg = options->capacity_g * 1000,
        .resolution_mg = (int32_t)options->resolution_mg,
    };
    sics_scale_init(&sim->scale, &traits);
    cell_init(&sim->cell, &bench_cell, (uint64_t)options->seed, 0);
    shelf_init(&sim->shelf, (uint64_t)options->seed);
    // Switched on with nothing on it, as the manual wants it.
    sics_scale_switch(&sim->scale, true, 0);
    shelf_put_bin(&sim->shelf, &sim->cell, &bin, 0);
}

int main(int argc, char **argv)
{
    static struct sim sim = { .options = { .serial = "SIM-0001",
                                           .seed = 1,
                                           .capacity_g = 6000,
                                           .resolution_mg = 100,
                                           .bin_mg = 100000,
                                           .unit_mg = 8000,
                                           .units = 40,
                                           .variation_permyriad = 100 } };
    if (!parse(argc, argv, &sim.options) || sim.options.resolution_mg == 0) {
        (void)fprintf(stderr, "clinic-sics-sim: --help tells how it is used\n");
        return USAGE;
    }
    if (sim.options.wants_help) {
        print_help();
        return DONE;
    }
    (void)signal(SIGTERM, on_signal);
    (void)signal(SIGINT, on_signal);
    sim.start_us = now_us(&sim);
    build(&sim);
    pty_line_init(&sim.line, sim.options.link);
    if (!plug(&sim))
        return FAILED;
    run(&sim);
    unplug(&sim);
    return DONE;
}
