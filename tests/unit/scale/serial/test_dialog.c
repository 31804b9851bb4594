// What a scale is asked and when, against a simulated one, in virtual time.
#include "dialog.h"
#include "sics_scale.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { STEP_MS = 10 };

struct bench {
    struct dialog dialog;
    struct sics_scale scale;
    int64_t now_ms;
    int64_t weight_mg;
    bool is_cut;   // the wire from the scale: bytes are lost
    int32_t flips; // so many bytes of digits arrive as another digit
    int readings;
    int identities;
    int misunderstood;
    struct sics_answer last;
    char serial[SICS_SERIAL_BYTES];
};

static int64_t weigh(void *context, int64_t now_ms)
{
    (void)now_ms;
    return ((struct bench *)context)->weight_mg;
}

static void open_bench(struct bench *bench)
{
    const struct sics_scale_traits traits = { .weight_mg = weigh,
                                              .context = bench,
                                              .serial = "B021002593",
                                              .capacity_mg = 6000000,
                                              .resolution_mg = 100 };
    *bench = (struct bench){ 0 };
    sics_scale_init(&bench->scale, &traits);
    sics_scale_switch(&bench->scale, true, 0);
    dialog_begin(&bench->dialog, 0);
}

static void hear(struct bench *bench, char byte)
{
    const char *reason = NULL;
    struct sics_answer answer;
    if (bench->flips > 0 && byte >= '0' && byte <= '8' && bench->dialog.phase != DIALOG_WEIGHING) {
        byte++;
        bench->flips--;
    }
    const enum dialog_news news =
        dialog_take(&bench->dialog, byte, bench->now_ms, &answer, &reason);
    if (news == DIALOG_READING)
        bench->last = answer;
    if (news == DIALOG_IDENTITY)
        memcpy(bench->serial, answer.serial, sizeof bench->serial);
    bench->readings += news == DIALOG_READING;
    bench->identities += news == DIALOG_IDENTITY;
    bench->misunderstood += news == DIALOG_MISUNDERSTOOD;
}

static void pass(struct bench *bench, int64_t ms)
{
    char bytes[256];
    for (const int64_t end_ms = bench->now_ms + ms; bench->now_ms < end_ms;
         bench->now_ms += STEP_MS) {
        const char *question = dialog_ask(&bench->dialog, bench->now_ms);
        if (question != NULL)
            sics_scale_take(&bench->scale, question, strlen(question), bench->now_ms);
        sics_scale_pass(&bench->scale, bench->now_ms);
        const size_t length = sics_scale_output(&bench->scale, bytes, sizeof bytes);
        for (size_t i = 0; i < length && !bench->is_cut; i++)
            hear(bench, bytes[i]);
    }
}

static void a_scale_says_who_it_is_and_then_ten_weights_a_second(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    bench.weight_mg = 420500;
    pass(&bench, 1000);
    assert_int_equal(bench.identities, 1);
    assert_string_equal(bench.serial, "B021002593");
    const int before = bench.readings;
    pass(&bench, 10000);
    assert_in_range(bench.readings - before, 98, 102);
    assert_int_equal(bench.last.status, SICS_STABLE);
    assert_int_equal(bench.last.weight_mg, 420500);
    assert_int_equal(bench.misunderstood, 0);
}

static void a_damaged_serial_number_is_nobodys(void **state)
{
    struct bench bench;
    (void)state;
    for (int32_t flips = 1; flips <= 12; flips++) {
        open_bench(&bench);
        bench.flips = flips;
        pass(&bench, 12000);
        assert_int_equal(bench.identities, 1);
        assert_string_equal(bench.serial, "B021002593");
    }
}

