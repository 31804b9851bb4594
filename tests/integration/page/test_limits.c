// How much of a page at a time: streams, requests under way, programs at one port.
#include "page.h"

#include <clinic/page.h>

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    WITHIN_MS = 10000,
    ASKS_MAX = 32, // of a node at a time
    ASKED = 40,
};

static void a_page_has_at_most_eight_streams(void **state)
{
    struct fixture *fixture = *state;
    struct process process = { 0 };
    struct browser *browsers[CLINIC_PAGE_STREAMS_MAX];
    const int port = page_serve_kiosk(fixture, &process, false);
    for (size_t i = 0; i < CLINIC_PAGE_STREAMS_MAX; i++)
        browsers[i] = browser_open(port);
    assert_int_equal(browser_get(browsers[0], "/api/stream"), 429);
    assert_string_equal(browser_code(browsers[0]), "busy");
    browser_hang_up(browsers[1]);
    browser_listen(browsers[1]); // the place is free at once
    for (size_t i = 0; i < CLINIC_PAGE_STREAMS_MAX; i++)
        browser_close(browsers[i]);
    assert_int_equal(process_end(&process, SIGTERM), 0);
}

// Sends an ask without waiting for its answer.
static int send_ask(const struct browser *browser)
{
    char request[600];
    const int fd = browser_connect(browser->port);
    const int length =
        snprintf(request, sizeof request,
                 "POST /api/doctor/list HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Clinic-Token: %s\r\n"
                 "X-Clinic-Stream: %s\r\nContent-Type: application/json\r\nConnection: close\r\n"
                 "Content-Length: 11\r\n\r\n{\"data\":{}}",
                 browser->port, browser->token, browser->stream_name);
    assert_true(fd >= 0);
    assert_int_equal(send(fd, request, (size_t)length, MSG_NOSIGNAL), length);
    return fd;
}

static int read_status(int fd)
{
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    char text[40] = "";
    assert_int_equal(poll(&readable, 1, WITHIN_MS), 1);
    assert_true(recv(fd, text, sizeof text - 1, 0) > 12);
    (void)close(fd);
    return atoi(text + 9);
}

static void what_is_too_much_at_a_time_is_429(void **state)
{
    struct fixture *fixture = *state;
    struct process process = { 0 };
    struct browser *browser = browser_open(page_serve_kiosk(fixture, &process, false));
    int fds[ASKED];
    size_t asked = 0;
    size_t refused = 0;
    page_await_clinic(browser);
    const size_t mark = browser_mark(browser);
    page_pause(&fixture->gateway);
    for (size_t i = 0; i < ASKED; i++)
        fds[i] = send_ask(browser);
    for (size_t i = 0; i < ASKED; i++) {
        const int status = read_status(fds[i]);
        asked += status == 202;
        refused += status == 429;
    }
    assert_int_equal(asked, ASKS_MAX);
    assert_int_equal(refused, ASKED - ASKS_MAX);
    page_resume(&fixture->gateway);
    while (browser_count(browser, mark, "reply", "\"http\":200") < ASKS_MAX)
        browser_await(browser, browser_mark(browser), "reply", "\"http\":200");
    assert_int_equal(browser_request(browser, "doctor/list", "{}"), 200);
    browser_close(browser);
    assert_int_equal(process_end(&process, SIGTERM), 0);
}

static void a_port_that_is_taken_is_said(void **state)
{
    struct fixture *fixture = *state;
    struct process process = { 0 };
    const int port = page_serve_desk(fixture, &process, "desk-1");
    FILE *settings = fopen(fixture_path(fixture, "broker/nodes/desk-2/node.ini"), "a");
    char wanted[80];
    assert_non_null(settings);
    assert_true(fprintf(settings, "[page]\nport = %d\n", port) > 0);
    assert_int_equal(fclose(settings), 0);
    box_expect(DESK(fixture, "desk-2", "serve"), FAULT);
    (void)snprintf(wanted, sizeof wanted,
                   "cannot be served at 127.0.0.1:%d: Address already in use", port);
    assert_non_null(strstr(box_text(), wanted));
    assert_int_equal(process_end(&process, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_has_at_most_eight_streams),
        fixture_test(what_is_too_much_at_a_time_is_429),
        cmocka_unit_test(a_port_that_is_taken_is_said),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
