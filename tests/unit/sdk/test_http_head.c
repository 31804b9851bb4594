// What the page server understands of a request's head, and what it refuses.
#include "http_head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define HOST "Host: 127.0.0.1:8441\r\n"

// Parses a copy without anything behind it, so that the sanitizer sees a read too far.
static int parse_bytes(const char *text, size_t length, struct http_head *ret_head, char **ret_copy)
{
    *ret_copy = malloc(length);
    assert_non_null(*ret_copy);
    memcpy(*ret_copy, text, length);
    memset(ret_head, 0x55, sizeof *ret_head);
    return http_head_parse(*ret_copy, length, ret_head);
}

static int status_of(const char *text, size_t length)
{
    struct http_head head;
    char *copy = NULL;
    int status = parse_bytes(text, length, &head, &copy);
    free(copy);
    return status;
}

static void a_browsers_request_is_understood(void **state)
{
    static const char text[] =
        "POST /api/patient/create?x=1 HTTP/1.1\r\n" HOST "Connection: keep-alive\r\n"
        "content-LENGTH: 65536\r\nOrigin:http://127.0.0.1:8441\r\nsec-ch-ua: "
        "\"Chromium\";v=\"148\"\r\n"
        "Content-Type:\t application/json \r\nSec-Fetch-Site: same-origin\r\n"
        "X-Clinic-Token: abc\r\nX-Clinic-Stream: 7\r\nAccept: */*\r\nAccept: text/html\r\n\r\n";
    struct http_head head;
    char *copy = NULL;
    (void)state;
    assert_int_equal(parse_bytes(text, sizeof text - 1, &head, &copy), 0);
    assert_int_equal(head.method, HTTP_POST);
    assert_int_equal(head.body_bytes, 65536);
    assert_false(head.closes);
    assert_true(http_text_equals(&head.path, "/api/patient/create"));
    assert_true(http_text_equals(&head.headers[HTTP_HOST], "127.0.0.1:8441"));
    assert_true(http_text_equals(&head.headers[HTTP_ORIGIN], "http://127.0.0.1:8441"));
    assert_true(http_text_equals(&head.headers[HTTP_CONTENT_TYPE], "application/json"));
    assert_true(http_text_equals(&head.headers[HTTP_FETCH_SITE], "same-origin"));
    assert_true(http_text_equals(&head.headers[HTTP_TOKEN], "abc"));
    assert_true(http_text_equals(&head.headers[HTTP_STREAM], "7"));
    assert_null(head.headers[HTTP_IF_NONE_MATCH].bytes);
    assert_false(http_text_equals(&head.headers[HTTP_IF_NONE_MATCH], ""));
    free(copy);
}

static void a_list_has_a_word_or_not(void **state)
{
    static const struct {
        const char *text;
        bool has_it;
    } cases[] = {
        { "gzip", true },      { "br, gzip", true },
        { "GZIP ,br", true },  { "deflate,gzip,br", true },
        { "", false },         { "gzip;q=0", false },
        { "x-gzip", false },   { "gzipped", false },
        { "gz ip", false },    { ",,", false },
        { " , gzip ,", true }, { "br,  ", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct http_text text = { cases[i].text, strlen(cases[i].text) };
        if (http_text_lists(&text, "gzip") != cases[i].has_it)
            fail_msg("\"%s\"", cases[i].text);
    }
    assert_false(http_text_lists(&(struct http_text){ NULL, 0 }, "gzip"));
}

static void whether_the_connection_stays_is_told(void **state)
{
    static const struct {
        const char *text;
        bool closes;
    } cases[] = {
        { "GET / HTTP/1.1\r\n" HOST "\r\n", false },
        { "GET / HTTP/1.1\r\n" HOST "Connection: Close\r\n\r\n", true },
        { "GET / HTTP/1.0\r\n" HOST "\r\n", true },
        { "HEAD /a HTTP/1.1\r\n\r\n", false },
        { "BREW / HTTP/1.1\r\n\r\n", false },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct http_head head;
        char *copy = NULL;
        assert_int_equal(parse_bytes(cases[i].text, strlen(cases[i].text), &head, &copy), 0);
        assert_int_equal(head.closes, cases[i].closes);
        free(copy);
    }
}

static void nothing_of_a_path_is_decoded(void **state)
{
    static const char *const paths[] = { "/%2e%2e/etc/passwd", "/../a", "/a%00b", "//evil/", "/;" };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        char text[100];
        char *copy = NULL;
        struct http_head head;
        int length = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\n\r\n", paths[i]);
        assert_int_equal(parse_bytes(text, (size_t)length, &head, &copy), 0);
        assert_true(http_text_equals(&head.path, paths[i]));
        free(copy);
    }
}

