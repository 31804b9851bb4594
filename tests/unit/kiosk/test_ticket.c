// Provisional tickets: no two alike on a day, whatever happens to the box.
#include "ticket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const int64_t hour_ms = INT64_C(3600) * 1000;
static const int64_t noon_ms = INT64_C(1795348800) * 1000; // 2026-11-22T12:00:00Z

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/clinic-ticket-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static void write_file(const char *text)
{
    char path[100];
    (void)snprintf(path, sizeof path, "%s/tickets", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int remove_folder(void **state)
{
    char path[100];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/tickets", folder);
    (void)unlink(path); // a test may have written none
    return rmdir(folder);
}

static void assert_next(struct tickets *tickets, int64_t now_ms, const char *wanted)
{
    char ticket[TICKET_BYTES];
    assert_int_equal(tickets_next(tickets, now_ms, ticket), CLINIC_OK);
    assert_string_equal(ticket, wanted);
}

static void tickets_count_from_one(void **state)
{
    struct tickets tickets;
    (void)state;
    tickets_open(folder, 'P', &tickets);
    assert_next(&tickets, noon_ms, "P1");
    assert_next(&tickets, noon_ms, "P2");
}

static void a_restart_goes_on(void **state)
{
    struct tickets tickets;
    (void)state;
    tickets_open(folder, 'P', &tickets);
    assert_next(&tickets, noon_ms, "P1");
    tickets_open(folder, 'K', &tickets);
    assert_next(&tickets, noon_ms + hour_ms, "K2");
}

static void a_new_day_begins_anew(void **state)
{
    struct tickets tickets;
    (void)state;
    tickets_open(folder, 'P', &tickets);
    assert_next(&tickets, noon_ms, "P1");
    assert_next(&tickets, noon_ms + 24 * hour_ms, "P1");
    assert_next(&tickets, noon_ms + 24 * hour_ms, "P2");
}

static void the_day_is_that_of_the_box(void **state)
{
    struct tickets tickets;
    (void)state;
    tickets_open(folder, 'P', &tickets);
    assert_next(&tickets, noon_ms + 10 * hour_ms, "P1"); // 23:00 in Paris
    assert_next(&tickets, noon_ms + 11 * hour_ms, "P1"); // midnight
}

static void a_clock_that_goes_back_repeats_no_ticket(void **state)
{
    struct tickets tickets;
    (void)state;
    tickets_open(folder, 'P', &tickets);
    assert_next(&tickets, noon_ms, "P1");
    assert_next(&tickets, 0, "P2");
    assert_next(&tickets, noon_ms, "P3");
}

static void what_is_not_understood_begins_anew(void **state)
{
    static const char *const texts[] = {
        "",
        "2026-11-22",
        "2026-11-22 \n",
        "2026-11-22 seven\n",
        "17\n",
        "2026-11-22 -3\n",
        "2026-11-22 10000000000000000000000000\n",
        "2026/11/22 3\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tickets tickets;
        write_file(texts[i]);
        tickets_open(folder, 'P', &tickets);
        assert_next(&tickets, noon_ms, "P1");
    }
}

static void a_ticket_never_grows_beyond_what_the_catalogue_takes(void **state)
{
    struct tickets tickets;
    (void)state;
    write_file("2026-11-22 9999998\n");
    tickets_open(folder, 'P', &tickets);
    assert_next(&tickets, noon_ms, "P9999999");
    assert_next(&tickets, noon_ms, "P1");
}

static void a_disk_that_takes_nothing_is_told_and_counts_on(void **state)
{
    char ticket[TICKET_BYTES];
    struct tickets tickets;
    (void)state;
    tickets_open("/nowhere", 'P', &tickets);
    assert_int_equal(tickets_next(&tickets, noon_ms, ticket), CLINIC_IO);
    assert_string_equal(ticket, "P1");
    assert_int_equal(tickets_next(&tickets, noon_ms, ticket), CLINIC_IO);
    assert_string_equal(ticket, "P2");
}

#define test(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
    (void)setenv("TZ", "CET-1", 1);
    const struct CMUnitTest tests[] = {
        test(tickets_count_from_one),
        test(a_restart_goes_on),
        test(a_new_day_begins_anew),
        test(the_day_is_that_of_the_box),
        test(a_clock_that_goes_back_repeats_no_ticket),
        test(what_is_not_understood_begins_anew),
        test(a_ticket_never_grows_beyond_what_the_catalogue_takes),
        test(a_disk_that_takes_nothing_is_told_and_counts_on),
    };
    return cmocka_run_group_tests_name("kiosk ticket", tests, NULL, NULL);
}
