#include <clinic/inbox.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// ---- a gateway's log, a line to it and a program behind the inbox

enum { LOG_MAX = 2000, LINE_MAX = 4096, KINDS = 3, PAGE = 5 };

static const enum clinic_event_kind kinds[KINDS] = { CLINIC_PATIENT_CREATED, CLINIC_PATIENT_UPDATED,
                                                     CLINIC_PATIENT_DELETED };

struct message {
    uint64_t sequence; // an event; 0: a reply
    bool is_retained;
    struct clinic_id question;
    uint64_t after[KINDS]; // what was asked
    bool is_wanted[KINDS];
};

struct world {
    struct clinic_clock clock;
    int64_t now_ms;
    struct clinic_id_maker ids;
    struct clinic_inbox *inbox;

    // The gateway's log: which of the kinds, and the sequence before on the same topic.
    uint64_t head;
    size_t kind[LOG_MAX + 1];
    uint64_t previous[LOG_MAX + 1];
    uint64_t newest[KINDS];

    struct message line[LINE_MAX]; // to the node
    size_t line_count;
    bool is_connected;
    int asks;
    struct clinic_request_copy {
        struct clinic_id id;
        uint64_t after[KINDS];
        bool is_wanted[KINDS];
    } asked; // the last

    // What the program saw.
    uint64_t delivered[LOG_MAX + 1];
    size_t delivered_count;
    uint64_t position[KINDS];
    bool wants_more_at_next_event;
    bool loses_questions;
};

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

static void happen(struct world *world, size_t kind)
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

// The answer of the gateway as its log stands now.
static void answer(struct world *world, const struct message *message)
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

static void publish(struct world *world, uint64_t sequence, bool is_retained)
{
    queue(world, (struct message){ .sequence = sequence, .is_retained = is_retained });
}

static void take_event(struct world *world, uint64_t sequence, bool is_retained)
{
    char *json = event_json(world, sequence);
    clinic_inbox_take(world->inbox, json, strlen(json), is_retained);
    free(json);
}

static void receive_one(struct world *world)
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

static void receive_all(struct world *world)
{
    while (world->line_count > 0)
        receive_one(world);
}

static void open_inbox(struct world *world)
{
    assert_int_equal(clinic_inbox_open(&handler, world, &world->clock, &world->ids, &world->inbox),
                     CLINIC_OK);
}

// Subscribes: the broker sends what it retained, then the node asks.
static void connect_node(struct world *world)
{
    world->is_connected = true;
    for (size_t kind = 0; kind < KINDS; kind++) {
        if (world->newest[kind] != 0)
            publish(world, world->newest[kind], true);
    }
    clinic_inbox_resume(world->inbox);
}

static void disconnect_node(struct world *world)
{
    world->is_connected = false;
    world->line_count = 0;
}

static void want_all(struct world *world, uint64_t position)
{
    for (size_t kind = 0; kind < KINDS; kind++)
        assert_int_equal(clinic_inbox_want(world->inbox, kinds[kind], position), CLINIC_OK);
}

static struct clinic_inbox_counts count(const struct world *world)
{
    struct clinic_inbox_counts counts;
    clinic_inbox_count(world->inbox, &counts);
    return counts;
}

static void assert_delivered(const struct world *world, const uint64_t *sequences, size_t length)
{
    assert_int_equal(world->delivered_count, length);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(world->delivered[i], sequences[i]);
}
#define ASSERT_DELIVERED(world, ...)                                                               \
    assert_delivered(world, (const uint64_t[]){ __VA_ARGS__ },                                     \
                     sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world->now_ms = 100000;
    world->clock = (struct clinic_clock){ now_ms, now_ms, world };
    open_inbox(world);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    clinic_inbox_close(world->inbox);
    free(world);
    return 0;
}

// ---- cases

static void all_from_the_first_event_on_is_replayed_then_live(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 12; i++)
        happen(world, i % KINDS);
    want_all(world, 0);
    connect_node(world);
    assert_int_equal(world->asks, 1);
    receive_all(world);
    assert_int_equal(world->asks, 3); // pages of five
    happen(world, 1);
    publish(world, 13, false);
    receive_all(world);
    ASSERT_DELIVERED(world, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    assert_int_equal(count(world).replayed, 12);
    assert_int_equal(count(world).delivered, 13);
    assert_int_equal(count(world).gaps, 0);
}

static void a_position_is_where_it_goes_on(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 6; i++)
        happen(world, i % KINDS);
    assert_int_equal(clinic_inbox_want(world->inbox, kinds[0], 1), CLINIC_OK);
    assert_int_equal(clinic_inbox_want(world->inbox, kinds[1], 5), CLINIC_OK);
    connect_node(world);
    receive_all(world);
    ASSERT_DELIVERED(world, 4);
    assert_int_equal(clinic_inbox_position(world->inbox, kinds[1]), 5);
}