static void what_no_browser_sends_is_refused(void **state)
{
    static const struct {
        int status;
        const char *text;
    } cases[] = {
        { 400, "\r\n" },
        { 400, "\r\n\r\n" },
        { 400, "GET\r\n\r\n" },
        { 400, "GET /\r\n\r\n" },
        { 400, "GET  / HTTP/1.1\r\n\r\n" },
        { 400, "GET / HTTP/1.1 \r\n\r\n" },
        { 400, " GET / HTTP/1.1\r\n\r\n" },
        { 400, "G@T / HTTP/1.1\r\n\r\n" },
        { 400, "GET http://127.0.0.1/ HTTP/1.1\r\n\r\n" },
        { 400, "GET * HTTP/1.1\r\n\r\n" },
        { 400, "GET /a\tb HTTP/1.1\r\n\r\n" },
        { 400, "GET /\x7f HTTP/1.1\r\n\r\n" },
        { 400, "GET / FTP/1.1\r\n\r\n" },
        { 400, "GET / HTTP/1.1\n\n" },
        { 400, "GET / HTTP/1.1\r\nHost: a" },
        { 400, "GET / HTTP/1.1\r\nHost: a\r\n" },
        { 400, "GET / HTTP/1.1\r\nHost\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\n: a\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\nX: a\r\n b: c\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\nX: a\nHost: b\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\nX: a\rb\r\n\r\n" },
        { 400, "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n" },
        { 400, "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n" },
        { 400, "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n" },
        { 400, "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n" },
        { 400, "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n" },
        { 400, "POST / HTTP/1.1\r\nContent-Length: 0x10\r\n\r\n" },
        { 400, "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n" },
        { 413, "POST / HTTP/1.1\r\nContent-Length: 123456789\r\n\r\n" },
        { 413, "POST / HTTP/1.1\r\nContent-Length: 18446744073709551617\r\n\r\n" },
        { 411, "POST / HTTP/1.1\r\n\r\n" },
        { 411, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" },
        { 411, "POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: identity\r\n\r\n" },
        { 411, "GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n" },
        { 505, "GET / HTTP/2.0\r\n\r\n" },
        { 505, "GET / HTTP/1.2\r\n\r\n" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        if (status_of(cases[i].text, strlen(cases[i].text)) != cases[i].status)
            fail_msg("not %d: %s", cases[i].status, cases[i].text);
}

static void a_nul_byte_is_refused_wherever_it_is(void **state)
{
    static const char good[] = "GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\nX: y\r\n\r\n";
    (void)state;
    assert_int_equal(status_of(good, sizeof good - 1), 0);
    for (size_t i = 0; i < sizeof good - 1; i++) {
        char bad[sizeof good];
        memcpy(bad, good, sizeof good);
        bad[i] = '\0';
        assert_int_not_equal(status_of(bad, sizeof good - 1), 0);
    }
}

static void every_cut_of_a_head_is_refused(void **state)
{
    static const char good[] = "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 12\r\n\r\n";
    (void)state;
    for (size_t length = 1; length < sizeof good - 1; length++)
        assert_int_not_equal(status_of(good, length), 0);
    assert_int_equal(status_of(good, sizeof good - 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_browsers_request_is_understood),
        cmocka_unit_test(a_list_has_a_word_or_not),
        cmocka_unit_test(whether_the_connection_stays_is_told),
        cmocka_unit_test(nothing_of_a_path_is_decoded),
        cmocka_unit_test(what_no_browser_sends_is_refused),
        cmocka_unit_test(a_nul_byte_is_refused_wherever_it_is),
        cmocka_unit_test(every_cut_of_a_head_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
