// Power fails in each single operation of the flash, in a run with all that the flash is used for: what was taken is told once,
// and the scale always comes up.
#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct rig rig;

// A flash that has been used for so long that each page must be erased before it is written again.
static struct sim_flash aged;

static int age(void **state)
{
    static const uint8_t bytes[JOURNAL_RECORD_BYTES] = { 1 };
    struct journal journal;
    (void)state;
    sim_flash_init(&aged, 1);
    struct hal *board = board_open(&(struct board_config){ .seed = 1 }, &aged);
    assert_non_null(board);
    board_started(board);
    assert_true(journal_open(&journal, board));
    for (int i = 0; i < 40; i++)
        assert_true(journal_store(&journal, JOURNAL_STATES - 1, bytes, sizeof bytes));
    board_close(board);
    aged.operations = 0;
    return 0;
}

// ---- the run

static void configure(int64_t version, int32_t more_tare_units, const char *task)
{
    struct rig_channel channel = rig_common(1, "Gloves");
    channel.tare_counts += RIG_UNIT_MG / 100 * 42 * more_tare_units;
    channel.task = task;
    rig_configure(&rig, version, &channel, 1);
}

static void configure_first(void)
{
    configure(1, 0, NULL);
}

static void take_two(void)
{
    rig_do(&rig, SHELF_TAKE, 0, 2);
}

static void give_task(void)
{
    configure(2, 0,
              "{\"id\":\"0193a0c0-0000-7000-8000-000000000001\",\"step\":\"sample\",\"count\":18}");
}

static void change_tare(void)
{
    configure(3, 3, NULL);
}

static void lift(void)
{
    rig_do(&rig, SHELF_LIFT, 0, 0);
}

static void put_back(void)
{
    rig_do(&rig, SHELF_RETURN, 0, 0);
}

static void unplug(void)
{
    pipe_unplug(&rig.pipe, true);
}

static void plug_in(void)
{
    pipe_unplug(&rig.pipe, false);
}

static void take_one(void)
{
    rig_do(&rig, SHELF_TAKE, 0, 1);
}

struct act {
    int64_t at_s;
    void (*what)(void);
};

static const struct act acts[] = {
    { 1, configure_first }, { 25, take_two },  { 50, give_task },
    { 100, change_tare },   { 125, unplug },   { 125, lift },
    { 145, put_back },      { 165, take_one }, { 185, plug_in },
};

// What can be taken; where power fails, something may be missed, but the last one is reached.
static const struct rig_taken truth[] = {
    { 1, WEIGH_STABLE, 20 }, { 1, WEIGH_STABLE, 18 }, { 1, WEIGH_STABLE, 15 },
    { 1, WEIGH_LIFTED, 0 },  { 1, WEIGH_STABLE, 15 }, { 1, WEIGH_STABLE, 14 },
};

enum { END_S = 290 };

struct fault {
    uint64_t cut_at; // operation of the flash; 0: none
    enum sim_tear tear;
    uint64_t seed;
    unsigned again; // so many more losses of power, each soon after the last
    bool is_aged;
};

static void come_back(struct fault *fault, struct chance *chance)
{
    rig_run_s(&rig, 1);
    board_give_power(rig.board);
    if (fault->again == 0)
        return;
    fault->again--;
    rig.flash.cut_at = rig.flash.operations + 1 + chance_below(chance, 40);
}

static void run_to(int64_t at_s, struct fault *fault, struct chance *chance)
{
    while (board_now_us(rig.board) < at_s * 1000000) {
        if (board_state(rig.board) == BOARD_OFF)
            come_back(fault, chance);
        rig_run_ms(&rig, 500);
    }
}

static void run(struct fault fault)
{
    struct chance chance;
    chance_init(&chance, fault.seed, 9);
    rig_open(&rig, &(struct rig_options){ .seed = 11, .units = 20 });
    if (fault.is_aged)
        rig.flash = aged;
    rig.flash.random = fault.seed;
    rig.flash.cut_at = fault.cut_at;
    rig.flash.tear = fault.tear;
    for (size_t i = 0; i < COUNT(acts); i++) {
        run_to(acts[i].at_s, &fault, &chance);
        acts[i].what();
    }
    run_to(END_S, &fault, &chance);
}

// ---- what must hold

static bool is_same(const struct rig_taken *one, const struct rig_taken *other)
{
    return one->state == other->state
           && (one->state != WEIGH_STABLE || one->quantity == other->quantity);
}

