// test_node.c - a whole node against a real broker and a gateway of a few lines.

#include <clinic/node.h>

#include "broker.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "expect.h"

enum { WAIT_MS = 15 * 1000, EVENTS_MAX = 100 };

static struct broker broker;

// ---- a gateway: accepts what it is asked, makes an event of it, replays

struct gateway {
    struct clinic_bus *bus;
    bool is_online;
    bool is_silent; // takes requests and does not answer
    int asked;
    int order_breaks;
    char since[CLINIC_INSTANT_TEXT_BYTES];
    char *events[EVENTS_MAX + 1];
    uint64_t head;
    struct clinic_id seen[EVENTS_MAX];
    char node_status[256];
};

static struct gateway gateway;

static void send_text(const char *topic, char *text, bool is_retained)
{
    const struct clinic_bus_publish publish = { .topic = topic,
                                                .payload = text,
                                                .length = strlen(text),
                                                .qos = 1,
                                                .is_retained = is_retained };
    (void)clinic_bus_publish(gateway.bus, &publish, NULL); // what is lost is asked for again
}

static void send_reply(struct clinic_reply *reply)
{
    char *text = NULL;
    EXPECT(clinic_reply_encode(reply, &text) == CLINIC_OK);
    send_text("clinic/reply/desk-1", text, false);
    free(text);
}

static void make_event(void)
{
    struct clinic_event event = { .kind = CLINIC_PATIENT_CREATED,
                                  .subject = "patient/01931c5e-7b3a-7000-8000-000000000001",
                                  .time_ms = 1700000000000,
                                  .recorded_at_ms = 1700000000000,
                                  .sequence = gateway.head + 1,
                                  .previous = gateway.head,
                                  .correlation = { { 1, 2, 3, 4, 5, 6, 0x70, 0, 0x80, 1 } } };
    event.id = event.correlation;
    event.data = cJSON_Parse(
        "{\"patient_id\":\"01931c5e-7b3a-7000-8000-000000000001\",\"provisional\":true}");
    gateway.head++;
    EXPECT(clinic_event_encode(&event, "/clinic/test", CLINIC_SCOPE_PUBLIC,
                               &gateway.events[gateway.head])
           == CLINIC_OK);
    clinic_event_done(&event);
    send_text("clinic/patient/created", gateway.events[gateway.head], true);
}

static bool has_seen(const struct clinic_id *id)
{
    for (int i = 0; i < gateway.asked; i++) {
        if (clinic_id_equal(&gateway.seen[i], id))
            return true;
    }
    return false;
}

static void take_create(const struct clinic_request *request)
{
    struct clinic_reply reply = { .id = request->id, .is_accepted = true };
    const bool has_gap = !clinic_id_is_none(&request->after) && !has_seen(&request->after);
    if (has_gap) {
        reply.is_accepted = false;
        clinic_problem_set(&reply.problem, CLINIC_CODE_ORDER_GAP, NULL, "One is missing.");
    } else if (!has_seen(&request->id)) {
        gateway.order_breaks +=
            gateway.asked > 0
            && clinic_id_compare(&request->id, &gateway.seen[gateway.asked - 1]) <= 0;
        gateway.seen[gateway.asked++] = request->id;
        make_event();
    }
    reply.sequence = reply.is_accepted ? gateway.head : 0;
    send_reply(&reply);
}

static void take_replay(const struct clinic_request *request)
{
    int64_t after = 0;
    const cJSON *positions = clinic_json_member(request->data, "positions");
    EXPECT(clinic_json_integer(cJSON_GetArrayItem(positions, 0), "after", &after));
    struct clinic_reply reply = { .id = request->id,
                                  .is_accepted = true,
                                  .data = cJSON_CreateObject() };
    cJSON *events = cJSON_AddArrayToObject(reply.data, "events");
    for (uint64_t i = (uint64_t)after + 1; i <= gateway.head; i++)
        EXPECT(cJSON_AddItemToArray(events, cJSON_Parse(gateway.events[i])));
    EXPECT(cJSON_AddNumberToObject(reply.data, "through", (double)gateway.head) != NULL);
    EXPECT(cJSON_AddBoolToObject(reply.data, "more", false) != NULL);
    send_reply(&reply);
    clinic_reply_done(&reply);
}

