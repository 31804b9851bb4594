#include "room.h"

#include <clinic/request.h>

#include <inttypes.h>

enum {
    SAMPLE_UNITS = 40,
    QUIET_PERIOD_US = 250000,
    STEP_US = 1000,

};

static const uint64_t usual_seed = 20;
const struct place room_bin = { 0, 0 };

// ---- the gateway

// Requests reach the gateway while a board's slice goes by. Of two boards the later one may be a little behind.
static void advance(struct service_fixture *gateway, int64_t wall_ms)
{
    if (wall_ms > gateway->wall_ms)
        gateway->wall_ms = wall_ms;
}

static enum hub_fate find_fate(void *context, const struct clinic_request *request)
{
    (void)request;
    return ((const struct room *)context)->is_gateway_away ? HUB_LOSES_REQUEST : HUB_ANSWERS;
}

static char *decide(void *context, struct hub *hub, const struct clinic_request *request)
{
    struct service_fixture *gateway = ((struct room *)context)->gateway;
    const struct caller desk = gateway->caller;
    char *json = NULL;

    advance(gateway, hub_wall_ms(hub));
    services_at(gateway, hub->node, CLINIC_ROLE_SCALE);
    (void)services_ask_as_sent(gateway, request);
    gateway->caller = desk;
    assert_int_equal(clinic_reply_encode(&gateway->reply, &json), CLINIC_OK);
    return json;
}

static struct hub *find_hub(struct room *room, const char *node)
{
    for (size_t i = 0; i < room->scale_count; i++) {
        if (strcmp(room->scales[i].hub.node, node) == 0)
            return &room->scales[i].hub;
    }
    fail_msg("a config for %s, which is nobody's", node);
    return NULL;
}

// What the courier does with the real broker.
static void hand_out_configs(struct room *room)
{
    char *json = NULL;

    while (scale_next_config(room->gateway->store, &room->mark, &room->mark) == CLINIC_OK) {
        assert_int_equal(
            scale_print_config(room->gateway->store, &room->mark, room->gateway->wall_ms, &json),
            CLINIC_OK);
        assert_in_range(strlen(json), 1, SCALE_CONFIG_BYTES_MAX);
        hub_set_config(find_hub(room, room->mark.node), json);
        free(json);
    }
}

void room_restart_gateway(struct room *room)
{
    services_reopen(room->gateway);
    room->mark = (struct scale_mark){ 0 }; // all of them once more
}

// ---- the room

static uint64_t read_seed(void)
{
    const char *given = getenv("CLINIC_SEED");
    const uint64_t seed = given == NULL ? usual_seed : strtoull(given, NULL, 10);

    print_message("CLINIC_SEED=%" PRIu64 "\n", seed);
    return seed;
}

int room_open(void **state)
{
    static struct room room;
    void *gateway = NULL;

    memset(&room, 0, sizeof room);
    assert_int_equal(services_open(&gateway), 0);
    room.gateway = gateway;
    room.began_at_ms = room.gateway->wall_ms;
    room.slice_ms = SECONDS(1);
    chance_init(&room.chance, read_seed(), 0);
    *state = &room;
    return 0;
}

int room_close(void **state)
{
    struct room *room = *state;
    void *gateway = room->gateway;

    for (size_t i = 0; i < room->scale_count; i++) {
        assert_int_equal(board_counters(room->scales[i].board)->watchdog_resets, 0);
        rig_close(&room->scales[i]);
    }
    return services_close(&gateway);
}

void room_add_scale(struct room *room, const struct rig_options *options)
{
    static const char *const nodes[ROOM_SCALES] = { "scale-1", "scale-2" };

    assert_true(room->scale_count < ROOM_SCALES && room->now_ms == 0);
    struct rig *scale = &room->scales[room->scale_count];
    struct rig_options named = *options;
    named.seed = chance_next(&room->chance) >> 8;
    named.node = nodes[room->scale_count];
    rig_open(scale, &named);
    room->scale_count++;
    scale->hub.wall_at_0_ms = room->began_at_ms;
    scale->hub.decide = decide;
    scale->hub.decide_context = room;
    scale->hub.fate = find_fate;
    scale->hub.fate_context = room;
}

