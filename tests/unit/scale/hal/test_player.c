// When what of a script is due.
#include "player.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const int64_t second_us = 1000000;

static void must_read(struct player *player, const char *text, int64_t now_us)
{
    char problem[SCRIPT_PROBLEM_BYTES] = "";
    if (!player_read(player, text, now_us, problem))
        fail_msg("%s: %s", text, problem);
}

static enum shelf_verb take_verb(struct player *player, int64_t now_us)
{
    struct script_line line;
    assert_true(player_take_due(player, now_us, &line));
    return line.shelf.verb;
}

static void lines_are_due_after_the_one_before_or_at_a_time(void **state)
{
    (void)state;
    struct player player;
    struct script_line line;
    player_init(&player, 1);
    must_read(&player, "take 1 after 10s; lift after 5s\n# nothing\n\nreturn at 12s; add 2", 0);
    assert_int_equal(player_next_us(&player), 10 * second_us);
    assert_false(player_take_due(&player, 10 * second_us - 1, &line));
    assert_int_equal(take_verb(&player, 10 * second_us), SHELF_TAKE);
    assert_int_equal(player_next_us(&player), 12 * second_us);
    assert_int_equal(take_verb(&player, 60 * second_us), SHELF_RETURN);
    assert_int_equal(take_verb(&player, 60 * second_us), SHELF_ADD); // at once after that
    assert_int_equal(take_verb(&player, 60 * second_us), SHELF_LIFT);
    assert_int_equal(player_next_us(&player), INT64_MAX);
    player_done(&player);
}

static void a_faster_script_has_shorter_times(void **state)
{
    (void)state;
    struct player player;
    player_init(&player, 60);
    must_read(&player, "take 1 after 1h; take 1 at 2h", 0);
    assert_int_equal(player_next_us(&player), 60 * second_us);
    (void)take_verb(&player, 60 * second_us);
    assert_int_equal(player_next_us(&player), 120 * second_us);
    player_done(&player);
}

static void what_is_said_while_it_runs_counts_from_then(void **state)
{
    (void)state;
    struct player player;
    player_init(&player, 1);
    must_read(&player, "lift at 100s", 0);
    must_read(&player, "take 1 after 2s", 30 * second_us);
    assert_int_equal(player_next_us(&player), 32 * second_us);
    must_read(&player, "add 1 at 5s", 30 * second_us); // long past: now
    assert_int_equal(player_next_us(&player), 30 * second_us);
    player_done(&player);
}

static void a_mistake_is_told_and_what_came_before_holds(void **state)
{
    (void)state;
    struct player player;
    char problem[SCRIPT_PROBLEM_BYTES] = "";
    char long_line[600];
    player_init(&player, 1);
    assert_false(player_read(&player, "lift; steal 3; return", 0, problem));
    assert_non_null(strstr(problem, "steal"));
    assert_int_equal(player.count, 1);
    memset(long_line, 'x', sizeof long_line);
    long_line[sizeof long_line - 1] = '\0';
    assert_false(player_read(&player, long_line, 0, problem));
    player_done(&player);
}

static void a_script_has_a_limit(void **state)
{
    (void)state;
    struct player player;
    char problem[SCRIPT_PROBLEM_BYTES] = "";
    player_init(&player, 1);
    for (int i = 0; i < PLAYER_LINES; i++)
        must_read(&player, "lift", i);
    assert_false(player_read(&player, "lift", 0, problem));
    assert_int_equal(player.count, PLAYER_LINES);
    player_done(&player);
}

static void people_take_a_few_and_fill_up_what_is_nearly_empty(void **state)
{
    (void)state;
    struct chance chance;
    int32_t units = 20;
    int refills = 0;
    chance_init(&chance, 1, 0);
    for (int i = 0; i < 1000; i++) {
        const struct script_line line = player_invent(&chance, 2, units, 20);
        assert_int_equal(line.shelf.bin, 2);
        assert_in_range(line.shelf.amount, 1, 20);
        refills += line.shelf.verb == SHELF_ADD;
        units += line.shelf.verb == SHELF_ADD ? line.shelf.amount : -line.shelf.amount;
        assert_in_range(units, 0, 20);
    }
    assert_in_range(refills, 50, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_due_after_the_one_before_or_at_a_time),
        cmocka_unit_test(a_faster_script_has_shorter_times),
        cmocka_unit_test(what_is_said_while_it_runs_counts_from_then),
        cmocka_unit_test(a_mistake_is_told_and_what_came_before_holds),
        cmocka_unit_test(a_script_has_a_limit),
        cmocka_unit_test(people_take_a_few_and_fill_up_what_is_nearly_empty),
    };
    return cmocka_run_group_tests_name("player", tests, NULL, NULL);
}
