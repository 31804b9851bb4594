// Two hundred scales on the real broker and the real gateway, while the broker is killed and comes back, and the scales'
// power is cut meanwhile.
//
// What each scale has taken over is in the simulator's ledger, what the gateway has made of it in the event log: every
// reading is there once, by the id of its request.
#include "authority.h"
#include "broker_files.h"
#include "evidence.h"
#include "nodes.h"

#include <clinic/clock.h>

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SCALES = 200,
    BINS_OF_AN_ITEM = 16,
    UNITS = 20,
    TAKEN = 3,
    WITHIN_MS = 60000, // of their broker's return all are back
    LOOK_EVERY_MS = 100,
};

#define SIMULATOR_LOG "logs/scales.log"
#define LEDGER "ledger"

static struct process scales;

static void write_to(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
}

// Returns how long it took.
static int64_t wait_for_lines(const struct fixture *fixture, const char *file, const char *text,
                              size_t count, int64_t within_ms)
{
    const int64_t begin_ms = process_now_ms();
    for (size_t seen; (seen = evidence_lines(fixture, file, text)) < count;) {
        int status = 0;
        if (process_now_ms() - begin_ms > within_ms)
            fail_msg("%s: only %zu lines of %zu with \"%s\"", file, seen, count, text);
        if (process_wait(&scales, 0, &status))
            fail_msg("the scales have ended; see %s", scales.log_path);
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
    return process_now_ms() - begin_ms;
}

// ---- setting up

// As `clinic-broker add` does, but two hundred times in one go.
static void add_scales(const struct fixture *fixture)
{
    struct authority authority;
    struct failure failure = { "" };
    bool is_changed = false;
    char name[32];
    bool is_good = authority_open(&authority, fixture_path(fixture, "broker"),
                                  clinic_clock_system(), &failure);
    for (int i = 1; i <= SCALES && is_good; i++) {
        (void)snprintf(name, sizeof name, "shelf-%d", i);
        is_good = nodes_add(&authority, name, CLINIC_ROLE_SCALE, NODES_DAYS, &failure);
    }
    is_good = is_good && broker_files_settle(&authority, &is_changed, &failure);
    authority_close(&authority);
    if (!is_good)
        fail_msg("%s", failure.text);
}

// As the gateway publishes it once the set-up is through. Only the gateway's certificate may, and only one can
// be connected with it, so the gateway is not running.
static void publish_configs(struct fixture *fixture)
{
    static const char config[] =
        "{\"version\":1,\"time\":\"2026-11-23T09:14:03.120Z\",\"channels\":[{\"channel\":1,"
        "\"label\":\"Gloves M\",\"unit_mg\":8000,\"units_per_box\":0,\"capacity_mg\":5000000,"
        "\"bin_mg\":100000,\"variation_permyriad\":100,\"most\":40,\"tare_counts\":126213,"
        "\"span_counts\":420000,\"span_mg\":1000000}]}";
    const struct peer_identity identity = fixture_identity(fixture, "gateway");
    struct peer *gateway = peer_try(&identity);
    char topic[64];
    assert_true(peer_is_online(gateway));
    for (int i = 1; i <= SCALES; i++) {
        (void)snprintf(topic, sizeof topic, "clinic/node/shelf-%d/config", i);
        assert_true(peer_publish(gateway, topic, config, sizeof config - 1, true) < 0x80);
    }
    peer_close(gateway);
}

// Each scale's bin belongs to an item, as many to each as it may have.
static void add_item(struct peer *desk, int first)
{
    char bins[2048] = "";
    size_t used = 0;
    for (int i = first; i < first + BINS_OF_AN_ITEM && i <= SCALES; i++)
        used += (size_t)snprintf(bins + used, sizeof bins - used,
                                 "%s{'bin_id':'bin-%d','node':'shelf-%d','channel':1}",
                                 i == first ? "" : ",", i, i);
    assert_accepted(peer_ask(desk, "equipment/item",
                             "{'item_id':'gloves-%d','name':'Gloves','unit':'pair','location':'',"
                             "'minimum':0,'par':0,'bins':[%s]}",
                             first, bins));
}

static void set_up_clinic(struct fixture *fixture)
{
    const int64_t begin_ms = process_now_ms();
    add_scales(fixture);
    (void)fixture_end_gateway(fixture, SIGTERM);
    (void)fixture_end_broker(fixture, SIGTERM);
    fixture_start_broker(fixture);
    publish_configs(fixture);
    fixture_start_gateway(fixture);
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    for (int i = 1; i <= SCALES; i += BINS_OF_AN_ITEM)
        add_item(desk, i);
    print_message("set up %d scales in %" PRId64 " ms\n", SCALES, process_now_ms() - begin_ms);
}

static void switch_on_scales(const struct fixture *fixture, int units_in_bin)
{
    char count[16];
    char units[16];
    char paths[4][256];
    (void)snprintf(count, sizeof count, "%d", SCALES);
    (void)snprintf(units, sizeof units, "%d", units_in_bin);
    static const char *const files[4] = { "broker/nodes", "flash", LEDGER, "control" };
    for (int i = 0; i < 4; i++)
        (void)snprintf(paths[i], sizeof paths[i], "%s", fixture_path(fixture, "%s", files[i]));
    process_start(&scales, fixture_path(fixture, SIMULATOR_LOG),
                  (const char *const[]){ PROGRAM_FOLDER "/clinic-scale-sim", "--folders", paths[0],
                                         "--stem", "shelf-", "--count", count, "--units", units,
                                         "--variation", "100", "--flash", paths[1], "--ledger",
                                         paths[2], "--control", paths[3], NULL });
}

// ---- what it costs

static void print_broker_time(const struct fixture *fixture)
{
    char path[64];
    char line[1024] = "";
    unsigned long user = 0;
    unsigned long system = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)fixture->broker.pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_int_equal(fclose(file), 0);
    const char *behind_name = strrchr(line, ')');
    assert_non_null(behind_name);
    assert_int_equal(sscanf(behind_name, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                            &user, &system),
                     2);
    print_message("the broker has used %lu ms\n",
                  (user + system) * 1000 / (unsigned long)sysconf(_SC_CLK_TCK));
}

