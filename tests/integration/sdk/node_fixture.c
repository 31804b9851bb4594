#include "node_fixture.h"

#include "folder.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct broker broker;
struct program program;

// ---- what the program sees

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

const struct clinic_node_handler handler = { .on_event = on_event,
                                             .on_reply = on_reply,
                                             .on_timeout = on_timeout,
                                             .on_notice = on_notice,
                                             .on_status = on_status,
                                             .on_config = on_config,
                                             .on_state = on_state };

// ---- the node

void write_settings(const char *name)
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

void start_node(void)
{
    char problem[512] = "";
    const enum clinic_status status = clinic_node_open(broker.folder, "1.2", &handler, &program,
                                                       &program.node, problem, sizeof problem);
    if (status != CLINIC_OK)
        fail_msg("%s", problem);
}

void start_subscribed_node(void)
{
    start_node();
    assert_int_equal(clinic_node_subscribe(program.node, CLINIC_PATIENT_CREATED, 0, true),
                     CLINIC_OK);
}

void stop_node(void)
{
    clinic_node_close(program.node);
    program.node = NULL;
}

void submit_patient(void)
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

int64_t waiting(void)
{
    struct clinic_outbox_counts counts;
    clinic_outbox_count(clinic_node_outbox(program.node), &counts);
    return counts.waiting;
}

// ---- driving

void step_all(int64_t deadline_ms)
{
    const int64_t left_ms = deadline_ms - process_now_ms();
    struct pollfd polled[2] = {
        { .fd = program.node == NULL ? -1 : clinic_node_fd(program.node), .events = POLLIN },
        { .fd = gateway.bus == NULL ? -1 : clinic_bus_fd(gateway.bus), .events = POLLIN },
    };
    (void)poll(polled, 2, left_ms < 0 ? 0 : (int)left_ms);
    if (polled[0].revents != 0)
        clinic_node_step(program.node);
    if (polled[1].revents != 0)
        clinic_bus_step(gateway.bus);
    expect_none_failed();
}

void fail_late(const char *condition, int limit_ms)
{
    fail_msg("%s: not within %d ms", condition, limit_ms);
}

// ---- around the tests

int node_init(void **state)
{
    (void)state;
    broker_init(&broker);
    return 0;
}

int node_set_up(void **state)
{
    (void)state;
    program = (struct program){ 0 };
    write_settings("desk-1");
    return 0;
}

int node_tear_down(void **state)
{
    (void)state;
    char kept[128];
    stop_node();
    reset_gateway();
    broker_kill(&broker);
    (void)snprintf(kept, sizeof kept, "%s/state", broker.folder);
    if (access(kept, F_OK) == 0)
        folder_remove(kept);
    return 0;
}

int node_done(void **state)
{
    (void)state;
    broker_done(&broker);
    return 0;
}
