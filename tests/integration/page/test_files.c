// The files of a program, and texts of further languages.
#include "page.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static struct process process;
static struct browser *kiosk;

static int setup(void **state)
{
    if (fixture_setup(state) != 0)
        return -1;
    kiosk = browser_open(page_serve_kiosk(*state, &process, false));
    return 0;
}

static int teardown(void **state)
{
    browser_close(kiosk);
    return process_end(&process, SIGTERM) == 0 ? fixture_teardown(state) : -1;
}

static void expect_not_found(const char *path)
{
    if (browser_ask(kiosk, "GET", path, "", NULL) != 404
        || strcmp(browser_code(kiosk), "not-found") != 0)
        fail_msg("%s: %d %s", path, kiosk->status, kiosk->body);
}

static void files_are_served_as_they_are(void **state)
{
    static const struct {
        const char *path;
        const char *media_type;
        const char *text;
    } cases[] = {
        { "/", "text/html; charset=utf-8", "<title>own" }, // the later folder's
        { "/?x=1", "text/html; charset=utf-8", "<title>own" },
        { "/index.html", "text/html; charset=utf-8", "<title>own" },
        { "/index", "text/html; charset=utf-8", "<title>own" },
        { "/board", "text/html; charset=utf-8", "<title>board" },
        { "/base.css", "text/css; charset=utf-8", "margin" },
        { "/own.js", "text/javascript; charset=utf-8", "answer = 42" },
        { "/i18n/en/common.json", "application/json", "\"Hello\"" },
        { "/third/party.txt", "text/plain; charset=utf-8", "Permission" },
        { "/icons.svg", "image/svg+xml", "<symbol id=\"check-lg\" viewBox=\"0 0 16 16\"><path" },
        { "/icons.svg", "image/svg+xml", "<symbol id=\"hospital\"" },
        { "/icons.svg", "image/svg+xml", "<symbol id=\"telephone\"" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_int_equal(browser_ask(kiosk, "GET", cases[i].path, "", NULL), 200);
        assert_string_equal(browser_header(kiosk, "Content-Type"), cases[i].media_type);
        assert_string_equal(browser_header(kiosk, "Cache-Control"), "no-cache");
        assert_int_equal(atoi(browser_header(kiosk, "Content-Length")), kiosk->body_bytes);
        if (strstr(kiosk->body, cases[i].text) == NULL)
            fail_msg("%s has no %s: %s", cases[i].path, cases[i].text, kiosk->body);
    }
}

static void a_file_that_the_browser_has_is_not_sent_again(void **state)
{
    char headers[120];
    (void)state;
    assert_int_equal(browser_ask(kiosk, "GET", "/own.js", "", NULL), 200);
    (void)snprintf(headers, sizeof headers, "If-None-Match: %s\r\n", browser_header(kiosk, "ETag"));
    assert_int_equal(browser_ask(kiosk, "GET", "/own.js", headers, NULL), 304);
    assert_int_equal(kiosk->body_bytes, 0);
    assert_int_equal(browser_ask(kiosk, "GET", "/base.css", headers, NULL), 200);
}

static void who_takes_gzip_gets_less(void **state)
{
    (void)state;
    assert_int_equal(browser_ask(kiosk, "GET", "/third/party.txt", "", NULL), 200);
    assert_null(browser_header(kiosk, "Content-Encoding"));
    assert_string_equal(browser_header(kiosk, "Vary"), "Accept-Encoding");
    const size_t whole = kiosk->body_bytes;
    assert_int_equal(
        browser_ask(kiosk, "GET", "/third/party.txt", "Accept-Encoding: deflate, gzip\r\n", NULL),
        200);
    assert_string_equal(browser_header(kiosk, "Content-Encoding"), "gzip");
    assert_true(kiosk->body_bytes < whole);
    assert_memory_equal(kiosk->body, "\x1f\x8b", 2);
}

static void the_head_alone_tells_the_length(void **state)
{
    (void)state;
    assert_int_equal(browser_ask(kiosk, "HEAD", "/own.js", "", NULL), 200);
    assert_int_equal(kiosk->body_bytes, 0);
    assert_true(atoi(browser_header(kiosk, "Content-Length")) > 10);
}

static void what_is_no_file_is_not_found(void **state)
{
    static const char *const paths[] = {
        "/nothing.js",
        "/icons.txt",
        "/..",
        "/../node.key",
        "/%2e%2e/node.key",
        "/own.js/",
        "/i18n/en/../../node.key",
        "/i18n/../common.json",
        "//index.html",
        "/i18n/en/",
        "/.html",
        "/own.js%00.html",
    };
    char longest[2000] = "/";
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
        expect_not_found(paths[i]);
    memset(longest + 1, 'a', sizeof longest - 2);
    expect_not_found(longest);
}

// ---- languages

static void write_texts(const struct fixture *fixture, const char *name, const char *text)
{
    FILE *file = fopen(fixture_path(fixture, "broker/nodes/kiosk-1/languages/%s", name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void languages_are_added_without_a_build(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(browser_get(kiosk, "/api/start"), 200);
    assert_non_null(strstr(kiosk->body, "\"languages\":[\"en\"]"));
    (void)mkdir(fixture_path(fixture, "broker/nodes/kiosk-1/languages"), 0755);
    (void)mkdir(fixture_path(fixture, "broker/nodes/kiosk-1/languages/la"), 0755);
    (void)mkdir(fixture_path(fixture, "broker/nodes/kiosk-1/languages/en"), 0755);
    (void)mkdir(fixture_path(fixture, "broker/nodes/kiosk-1/languages/Not.One"), 0755);
    write_texts(fixture, "la/common.json", "{\"hello\":\"Salve\"}");
    write_texts(fixture, "en/common.json", "{\"hello\":\"not this\"}");
    write_texts(fixture, "Not.One/common.json", "{}");
    assert_int_equal(browser_get(kiosk, "/api/start"), 200);
    assert_non_null(strstr(kiosk->body, "\"languages\":[\"en\",\"la\"]"));
    assert_int_equal(browser_get(kiosk, "/i18n/la/common.json"), 200);
    assert_string_equal(kiosk->body, "{\"hello\":\"Salve\"}");
    assert_int_equal(browser_get(kiosk, "/i18n/en/common.json"), 200);
    assert_non_null(strstr(kiosk->body, "Hello"));
    assert_int_equal(browser_get(kiosk, "/i18n/la/other.json"), 404);
    assert_int_equal(browser_get(kiosk, "/i18n/Not.One/common.json"), 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_served_as_they_are),
        cmocka_unit_test(a_file_that_the_browser_has_is_not_sent_again),
        cmocka_unit_test(who_takes_gzip_gets_less),
        cmocka_unit_test(the_head_alone_tells_the_length),
        cmocka_unit_test(what_is_no_file_is_not_found),
        cmocka_unit_test(languages_are_added_without_a_build),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
