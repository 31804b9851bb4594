#include "bus_fixture.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NODES_MAX = 4 };

struct broker broker;
static struct node nodes[NODES_MAX];

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

const struct clinic_bus_handler handler = {
    .on_state = on_state,
    .on_message = on_message,
    .on_published = on_published,
    .on_lost = on_lost,
};

void assert_contains(const char *text, const char *words)
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
    if (blocked_ms > BLOCKED_MAX_MS)
        fail_msg("a step blocked for %d ms", (int)blocked_ms);
}

void step_all(int64_t deadline_ms)
{
    struct pollfd polled[NODES_MAX];
    for (size_t i = 0; i < NODES_MAX; i++) {
        polled[i].fd = nodes[i].bus == NULL ? -1 : clinic_bus_fd(nodes[i].bus);
        polled[i].events = POLLIN;
    }
    const int64_t left_ms = deadline_ms - process_now_ms();
    (void)poll(polled, NODES_MAX, left_ms < 0 ? 0 : (int)left_ms);
    for (size_t i = 0; i < NODES_MAX; i++) {
        if (nodes[i].bus != NULL && polled[i].revents != 0)
            step(&nodes[i]);
    }
    expect_none_failed();
}

void fail_late(const char *condition, int limit_ms)
{
    fail_msg("%s: not within %d ms; the last reason was: %s, %s", condition, limit_ms,
             nodes[0].reason, nodes[1].reason);
}

// ---- nodes

void path_of(char path[static 1024], const char *name, const char *ending)
{
    (void)snprintf(path, 1024, "%s/%s.%s", broker.folder, name, ending);
}

struct clinic_bus_config config_of(const char *certificate, const char *name)
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

struct node *open_node(const struct clinic_bus_config *config)
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

struct node *open_named(const char *certificate, const char *name)
{
    const struct clinic_bus_config config = config_of(certificate, name);
    return open_node(&config);
}

void close_node(struct node *node)
{
    clinic_bus_close(node->bus);
    node->bus = NULL;
}

enum clinic_status keep(struct node *node, const char *topic, const char *payload)
{
    const struct clinic_bus_publish publish = {
        .topic = topic, .payload = payload, .length = strlen(payload), .qos = 1, .is_retained = true
    };
    return clinic_bus_publish(node->bus, &publish, NULL);
}

enum clinic_status say(struct node *node, const char *topic, const char *payload, int qos)
{
    const struct clinic_bus_publish publish = {
        .topic = topic, .payload = payload, .length = strlen(payload), .qos = qos
    };
    return clinic_bus_publish(node->bus, &publish, NULL);
}

// ---- around the tests

int bus_init(void **state)
{
    (void)state;
    broker_init(&broker);
    return 0;
}

int bus_kill_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < NODES_MAX; i++) {
        if (nodes[i].bus != NULL)
            close_node(&nodes[i]);
    }
    broker_kill(&broker);
    return 0;
}

int bus_done(void **state)
{
    (void)state;
    broker_done(&broker);
    return 0;
}
