// An answer of the right kind to each request of a page, and what its stream says.
#include "evidence.h"
#include "page.h"

#include <clinic/json.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static struct process desk_process;
static struct process kiosk_process;
static struct browser *desk;
static struct browser *kiosk;

static int setup(void **state)
{
    if (fixture_setup(state) != 0)
        return -1;
    desk = browser_open(page_serve_desk(*state, &desk_process, "desk-1"));
    kiosk = browser_open(page_serve_kiosk(*state, &kiosk_process, false));
    page_await_clinic(desk);
    page_await_clinic(kiosk);
    browser_sign_in(desk);
    return 0;
}

static int teardown(void **state)
{
    browser_close(desk);
    browser_close(kiosk);
    const bool is_good = process_end(&desk_process, SIGTERM) == 0;
    return process_end(&kiosk_process, SIGTERM) == 0 && is_good ? fixture_teardown(state) : -1;
}

static void expect(struct browser *browser, int status, const char *code)
{
    if (browser->status != status || strcmp(browser_code(browser), code) != 0)
        fail_msg("%d %s, not %d %s: %s", browser->status, browser_code(browser), status, code,
                 browser->body);
}

// ---- the start

static void the_start_tells_what_the_page_may_ask(void **state)
{
    (void)state;
    assert_int_equal(browser_ask(desk, "GET", "/api/start", "", NULL), 200);
    assert_string_equal(clinic_json_text(desk->json, "node"), "desk-1");
    assert_string_equal(clinic_json_text(desk->json, "role"), "desk");
    assert_int_equal(strlen(clinic_json_text(desk->json, "token")), 64);
    assert_string_equal(browser_header(desk, "Cache-Control"), "no-store");
    const cJSON *requests = clinic_json_member(desk->json, "requests");
    assert_string_equal(
        cJSON_GetArrayItem(clinic_json_member(requests, "patient/delete"), 0)->valuestring,
        "admin");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(requests, "staff/sign-in")), 0);
    assert_null(clinic_json_member(requests, "events/replay"));
    assert_null(clinic_json_member(requests, "equipment/measure")); // a scale's
    assert_int_equal(browser_get(kiosk, "/api/start"), 200);
    assert_string_equal(clinic_json_text(clinic_json_member(kiosk->json, "page"), "first_language"),
                        "la");
}

// ---- requests

static void accepted_is_200_with_the_gateways_reply(void **state)
{
    (void)state;
    assert_int_equal(browser_request(desk, "patient/create",
                                     "{'patient_id':'0193a2b4-0000-7000-8000-000000000101',"
                                     "'name':'Aurélie \\\"A\\\"','birth_date':'1990-01-31'}"),
                     200);
    assert_string_equal(clinic_json_text(desk->json, "status"), "accepted");
    assert_int_equal(strlen(browser_id(desk)), 36);
    assert_non_null(clinic_json_text(clinic_json_member(desk->json, "data"), "member_id"));
    assert_int_equal(browser_request(desk, "patient/find", "{'text':'Aurélie'}"), 200);
    assert_non_null(strstr(desk->body, "0193a2b4-0000-7000-8000-000000000101"));
}

static void rejected_is_409_and_for_a_field_422(void **state)
{
    (void)state;
    (void)browser_request(desk, "patient/read",
                          "{'patient_id':'0193a2b4-0000-7000-8000-000000000999'}");
    assert_true(desk->status == 409 || desk->status == 422);
    assert_string_equal(browser_code(desk), "not-found");
    assert_string_equal(clinic_json_text(desk->json, "status"), "rejected");
    (void)browser_request(desk, "patient/create",
                          "{'patient_id':'0193a2b4-0000-7000-8000-000000000102','name':'Late',"
                          "'birth_date':'2999-01-01'}");
    expect(desk, 422, "invalid.field");
    assert_non_null(strstr(desk->body, "\"birth_date\""));
    // What the catalogue itself forbids is refused here: nothing was kept, so there is no id.
    (void)browser_request(desk, "patient/create", "{'name':'No Id','birth_date':'1990-01-31'}");
    expect(desk, 422, "invalid.missing");
    assert_null(clinic_json_text(desk->json, "id"));
    (void)browser_request(desk, "patient/find", "{'text':'x','page':2}");
    expect(desk, 422, "invalid.unknown-field");
}

static void nobody_signed_in_is_told_by_the_gateway(void **state)
{
    char session[sizeof desk->session];
    (void)state;
    (void)snprintf(session, sizeof session, "%s", desk->session);
    desk->session[0] = '\0';
    (void)browser_request(desk, "patient/find", "{'text':'x'}");
    expect(desk, 409, "session.required");
    (void)snprintf(desk->session, sizeof desk->session, "%s", session);
}

static void what_is_no_request_of_the_page_is_not_found(void **state)
{
    static const char *const names[] = { "patient/explode", "patient",       "events/replay",
                                         "patient/create/", "patient/find",  "equipment/measure",
                                         "outbox/drop/x",   "staff/sign-in", "" };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        (void)browser_post(kiosk, names[i], "{}");
        expect(kiosk, 404, "unknown.action");
    }
}

static void a_body_that_is_none_is_400(void **state)
{
    static const char *const bodies[] = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"data\":null}",
        "{\"data\":[]}",
        "{\"data\":{},\"data\":{}}",
        "{\"data\":{}}x",
        "{\"data\":{\"name\":\"\xff\"}}",
        "data=%7B%7D",
    };
    char headers[300];
    (void)state;
    (void)snprintf(headers, sizeof headers,
                   "Content-Type: application/json\r\nX-Clinic-Token: %s\r\n", kiosk->token);
    for (size_t i = 0; i < ARRAY_SIZE(bodies); i++)
        if (browser_ask(kiosk, "POST", "/api/doctor/list", headers, bodies[i]) != 400)
            fail_msg("%d to %s", kiosk->status, bodies[i]);
    assert_int_equal(browser_request(kiosk, "doctor/list", "{}"), 200);
}