static void a_lost_answer_costs_a_second_and_a_long_silence_a_reset(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    pass(&bench, 2000);
    bench.is_cut = true;
    pass(&bench, 150);
    bench.is_cut = false;
    int before = bench.readings;
    pass(&bench, 2000);
    assert_in_range(bench.readings - before, 9, 12);
    assert_int_equal(bench.identities, 1);

    bench.is_cut = true;
    pass(&bench, 10000);
    bench.is_cut = false;
    before = bench.readings;
    pass(&bench, 8000);
    assert_true(bench.readings - before > 30);
    assert_int_equal(bench.identities, 2); // it may be another one by now
}

static void a_scale_that_was_switched_off_is_asked_again_who_it_is(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    pass(&bench, 2000);
    sics_scale_switch(&bench.scale, false, bench.now_ms);
    pass(&bench, 500);
    sics_scale_switch(&bench.scale, true, bench.now_ms);
    const int before = bench.readings;
    pass(&bench, 3000);
    assert_int_equal(bench.identities, 2);
    assert_true(bench.readings - before > 20);
}

static void overload_and_underload_are_readings_too(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    bench.weight_mg = 6100000;
    pass(&bench, 2000);
    assert_int_equal(bench.last.status, SICS_OVERLOAD);
    bench.weight_mg = -50000;
    pass(&bench, 2000);
    assert_int_equal(bench.last.status, SICS_UNDERLOAD);
}

// ---- answers of others than the simulated scale

static enum dialog_news say(struct bench *bench, const char *line)
{
    enum dialog_news news = DIALOG_NOTHING;
    const char *reason = NULL;
    for (; *line != '\0'; line++)
        news = dialog_take(&bench->dialog, *line, bench->now_ms, &bench->last, &reason);
    return news;
}

static const char *ask(struct bench *bench, int64_t ms)
{
    bench->now_ms += ms;
    const char *question = dialog_ask(&bench->dialog, bench->now_ms);
    return question == NULL ? "" : question;
}

static void a_scale_without_a_serial_number_is_weighed_all_the_same(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    assert_string_equal(ask(&bench, 0), "@\r\n");
    assert_int_equal(say(&bench, "ES\r"), DIALOG_NOTHING);
    assert_string_equal(ask(&bench, STEP_MS), "I4\r\n");
    assert_int_equal(say(&bench, "ES\r"), DIALOG_IDENTITY);
    assert_string_equal(bench.last.serial, "");
    assert_string_equal(ask(&bench, STEP_MS), "SI\r\n");
    assert_int_equal(say(&bench, "S D    12.50 g\r"), DIALOG_READING);
    assert_int_equal(bench.last.weight_mg, 12500);
}

static void nothing_is_asked_while_an_answer_may_come(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    assert_string_equal(ask(&bench, 0), "@\r\n");
    assert_string_equal(ask(&bench, DIALOG_RESET_PATIENCE_MS - 1), "");
    assert_string_equal(ask(&bench, 1), "@\r\n");
    (void)say(&bench, "I4 A \"1\"\r");
    assert_string_equal(ask(&bench, 0), "I4\r\n");
    assert_string_equal(ask(&bench, DIALOG_PATIENCE_MS - 1), "");
    (void)say(&bench, "I4 A \"1\"\r");
    assert_string_equal(ask(&bench, 0), "SI\r\n");
    assert_int_equal(say(&bench, "S I\r"), DIALOG_READING); // no weight, but the line is well
    assert_string_equal(ask(&bench, DIALOG_EVERY_MS - 1), "");
    assert_string_equal(ask(&bench, 1), "SI\r\n");
    bench.now_ms += DIALOG_EVERY_MS;
    (void)say(&bench, "S I\r"); // a slow one: no pause behind it
    assert_string_equal(ask(&bench, 0), "SI\r\n");
}

