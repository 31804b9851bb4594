// test_bus.c - the bus against a real Mosquitto, and against servers that are none.

#include <clinic/bus.h>

#include "broker.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "expect.h"

enum {
    WAIT_MS = 15 * 1000,
    STEP_MS = 50, // what bus.h promises
    NODES_MAX = 4,
};

// One bus and all that it told.
struct node {
    struct clinic_bus *bus;
    int online;
    int offline;
    int connecting;
    int lost;
    int messages;
    int retained;
    int published;
    int reason_code; // the last
    uint64_t token;  // the last
    char reason[512];
    char payload[256];
    char response_topic[64];
    char correlation[64];
    bool is_counting;
    int steps;
};

static struct broker broker;
static struct node nodes[NODES_MAX];

// ---- a look-up that hangs until it is let go

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

// ---- what a bus tells

static void on_state(void *context, enum clinic_bus_state state, const char *reason)
{
    struct node *node = context;
    node->online += state == CLINIC_BUS_ONLINE;
    node->offline += state == CLINIC_BUS_OFFLINE;
    node->connecting += state == CLINIC_BUS_CONNECTING;
    (void)snprintf(node->reason, sizeof node->reason, "%s", reason);
}

static void on_message(void *context, const struct clinic_bus_message *message)
{
    struct node *node = context;
    if (node->is_counting)
        EXPECT(atoi(message->payload) == node->messages);
    node->messages++;
    node->retained += message->is_retained;
    (void)snprintf(node->payload, sizeof node->payload, "%.*s", (int)message->length,
                   message->payload);
    (void)snprintf(node->response_topic, sizeof node->response_topic, "%s",
                   message->response_topic == NULL ? "" : message->response_topic);
    (void)snprintf(
        node->correlation, sizeof node->correlation, "%.*s", (int)message->correlation_bytes,
        message->correlation_data == NULL ? "" : (const char *)message->correlation_data);
}

static void on_published(void *context, uint64_t token, int mqtt_reason)
{
    struct node *node = context;
    EXPECT(token > node->token);
    node->token = token;
    node->published++;
    node->reason_code = mqtt_reason;
}

static void on_lost(void *context)
{
    struct node *node = context;
    EXPECT(clinic_bus_state(node->bus) == CLINIC_BUS_OFFLINE);
    node->lost++;
}

static const struct clinic_bus_handler handler = {
    .on_state = on_state,
    .on_message = on_message,
    .on_published = on_published,
    .on_lost = on_lost,
};

static void assert_contains(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", text, words);
}

// ---- driving