static void gateway_message(void *context, const struct clinic_bus_message *message)
{
    (void)context;
    struct clinic_topic topic;
    struct clinic_request request;
    struct clinic_problem problem;
    clinic_topic_parse("clinic", message->topic, &topic);
    if (topic.kind == CLINIC_TOPIC_STATUS && strcmp(topic.node, "desk-1") == 0)
        (void)snprintf(gateway.node_status, sizeof gateway.node_status, "%.*s",
                       (int)message->length, message->payload);
    if (topic.kind != CLINIC_TOPIC_REQUEST || gateway.is_silent)
        return;
    EXPECT(strcmp(message->response_topic, "clinic/reply/desk-1") == 0);
    const enum clinic_status status = clinic_request_decode(topic.request->kind, message->payload,
                                                            message->length, &request, &problem);
    EXPECT(status == CLINIC_OK);
    if (status != CLINIC_OK)
        return;
    EXPECT(memcmp(message->correlation_data, request.id.bytes, 16) == 0);
    if (request.kind == CLINIC_REQUEST_PATIENT_CREATE)
        take_create(&request);
    else if (request.kind == CLINIC_REQUEST_EVENTS_REPLAY)
        take_replay(&request);
    clinic_request_done(&request);
}

static void gateway_state(void *context, enum clinic_bus_state state, const char *reason)
{
    (void)context;
    (void)reason;
    char status[256];
    gateway.is_online = state == CLINIC_BUS_ONLINE;
    (void)snprintf(status, sizeof status,
                   "{\"state\":\"online\",\"since\":\"%s\",\"version\":\"1\",\"outbox\":0}",
                   gateway.since);
    if (gateway.is_online)
        send_text("clinic/node/gateway/status", status, true);
}

static const struct clinic_bus_handler gateway_handler = { .on_state = gateway_state,
                                                           .on_message = gateway_message };

static void start_gateway(const char *since)
{
    struct clinic_bus_config config = { .host = "127.0.0.1",
                                        .port = broker.port,
                                        .client_id = "gateway",
                                        .keepalive_s = 10,
                                        .window = 100,
                                        .will_topic = "clinic/node/gateway/status",
                                        .will_payload = "{\"state\":\"offline\"}" };
    char problem[512];
    (void)snprintf(config.ca_path, sizeof config.ca_path, "%s/ca.crt", broker.folder);
    (void)snprintf(config.certificate_path, sizeof config.certificate_path, "%s/gateway.crt",
                   broker.folder);
    (void)snprintf(config.key_path, sizeof config.key_path, "%s/gateway.key", broker.folder);
    (void)snprintf(gateway.since, sizeof gateway.since, "%s", since);
    assert_int_equal(
        clinic_bus_open(&config, &gateway_handler, NULL, &gateway.bus, problem, sizeof problem),
        CLINIC_OK);
    assert_int_equal(clinic_bus_subscribe(gateway.bus, "clinic/request/#"), CLINIC_OK);
    assert_int_equal(clinic_bus_subscribe(gateway.bus, "clinic/node/desk-1/status"), CLINIC_OK);
}

static void stop_gateway(void)
{
    clinic_bus_close(gateway.bus);
    gateway.bus = NULL;
    gateway.is_online = false;
}

// ---- the node and what its program sees

struct program {
    struct clinic_node *node;
    int accepted;
    int timeouts;
    int events;
    uint64_t last_event;
    int notices;
    int configs;
    int statuses;
    enum clinic_bus_state state;
};

static struct program program;

static void on_event(void *context, const struct clinic_event *event)
{
    struct program *seen = context;
    EXPECT(event->sequence == seen->last_event + 1);
    seen->last_event = event->sequence;
    seen->events++;
}

static void on_reply(void *context, enum clinic_request_kind kind, const struct clinic_reply *reply)
{
    struct program *seen = context;
    EXPECT(kind == CLINIC_REQUEST_PATIENT_CREATE);
    EXPECT(reply->is_accepted);
    seen->accepted++;
}

static void on_timeout(void *context, enum clinic_request_kind kind, const struct clinic_id *id)
{
    struct program *seen = context;
    EXPECT(kind == CLINIC_REQUEST_PATIENT_FIND);
    EXPECT(!clinic_id_is_none(id));
    seen->timeouts++;
}

static void on_notice(void *context, const char *audience, const cJSON *notice)
{
    struct program *seen = context;
    EXPECT(strcmp(audience, "staff") == 0);
    EXPECT(strcmp(clinic_json_text(notice, "text"), "hello") == 0);
    seen->notices++;
}

