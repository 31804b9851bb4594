// clinic-kiosk - the check-in kiosk's program, and that of the waiting room's screen: the box's connection to the
// clinic, and the page that the box's own browser shows.
//
// Where to read: kiosk.c puts the box and the page server of the SDK (<clinic/box.h>, <clinic/page.h>) together;
// ticket.c counts provisional tickets; kiosk_settings.c is what node.ini may say. The pages are in web/.
#include "kiosk.h"
#include "kiosk_settings.h"

#include <clinic/log.h>

#include <stdlib.h>
#include <string.h>

enum { DONE = 0, FAILED = 1, USAGE = 2 };

struct options {
    const char *folder;
    bool is_board;
    bool is_check;
    bool wants_help;
};

static void print_help(void)
{
    (void)printf(
        "clinic-kiosk %s - the page of a check-in kiosk, or of the screen in the waiting room\n\n"
        "Usage: clinic-kiosk [--folder DIR] [--board] [--check]\n\n"
        "  --folder DIR  what clinic-broker made for this node; else the environment's "
        "CLINIC_NODE\n"
        "  --board       a node of role board: only the waiting room's screen\n"
        "  --check       reads the settings, and ends\n"
        "  --help        this\n\n"
        "The kiosk's page is http://127.0.0.1:8440/, the screen is /board.html; a board has it at "
        "both.\n\n"
        "Exit codes: 0 ended as asked, 1 something is wrong on this box, 2 wrong usage.\n\n"
        "Settings, in DIR/node.ini:\n\n",
        CLINIC_VERSION);
    kiosk_settings_print(stdout);
}

static bool parse(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            options->wants_help = true;
        else if (strcmp(argv[i], "--board") == 0)
            options->is_board = true;
        else if (strcmp(argv[i], "--check") == 0)
            options->is_check = true;
        else if (strcmp(argv[i], "--folder") == 0 && i + 1 < argc)
            options->folder = argv[++i];
        else
            return false;
    }
    return true;
}

static int run(const struct options *options)
{
    struct kiosk_settings settings;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    if (!kiosk_settings_load(options->folder, &settings, problem)) {
        clinic_log(CLINIC_LOG_ERROR, "%s", problem);
        return FAILED;
    }
    if (options->is_check) {
        (void)printf("%s/node.ini: the settings are in order\n", options->folder);
        return DONE;
    }
    return kiosk_serve(options->folder, &settings, options->is_board) ? DONE : FAILED;
}

int main(int argc, char **argv)
{
    struct options options = { .folder = getenv("CLINIC_NODE") };
    if (!parse(argc, argv, &options)) {
        (void)fprintf(stderr, "clinic-kiosk: --help tells how it is used\n");
        return USAGE;
    }
    if (options.wants_help) {
        print_help();
        return DONE;
    }
    if (options.folder == NULL) {
        (void)fprintf(stderr,
                      "clinic-kiosk: which node? Give --folder DIR or set CLINIC_NODE to the "
                      "folder that clinic-broker made\n");
        return USAGE;
    }
    return run(&options);
}