// NULL: what was taken is what was told.
static const char *compare(void)
{
    struct rig_taken told[64];
    const size_t count = rig_measures(&rig, 1, told, COUNT(told));
    size_t at = 0;
    if (count != rig.taken_count)
        return "a change was lost or doubled";
    for (size_t i = 0; i < count; i++) {
        if (!is_same(&told[i], &rig.taken[i]))
            return "another change was told than was taken";
        while (at < COUNT(truth) && !is_same(&told[i], &truth[at]))
            at++;
        if (at++ == COUNT(truth))
            return "a change was told that never was";
    }
    return at == COUNT(truth) ? NULL : "the last change was not reached";
}

static const char *find_fault(void)
{
    const size_t measures = rig_count(&rig, CLINIC_REQUEST_EQUIPMENT_MEASURE);
    const char *problem = compare();
    if (problem != NULL)
        return problem;
    if (board_state(rig.board) != BOARD_RUNS || !scale_is_online(&rig.scale))
        return "it did not come up";
    if (scale_waiting(&rig.scale) != 0)
        return "something still waits";
    if (rig_count(&rig, CLINIC_REQUEST_EQUIPMENT_SCALE_ANSWER) != 1)
        return "the step was not answered once";
    if (measures > rig.taken_count + 2) // heartbeats
        return "a reading was told twice with another id";
    if (scale_bin(&rig.scale, 0).is_waiting || board_counters(rig.board)->watchdog_resets != 0)
        return "it is not at rest";
    return NULL;
}

static void check(struct fault fault, unsigned cuts)
{
    run(fault);
    const char *problem = find_fault();
    if (problem != NULL) {
        print_error("cut at %u, tear %d, seed %u: %s\n", (unsigned)fault.cut_at, (int)fault.tear,
                    (unsigned)fault.seed, problem);
        for (size_t i = 0; i < rig.taken_count; i++)
            print_error("  taken: state %d quantity %d\n", (int)rig.taken[i].state,
                        (int)rig.taken[i].quantity);
    }
    assert_null(problem);
    assert_in_range(board_counters(rig.board)->power_cuts, cuts, cuts + fault.again);
    rig_close(&rig);
}

static uint64_t count_operations(bool is_aged)
{
    run((struct fault){ .seed = 1, .is_aged = is_aged });
    const uint64_t operations = rig.flash.operations;
    assert_null(find_fault());
    assert_int_equal(rig.taken_count, COUNT(truth));
    rig_close(&rig);
    return operations;
}

static uint32_t erasures(const struct sim_flash *flash)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < SIM_FLASH_PAGES; i++)
        sum += flash->erased[i];
    return sum;
}

static void power_may_fail_in_every_operation_of_the_flash(void **state)
{
    const uint64_t operations = count_operations(true);
    (void)state;
    print_message("%u operations, %u of them erasures\n", (unsigned)operations,
                  (unsigned)(erasures(&rig.flash) - erasures(&aged)));
    assert_in_range(operations, 100, 1000);
    assert_true(erasures(&rig.flash) > erasures(&aged));
    for (uint64_t at = 1; at <= operations; at++)
        check((struct fault){ .cut_at = at, .seed = at, .is_aged = true }, 1);
}

static void power_may_fail_in_every_operation_of_the_first_start(void **state)
{
    (void)state;
    assert_true(count_operations(false) > 60);
    for (uint64_t at = 1; at <= 60; at++)
        check((struct fault){ .cut_at = at, .seed = at }, 1);
}

static void power_may_fail_again_while_it_recovers(void **state)
{
    const uint64_t operations = count_operations(true);
    struct chance chance;
    (void)state;
    chance_init(&chance, 77, 1);
    for (uint64_t seed = 1; seed <= 60; seed++) {
        const uint64_t at = 1 + chance_below(&chance, (uint32_t)operations);
        check((struct fault){ .cut_at = at, .seed = seed, .again = 3, .is_aged = true }, 1);
    }
}

static void a_flash_that_forgets_would_be_found_out(void **state)
{
    struct fault none = { .seed = 1 };
    struct chance chance;
    (void)state;
    chance_init(&chance, 1, 9);
    rig_open(&rig, &(struct rig_options){ .seed = 11, .units = 20 });
    for (size_t i = 0; i < COUNT(acts) - 1; i++) {
        run_to(acts[i].at_s, &none, &chance);
        acts[i].what();
    }
    run_to(183, &none, &chance);
    board_cut_power(rig.board);
    sim_flash_init(&rig.flash, 1);
    board_give_power(rig.board);
    plug_in();
    run_to(END_S, &none, &chance);
    assert_non_null(find_fault());
    rig.hub.violations = 0; // it has forgotten its ids, too
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_may_fail_in_every_operation_of_the_flash),
        cmocka_unit_test(power_may_fail_in_every_operation_of_the_first_start),
        cmocka_unit_test(power_may_fail_again_while_it_recovers),
        cmocka_unit_test(a_flash_that_forgets_would_be_found_out),
    };
    return cmocka_run_group_tests(tests, age, NULL);
}
