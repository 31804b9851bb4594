#include "headquarters.h"

#include "port.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { WITHIN_MS = 20000 };

void headquarters_make(struct fixture *fixture, struct headquarters *headquarters)
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

void headquarters_start(struct fixture *fixture, struct headquarters *headquarters)
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
}

void headquarters_read(struct fixture *fixture, const struct headquarters *headquarters)
{
    struct peer *reader = fixture_keep(fixture, try_reader(fixture, headquarters->port));

    if (!peer_is_online(reader))
        fail_msg("the archive is not let in: %s", peer_problem(reader));
    peer_subscribe(reader, "clinics/#");
}

void headquarters_open(struct fixture *fixture, struct headquarters *headquarters)
{
    headquarters_start(fixture, headquarters);
    headquarters_read(fixture, headquarters);
}
