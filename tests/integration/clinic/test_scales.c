// What scales are told: their configs, over the real broker, and the steps of their set-up.
#include "evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CONFIG "clinic/node/scale-1/config"

enum { NOT_AUTHORIZED = 0x87 };

static const cJSON *data_of(const cJSON *reply)
{
    assert_accepted(reply);
    return clinic_json_member(reply, "data");
}

static int64_t read_version(struct peer *desk, int channel, const char *member)
{
    int64_t version = 0;
    const cJSON *data =
        data_of(peer_ask(desk, "equipment/scale-read", "{'node':'scale-1','channel':%d}", channel));

    assert_true(clinic_json_integer(data, member, &version));
    return version;
}

static void add_channel(struct peer *desk, int channel)
{
    assert_accepted(peer_ask(desk, "equipment/scale",
                             "{'node':'scale-1','channel':%d,'capacity_mg':5000000,"
                             "'bin_mg':100000,'variation_permyriad':200,'most':500}",
                             channel));
}

static void remove_channel(struct peer *desk, int channel)
{
    assert_accepted(peer_ask(desk, "equipment/scale",
                             "{'node':'scale-1','channel':%d,'expected_version':%d,'remove':true}",
                             channel, (int)read_version(desk, channel, "version")));
}

static struct peer *connect_scale(struct fixture *fixture)
{
    struct peer *scale = fixture_peer(fixture, "scale-1");

    peer_subscribe(scale, CONFIG);
    return scale;
}

// Waits for the config with this place in the log, and holds that what a scale may take is not exceeded.
static const struct peer_message *expect_config(struct peer *scale, size_t from, int64_t version)
{
    char text[40];

    (void)snprintf(text, sizeof text, "{\"version\":%d,", (int)version);
    const struct peer_message *message = peer_expect(scale, from, CONFIG, text);
    assert_true(message->length <= 4000);
    return message;
}

static void a_scale_finds_its_config_when_it_connects_and_hears_of_changes(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");

    add_channel(desk, 1);
    const int64_t first = read_version(desk, 1, "config");
    struct peer *scale = connect_scale(fixture);
    assert_true(expect_config(scale, 0, first)->is_retained);

    size_t mark = peer_mark(scale);
    assert_accepted(peer_ask(desk, "equipment/item",
                             "{'item_id':'swabs','name':'Swabs','unit':'piece','location':'',"
                             "'minimum':1,'par':9,'bins':[{'bin_id':'s','node':'scale-1',"
                             "'channel':1}]}"));
    const int64_t second = read_version(desk, 1, "config");
    assert_true(second > first);
    const struct peer_message *config = expect_config(scale, mark, second);
    assert_non_null(strstr(config->payload, "\"label\":\"Swabs\""));
    assert_false(config->is_retained);

    mark = peer_mark(scale);
    remove_channel(desk, 1);
    (void)peer_expect(scale, mark, CONFIG, "\"channels\":[]");
}

static void after_the_brokers_restart_every_scale_has_its_config_again(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");

    add_channel(desk, 2);
    const int64_t version = read_version(desk, 2, "config");
    (void)expect_config(connect_scale(fixture), 0, version);
    fixture_restart_broker(fixture); // which keeps nothing
    (void)expect_config(connect_scale(fixture), 0, version);

    (void)fixture_end_gateway(fixture, 15);
    fixture_start_gateway(fixture);
    (void)expect_config(connect_scale(fixture), 0, version);
    remove_channel(fixture_desk(fixture, "desk-1", "ada"), 2);
}

static void a_step_goes_from_the_desk_to_the_scale_and_back(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    char task[80], task_id[CLINIC_ID_TEXT_BYTES];

    add_channel(desk, 3);
    struct peer *scale = connect_scale(fixture);
    struct peer *other = fixture_peer(fixture, "scale-2");
    size_t mark = peer_mark(scale);
    const cJSON *begun = data_of(
        peer_ask(desk, "equipment/scale-set-up", "{'node':'scale-1','channel':3,'step':'tare'}"));
    (void)snprintf(task_id, sizeof task_id, "%s", clinic_json_text(begun, "task_id"));
    (void)snprintf(task, sizeof task, "\"task\":{\"id\":\"%s\",\"step\":\"tare\"}", task_id);
    (void)peer_expect(scale, mark, CONFIG, task);
    assert_rejected(
        peer_ask(desk, "equipment/scale-set-up", "{'node':'scale-1','channel':3,'step':'tare'}"),
        "state.mismatch");

    assert_rejected(peer_ask(other, "equipment/scale-answer",
                             "{'channel':3,'task_id':'%s','outcome':'done','tare_counts':1}",
                             task_id),
                    "not-found");
    mark = peer_mark(scale);
    assert_accepted(peer_ask(scale, "equipment/scale-answer",
                             "{'channel':3,'task_id':'%s','outcome':'done','tare_counts':-84213}",
                             task_id));
    const struct peer_message *config = peer_expect(scale, mark, CONFIG, "\"tare_counts\":-84213");
    assert_null(strstr(config->payload, "task"));
    assert_int_equal(evidence_events(fixture, task_id), 2); // asked and answered
    remove_channel(desk, 3);
}

static void only_the_gateway_tells_scales_what_to_do(void **state)
{
    static const char *const nodes[] = { "desk-1", "kiosk-1", "scale-1", "scale-2" };
    static const char forged[] = "{\"version\":1,\"channels\":[]}";
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
        struct peer *peer = fixture_peer(fixture, nodes[i]);
        assert_int_equal(peer_publish(peer, CONFIG, forged, strlen(forged), true), NOT_AUTHORIZED);
    }
}

static void a_scale_reads_no_other_ones_config_and_sets_nothing_up(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    struct peer *board = fixture_peer(fixture, "board-1");
    struct peer *scale = connect_scale(fixture);

    peer_subscribe(board, CONFIG);
    add_channel(desk, 4);
    (void)expect_config(scale, 0, read_version(desk, 4, "config"));
    peer_catch_up(board);
    assert_int_equal(peer_count(board, 0, CONFIG, "version"), 0);
    // The broker lets this one publish any request.
    assert_rejected(peer_ask(fixture_peer(fixture, "scale-2"), "equipment/scale-set-up",
                             "{'node':'scale-1','channel':4,'step':'tare'}"),
                    "forbidden");
    remove_channel(desk, 4);
}

static void who_is_no_scale_is_not_set_up(void **state)
{
    static const char *const nodes[] = { "desk-2", "scale-9" };
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");

    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++)
        assert_rejected(peer_ask(desk, "equipment/scale",
                                 "{'node':'%s','channel':1,'capacity_mg':1,'bin_mg':0}", nodes[i]),
                        "not-found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_scale_finds_its_config_when_it_connects_and_hears_of_changes),
        fixture_test(after_the_brokers_restart_every_scale_has_its_config_again),
        fixture_test(a_step_goes_from_the_desk_to_the_scale_and_back),
        fixture_test(only_the_gateway_tells_scales_what_to_do),
        fixture_test(a_scale_reads_no_other_ones_config_and_sets_nothing_up),
        fixture_test(who_is_no_scale_is_not_set_up),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
