// From init to revocation with a real broker: who gets in, and what the ACL lets each do.

#include "town.h"

#include <mqtt_protocol.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { KIB = 1024, PAYLOAD_MAX = 64 * KIB };

static struct peer *must_connect(const struct town *town, const char *node)
{
    struct peer *peer = town_connect(town, node);
    if (!peer_is_online(peer))
        fail_msg("%s is not let in: %s", node, peer_problem(peer));
    return peer;
}

static void expect_refused(const struct town *town, const char *node)
{
    struct peer *peer = town_connect(town, node);
    assert_false(peer_is_online(peer));
    peer_close(peer);
}

static int publish(struct peer *peer, const char *topic)
{
    return peer_publish(peer, topic, "{}", 2, false);
}

static bool passes(int reason)
{
    return reason == MQTT_RC_SUCCESS || reason == MQTT_RC_NO_MATCHING_SUBSCRIBERS;
}

static void a_node_writes_its_own_topics_and_no_others(void **state)
{
    struct town *town = *state;
    static const char *const own[] = { "clinic/request/kiosk-1/patient/create",
                                       "clinic/request/kiosk-1/portal/read",
                                       "clinic/node/kiosk-1/status" };
    static const char *const others[] = {
        "clinic/request/kiosk-1/patient/find", // a desk's
        "clinic/request/kiosk-1/patient/create/more",
        "clinic/request/kiosk-2/patient/create",
        "clinic/request/desk-1/patient/delete",
        "clinic/patient/created",
        "clinic/patient/deleted",
        "clinic/reply/kiosk-1",
        "clinic/reply/kiosk-2",
        "clinic/node/kiosk-1/config",
        "clinic/node/kiosk-2/status",
        "clinic/node/gateway/status",
        "clinic/notification/staff",
        "clinic/canary/forbidden",
        "other",
        "$SYS/broker/uptime",
    };
    town_start(town);
    struct peer *kiosk = must_connect(town, "kiosk-1");
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        assert_true(passes(publish(kiosk, own[i])));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (publish(kiosk, others[i]) != MQTT_RC_NOT_AUTHORIZED)
            fail_msg("kiosk-1 may write %s", others[i]);
    }
    peer_close(kiosk);
}

static void a_node_receives_its_own_replies_and_no_others(void **state)
{
    struct town *town = *state;
    town_start(town);
    struct peer *gateway = must_connect(town, "gateway");
    struct peer *kiosk = must_connect(town, "kiosk-1");
    struct peer *desk = must_connect(town, "desk-1");
    peer_subscribe(gateway, "clinic/request/#");
    peer_subscribe(kiosk, "#");
    peer_subscribe(desk, "#");

    assert_true(passes(publish(desk, "clinic/request/desk-1/patient/find")));
    (void)peer_expect(gateway, 0, "clinic/request/desk-1/patient/find", "{}");
    assert_true(passes(publish(gateway, "clinic/reply/desk-1")));
    assert_true(passes(publish(gateway, "clinic/patient/created")));
    assert_true(passes(publish(gateway, "clinic/notification/staff")));
    assert_true(passes(publish(gateway, "clinic/reply/kiosk-1")));
    // The last one has come: what the broker sent before it has come as well.
    (void)peer_expect(kiosk, 0, "clinic/reply/kiosk-1", "{}");
    assert_int_equal(peer_mark(kiosk), 1);

    (void)peer_expect(desk, 0, "clinic/reply/desk-1", "{}");
    (void)peer_expect(desk, 0, "clinic/patient/created", "{}");
    (void)peer_expect(desk, 0, "clinic/notification/staff", "{}");
    assert_int_equal(peer_mark(desk), 3);
    peer_close(gateway);
    peer_close(kiosk);
    peer_close(desk);
}

static void a_last_will_forges_nothing(void **state)
{
    struct town *town = *state;
    struct process forger = { .pid = 0 };
    town_start(town);
    struct peer *desk = must_connect(town, "desk-1");
    struct peer *gateway = must_connect(town, "gateway");
    peer_subscribe(desk, "clinic/patient/created");
    process_start(&forger, town_path("%s/forger.log", town->folder),
                  (const char *const[]){ "mosquitto_sub",
                                         "-h",
                                         "127.0.0.1",
                                         "-p",
                                         town_path("%d", town->port),
                                         "--cafile",
                                         town_path("%s/nodes/kiosk-1/ca.crt", town->dir),
                                         "--cert",
                                         town_path("%s/nodes/kiosk-1/node.crt", town->dir),
                                         "--key",
                                         town_path("%s/nodes/kiosk-1/node.key", town->dir),
                                         "-q",
                                         "1",
                                         "-t",
                                         "clinic/reply/kiosk-1",
                                         "--will-topic",
                                         "clinic/patient/created",
                                         "--will-payload",
                                         "forged",
                                         "--will-qos",
                                         "1",
                                         NULL });
    town_expect_log(town, "as kiosk-1 ");
    (void)process_end(&forger, SIGKILL); // that is the point
    town_expect_log(town, "Client kiosk-1 ");

    assert_true(passes(peer_publish(gateway, "clinic/patient/created", "real", 4, true)));
    (void)peer_expect(desk, 0, "clinic/patient/created", "real");
    assert_int_equal(peer_count(desk, 0, NULL, "forged"), 0);
    peer_close(desk);
    peer_close(gateway);
}

