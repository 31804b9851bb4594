#include "browser.h"

#include "process.h"

#include <clinic/id.h>
#include <clinic/json.h>

#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define PIN "2718281" // of every account of the fixture

enum { WITHIN_MS = 20000, REQUEST_BYTES = 128 * 1024 };

int browser_connect(int port)
{
    const struct sockaddr_in address = { .sin_family = AF_INET,
                                         .sin_port = htons((uint16_t)port),
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

// ---- one request

static size_t read_until_end(int fd, char *bytes, size_t room)
{
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    size_t used = 0;
    while (used < room) {
        assert_true(process_now_ms() < deadline_ms);
        if (poll(&readable, 1, WITHIN_MS) <= 0)
            fail_msg("the program says nothing for %d ms", WITHIN_MS);
        const ssize_t length = recv(fd, bytes + used, room - used, 0);
        if (length <= 0)
            break;
        used += (size_t)length;
    }
    return used;
}

static void take_apart(struct browser *browser, size_t length)
{
    browser->bytes[length] = '\0';
    browser->head = browser->bytes;
    browser->status = 0;
    cJSON_Delete(browser->json);
    browser->json = NULL;
    (void)sscanf(browser->bytes, "HTTP/1.1 %d ", &browser->status);
    char *end = strstr(browser->bytes, "\r\n\r\n");
    browser->body = end == NULL ? browser->bytes + length : end + 4;
    browser->body_bytes = length - (size_t)(browser->body - browser->bytes);
    if (end != NULL)
        end[2] = '\0';
    browser->json = cJSON_Parse(browser->body);
}

int browser_send(struct browser *browser, const void *bytes, size_t length)
{
    const int64_t began_ms = process_now_ms();
    const int fd = browser_connect(browser->port);
    assert_true(fd >= 0);
    // The other side may hang up before it has read all of it.
    (void)send(fd, bytes, length, MSG_NOSIGNAL);
    take_apart(browser, read_until_end(fd, browser->bytes, sizeof browser->bytes - 1));
    (void)close(fd);
    browser->took_ms = process_now_ms() - began_ms;
    return browser->status;
}

int browser_ask(struct browser *browser, const char *method, const char *path, const char *headers,
                const char *body)
{
    static char request[REQUEST_BYTES];
    const int length = snprintf(request, sizeof request,
                                "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s",
                                method, path, browser->port, headers);
    assert_true(length > 0 && (size_t)length < sizeof request);
    char *end = request + length;
    const size_t room = sizeof request - (size_t)length;
    int more = 0;
    if (body == NULL)
        more = snprintf(end, room, "\r\n");
    else
        more = snprintf(end, room, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    assert_true(more > 0 && (size_t)more < room);
    return browser_send(browser, request, (size_t)length + (size_t)more);
}

int browser_get(struct browser *browser, const char *path)
{
    char headers[200];
    (void)snprintf(headers, sizeof headers, "Sec-Fetch-Site: same-origin\r\nX-Clinic-Token: %s\r\n",
                   browser->token);
    return browser_ask(browser, "GET", path, headers, NULL);
}

__attribute__((format(printf, 3, 0))) static int post(struct browser *browser, const char *name,
                                                      const char *data, va_list arguments)
{
    static char body[REQUEST_BYTES / 2];
    char path[100];
    char headers[400];
    int used = 0;
    if (browser->session[0] != '\0')
        used = snprintf(body, sizeof body, "{'session':'%s','data':", browser->session);
    else
        used = snprintf(body, sizeof body, "{'data':");
    used += vsnprintf(body + used, sizeof body - (size_t)used, data, arguments);
    assert_true((size_t)used + 2 < sizeof body);
    memcpy(body + used, "}", 2);
    for (char *quote = body; (quote = strchr(quote, '\'')) != NULL;)
        *quote = '"';
    (void)snprintf(path, sizeof path, "/api/%s", name);
    (void)snprintf(
        headers, sizeof headers,
        "Origin: http://127.0.0.1:%d\r\nSec-Fetch-Site: same-origin\r\n"
        "Content-Type: application/json\r\nX-Clinic-Token: %s\r\nX-Clinic-Stream: %s\r\n",
        browser->port, browser->token, browser->stream_name);
    return browser_ask(browser, "POST", path, headers, body);
}

int browser_post(struct browser *browser, const char *name, const char *data, ...)
{
    va_list arguments;
    va_start(arguments, data);
    const int status = post(browser, name, data, arguments);
    va_end(arguments);
    return status;
}

int browser_request(struct browser *browser, const char *name, const char *data, ...)
{
    const size_t mark = browser->heard_bytes;
    va_list arguments;
    va_start(arguments, data);
    (void)post(browser, name, data, arguments);
    va_end(arguments);
    if (browser->status != 202)
        return browser->status;
    char id[CLINIC_ID_TEXT_BYTES];
    int64_t http = 0;
    (void)snprintf(id, sizeof id, "%s", browser_id(browser));
    cJSON_Delete(browser->json);
    browser->json = browser_expect(browser, mark, "reply", id);
    browser->body = browser->bytes;
    assert_true(
        cJSON_PrintPreallocated(browser->json, browser->bytes, BROWSER_ANSWER_BYTES, false));
    browser->body_bytes = strlen(browser->body);
    assert_true(clinic_json_integer(browser->json, "http", &http));
    browser->status = (int)http;
    return browser->status;
}

void browser_sign_in(struct browser *browser)
{
    browser->session[0] = '\0';
    if (browser_request(browser, "staff/sign-in", "{'name':'ada','pin':'" PIN "'}") != 200)
        fail_msg("ada cannot sign in: %d %s", browser->status, browser->body);
    (void)snprintf(browser->session, sizeof browser->session, "%s",
                   clinic_json_text(clinic_json_member(browser->json, "data"), "session"));
}

// ---- the last answer

const char *browser_header(const struct browser *browser, const char *name)
{
    static char values[4][1024];
    static size_t turn;
    char start[80];
    (void)snprintf(start, sizeof start, "\r\n%s: ", name);
    const char *found = strstr(browser->head, start);
    if (found == NULL)
        return NULL;
    char *value = values[turn++ % 4];
    found += strlen(start);
    (void)snprintf(value, sizeof values[0], "%.*s", (int)strcspn(found, "\r"), found);
    return value;
}

const char *browser_code(const struct browser *browser)
{
    const cJSON *error = clinic_json_member(browser->json, "error");
    const char *code = error == NULL ? NULL : clinic_json_text(error, "code");
    return code == NULL ? "" : code;
}

const char *browser_id(const struct browser *browser)
{
    const char *id = clinic_json_text(browser->json, "id");
    if (id == NULL)
        fail_msg("there is no id in %d %s", browser->status, browser->body);
    return id;
}

// ---- its life

struct browser *browser_open(int port)
{
    struct browser *browser = calloc(1, sizeof *browser);
    assert_non_null(browser);
    browser->port = port;
    browser->stream = -1;
    browser->heard = calloc(1, BROWSER_HEARD_BYTES);
    assert_non_null(browser->heard);
    assert_int_equal(browser_get(browser, "/api/start"), 200);
    (void)snprintf(browser->token, sizeof browser->token, "%s",
                   clinic_json_text(browser->json, "token"));
    browser_listen(browser);
    return browser;
}

void browser_close(struct browser *browser)
{
    if (browser == NULL)
        return;
    browser_hang_up(browser);
    cJSON_Delete(browser->json);
    free(browser->heard);
    free(browser);
}
