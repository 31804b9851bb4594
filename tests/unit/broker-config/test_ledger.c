#include "ledger.h"
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define SERIAL "4f2a00000000000000000000000000000000beef"
#define HEAD "# title\ngeneration 7 applied 6 rows 1\n"

static void open_layout(const struct place *place, struct layout *layout)
{
    struct failure failure;
    assert_true(layout_init(layout, place->dir, &failure));
    assert_true(layout_make_folders(layout, &failure));
}

static void what_is_saved_is_loaded(void **state)
{
    const struct place *place = *state;
    struct layout layout;
    struct failure failure;
    struct ledger ledger = { .generation = 12, .applied = 11 };
    open_layout(place, &layout);
    assert_true(ledger_add(&ledger, SERIAL, "desk-1", &failure));
    assert_true(ledger_add(&ledger, SERIAL, "desk-2", &failure));
    ledger.rows[1].revoked_at_ms = PLACE_NOW_MS + 5;
    assert_true(ledger_save(&layout, &ledger, &failure));
    ledger_done(&ledger);

    assert_true(ledger_load(&layout, &ledger, &failure));
    assert_int_equal(ledger.generation, 12);
    assert_int_equal(ledger.applied, 11);
    assert_int_equal(ledger.count, 2);
    assert_string_equal(ledger.rows[0].serial, SERIAL);
    assert_string_equal(ledger.rows[0].name, "desk-1");
    assert_int_equal(ledger.rows[0].revoked_at_ms, 0);
    assert_int_equal(ledger.rows[1].revoked_at_ms, PLACE_NOW_MS + 5);
    ledger_done(&ledger);
}

static void one_that_is_not_there_is_not_taken_for_empty(void **state)
{
    const struct place *place = *state;
    struct layout layout;
    struct failure failure;
    struct ledger ledger;
    open_layout(place, &layout);
    assert_false(ledger_load(&layout, &ledger, &failure));
    assert_non_null(strstr(failure.text, "No such file"));
}

static const char *const bad[] = {
    "# title\n",
    "# title\n" SERIAL " desk-1 -\n",
    "# title\ngeneration 7\n",
    "# title\ngeneration seven applied 6 rows 0\n",
    "# title\ngeneration 7 applied 6 rows 0 or so\n",
    "# title\ngeneration 7 applied 6\n",
    "# title\ngeneration 7 applied 8 rows 0\n",
    HEAD,
    HEAD SERIAL " desk-1 -\n" SERIAL " desk-1 -\n",
    HEAD "4f2a desk-1 -\n",
    HEAD SERIAL "00 desk-1 -\n",
    HEAD SERIAL " desk_1 -\n",
    HEAD SERIAL " desk-1\n",
    HEAD SERIAL " desk-1 yesterday\n",
    HEAD SERIAL " desk-1 - and more\n",
    HEAD SERIAL " desk-1 2026-11-22T09:14:03.000Zulu\n",
    HEAD SERIAL " a2345678901234567890123456789-323 -\n",
};

static void a_damaged_one_is_refused_as_a_whole(void **state)
{
    const struct place *place = *state;
    struct layout layout;
    struct ledger ledger = { .count = 77 };
    open_layout(place, &layout);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct failure failure;
        place_write(place, "ca/issued", bad[i]);
        if (ledger_load(&layout, &ledger, &failure))
            fail_msg("row %zu was read", i);
        assert_non_null(strstr(failure.text, "restore the file from a backup"));
        assert_int_equal(ledger.count, 77);
    }
}

static void its_limit_is_told(void **state)
{
    (void)state;
    struct failure failure;
    struct ledger ledger = { .generation = 1 };
    while (ledger.count < LEDGER_ROWS_MAX)
        assert_true(ledger_add(&ledger, SERIAL, "desk-1", &failure));
    assert_false(ledger_add(&ledger, SERIAL, "desk-1", &failure));
    assert_non_null(strstr(failure.text, "its limit"));
    ledger_done(&ledger);
}

static void a_full_one_is_read_back(void **state)
{
    const struct place *place = *state;
    struct layout layout;
    struct failure failure;
    struct ledger ledger = { .generation = 999999999, .applied = 999999999 };
    open_layout(place, &layout);
    while (ledger.count < LEDGER_ROWS_MAX) {
        assert_true(ledger_add(&ledger, SERIAL, "a2345678901234567890123456789-32", &failure));
        ledger.rows[ledger.count - 1].revoked_at_ms = PLACE_NOW_MS;
    }
    assert_true(ledger_save(&layout, &ledger, &failure));
    ledger_done(&ledger);
    assert_true(ledger_load(&layout, &ledger, &failure));
    assert_int_equal(ledger.count, LEDGER_ROWS_MAX);
    ledger_done(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_remove)
        TEST(what_is_saved_is_loaded),
        TEST(one_that_is_not_there_is_not_taken_for_empty),
        TEST(a_damaged_one_is_refused_as_a_whole),
        TEST(its_limit_is_told),
        TEST(a_full_one_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
