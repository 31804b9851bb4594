#include "town.h"

#include "folder.h"
#include "port.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { WITHIN_MS = 20000, PATHS = 8, ARGUMENTS_MAX = 24, POLL_MS = 5 };

const char *town_path(const char *format, ...)
{
    static char paths[PATHS][512];
    static size_t turn;
    char *path = paths[turn++ % PATHS];
    va_list arguments;

    va_start(arguments, format);
    const int length = vsnprintf(path, sizeof paths[0], format, arguments);
    va_end(arguments);
    assert_true(length >= 0 && (size_t)length < sizeof paths[0]);
    return path;
}

int town_make(void **state)
{
    struct town *town = calloc(1, sizeof *town);
    assert_non_null(town);
    folder_make("town", town->folder, sizeof town->folder);
    // Mosquitto gives up root's rights and has to walk through.
    assert_int_equal(chmod(town->folder, 0755), 0);
    (void)snprintf(town->dir, sizeof town->dir, "%s/broker", town->folder);
    town->port = port_free();
    *state = town;

    assert_int_equal(RUN(town, "init", "--name", "clinic.local", "--ip", "192.168.1.5", "--site",
                         "main", "--bind", "127.0.0.1", "--port", town_path("%d", town->port)),
                     0);
    assert_int_equal(RUN(town, "add", "desk-1", "--role", "desk"), 0);
    assert_int_equal(RUN(town, "add", "kiosk-1", "--role", "kiosk"), 0);
    assert_int_equal(RUN(town, "add", "kiosk-2", "--role", "kiosk"), 0);
    return 0;
}

int town_remove(void **state)
{
    struct town *town = *state;
    (void)process_end(&town->broker, SIGTERM); // how it ends is no matter here
    folder_remove(town->folder);
    free(town);
    return 0;
}

int town_run(struct town *town, const char *const *arguments)
{
    const char *argv[ARGUMENTS_MAX] = { PROGRAM_FOLDER "/clinic-broker" };
    int argc = 1;
    for (; arguments[argc - 1] != NULL; argc++) {
        assert_true(argc < ARGUMENTS_MAX - 3);
        argv[argc] = arguments[argc - 1];
    }
    argv[argc++] = "--dir";
    argv[argc++] = town->dir;
    process_run(&town->output, argv);
    return town->output.exit_code;
}

void town_start_with(struct town *town, const char *conf)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    process_start(&town->broker, town_path("%s/broker.log", town->folder),
                  (const char *const[]){ "mosquitto", "-c", conf, NULL });
    while (!port_answers(town->port)) {
        int status = 0;
        if (process_now_ms() > deadline_ms || process_wait(&town->broker, 0, &status))
            fail_msg("the broker does not listen: %s", town_read(town->broker.log_path));
        (void)poll(NULL, 0, POLL_MS);
    }
}

void town_start(struct town *town)
{
    town_start_with(town, town_path("%s/broker/mosquitto.conf", town->dir));
}

void town_restart(struct town *town)
{
    (void)process_end(&town->broker, SIGTERM); // how it ends is no matter here
    town_start(town);
}

struct peer *town_connect(const struct town *town, const char *node)
{
    struct peer_identity identity = { .port = town->port };
    (void)snprintf(identity.ca, sizeof identity.ca, "%s/nodes/%s/ca.crt", town->dir, node);
    (void)snprintf(identity.certificate, sizeof identity.certificate, "%s/nodes/%s/node.crt",
                   town->dir, node);
    (void)snprintf(identity.key, sizeof identity.key, "%s/nodes/%s/node.key", town->dir, node);
    (void)snprintf(identity.node, sizeof identity.node, "%s", node);
    return peer_try(&identity);
}

void town_expect_log(const struct town *town, const char *text)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    for (bool is_there = false; !is_there;) {
        char *log = town_read(town->broker.log_path);
        is_there = strstr(log, text) != NULL;
        free(log);
        if (!is_there && process_now_ms() > deadline_ms)
            fail_msg("the broker's log says nothing of \"%s\"", text);
        (void)poll(NULL, 0, is_there ? 0 : POLL_MS);
    }
}

char *town_read(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    if (getdelim(&text, &size, '\0', file) < 0)
        text[0] = '\0'; // an empty file
    assert_int_equal(fclose(file), 0);
    return text;
}

void town_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}