// The simulator's figures.
static void print_last_line(const struct process *process)
{
    char line[512] = "";
    FILE *log = fopen(process->log_path, "re");
    assert_non_null(log);
    while (fgets(line, sizeof line, log) != NULL)
        continue;
    assert_int_equal(fclose(log), 0);
    print_message("%s", line);
}

// ---- what must be true

static void assert_once_in_log(const char *events, const char *request)
{
    const char *at = strstr(events, request);
    if (at == NULL)
        fail_msg("the gateway does not know the reading %s", request);
    if (strstr(at + 1, request) != NULL)
        fail_msg("the gateway has taken the reading %s twice", request);
}

// One event for every reading in the ledger, and no others.
static size_t compare_ledger_with_log(struct fixture *fixture)
{
    static struct process_output events;
    char line[256];
    char request[40];
    size_t readings = 0;
    fixture_must_run_gateway(fixture, &events, "events", "--json");
    assert_true(strlen(events.text) < sizeof events.text - 1); // nothing was cut off
    FILE *ledger = fopen(fixture_path(fixture, LEDGER), "re");
    assert_non_null(ledger);
    while (fgets(line, sizeof line, ledger) != NULL) {
        if (sscanf(line, "taken %*s %*u %*s %*d %39s", request) != 1)
            continue;
        (void)snprintf(line, sizeof line, "\"correlationid\":\"%.36s\"", request);
        assert_once_in_log(events.text, line);
        readings++;
    }
    assert_int_equal(fclose(ledger), 0);
    assert_int_equal(evidence_events(fixture, "\"cause\":\"scale\""), readings);
    return readings;
}

static int64_t quantity_in_all(struct peer *desk)
{
    int64_t sum = 0;
    const cJSON *reply = peer_ask(desk, "equipment/list", "{}");
    const cJSON *item = NULL;
    assert_accepted(reply);
    cJSON_ArrayForEach(item, clinic_json_member(clinic_json_member(reply, "data"), "items"))
    {
        int64_t quantity = 0;
        assert_true(clinic_json_integer(item, "quantity", &quantity));
        sum += quantity;
    }
    return sum;
}

static void take_from_each(const struct fixture *fixture)
{
    write_to(fixture_path(fixture, "control"), "take 3\n");
}

// Until a quarter of the scales have taken over what was done to them, so that readings are on their way.
static void wait_for_a_quarter(const struct fixture *fixture, size_t readings_before)
{
    (void)wait_for_lines(fixture, LEDGER, "taken ", readings_before + SCALES / 4, WITHIN_MS);
}

static void wait_for_all(const struct fixture *fixture, const char *word, size_t readings)
{
    (void)wait_for_lines(fixture, LEDGER, word, readings, WITHIN_MS);
}

static void let_all_scales_connect(struct fixture *fixture)
{
    assert_int_equal(mkdir(fixture_path(fixture, "flash"), 0700), 0);
    assert_int_equal(mkfifo(fixture_path(fixture, "control"), 0600), 0);
    switch_on_scales(fixture, UNITS);
    print_message("all online after %" PRId64 " ms\n",
                  wait_for_lines(fixture, SIMULATOR_LOG, " online", SCALES, WITHIN_MS));
    wait_for_all(fixture, "confirmed ", SCALES);
}

static void kill_the_broker(struct fixture *fixture)
{
    take_from_each(fixture);
    wait_for_a_quarter(fixture, SCALES);
    print_broker_time(fixture);
    (void)fixture_end_broker(fixture, SIGKILL);
    wait_for_all(fixture, "taken ", (size_t)2 * SCALES);
    assert_true(evidence_lines(fixture, LEDGER, "confirmed ") < (size_t)2 * SCALES);

    fixture_start_broker(fixture);
    print_message("all back after %" PRId64 " ms\n",
                  wait_for_lines(fixture, SIMULATOR_LOG, " online", (size_t)2 * SCALES, WITHIN_MS));
    wait_for_all(fixture, "confirmed ", (size_t)2 * SCALES);
}

static void cut_the_scales_power(struct fixture *fixture)
{
    take_from_each(fixture);
    wait_for_a_quarter(fixture, (size_t)2 * SCALES);
    (void)process_end(&scales, SIGKILL);
    switch_on_scales(fixture, UNITS - 2 * TAKEN);
    wait_for_all(fixture, "confirmed ", (size_t)3 * SCALES);
}

static void two_hundred_scales_lose_and_double_nothing(void **state)
{
    struct fixture *fixture = *state;
    set_up_clinic(fixture);
    let_all_scales_connect(fixture);
    kill_the_broker(fixture);
    cut_the_scales_power(fixture);

    print_broker_time(fixture);
    assert_int_equal(process_end(&scales, SIGTERM), 0);
    print_last_line(&scales);
    assert_int_equal(compare_ledger_with_log(fixture), 3 * SCALES);
    assert_int_equal(quantity_in_all(fixture_desk(fixture, "desk-2", "ada")),
                     SCALES * (UNITS - 2 * TAKEN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(two_hundred_scales_lose_and_double_nothing),
    };
    return cmocka_run_group_tests_name("crowd", tests, fixture_setup, fixture_teardown);
}
