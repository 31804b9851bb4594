// The positions of a node's subscriptions, as a file.
#include "node_positions.h"

#include "folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void what_is_saved_is_loaded_and_nothing_else_is_left(void **state)
{
    (void)state;
    char folder[128];
    char path[160];
    struct positions positions = { .is_set[CLINIC_PATIENT_CREATED] = true,
                                   .sequence[CLINIC_PATIENT_CREATED] = 4711 };
    struct positions loaded;

    folder_make("positions", folder, sizeof folder);
    (void)snprintf(path, sizeof path, "%s/positions", folder);
    assert_int_equal(positions_save(path, &positions), CLINIC_OK);
    positions.sequence[CLINIC_PATIENT_CREATED]++;
    assert_int_equal(positions_save(path, &positions), CLINIC_OK);
    positions_load(path, &loaded);
    assert_memory_equal(loaded.is_set, positions.is_set, sizeof loaded.is_set);
    assert_memory_equal(loaded.sequence, positions.sequence, sizeof loaded.sequence);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); // not empty: something was left behind
}

static void a_path_that_is_too_long_is_refused_not_cut(void **state)
{
    (void)state;
    char folder[128];
    char path[4096];
    const struct positions positions = { .is_kept = { false } };

    folder_make("positions", folder, sizeof folder);
    size_t length = (size_t)snprintf(path, sizeof path, "%s", folder);
    while (length < sizeof path - 1)
        length += (size_t)snprintf(path + length, sizeof path - length, "/.");
    assert_int_equal(positions_save(path, &positions), CLINIC_INVALID);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_loaded_and_nothing_else_is_left),
        cmocka_unit_test(a_path_that_is_too_long_is_refused_not_cut),
    };
    return cmocka_run_group_tests_name("positions", tests, NULL, NULL);
}
