// How the system is, as a desk is told: the nodes, and how far headquarters has got; and as every node hears it.
#include "evidence.h"
#include "port.h"

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

struct headquarters {
    int port;
    struct process broker;
};

// ---- headquarters

static void make_headquarters(struct fixture *fixture, struct headquarters *headquarters)
{
    const char *dir = fixture_path(fixture, "hq");
    char port[8];
    FILE *settings = fopen(fixture_path(fixture, "gateway.ini"), "a");

    headquarters->port = port_free();
    (void)snprintf(port, sizeof port, "%d", headquarters->port);
    fixture_run_broker_tool("init", "--dir", dir, "--name", "localhost", "--ip", "127.0.0.1",
                            "--port", port, "--site", "headquarters", "--bind", "127.0.0.1",
                            "--prefix", "clinics");
    fixture_run_broker_tool("add", "test", "--role", "clinic", "--dir", dir);
    fixture_run_broker_tool("add", "reader", "--role", "archive", "--dir", dir);
    assert_non_null(settings);
    assert_true(fprintf(settings,
                        "[upstream]\nurl = mqtts://localhost:%d\nfolder = hq/nodes/test\n"
                        "prefix = clinics\n",
                        headquarters->port)
                > 0);
    assert_int_equal(fclose(settings), 0);
}

static struct peer *try_reader(const struct fixture *fixture, int port)
{
    struct peer_identity identity = { .node = "reader", .port = port };
    const char *folder = fixture_path(fixture, "hq/nodes/reader");

    (void)snprintf(identity.ca, sizeof identity.ca, "%.280s/ca.crt", folder);
    (void)snprintf(identity.certificate, sizeof identity.certificate, "%.280s/node.crt", folder);
    (void)snprintf(identity.key, sizeof identity.key, "%.280s/node.key", folder);
    return peer_try(&identity);
}

// Where nobody reads, nothing is safe: the broker says so, and the gateway keeps it.
static void open_headquarters(struct fixture *fixture, struct headquarters *headquarters)
{
    const char *argv[PROCESS_BROKER_ARGUMENTS];
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;

    process_broker_command(fixture_path(fixture, "hq/broker/mosquitto.conf"), argv);
    process_start(&headquarters->broker, fixture_path(fixture, "logs/headquarters.log"), argv);
    while (!port_answers(headquarters->port)) {
        if (process_now_ms() > deadline_ms)
            fail_msg("headquarters does not listen; see %s", headquarters->broker.log_path);
        (void)poll(NULL, 0, 5);
    }
    struct peer *reader = fixture_keep(fixture, try_reader(fixture, headquarters->port));
    if (!peer_is_online(reader))
        fail_msg("the archive is not let in: %s", peer_problem(reader));
    peer_subscribe(reader, "clinics/#");
}

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

static void what_waits_for_headquarters_is_told_until_it_is_there(void **state)
{
    struct fixture *fixture = *state;
    struct headquarters headquarters = { 0 };
    char patient[CLINIC_ID_TEXT_BYTES];
    char since[32];
    char since_then[32];

    assert_int_equal(fixture_end_gateway(fixture, SIGTERM), 0);
    make_headquarters(fixture, &headquarters);
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

    open_headquarters(fixture, &headquarters);
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
