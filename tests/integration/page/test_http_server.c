// The server by itself, and a client of it in the same thread: connections, and readers that do not read.
#include "browser.h"
#include "http_server.h"
#include "process.h"

#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    BODY_MAX = 80 * 1024,
    WITHIN_MS = 10000,
    PIECE_BYTES = 64 * 1024,
    STREAM_BYTES_MAX = 64 * 1024 * 1024,
};

struct bench {
    struct event_base *base;
    struct http_server *server;
    bool is_held;               // requests get no answer yet
    struct http_exchange *held; // the latest of them
    size_t request_count;
    size_t gone_count;
    char last_path[40];
    size_t last_body_bytes;
};

static void on_request(void *context, struct http_exchange *exchange,
                       const struct http_request *request)
{
    struct bench *bench = context;
    bench->request_count++;
    bench->last_body_bytes = request->body_bytes;
    (void)snprintf(bench->last_path, sizeof bench->last_path, "%.*s",
                   (int)request->head->path.length, request->head->path.bytes);
    if (bench->is_held) {
        bench->held = exchange;
        return;
    }
    http_answer(exchange, &(struct http_answer){ .status = 200,
                                                 .headers = "",
                                                 .media_type = "text/plain",
                                                 .bytes = bench->last_path,
                                                 .length = strlen(bench->last_path) });
}

static void on_bad_request(void *context, struct http_exchange *exchange, int status)
{
    (void)context;
    http_answer(exchange, &(struct http_answer){ .status = status, .headers = "" });
}

static void on_gone(void *owner)
{
    struct bench *bench = owner;
    bench->gone_count++;
}

static const struct http_handler handler = { .on_request = on_request,
                                             .on_bad_request = on_bad_request };

static int bench_open(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    bench->base = event_base_new();
    assert_non_null(bench->base);
    bench->server = http_server_open(bench->base, 0, BODY_MAX, &handler, bench);
    assert_non_null(bench->server);
    *state = bench;
    return 0;
}

static int bench_close(void **state)
{
    struct bench *bench = *state;
    http_server_close(bench->server);
    event_base_free(bench->base);
    free(bench);
    return 0;
}

static int client(struct bench *bench, const char *text)
{
    const int fd = browser_connect((int)http_server_port(bench->server));
    assert_true(fd >= 0);
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    return fd;
}

static void turn(struct bench *bench)
{
    (void)event_base_loop(bench->base, EVLOOP_NONBLOCK);
}

// Lets the server work until the client has heard the text, or (NULL) the end of the connection. Returns all it heard.
static const char *hear(struct bench *bench, int fd, const char *text)
{
    static char heard[64 * 1024];
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    size_t used = 0;
    for (;;) {
        turn(bench);
        const ssize_t length = recv(fd, heard + used, sizeof heard - 1 - used, MSG_DONTWAIT);
        used += length > 0 ? (size_t)length : 0;
        heard[used] = '\0';
        if (text == NULL ? length == 0 : strstr(heard, text) != NULL)
            return heard;
        if (process_now_ms() > deadline_ms)
            fail_msg("not heard: %s; but: %s", text == NULL ? "the end" : text, heard);
    }
}

static bool is_open(int fd)
{
    char byte;
    return recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) != 0;
}

static void a_connection_carries_one_request_after_the_other(void **state)
{
    struct bench *bench = *state;
    const int fd = client(bench, "GET /one HTTP/1.1\r\n\r\n");
    (void)hear(bench, fd, "/one");
    assert_int_equal(send(fd, "GET /two HTTP/1.1\r\n\r\n", 21, MSG_NOSIGNAL), 21);
    assert_null(strstr(hear(bench, fd, "/two"), "close"));
    (void)close(fd);
}

static void requests_in_one_piece_are_answered_in_their_order(void **state)
{
    struct bench *bench = *state;
    const int fd =
        client(bench, "GET /a HTTP/1.1\r\n\r\n"
                      "POST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz"
                      "GET /c HTTP/1.1\r\nConnection: close\r\n\r\nGET /d HTTP/1.1\r\n\r\n");
    const char *heard = hear(bench, fd, NULL);
    const char *first = strstr(heard, "/a");
    const char *second = strstr(heard, "/b");
    const char *third = strstr(heard, "/c");
    assert_true(first != NULL && second > first && third > second);
    assert_null(strstr(heard, "/d"));
    assert_int_equal(bench->request_count, 3);
    (void)close(fd);
}

static void a_request_in_single_bytes_is_understood(void **state)
{
    static const char text[] = "POST /slow HTTP/1.1\r\nContent-Length: 6\r\n\r\nabcdef";
    struct bench *bench = *state;
    const int fd = client(bench, "");
    for (size_t i = 0; i < sizeof text - 1; i++) {
        assert_int_equal(send(fd, text + i, 1, MSG_NOSIGNAL), 1);
        turn(bench);
    }
    (void)hear(bench, fd, "/slow");
    assert_int_equal(bench->last_body_bytes, 6);
    (void)close(fd);
}

