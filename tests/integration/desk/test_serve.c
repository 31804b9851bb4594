// The command line through `clinic-desk serve`: one connection, many commands, and none can hold it up.
#include "box.h"
#include "evidence.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { AT_ONCE = 12, LONG_ENOUGH_MS = 30000, SILENT_CLIENTS = 40, LINE_MAX = 64 * 1024 };

static struct process serve; // of desk-1

static int create(struct fixture *fixture, const char *name, const char *timeout_s)
{
    return DESK(fixture, "desk-1", "--timeout", timeout_s, "patient", "create", "--name", name,
                "--birth-date", "1981-03-01", "--is-distinct");
}

static int setup(void **state)
{
    int failed = fixture_setup(state);
    if (failed == 0) {
        box_serve(*state, &serve, "desk-1");
        box_sign_in(*state, "desk-1");
    }
    return failed;
}

static int teardown(void **state)
{
    int status = process_end(&serve, SIGTERM);
    int failed = fixture_teardown(state);
    return failed != 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0 ? -1 : 0;
}

static void revive(struct fixture *fixture)
{
    if (serve.pid == 0)
        box_serve(fixture, &serve, "desk-1");
}

static void many_commands_at_once_are_all_answered(void **state)
{
    struct fixture *fixture = *state;
    struct process processes[AT_ONCE];
    size_t before = evidence_events(fixture, "clinic.patient.created");
    for (int i = 0; i < AT_ONCE; i++) {
        char name[40];
        (void)snprintf(name, sizeof name, "Crowd Member %d", i);
        START_DESK(fixture, &processes[i], "crowd", "desk-1", "--timeout", "20", "patient",
                   "create", "--name", name, "--birth-date", "1967-07-07", "--is-distinct");
    }
    for (int i = 0; i < AT_ONCE; i++) {
        int status = -1;
        assert_true(process_wait(&processes[i], LONG_ENOUGH_MS, &status));
        assert_int_equal(WEXITSTATUS(status), ACCEPTED);
    }
    assert_int_equal(evidence_events(fixture, "clinic.patient.created"), before + AT_ONCE);
}

static void the_exit_codes_are_the_same(void **state)
{
    struct fixture *fixture = *state;
    box_expect(create(fixture, "Served Well", "10"), ACCEPTED);
    box_expect(DESK(fixture, "desk-1", "patient", "read", "0193a2b4-0000-7000-8000-000000000009"),
               REJECTED);
    (void)fixture_end_gateway(fixture, SIGKILL);
    box_expect(create(fixture, "Served Later", "1"), QUEUED);
    box_expect(DESK(fixture, "desk-1", "--timeout", "1", "patient", "find", "x"), UNAVAILABLE);
    fixture_start_gateway(fixture);
    box_expect(DESK(fixture, "desk-1", "flush"), ACCEPTED);
}

static void a_watch_shows_what_another_desk_does(void **state)
{
    struct fixture *fixture = *state;
    struct process watch;
    int status = -1;
    START_DESK(fixture, &watch, "watch", "desk-1", "watch", "--count", "1");
    evidence_wait_lines(fixture, "logs/watch.log", "broker: online", 1);
    box_sign_in(fixture, "desk-2");
    box_expect(DESK(fixture, "desk-2", "patient", "create", "--name", "Watched Closely",
                    "--birth-date", "1950-05-05"),
               ACCEPTED);
    assert_true(process_wait(&watch, LONG_ENOUGH_MS, &status));
    assert_int_equal(WEXITSTATUS(status), ACCEPTED);
    assert_int_equal(evidence_lines(fixture, "logs/watch.log", "clinic.patient.created"), 1);
    assert_int_equal(evidence_lines(fixture, "logs/watch.log", "Watched Closely"), 0);
}

// The command's own words are the only record that the person at the desk has.
static void a_command_whose_server_is_killed_says_what_is_known(void **state)
{
    struct fixture *fixture = *state;
    struct process command;
    int status = -1;
    size_t before = evidence_events(fixture, "clinic.patient.created");
    (void)fixture_end_gateway(fixture, SIGKILL);
    START_DESK(fixture, &command, "cut", "desk-1", "--json", "--timeout", "60", "patient", "create",
               "--name", "Cut Short", "--birth-date", "1949-04-04");
    evidence_wait_lines(fixture, "logs/cut.log", "\"queued\"", 1);
    (void)process_end(&serve, SIGKILL);
    assert_true(process_wait(&command, LONG_ENOUGH_MS, &status));
    assert_int_equal(WEXITSTATUS(status), QUEUED);
    assert_int_equal(evidence_lines(fixture, "logs/cut.log", "serve ended"), 1);

    // The socket that the kill left behind is no obstacle, neither to a command nor to the next one.
    box_expect(DESK(fixture, "desk-1", "outbox"), ACCEPTED);
    assert_non_null(strstr(box_text(), "patient/create"));
    fixture_start_gateway(fixture);
    box_expect(DESK(fixture, "desk-1", "flush"), ACCEPTED);
    assert_int_equal(evidence_events(fixture, "clinic.patient.created"), before + 1);
    revive(fixture);
    box_expect(create(fixture, "After The Cut", "10"), ACCEPTED);
}

