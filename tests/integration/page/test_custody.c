// What the bus does is no reason for a page to wait: each request is answered at once, and what became of it is told later.
#include "evidence.h"
#include "headquarters.h"
#include "page.h"
#include "port.h"

#include <clinic/json.h>
#include <clinic/page.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { TRIES = 12, ANSWER_MS = 100, NOISE_MS = 1000 };

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

static int create(struct browser *browser, const char *name, char id[static CLINIC_ID_TEXT_BYTES])
{
    peer_new_id(id);
    return browser_post(browser, "patient/create",
                        "{'patient_id':'%s','name':'%s','birth_date':'1985-05-05',"
                        "'is_distinct':true}",
                        id, name);
}

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// The machine may be busy with other tests: what counts is what is usual.
static void expect_quick(int64_t *took_ms, size_t count)
{
    qsort(took_ms, count, sizeof took_ms[0], by_size);
    print_message("answered within %d ms at the median, %d ms at the most\n",
                  (int)took_ms[count / 2], (int)took_ms[count - 1]);
    assert_in_range(took_ms[count / 2], 0, ANSWER_MS + 20);
    assert_in_range(took_ms[count - 1], 0, NOISE_MS);
}

static void with_a_broker_that_hangs_each_post_is_answered_at_once(void **state)
{
    struct fixture *fixture = *state;
    int64_t took_ms[2 * TRIES];
    char ids[TRIES][CLINIC_ID_TEXT_BYTES];
    char requests[TRIES][CLINIC_ID_TEXT_BYTES];
    const size_t before = evidence_events(fixture, "clinic.patient.created");
    const size_t mark = browser_mark(page);
    page_pause(&fixture->broker);
    for (size_t i = 0; i < TRIES; i++) {
        assert_int_equal(create(page, "Waits For The Broker", ids[i]), 202);
        assert_string_equal(clinic_json_text(page->json, "custody"), "here");
        (void)snprintf(requests[i], sizeof requests[i], "%s", browser_id(page));
        took_ms[i] = page->took_ms;
        assert_int_equal(browser_post(page, "patient/find", "{'text':'Waits'}"), 202);
        assert_string_equal(clinic_json_text(page->json, "custody"), "asked");
        took_ms[TRIES + i] = page->took_ms;
    }
    expect_quick(took_ms, 2 * TRIES);
    assert_int_equal(browser_count(page, mark, "custody", ""), 0);
    page_resume(&fixture->broker);
    for (size_t i = 0; i < TRIES; i++) {
        cJSON *reply = browser_expect(page, mark, "reply", requests[i]);
        int64_t http = 0;
        assert_true(clinic_json_integer(reply, "http", &http));
        assert_int_equal(http, 200);
        assert_string_equal(clinic_json_text(reply, "status"), "accepted");
        cJSON_Delete(reply);
        browser_await(page, mark, "custody", requests[i]);
        assert_int_equal(evidence_events(fixture, ids[i]), 1);
    }
    assert_int_equal(evidence_events(fixture, "clinic.patient.created"), before + TRIES);
    browser_await(page, mark, "status", "\"waiting\":0");
    assert_int_equal(browser_count(page, mark, "custody", "clinic"), TRIES);
}

static void the_stream_of_another_page_does_not_hear_the_reply(void **state)
{
    struct fixture *fixture = *state;
    struct browser *other = browser_open(page->port);
    char id[CLINIC_ID_TEXT_BYTES];
    char request[CLINIC_ID_TEXT_BYTES];
    const size_t mark = browser_mark(page);
    const size_t other_mark = browser_mark(other);
    page_pause(&fixture->broker);
    assert_int_equal(create(page, "Only Here", id), 202);
    (void)snprintf(request, sizeof request, "%s", browser_id(page));
    page_resume(&fixture->broker);
    browser_await(page, mark, "reply", request);
    browser_await(other, other_mark, "custody", request);
    browser_await(other, other_mark, "event", id);
    assert_int_equal(browser_count(other, other_mark, "reply", ""), 0);
    assert_int_equal(browser_count(page, mark, "reply", request), 1);
    browser_close(other);
}

static void a_gateway_that_hangs_is_no_reason_to_wait_either(void **state)
{
    struct fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    const size_t mark = browser_mark(page);
    page_pause(&fixture->gateway);
    assert_int_equal(create(page, "Waits For The Gateway", id), 202);
    assert_in_range(page->took_ms, 0, NOISE_MS);
    (void)snprintf(id, sizeof id, "%s", browser_id(page));
    page_resume(&fixture->gateway);
    browser_await(page, mark, "reply", id);
}

