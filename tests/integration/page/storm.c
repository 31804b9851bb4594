#include "storm.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define PICK(storm, array) ((array)[roll((storm), ARRAY_SIZE(array))])

static const char *const paths[] = {
    "/",
    "/index.html",
    "/api/start",
    "/api/stream",
    "/api/outbox",
    "/api/outbox/drop",
    "/api/doctor/list",
    "/api/patient/create",
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/index.html%00.css",
    "/i18n/../../node.key",
    "/i18n/%2e%2e/common.json",
    "/i18n/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/common.json",
    "/i18n/en/common.jsonx",
    "//",
    "/\xc3\xa9\xe2\x82\xac",
    "/?a=b&c=<script>",
    "/api/",
    "/api/../api/start",
    "http://127.0.0.1/",
    "*",
    "",
};

// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
static uint64_t next(struct storm *storm)
{
    uint64_t z = storm->seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t roll(struct storm *storm, size_t sides)
{
    return (size_t)(next(storm) % sides);
}

__attribute__((format(printf, 2, 3))) static void add(struct storm *storm, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(storm->bytes + storm->length, sizeof storm->bytes - storm->length,
                                 format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < sizeof storm->bytes - storm->length)
        storm->length += (size_t)length;
}

static void add_noise(struct storm *storm, size_t length)
{
    for (size_t i = 0; i < length && storm->length < sizeof storm->bytes; i++)
        storm->bytes[storm->length++] = (char)roll(storm, 256);
}

static void add_same(struct storm *storm, char c, size_t length)
{
    for (size_t i = 0; i < length && storm->length < sizeof storm->bytes; i++)
        storm->bytes[storm->length++] = c;
}

static void add_head(struct storm *storm, const char *method, const char *path)
{
    add(storm, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", method, path, storm->port);
    if (roll(storm, 2) == 0)
        add(storm, "X-Clinic-Token: %s\r\nContent-Type: application/json\r\n", storm->token);
    if (roll(storm, 4) == 0)
        add(storm, "X-Clinic-Stream: %zu\r\n", roll(storm, 3));
}

// ---- kinds of requests

static void make_noise(struct storm *storm)
{
    add_noise(storm, roll(storm, 2000));
}

static void make_line(struct storm *storm)
{
    static const char *const methods[] = { "GET",   "POST", "HEAD",  "get",     "",
                                           "G E T", "\x01", "PATCH", "CONNECT", "TRACE" };
    static const char *const ends[] = { "HTTP/1.1\r\n",  "HTTP/1.0\r\n", "HTTP/9.9\r\n",
                                        "HTTP/1.1\n",    "\r\n",         "",
                                        "HTTP/1.1 x\r\n" };
    add(storm, "%s %s %s\r\n\r\n", PICK(storm, methods), PICK(storm, paths), PICK(storm, ends));
}

static void make_headers(struct storm *storm)
{
    static const char *const headers[] = {
        "Host: evil.example\r\n",
        "Host\r\n",
        ": x\r\n",
        " folded: x\r\n",
        "X:\r\n",
        "Origin: null\r\n",
        "Connection: close\r\n",
        "Expect: 100-continue\r\n",
        "Upgrade: websocket\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length: -5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Range: bytes=0-1\r\n",
        "If-None-Match: *\r\n",
        "X: \x80\xff\r\n",
        "X: a\rb\r\n",
    };
    add_head(storm, "GET", PICK(storm, paths));
    for (size_t i = roll(storm, 6); i > 0; i--)
        add(storm, "%s", PICK(storm, headers));
    add(storm, "\r\n");
}

static void make_chunks(struct storm *storm)
{
    add_head(storm, "POST", "/api/doctor/list");
    add(storm, "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t i = roll(storm, 5); i > 0; i--)
        add(storm, "%zx\r\n{\"data\":{}}\r\n", roll(storm, 40));
    add(storm, "0\r\n\r\n");
}

static void make_lie(struct storm *storm)
{
    add_head(storm, "POST", PICK(storm, paths));
    add(storm, "Content-Length: %zu\r\n\r\n{\"data\":{}}", roll(storm, 30));
}

static void make_row(struct storm *storm)
{
    for (size_t i = 1 + roll(storm, 8); i > 0; i--) {
        add_head(storm, roll(storm, 3) == 0 ? "HEAD" : "GET", PICK(storm, paths));
        add(storm, "\r\n");
    }
    if (roll(storm, 2) == 0)
        add_noise(storm, roll(storm, 50));
}

static void make_giant(struct storm *storm)
{
    static const size_t sizes[] = { 7900, 8192, 8193, 20000, 100000 };
    const size_t size = PICK(storm, sizes);
    switch (roll(storm, 3)) {
    case 0:
        add(storm, "GET /");
        add_same(storm, 'a', size);
        add(storm, " HTTP/1.1\r\n\r\n");
        break;
    case 1:
        add_head(storm, "GET", "/");
        add(storm, "X: ");
        add_same(storm, 'b', size);
        add(storm, "\r\n\r\n");
        break;
    default:
        add_head(storm, "POST", "/api/doctor/list");
        add(storm, "Content-Length: %zu\r\n\r\n", size);
        add_same(storm, '[', size);
        break;
    }
}

static void make_body(struct storm *storm)
{
    static const char *const bodies[] = {
        "{\"data\":{}}",
        "{\"data\":{\"name\":\"\\u0000\"}}",
        "{\"data\":{\"a\":[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]}}",
        "{\"session\":7,\"data\":{}}",
        "{\"data\":{\"patient_id\":\"x\",\"name\":\"y\",\"birth_date\":\"z\"}}",
        "{\"id\":\"0193a2b4-0000-7000-8000-000000000101\"}",
        "{\"data\":{}",
        "\xff\xfe",
        "1e999",
    };
    const char *body = PICK(storm, bodies);
    add(storm,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Clinic-Token: %s\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
        PICK(storm, paths), storm->port, storm->token, strlen(body), body);
}

// A good one of which some bytes are others.
static void make_mutant(struct storm *storm)
{
    add_head(storm, "POST", PICK(storm, paths));
    add(storm, "Content-Length: 11\r\n\r\n{\"data\":{}}");
    for (size_t i = 1 + roll(storm, 4); i > 0; i--)
        storm->bytes[roll(storm, storm->length)] = (char)roll(storm, 256);
}

void storm_make(struct storm *storm, uint64_t number)
{
    static void (*const kinds[])(struct storm *) = {
        make_noise, make_line,  make_headers, make_chunks, make_lie,
        make_row,   make_giant, make_body,    make_mutant,
    };
    const uint64_t seed = storm->seed;
    storm->seed ^= number * UINT64_C(0xd1342543de82ef95);
    storm->length = 0;
    PICK(storm, kinds)(storm);
    if (roll(storm, 4) == 0 && storm->length > 0)
        storm->length = roll(storm, storm->length); // cut off
    storm->pieces = roll(storm, 6) == 0 ? 2 + roll(storm, 6) : 1;
    storm->hangs_up_early = roll(storm, 5) == 0;
    storm->seed = seed;
}