static int64_t read_clock_ns(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Time that this thread waited for a processor: others' work on the machine is not our blocking.
static int64_t queued_ns(void)
{
    long long run_ns = 0;
    long long queued = 0;
    FILE *file = fopen("/proc/thread-self/schedstat", "re");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%lld %lld", &run_ns, &queued) != 2)
        queued = 0;
    (void)fclose(file);
    return queued;
}

// Time in which this thread could have run and did not: all that neither it nor others computed.
static int64_t blocked_ns(void)
{
    return read_clock_ns(CLOCK_MONOTONIC) - read_clock_ns(CLOCK_THREAD_CPUTIME_ID) - queued_ns();
}

static void step(struct node *node)
{
    const int64_t begin_ns = blocked_ns();
    clinic_bus_step(node->bus);
    const int64_t blocked_ms = (blocked_ns() - begin_ns) / 1000000;
    node->steps++;
    if (blocked_ms > STEP_MS)
        fail_msg("a step blocked for %d ms", (int)blocked_ms);
}

// Steps every open bus once, when something is there, until `deadline_ms` at most.
static void step_all(int64_t deadline_ms)
{
    struct pollfd polled[NODES_MAX];
    for (size_t i = 0; i < NODES_MAX; i++) {
        polled[i].fd = nodes[i].bus == NULL ? -1 : clinic_bus_fd(nodes[i].bus);
        polled[i].events = POLLIN;
    }
    const int64_t left_ms = deadline_ms - monotonic_ms();
    (void)poll(polled, NODES_MAX, left_ms < 0 ? 0 : (int)left_ms);
    for (size_t i = 0; i < NODES_MAX; i++) {
        if (nodes[i].bus != NULL && polled[i].revents != 0)
            step(&nodes[i]);
    }
    ASSERT_EXPECTATIONS();
}

// Waits for a condition with the named deadline; fails where it is not met.
#define UNTIL_MS(limit_ms, condition)                                                              \
    do {                                                                                           \
        const int64_t until_ms = monotonic_ms() + (limit_ms);                                      \
        while (!(condition) && monotonic_ms() < until_ms)                                          \
            step_all(until_ms);                                                                    \
        if (!(condition))                                                                          \
            fail_msg("%s: not within %d ms; the last reason was: %s, %s", #condition,              \
                     (int)(limit_ms), nodes[0].reason, nodes[1].reason);                           \
    } while (0)
#define UNTIL(condition) UNTIL_MS(WAIT_MS, condition)

static void path_of(char path[static 1024], const char *name, const char *ending)
{
    (void)snprintf(path, 1024, "%s/%s.%s", broker.folder, name, ending);
}

static struct clinic_bus_config config_of(const char *certificate, const char *name)
{
    struct clinic_bus_config config = { .host = "127.0.0.1",
                                        .port = broker.port,
                                        .keepalive_s = 10 };
    config.window = 64;
    path_of(config.ca_path, "ca", "crt");
    path_of(config.certificate_path, certificate, "crt");
    path_of(config.key_path, certificate, "key");
    (void)snprintf(config.client_id, sizeof config.client_id, "%s", name);
    return config;
}

static struct node *open_node(const struct clinic_bus_config *config)
{
    for (size_t i = 0; i < NODES_MAX; i++) {
        if (nodes[i].bus != NULL)
            continue;
        char problem[512] = "";
        nodes[i] = (struct node){ 0 };
        if (clinic_bus_open(config, &handler, &nodes[i], &nodes[i].bus, problem, sizeof problem)
            != CLINIC_OK)
            fail_msg("%s", problem);
        return &nodes[i];
    }
    fail_msg("too many nodes");
    return NULL;
}

static struct node *open_named(const char *certificate, const char *name)
{
    const struct clinic_bus_config config = config_of(certificate, name);
    return open_node(&config);
}

static void close_node(struct node *node)
{
    clinic_bus_close(node->bus);
    node->bus = NULL;
}

static enum clinic_status keep(struct node *node, const char *topic, const char *payload)
{
    const struct clinic_bus_publish publish = {
        .topic = topic, .payload = payload, .length = strlen(payload), .qos = 1, .is_retained = true
    };
    return clinic_bus_publish(node->bus, &publish, NULL);
}

static enum clinic_status say(struct node *node, const char *topic, const char *payload, int qos)
{
    const struct clinic_bus_publish publish = {
        .topic = topic, .payload = payload, .length = strlen(payload), .qos = qos
    };
    return clinic_bus_publish(node->bus, &publish, NULL);
}

// ---- tests

static void a_first_connection_stands_within_2_s_after_the_broker_appears(void **state)
{
    (void)state;
    struct node *node = open_named("node", "desk-1");
    UNTIL(node->offline >= 5);
    assert_contains(node->reason, "refused");
    assert_int_equal(say(node, "clinic/request/desk-1/a/b", "x", 1), CLINIC_OFFLINE);

    broker_start(&broker, "broker");
    UNTIL_MS(2000, node->online == 1);
    assert_int_equal(node->lost, 0);
}

static void after_kill_9_of_the_broker_it_comes_back_and_subscribes_again(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *node = open_named("node", "desk-1");
    struct node *gateway = open_named("gateway", "gateway");
    assert_int_equal(clinic_bus_subscribe(node->bus, "clinic/patient/created"), CLINIC_OK);
    assert_int_equal(clinic_bus_subscribe(node->bus, "clinic/patient/created"), CLINIC_OK);
    UNTIL(node->online == 1 && gateway->online == 1);
    assert_int_equal(clinic_bus_subscribe(node->bus, "clinic/reply/desk-1"), CLINIC_OK);
    assert_int_equal(keep(gateway, "clinic/reply/desk-1", "one"), CLINIC_OK);
    assert_int_equal(keep(gateway, "clinic/patient/created", "two"), CLINIC_OK);
    UNTIL(node->messages == 2);

    for (int round = 1; round <= 2; round++) {
        broker_kill(&broker);
        UNTIL(node->lost == round && gateway->lost == round);
        broker_start(&broker, "broker");
        UNTIL(node->online == round + 1 && gateway->online == round + 1);
        assert_int_equal(keep(gateway, "clinic/reply/desk-1", "again"), CLINIC_OK);
        UNTIL(node->messages == 2 + round);
        assert_string_equal(node->payload, "again");
    }
}

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

// One listener is silent; the other's queue is full, so that not even the connection is made.
static void a_server_that_does_not_answer_is_given_up_after_10_s(void **state)
{
    (void)state;
    struct clinic_bus_config config = config_of("node", "desk-1");
    int port = 0;
    const int silent = listen_somewhere(10, &port);
    config.port = port;
    struct node *at_silent = open_node(&config);

    const int full = listen_somewhere(0, &port);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port = htons((uint16_t)port) };
    int fillers[3];
    for (size_t i = 0; i < 3; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(fillers[i], (struct sockaddr *)&address, sizeof address);
    }
    config.port = port;
    struct node *at_full = open_node(&config);

    const int64_t begin_ms = monotonic_ms();
    UNTIL(at_silent->offline == 1 && at_full->offline == 1);
    assert_in_range(monotonic_ms() - begin_ms, 9900, 11500);
    assert_string_equal(at_silent->reason, "no answer within 10 s");
    assert_string_equal(at_full->reason, "no answer within 10 s");
    assert_in_range(at_silent->steps, 2, 10);
    assert_in_range(at_full->steps, 2, 10);

    for (size_t i = 0; i < 3; i++)
        assert_int_equal(close(fillers[i]), 0);
    assert_int_equal(close(full), 0);
    assert_int_equal(close(silent), 0);
}

