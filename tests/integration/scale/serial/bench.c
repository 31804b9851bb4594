#include "bench.h"

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
#include <unistd.h>

#include <cmocka.h>

enum { WITHIN_MS = 60000, LOOK_EVERY_MS = 20 };

#define SCALE_CHANGED "clinic/equipment/scale-changed"

// The shell is replaced by the program, so that its pid is the program's.
static void start_scale(struct bench *bench, const char *units)
{
    char command[1200];
    const size_t before = evidence_lines(bench->clinic, "logs/sics-sim.log", "line ");
    (void)snprintf(command, sizeof command,
                   "exec '%s/clinic-sics-sim' --link '%s' --units %s < '%s'", PROGRAM_FOLDER,
                   fixture_path(bench->clinic, "line"), units,
                   fixture_path(bench->clinic, "words"));
    process_start(&bench->scale, fixture_path(bench->clinic, "logs/sics-sim.log"),
                  (const char *const[]){ "/bin/sh", "-c", command, NULL });
    evidence_wait_lines(bench->clinic, "logs/sics-sim.log", "line ", before + 1);
}

void bench_write_settings(const struct bench *bench)
{
    FILE *file = fopen(fixture_path(bench->clinic, "broker/nodes/%s/node.ini", bench->name), "a");
    assert_non_null(file);
    (void)fprintf(file, "\n[scale1]\ndevice = %s\n", fixture_path(bench->clinic, "line"));
    assert_int_equal(fclose(file), 0);
}

void bench_open(struct fixture *clinic, struct bench *ret_bench, const char *units)
{
    const char *path = fixture_path(clinic, "words");
    *ret_bench = (struct bench){ .clinic = clinic, .name = "scale-1" };
    if (mkfifo(path, 0600) == 0) // the first of this clinic
        bench_write_settings(ret_bench);
    // For reading too: neither side waits for the other one, and it never ends.
    ret_bench->words = open(path, O_RDWR | O_CLOEXEC);
    assert_true(ret_bench->words >= 0);
    start_scale(ret_bench, units);
}

void bench_close(struct bench *bench)
{
    (void)process_end(&bench->node, SIGTERM);
    (void)process_end(&bench->scale, SIGTERM);
    (void)close(bench->words);
}

void bench_do(struct bench *bench, const char *words)
{
    char line[120];
    const int length = snprintf(line, sizeof line, "%s\n", words);
    assert_int_equal(write(bench->words, line, (size_t)length), length);
}

int bench_check(struct bench *bench, const char *text)
{
    static struct process_output output;
    process_run(&output,
                (const char *const[]){ PROGRAM_FOLDER "/clinic-scale", "--folder",
                                       fixture_path(bench->clinic, "broker/nodes/%s", bench->name),
                                       "--check", NULL });
    if (strstr(output.text, text) == NULL)
        fail_msg("there is no \"%s\" in:\n%s", text, output.text);
    return output.exit_code;
}

void bench_start_node(struct bench *bench)
{
    char log[60];
    (void)snprintf(log, sizeof log, "logs/%s.log", bench->name);
    const size_t before = evidence_lines(bench->clinic, log, "ready");
    process_start(
        &bench->node, fixture_path(bench->clinic, "%s", log),
        (const char *const[]){ PROGRAM_FOLDER "/clinic-scale", "--folder",
                               fixture_path(bench->clinic, "broker/nodes/%s", bench->name), NULL });
    evidence_wait_lines(bench->clinic, log, "ready", before + 1);
}

int bench_end_node(struct bench *bench, int signal)
{
    return process_end(&bench->node, signal);
}

void bench_register(const struct bench *bench, struct peer *desk, const char *settings)
{
    assert_accepted(peer_ask(desk, "equipment/item",
                             "{'item_id':'gloves-%s','name':'Gloves M','unit':'pair',"
                             "'location':'Shelf 1','minimum':5,'par':60,"
                             "'bins':[{'bin_id':'bin-%s','node':'%s','channel':1}]}",
                             bench->name, bench->name, bench->name));
    assert_accepted(peer_ask(desk, "equipment/scale",
                             "{'node':'%s','channel':1,'capacity_mg':5000000,"
                             "'bin_mg':100000,%s}",
                             bench->name, settings));
}

void bench_set_up(struct bench *bench, struct peer *desk, const char *step, const char *members,
                  const char *outcome)
{
    char wanted[60];
    const size_t mark = peer_mark(bench->clinic->auditor);
    assert_accepted(peer_ask(desk, "equipment/scale-set-up",
                             "{'node':'%s','channel':1,'step':'%s'%s%s}", bench->name, step,
                             members[0] == '\0' ? "" : ",", members));
    (void)snprintf(wanted, sizeof wanted, "\"outcome\":\"%s\"", outcome);
    const struct peer_message *answered =
        bench_expect(bench, mark, SCALE_CHANGED, "\"cause\":\"answered\"");
    if (strstr(answered->payload, wanted) == NULL)
        fail_msg("%s: not %s: %s", step, outcome, answered->payload);
}

const struct peer_message *bench_expect(struct bench *bench, size_t mark, const char *topic,
                                        const char *text)
{
    struct peer *auditor = bench->clinic->auditor;
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    while (peer_count(auditor, mark, topic, text) == 0 && process_now_ms() < deadline_ms) {
        peer_catch_up(auditor);
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
    return peer_expect(auditor, mark, topic, text);
}

void bench_expect_quantity(struct bench *bench, size_t mark, int quantity, int change)
{
    char wanted[120];
    (void)snprintf(wanted, sizeof wanted,
                   "\"item_id\":\"gloves-%s\",\"quantity\":%d,\"change\":%d,", bench->name,
                   quantity, change);
    (void)bench_expect(bench, mark, STOCK_CHANGED, wanted);
}

void bench_furnish(struct fixture *clinic, struct bench *ret_bench, int pairs)
{
    char words[40];
    struct peer *desk = fixture_desk(clinic, "desk-1", "ada");
    bench_open(clinic, ret_bench, "0");
    bench_start_node(ret_bench);
    bench_register(ret_bench, desk, "'variation_permyriad':100,'most':60,'unit_mg':8000");
    bench_set_up(ret_bench, desk, "tare", "", "done");
    const size_t mark = peer_mark(clinic->auditor);
    (void)snprintf(words, sizeof words, "add %d", pairs);
    bench_do(ret_bench, words);
    bench_expect_quantity(ret_bench, mark, pairs, pairs);
}

int bench_begin(void **state, struct bench *ret_bench)
{
    if (fixture_setup(state) != 0)
        return -1;
    bench_furnish(*state, ret_bench, 40);
    return 0;
}

int bench_end(void **state, struct bench *bench)
{
    bench_close(bench);
    return fixture_teardown(state);
}

size_t bench_count_changes(const struct bench *bench, size_t mark)
{
    peer_catch_up(bench->clinic->auditor);
    return peer_count(bench->clinic->auditor, mark, STOCK_CHANGED, "");
}

void bench_wait_remembered(struct bench *bench, int quantity)
{
    char wanted[40];
    char memory[80];
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    (void)snprintf(memory, sizeof memory, "broker/nodes/%s/state/scale.json", bench->name);
    (void)snprintf(wanted, sizeof wanted, "\"quantity\":%d,", quantity);
    while (!evidence_in_file(bench->clinic, memory, wanted)) {
        if (process_now_ms() > deadline_ms)
            fail_msg("the node does not tell of %d", quantity);
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}