static void without_a_broker_a_read_is_503_and_a_request_is_kept(void **state)
{
    struct fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char request[CLINIC_ID_TEXT_BYTES];
    size_t mark = browser_mark(page);
    (void)fixture_end_broker(fixture, SIGTERM);
    browser_await(page, mark, "status", "\"broker\":\"offline\"");
    assert_int_equal(browser_post(page, "patient/find", "{'text':'x'}"), 503);
    assert_string_equal(browser_code(page), "offline");
    assert_in_range(page->took_ms, 0, NOISE_MS);
    assert_int_equal(create(page, "Kept At The Desk", id), 202);
    (void)snprintf(request, sizeof request, "%s", browser_id(page));
    mark = browser_mark(page);
    fixture_start_broker(fixture);
    browser_await(page, mark, "reply", request);
    assert_int_equal(evidence_events(fixture, id), 1);
}

// Killed with the request in the outbox: the next start of the program tells what became of it.
static void a_request_of_an_earlier_start_is_told_of(void **state)
{
    struct fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char request[CLINIC_ID_TEXT_BYTES];
    page_pause(&fixture->gateway);
    assert_int_equal(create(page, "Outlives A Start", id), 202);
    (void)snprintf(request, sizeof request, "%s", browser_id(page));
    (void)process_end(&process, SIGKILL);
    browser_close(page);
    page_resume(&fixture->gateway);
    page = browser_open(page_serve_desk(fixture, &process, "desk-1"));
    browser_await(page, 0, "custody", request);
    assert_int_equal(evidence_events(fixture, id), 1);
    page_await_clinic(page);
    browser_sign_in(page);
}

static void custody_goes_from_here_to_the_clinic_to_headquarters(void **state)
{
    struct fixture *fixture = *state;
    struct headquarters headquarters = { 0 };
    char id[CLINIC_ID_TEXT_BYTES];
    char request[CLINIC_ID_TEXT_BYTES];
    assert_int_equal(fixture_end_gateway(fixture, SIGTERM), 0);
    headquarters_make(fixture, &headquarters);
    const size_t mark = browser_mark(page);
    assert_int_equal(create(page, "Goes All The Way", id), 202);
    assert_string_equal(clinic_json_text(page->json, "custody"), "here");
    (void)snprintf(request, sizeof request, "%s", browser_id(page));
    fixture_start_gateway(fixture);
    cJSON *custody = browser_expect(page, mark, "custody", request);
    assert_string_equal(clinic_json_text(custody, "custody"), "clinic");
    cJSON_Delete(custody);
    headquarters_open(fixture, &headquarters);
    browser_await(page, mark, "custody", "headquarters");
    assert_int_equal(browser_count(page, mark, "custody", request), 2);
    (void)process_end(&headquarters.broker, SIGTERM);
}

// ---- a broker that never answers

static void write_port(const struct fixture *fixture, int port, const char *more)
{
    FILE *file = fopen(fixture_path(fixture, "broker/nodes/kiosk-1/node.ini"), "w");
    assert_non_null(file);
    assert_true(fprintf(file, "[node]\nname = kiosk-1\nhost = 127.0.0.1\nport = %d\n%s", port, more)
                > 0);
    assert_int_equal(fclose(file), 0);
}

static void a_broker_that_takes_no_connection_is_no_reason_to_wait(void **state)
{
    struct fixture *fixture = *state;
    int64_t took_ms[TRIES];
    char id[CLINIC_ID_TEXT_BYTES];
    struct process kiosk = { 0 };
    int port = 0;
    const int silent = port_listen(1, &port);
    write_port(fixture, port, "outbox_rows = 12\n");
    struct browser *browser = browser_open(page_serve_kiosk(fixture, &kiosk, true));
    for (size_t i = 0; i < TRIES; i++) {
        assert_int_equal(create(browser, "Waits In The Kiosk", id), 202);
        assert_string_equal(clinic_json_text(browser->json, "ticket"), "P7");
        took_ms[i] = browser->took_ms;
    }
    assert_int_equal(browser_post(browser, "doctor/list", "{}"), 503);
    expect_quick(took_ms, TRIES);
    assert_int_equal(create(browser, "One Too Many", id), 507);
    assert_string_equal(browser_code(browser), "storage.full");
    browser_await(browser, 0, "status", "\"waiting\":12");
    browser_close(browser);
    assert_int_equal(process_end(&kiosk, SIGTERM), 0);
    (void)close(silent);

    // At a broker that answers all of it arrives.
    write_port(fixture, fixture->port, "");
    browser = browser_open(page_serve_kiosk(fixture, &kiosk, true));
    browser_await(browser, 0, "status", "\"waiting\":0,\"rejected\":0");
    browser_close(browser);
    assert_int_equal(process_end(&kiosk, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(with_a_broker_that_hangs_each_post_is_answered_at_once),
        fixture_test(the_stream_of_another_page_does_not_hear_the_reply),
        fixture_test(a_gateway_that_hangs_is_no_reason_to_wait_either),
        fixture_test(without_a_broker_a_read_is_503_and_a_request_is_kept),
        fixture_test(a_request_of_an_earlier_start_is_told_of),
        fixture_test(a_broker_that_takes_no_connection_is_no_reason_to_wait),
        fixture_test(custody_goes_from_here_to_the_clinic_to_headquarters),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
