// load.c - asks the gateway for new patients from many kiosks at once and measures the replies.
//
//   bench-load NODES_FOLDER NODES WINDOW COUNT [RATE]
//
// NODES_FOLDER holds kiosk-1 … kiosk-N as clinic-broker made them. Each node keeps WINDOW requests unanswered; with RATE,
// all nodes together send so many a second instead. Prints one line of key=value; exits 1 if any request was rejected.
#include <clinic/bus.h>
#include <clinic/node.h>
#include <clinic/request.h>
#include <clinic/seal.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    NODES_MAX = 64,
    WINDOW_MAX = 64,
    PATIENCE_S = 120,
};

struct question {
    struct clinic_id id; // none: the slot is free
    int64_t sent_at_ns;
};

struct load;

struct client {
    struct load *load;
    struct clinic_bus *bus;
    struct clinic_id_maker ids;
    char node[CLINIC_NODE_NAME_BYTES];
    char prefix[CLINIC_PREFIX_BYTES];
    struct question questions[WINDOW_MAX];
    bool is_online;
};

struct load {
    struct client clients[NODES_MAX];
    size_t client_count;
    size_t window;
    size_t count;
    double rate; // 0: as fast as the window allows
    size_t online;
    size_t sent;
    size_t answered;
    size_t rejected;
    int64_t *latencies_ns;
};

static int64_t now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench-load: %s\n", what);
    exit(1);
}

static struct question *find_question(struct client *client, const struct clinic_id *id)
{
    for (size_t i = 0; i < client->load->window; i++) {
        if (clinic_id_equal(&client->questions[i].id, id))
            return &client->questions[i];
    }
    return NULL;
}

// ---- asking

static uint32_t pick(uint32_t below)
{
    uint32_t number;

    clinic_random(&number, sizeof number);
    return number % below;
}

static void make_word(char word[static 9])
{
    for (int i = 0; i < 8; i++)
        word[i] = (char)('a' + pick(26));
    word[0] = (char)(word[0] - 'a' + 'A');
    word[8] = '\0';
}

static cJSON *make_patient(struct client *client)
{
    char id[CLINIC_ID_TEXT_BYTES], first[9], last[9], text[64];
    struct clinic_id patient = clinic_id_next(&client->ids, clinic_wall_ms(clinic_clock_system()));
    cJSON *data = cJSON_CreateObject();

    clinic_id_print(&patient, id);
    make_word(first);
    make_word(last);
    cJSON_AddStringToObject(data, "patient_id", id);
    (void)snprintf(text, sizeof text, "%s %s", first, last);
    cJSON_AddStringToObject(data, "name", text);
    (void)snprintf(text, sizeof text, "%04u-%02u-%02u", 1930 + pick(90), 1 + pick(12),
                   1 + pick(28));
    cJSON_AddStringToObject(data, "birth_date", text);
    (void)snprintf(text, sizeof text, "%s.%s@example.org", first, last);
    cJSON_AddStringToObject(data, "email", text);
    (void)snprintf(text, sizeof text, "06%08u", pick(100000000));
    cJSON_AddStringToObject(data, "phone", text);
    return data;
}

static void ask(struct client *client, struct question *question)
{
    char topic[CLINIC_TOPIC_BYTES];
    char *json = NULL;
    struct clinic_request request = {
        .kind = CLINIC_REQUEST_PATIENT_CREATE,
        .time_ms = clinic_wall_ms(clinic_clock_system()),
    };

    request.id = clinic_id_next(&client->ids, request.time_ms);
    request.data = make_patient(client);
    if (clinic_request_encode(&request, &json) != CLINIC_OK)
        fail("a request cannot be encoded");
    clinic_topic_request(client->prefix, client->node, &clinic_request_types[request.kind], topic);
    struct clinic_bus_publish publish = {
        .topic = topic, .payload = json, .length = strlen(json), .qos = 1
    };
    question->id = request.id;
    question->sent_at_ns = now_ns();
    if (clinic_bus_publish(client->bus, &publish, NULL) != CLINIC_OK)
        fail("a request cannot be published");
    client->load->sent++;
    free(json);
    clinic_request_done(&request);
}

static void fill_window(struct client *client)
{
    struct load *load = client->load;

    for (size_t i = 0; i < load->window && load->sent < load->count; i++) {
        if (clinic_id_is_none(&client->questions[i].id) && clinic_bus_room(client->bus) > 0)
            ask(client, &client->questions[i]);
    }
}

static void ask_at_rate(struct load *load, int64_t started_at_ns)
{
    const struct clinic_id none = { { 0 } };
    double due = (double)(now_ns() - started_at_ns) * 1e-9 * load->rate;

    while ((double)load->sent < due && load->sent < load->count) {
        struct client *client = &load->clients[load->sent % load->client_count];
        struct question *question = find_question(client, &none);
        if (question == NULL || clinic_bus_room(client->bus) == 0)
            return;
        ask(client, question);
    }
}

// ---- being answered