static void what_is_not_understood_is_said_so_and_asked_again(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    (void)ask(&bench, 0);
    (void)say(&bench, "I4 A \"1\"\r");
    (void)ask(&bench, 0);
    (void)say(&bench, "I4 A \"1\"\r");
    (void)ask(&bench, 0);
    assert_int_equal(say(&bench, "S S    12.50 stone\r"), DIALOG_MISUNDERSTOOD);
    assert_int_equal(say(&bench, "ET\r"), DIALOG_MISUNDERSTOOD);
    assert_string_equal(ask(&bench, DIALOG_PATIENCE_MS), "SI\r\n");
    for (int i = 1; i < DIALOG_FAILURES_MAX - 1; i++)
        assert_string_equal(ask(&bench, DIALOG_PATIENCE_MS), "SI\r\n");
    assert_string_equal(ask(&bench, DIALOG_PATIENCE_MS), "@\r\n");
}

static void a_weight_that_comes_before_the_reset_is_done_is_not_taken(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    (void)ask(&bench, 0);
    assert_int_equal(say(&bench, "S S    12.50 g\r"), DIALOG_NOTHING);
    assert_int_equal(say(&bench, "T S    12.50 g\r"), DIALOG_NOTHING);
    assert_int_equal(bench.dialog.phase, DIALOG_RESETTING);
}

// ---- what the simulated scale prints is what the node reads

static void weigh_by(enum sics_scale_unit unit, int32_t resolution_mg, int64_t weight_mg)
{
    struct bench bench;
    open_bench(&bench);
    pass(&bench, 1000);
    bench.scale.traits.unit = unit;
    bench.scale.traits.resolution_mg = resolution_mg;
    bench.scale.zero_mg = -90000; // so that negative weights are within its range
    bench.scale.tare_mg = 90000;
    bench.weight_mg = weight_mg;
    pass(&bench, 1500);
    const int64_t error_mg = bench.last.weight_mg - weight_mg;
    if (2 * error_mg > resolution_mg || -2 * error_mg > resolution_mg)
        fail_msg("%lld mg by %d mg is read as %d mg", (long long)weight_mg, (int)resolution_mg,
                 (int)bench.last.weight_mg);
}

static void every_weight_goes_through_the_line_unchanged(void **state)
{
    static const int64_t weights_mg[] = { 0,     1,      -1,     49,      50,      99,
                                          100,   999,    1000,   -1000,   12345,   -54321,
                                          99999, 420500, 999999, 1000000, 5900000, -80000 };
    static const int32_t resolutions_mg[] = { 1, 2, 5, 10, 50, 100, 200, 500, 1000, 2000 };
    (void)state;
    for (size_t i = 0; i < sizeof weights_mg / sizeof weights_mg[0]; i++) {
        for (size_t j = 0; j < sizeof resolutions_mg / sizeof resolutions_mg[0]; j++) {
            weigh_by(SICS_SCALE_GRAMS, resolutions_mg[j], weights_mg[i]);
            weigh_by(SICS_SCALE_KILOGRAMS, resolutions_mg[j], weights_mg[i]);
            weigh_by(SICS_SCALE_MILLIGRAMS, resolutions_mg[j], weights_mg[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scale_says_who_it_is_and_then_ten_weights_a_second),
        cmocka_unit_test(a_damaged_serial_number_is_nobodys),
        cmocka_unit_test(a_lost_answer_costs_a_second_and_a_long_silence_a_reset),
        cmocka_unit_test(a_scale_that_was_switched_off_is_asked_again_who_it_is),
        cmocka_unit_test(overload_and_underload_are_readings_too),
        cmocka_unit_test(a_scale_without_a_serial_number_is_weighed_all_the_same),
        cmocka_unit_test(nothing_is_asked_while_an_answer_may_come),
        cmocka_unit_test(what_is_not_understood_is_said_so_and_asked_again),
        cmocka_unit_test(a_weight_that_comes_before_the_reset_is_done_is_not_taken),
        cmocka_unit_test(every_weight_goes_through_the_line_unchanged),
    };
    return cmocka_run_group_tests_name("dialog with a scale", tests, NULL, NULL);
}