static void who_has_no_more_to_say_still_gets_the_answer(void **state)
{
    struct bench *bench = *state;
    bench->is_held = true;
    const int fd = client(bench, "GET /held HTTP/1.1\r\n\r\n");
    (void)shutdown(fd, SHUT_WR);
    while (bench->held == NULL)
        turn(bench);
    for (int i = 0; i < 10; i++)
        turn(bench);
    http_answer(bench->held, &(struct http_answer){ .status = 503, .headers = "" });
    assert_non_null(strstr(hear(bench, fd, NULL), "503"));
    (void)close(fd);
}

static void a_refusal_reaches_who_is_still_sending(void **state)
{
    static char body[PIECE_BYTES];
    struct bench *bench = *state;
    const int fd = client(bench, "POST /big HTTP/1.1\r\nContent-Length: 90000000\r\n\r\n");
    for (int i = 0; i < 20; i++) {
        (void)send(fd, body, sizeof body, MSG_NOSIGNAL | MSG_DONTWAIT);
        turn(bench);
    }
    assert_non_null(strstr(hear(bench, fd, "\r\n\r\n"), "413"));
    (void)close(fd);
}

static void the_longest_idle_connection_makes_room(void **state)
{
    struct bench *bench = *state;
    int fds[HTTP_CONNECTIONS_MAX + 2];
    for (size_t i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
        fds[i] = client(bench, "GET /idle HTTP/1.1\r\n\r\n");
        (void)hear(bench, fds[i], "/idle");
    }
    assert_int_equal(send(fds[0], "GET /again HTTP/1.1\r\n\r\n", 23, MSG_NOSIGNAL), 23);
    (void)hear(bench, fds[0], "/again");
    for (size_t i = HTTP_CONNECTIONS_MAX; i < HTTP_CONNECTIONS_MAX + 2; i++) {
        fds[i] = client(bench, "GET /new HTTP/1.1\r\n\r\n");
        (void)hear(bench, fds[i], "/new");
    }
    assert_true(is_open(fds[0]));
    assert_false(is_open(fds[1]));
    assert_false(is_open(fds[2]));
    assert_true(is_open(fds[3]));
    for (size_t i = 0; i < HTTP_CONNECTIONS_MAX + 2; i++)
        (void)close(fds[i]);
}

static void where_all_are_at_work_nobody_more_is_let_in(void **state)
{
    struct bench *bench = *state;
    int fds[HTTP_CONNECTIONS_MAX];
    bench->is_held = true;
    for (size_t i = 0; i < HTTP_CONNECTIONS_MAX; i++)
        fds[i] = client(bench, "GET /held HTTP/1.1\r\n\r\n");
    while (bench->request_count < HTTP_CONNECTIONS_MAX)
        turn(bench);
    const int more = client(bench, "");
    (void)hear(bench, more, NULL);
    for (size_t i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
        assert_true(is_open(fds[i]));
        (void)close(fds[i]);
    }
    (void)close(more);
}

static void begin_stream(struct bench *bench, int *ret_fd)
{
    bench->is_held = true;
    *ret_fd = client(bench, "GET /stream HTTP/1.1\r\n\r\n");
    while (bench->held == NULL)
        turn(bench);
    http_stream_begin(bench->held, "", "text/event-stream");
    http_exchange_watch(bench->held, on_gone, bench);
}

static void a_reader_who_is_too_far_behind_is_cut_off(void **state)
{
    static char piece[PIECE_BYTES];
    struct bench *bench = *state;
    size_t written = 0;
    int fd = -1;
    begin_stream(bench, &fd);
    while (bench->gone_count == 0) {
        http_stream_write(bench->held, piece, sizeof piece);
        written += sizeof piece;
        turn(bench);
        assert_in_range(written, 0, STREAM_BYTES_MAX);
    }
    assert_int_equal(bench->gone_count, 1);
    (void)close(fd);
}

static void a_reader_who_goes_is_noticed_and_one_who_talks_is_not_listened_to(void **state)
{
    static char piece[PIECE_BYTES];
    struct bench *bench = *state;
    int fd = -1;
    begin_stream(bench, &fd);
    for (int i = 0; i < 100; i++) {
        (void)send(fd, piece, sizeof piece, MSG_NOSIGNAL | MSG_DONTWAIT);
        turn(bench);
    }
    assert_int_equal(bench->request_count, 1);
    http_stream_write(bench->held, "still there", 11);
    (void)hear(bench, fd, "still there");
    assert_int_equal(bench->gone_count, 0);
    (void)close(fd);
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    while (bench->gone_count == 0) {
        turn(bench);
        assert_true(process_now_ms() < deadline_ms);
    }
}

#define bench_test(function) cmocka_unit_test_setup_teardown(function, bench_open, bench_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        bench_test(a_connection_carries_one_request_after_the_other),
        bench_test(requests_in_one_piece_are_answered_in_their_order),
        bench_test(a_request_in_single_bytes_is_understood),
        bench_test(who_has_no_more_to_say_still_gets_the_answer),
        bench_test(a_refusal_reaches_who_is_still_sending),
        bench_test(the_longest_idle_connection_makes_room),
        bench_test(where_all_are_at_work_nobody_more_is_let_in),
        bench_test(a_reader_who_is_too_far_behind_is_cut_off),
        bench_test(a_reader_who_goes_is_noticed_and_one_who_talks_is_not_listened_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
