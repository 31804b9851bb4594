// test_bus_parts.c - what of the bus needs no broker: waiting times, the window, reasons in words.

#include "bus_backoff.h"
#include "bus_reason.h"
#include "bus_window.h"

#include <errno.h>
#include <mosquitto.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// The longest wait after so many failures.
static int64_t ceiling_ms(struct backoff backoff)
{
    int64_t most_ms = 0;
    for (uint32_t random = 0; random < 40000; random++) {
        struct backoff copy = backoff;
        const int64_t wait_ms = backoff_next(&copy, random);
        assert_in_range(wait_ms, 20, 30000);
        most_ms = wait_ms > most_ms ? wait_ms : most_ms;
    }
    return most_ms;
}

static void waits_double_up_to_30_s(void **state)
{
    (void)state;
    static const int64_t expected_ms[] = { 250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000 };
    struct backoff backoff = { 0 };
    backoff_online(&backoff, 0);
    for (size_t i = 0; i < sizeof expected_ms / sizeof expected_ms[0]; i++) {
        assert_int_equal(ceiling_ms(backoff), expected_ms[i]);
        (void)backoff_next(&backoff, 0);
    }
}

static void before_the_first_connection_waits_stay_short(void **state)
{
    (void)state;
    struct backoff backoff = { 0 };
    for (int i = 0; i < 50; i++)
        (void)backoff_next(&backoff, 0);
    assert_int_equal(ceiling_ms(backoff), 800);
}

static void only_a_connection_that_lasted_makes_waits_short_again(void **state)
{
    (void)state;
    struct backoff backoff = { 0 };
    backoff_online(&backoff, 0);
    for (int i = 0; i < 4; i++)
        (void)backoff_next(&backoff, 0);
    backoff_online(&backoff, 100000);
    backoff_lost(&backoff, 109999);
    assert_int_equal(ceiling_ms(backoff), 4000);
    backoff_online(&backoff, 200000);
    backoff_lost(&backoff, 210000);
    assert_int_equal(ceiling_ms(backoff), 250);
}

static void the_window_knows_tokens_in_any_order_of_acknowledgement(void **state)
{
    (void)state;
    struct window window;
    assert_true(window_init(&window, 3));
    for (uint64_t round = 0; round < 10; round++) {
        window_add(&window, 65534, 3 * round + 1);
        window_add(&window, 65535, 3 * round + 2);
        window_add(&window, 1, 3 * round + 3);
        assert_int_equal(window_room(&window), 0);
        assert_int_equal(window_remove(&window, 65535), 3 * round + 2);
        assert_int_equal(window_room(&window), 0); // its place is behind the oldest
        assert_int_equal(window_remove(&window, 65535), 0);
        assert_int_equal(window_remove(&window, 7), 0);
        assert_int_equal(window_remove(&window, 65534), 3 * round + 1);
        assert_int_equal(window_room(&window), 2);
        assert_int_equal(window_remove(&window, 1), 3 * round + 3);
        assert_int_equal(window_room(&window), 3);
    }
    window_add(&window, 5, 99);
    window_clear(&window);
    assert_int_equal(window_remove(&window, 5), 0);
    window_done(&window);
}

struct wording {
    struct reason_facts facts;
    const char *reason;
};

static void reasons_are_words_for_an_operator(void **state)
{
    (void)state;
    static const struct wording cases[] = {
        { { "", "pi", MOSQ_ERR_ERRNO, ECONNREFUSED, 0 }, "Connection refused" },
        { { "", "pi", MOSQ_ERR_EAI, EAI_NONAME, 0 },
          "the name pi cannot be looked up: Name or service not known" },
        { { "", "pi", MOSQ_ERR_KEEPALIVE, 0, 0 }, "the broker no longer answers" },
        { { "", "pi", MOSQ_ERR_CONN_LOST, 0, 0 }, "the connection was closed by the broker" },
        { { "", "pi", MOSQ_ERR_CONN_REFUSED, 0, 0x87 }, "the broker says: Not authorized" },
        { { "OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed", "pi",
            MOSQ_ERR_TLS, 0, 0 },
          "the broker's certificate was not issued by our CA, or is expired or not yet valid by "
          "this "
          "machine's clock (certificate verify failed)" },
        { { "OpenSSL Error[0]: error:0A000414:SSL routines::sslv3 alert certificate revoked", "pi",
            MOSQ_ERR_ERRNO, EPROTO, 0 },
          "the broker says that our certificate is revoked (sslv3 alert certificate revoked)" },
        { { "Something new.", "pi", MOSQ_ERR_TLS, 0, 0 }, "Something new." },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char reason[256];
        reason_print(&cases[i].facts, reason, sizeof reason);
        assert_string_equal(reason, cases[i].reason);
    }
    char cut[8];
    reason_print(&cases[0].facts, cut, sizeof cut);
    assert_string_equal(cut, "Connect");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_up_to_30_s),
        cmocka_unit_test(before_the_first_connection_waits_stay_short),
        cmocka_unit_test(only_a_connection_that_lasted_makes_waits_short_again),
        cmocka_unit_test(the_window_knows_tokens_in_any_order_of_acknowledgement),
        cmocka_unit_test(reasons_are_words_for_an_operator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