static void on_config(void *context, const cJSON *config)
{
    struct program *seen = context;
    EXPECT(clinic_json_member(config, "bins") != NULL);
    seen->configs++;
}

static void on_status(void *context, const char *name, const cJSON *status)
{
    struct program *seen = context;
    EXPECT(clinic_json_text(status, "state") != NULL);
    seen->statuses += strcmp(name, "desk-2") == 0;
}

static void on_state(void *context, enum clinic_bus_state state, const char *reason)
{
    ((struct program *)context)->state = state;
    EXPECT(reason != NULL);
}

static const struct clinic_node_handler handler = { .on_event = on_event,
                                                    .on_reply = on_reply,
                                                    .on_timeout = on_timeout,
                                                    .on_notice = on_notice,
                                                    .on_status = on_status,
                                                    .on_config = on_config,
                                                    .on_state = on_state };

static void write_settings(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/node.ini", broker.folder);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fprintf(file,
                        "[node]\nname = %s\nhost = 127.0.0.1\nport = %d\nwindow = 4\n"
                        "[page]\nport = 8080\n",
                        name, broker.port)
                > 0);
    assert_int_equal(fclose(file), 0);
}

static void start_node(void)
{
    char problem[512] = "";
    const enum clinic_status status = clinic_node_open(broker.folder, "1.2", &handler, &program,
                                                       &program.node, problem, sizeof problem);
    if (status != CLINIC_OK)
        fail_msg("%s", problem);
}

static void stop_node(void)
{
    clinic_node_close(program.node);
    program.node = NULL;
}

static void step_all(int64_t deadline_ms)
{
    const int64_t left_ms = deadline_ms - monotonic_ms();
    struct pollfd polled[2] = {
        { .fd = program.node == NULL ? -1 : clinic_node_fd(program.node), .events = POLLIN },
        { .fd = gateway.bus == NULL ? -1 : clinic_bus_fd(gateway.bus), .events = POLLIN },
    };
    (void)poll(polled, 2, left_ms < 0 ? 0 : (int)left_ms);
    if (polled[0].revents != 0)
        clinic_node_step(program.node);
    if (polled[1].revents != 0)
        clinic_bus_step(gateway.bus);
    ASSERT_EXPECTATIONS();
}

