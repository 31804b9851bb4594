#include "fixture.h"

#include "evidence.h"
#include "folder.h"
#include "port.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define GATEWAY PROGRAM_FOLDER "/clinic-gateway"
#define RUN(...) process_must_run((const char *const[]){ __VA_ARGS__, NULL })

enum { WITHIN_MS = 20000, PATHS = 8 };

// clinic-broker itself adds "gateway".
static const char *const nodes[][2] = {
    { "desk-1", "desk" },   { "desk-2", "desk" },   { "kiosk-1", "kiosk" }, { "scale-1", "scale" },
    { "scale-2", "scale" }, { "board-1", "board" }, { "auditor", "board" },
};

// What clinic-broker never writes.
static const char careless_acl[] = "\nuser auditor\ntopic read #\ntopic read $SYS/#\n"
                                   "user scale-2\ntopic write clinic/request/scale-2/#\n";

const char *fixture_path(const struct fixture *fixture, const char *format, ...)
{
    static char paths[PATHS][512];
    static size_t turn;
    char *path = paths[turn++ % PATHS];
    const int used = snprintf(path, sizeof paths[0], "%s/", fixture->folder);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(path + used, sizeof paths[0] - (size_t)used, format, arguments);
    va_end(arguments);
    return path;
}

__attribute__((format(printf, 3, 4))) static void write_file(const char *path, const char *mode,
                                                             const char *format, ...)
{
    FILE *file = fopen(path, mode);
    va_list arguments;

    assert_non_null(file);
    va_start(arguments, format);
    (void)vfprintf(file, format, arguments);
    va_end(arguments);
    assert_int_equal(fclose(file), 0);
}

// ---- layout

// The broker gives up root's rights, so it must be able to walk through the folder.
static void make_folder(struct fixture *fixture)
{
    folder_make("clinic", fixture->folder, sizeof fixture->folder);
    assert_int_equal(chmod(fixture->folder, 0755), 0);
    assert_int_equal(mkdir(fixture_path(fixture, "logs"), 0700), 0);
    assert_int_equal(mkdir(fixture_path(fixture, "data"), 0700), 0);
}

static void make_certificates(struct fixture *fixture)
{
    const char *dir = fixture_path(fixture, "broker");
    char port[8];

    (void)snprintf(port, sizeof port, "%d", fixture->port);
    fixture_run_broker_tool("init", "--dir", dir, "--name", "localhost", "--ip", "127.0.0.1",
                            "--port", port, "--site", "test", "--bind", "127.0.0.1");
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++)
        fixture_run_broker_tool("add", nodes[i][0], "--role", nodes[i][1], "--dir", dir);
}

static void write_settings(struct fixture *fixture)
{
    write_file(fixture_path(fixture, "gateway.ini"), "w",
               "[bus]\nfolder = broker/nodes/gateway\nregistry = broker/nodes.ini\n"
               "[store]\nfolder = data\nreserve_bytes = 0\n"
               "[clinic]\nid = test\nname = Test Clinic\nphone = +33100000000\ncountry = FR\n"
               "zone = Europe/Paris\nlanguage = en\n");
    write_file(fixture_path(fixture, "pin"), "w", "%s\n", FIXTURE_PIN);
    assert_int_equal(chmod(fixture_path(fixture, "pin"), 0600), 0);
}

// ---- programs

struct peer_identity fixture_identity(const struct fixture *fixture, const char *node)
{
    struct peer_identity identity = { .port = fixture->port };
    const char *folder = fixture_path(fixture, "broker/nodes/%s", node);

    (void)snprintf(identity.node, sizeof identity.node, "%s", node);
    (void)snprintf(identity.ca, sizeof identity.ca, "%.280s/ca.crt", folder);
    (void)snprintf(identity.certificate, sizeof identity.certificate, "%.280s/node.crt", folder);
    (void)snprintf(identity.key, sizeof identity.key, "%.280s/node.key", folder);
    return identity;
}

static struct peer *connect_node(const struct fixture *fixture, const char *node)
{
    const struct peer_identity identity = fixture_identity(fixture, node);
    struct peer *peer = peer_try(&identity);

    if (!peer_is_online(peer))
        fail_msg("%s is not let in: %s", node, peer_problem(peer));
    return peer;
}

void fixture_reconnect_auditor(struct fixture *fixture)
{
    peer_close(fixture->auditor);
    fixture->auditor = connect_node(fixture, "auditor");
    peer_subscribe(fixture->auditor, "#");
    peer_subscribe(fixture->auditor, "$SYS/#");
}

// Every change of the nodes writes the broker's ACL anew.
static void be_careless(const struct fixture *fixture)
{
    if (!evidence_in_file(fixture, "broker/broker/acl", "user auditor\ntopic read #"))
        write_file(fixture_path(fixture, "broker/broker/acl"), "a", "%s", careless_acl);
}

