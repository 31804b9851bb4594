// A disk that fills up while the clinic works: what must be stored is refused and kept by the nodes, what is only
// read goes on, and all of it recovers without a restart.
#include "books.h"
#include "disk.h"

#include <evidence.h>

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

enum {
    DISK_MEBIBYTES = 24,
    RESERVE_BYTES = 2 * 1024 * 1024,
    KEPT = 30,
    ATTEMPTS_MAX = 4000,
    WITHIN_MS = 60000,
    LOOK_EVERY_MS = 20,
};

static bool has_disk;
static char patient[CLINIC_ID_TEXT_BYTES]; // registered before the disk was full

static void set_reserve(const struct fixture *fixture, int64_t bytes)
{
    char edit[64];

    (void)snprintf(edit, sizeof edit, "s/^reserve_bytes = .*/reserve_bytes = %lld/",
                   (long long)bytes);
    process_must_run(
        (const char *const[]){ "sed", "-i", edit, fixture_path(fixture, "gateway.ini"), NULL });
}

static int setup(void **state)
{
    (void)fixture_setup(state);
    struct fixture *fixture = *state;

    assert_int_equal(fixture_end_gateway(fixture, SIGTERM), 0);
    has_disk = disk_begin(fixture, DISK_MEBIBYTES);
    fixture_start_gateway(fixture);
    (void)fixture_register(fixture_desk(fixture, "desk-1", "ada"), "Before The Flood", patient);
    return fixture_check(state);
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    const int status = fixture_end_gateway(fixture, SIGTERM);

    if (has_disk)
        disk_end(fixture);
    (void)fixture_teardown(state);
    return status;
}

static void restart_with_reserve(struct fixture *fixture, int64_t bytes)
{
    set_reserve(fixture, bytes);
    assert_int_equal(fixture_end_gateway(fixture, SIGTERM), 0);
    fixture_start_gateway(fixture);
}

// ---- what is refused and what is not

// Asks until the room that is left is used up. Returns how many were still accepted.
static int register_until_full(struct peer *desk)
{
    char id[CLINIC_ID_TEXT_BYTES];

    for (int accepted = 0; accepted < ATTEMPTS_MAX; accepted++) {
        peer_new_id(id);
        const cJSON *reply = peer_ask(
            desk, "patient/create",
            "{'patient_id':'%s','name':'Paul %d','birth_date':'1970-02-0%d','is_distinct':true}",
            id, accepted, 1 + accepted % 9);
        if (strcmp(peer_outcome(reply), "accepted") != 0) {
            assert_rejected(reply, "storage.full");
            return accepted;
        }
    }
    fail_msg("the disk does not get full");
    return 0;
}

static void assert_reads_go_on(struct peer *desk)
{
    const cJSON *reply = peer_ask(desk, "patient/find", "{'text':'Before'}");
    assert_accepted(reply);
    const cJSON *found = clinic_json_member(clinic_json_member(reply, "data"), "patients");
    assert_int_equal(cJSON_GetArraySize(found), 1);

    reply = peer_ask(desk, "patient/read", "{'patient_id':'%s'}", patient);
    assert_accepted(reply);
    const cJSON *record = clinic_json_member(clinic_json_member(reply, "data"), "patient");
    assert_string_equal(clinic_json_text(record, "name"), "Before The Flood");

    reply = peer_ask(desk, "events/replay",
                     "{'positions':[{'type':'clinic.patient.created','after':0}]}");
    assert_accepted(reply);
    assert_true(cJSON_GetArraySize(clinic_json_member(clinic_json_member(reply, "data"), "events"))
                > 0);
}

// ---- a node that keeps what is refused

static void start_kiosk(struct fixture *fixture, struct process *kiosk, int count)
{
    char number[8];

    (void)snprintf(number, sizeof number, "%d", count);
    process_start(kiosk, fixture_path(fixture, "logs/kiosk-1.log"),
                  (const char *const[]){ PROGRAM_FOLDER "/clinic-sim", "submit", "--folder",
                                         fixture_path(fixture, "broker/nodes/kiosk-1"), "--ledger",
                                         fixture_path(fixture, "kiosk-1.ledger"), "--count", number,
                                         "--rate", "0", NULL });
}

