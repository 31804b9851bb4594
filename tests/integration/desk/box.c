#include "box.h"

#include "evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS_MAX = 40, VALUES = 4 };

static struct process_output output;

static void fill_words(struct fixture *fixture, const char *node, const char *const words[],
                       const char *argv[static WORDS_MAX])
{
    size_t count = 0;
    argv[count++] = PROGRAM_FOLDER "/clinic-desk";
    argv[count++] = "--folder";
    argv[count++] = fixture_path(fixture, "broker/nodes/%s", node);
    for (size_t i = 0; words[i] != NULL; i++) {
        assert_true(count < WORDS_MAX - 1);
        argv[count++] = words[i];
    }
    argv[count] = NULL;
}

int box_run(struct fixture *fixture, const char *node, const char *const words[])
{
    const char *argv[WORDS_MAX];
    fill_words(fixture, node, words, argv);
    process_run(&output, argv);
    return output.exit_code;
}

const char *box_text(void)
{
    return output.text;
}

void box_expect(int found, int wanted)
{
    if (found != wanted)
        fail_msg("exit code %d, not %d:\n%s", found, wanted, output.text);
}

const char *box_value(const char *label)
{
    static char values[VALUES][300];
    static size_t turn;
    char *value = values[turn++ % VALUES];
    char start[80];
    (void)snprintf(start, sizeof start, "  %s  ", label);
    const char *line = strstr(output.text, start);
    if (line == NULL)
        fail_msg("there is no \"%s\" in:\n%s", label, output.text);
    line += strlen(start);
    line += strspn(line, " ");
    (void)snprintf(value, sizeof values[0], "%.*s", (int)strcspn(line, "\n"), line);
    return value;
}

void box_start(struct fixture *fixture, struct process *process, const char *name, const char *node,
               const char *const words[])
{
    const char *argv[WORDS_MAX];
    fill_words(fixture, node, words, argv);
    process_start(process, fixture_path(fixture, "logs/%s.log", name), argv);
}

// A port of its own: tests run at the same time.
static void choose_port(struct fixture *fixture, const char *node)
{
    FILE *file = fopen(fixture_path(fixture, "broker/nodes/%s/node.ini", node), "a+");
    char line[200];
    bool is_chosen = false;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        is_chosen = is_chosen || strcmp(line, "[page]\n") == 0;
    if (!is_chosen)
        assert_true(fputs("[page]\nport = 0\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
}

void box_serve(struct fixture *fixture, struct process *process, const char *node)
{
    char name[64];
    char file[80];
    (void)snprintf(name, sizeof name, "serve-%s", node);
    (void)snprintf(file, sizeof file, "logs/%s.log", name);
    choose_port(fixture, node);
    size_t before = evidence_lines(fixture, file, "ready: http:");
    START_DESK(fixture, process, name, node, "serve");
    evidence_wait_lines(fixture, file, "ready: http:", before + 1);
}

void box_sign_in(struct fixture *fixture, const char *node)
{
    box_expect(DESK(fixture, node, "sign-in", "ada", "--pin-file", fixture_path(fixture, "pin")),
               ACCEPTED);
}

int box_connect(struct fixture *fixture, const char *node)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s",
                   fixture_path(fixture, "broker/nodes/%s/state/desk.sock", node));
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}
