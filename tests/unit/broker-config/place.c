#include "place.h"

#include "folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ARGUMENTS_MAX = 32, TEXT_BYTES = 64 * 1024 };

int place_make(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    folder_make("broker-config", place->folder, sizeof place->folder);
    (void)snprintf(place->dir, sizeof place->dir, "%s/broker", place->folder);
    place->now_ms = PLACE_NOW_MS;
    *state = place;
    return 0;
}

int place_remove(void **state)
{
    struct place *place = *state;
    folder_remove(place->folder);
    free(place);
    return 0;
}

static const char *kept(const struct place *place)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/kept", place->folder);
    return path;
}

int place_make_clinic(void **state)
{
    if (place_make(state) != 0)
        return -1;
    struct place *place = *state;
    // Whoever runs the tests: nobody else has to read the broker's files.
    if (RUN(place, "init", "--name", "clinic.local", "--ip", "192.168.1.5", "--site", "main",
            "--user", "root")
            != COMMANDS_DONE
        || RUN(place, "add", "desk-1", "--role", "desk") != COMMANDS_DONE
        || RUN(place, "add", "kiosk-1", "--role", "kiosk") != COMMANDS_DONE)
        return -1;
    folder_copy(place->dir, kept(place));
    return 0;
}

void place_put_back(struct place *place)
{
    folder_remove(place->dir);
    folder_copy(kept(place), place->dir);
    place->now_ms = PLACE_NOW_MS;
}

int place_set_up_clinic(void **state)
{
    place_put_back(*state);
    return 0;
}

static int64_t now_ms(void *context)
{
    return ((const struct place *)context)->now_ms;
}

struct clinic_clock place_clock(struct place *place)
{
    return (struct clinic_clock){ .wall_ms = now_ms, .monotonic_ms = now_ms, .context = place };
}

enum commands_status place_run(struct place *place, const char *const *arguments)
{
    char *argv[ARGUMENTS_MAX] = { "clinic-broker" };
    int argc = 1;
    for (; arguments[argc - 1] != NULL; argc++) {
        assert_true(argc < ARGUMENTS_MAX - 3);
        argv[argc] = (char *)arguments[argc - 1];
    }
    if (argc > 1) {
        argv[argc++] = "--dir";
        argv[argc++] = place->dir;
    }

    const struct clinic_clock clock = place_clock(place);
    FILE *out = fmemopen(place->out, sizeof place->out, "w");
    FILE *err = fmemopen(place->err, sizeof place->err, "w");
    assert_non_null(out);
    assert_non_null(err);
    place->out[0] = '\0';
    place->err[0] = '\0';
    const enum commands_status status = commands_run(argc, argv, &clock, out, err);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(fclose(err), 0);
    return status;
}

const char *place_path(const struct place *place, const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", place->dir, name);
    return path;
}

const char *place_read(const struct place *place, const char *name)
{
    static char text[TEXT_BYTES];
    FILE *file = fopen(place_path(place, name), "r");
    assert_non_null(file);
    const size_t length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    assert_int_equal(fclose(file), 0);
    return text;
}

bool place_has(const struct place *place, const char *name)
{
    return access(place_path(place, name), F_OK) == 0;
}

void place_write(const struct place *place, const char *name, const char *text)
{
    FILE *file = fopen(place_path(place, name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}
