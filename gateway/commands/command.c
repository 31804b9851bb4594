#include "command.h"

#include <stdio.h>
#include <string.h>

struct store *command_open_store(const struct command_line *line, enum store_mode mode)
{
    struct store *store = NULL;
    char problem[STORE_PROBLEM_BYTES] = "";

    enum clinic_status status = serve_open_store(line->config, mode, &store, problem);
    if (status == CLINIC_OK)
        return store;
    fprintf(stderr, "clinic-gateway: %s\n",
            problem[0] != '\0' ? problem : clinic_status_text(status));
    return NULL;
}

static void remove_arguments(struct command_line *line, int at, int count)
{
    line->count -= count;
    memmove(&line->arguments[at], &line->arguments[at + count],
            (size_t)(line->count - at) * sizeof line->arguments[0]);
}

const char *command_take_option(struct command_line *line, const char *name, bool *ret_is_wrong)
{
    for (int i = 0; i < line->count; i++) {
        if (strcmp(line->arguments[i], name) != 0)
            continue;
        if (i + 1 == line->count) {
            fprintf(stderr, "clinic-gateway: %s needs a value\n", name);
            *ret_is_wrong = true;
            return NULL;
        }
        const char *value = line->arguments[i + 1];
        remove_arguments(line, i, 2);
        return value;
    }
    return NULL;
}

bool command_take_flag(struct command_line *line, const char *name)
{
    for (int i = 0; i < line->count; i++) {
        if (strcmp(line->arguments[i], name) == 0) {
            remove_arguments(line, i, 1);
            return true;
        }
    }
    return false;
}

bool command_is_done(const struct command_line *line)
{
    if (line->count > 0)
        fprintf(stderr, "clinic-gateway: \"%s\" is not understood here; see --help\n",
                line->arguments[0]);
    return line->count == 0;
}
