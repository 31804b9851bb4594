// Two scales on the real broker are set up from a desk; gloves are taken until staff are alerted, and a bin is lifted.
//
// All of it in real time: a weight stands for ten seconds before it counts, and is low for a minute before anybody is told.
#include "evidence.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define STOCK_CHANGED "clinic/equipment/stock-changed"
#define SCALE_CHANGED "clinic/equipment/scale-changed"
#define LOW_STOCK "clinic/equipment/low-stock"
#define STAFF "clinic/notification/staff"

enum { SHELVES = 2, UNITS = 25, STANDS_WITHIN_MS = 40000, HELD_WITHIN_MS = 90000 };

static const char *const items[SHELVES] = { "gloves-m", "drills" };

static struct process scales;
static int control = -1;

// ---- the clinic

// Staff are not woken up for what is low: it is noon in this clinic, whenever the test runs.
static void print_noon_zone(char *zone, size_t room)
{
    const time_t now = time(NULL);
    struct tm utc;

    assert_non_null(gmtime_r(&now, &utc));
    (void)snprintf(zone, room, "Etc/GMT%+d", utc.tm_hour - 12); // its sign is the other way round
}

static void make_it_noon(struct fixture *fixture)
{
    char zone[20];
    char command[700];

    print_noon_zone(zone, sizeof zone);
    (void)snprintf(command, sizeof command, "sed -i 's|^zone = .*|zone = %s|' '%s'", zone,
                   fixture_path(fixture, "gateway.ini"));
    process_must_run((const char *const[]){ "/bin/sh", "-c", command, NULL });
    (void)fixture_end_gateway(fixture, SIGTERM);
    fixture_start_gateway(fixture);
}

static void switch_on_scales(struct fixture *fixture)
{
    char nodes[300];
    char people[300];

    (void)snprintf(nodes, sizeof nodes, "%s", fixture_path(fixture, "broker/nodes"));
    (void)snprintf(people, sizeof people, "%s", fixture_path(fixture, "people"));
    assert_int_equal(mkfifo(people, 0600), 0);
    control = open(people, O_RDWR | O_CLOEXEC); // the simulator never sees its end
    assert_true(control >= 0);
    process_start(&scales, fixture_path(fixture, "logs/scales.log"),
                  (const char *const[]){ PROGRAM_FOLDER "/clinic-scale-sim", "--folders", nodes,
                                         "--stem", "scale-", "--count", "2", "--units", "0",
                                         "--variation", "100", "--control", people, NULL });
    evidence_wait_lines(fixture, "logs/scales.log", " online", SHELVES);
}

static int begin(void **state)
{
    if (fixture_setup(state) != 0)
        return -1;
    make_it_noon(*state);
    switch_on_scales(*state);
    return 0;
}

static int end(void **state)
{
    const int status = process_end(&scales, SIGTERM);

    (void)close(control);
    return fixture_teardown(state) == 0 && status == 0 ? 0 : -1;
}

// What somebody does at the shelves.
static void act(const char *words)
{
    assert_int_equal(write(control, words, strlen(words)), (ssize_t)strlen(words));
    assert_int_equal(write(control, "\n", 1), 1);
}

// ---- the set-up

static void add_shelf(struct peer *desk, int shelf)
{
    assert_accepted(peer_ask(desk, "equipment/item",
                             "{'item_id':'%s','name':'Some %s','unit':'piece','location':'Shelf "
                             "%d','minimum':20,'par':60,'bins':[{'bin_id':'%s-1',"
                             "'node':'scale-%d','channel':1}]}",
                             items[shelf], items[shelf], shelf + 1, items[shelf], shelf + 1));
    assert_accepted(peer_ask(desk, "equipment/scale",
                             "{'node':'scale-%d','channel':1,'capacity_mg':5000000,"
                             "'bin_mg':100000,'variation_permyriad':100,'most':60}",
                             shelf + 1));
}

static void begin_step(struct peer *desk, int shelf, const char *name, const char *members,
                       char ret_answer[static 80])
{
    const cJSON *reply =
        peer_ask(desk, "equipment/scale-set-up", "{'node':'scale-%d','channel':1,'step':'%s'%s}",
                 shelf + 1, name, members);

    assert_accepted(reply);
    (void)snprintf(ret_answer, 80, "\"last\":{\"task_id\":\"%s\"",
                   clinic_json_text(clinic_json_member(reply, "data"), "task_id"));
}

