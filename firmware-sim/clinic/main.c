// clinic-sim - plays the people and programs around a clinic: for demonstrations, campaigns and measurements.
//
// Where to read: each part it can play is a file (submit.c, record.c, archive.c) that begins with the lines it
// writes into its ledger; people.c invents the patients.
#include "sim.h"

#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct part *const parts[] = { &submit_part, &record_part, &archive_part, &port_part };

static void print_help(void)
{
    (void)printf("clinic-sim %s - plays nodes of a clinic\n\n"
                 "Usage: clinic-sim PART [OPTIONS]\n\n",
                 CLINIC_VERSION);
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        (void)printf("  %-10s %s\n", parts[i]->name, parts[i]->help);
    (void)printf(
        "\n`clinic-sim PART --help` lists a part's options. Each part continues from its ledger\n"
        "after a kill. Exit codes: 0 done, 1 failed, 2 wrong usage.\n");
}

static enum sim_exit run_part(const struct part *part, int argc, char **argv)
{
    char problem[FLAGS_PROBLEM_BYTES];
    if (argc > 0 && strcmp(argv[0], "--help") == 0) {
        (void)printf("clinic-sim %s: %s\n\n", part->name, part->help);
        flags_print(part->flags, part->flag_count, stdout);
        return SIM_DONE;
    }
    void *settings = calloc(1, part->settings_bytes);
    if (settings == NULL)
        return SIM_FAILED;
    part->defaults(settings);
    enum sim_exit result = SIM_USAGE;
    if (flags_parse(part->flags, part->flag_count, argc, argv, settings, problem))
        result = part->play(settings);
    else
        (void)fprintf(stderr, "clinic-sim %s: %s\n", part->name, problem);
    free(settings);
    return result;
}

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
        print_help();
        return SIM_DONE;
    }
    for (size_t i = 0; i < ARRAY_SIZE(parts) && argc >= 2; i++)
        if (strcmp(parts[i]->name, argv[1]) == 0)
            return (int)run_part(parts[i], argc - 2, argv + 2);
    (void)fprintf(stderr, "clinic-sim: which part? --help lists them\n");
    return SIM_USAGE;
}
