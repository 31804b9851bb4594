#include <patient/member_id.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COUNT = 10000 };

static void check_digits_are_those_of_iso_7064(void **state)
{
    (void)state;
    assert_int_equal(member_id_check_digit("0794", 4), '5');
    assert_int_equal(member_id_check_digit("10004217", 8), '7');
    assert_int_equal(member_id_check_digit("00000001", 8), '1');
    assert_true(member_id_is_valid("100042177"));
    assert_true(member_id_is_valid("000000011"));
}

static void every_single_wrong_digit_is_found(void **state)
{
    (void)state;
    for (size_t place = 0; place < 9; place++) {
        for (char digit = '0'; digit <= '9'; digit++) {
            char id[] = "100042177";
            if (id[place] == digit)
                continue;
            id[place] = digit;
            assert_false(member_id_is_valid(id));
        }
    }
}

static void what_is_not_nine_digits_is_no_member_id(void **state)
{
    static const char *const wrong[] = { "",          "10004217",  "1000421770", "10004217x",
                                         " 00042177", "1000 4217", "+00042177" };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(member_id_is_valid(wrong[i]));
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void ten_thousand_are_valid_unique_and_in_no_order(void **state)
{
    char(*ids)[MEMBER_ID_BYTES] = calloc(COUNT, sizeof *ids);
    int rises = 0;

    (void)state;
    assert_non_null(ids);
    for (size_t i = 0; i < COUNT; i++) {
        member_id_make(ids[i]);
        assert_true(member_id_is_valid(ids[i]));
        rises += i > 0 && strcmp(ids[i - 1], ids[i]) < 0;
    }
    // Half of them, give or take ten standard deviations.
    assert_in_range(rises, COUNT / 2 - 500, COUNT / 2 + 500);
    qsort(ids, COUNT, sizeof *ids, by_text);
    int repeated = 0;
    for (size_t i = 1; i < COUNT; i++)
        repeated += strcmp(ids[i - 1], ids[i]) == 0;
    // Of 10 000 random ones among 10^8 half a pair repeats on average; the gateway then draws again.
    assert_in_range(repeated, 0, 8);
    free(ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_digits_are_those_of_iso_7064),
        cmocka_unit_test(every_single_wrong_digit_is_found),
        cmocka_unit_test(what_is_not_nine_digits_is_no_member_id),
        cmocka_unit_test(ten_thousand_are_valid_unique_and_in_no_order),
    };
    return cmocka_run_group_tests_name("member id", tests, NULL, NULL);
}
