// Pages of other sites in the same browser, and other programs of the box: whatever they try, nothing is kept, asked or told.
#include "evidence.h"
#include "page.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static struct process process;
static struct browser *page;

static int setup(void **state)
{
    if (fixture_setup(state) != 0)
        return -1;
    page = browser_open(page_serve_kiosk(*state, &process, false));
    page_await_clinic(page);
    return 0;
}

static int teardown(void **state)
{
    browser_close(page);
    return process_end(&process, SIGTERM) == 0 ? fixture_teardown(state) : -1;
}

// "%P" is the port, "%T" the token.
static const char *fill(const char *format)
{
    static char text[1000];
    size_t used = 0;
    for (; *format != '\0'; format++) {
        const size_t room = sizeof text - used;
        int length = 1;
        if (strncmp(format, "%P", 2) == 0)
            length = snprintf(text + used, room, "%d", page->port), format++;
        else if (strncmp(format, "%T", 2) == 0)
            length = snprintf(text + used, room, "%s", page->token), format++;
        else
            text[used] = *format;
        used += (size_t)length;
        assert_true(used < sizeof text);
    }
    text[used] = '\0';
    return text;
}

static int post(const char *headers)
{
    static const char body[] =
        "{\"data\":{\"patient_id\":\"0193a2b4-0000-7000-8000-000000000201\",\"name\":\"Forged\","
        "\"birth_date\":\"1990-01-31\"}}";
    char request[2000];
    const int length = snprintf(request, sizeof request,
                                "POST /api/patient/create HTTP/1.1\r\nConnection: close\r\n%s"
                                "Content-Length: %zu\r\n\r\n%s",
                                fill(headers), sizeof body - 1, body);
    return browser_send(page, request, (size_t)length);
}

static void expect_nothing(struct fixture *fixture)
{
    assert_int_equal(evidence_sql(fixture, "SELECT count(*) FROM patient"), 0);
    assert_int_equal(evidence_events(fixture, "clinic.patient.created"), 0);
    assert_int_equal(browser_get(page, "/api/outbox"), 200);
    assert_string_equal(page->body, "{\"rows\":[],\"more\":false}");
}

#define HOST "Host: 127.0.0.1:%P\r\n"
#define JSON "Content-Type: application/json\r\n"
#define TOKEN "X-Clinic-Token: %T\r\n"

static void whoever_is_not_the_page_is_refused(void **state)
{
    static const struct {
        int status;
        const char *headers;
    } cases[] = {
        { 403, HOST JSON }, // no token
        { 403, HOST JSON "X-Clinic-Token: \r\n" },
        { 403, HOST JSON "X-Clinic-Token: %T0\r\n" },
        { 403, HOST JSON
          "X-Clinic-Token: 0000000000000000000000000000000000000000000000000000000000000000\r\n" },
        { 403, HOST JSON "Cookie: token=%T\r\n" },
        { 403, JSON TOKEN },                          // no host
        { 403, "Host: evil.example\r\n" JSON TOKEN }, // DNS rebinding
        { 403, "Host: evil.example:%P\r\n" JSON TOKEN },
        { 403, "Host: 127.0.0.1.evil.example:%P\r\n" JSON TOKEN },
        { 403, "Host: 127.0.0.1\r\n" JSON TOKEN },
        { 403, "Host: 127.0.0.1:1\r\n" JSON TOKEN },
        { 403, "Host: localhost\r\n" JSON TOKEN },
        { 403, "Host: [::1]:%P\r\n" JSON TOKEN },
        { 403, "Host: user@127.0.0.1:%P\r\n" JSON TOKEN },
        { 403, HOST JSON TOKEN "Origin: null\r\n" },
        { 403, HOST JSON TOKEN "Origin: https://evil.example\r\n" },
        { 403, HOST JSON TOKEN "Origin: http://evil.example:%P\r\n" },
        { 403, HOST JSON TOKEN "Origin: http://127.0.0.1\r\n" },
        { 403, HOST JSON TOKEN "Origin: http://127.0.0.1:1\r\n" },
        { 403, HOST JSON TOKEN "Origin: https://127.0.0.1:%P\r\n" },
        { 403, HOST JSON TOKEN "Origin: http://127.0.0.1:%P.evil.example\r\n" },
        { 403, HOST JSON TOKEN "Origin: http://\r\n" },
        { 403, HOST JSON TOKEN "Origin: \r\n" },
        { 403, HOST JSON TOKEN "Sec-Fetch-Site: cross-site\r\n" },
        { 403, HOST JSON TOKEN "Sec-Fetch-Site: same-site\r\n" }, // another port of this box
        { 403, HOST JSON TOKEN "Sec-Fetch-Site: something\r\n" },
        { 400, HOST JSON TOKEN "Origin: http://127.0.0.1:%P\r\nOrigin: http://evil.example\r\n" },
        { 400, HOST "Host: evil.example\r\n" JSON TOKEN },
        // What a form or a script of another site may send without asking the browser first.
        { 400, HOST TOKEN "Content-Type: text/plain\r\n" },
        { 400, HOST TOKEN "Content-Type: text/plain;application/json\r\n" },
        { 400, HOST TOKEN "Content-Type: application/x-www-form-urlencoded\r\n" },
        { 400, HOST TOKEN "Content-Type: multipart/form-data; boundary=x\r\n" },
        { 400, HOST TOKEN "Content-Type: application/json-seq\r\n" },
        { 400, HOST TOKEN },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        if (post(cases[i].headers) != cases[i].status)
            fail_msg("%d, not %d: %s", page->status, cases[i].status, fill(cases[i].headers));
        assert_null(browser_header(page, "Access-Control-Allow-Origin"));
    }
    expect_nothing(*state);
}

