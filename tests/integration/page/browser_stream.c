// browser_stream.c - what a browser hears. Part of browser.h.
#include "browser.h"

#include "process.h"

#include <clinic/json.h>

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { WITHIN_MS = 20000 };

// Takes what has come; waits for something where it may.
static bool hear(struct browser *browser, int wait_ms)
{
    struct pollfd readable = { .fd = browser->stream, .events = POLLIN };
    if (browser->stream < 0 || poll(&readable, 1, wait_ms) <= 0)
        return false;
    const ssize_t length = recv(browser->stream, browser->heard + browser->heard_bytes,
                                BROWSER_HEARD_BYTES - 1 - browser->heard_bytes, 0);
    if (length <= 0) {
        (void)close(browser->stream);
        browser->stream = -1;
        return false;
    }
    browser->heard_bytes += (size_t)length;
    browser->heard[browser->heard_bytes] = '\0';
    return true;
}

// The data of the next whole event of that name at or after *place, which moves behind it. The caller frees it.
static char *next_event(const struct browser *browser, const char *event, size_t *place)
{
    char start[60];
    (void)snprintf(start, sizeof start, "event: %s\ndata: ", event);
    const char *found = strstr(browser->heard + *place, start);
    if (found == NULL)
        return NULL;
    found += strlen(start);
    const char *end = strstr(found, "\n\n");
    if (end == NULL)
        return NULL;
    *place = (size_t)(end - browser->heard) + 2;
    return strndup(found, (size_t)(end - found));
}

static cJSON *find_event(const struct browser *browser, size_t mark, const char *event,
                         const char *text, size_t *ret_count)
{
    cJSON *first = NULL;
    *ret_count = 0;
    for (char *data; (data = next_event(browser, event, &mark)) != NULL; free(data)) {
        if (strstr(data, text) == NULL)
            continue;
        (*ret_count)++;
        if (first == NULL)
            first = cJSON_Parse(data);
    }
    return first;
}

cJSON *browser_expect(struct browser *browser, size_t mark, const char *event, const char *text)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    size_t count = 0;
    for (;;) {
        cJSON *found = find_event(browser, mark, event, text, &count);
        if (found != NULL)
            return found;
        if (process_now_ms() > deadline_ms || (!hear(browser, 100) && browser->stream < 0))
            fail_msg("the stream does not tell of %s with %s; after the mark:\n%s", event, text,
                     browser->heard + mark);
    }
}

void browser_await(struct browser *browser, size_t mark, const char *event, const char *text)
{
    cJSON_Delete(browser_expect(browser, mark, event, text));
}

size_t browser_count(struct browser *browser, size_t mark, const char *event, const char *text)
{
    size_t count = 0;
    while (hear(browser, 0))
        continue;
    cJSON_Delete(find_event(browser, mark, event, text, &count));
    return count;
}

size_t browser_mark(const struct browser *browser)
{
    return browser->heard_bytes;
}

void browser_listen(struct browser *browser)
{
    char request[300];
    const size_t mark = browser->heard_bytes;
    browser_hang_up(browser);
    browser->stream = browser_connect(browser->port);
    assert_true(browser->stream >= 0);
    const int length =
        snprintf(request, sizeof request,
                 "GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Clinic-Token: %s\r\n\r\n",
                 browser->port, browser->token);
    assert_int_equal(send(browser->stream, request, (size_t)length, MSG_NOSIGNAL), length);
    cJSON *hello = browser_expect(browser, mark, "hello", "stream");
    (void)snprintf(browser->stream_name, sizeof browser->stream_name, "%s",
                   clinic_json_text(hello, "stream"));
    cJSON_Delete(hello);
}

void browser_hang_up(struct browser *browser)
{
    if (browser->stream >= 0)
        (void)close(browser->stream);
    browser->stream = -1;
}

void browser_await_comment(struct browser *browser, size_t mark)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    while (strstr(browser->heard + mark, "\n\n:\n\n") == NULL) {
        (void)hear(browser, 100);
        if (process_now_ms() > deadline_ms)
            fail_msg("the stream shows no sign of life");
    }
}
