// Bytes that no scale sends: nothing crashes, and nothing of it becomes a weight that was not said.
#include "dialog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { RUNS = 200000, LINE_BYTES = 80 };

static uint64_t state_of_chance;

// Numbers of xorshift64*.
static uint32_t chance(uint32_t below)
{
    state_of_chance ^= state_of_chance >> 12;
    state_of_chance ^= state_of_chance << 25;
    state_of_chance ^= state_of_chance >> 27;
    return (uint32_t)((state_of_chance * UINT64_C(2685821657736338717)) >> 32) % below;
}

static void random_bytes_never_become_a_weight_out_of_range(void **state)
{
    struct dialog dialog;
    struct sics_answer answer;
    const char *reason = NULL;
    size_t misunderstood = 0;
    (void)state;
    state_of_chance = 7;
    dialog_begin(&dialog, 0);
    for (int64_t now_ms = 0; now_ms < 20 * RUNS; now_ms++) {
        (void)dialog_ask(&dialog, now_ms);
        const char byte = (char)(chance(20) == 0 ? '\r' : (int)chance(256));
        misunderstood +=
            dialog_take(&dialog, byte, now_ms, &answer, &reason) == DIALOG_MISUNDERSTOOD;
        assert_true(strlen(dialog_line(&dialog)) < SICS_LINE_BYTES);
    }
    assert_true(misunderstood > RUNS / 2);
}

// Letters that answers are made of, so that many of them are nearly right.
static void words_of_answers_in_any_order_are_refused_or_mean_one_thing(void **state)
{
    static const char *const words[] = { "S",  "D",  "I",  "+",  "-",     "T",    "Z",   "A",
                                         "I4", "ES", "EL", "g",  "kg",    "mg",   "\"",  "100",
                                         "-1", ".",  "5.", ".5", "1e9",   "0x1f", "\"a", "a\"",
                                         "lb", "oz", " ",  "",   "99999", "1.25" };
    size_t understood = 0;
    (void)state;
    state_of_chance = 11;
    for (size_t run = 0; run < RUNS; run++) {
        char line[LINE_BYTES] = "";
        struct sics_answer answer;
        const char *reason = NULL;
        for (uint32_t i = chance(6); i < 6; i++) {
            (void)strcat(line, words[chance(sizeof words / sizeof words[0])]);
            (void)strcat(line, " ");
        }
        if (!sics_parse(line, &answer, &reason)) {
            assert_non_null(reason);
            continue;
        }
        understood++;
        // A weight only where a number and its unit stand.
        if (answer.weight_mg != 0)
            assert_true(answer.kind == SICS_WEIGHT || answer.kind == SICS_TARED);
    }
    assert_in_range(understood, 100, RUNS / 10);
}

// One byte of a good answer changed, lost or doubled: the digits may be others, but no byte makes a sign of nothing.
static void one_damaged_byte_is_mostly_refused_and_never_turns_a_weight_around(void **state)
{
    size_t refused = 0;
    (void)state;
    state_of_chance = 13;
    for (size_t run = 0; run < RUNS; run++) {
        char line[LINE_BYTES];
        struct sics_answer answer;
        const char *reason = NULL;
        const int length =
            snprintf(line, sizeof line, "S S %10u.%02u g", chance(10000), chance(100));
        line[chance((uint32_t)length)] = (char)(1 + chance(255));
        if (!sics_parse(line, &answer, &reason)) {
            refused++;
            continue;
        }
        // Of another unit perhaps: that is one sample, and no standstill.
        assert_true(answer.kind == SICS_WEIGHT || answer.kind == SICS_TARED);
        assert_true(answer.weight_mg >= 0 || strchr(line, '-') != NULL);
    }
    assert_true(refused > RUNS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_bytes_never_become_a_weight_out_of_range),
        cmocka_unit_test(words_of_answers_in_any_order_are_refused_or_mean_one_thing),
        cmocka_unit_test(one_damaged_byte_is_mostly_refused_and_never_turns_a_weight_around),
    };
    return cmocka_run_group_tests_name("MT-SICS, garbage", tests, NULL, NULL);
}
