// Looking up names, with a look-up that hangs until it is let go.
#include "bus_fixture.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static atomic_bool lookups_hang;
static atomic_bool lookups_begin_with_ipv6;
static atomic_int lookups_hanging;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

// Stands before the C library's, for libmosquitto as well.
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    if (atomic_load(&lookups_hang)) {
        atomic_fetch_add(&lookups_hanging, 1);
        (void)pthread_mutex_lock(&gate);
        (void)pthread_mutex_unlock(&gate);
        atomic_fetch_sub(&lookups_hanging, 1);
    }
    if (!atomic_load(&lookups_begin_with_ipv6) || strcmp(name, "localhost") != 0)
        return real(name, service, hints, result);
    const int error = real("::1", service, hints, result);
    return error != 0 ? error : real("127.0.0.1", service, hints, &(*result)->ai_next);
}

static void a_name_is_looked_up_beside_the_loop(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct clinic_bus_config config = config_of("node", "desk-1");
    (void)snprintf(config.host, sizeof config.host, "localhost");
    struct node *node = open_node(&config);
    UNTIL(node->online == 1);
    close_node(node);

    (void)snprintf(config.host, sizeof config.host, "nobody.invalid");
    node = open_node(&config);
    UNTIL(node->offline >= 1);
    assert_contains(node->reason, "the name nobody.invalid cannot be looked up");
}

static void an_ipv6_address_where_nobody_listens_does_not_keep_it_away(void **state)
{
    (void)state;
    atomic_store(&lookups_begin_with_ipv6, true);
    struct clinic_bus_config config = config_of("node", "desk-1");
    (void)snprintf(config.host, sizeof config.host, "localhost");
    struct node *node = open_node(&config);
    UNTIL(node->offline >= 5);
    broker_start(&broker, "broker");
    UNTIL_MS(2000, node->online == 1);
    broker_kill(&broker);
    UNTIL(node->lost == 1);
    broker_start(&broker, "broker");
    UNTIL(node->online == 2);
    atomic_store(&lookups_begin_with_ipv6, false);
}

static void a_look_up_that_hangs_blocks_neither_steps_nor_close(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct clinic_bus_config config = config_of("node", "desk-1");
    (void)snprintf(config.host, sizeof config.host, "localhost");
    assert_int_equal(pthread_mutex_lock(&gate), 0);
    atomic_store(&lookups_hang, true);
    struct node *stays = open_node(&config);
    struct node *goes = open_node(&config);
    UNTIL(atomic_load(&lookups_hanging) == 2 || (step_all(process_now_ms() + 1), false));
    assert_int_equal(clinic_bus_state(stays->bus), CLINIC_BUS_CONNECTING);
    clinic_bus_step(stays->bus);

    const int64_t begin_ms = process_now_ms();
    close_node(goes);
    assert_true(process_now_ms() - begin_ms <= BLOCKED_MAX_MS);

    assert_int_equal(pthread_mutex_unlock(&gate), 0);
    atomic_store(&lookups_hang, false);
    UNTIL(stays->online == 1);
    while (atomic_load(&lookups_hanging) > 0)
        step_all(process_now_ms() + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_is_looked_up_beside_the_loop),
        TEST(an_ipv6_address_where_nobody_listens_does_not_keep_it_away),
        TEST(a_look_up_that_hangs_blocks_neither_steps_nor_close),
    };
    return cmocka_run_group_tests(tests, bus_init, bus_done);
}
