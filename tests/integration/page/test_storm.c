// Ten thousand requests as no browser sends them: the program goes on serving, and has grown by nothing.
#include "evidence.h"
#include "page.h"
#include "storm.h"

#include <dirent.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
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
    REQUESTS = 10000,
    WARM_UP = 2000, // until the allocator has what it needs
    SLOW = 4,
    ANSWER_WITHIN_MS = 5000,
    SETTLE_WITHIN_MS = 20000,
    GROWTH_KIB = 8 * 1024,
};

static struct process process;
static struct browser *page;
static struct storm storm = { .seed = 20261123 };
static size_t answers[600]; // by status

static int setup(void **state)
{
    if (fixture_setup(state) != 0)
        return -1;
    const char *seed = getenv("CLINIC_SEED");
    if (seed != NULL)
        storm.seed = strtoull(seed, NULL, 10);
    print_message("CLINIC_SEED=%" PRIu64 "\n", storm.seed);
    // What the sanitizer keeps of freed memory is no growth of the program.
    (void)setenv("ASAN_OPTIONS", "quarantine_size_mb=1", 0);
    page = browser_open(page_serve_desk(*state, &process, "desk-1"));
    page_await_clinic(page);
    storm.port = page->port;
    storm.token = page->token;
    return 0;
}

static int teardown(void **state)
{
    browser_close(page);
    return process_end(&process, SIGTERM) == 0 ? fixture_teardown(state) : -1;
}

// ---- what the program holds

static size_t descriptors(void)
{
    char path[40];
    size_t count = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/fd", (int)process.pid);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    (void)closedir(folder);
    return count;
}

static long resident_kib(void)
{
    char path[40];
    char line[200];
    long kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)process.pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        (void)sscanf(line, "VmRSS: %ld kB", &kib);
    (void)fclose(file);
    assert_true(kib > 0);
    return kib;
}

static void await_descriptors(size_t wanted)
{
    const int64_t deadline_ms = process_now_ms() + SETTLE_WITHIN_MS;
    while (descriptors() > wanted) {
        if (process_now_ms() > deadline_ms)
            fail_msg("%zu descriptors, not %zu", descriptors(), wanted);
        (void)poll(NULL, 0, 20);
    }
}

// ---- sending

static void send_pieces(int fd)
{
    const int yes = 1;
    size_t sent = 0;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    for (size_t i = 1; i <= storm.pieces; i++) {
        const size_t end = storm.length * i / storm.pieces;
        // It may have hung up on us already.
        if (end > sent && send(fd, storm.bytes + sent, end - sent, MSG_NOSIGNAL) < 0)
            return;
        sent = end;
    }
}

// Whatever was sent, the program either answers or hangs up.
static void read_to_end(int fd, uint64_t number)
{
    static char answer[64 * 1024];
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    bool is_first = true;
    for (;;) {
        if (poll(&readable, 1, ANSWER_WITHIN_MS) <= 0)
            fail_msg("request %" PRIu64 " is neither answered nor refused", number);
        const ssize_t length = recv(fd, answer, sizeof answer, 0);
        if (length <= 0)
            return;
        if (is_first && length > 12) {
            assert_memory_equal(answer, "HTTP/1.1 ", 9);
            const int status = atoi(answer + 9);
            assert_in_range(status, 200, 599);
            answers[status]++;
        }
        is_first = false;
    }
}

static void send_one(uint64_t number)
{
    const int fd = browser_connect(page->port);
    if (fd < 0)
        fail_msg("after request %" PRIu64 " nobody listens", number);
    storm_make(&storm, number);
    send_pieces(fd);
    if (!storm.hangs_up_early) {
        (void)shutdown(fd, SHUT_WR);
        read_to_end(fd, number);
    }
    (void)close(fd);
}

// ---- slow senders: they go on saying something, and never come to the end of it

static void open_slow(int slow[static SLOW])
{
    static const char *const begun[SLOW] = {
        "",
        "GET",
        "GET / HTTP/1.1\r\nX: ",
        "POST /api/doctor/list HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\n",
    };
    for (size_t i = 0; i < SLOW; i++) {
        slow[i] = browser_connect(page->port);
        assert_true(slow[i] >= 0);
        assert_int_equal(send(slow[i], begun[i], strlen(begun[i]), MSG_NOSIGNAL), strlen(begun[i]));
    }
}

static void feed_slow(const int slow[static SLOW])
{
    for (size_t i = 1; i < SLOW; i++)
        (void)send(slow[i], "a", 1, MSG_NOSIGNAL);
}

static void expect_slow_shown_out(int slow[static SLOW])
{
    const int64_t deadline_ms = process_now_ms() + SETTLE_WITHIN_MS;
    for (size_t i = 0; i < SLOW; i++) {
        struct pollfd readable = { .fd = slow[i], .events = POLLIN };
        while (poll(&readable, 1, 200) == 0) {
            feed_slow(slow);
            if (process_now_ms() > deadline_ms)
                fail_msg("slow sender %zu is still waited for", i);
        }
        (void)close(slow[i]);
    }
}

// ---- the test

// The storm has been everywhere.
static void expect_each_answer(void)
{
    static const int statuses[] = { 200, 400, 403, 404, 405, 411, 413, 422, 431, 505 };
    size_t sum = 0;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        print_message("%zu times %d\n", answers[statuses[i]], statuses[i]);
        assert_true(answers[statuses[i]] > 0);
        sum += answers[statuses[i]];
    }
    assert_in_range(sum, REQUESTS / 3, REQUESTS);
}

static void expect_served(struct fixture *fixture)
{
    struct browser *other = browser_open(page->port);
    assert_int_equal(browser_get(other, "/"), 200);
    assert_int_equal(browser_request(other, "doctor/list", "{}"), 200);
    assert_int_equal(browser_get(other, "/api/outbox"), 200);
    assert_string_equal(other->body, "{\"rows\":[],\"more\":false}");
    browser_close(other);
    assert_int_equal(evidence_sql(fixture, "SELECT count(*) FROM patient"), 0);
}

static void ten_thousand_odd_requests_leave_it_serving(void **state)
{
    struct fixture *fixture = *state;
    int slow[SLOW];
    const size_t descriptors_before = descriptors();
    const size_t lines_before = evidence_lines(fixture, "logs/serve-desk-1.log", "");
    const int64_t began_ms = process_now_ms();
    long kib = 0;
    open_slow(slow);
    for (uint64_t i = 0; i < REQUESTS; i++) {
        send_one(i);
        if (i % 500 == 0)
            feed_slow(slow);
        if (i == WARM_UP)
            kib = resident_kib();
    }
    print_message("%d requests in %d ms, %ld KiB more\n", REQUESTS,
                  (int)(process_now_ms() - began_ms), resident_kib() - kib);
    assert_in_range(resident_kib(), 0, kib + GROWTH_KIB);
    expect_each_answer();
    expect_slow_shown_out(slow);
    await_descriptors(descriptors_before);
    expect_served(fixture);
    browser_await_comment(page, 0);
    // Nothing of what strangers sent is in the log, nor that they sent it.
    assert_int_equal(evidence_lines(fixture, "logs/serve-desk-1.log", ""), lines_before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(ten_thousand_odd_requests_leave_it_serving),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
