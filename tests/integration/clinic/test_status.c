// How the system is, as a desk is told: the nodes, and how far headquarters has got; and as every node hears it.
#include "evidence.h"
#include "headquarters.h"

#include <clinic/catalogue.h>

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GATEWAY_STATUS "clinic/node/gateway/status"

enum { WITHIN_MS = 40000 }; // the link tries again after pauses that grow

// ---- what is told

static const cJSON *ask_status(struct peer *desk)
{
    const cJSON *reply = peer_ask(desk, "system/status", "{}");

    assert_accepted(reply);
    return clinic_json_member(reply, "data");
}

static int64_t number_of(const cJSON *object, const char *name)
{
    int64_t number = -1;

    if (!clinic_json_integer(object, name, &number))
        fail_msg("there is no %s", name);
    return number;
}

static const cJSON *node_of(const cJSON *status, const char *name)
{
    const cJSON *node;

    cJSON_ArrayForEach(node, clinic_json_member(status, "nodes"))
    {
        if (strcmp(clinic_json_text(node, "node"), name) == 0)
            return node;
    }
    fail_msg("%s is not told of", name);
    return NULL;
}

// Waits until the gateway's status says this position; gives back since when it serves.
static void expect_upstream(struct fixture *fixture, size_t from, int64_t position, char *ret_since,
                            size_t since_bytes)
{
    char wanted[48];

    (void)snprintf(wanted, sizeof wanted, "\"upstream\":%lld}", (long long)position);
    const struct peer_message *message =
        peer_expect_within(fixture->auditor, from, GATEWAY_STATUS, wanted, WITHIN_MS);
    cJSON *status = cJSON_Parse(message->payload);
    assert_string_equal(clinic_json_text(status, "state"), "online");
    (void)snprintf(ret_since, since_bytes, "%s", clinic_json_text(status, "since"));
    cJSON_Delete(status);
}

// What is said of the link.
static void expect_link(struct peer *desk, const char *words)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    const char *state = "";

    while (strstr(state, words) == NULL) {
        if (process_now_ms() > deadline_ms)
            fail_msg("the link says \"%s\", not \"%s\"", state, words);
        (void)poll(NULL, 0, 50);
        state = clinic_json_text(clinic_json_member(ask_status(desk), "upstream"), "state");
    }
}

static void what_waits_for_headquarters_is_told_until_it_is_there(void **state)
{
    struct fixture *fixture = *state;
    struct headquarters headquarters = { 0 };
    char patient[CLINIC_ID_TEXT_BYTES];
    char since[32];
    char since_then[32];

    assert_int_equal(fixture_end_gateway(fixture, SIGTERM), 0);
    headquarters_make(fixture, &headquarters);
    const size_t from = peer_mark(fixture->auditor);
    fixture_start_gateway(fixture);
    expect_upstream(fixture, from, 0, since, sizeof since);

    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    (void)fixture_register(desk, "Boris Ahead", patient);
    const cJSON *status = ask_status(desk);
    const int64_t head = number_of(status, "head");
    const cJSON *upstream = clinic_json_member(status, "upstream");
    assert_string_not_equal(clinic_json_text(upstream, "state"), "online");
    assert_int_equal(number_of(upstream, "position"), 0);
    assert_int_equal(number_of(upstream, "lag"), head);
    assert_non_null(clinic_json_text(upstream, "oldest"));

    headquarters_start(fixture, &headquarters);
    expect_link(desk, "nobody at headquarters");
    headquarters_read(fixture, &headquarters);
    expect_upstream(fixture, from, head, since_then, sizeof since_then);
    assert_string_equal(since_then, since); // or every node would send its requests again
    upstream = clinic_json_member(ask_status(desk), "upstream");
    assert_string_equal(clinic_json_text(upstream, "state"), "online");
    assert_int_equal(number_of(upstream, "position"), head);
    assert_int_equal(number_of(upstream, "lag"), 0);
    assert_null(clinic_json_member(upstream, "oldest"));

    (void)fixture_register(desk, "Clarissa Later", patient);
    expect_upstream(fixture, from, number_of(ask_status(desk), "head"), since_then,
                    sizeof since_then);
    (void)process_end(&headquarters.broker, SIGTERM);
}

static void a_desk_sees_what_the_nodes_say_and_until_when_they_are_let_in(void **state)
{
    static const char kiosk_says[] = "{\"state\":\"online\",\"since\":\"2026-11-23T07:00:00.000Z\","
                                     "\"version\":\"1.2\",\"outbox\":2,\"rejected\":0}";
    struct fixture *fixture = *state;
    struct peer *kiosk = fixture_peer(fixture, "kiosk-1");
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");

    const size_t from = peer_mark(fixture->auditor);
    assert_int_equal(
        peer_publish(kiosk, "clinic/node/kiosk-1/status", kiosk_says, strlen(kiosk_says), true), 0);
    (void)peer_expect(fixture->auditor, from, "clinic/node/kiosk-1/status", "\"outbox\":2");
    const cJSON *status = ask_status(desk);
    const cJSON *node = node_of(status, "kiosk-1");
    assert_string_equal(clinic_json_text(node, "role"), "kiosk");
    assert_string_equal(clinic_json_text(node, "state"), "online");
    assert_int_equal(number_of(node, "waiting"), 2);
    assert_non_null(clinic_json_text(node, "certificate_expires"));
    assert_false(clinic_json_boolean(node, "is_revoked", true));
    assert_string_equal(clinic_json_text(node_of(status, "gateway"), "state"), "online");
    assert_string_equal(clinic_json_text(node_of(status, "board-1"), "state"), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_desk_sees_what_the_nodes_say_and_until_when_they_are_let_in),
        fixture_test(what_waits_for_headquarters_is_told_until_it_is_there),
    };
    return cmocka_run_group_tests_name("status", tests, fixture_setup, fixture_teardown);
}