struct rig *room_scale(struct room *room, struct place place)
{
    assert_true(place.scale < room->scale_count);
    return &room->scales[place.scale];
}

// ---- time

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

// Between two samples firmware only looks and finds nothing. Where none comes, it is about to do something about that.
static void run_quietly(struct rig *scale, int64_t until_us)
{
    struct hal *board = scale->board;

    while (board_now_us(board) < until_us) {
        run_once(board, &scale->firmware);
        const int64_t now_us = board_now_us(board);
        int64_t next_us = earlier(board_next_us(board), now_us + QUIET_PERIOD_US);
        if (next_us < now_us + STEP_US)
            next_us = now_us + STEP_US;
        board_pass(board, earlier(next_us, until_us));
    }
}

static void pass_slice(struct room *room, int64_t ms)
{
    room->now_ms += ms;
    for (size_t i = 0; i < room->scale_count; i++) {
        struct rig *scale = &room->scales[i];
        if (room->is_quiet)
            run_quietly(scale, room->now_ms * 1000);
        else
            run_until(scale->board, &scale->firmware, room->now_ms * 1000);
    }
    const int64_t wall_ms = room->began_at_ms + room->now_ms;
    if (room->is_gateway_away) {
        advance(room->gateway, wall_ms);
        return;
    }
    if (wall_ms > room->gateway->wall_ms)
        services_pass(room->gateway, wall_ms - room->gateway->wall_ms,
                      wall_ms - room->gateway->wall_ms);
    hand_out_configs(room);
}

void room_pass(struct room *room, int64_t ms)
{
    while (ms > 0) {
        const int64_t slice_ms = ms < room->slice_ms ? ms : room->slice_ms;
        pass_slice(room, slice_ms);
        ms -= slice_ms;
    }
}

static void set_period(struct room *room, int64_t period_us)
{
    for (size_t i = 0; i < room->scale_count; i++) {
        struct hal *board = room->scales[i].board;
        for (unsigned cell = 0; cell < board_shelf(board)->bin_count; cell++)
            board_amplifier(board, cell)->period_us = period_us;
    }
}

void room_be_quiet(struct room *room)
{
    room->is_quiet = true;
    room->slice_ms = MINUTES(1);
    set_period(room, QUIET_PERIOD_US);
}

void room_be_awake(struct room *room)
{
    room->is_quiet = false;
    room->slice_ms = SECONDS(1);
    set_period(room, 1000000 / 10);
}

// ---- people

static void act(struct room *room, struct place place, const struct shelf_action *action)
{
    struct hal *board = room_scale(room, place)->board;

    assert_true(shelf_do(board_shelf(board), action, board_now_us(board)));
}

void room_do(struct room *room, struct place place, enum shelf_verb verb, int32_t amount)
{
    act(room, place, &(struct shelf_action){ .verb = verb, .bin = place.bin, .amount = amount });
}

void room_hold(struct room *room, struct place place, enum shelf_verb verb, int32_t amount,
               int64_t for_ms)
{
    act(room, place,
        &(struct shelf_action){
            .verb = verb, .bin = place.bin, .amount = amount, .for_us = for_ms * 1000 });
    room_pass(room, for_ms);
}

void room_cut_power(struct room *room, struct place place, int64_t for_ms)
{
    struct hal *board = room_scale(room, place)->board;

    board_cut_power(board);
    room_pass(room, for_ms);
    board_give_power(board);
}

// ---- the front desk

void room_add_item(struct room *room, const struct place *places, size_t count)
{
    char bins[500] = "[";
    size_t used = 1;

    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(bins + used, sizeof bins - used,
                                 "%s{\"bin_id\":\"bin-%zu\",\"node\":\"%s\",\"channel\":%u}",
                                 i == 0 ? "" : ",", i + 1, room_scale(room, places[i])->hub.node,
                                 places[i].bin + 1);
    (void)snprintf(bins + used, sizeof bins - used, "]");
    shelf_add(room->gateway, "gloves", 20, 60, bins);
}

