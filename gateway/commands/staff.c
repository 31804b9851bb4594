// staff.c - `staff add`: an account made on the gateway's own console, the first admin above all.
#include "command.h"

#include "../services/staff/staff.h"

#include <clinic/clock.h>
#include <clinic/seal.h>

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { PIN_BYTES = 80 };

static bool read_line(FILE *file, char pin[static PIN_BYTES])
{
    if (fgets(pin, PIN_BYTES, file) == NULL)
        return false;
    pin[strcspn(pin, "\r\n")] = '\0';
    return true;
}

static bool ask_once(const char *prompt, char pin[static PIN_BYTES])
{
    struct termios before, silent;

    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return read_line(stdin, pin); // not a terminal
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    fputs(prompt, stderr);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent); // at worst the PIN shows
    bool is_read = read_line(stdin, pin);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return is_read;
}

static bool ask_for_pin(char pin[static PIN_BYTES])
{
    char again[PIN_BYTES];

    if (!ask_once("PIN: ", pin))
        return false;
    if (isatty(STDIN_FILENO) == 0)
        return true;
    bool is_same = ask_once("Once more: ", again) && strcmp(pin, again) == 0;
    clinic_wipe(again, sizeof again);
    if (!is_same)
        fputs("clinic-gateway: the two are not the same\n", stderr);
    return is_same;
}

static bool get_pin(const char *path, char pin[static PIN_BYTES])
{
    if (path == NULL)
        return ask_for_pin(pin);
    FILE *file = fopen(path, "re");
    bool is_read = file != NULL && read_line(file, pin);
    if (file != NULL)
        (void)fclose(file); // only read from
    if (!is_read)
        fprintf(stderr, "clinic-gateway: %s: no PIN can be read there\n", path);
    return is_read;
}

static enum command_exit add(struct store *store, const char *name, enum clinic_staff_role role,
                             const char *pin)
{
    char problem[STORE_PROBLEM_BYTES] = "";
    enum clinic_status status = store_begin(store);

    if (status == CLINIC_OK)
        status = staff_add(store, name, role, pin, clinic_wall_ms(clinic_clock_system()), problem,
                           sizeof problem);
    if (status == CLINIC_OK)
        status = store_commit(store);
    else
        store_rollback(store);
    if (status == CLINIC_OK) {
        printf("%s may sign in as %s\n", name, clinic_staff_role_name(role));
        return COMMAND_OK;
    }
    fprintf(stderr, "clinic-gateway: %s\n",
            status == CLINIC_EXISTS ? "there is an account of that name already"
            : problem[0] != '\0'    ? problem
                                    : clinic_status_text(status));
    return COMMAND_FAILED;
}

// The first account may be needed before the gateway has ever run: then the database is made here.
static struct store *open_store(const struct command_line *line)
{
    struct store *store = NULL;
    char problem[STORE_PROBLEM_BYTES];

    if (serve_open_store(line->config, STORE_EDIT, &store, problem) == CLINIC_OK)
        return store;
    return command_open_store(line, STORE_SERVE);
}

enum command_exit command_staff(const struct command_line *original)
{
    struct command_line line = *original;
    enum clinic_staff_role role = CLINIC_STAFF_NONE;
    char pin[PIN_BYTES];
    bool is_wrong = false;

    const char *role_name = command_take_option(&line, "--role", &is_wrong);
    const char *pin_path = command_take_option(&line, "--pin-file", &is_wrong);
    if (is_wrong || line.count != 2 || strcmp(line.arguments[0], "add") != 0 || role_name == NULL) {
        fputs("usage: clinic-gateway staff add NAME --role ROLE [--pin-file FILE]\n", stderr);
        return COMMAND_USAGE;
    }
    if (!clinic_staff_role_find(role_name, &role)) {
        fputs("clinic-gateway: --role is one of reception, doctor, stock, manager, admin\n",
              stderr);
        return COMMAND_USAGE;
    }
    if (!get_pin(pin_path, pin))
        return COMMAND_FAILED;

    struct store *store = open_store(&line);
    enum command_exit result =
        store == NULL ? COMMAND_FAILED : add(store, line.arguments[1], role, pin);
    clinic_wipe(pin, sizeof pin);
    store_close(store);
    return result;
}