static size_t count_kiosk(const struct fixture *fixture, const char *words)
{
    return books_count_lines(fixture_path(fixture, "kiosk-1.ledger"), words);
}

static void wait_until_kiosk_is_refused(struct fixture *fixture, size_t puts)
{
    const int64_t refused = evidence_figure(fixture, "intake.rejected");
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;

    while (count_kiosk(fixture, "put ") < puts
           || evidence_figure(fixture, "intake.rejected") == refused) {
        if (process_now_ms() > deadline_ms)
            fail_msg("the kiosk is not refused; see logs/kiosk-1.log");
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}

static void wait_until_kiosk_is_done(struct fixture *fixture, struct process *kiosk, size_t puts)
{
    int status = -1;

    assert_true(process_wait(kiosk, WITHIN_MS, &status));
    assert_int_equal(status, 0);
    assert_int_equal(count_kiosk(fixture, "put "), puts);
    assert_int_equal(count_kiosk(fixture, "accepted "), puts);
}

static void assert_same_gateway(struct fixture *fixture)
{
    int status = 0;

    assert_false(process_wait(&fixture->gateway, 0, &status));
}

// From full to room again; `make_room` is what the operator does.
static void live_through(struct fixture *fixture, struct peer *desk,
                         void (*make_room)(const struct fixture *fixture))
{
    struct process kiosk = { 0 };
    const size_t puts = count_kiosk(fixture, "put ") + KEPT;
    const size_t accepted = count_kiosk(fixture, "accepted ");

    assert_reads_go_on(desk);
    start_kiosk(fixture, &kiosk, (int)puts);
    wait_until_kiosk_is_refused(fixture, puts);
    assert_int_equal(count_kiosk(fixture, "accepted "), accepted);
    assert_int_equal(count_kiosk(fixture, "rejected "), 0);
    assert_reads_go_on(desk);

    make_room(fixture);
    wait_until_kiosk_is_done(fixture, &kiosk, puts);
    assert_same_gateway(fixture);
}

static int64_t count_events(struct fixture *fixture)
{
    return evidence_figure(fixture, "head");
}

// ---- the tests

static void below_the_reserve_only_reads_go_on(void **state)
{
    struct fixture *fixture = *state;

    if (!has_disk)
        skip();
    restart_with_reserve(fixture, RESERVE_BYTES);
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    const int64_t before = count_events(fixture);

    disk_fill(fixture, RESERVE_BYTES + 100 * 1024);
    const int accepted = register_until_full(desk);
    live_through(fixture, desk, disk_make_room);
    assert_int_equal(count_events(fixture), before + accepted + KEPT);
}

static void on_a_disk_without_one_free_byte_reads_go_on(void **state)
{
    struct fixture *fixture = *state;

    if (!has_disk)
        skip();
    restart_with_reserve(fixture, 0);
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    const int64_t before = count_events(fixture);

    disk_fill(fixture, 0);
    int accepted = register_until_full(desk); // now the gateway's ballast is gone as well
    disk_fill(fixture, 0);
    accepted += register_until_full(desk);
    live_through(fixture, desk, disk_make_room);
    assert_int_equal(count_events(fixture), before + accepted + KEPT);
}

static void limit_files(const struct fixture *fixture, rlim_t bytes)
{
    const struct rlimit limit = { .rlim_cur = bytes, .rlim_max = RLIM_INFINITY };

    assert_int_equal(prlimit(fixture->gateway.pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

static void lift_limit(const struct fixture *fixture)
{
    limit_files(fixture, RLIM_INFINITY);
}

static void a_limit_on_the_size_of_files_is_a_full_disk(void **state)
{
    struct fixture *fixture = *state;
    struct stat wal;

    restart_with_reserve(fixture, 0);
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");

    assert_int_equal(stat(fixture_path(fixture, "data/clinic.db-wal"), &wal), 0);
    limit_files(fixture, (rlim_t)wal.st_size + 64 * 1024);
    (void)register_until_full(desk);
    live_through(fixture, desk, lift_limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(below_the_reserve_only_reads_go_on),
        fixture_test(on_a_disk_without_one_free_byte_reads_go_on),
        fixture_test(a_limit_on_the_size_of_files_is_a_full_disk),
    };
    return cmocka_run_group_tests_name("disk_full", tests, setup, teardown);
}
