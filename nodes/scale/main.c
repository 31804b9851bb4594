// clinic-scale - the node for off-the-shelf scales with a serial line: what lies on them becomes stock.
//
// Where to read: sics.c is what scales say; dialog.c what they are asked, and when; instrument.c the line they are on; channel.c
// makes counts of weights, with the firmware's own weighing; station.c puts it together and talks to the clinic.
#include "check.h"
#include "station.h"

#include <clinic/log.h>

#include <stdlib.h>
#include <string.h>

enum { DONE = 0, FAILED = 1, USAGE = 2 };

struct options {
    const char *folder;
    bool is_check;
    bool wants_help;
};

static void print_help(void)
{
    (void)printf(
        "clinic-scale %s - tells the clinic what lies on scales that speak MT-SICS\n\n"
        "Usage: clinic-scale [--folder DIR] [--check]\n\n"
        "  --folder DIR  what clinic-broker made for this node; else the environment's "
        "CLINIC_NODE\n"
        "  --check       reads the settings, asks each scale for its serial number, and ends\n"
        "  --help        this\n\n"
        "Exit codes: 0 ended as asked, 1 something is wrong on this box, 2 wrong usage.\n\n"
        "Settings, in DIR/node.ini:\n\n",
        CLINIC_VERSION);
    ports_print(stdout);
}

static bool parse(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            options->wants_help = true;
        else if (strcmp(argv[i], "--check") == 0)
            options->is_check = true;
        else if (strcmp(argv[i], "--folder") == 0 && i + 1 < argc)
            options->folder = argv[++i];
        else
            return false;
    }
    return true;
}

static int serve(const char *folder)
{
    char problem[600];
    struct station *station = station_open(folder, problem, sizeof problem);
    if (station == NULL) {
        clinic_log(CLINIC_LOG_ERROR, "%s", problem);
        return FAILED;
    }
    if (clinic_node_outbox_was_set_aside(station->node))
        clinic_log(CLINIC_LOG_WARNING, "the outbox was damaged: a new one was begun");
    clinic_log(CLINIC_LOG_INFO, "ready");
    const bool is_good = station_run(station);
    clinic_log(CLINIC_LOG_INFO, "closing");
    station_close(station);
    return is_good ? DONE : FAILED;
}

int main(int argc, char **argv)
{
    struct options options = { .folder = getenv("CLINIC_NODE") };
    if (!parse(argc, argv, &options)) {
        (void)fprintf(stderr, "clinic-scale: --help tells how it is used\n");
        return USAGE;
    }
    if (options.wants_help) {
        print_help();
        return DONE;
    }
    if (options.folder == NULL) {
        (void)fprintf(stderr,
                      "clinic-scale: which node? Give --folder DIR or set CLINIC_NODE to the "
                      "folder that clinic-broker made\n");
        return USAGE;
    }
    if (options.is_check)
        return check(options.folder, stdout) ? DONE : FAILED;
    return serve(options.folder);
}