static void on_message(void *context, const struct clinic_bus_message *message)
{
    struct client *client = context;
    struct load *load = client->load;
    struct clinic_reply reply = { .is_accepted = false };
    struct clinic_problem problem;

    if (clinic_reply_decode(message->payload, message->length, &reply, &problem) != CLINIC_OK)
        fail("a reply cannot be read");
    struct question *question = find_question(client, &reply.id);
    if (question != NULL) {
        load->latencies_ns[load->answered++] = now_ns() - question->sent_at_ns;
        load->rejected += !reply.is_accepted;
        memset(question, 0, sizeof *question);
        if (load->rate == 0)
            fill_window(client);
    }
    clinic_reply_done(&reply);
}

static void on_state(void *context, enum clinic_bus_state state, const char *reason)
{
    struct client *client = context;

    (void)reason;
    if (state == CLINIC_BUS_ONLINE && !client->is_online) {
        client->is_online = true;
        client->load->online++;
    }
}

static void on_lost(void *context)
{
    (void)context;
    fail("a connection was lost");
}

static const struct clinic_bus_handler handler = {
    .on_state = on_state,
    .on_message = on_message,
    .on_lost = on_lost,
};

// ---- the run

static void open_client(struct load *load, size_t index, const char *folder)
{
    struct client *client = &load->clients[index];
    struct clinic_node_settings settings;
    struct clinic_bus_config bus;
    char path[1024], topic[CLINIC_TOPIC_BYTES], problem[CLINIC_SETTINGS_PROBLEM_BYTES];

    client->load = load;
    (void)snprintf(path, sizeof path, "%s/kiosk-%zu/node.ini", folder, index + 1);
    if (clinic_settings_load(path, clinic_node_setting_table, clinic_node_setting_count, &settings,
                             problem)
        != CLINIC_OK)
        fail(problem);
    clinic_node_describe_bus(&settings, &bus);
    bus.window = (int64_t)load->window;
    (void)snprintf(client->node, sizeof client->node, "%s", settings.name);
    (void)snprintf(client->prefix, sizeof client->prefix, "%s", settings.prefix);
    if (clinic_bus_open(&bus, &handler, client, &client->bus, problem, sizeof problem) != CLINIC_OK)
        fail(problem);
    clinic_topic_reply(client->prefix, client->node, topic);
    if (clinic_bus_subscribe(client->bus, topic) != CLINIC_OK)
        fail("no subscription");
}

static void step_all(struct load *load, int wait_ms)
{
    struct pollfd fds[NODES_MAX];

    for (size_t i = 0; i < load->client_count; i++)
        fds[i] = (struct pollfd){ .fd = clinic_bus_fd(load->clients[i].bus), .events = POLLIN };
    (void)poll(fds, load->client_count, wait_ms);
    for (size_t i = 0; i < load->client_count; i++) {
        if (fds[i].revents != 0)
            clinic_bus_step(load->clients[i].bus);
    }
}

static void wait_online(struct load *load)
{
    int64_t until_ns = now_ns() + PATIENCE_S * INT64_C(1000000000);

    while (load->online < load->client_count) {
        if (now_ns() > until_ns)
            fail("not all nodes could connect");
        step_all(load, 100);
    }
}

static double run(struct load *load)
{
    int64_t started_at_ns = now_ns();
    int64_t until_ns = started_at_ns + PATIENCE_S * INT64_C(1000000000);

    for (size_t i = 0; load->rate == 0 && i < load->client_count; i++)
        fill_window(&load->clients[i]);
    while (load->answered < load->count) {
        if (now_ns() > until_ns)
            fail("not all requests were answered in time");
        if (load->rate > 0)
            ask_at_rate(load, started_at_ns);
        step_all(load, load->rate > 0 ? 1 : 100);
    }
    return (double)(now_ns() - started_at_ns) * 1e-9;
}

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static double percentile_ms(const struct load *load, double share)
{
    return (double)load->latencies_ns[(size_t)((double)(load->count - 1) * share)] * 1e-6;
}

static size_t number(const char *text, size_t max)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*end != '\0' || value < 1 || value > max)
        fail("usage: bench-load NODES_FOLDER NODES WINDOW COUNT [RATE]");
    return value;
}

int main(int argc, char **argv)
{
    static struct load load;

    if (argc < 5)
        fail("usage: bench-load NODES_FOLDER NODES WINDOW COUNT [RATE]");
    load.client_count = number(argv[2], NODES_MAX);
    load.window = number(argv[3], WINDOW_MAX);
    load.count = number(argv[4], 10000000);
    load.rate = argc > 5 ? (double)number(argv[5], 100000) : 0;
    load.latencies_ns = calloc(load.count, sizeof *load.latencies_ns);
    if (load.latencies_ns == NULL)
        fail("out of memory");

    for (size_t i = 0; i < load.client_count; i++)
        open_client(&load, i, argv[1]);
    wait_online(&load);
    double seconds = run(&load);
    qsort(load.latencies_ns, load.count, sizeof *load.latencies_ns, by_size);
    printf("requests=%zu rejected=%zu seconds=%.3f rate=%.0f p50_ms=%.3f p99_ms=%.3f\n", load.count,
           load.rejected, seconds, (double)load.count / seconds, percentile_ms(&load, 0.5),
           percentile_ms(&load, 0.99));
    for (size_t i = 0; i < load.client_count; i++)
        clinic_bus_close(load.clients[i].bus);
    free(load.latencies_ns);
    return load.rejected == 0 ? 0 : 1;
}