// The same step on both scales at once.
static void step(struct fixture *fixture, struct peer *desk, const char *name, const char *members)
{
    char answers[SHELVES][80];
    const size_t mark = peer_mark(fixture->auditor);

    for (int shelf = 0; shelf < SHELVES; shelf++)
        begin_step(desk, shelf, name, members, answers[shelf]);
    for (int shelf = 0; shelf < SHELVES; shelf++) {
        const struct peer_message *told =
            peer_expect(fixture->auditor, mark, SCALE_CHANGED, answers[shelf]);
        if (strstr(told->payload, "\"outcome\":\"done\"") == NULL)
            fail_msg("%s: %s", name, told->payload);
    }
}

static void expect_stock(struct fixture *fixture, size_t mark, int shelf, int quantity,
                         const char *bin_state)
{
    char wanted[200];
    const struct peer_message *told = NULL;

    (void)snprintf(wanted, sizeof wanted, "\"item_id\":\"%s\",\"quantity\":%d,", items[shelf],
                   quantity);
    told = peer_expect_within(fixture->auditor, mark, STOCK_CHANGED, wanted, STANDS_WITHIN_MS);
    (void)snprintf(wanted, sizeof wanted, "\"bin_state\":\"%s\"", bin_state);
    if (strstr(told->payload, wanted) == NULL)
        fail_msg("not %s: %s", bin_state, told->payload);
}

static void set_up(struct fixture *fixture, struct peer *desk)
{
    char words[40];
    const size_t mark = peer_mark(fixture->auditor);

    for (int shelf = 0; shelf < SHELVES; shelf++)
        add_shelf(desk, shelf);
    step(fixture, desk, "tare", "");
    act("mass 1000");
    step(fixture, desk, "calibrate", ",'mass_mg':1000000");
    (void)snprintf(words, sizeof words, "mass 0; add %d", UNITS);
    act(words);
    (void)snprintf(words, sizeof words, ",'count':%d", UNITS);
    step(fixture, desk, "sample", words);
    for (int shelf = 0; shelf < SHELVES; shelf++)
        expect_stock(fixture, mark, shelf, UNITS, "stable");
}

// ---- what happens

static const char *confidence_in_drills(struct peer *desk)
{
    const cJSON *bin = NULL;
    const cJSON *reply = peer_ask(desk, "equipment/bins", "{}");

    assert_accepted(reply);
    cJSON_ArrayForEach(bin, clinic_json_member(clinic_json_member(reply, "data"), "bins"))
    {
        if (strcmp(clinic_json_text(bin, "item_id"), items[1]) == 0)
            return clinic_json_text(bin, "confidence");
    }
    fail_msg("the bin of drills is not shown");
    return NULL;
}

static void lift_and_return_the_drills(struct fixture *fixture, struct peer *desk)
{
    size_t mark = peer_mark(fixture->auditor);

    act("scale-2: lift");
    expect_stock(fixture, mark, 1, UNITS, "lifted");
    assert_string_equal(confidence_in_drills(desk), "low");
    mark = peer_mark(fixture->auditor);
    act("scale-2: return");
    expect_stock(fixture, mark, 1, UNITS, "stable");
    assert_string_equal(confidence_in_drills(desk), "high");
}

static void gloves_are_taken_until_a_desk_is_alerted_and_a_lifted_bin_alerts_nobody(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");

    peer_subscribe(desk, STAFF);
    set_up(fixture, desk);
    size_t mark = peer_mark(fixture->auditor);
    act("scale-1: take 3; scale-1: take 3");
    expect_stock(fixture, mark, 0, UNITS - 6, "stable");
    assert_int_equal(peer_count(fixture->auditor, 0, LOW_STOCK, ""), 0); // not for a minute
    lift_and_return_the_drills(fixture, desk);

    (void)peer_expect_within(fixture->auditor, 0, LOW_STOCK, "\"item_id\":\"gloves-m\"",
                             HELD_WITHIN_MS);
    (void)peer_expect(desk, 0, STAFF, "Some gloves-m");
    peer_catch_up(fixture->auditor);
    peer_catch_up(desk);
    assert_int_equal(peer_count(fixture->auditor, 0, LOW_STOCK, ""), 1);
    assert_int_equal(evidence_events(fixture, "clinic.equipment.low-stock"), 1);
    assert_int_equal(peer_count(desk, 0, STAFF, ""), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(gloves_are_taken_until_a_desk_is_alerted_and_a_lifted_bin_alerts_nobody),
    };
    return cmocka_run_group_tests_name("stock", tests, begin, end);
}