#define UNTIL_MS(limit_ms, condition)                                                              \
    do {                                                                                           \
        const int64_t until_ms = monotonic_ms() + (limit_ms);                                      \
        while (!(condition) && monotonic_ms() < until_ms)                                          \
            step_all(until_ms);                                                                    \
        if (!(condition))                                                                          \
            fail_msg("%s: not within %d ms", #condition, (int)(limit_ms));                         \
    } while (0)
#define UNTIL(condition) UNTIL_MS(WAIT_MS, condition)

static void submit_patient(void)
{
    cJSON *data = cJSON_CreateObject();
    assert_non_null(
        cJSON_AddStringToObject(data, "patient_id", "01931c5e-7b3a-7000-8000-000000000001"));
    assert_non_null(cJSON_AddStringToObject(data, "name", "Zebedee Quux"));
    assert_non_null(cJSON_AddStringToObject(data, "birth_date", "1990-04-02"));
    assert_non_null(cJSON_AddStringToObject(data, "phone", "+33612345678"));
    assert_int_equal(
        clinic_node_submit(program.node, CLINIC_REQUEST_PATIENT_CREATE, data, NULL, NULL),
        CLINIC_OK);
}

static int64_t waiting(void)
{
    struct clinic_outbox_counts counts;
    clinic_outbox_count(clinic_node_outbox(program.node), &counts);
    return counts.waiting;
}

// ---- tests

static void what_was_submitted_offline_arrives_in_order_after_a_restart(void **state)
{
    (void)state;
    start_node();
    for (int i = 0; i < 10; i++)
        submit_patient();
    stop_node();
    start_node();
    assert_int_equal(waiting(), 10);
    for (int i = 0; i < 10; i++)
        submit_patient();

    broker_start(&broker, "broker");
    start_gateway("2026-01-01T00:00:00.000Z");
    UNTIL(program.accepted == 20);
    assert_int_equal(gateway.asked, 20);
    assert_int_equal(gateway.order_breaks, 0);
    assert_int_equal(waiting(), 0);
    assert_true(clinic_node_gateway_is_online(program.node));
    assert_false(clinic_node_outbox_was_set_aside(program.node));
}

static void a_gateway_that_comes_back_is_asked_again_at_once(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway("2026-01-01T00:00:00.000Z");
    gateway.is_silent = true;
    start_node();
    UNTIL(gateway.is_online && clinic_node_state(program.node) == CLINIC_BUS_ONLINE);
    submit_patient();
    const int64_t soon_ms = monotonic_ms() + 200;
    while (monotonic_ms() < soon_ms)
        step_all(soon_ms); // the request gets lost
    stop_gateway();
    gateway.is_silent = false;
    start_gateway("2026-01-01T00:01:00.000Z");
    UNTIL_MS(3000, program.accepted == 1); // sooner than the outbox would repeat it
}

static void start_subscribed_node(void)
{
    start_node();
    assert_int_equal(clinic_node_subscribe(program.node, CLINIC_PATIENT_CREATED, 0, true),
                     CLINIC_OK);
}

static void events_are_replayed_then_live_and_positions_are_kept(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway("2026-01-01T00:00:00.000Z");
    UNTIL(gateway.is_online);
    for (int i = 0; i < 5; i++)
        make_event();
    start_subscribed_node();
    UNTIL(program.events == 5);
    make_event();
    UNTIL(program.events == 6);
    assert_int_equal(clinic_node_inbox_counts(program.node)->replayed, 5);
    stop_node();

    make_event();
    start_subscribed_node();
    UNTIL(program.events == 7); // and not the first six again: on_event checks
}

static void what_happened_while_the_broker_was_away_is_replayed(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway("2026-01-01T00:00:00.000Z");
    start_subscribed_node();
    UNTIL(gateway.is_online && clinic_node_gateway_is_online(program.node));
    make_event();
    UNTIL(program.events == 1);
    broker_kill(&broker);
    UNTIL(clinic_node_state(program.node) == CLINIC_BUS_OFFLINE && !gateway.is_online);
    assert_false(clinic_node_gateway_is_online(program.node));
    make_event(); // reaches nobody
    broker_start(&broker, "broker");
    UNTIL(program.events == 2);
}

static void the_status_tells_of_the_node_and_its_outbox(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway("2026-01-01T00:00:00.000Z");
    gateway.is_silent = true;
    start_node();
    UNTIL(strstr(gateway.node_status, "\"state\":\"online\"") != NULL);
    assert_non_null(strstr(gateway.node_status, "\"version\":\"1.2\",\"outbox\":0"));
    submit_patient();
    submit_patient();
    UNTIL(strstr(gateway.node_status, "\"outbox\":2") != NULL);
    stop_node();
    UNTIL(strstr(gateway.node_status, "\"state\":\"offline\"") != NULL);
    if (strstr(gateway.node_status, "\"outbox\":2") == NULL)
        fail_msg("%s", gateway.node_status);
}

static void a_question_has_its_time(void **state)
{
    (void)state;
    start_node();
    assert_int_equal(clinic_node_ask(program.node, CLINIC_REQUEST_PATIENT_FIND,
                                     cJSON_Parse("{\"text\":\"Ana\"}"), NULL, 100, NULL),
                     CLINIC_OFFLINE);
    broker_start(&broker, "broker");
    UNTIL(clinic_node_state(program.node) == CLINIC_BUS_ONLINE);
    for (int i = 0; i < 32; i++)
        assert_int_equal(clinic_node_ask(program.node, CLINIC_REQUEST_PATIENT_FIND,
                                         cJSON_Parse("{\"text\":\"Ana\"}"), NULL, 100, NULL),
                         CLINIC_OK);
    assert_int_equal(clinic_node_ask(program.node, CLINIC_REQUEST_PATIENT_FIND,
                                     cJSON_Parse("{\"text\":\"Ana\"}"), NULL, 100, NULL),
                     CLINIC_FULL);
    UNTIL(program.timeouts == 32);
    assert_int_equal(clinic_node_submit(program.node, CLINIC_REQUEST_PATIENT_FIND,
                                        cJSON_Parse("{\"text\":\"Ana\"}"), NULL, NULL),
                     CLINIC_INVALID);
    assert_int_equal(clinic_node_ask(program.node, CLINIC_REQUEST_KIND_COUNT, cJSON_CreateObject(),
                                     NULL, 100, NULL),
                     CLINIC_INVALID);
}

static void an_ask_is_answered_to_the_program(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway("2026-01-01T00:00:00.000Z");
    start_node();
    UNTIL(gateway.is_online && clinic_node_state(program.node) == CLINIC_BUS_ONLINE);
    cJSON *data = cJSON_Parse("{\"patient_id\":\"01931c5e-7b3a-7000-8000-000000000001\","
                              "\"name\":\"Ana\",\"birth_date\":\"1990-04-02\"}");
    assert_int_equal(
        clinic_node_ask(program.node, CLINIC_REQUEST_PATIENT_CREATE, data, NULL, 5000, NULL),
        CLINIC_OK);
    UNTIL(program.accepted == 1);
    assert_int_equal(waiting(), 0);
}

static void notices_statuses_and_config_arrive(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway("2026-01-01T00:00:00.000Z");
    start_node();
    assert_int_equal(clinic_node_subscribe_notices(program.node, "staff"), CLINIC_OK);
    assert_int_equal(clinic_node_subscribe_statuses(program.node), CLINIC_OK);
    UNTIL(gateway.is_online && clinic_node_gateway_is_online(program.node));
    char notice[] = "{\"text\":\"hello\"}";
    char config[] = "{\"bins\":[]}";
    char status[] = "{\"state\":\"online\"}";
    char rubbish[] = "[1,";
    send_text("clinic/notification/staff", rubbish, false);
    send_text("clinic/notification/staff", notice, false);
    send_text("clinic/node/desk-1/config", config, true);
    send_text("clinic/node/desk-2/config", config, true);
    send_text("clinic/node/desk-2/status", status, true);
    UNTIL(program.notices == 1 && program.configs == 1 && program.statuses == 1);
}

static struct clinic_node *stopped;

static void on_alarm(int signal_number)
{
    (void)signal_number;
    clinic_node_stop(stopped); // NOLINT(bugprone-signal-handler): safe, as its header says
}

static void a_signal_handler_can_end_run(void **state)
{
    (void)state;
    start_node();
    stopped = program.node;
    assert_true(signal(SIGALRM, on_alarm) != SIG_ERR);
    const struct itimerval soon = { .it_value = { .tv_usec = 100000 } };
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    const int64_t begin_ms = monotonic_ms();
    clinic_node_run(program.node, WAIT_MS);
    assert_in_range(monotonic_ms() - begin_ms, 50, 5000);
    clinic_node_run(program.node, 50); // the stop is spent
    assert_true(monotonic_ms() - begin_ms >= 100);
}

static void what_prevents_opening_is_said(void **state)
{
    (void)state;
    char problem[512];
    struct clinic_node *second = NULL;
    start_node();
    assert_int_equal(
        clinic_node_open(broker.folder, "1", &handler, &program, &second, problem, sizeof problem),
        CLINIC_BUSY);
    assert_non_null(strstr(problem, "outbox.db"));
    assert_int_equal(
        clinic_node_open("/nonexistent", "1", &handler, &program, &second, problem, sizeof problem),
        CLINIC_IO);
    assert_string_equal(problem, "/nonexistent/node.ini: No such file or directory.");
    stop_node();
    write_settings("../desk");
    assert_int_equal(
        clinic_node_open(broker.folder, "1", &handler, &program, &second, problem, sizeof problem),
        CLINIC_INVALID);
    assert_null(second);
}

// ---- around the tests

static int init(void **state)
{
    (void)state;
    broker_init(&broker);
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    program = (struct program){ 0 };
    gateway = (struct gateway){ 0 };
    write_settings("desk-1");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[256];
    stop_node();
    stop_gateway();
    broker_kill(&broker);
    for (uint64_t i = 1; i <= gateway.head; i++)
        free(gateway.events[i]);
    (void)snprintf(command, sizeof command, "rm -rf %s/state", broker.folder);
    return system(command);
}

static int done(void **state)
{
    (void)state;
    broker_done(&broker);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_submitted_offline_arrives_in_order_after_a_restart),
        TEST(a_gateway_that_comes_back_is_asked_again_at_once),
        TEST(events_are_replayed_then_live_and_positions_are_kept),
        TEST(what_happened_while_the_broker_was_away_is_replayed),
        TEST(the_status_tells_of_the_node_and_its_outbox),
        TEST(a_question_has_its_time),
        TEST(an_ask_is_answered_to_the_program),
        TEST(notices_statuses_and_config_arrive),
        TEST(a_signal_handler_can_end_run),
        TEST(what_prevents_opening_is_said),
    };
    return cmocka_run_group_tests(tests, init, done);
}