static void a_large_packet_ends_the_connection(void **state)
{
    struct town *town = *state;
    static char payload[KIB * KIB];
    struct peer_identity identity = { .port = town->port, .speaks_3_1_1 = true };
    (void)snprintf(identity.ca, sizeof identity.ca, "%s/nodes/kiosk-1/ca.crt", town->dir);
    (void)snprintf(identity.certificate, sizeof identity.certificate, "%s/nodes/kiosk-1/node.crt",
                   town->dir);
    (void)snprintf(identity.key, sizeof identity.key, "%s/nodes/kiosk-1/node.key", town->dir);
    town_start(town);
    memset(payload, 'x', sizeof payload);

    // MQTT 3.1.1: the client is not told the limit and does not refuse by itself.
    struct peer *kiosk = peer_try(&identity);
    assert_true(peer_is_online(kiosk));
    assert_int_equal(peer_publish(kiosk, "clinic/node/kiosk-1/status", payload, PAYLOAD_MAX, false),
                     0);
    assert_int_equal(
        peer_publish(kiosk, "clinic/node/kiosk-1/status", payload, sizeof payload, false),
        PEER_LOST);
    peer_close(kiosk);
    peer_close(must_connect(town, "kiosk-1"));
}

static void a_revoked_node_is_shut_out_by_the_restart_and_the_others_are_not(void **state)
{
    struct town *town = *state;
    town_start(town);
    peer_close(must_connect(town, "kiosk-1"));
    assert_int_equal(RUN(town, "revoke", "kiosk-1"), 0);
    town_restart(town);
    expect_refused(town, "kiosk-1");
    peer_close(must_connect(town, "kiosk-2"));
    peer_close(must_connect(town, "gateway"));
    assert_int_equal(RUN(town, "canary"), 0);
    assert_int_equal(RUN(town, "check"), 0);
}

static void a_renewed_node_gets_in_with_the_new_certificate_only(void **state)
{
    struct town *town = *state;
    const char *path = town_path("%s/nodes/kiosk-1/node.crt", town->dir);
    char *old = town_read(path);
    assert_int_equal(RUN(town, "renew", "kiosk-1"), 0);
    town_start(town);
    peer_close(must_connect(town, "kiosk-1"));
    char *new = town_read(path);
    town_write(path, old);
    expect_refused(town, "kiosk-1");
    town_write(path, new);
    free(old);
    free(new);
}

static void a_renewed_broker_is_trusted_as_before(void **state)
{
    struct town *town = *state;
    assert_int_equal(RUN(town, "renew", "broker"), 0);
    town_start(town);
    peer_close(must_connect(town, "kiosk-1"));
    assert_int_equal(RUN(town, "canary"), 0);
}

// What an init was told in `restart` runs after each change, and the canary after it.
static void changes_are_applied_by_the_restart_command(void **state)
{
    struct town *town = *state;
    const char *script = town_path("%s/restart", town->folder);
    char text[2048];
    (void)snprintf(text, sizeof text,
                   "cd '%s'\n"
                   "if [ -s pid ]; then\n"
                   "    kill \"$(cat pid)\"\n"
                   "    while kill -0 \"$(cat pid)\" 2>/dev/null; do :; done\n"
                   "fi\n"
                   "mosquitto -c '%s/broker/mosquitto.conf' >>restarted.log 2>&1 &\n"
                   "echo $! >pid\n",
                   town->folder, town->dir);
    town_write(script, text);
    char *settings = town_read(town_path("%s/broker.ini", town->dir));
    char *at = strstr(settings, "restart = ");
    assert_non_null(at);
    (void)snprintf(text, sizeof text, "%.*srestart = sh %s\n", (int)(at - settings), settings,
                   script);
    town_write(town_path("%s/broker.ini", town->dir), text);
    free(settings);

    const int added = RUN(town, "add", "scale-1", "--role", "scale");
    assert_true(added != 0
                || strstr(town->output.text, "ok      an allowed publish still passes") != NULL);
    const int revoked = RUN(town, "revoke", "kiosk-1");
    const int canary = RUN(town, "canary");
    char *pid = town_read(town_path("%s/pid", town->folder));
    const int killed = kill((pid_t)atoi(pid), SIGTERM);
    free(pid);
    assert_int_equal(added, 0);
    assert_int_equal(revoked, 0);
    assert_int_equal(canary, 0);
    assert_int_equal(killed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_remove)
        TEST(a_node_writes_its_own_topics_and_no_others),
        TEST(a_node_receives_its_own_replies_and_no_others),
        TEST(a_last_will_forges_nothing),
        TEST(a_large_packet_ends_the_connection),
        TEST(a_revoked_node_is_shut_out_by_the_restart_and_the_others_are_not),
        TEST(a_renewed_node_gets_in_with_the_new_certificate_only),
        TEST(a_renewed_broker_is_trusted_as_before),
        TEST(changes_are_applied_by_the_restart_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