static void live_events_wait_for_the_replay(void **state)
{
    struct world *world = *state;
    happen(world, 0);
    happen(world, 1);
    want_all(world, 0);
    connect_node(world);
    happen(world, 2);
    take_event(world, 3, false);
    take_event(world, 2, true);
    assert_int_equal(world->delivered_count, 0);
    receive_all(world);
    ASSERT_DELIVERED(world, 1, 2, 3);
}

static void what_follows_the_replay_comes_from_what_was_held(void **state)
{
    struct world *world = *state;
    happen(world, 0);
    want_all(world, 0);
    connect_node(world);
    const struct message question = world->line[world->line_count - 1];
    world->line_count = 0;
    // Arrives before the reply, but the reply was made before it happened.
    struct world *then = malloc(sizeof *then);
    memcpy(then, world, sizeof *then);
    happen(world, 1);
    happen(world, 0);
    take_event(world, 3, false);
    take_event(world, 2, false);
    const uint64_t head = world->head;
    world->head = then->head;
    answer(world, &question);
    world->head = head;
    free(then);
    ASSERT_DELIVERED(world, 1, 2, 3);
}

static void a_gap_is_filled_by_a_replay(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    connect_node(world);
    receive_all(world);
    for (size_t i = 0; i < 4; i++)
        happen(world, 0);
    publish(world, 1, false);
    publish(world, 4, false); // 2 and 3 were dropped on the way
    receive_all(world);
    ASSERT_DELIVERED(world, 1, 2, 3, 4);
    assert_int_equal(count(world).gaps, 1);
    assert_int_equal(count(world).replayed, 3);
}

static void what_was_dropped_with_nothing_behind_it_is_found_by_looking(void **state)
{
    struct world *world = *state;
    happen(world, 0);
    want_all(world, 0);
    connect_node(world);
    receive_all(world);
    happen(world, 0); // and no message of it ever comes
    happen(world, 1);
    const int asks = world->asks;
    const int64_t due_ms = clinic_inbox_due_ms(world->inbox);
    assert_in_range(due_ms - world->now_ms, 10 * 1000, 60 * 1000);
    world->now_ms = due_ms - 1;
    clinic_inbox_step(world->inbox);
    assert_int_equal(world->asks, asks);
    world->now_ms = due_ms;
    clinic_inbox_step(world->inbox);
    assert_int_equal(world->asks, asks + 1);
    receive_all(world);
    ASSERT_DELIVERED(world, 1, 2, 3);
    assert_true(clinic_inbox_due_ms(world->inbox) > due_ms); // and so on
}

static void duplicates_are_dropped(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    connect_node(world);
    receive_all(world);
    happen(world, 0);
    for (int i = 0; i < 3; i++)
        publish(world, 1, false);
    receive_all(world);
    ASSERT_DELIVERED(world, 1);
    assert_int_equal(count(world).duplicates, 2);
}

static void from_now_on_history_is_left_out(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 6; i++)
        happen(world, i % 2); // nothing of the third kind
    want_all(world, CLINIC_FROM_NOW);
    assert_true(clinic_inbox_position(world->inbox, kinds[0]) == CLINIC_FROM_NOW);
    connect_node(world);
    receive_all(world);
    assert_int_equal(world->delivered_count, 0);
    assert_int_equal(clinic_inbox_position(world->inbox, kinds[0]), 6);

    // What is missed from then on is not history.
    disconnect_node(world);
    happen(world, 0);
    happen(world, 2);
    connect_node(world);
    happen(world, 1);
    publish(world, 9, false);
    receive_all(world);
    ASSERT_DELIVERED(world, 7, 8, 9);
}

static void from_now_on_begins_with_the_subscription_not_with_the_reply(void **state)
{
    struct world *world = *state;
    happen(world, 0);
    want_all(world, CLINIC_FROM_NOW);
    connect_node(world);
    happen(world, 0); // before the gateway is asked, but after the subscription
    happen(world, 0);
    take_event(world, 2, false);
    take_event(world, 3, false);
    receive_all(world);
    ASSERT_DELIVERED(world, 2, 3);
}

static void without_a_reply_it_asks_again_ever_later(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    assert_int_equal(clinic_inbox_due_ms(world->inbox), -1);
    world->loses_questions = true;
    connect_node(world);
    static const int64_t waits_ms[] = { 2000, 4000, 8000, 10000, 10000 };
    const struct clinic_id question = world->asked.id;
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        assert_int_equal(world->asks, (int)i + 1);
        assert_int_equal(clinic_inbox_due_ms(world->inbox), world->now_ms + waits_ms[i]);
        world->now_ms += waits_ms[i] - 1;
        clinic_inbox_step(world->inbox);
        assert_int_equal(world->asks, (int)i + 1);
        world->now_ms++;
        clinic_inbox_step(world->inbox);
    }
    assert_true(clinic_id_equal(&question, &world->asked.id));
    clinic_inbox_resume(world->inbox);
    assert_int_equal(clinic_inbox_due_ms(world->inbox), world->now_ms + 2000);
    assert_false(clinic_id_equal(&question, &world->asked.id));
}