void fixture_start_broker(struct fixture *fixture)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    const char *argv[PROCESS_BROKER_ARGUMENTS];

    be_careless(fixture);
    process_broker_command(fixture_path(fixture, "broker/broker/mosquitto.conf"), argv);
    process_start(&fixture->broker, fixture_path(fixture, "logs/broker.log"), argv);
    while (!port_answers(fixture->port)) {
        if (process_now_ms() > deadline_ms)
            fail_msg("the broker does not listen; see %s", fixture->broker.log_path);
        (void)poll(NULL, 0, 5);
    }
    fixture_reconnect_auditor(fixture);
}

static void wait_for_gateway(struct fixture *fixture, size_t mark)
{
    (void)peer_expect(fixture->auditor, mark, "clinic/node/gateway/status", "\"online\"");
}

void fixture_restart_broker(struct fixture *fixture)
{
    (void)fixture_end_broker(fixture, SIGTERM);
    fixture_start_broker(fixture);
    wait_for_gateway(fixture, 0);
}

void fixture_start_gateway(struct fixture *fixture)
{
    peer_catch_up(fixture->auditor);
    const size_t mark = peer_mark(fixture->auditor);

    process_start(&fixture->gateway, fixture_path(fixture, "logs/gateway.log"),
                  (const char *const[]){ GATEWAY, "--config", fixture_path(fixture, "gateway.ini"),
                                         "serve", NULL });
    wait_for_gateway(fixture, mark);
}

int fixture_end_broker(struct fixture *fixture, int signal)
{
    return process_end(&fixture->broker, signal);
}

int fixture_end_gateway(struct fixture *fixture, int signal)
{
    return process_end(&fixture->gateway, signal);
}

void fixture_run_gateway(struct fixture *fixture, struct process_output *ret_output,
                         const char *command, const char *argument)
{
    process_run(ret_output,
                (const char *const[]){ GATEWAY, "--config", fixture_path(fixture, "gateway.ini"),
                                       command, argument, NULL });
}

void fixture_must_run_gateway(struct fixture *fixture, struct process_output *ret_output,
                              const char *command, const char *argument)
{
    fixture_run_gateway(fixture, ret_output, command, argument);
    if (ret_output->exit_code != 0)
        fail_msg("clinic-gateway %s ended with %d:\n%s", command, ret_output->exit_code,
                 ret_output->text);
}

void fixture_add_staff(struct fixture *fixture, const char *name, const char *role)
{
    RUN(GATEWAY, "--config", fixture_path(fixture, "gateway.ini"), "staff", "add", name, "--role",
        role, "--pin-file", fixture_path(fixture, "pin"));
}

// ---- nodes

struct peer *fixture_keep(struct fixture *fixture, struct peer *peer)
{
    assert_true(fixture->peer_count < FIXTURE_PEERS_MAX);
    fixture->peers[fixture->peer_count++] = peer;
    return peer;
}

struct peer *fixture_peer(struct fixture *fixture, const char *node)
{
    struct peer *peer = fixture_keep(fixture, connect_node(fixture, node));
    char topic[64];

    (void)snprintf(topic, sizeof topic, "clinic/reply/%s", node);
    peer_subscribe(peer, topic);
    return peer;
}

struct peer *fixture_desk(struct fixture *fixture, const char *node, const char *staff)
{
    struct peer *desk = fixture_peer(fixture, node);
    const cJSON *reply =
        peer_ask(desk, "staff/sign-in", "{'name':'%s','pin':'%s'}", staff, FIXTURE_PIN);

    assert_accepted(reply);
    peer_set_session(desk, clinic_json_text(clinic_json_member(reply, "data"), "session"));
    return desk;
}

const cJSON *fixture_register(struct peer *desk, const char *name,
                              char ret_patient_id[static CLINIC_ID_TEXT_BYTES])
{
    peer_new_id(ret_patient_id);
    const cJSON *reply =
        peer_ask(desk, "patient/create",
                 "{'patient_id':'%s','name':'%s','birth_date':'1980-05-17'}", ret_patient_id, name);
    assert_accepted(reply);
    return reply;
}

// ---- setup and teardown

int fixture_setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    *state = fixture;
    make_folder(fixture);
    fixture->port = port_free();
    make_certificates(fixture);
    write_settings(fixture);
    fixture_start_broker(fixture);
    fixture_start_gateway(fixture);
    fixture_add_staff(fixture, "ada", "admin");
    return 0;
}

int fixture_check(void **state)
{
    static struct process_output output;
    struct fixture *fixture = *state;

    while (fixture->peer_count > 0)
        peer_close(fixture->peers[--fixture->peer_count]);
    if (fixture->broker.pid == 0)
        fixture_start_broker(fixture);
    if (fixture->gateway.pid == 0)
        fixture_start_gateway(fixture);
    fixture_must_run_gateway(fixture, &output, "verify", NULL);
    fixture_must_run_gateway(fixture, &output, "rebuild", "--compare");
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    const int status = fixture_end_gateway(fixture, SIGTERM);

    (void)fixture_end_broker(fixture, SIGTERM);
    peer_close(fixture->auditor);
    if (getenv("CLINIC_KEEP") == NULL)
        folder_remove(fixture->folder);
    free(fixture);
    return status == 0 ? 0 : -1;
}