// Reads what the server says until it ends the connection.
static void read_all(int fd, char *text, size_t text_bytes)
{
    size_t used = 0;
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    while (used + 1 < text_bytes && poll(&readable, 1, LONG_ENOUGH_MS) > 0) {
        ssize_t length = recv(fd, text + used, text_bytes - 1 - used, 0);
        if (length <= 0)
            break;
        used += (size_t)length;
    }
    text[used] = '\0';
}

static void nonsense_on_the_socket_is_answered_and_ended(void **state)
{
    static const char *const lines[] = {
        "hello\n",
        "{}\n",
        "[]\n",
        "{\"call\":\"submit\"}\n",
        "{\"call\":\"dance\"}\n",
        "{\"call\":\"ask\",\"request\":\"patient/create\",\"data\":{}}\n",
        "{\"call\":\"drop\",\"data\":{\"id\":\"x\"}}\n",
        "\n",
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char text[1000];
        int fd = box_connect(fixture, "desk-1");
        assert_true(send(fd, lines[i], strlen(lines[i]), MSG_NOSIGNAL) > 0);
        read_all(fd, text, sizeof text);
        assert_non_null(strstr(text, "\"done\":\"usage\""));
        (void)close(fd);
    }
}

static void a_line_without_end_is_refused(void **state)
{
    static char line[LINE_MAX + 1];
    struct fixture *fixture = *state;
    char text[1000];
    int fd = box_connect(fixture, "desk-1");
    memset(line, 'x', sizeof line);
    assert_true(send(fd, line, sizeof line, MSG_NOSIGNAL) > 0);
    read_all(fd, text, sizeof text);
    assert_non_null(strstr(text, "64 KiB"));
    (void)close(fd);
}

// Clients that connect and say nothing, and one that watches and never reads.
static void silent_clients_hold_nobody_up(void **state)
{
    static const char watch[] = "{\"call\":\"watch\"}\n";
    struct fixture *fixture = *state;
    int clients[SILENT_CLIENTS];
    for (int i = 0; i < SILENT_CLIENTS; i++)
        clients[i] = box_connect(fixture, "desk-1");
    assert_true(send(clients[0], watch, sizeof watch - 1, MSG_NOSIGNAL) > 0);
    box_expect(create(fixture, "Unhindered Person", "10"), ACCEPTED);
    for (int i = 0; i < SILENT_CLIENTS; i++)
        (void)close(clients[i]);
    box_expect(DESK(fixture, "desk-1", "status"), ACCEPTED);
}

static void only_its_owner_reaches_the_socket(void **state)
{
    struct fixture *fixture = *state;
    struct stat info;
    assert_int_equal(stat(fixture_path(fixture, "broker/nodes/desk-1/state/desk.sock"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void a_second_one_says_that_the_first_is_there(void **state)
{
    struct fixture *fixture = *state;
    box_expect(DESK(fixture, "desk-1", "serve"), FAULT);
    assert_non_null(strstr(box_text(), "another program"));
    box_expect(DESK(fixture, "desk-1", "status"), ACCEPTED);
}

// Whoever starts the box's services does not know of a command that somebody gave a second ago.
static void it_waits_for_a_command_at_work_by_itself(void **state)
{
    struct fixture *fixture = *state;
    struct process command;
    int status = -1;
    (void)process_end(&serve, SIGTERM);
    (void)fixture_end_gateway(fixture, SIGKILL);
    START_DESK(fixture, &command, "alone", "desk-1", "--json", "--timeout", "2", "patient",
               "create", "--name", "First Come", "--birth-date", "1948-08-04");
    evidence_wait_lines(fixture, "logs/alone.log", "\"queued\"", 1);
    revive(fixture);
    assert_true(process_wait(&command, LONG_ENOUGH_MS, &status));
    assert_int_equal(WEXITSTATUS(status), QUEUED);
    fixture_start_gateway(fixture);
    box_expect(DESK(fixture, "desk-1", "flush"), ACCEPTED);
}

static void it_ends_cleanly_and_leaves_no_socket(void **state)
{
    struct fixture *fixture = *state;
    int status = process_end(&serve, SIGTERM);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_not_equal(access(fixture_path(fixture, "broker/nodes/desk-1/state/desk.sock"), F_OK),
                         0);
    revive(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(many_commands_at_once_are_all_answered),
        fixture_test(the_exit_codes_are_the_same),
        fixture_test(a_watch_shows_what_another_desk_does),
        fixture_test(a_command_whose_server_is_killed_says_what_is_known),
        fixture_test(nonsense_on_the_socket_is_answered_and_ended),
        fixture_test(a_line_without_end_is_refused),
        fixture_test(silent_clients_hold_nobody_up),
        fixture_test(only_its_owner_reaches_the_socket),
        fixture_test(a_second_one_says_that_the_first_is_there),
        fixture_test(it_waits_for_a_command_at_work_by_itself),
        fixture_test(it_ends_cleanly_and_leaves_no_socket),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