// Hangs up on a client as soon as it has said something; unread, that turns the close into a reset.
static void hang_up(int listener, int *client, bool resets)
{
    char hello[4096];
    if (*client < 0)
        *client = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (*client < 0 || recv(*client, hello, sizeof hello, resets ? MSG_PEEK : 0) <= 0)
        return;
    const struct linger linger = { .l_onoff = resets, .l_linger = 0 };
    assert_int_equal(setsockopt(*client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    assert_int_equal(close(*client), 0);
    *client = -1;
}

static void a_server_that_hangs_up_is_asked_again_without_a_busy_loop(void **state)
{
    (void)state;
    for (int resets = 0; resets <= 1; resets++) {
        struct clinic_bus_config config = config_of("node", "desk-1");
        int port = 0;
        const int listener = listen_somewhere(10, &port);
        assert_int_equal(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
        config.port = port;
        struct node *node = open_node(&config);
        int client = -1;
        const int64_t until_ms = monotonic_ms() + WAIT_MS;
        while (node->offline < 4 && monotonic_ms() < until_ms) {
            hang_up(listener, &client, resets);
            step_all(monotonic_ms() + 10);
        }
        assert_int_equal(node->offline, 4);
        assert_in_range(node->steps, 4, 40);
        assert_contains(node->reason, resets ? "reset" : "closed");
        close_node(node);
        assert_int_equal(close(listener), 0);
    }
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
    UNTIL(atomic_load(&lookups_hanging) == 2 || (step_all(monotonic_ms() + 1), false));
    assert_int_equal(clinic_bus_state(stays->bus), CLINIC_BUS_CONNECTING);
    clinic_bus_step(stays->bus);

    const int64_t begin_ms = monotonic_ms();
    close_node(goes);
    assert_true(monotonic_ms() - begin_ms <= STEP_MS);

    assert_int_equal(pthread_mutex_unlock(&gate), 0);
    atomic_store(&lookups_hang, false);
    UNTIL(stays->online == 1);
    while (atomic_load(&lookups_hanging) > 0)
        step_all(monotonic_ms() + 1);
}

static void the_will_is_published_on_a_kill_but_not_on_a_goodbye(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *gateway = open_named("gateway", "gateway");
    assert_int_equal(clinic_bus_subscribe(gateway->bus, "clinic/node/+/status"), CLINIC_OK);
    UNTIL(gateway->online == 1);

    struct clinic_bus_config config = config_of("node", "desk-1");
    (void)snprintf(config.will_topic, sizeof config.will_topic, "clinic/node/desk-1/status");
    (void)snprintf(config.will_payload, sizeof config.will_payload, "offline");
    struct node *node = open_node(&config);
    UNTIL(node->online == 1);
    close_node(node);

    const pid_t pid = fork();
    if (pid == 0) {
        struct clinic_bus *bus = NULL;
        char problem[512];
        struct node child = { 0 };
        if (clinic_bus_open(&config, &handler, &child, &bus, problem, sizeof problem) != CLINIC_OK)
            _exit(1);
        child.bus = bus;
        while (child.online == 0) {
            struct pollfd polled = { .fd = clinic_bus_fd(bus), .events = POLLIN };
            (void)poll(&polled, 1, -1);
            clinic_bus_step(bus);
        }
        (void)say(&child, "clinic/node/desk-1/status", "here", 1);
        clinic_bus_step(bus);
        for (;;)
            (void)pause();
    }
    // Had the goodbye published the will, it would be the first message.
    UNTIL(gateway->messages >= 1);
    assert_string_equal(gateway->payload, "here");
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    UNTIL(gateway->messages == 2);
    assert_string_equal(gateway->payload, "offline");
}

static void beyond_the_window_nothing_is_queued(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct clinic_bus_config config = config_of("gateway", "gateway");
    config.window = 10;
    struct node *gateway = open_node(&config);
    UNTIL(gateway->online == 1);

    assert_int_equal(clinic_bus_room(gateway->bus), 10);
    for (int i = 0; i < 10; i++)
        assert_int_equal(say(gateway, "clinic/a/b", "x", 1), CLINIC_OK);
    assert_int_equal(clinic_bus_room(gateway->bus), 0);
    assert_int_equal(say(gateway, "clinic/a/b", "x", 1), CLINIC_FULL);
    UNTIL(gateway->published == 10);
    assert_int_equal(clinic_bus_room(gateway->bus), 10);
    assert_int_equal(gateway->reason_code, 0x10);

    for (int i = 0; i < 10; i++)
        assert_int_equal(say(gateway, "clinic/a/b", "x", 0), CLINIC_OK);
    assert_int_equal(say(gateway, "clinic/a/b", "x", 0), CLINIC_FULL);
    UNTIL(say(gateway, "clinic/a/b", "x", 0) == CLINIC_OK);
    assert_int_equal(gateway->published, 10);
}

static void what_the_broker_refuses_is_told(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *node = open_named("node", "desk-1");
    UNTIL(node->online == 1);
    assert_int_equal(say(node, "clinic/patient/created", "forged", 1), CLINIC_OK);
    UNTIL(node->published == 1);
    assert_int_equal(node->reason_code, 0x87);
}

static void a_message_beyond_the_brokers_limit_is_refused_at_once(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *gateway = open_named("gateway", "gateway");
    UNTIL(gateway->online == 1);
    char *large = calloc(1, 200 * 1024);
    memset(large, 'x', 200 * 1024 - 1);
    assert_int_equal(say(gateway, "clinic/a/b", large, 1), CLINIC_INVALID);
    large[90 * 1024] = '\0';
    assert_int_equal(say(gateway, "clinic/a/b", large, 1), CLINIC_OK);
    assert_int_equal(say(gateway, "clinic/+/b", "wildcard", 1), CLINIC_INVALID);
    UNTIL(gateway->published == 1);
    assert_int_equal(gateway->lost, 0);
    free(large);
}

static void properties_and_the_retained_flag_arrive(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *gateway = open_named("gateway", "gateway");
    struct node *node = open_named("node", "desk-1");
    UNTIL(gateway->online == 1 && node->online == 1);
    const struct clinic_bus_publish publish = { .topic = "clinic/patient/created",
                                                .payload = "event",
                                                .length = 5,
                                                .qos = 1,
                                                .is_retained = true,
                                                .content_type = "application/json",
                                                .response_topic = "clinic/reply/gateway",
                                                .correlation_data = "1234",
                                                .correlation_bytes = 4 };
    assert_int_equal(clinic_bus_publish(gateway->bus, &publish, NULL), CLINIC_OK);
    UNTIL(gateway->published == 1);
    assert_int_equal(clinic_bus_subscribe(node->bus, "clinic/patient/+"), CLINIC_OK);
    UNTIL(node->messages == 1);
    assert_string_equal(node->payload, "event");
    assert_string_equal(node->response_topic, "clinic/reply/gateway");
    assert_string_equal(node->correlation, "1234");
    assert_int_equal(node->retained, 1);
    assert_int_equal(clinic_bus_publish(gateway->bus, &publish, NULL), CLINIC_OK);
    UNTIL(node->messages == 2);
    assert_int_equal(node->retained, 1);
}

static void ten_thousand_messages_arrive_in_order(void **state)
{
    (void)state;
    enum { MESSAGES = 10000 };
    broker_start(&broker, "broker");
    struct node *gateway = open_named("gateway", "gateway");
    struct node *node = open_named("node", "desk-1");
    assert_int_equal(clinic_bus_subscribe(node->bus, "clinic/patient/created"), CLINIC_OK);
    UNTIL(gateway->online == 1 && node->online == 1);
    // A retained message arrives whenever the broker comes to the subscription.
    assert_int_equal(keep(gateway, "clinic/patient/created", "ready"), CLINIC_OK);
    UNTIL(node->messages == 1 && gateway->published == 1);
    node->messages = 0;
    node->is_counting = true;
    const int64_t deadline_ms = monotonic_ms() + 4 * (int64_t)WAIT_MS;
    for (int sent = 0; sent < MESSAGES;) {
        char payload[16];
        (void)snprintf(payload, sizeof payload, "%d", sent);
        if (say(gateway, "clinic/patient/created", payload, 1) == CLINIC_OK)
            sent++;
        else
            step_all(deadline_ms);
        assert_true(monotonic_ms() < deadline_ms);
    }
    UNTIL(node->messages == MESSAGES && gateway->published == MESSAGES + 1);
}

static void a_second_client_of_the_same_name_is_told_to_the_first(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *first = open_named("node", "desk-1");
    UNTIL(first->online == 1);
    (void)open_named("node", "desk-1");
    UNTIL(first->lost == 1);
    assert_contains(first->reason, "broker"); // 2.0.11 closes without a word, later ones say why
}

static void a_person_in_a_hurry_need_not_wait(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    struct node *node = open_named("node", "desk-1");
    UNTIL(node->online == 1);
    broker_kill(&broker);
    UNTIL(node->offline >= 5); // by now it waits for some time
    const int64_t begin_ms = monotonic_ms();
    for (int attempts = node->connecting, i = 1; i <= 5; i++) {
        UNTIL(clinic_bus_state(node->bus) == CLINIC_BUS_OFFLINE);
        clinic_bus_hurry(node->bus);
        UNTIL(node->connecting >= attempts + i);
    }
    assert_true(monotonic_ms() - begin_ms < 1000);
}

static int init(void **state)
{
    (void)state;
    broker_init(&broker);
    return 0;
}

static int kill_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < NODES_MAX; i++) {
        if (nodes[i].bus != NULL)
            close_node(&nodes[i]);
    }
    broker_kill(&broker);
    return 0;
}

static int done(void **state)
{
    (void)state;
    broker_done(&broker);
    return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, kill_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_first_connection_stands_within_2_s_after_the_broker_appears),
        TEST(after_kill_9_of_the_broker_it_comes_back_and_subscribes_again),
        TEST(a_bad_certificate_is_refused_with_a_reason),
        TEST(a_renewed_certificate_needs_no_restart),
        TEST(a_missing_file_is_named_at_open),
        TEST(a_server_that_does_not_answer_is_given_up_after_10_s),
        TEST(a_server_that_hangs_up_is_asked_again_without_a_busy_loop),
        TEST(a_name_is_looked_up_beside_the_loop),
        TEST(an_ipv6_address_where_nobody_listens_does_not_keep_it_away),
        TEST(a_look_up_that_hangs_blocks_neither_steps_nor_close),
        TEST(the_will_is_published_on_a_kill_but_not_on_a_goodbye),
        TEST(beyond_the_window_nothing_is_queued),
        TEST(what_the_broker_refuses_is_told),
        TEST(a_message_beyond_the_brokers_limit_is_refused_at_once),
        TEST(properties_and_the_retained_flag_arrive),
        TEST(ten_thousand_messages_arrive_in_order),
        TEST(a_second_client_of_the_same_name_is_told_to_the_first),
        TEST(a_person_in_a_hurry_need_not_wait),
    };
    return cmocka_run_group_tests(tests, init, done);
}
