#include "ledger.h"

#include <clinic/clock.h>
#include <clinic/text.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROW_BYTES = 112, // serial 40, name 32, instant 24, and what separates them
    FILE_BYTES_MAX = LEDGER_ROWS_MAX * ROW_BYTES + 256,
};

#define TITLE "# Every certificate ever issued; written by clinic-broker, do not edit.\n"
#define NOT_REVOKED "-"

bool ledger_add(struct ledger *ledger, const char *serial, const char *name,
                struct failure *failure)
{
    if (ledger->count >= LEDGER_ROWS_MAX)
        return failed(failure,
                      "this authority has issued %d certificates, its limit; init a new one",
                      LEDGER_ROWS_MAX);
    if (ledger->count == ledger->room) {
        const size_t room = ledger->room == 0 ? 64 : 2 * ledger->room;
        struct ledger_row *rows = realloc(ledger->rows, room * sizeof *rows);
        if (rows == NULL)
            return failed(failure, "out of memory");
        ledger->rows = rows;
        ledger->room = room;
    }
    struct ledger_row *row = &ledger->rows[ledger->count++];
    *row = (struct ledger_row){ .revoked_at_ms = 0 };
    (void)snprintf(row->serial, sizeof row->serial, "%s", serial);
    (void)snprintf(row->name, sizeof row->name, "%s", name);
    return true;
}

static bool take_row(struct ledger *ledger, const char *line, struct failure *failure)
{
    char serial[CLINIC_SERIAL_TEXT_BYTES];
    char name[CLINIC_NODE_NAME_BYTES];
    char revoked[CLINIC_INSTANT_TEXT_BYTES];
    uint8_t bytes[CERTIFICATE_SERIAL_BYTES];
    int64_t revoked_at_ms = 0;
    int end = 0;
    if (sscanf(line, "%40s %32s %24s%n", serial, name, revoked, &end) != 3 || line[end] != '\0'
        || !certificate_parse_serial(serial, bytes) || !clinic_text_is_node_name(name)
        || (strcmp(revoked, NOT_REVOKED) != 0 && !clinic_instant_parse(revoked, &revoked_at_ms)))
        return failed(failure, "not a row");
    if (!ledger_add(ledger, serial, name, failure))
        return false;
    ledger->rows[ledger->count - 1].revoked_at_ms = revoked_at_ms;
    return true;
}

static bool take_generation(struct ledger *ledger, const char *line, size_t *ret_rows,
                            struct failure *failure)
{
    int end = 0;
    if (sscanf(line, "generation %9" SCNu32 " applied %9" SCNu32 " rows %9zu%n",
               &ledger->generation, &ledger->applied, ret_rows, &end)
            != 3
        || line[end] != '\0' || ledger->applied > ledger->generation)
        return failed(failure, "not the generation");
    return true;
}

static bool take_lines(struct ledger *ledger, char *text, int *number, struct failure *failure)
{
    size_t rows = LEDGER_ROWS_MAX + 1; // more than there can be: the generation says how many
    for (char *line = text; line != NULL;) {
        char *next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        ++*number;
        const bool is_title = *number == 1 || line[0] == '\0';
        if (!is_title
            && !(*number == 2 ? take_generation(ledger, line, &rows, failure)
                              : take_row(ledger, line, failure)))
            return false;
        line = next;
    }
    return ledger->count == rows || failed(failure, "rows are missing");
}

static bool take_text(struct ledger *ledger, char *text, const char *path, struct failure *failure)
{
    int number = 0;
    struct failure reason;
    return take_lines(ledger, text, &number, &reason)
           || failed(failure, "%.500s:%d: %.100s; restore the file from a backup", path, number,
                     reason.text);
}

bool ledger_load(const struct layout *layout, struct ledger *ret_ledger, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    layout_path(layout, LAYOUT_LEDGER, path);
    struct ledger ledger = { .generation = 0 };
    char *text = NULL;
    size_t length = 0;
    if (!files_read(path, FILE_BYTES_MAX, &text, &length, failure))
        return false;
    const bool is_read = take_text(&ledger, text, path, failure);
    free(text);
    if (!is_read) {
        ledger_done(&ledger);
        return false;
    }
    *ret_ledger = ledger;
    return true;
}

static void print_row(const struct ledger_row *row, FILE *out)
{
    char revoked[CLINIC_INSTANT_TEXT_BYTES] = NOT_REVOKED;
    if (row->revoked_at_ms != 0)
        clinic_instant_print(row->revoked_at_ms, revoked);
    (void)fprintf(out, "%s %s %s\n", row->serial, row->name, revoked);
}

bool ledger_save(const struct layout *layout, const struct ledger *ledger, struct failure *failure)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return failed(failure, "out of memory");
    (void)fprintf(out, TITLE "generation %" PRIu32 " applied %" PRIu32 " rows %zu\n",
                  ledger->generation, ledger->applied, ledger->count);
    for (size_t i = 0; i < ledger->count; i++)
        print_row(&ledger->rows[i], out);
    const bool is_printed = fclose(out) == 0;
    const bool is_saved = is_printed ? layout_write(layout, LAYOUT_LEDGER, text, length, failure)
                                     : failed(failure, "out of memory");
    free(text);
    return is_saved;
}

void ledger_done(struct ledger *ledger)
{
    free(ledger->rows);
    *ledger = (struct ledger){ .rows = NULL };
}
