// Certificates: bad ones, renewed ones, missing ones.
#include "bus_fixture.h"

#include <fcntl.h>
#include <unistd.h>

struct bad_certificate {
    const char *broker;
    const char *node;
    const char *ca;
    const char *reason;
};

static void a_bad_certificate_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const struct bad_certificate cases[] = {
        { "broker", "expired", "ca", "says that our certificate is expired" },
        { "broker", "foreign", "ca", "does not trust the CA that issued our certificate" },
        { "broker", "node", "stranger", "not issued by our CA" },
        { "broker-elsewhere", "node", "ca", "not for this host name or address" },
        { "broker-expired", "node", "ca", "expired" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct clinic_bus_config config = config_of(cases[i].node, "desk-1");
        path_of(config.ca_path, cases[i].ca, "crt");
        broker_start(&broker, cases[i].broker);
        struct node *node = open_node(&config);
        UNTIL(node->offline >= 2);
        assert_int_equal(node->online, 0);
        assert_contains(node->reason, cases[i].reason);
        close_node(node);
        broker_kill(&broker);
    }
}

static void copy_file(const char *from, const char *to)
{
    char bytes[4096];
    const int source = open(from, O_RDONLY | O_CLOEXEC);
    const int target = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const ssize_t length = read(source, bytes, sizeof bytes);
    assert_true(length > 0);
    assert_int_equal(write(target, bytes, (size_t)length), length);
    assert_int_equal(close(source), 0);
    assert_int_equal(close(target), 0);
}

static void a_renewed_certificate_needs_no_restart(void **state)
{
    (void)state;
    char own[1024];
    char from[1024];
    for (size_t i = 0; i < 2; i++) {
        path_of(from, "expired", i == 0 ? "crt" : "key");
        path_of(own, "renewed", i == 0 ? "crt" : "key");
        copy_file(from, own);
    }
    broker_start(&broker, "broker");
    struct node *node = open_named("renewed", "desk-1");
    UNTIL(node->offline >= 2);
    for (size_t i = 0; i < 2; i++) {
        path_of(from, "node", i == 0 ? "crt" : "key");
        path_of(own, "renewed", i == 0 ? "crt" : "key");
        copy_file(from, own);
    }
    UNTIL(node->online == 1);
}

static void a_missing_file_is_named_at_open(void **state)
{
    (void)state;
    struct clinic_bus_config config = config_of("nobody", "desk-1");
    struct clinic_bus *bus = NULL;
    char problem[512];
    assert_int_equal(clinic_bus_open(&config, &handler, NULL, &bus, problem, sizeof problem),
                     CLINIC_INVALID);
    assert_contains(problem, "nobody.crt: No such file");
    config = config_of("node", "desk-1");
    config.port = 0;
    assert_int_equal(clinic_bus_open(&config, &handler, NULL, &bus, problem, sizeof problem),
                     CLINIC_INVALID);
    assert_null(bus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_bad_certificate_is_refused_with_a_reason),
        TEST(a_renewed_certificate_needs_no_restart),
        TEST(a_missing_file_is_named_at_open),
    };
    return cmocka_run_group_tests(tests, bus_init, bus_done);
}
