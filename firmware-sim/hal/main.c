// clinic-scale-sim - scales as they stand in supply rooms: the firmware on simulated boards, the real broker, and people.
//
// Where to read: simulation.c is the loop, device.c one scale. script.h says what people can be told to do, taken.h what the
// ledger holds; board.h is the hardware.
#include "flags.h"
#include "simulation.h"

#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define AT(member) offsetof(struct simulation_settings, member)

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

// The release's own date, before which no certificate is looked at: 2026-01-01.
static const int64_t released_s = 1767225600;
static const int64_t latest_s = 4102444800; // 2100-01-01

static const struct flag flags[] = {
    { "folder", FLAG_TEXT, AT(folder), false, 0, 0,
      "A scale's folder, made by clinic-broker: one scale." },
    { "folders", FLAG_TEXT, AT(folders), false, 0, 0,
      "Folder of such folders: as many scales as --count says." },
    { "stem", FLAG_TEXT, AT(stem), false, 0, 0,
      "What their names begin with; a number follows, from 1 (scale-)." },
    { "count", FLAG_INTEGER, AT(count), false, 1, SIMULATION_SCALES, "How many scales (1)." },
    { "address", FLAG_TEXT, AT(address), false, 0, 0,
      "Where the broker is, if its name is not to be looked up; its certificate must bear the "
      "name." },
    { "script", FLAG_TEXT, AT(script), false, 0, 0, "File of what happens, see below." },
    { "do", FLAG_TEXT, AT(act), false, 0, 0, "The same in a word, lines divided by \";\"." },
    { "control", FLAG_TEXT, AT(control), false, 0, 0,
      "FIFO, made if need be, for such lines while it runs; \"-\": stdin." },
    { "speed", FLAG_INTEGER, AT(speed), false, 1, 100000,
      "The script's times are so many times shorter (1)." },
    { "people", FLAG_INTEGER, AT(people_s), false, 0, 86400,
      "On average somebody comes to each scale after so many seconds; 0: nobody (0)." },
    { "flash", FLAG_TEXT, AT(flash), false, 0, 0,
      "Folder where the scales' flashes outlive the program." },
    { "ledger", FLAG_TEXT, AT(ledger), false, 0, 0,
      "File of what was taken and confirmed; a run continues from it." },
    { "mt-sics", FLAG_TEXT, AT(mt_sics), false, 0, 0,
      "Link to a pseudo-terminal where the first scale answers MT-SICS, with what it weighs in its "
      "first bin." },
    { "until", FLAG_INTEGER, AT(until_s), false, 0, INT64_MAX / 1000000,
      "End after so many seconds; 0: when it is told to (0)." },
    { "seed", FLAG_INTEGER, AT(seed), false, 0, INT64_MAX / SIMULATION_SCALES - 1,
      "Which noise, which people (1)." },
    { "cells", FLAG_INTEGER, AT(cells), false, 1, HAL_CELLS, "Bins of a scale (1)." },
    { "rate", FLAG_INTEGER, AT(rate), false, 10, 80, "Samples a second, 10 or 80 (10)." },
    { "units", FLAG_INTEGER, AT(units), false, 0, SHELF_UNITS, "In each bin at the start (20)." },
    { "unit-mg", FLAG_INTEGER, AT(unit_mg), false, 1, 1000000000, "A unit's weight (8000)." },
    { "bin-mg", FLAG_INTEGER, AT(bin_mg), false, 0, 1000000000, "An empty bin's (100000)." },
    { "variation", FLAG_INTEGER, AT(variation_permyriad), false, 0, 10000,
      "Of a unit's weight, in hundredths of a percent (200)." },
    { "interrupts", FLAG_INTEGER, AT(interrupt_permyriad), false, 0, 10000,
      "Of clock pulses, in hundredths of a percent (0)." },
    { "built", FLAG_INTEGER, AT(built_s), false, 0, latest_s,
      "When the firmware was built, Unix time: its lower bound of the time." },
};

static void print_help(void)
{
    (void)printf("clinic-scale-sim %s - the firmware of supply-room scales on simulated boards\n\n"
                 "Usage: clinic-scale-sim --folder DIR | --folders DIR --count N [OPTIONS]\n\n",
                 CLINIC_VERSION);
    flags_print(flags, ARRAY_SIZE(flags), stdout);
    (void)printf(
        "\nWhat happens, a line each:\n"
        "  [SCALE:] VERB [AMOUNT] [from|to|in [bin] BIN] [for DURATION] [after DURATION | at "
        "DURATION]\n%s\n"
        "\"after\" counts from the line before it. Exit codes: 0 done, 1 failed, 2 wrong usage.\n",
        script_help());
}

int main(int argc, char **argv)
{
    struct simulation_settings settings = { .stem = "scale-",
                                            .count = 1,
                                            .seed = 1,
                                            .speed = 1,
                                            .cells = 1,
                                            .rate = 10,
                                            .units = 20,
                                            .unit_mg = 8000,
                                            .bin_mg = 100000,
                                            .variation_permyriad = 200,
                                            .built_s = released_s };
    char problem[FLAGS_PROBLEM_BYTES] = "";
    if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
        print_help();
        return EXIT_DONE;
    }
    bool is_good = flags_parse(flags, ARRAY_SIZE(flags), argc - 1, argv + 1, &settings, problem);
    if (is_good && (settings.folder == NULL) == (settings.folders == NULL)) {
        (void)snprintf(problem, sizeof problem, "either --folder or --folders is needed");
        is_good = false;
    }
    if (is_good && settings.rate != 10 && settings.rate != 80) {
        (void)snprintf(problem, sizeof problem, "--rate is 10 or 80");
        is_good = false;
    }
    if (!is_good) {
        (void)fprintf(stderr, "clinic-scale-sim: %s\n", problem);
        return EXIT_USAGE;
    }
    return simulation_run(&settings) ? EXIT_DONE : EXIT_FAILED;
}
