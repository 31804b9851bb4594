// What the gateway refuses after the page has stopped waiting: told, listed, forgotten.
#include "page.h"

#include <clinic/json.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct process process;
static struct browser *page;

static int setup(void **state)
{
    return page_begin_at_desk(state, &process, &page);
}

static int teardown(void **state)
{
    return page_end_at_desk(state, &process, page);
}

static void a_rejection_that_comes_late_is_told_and_forgotten(void **state)
{
    struct fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    const size_t mark = browser_mark(page);
    page_pause(&fixture->gateway);
    assert_int_equal(browser_post(page, "patient/create",
                                  "{'patient_id':'0193a2b4-0000-7000-8000-000000000301',"
                                  "'name':'Too Early','birth_date':'2999-01-01'}"),
                     202);
    (void)snprintf(id, sizeof id, "%s", browser_id(page));
    page_resume(&fixture->gateway);
    cJSON *reply = browser_expect(page, mark, "reply", id);
    int64_t http = 0;
    assert_true(clinic_json_integer(reply, "http", &http));
    assert_int_equal(http, 422);
    cJSON_Delete(reply);
    cJSON *custody = browser_expect(page, mark, "custody", id);
    assert_string_equal(clinic_json_text(custody, "custody"), "rejected");
    assert_string_equal(clinic_json_text(custody, "code"), "invalid.field");
    cJSON_Delete(custody);
    assert_int_equal(browser_get(page, "/api/outbox"), 200);
    assert_null(strstr(page->body, id));
}

// Nobody has seen it: it stays for whoever looks, without what was entered, until somebody drops it.
static void a_rejection_that_nobody_hears_is_listed_until_it_is_dropped(void **state)
{
    struct fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char body[100];
    char headers[300];
    page_pause(&fixture->gateway);
    assert_int_equal(browser_post(page, "patient/create",
                                  "{'patient_id':'0193a2b4-0000-7000-8000-000000000302',"
                                  "'name':'Nobody Listens','birth_date':'2999-01-01'}"),
                     202);
    (void)snprintf(id, sizeof id, "%s", browser_id(page));
    browser_hang_up(page);
    page_resume(&fixture->gateway);
    browser_listen(page);
    cJSON *custody = browser_expect(page, 0, "custody", id);
    assert_string_equal(clinic_json_text(custody, "custody"), "rejected");
    cJSON_Delete(custody);
    assert_int_equal(browser_get(page, "/api/outbox"), 200);
    assert_non_null(strstr(page->body, id));
    assert_non_null(strstr(page->body, "\"request\":\"patient/create\""));
    assert_non_null(strstr(page->body, "\"code\":\"invalid.field\",\"field\":\"birth_date\""));
    assert_null(strstr(page->body, "Nobody Listens"));
    (void)snprintf(headers, sizeof headers,
                   "Content-Type: application/json\r\nX-Clinic-Token: %s\r\n", page->token);
    (void)snprintf(body, sizeof body, "{\"id\":\"%s\"}", id);
    assert_int_equal(browser_ask(page, "POST", "/api/outbox/drop", headers, body), 200);
    assert_int_equal(browser_ask(page, "POST", "/api/outbox/drop", headers, body), 404);
    assert_int_equal(browser_ask(page, "POST", "/api/outbox/drop", headers, "{\"id\":7}"), 400);
    assert_int_equal(browser_get(page, "/api/outbox"), 200);
    assert_string_equal(page->body, "{\"rows\":[],\"more\":false}");
}

static void be_refused_unheard(struct fixture *fixture, struct browser *browser, const char *id)
{
    const size_t mark = browser_mark(browser);
    page_pause(&fixture->gateway);
    assert_int_equal(browser_post(browser, "patient/create",
                                  "{'patient_id':'%s','name':'Unheard','birth_date':'2999-01-01'}",
                                  id),
                     202);
    browser_hang_up(browser);
    page_resume(&fixture->gateway);
    browser_listen(browser);
    browser_await(browser, mark, "custody", "rejected");
}

static void where_nobody_looks_at_refusals_they_are_forgotten(void **state)
{
    struct fixture *fixture = *state;
    struct process kiosk = { 0 };
    struct browser *browser = browser_open(page_serve_kiosk(fixture, &kiosk, false));
    page_await_clinic(browser);
    be_refused_unheard(fixture, browser, "0193a2b4-0000-7000-8000-000000000303");
    assert_int_equal(browser_get(browser, "/api/outbox"), 200);
    assert_non_null(strstr(browser->body, "\"rejected\""));
    browser_close(browser);
    assert_int_equal(process_end(&kiosk, SIGTERM), 0);

    // What an earlier start left there, and what comes now.
    browser = browser_open(page_serve_kiosk(fixture, &kiosk, true));
    browser_await(browser, 0, "status", "\"rejected\":0");
    page_await_clinic(browser);
    be_refused_unheard(fixture, browser, "0193a2b4-0000-7000-8000-000000000304");
    assert_int_equal(browser_get(browser, "/api/outbox"), 200);
    assert_string_equal(browser->body, "{\"rows\":[],\"more\":false}");
    browser_close(browser);
    assert_int_equal(process_end(&kiosk, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_rejection_that_comes_late_is_told_and_forgotten),
        fixture_test(a_rejection_that_nobody_hears_is_listed_until_it_is_dropped),
        fixture_test(where_nobody_looks_at_refusals_they_are_forgotten),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