static void a_form_of_another_site_does_nothing(void **state)
{
    static const char body[] = "data=%7B%22name%22%3A%22Forged%22%7D";
    char request[1000];
    const int length = snprintf(request, sizeof request,
                                "POST /api/patient/create HTTP/1.1\r\n%s"
                                "Connection: close\r\nContent-Length: %zu\r\n\r\n%s",
                                fill(HOST "Origin: https://evil.example\r\nSec-Fetch-Site: "
                                          "cross-site\r\nSec-Fetch-Mode: navigate\r\n"
                                          "Content-Type: application/x-www-form-urlencoded\r\n"),
                                sizeof body - 1, body);
    assert_int_equal(browser_send(page, request, (size_t)length), 403);
    expect_nothing(*state);
}

// The token is what another site must not read.
static void neither_start_nor_stream_nor_outbox_is_told_to_others(void **state)
{
    static const char *const paths[] = { "/api/start", "/api/stream", "/api/outbox", "/" };
    static const char *const headers[] = {
        "Host: evil.example:%P\r\n" TOKEN,
        HOST TOKEN "Origin: http://evil.example\r\n",
        HOST TOKEN "Sec-Fetch-Site: cross-site\r\n",
        HOST TOKEN "Sec-Fetch-Site: same-site\r\n",
    };
    char request[1000];
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(paths) * ARRAY_SIZE(headers); i++) {
        const int length =
            snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nConnection: close\r\n%s\r\n",
                     paths[i % ARRAY_SIZE(paths)], fill(headers[i / ARRAY_SIZE(paths)]));
        assert_int_equal(browser_send(page, request, (size_t)length), 403);
        assert_null(strstr(page->body, page->token));
    }
    for (size_t i = 1; i < 3; i++)
        assert_int_equal(browser_ask(page, "GET", paths[i], "", NULL), 403); // no token
}

static void the_page_itself_is_let_in_by_either_name(void **state)
{
    static const char *const headers[] = {
        HOST JSON TOKEN "Origin: http://127.0.0.1:%P\r\nSec-Fetch-Site: same-origin\r\n",
        "Host: localhost:%P\r\n" JSON TOKEN
        "Origin: http://localhost:%P\r\nSec-Fetch-Site: same-origin\r\n",
        HOST "Content-Type: application/json; charset=utf-8\r\n" TOKEN,
    };
    char request[1000];
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
        const int length = snprintf(request, sizeof request,
                                    "POST /api/doctor/list HTTP/1.1\r\nConnection: close\r\n%s"
                                    "Content-Length: 11\r\n\r\n{\"data\":{}}",
                                    fill(headers[i]));
        (void)browser_send(page, request, (size_t)length);
        assert_true(page->status == 200 || page->status == 202);
    }
}

static void the_token_of_an_earlier_start_is_none(void **state)
{
    char before[sizeof page->token];
    (void)snprintf(before, sizeof before, "%s", page->token);
    assert_int_equal(process_end(&process, SIGTERM), 0);
    browser_close(page);
    page = browser_open(page_serve_kiosk(*state, &process, false));
    page_await_clinic(page);
    assert_string_not_equal(page->token, before);
    (void)snprintf(page->token, sizeof page->token, "%s", before);
    assert_int_equal(browser_post(page, "doctor/list", "{}"), 403);
    assert_int_equal(browser_get(page, "/api/stream"), 403);
    assert_int_equal(browser_get(page, "/api/start"), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(whoever_is_not_the_page_is_refused),
        fixture_test(a_form_of_another_site_does_nothing),
        cmocka_unit_test(neither_start_nor_stream_nor_outbox_is_told_to_others),
        cmocka_unit_test(the_page_itself_is_let_in_by_either_name),
        cmocka_unit_test(the_token_of_an_earlier_start_is_none),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