static void a_refusal_or_nonsense_is_asked_again_later(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    world->loses_questions = true;
    connect_node(world);
    struct clinic_reply refusal = { .id = world->asked.id };
    struct clinic_reply nonsense = { .id = world->asked.id, .is_accepted = true };
    nonsense.data = cJSON_Parse("{\"events\":7,\"through\":-1}");
    struct clinic_reply other = { .id = { { 1 } }, .is_accepted = true };
    assert_int_equal(clinic_inbox_take_reply(world->inbox, &refusal), CLINIC_OK);
    assert_int_equal(clinic_inbox_take_reply(world->inbox, &nonsense), CLINIC_OK);
    assert_int_equal(clinic_inbox_take_reply(world->inbox, &other), CLINIC_NOT_FOUND);
    assert_int_equal(world->asks, 1);
    clinic_reply_done(&nonsense);
    world->now_ms += 2000;
    clinic_inbox_step(world->inbox);
    assert_int_equal(world->asks, 2);
}

static void a_gateway_that_says_more_for_ever_is_not_asked_in_a_circle(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    world->loses_questions = true;
    connect_node(world);
    for (int i = 0; i < 100; i++) {
        struct clinic_reply reply = { .id = world->asked.id, .is_accepted = true };
        reply.data = cJSON_Parse("{\"events\":[],\"through\":0,\"more\":true}");
        (void)clinic_inbox_take_reply(world->inbox, &reply);
        clinic_reply_done(&reply);
    }
    assert_int_equal(world->asks, 1);
}

static void rubbish_and_unwanted_events_are_ignored(void **state)
{
    struct world *world = *state;
    assert_int_equal(clinic_inbox_want(world->inbox, kinds[0], 0), CLINIC_OK);
    connect_node(world);
    receive_all(world);
    happen(world, 1);
    publish(world, 1, false);
    receive_all(world);
    clinic_inbox_take(world->inbox, "rubbish", 7, false);
    clinic_inbox_take(world->inbox, "", 0, false);
    assert_int_equal(world->delivered_count, 0);
    assert_int_equal(clinic_inbox_want(world->inbox, CLINIC_EVENT_NONE, 0), CLINIC_INVALID);
    assert_int_equal(clinic_inbox_want(world->inbox, CLINIC_EVENT_KIND_COUNT, 0), CLINIC_INVALID);
}

static void more_than_can_be_held_is_left_to_a_replay(void **state)
{
    struct world *world = *state;
    want_all(world, 0);
    world->loses_questions = true;
    connect_node(world);
    for (size_t i = 0; i < 700; i++) {
        happen(world, i % KINDS);
        take_event(world, world->head, false);
    }
    world->loses_questions = false;
    // An answer from before all that.
    struct clinic_reply reply = { .id = world->asked.id, .is_accepted = true };
    reply.data = cJSON_Parse("{\"events\":[],\"through\":0,\"more\":false}");
    assert_int_equal(clinic_inbox_take_reply(world->inbox, &reply), CLINIC_OK);
    clinic_reply_done(&reply);
    assert_int_equal(world->delivered_count, 512);
    receive_all(world);
    assert_int_equal(world->delivered_count, 700);
    for (size_t i = 0; i < 700; i++)
        assert_int_equal(world->delivered[i], i + 1);
}

static void a_handler_may_want_another_topic(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 30; i++)
        happen(world, i % KINDS);
    assert_int_equal(clinic_inbox_want(world->inbox, kinds[0], 0), CLINIC_OK);
    world->wants_more_at_next_event = true;
    connect_node(world);
    receive_all(world);
    assert_int_equal(world->delivered_count, 20); // all of two kinds
    assert_int_equal(world->position[0], 28);
    assert_int_equal(world->position[2], 30);
}

// ---- any mixture of faults

struct faults {
    bool drops_live; // the broker drops a message in mid-connection
    bool is_naive;   // the program takes what comes, without the inbox
    unsigned seed;
};

static void restart(struct world *world)
{
    clinic_inbox_close(world->inbox);
    disconnect_node(world);
    open_inbox(world);
    for (size_t kind = 0; kind < KINDS; kind++)
        assert_int_equal(clinic_inbox_want(world->inbox, kinds[kind], world->position[kind]),
                         CLINIC_OK);
}