static void a_way_of_asking_that_there_is_not_is_405(void **state)
{
    static const struct {
        const char *method;
        const char *path;
        const char *allow;
    } cases[] = {
        { "POST", "/", "GET, HEAD" },          { "PUT", "/own.js", "GET, HEAD" },
        { "OPTIONS", "/", "GET, HEAD" },       { "POST", "/api/start", "GET" },
        { "POST", "/api/stream", "GET" },      { "HEAD", "/api/stream", "GET" },
        { "GET", "/api/doctor/list", "POST" }, { "DELETE", "/api/doctor/list", "POST" },
        { "GET", "/api/outbox/drop", "POST" }, { "POST", "/api/outbox", "GET" },
    };
    char headers[200];
    (void)state;
    (void)snprintf(headers, sizeof headers, "X-Clinic-Token: %s\r\n", kiosk->token);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *body = strcmp(cases[i].method, "POST") == 0 ? "{}" : NULL;
        (void)browser_ask(kiosk, cases[i].method, cases[i].path, headers, body);
        assert_int_equal(kiosk->status, 405);
        assert_string_equal(browser_header(kiosk, "Allow"), cases[i].allow);
    }
}

static void every_answer_forbids_what_a_page_does_not_need(void **state)
{
    static const char *const names[] = {
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        "Cross-Origin-Resource-Policy",
        "Cross-Origin-Opener-Policy",
        "Permissions-Policy",
    };
    static const char *const requests[] = { "/", "/api/start", "/nothing", "/api/outbox",
                                            "/api/doctor/list" };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
        (void)browser_ask(kiosk, "GET", requests[i], "", NULL);
        const char *policy = browser_header(kiosk, "Content-Security-Policy");
        assert_non_null(policy);
        assert_non_null(strstr(policy, "default-src 'none'"));
        assert_null(strstr(policy, "unsafe"));
        assert_null(strstr(policy, "http"));
        for (size_t j = 0; j < ARRAY_SIZE(names); j++)
            assert_non_null(browser_header(kiosk, names[j]));
        assert_null(browser_header(kiosk, "Set-Cookie"));
        assert_null(browser_header(kiosk, "Access-Control-Allow-Origin"));
    }
}

// ---- what the program adds

static void the_program_may_add_and_refuse(void **state)
{
    struct fixture *fixture = *state;
    (void)browser_request(kiosk, "patient/create",
                          "{'patient_id':'0193a2b4-0000-7000-8000-000000000103',"
                          "'birth_date':'1990-01-31'}");
    assert_int_equal(kiosk->status, 200);
    assert_null(clinic_json_text(kiosk->json, "ticket"));
    assert_int_equal(evidence_sql(fixture, "SELECT count(*) FROM patient"), 2);
    (void)browser_request(kiosk, "patient/create",
                          "{'patient_id':'0193a2b4-0000-7000-8000-000000000104','name':'Nobody',"
                          "'birth_date':'1990-01-31'}");
    expect(kiosk, 409, "forbidden");
    assert_int_equal(evidence_sql(fixture, "SELECT count(*) FROM patient"), 2);
}

// ---- the stream

static void two_pages_hear_the_same_events_and_their_own_replies(void **state)
{
    struct browser *other = browser_open(desk->port);
    const size_t mark = browser_mark(desk);
    const size_t other_mark = browser_mark(other);
    (void)state;
    assert_string_not_equal(other->stream_name, desk->stream_name);
    assert_int_equal(browser_request(desk, "patient/create",
                                     "{'patient_id':'0193a2b4-0000-7000-8000-000000000105',"
                                     "'name':'Heard By Both','birth_date':'1990-03-31'}"),
                     200);
    browser_await(desk, mark, "event", "000000000105");
    browser_await(other, other_mark, "event", "000000000105");
    browser_await(other, other_mark, "custody", browser_id(desk));
    assert_int_equal(browser_count(other, other_mark, "reply", ""), 0);
    assert_int_equal(browser_count(other, other_mark, "event", "Heard By Both"), 0);
    browser_close(other);
}

static void a_desk_hears_notices(void **state)
{
    (void)state;
    const size_t mark = browser_mark(desk);
    browser_sign_in(desk);
    assert_int_equal(browser_request(desk, "equipment/item",
                                     "{'item_id':'gauze','name':'Gauze','unit':'piece',"
                                     "'location':'Room 1','minimum':20,'par':60}"),
                     200);
    assert_int_equal(browser_request(desk, "equipment/count",
                                     "{'item_id':'gauze','quantity':3,'reason':'counted'}"),
                     200);
    browser_await(desk, mark, "notice", "\"audience\":\"staff\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_tells_what_the_page_may_ask),
        fixture_test(accepted_is_200_with_the_gateways_reply),
        fixture_test(rejected_is_409_and_for_a_field_422),
        cmocka_unit_test(nobody_signed_in_is_told_by_the_gateway),
        cmocka_unit_test(what_is_no_request_of_the_page_is_not_found),
        cmocka_unit_test(a_body_that_is_none_is_400),
        cmocka_unit_test(a_way_of_asking_that_there_is_not_is_405),
        cmocka_unit_test(every_answer_forbids_what_a_page_does_not_need),
        fixture_test(the_program_may_add_and_refuse),
        fixture_test(two_pages_hear_the_same_events_and_their_own_replies),
        fixture_test(a_desk_hears_notices),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
