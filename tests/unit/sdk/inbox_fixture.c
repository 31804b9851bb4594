#include "inbox_fixture.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 5 }; // events in an answer

const enum clinic_event_kind kinds[KINDS] = { CLINIC_PATIENT_CREATED, CLINIC_PATIENT_UPDATED,
                                              CLINIC_PATIENT_DELETED };

static int64_t now_ms(void *context)
{
    return ((struct world *)context)->now_ms;
}

static size_t index_of(enum clinic_event_kind kind)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (kinds[i] == kind)
            return i;
    }
    fail_msg("an unwanted kind");
    return 0;
}

static void on_event(void *context, const struct clinic_event *event)
{
    struct world *world = context;
    const size_t kind = index_of(event->kind);
    assert_int_equal(clinic_inbox_position(world->inbox, event->kind), event->sequence);
    world->delivered[world->delivered_count++] = event->sequence;
    world->position[kind] = event->sequence;
    if (world->wants_more_at_next_event) {
        world->wants_more_at_next_event = false;
        assert_int_equal(clinic_inbox_want(world->inbox, kinds[2], 0), CLINIC_OK);
    }
}

static void queue(struct world *world, struct message message)
{
    if (world->is_connected && world->line_count < LINE_MAX)
        world->line[world->line_count++] = message;
}

static void on_ask(void *context, const struct clinic_request *request)
{
    struct world *world = context;
    struct message answer = { .question = request->id };
    assert_int_equal(request->kind, CLINIC_REQUEST_EVENTS_REPLAY);
    struct clinic_problem problem;
    assert_true(clinic_fields_check(clinic_request_types[request->kind].fields,
                                    clinic_request_types[request->kind].field_count, request->data,
                                    false, &problem));
    const cJSON *position = NULL;
    cJSON_ArrayForEach(position, clinic_json_member(request->data, "positions"))
    {
        int64_t after = 0;
        assert_true(clinic_json_integer(position, "after", &after));
        const size_t kind =
            index_of(clinic_event_type_find(clinic_json_text(position, "type"))->kind);
        answer.after[kind] = (uint64_t)after;
        answer.is_wanted[kind] = true;
    }
    world->asks++;
    world->asked.id = answer.question;
    memcpy(world->asked.after, answer.after, sizeof answer.after);
    memcpy(world->asked.is_wanted, answer.is_wanted, sizeof answer.is_wanted);
    if (!world->loses_questions)
        queue(world, answer);
}

static const struct clinic_inbox_handler handler = { .on_event = on_event, .on_ask = on_ask };

void happen(struct world *world, size_t kind)
{
    world->head++;
    world->kind[world->head] = kind;
    world->previous[world->head] = world->newest[kind];
    world->newest[kind] = world->head;
}

static char *event_json(const struct world *world, uint64_t sequence)
{
    static const char *const data[KINDS] = {
        "{\"patient_id\":\"01931c5e-7b3a-7000-8000-000000000001\",\"provisional\":true}",
        "{\"patient_id\":\"01931c5e-7b3a-7000-8000-000000000001\",\"version\":2,"
        "\"changed\":[\"name\"]}",
        "{\"patient_id\":\"01931c5e-7b3a-7000-8000-000000000001\",\"reason\":\"request\","
        "\"mode\":\"erased\"}",
    };
    const size_t kind = world->kind[sequence];
    struct clinic_event event = { .id = { { 1, 2, 3, 4, 5, 6, 0x70, 0, 0x80 } },
                                  .kind = kinds[kind],
                                  .subject = "patient/01931c5e-7b3a-7000-8000-000000000001",
                                  .time_ms = 1700000000000,
                                  .recorded_at_ms = 1700000000000,
                                  .sequence = sequence,
                                  .previous = world->previous[sequence],
                                  .correlation = { { 1, 2, 3, 4, 5, 6, 0x70, 0, 0x80, 9 } } };
    char *json = NULL;
    event.data = cJSON_Parse(data[kind]);
    assert_int_equal(clinic_event_encode(&event, "/clinic/test", CLINIC_SCOPE_PUBLIC, &json),
                     CLINIC_OK);
    clinic_event_done(&event);
    return json;
}

void answer(struct world *world, const struct message *message)
{
    struct clinic_reply reply = { .id = message->question,
                                  .is_accepted = true,
                                  .data = cJSON_CreateObject() };
    cJSON *events = cJSON_AddArrayToObject(reply.data, "events");
    uint64_t through = world->head;
    bool has_more = false;
    for (uint64_t sequence = 1; sequence <= world->head && !has_more; sequence++) {
        const size_t kind = world->kind[sequence];
        if (!message->is_wanted[kind] || sequence <= message->after[kind])
            continue;
        has_more = cJSON_GetArraySize(events) == PAGE;
        if (has_more)
            break;
        char *json = event_json(world, sequence);
        assert_true(cJSON_AddItemToArray(events, cJSON_Parse(json)));
        free(json);
        through = sequence;
    }
    if (!has_more)
        through = world->head;
    assert_non_null(cJSON_AddNumberToObject(reply.data, "through", (double)through));
    assert_non_null(cJSON_AddBoolToObject(reply.data, "more", has_more));
    (void)clinic_inbox_take_reply(world->inbox, &reply); // an old question's is not found
    clinic_reply_done(&reply);
}

void publish(struct world *world, uint64_t sequence, bool is_retained)
{
    queue(world, (struct message){ .sequence = sequence, .is_retained = is_retained });
}

void take_event(struct world *world, uint64_t sequence, bool is_retained)
{
    char *json = event_json(world, sequence);
    clinic_inbox_take(world->inbox, json, strlen(json), is_retained);
    free(json);
}

void receive_one(struct world *world)
{
    if (world->line_count == 0)
        return;
    const struct message message = world->line[0];
    world->line_count--;
    memmove(world->line, world->line + 1, world->line_count * sizeof world->line[0]);
    if (message.sequence != 0)
        take_event(world, message.sequence, message.is_retained);
    else
        answer(world, &message);
}

void receive_all(struct world *world)
{
    while (world->line_count > 0)
        receive_one(world);
}

void open_inbox(struct world *world)
{
    assert_int_equal(clinic_inbox_open(&handler, world, &world->clock, &world->ids, &world->inbox),
                     CLINIC_OK);
}

void connect_node(struct world *world)
{
    world->is_connected = true;
    for (size_t kind = 0; kind < KINDS; kind++) {
        if (world->newest[kind] != 0)
            publish(world, world->newest[kind], true);
    }
    clinic_inbox_resume(world->inbox);
}

void disconnect_node(struct world *world)
{
    world->is_connected = false;
    world->line_count = 0;
}

void want_all(struct world *world, uint64_t position)
{
    for (size_t kind = 0; kind < KINDS; kind++)
        assert_int_equal(clinic_inbox_want(world->inbox, kinds[kind], position), CLINIC_OK);
}

struct clinic_inbox_counts count(const struct world *world)
{
    struct clinic_inbox_counts counts;
    clinic_inbox_count(world->inbox, &counts);
    return counts;
}

void assert_delivered(const struct world *world, const uint64_t *sequences, size_t length)
{
    assert_int_equal(world->delivered_count, length);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(world->delivered[i], sequences[i]);
}

int inbox_set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world->now_ms = 100000;
    world->clock = (struct clinic_clock){ now_ms, now_ms, world };
    open_inbox(world);
    *state = world;
    return 0;
}

int inbox_tear_down(void **state)
{
    struct world *world = *state;
    clinic_inbox_close(world->inbox);
    free(world);
    return 0;
}