static void one_round(struct world *world, struct faults *faults)
{
    const int dice = rand_r(&faults->seed) % 100;
    if (dice < 30 && world->head < LOG_MAX) {
        happen(world, (size_t)rand_r(&faults->seed) % KINDS);
        if (!faults->drops_live || rand_r(&faults->seed) % 8 != 0)
            publish(world, world->head, false);
    } else if (dice < 35 && world->head > 0) {
        publish(world, world->newest[world->kind[world->head]], false); // the gateway came back
    } else if (dice < 37) {
        disconnect_node(world);
    } else if (dice < 38) {
        restart(world);
    } else if (dice < 42) {
        world->now_ms += 1000;
        clinic_inbox_step(world->inbox);
    } else if (!world->is_connected) {
        connect_node(world);
    } else if (faults->is_naive && world->line_count > 0) {
        if (world->line[0].sequence != 0)
            world->delivered[world->delivered_count++] = world->line[0].sequence;
        world->line_count--;
        memmove(world->line, world->line + 1, world->line_count * sizeof world->line[0]);
    } else {
        receive_one(world);
    }
    world->loses_questions = rand_r(&faults->seed) % 4 == 0;
}

static bool is_once_and_in_order(const struct world *world, size_t kind)
{
    uint64_t expected = 0;
    size_t at = 0;
    for (uint64_t sequence = 1; sequence <= world->head; sequence++) {
        if (world->kind[sequence] != kind)
            continue;
        while (at < world->delivered_count && world->kind[world->delivered[at]] != kind)
            at++;
        if (at == world->delivered_count || world->delivered[at++] != sequence)
            return false;
        expected = sequence;
    }
    while (at < world->delivered_count && world->kind[world->delivered[at]] != kind)
        at++;
    return at == world->delivered_count && expected == world->newest[kind];
}

static bool simulate(struct world *world, struct faults faults)
{
    want_all(world, 0);
    for (int round = 0; round < 2000 && world->delivered_count < LOG_MAX; round++)
        one_round(world, &faults);
    // In the end the line is good.
    world->loses_questions = false;
    disconnect_node(world);
    connect_node(world);
    for (int i = 0; i < 20 && !faults.is_naive; i++) {
        receive_all(world);
        world->now_ms += 10000;
        clinic_inbox_step(world->inbox);
    }
    bool is_good = true;
    for (size_t kind = 0; kind < KINDS; kind++)
        is_good = is_good && is_once_and_in_order(world, kind);
    for (size_t i = 1; i < world->delivered_count && !faults.drops_live; i++)
        is_good = is_good && world->delivered[i] > world->delivered[i - 1];
    return is_good;
}

// Runs with its own world for each seed; returns the first seed that went wrong, or 0.
static unsigned first_bad_seed(bool drops_live, bool is_naive)
{
    for (unsigned seed = 1; seed <= 25; seed++) {
        void *state = NULL;
        (void)set_up(&state);
        const bool is_good = simulate(
            state, (struct faults){ .drops_live = drops_live, .is_naive = is_naive, .seed = seed });
        (void)tear_down(&state);
        if (!is_good)
            return seed;
    }
    return 0;
}

static void every_event_comes_once_in_log_order_over_any_break(void **state)
{
    (void)state;
    assert_int_equal(first_bad_seed(false, false), 0);
}

static void where_the_broker_drops_some_each_topic_is_still_in_order(void **state)
{
    (void)state;
    assert_int_equal(first_bad_seed(true, false), 0);
}

static void a_program_without_the_inbox_is_found_out(void **state)
{
    (void)state;
    assert_int_not_equal(first_bad_seed(false, true), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_from_the_first_event_on_is_replayed_then_live),
        TEST(a_position_is_where_it_goes_on),
        TEST(live_events_wait_for_the_replay),
        TEST(what_follows_the_replay_comes_from_what_was_held),
        TEST(a_gap_is_filled_by_a_replay),
        TEST(what_was_dropped_with_nothing_behind_it_is_found_by_looking),
        TEST(duplicates_are_dropped),
        TEST(from_now_on_history_is_left_out),
        TEST(from_now_on_begins_with_the_subscription_not_with_the_reply),
        TEST(without_a_reply_it_asks_again_ever_later),
        TEST(a_refusal_or_nonsense_is_asked_again_later),
        TEST(a_gateway_that_says_more_for_ever_is_not_asked_in_a_circle),
        TEST(rubbish_and_unwanted_events_are_ignored),
        TEST(more_than_can_be_held_is_left_to_a_replay),
        TEST(a_handler_may_want_another_topic),
        cmocka_unit_test(every_event_comes_once_in_log_order_over_any_break),
        cmocka_unit_test(where_the_broker_drops_some_each_topic_is_still_in_order),
        cmocka_unit_test(a_program_without_the_inbox_is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
