// What a node can overhear: nothing of other nodes' conversations, whatever it subscribes to.
#include "evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NAME "Zephyrine Quickwater"
#define EMAIL "zephyrine@quickwater.example"
#define PHONE "+33612345678"

static const char *const filters[] = {
    "#",
    "+/+/+",
    "+/+/+/+/+",
    "clinic/#",
    "clinic/reply/#",
    "clinic/reply/desk-1",
    "clinic/request/#",
    "clinic/request/desk-1/patient/create",
    "clinic/notification/#",
    "clinic/node/+/config",
    "$SYS/#",
    "$share/spies/#",
    "$share/spies/clinic/reply/desk-1",
    "$share/spies/clinic/request/desk-1/patient/create",
};

static void subscribe_to_everything(struct peer *spy)
{
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++)
        peer_subscribe(spy, filters[i]);
}

// A desk's day with one patient. Everything of it has crossed the bus when it returns.
static void talk_about_a_patient(struct peer *desk)
{
    char patient[CLINIC_ID_TEXT_BYTES];

    peer_new_id(patient);
    assert_accepted(peer_ask(desk, "patient/create",
                             "{'patient_id':'%s','name':'" NAME "','birth_date':'1975-03-09',"
                             "'email':'" EMAIL "','is_distinct':true}",
                             patient));
    assert_accepted(peer_ask(desk, "patient/update",
                             "{'patient_id':'%s','expected_version':1,'phone':'" PHONE "'}",
                             patient));
    assert_accepted(peer_ask(desk, "patient/find", "{'text':'Quickwater'}"));
    assert_accepted(peer_ask(desk, "patient/read", "{'patient_id':'%s'}", patient));
}

static void assert_heard_nothing(const struct peer *spy, const char *node)
{
    char own_reply[64];
    const struct peer_message *message = NULL;

    (void)snprintf(own_reply, sizeof own_reply, "clinic/reply/%s", node);
    for (size_t i = 0; (message = peer_message(spy, i)) != NULL; i++) {
        const bool is_of_others = strncmp(message->topic, "clinic/request/", 15) == 0
                                  || strncmp(message->topic, "$SYS", 4) == 0
                                  || (strncmp(message->topic, "clinic/reply/", 13) == 0
                                      && strcmp(message->topic, own_reply) != 0);
        if (is_of_others || strstr(message->payload, "Zephyrine") != NULL
            || strstr(message->payload, EMAIL) != NULL || strstr(message->payload, PHONE) != NULL)
            fail_msg("%s received %s: %s", node, message->topic, message->payload);
    }
}

static void assert_hears_nothing(struct fixture *fixture, const char *node)
{
    struct peer *spy = fixture_peer(fixture, node);
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");

    subscribe_to_everything(spy);
    talk_about_a_patient(desk);

    // The broker keeps the order of what it delivers to one client: nothing else is under way after this.
    (void)peer_ask(spy, "events/replay", "{'positions':[]}");
    assert_heard_nothing(spy, node);
}

static void a_kiosk_hears_nothing_of_a_desk(void **state)
{
    assert_hears_nothing(*state, "kiosk-1");
}

static void a_scale_hears_nothing_of_a_desk(void **state)
{
    assert_hears_nothing(*state, "scale-1");
}

static void a_board_hears_nothing_of_a_desk(void **state)
{
    assert_hears_nothing(*state, "board-1");
}

static void a_desk_hears_nothing_of_another_desk_but_events_without_names(void **state)
{
    assert_hears_nothing(*state, "desk-2");
}

static void somebody_with_the_right_to_read_everything_would_have_heard_it(void **state)
{
    struct fixture *fixture = *state;

    peer_catch_up(fixture->auditor);
    assert_true(peer_count(fixture->auditor, 0, "clinic/reply/desk-1", "Zephyrine") > 0);
    assert_true(peer_count(fixture->auditor, 0, "clinic/reply/desk-1", PHONE) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_kiosk_hears_nothing_of_a_desk),
        fixture_test(a_scale_hears_nothing_of_a_desk),
        fixture_test(a_board_hears_nothing_of_a_desk),
        fixture_test(a_desk_hears_nothing_of_another_desk_but_events_without_names),
        fixture_test(somebody_with_the_right_to_read_everything_would_have_heard_it),
    };
    return cmocka_run_group_tests_name("eavesdropping", tests, fixture_setup, fixture_teardown);
}