void room_add_channel(struct room *room, struct place place, int32_t variation_permyriad, int most)
{
    assert_accepted(room->gateway, CLINIC_REQUEST_EQUIPMENT_SCALE,
                    "{\"node\":\"%s\",\"channel\":%u,\"capacity_mg\":5000000,\"bin_mg\":%d,"
                    "\"variation_permyriad\":%d,\"most\":%d}",
                    room_scale(room, place)->hub.node, place.bin + 1, RIG_BIN_MG,
                    variation_permyriad, most);
}

// Until the next request.
static const cJSON *read_channel(struct room *room, struct place place)
{
    assert_accepted(room->gateway, CLINIC_REQUEST_EQUIPMENT_SCALE_READ,
                    "{\"node\":\"%s\",\"channel\":%u}", room_scale(room, place)->hub.node,
                    place.bin + 1);
    return room->gateway->reply.data;
}

int64_t room_channel_number(struct room *room, struct place place, const char *part,
                            const char *member)
{
    int64_t number = INT64_MIN;
    const cJSON *channel = read_channel(room, place);

    (void)clinic_json_integer(part == NULL ? channel : clinic_json_member(channel, part), member,
                              &number);
    return number;
}

bool room_is_set_up(struct room *room, struct place place)
{
    return clinic_json_boolean(read_channel(room, place), "is_set_up", false);
}

void room_step(struct room *room, struct place place, const char *step, const char *more,
               char ret_outcome[static ROOM_OUTCOME_BYTES])
{
    char task_id[CLINIC_ID_TEXT_BYTES];

    assert_accepted(room->gateway, CLINIC_REQUEST_EQUIPMENT_SCALE_SET_UP,
                    "{\"node\":\"%s\",\"channel\":%u,\"step\":\"%s\"%s}",
                    room_scale(room, place)->hub.node, place.bin + 1, step, more);
    (void)snprintf(task_id, sizeof task_id, "%s", reply_text(room->gateway, "task_id"));
    do
        room_pass(room, SECONDS(1));
    while (clinic_json_member(read_channel(room, place), "task") != NULL);
    const cJSON *last = clinic_json_member(room->gateway->reply.data, "last");
    assert_string_equal(clinic_json_text(last, "task_id"), task_id);
    (void)snprintf(ret_outcome, ROOM_OUTCOME_BYTES, "%s", clinic_json_text(last, "outcome"));
}

static void step_well(struct room *room, struct place place, const char *step, const char *more)
{
    char outcome[ROOM_OUTCOME_BYTES];

    room_pass(room, SECONDS(5)); // the hand is gone
    room_step(room, place, step, more, outcome);
    assert_string_equal(outcome, "done");
}

void room_set_up(struct room *room, struct place place, int units)
{
    char sample[40];

    room_add_channel(room, place, 100, 60);
    step_well(room, place, "tare", "");
    room_do(room, place, SHELF_MASS, 1000);
    step_well(room, place, "calibrate", ",\"mass_mg\":1000000");
    room_do(room, place, SHELF_MASS, 0);
    room_pass(room, SECONDS(5));
    room_do(room, place, SHELF_ADD, SAMPLE_UNITS);
    (void)snprintf(sample, sizeof sample, ",\"count\":%d", SAMPLE_UNITS);
    step_well(room, place, "sample", sample);
    assert_true(room_is_set_up(room, place));
    room_do(room, place, units > SAMPLE_UNITS ? SHELF_ADD : SHELF_TAKE, abs(units - SAMPLE_UNITS));
    room_pass(room, SECONDS(30));
}

void room_furnish(struct room *room, const struct rig_options *options, int units)
{
    room_add_scale(room, options);
    room_add_item(room, &room_bin, 1);
    room_set_up(room, room_bin, units);
    room_pass(room, MINUTES(2));
    room_assert_stock(room, units, "ok");
}

// ---- what came of it

int64_t room_events(const struct room *room, enum clinic_event_kind kind)
{
    return event_count(room->gateway, kind);
}

void room_assert_stock(struct room *room, int quantity, const char *state)
{
    assert_stock(room->gateway, "gloves", quantity, state);
}
