// A damaged file is set aside, what can be read of it is kept, and a node always begins.
#include "outbox_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// What may be left of a file. `length` is that of the whole one before.
typedef void (*damager)(char *bytes, size_t *length);

static void zero_the_header(char *bytes, size_t *length)
{
    (void)length;
    memset(bytes, 0, 100);
}

static void fill_with_garbage(char *bytes, size_t *length)
{
    for (size_t i = 0; i < *length; i++)
        bytes[i] = (char)(i * 7 + 3);
}

static void cut_in_half(char *bytes, size_t *length)
{
    (void)bytes;
    *length = *length / 2 + 100;
}

static void zero_the_last_page(char *bytes, size_t *length)
{
    memset(bytes + *length - 4096, 0, 4096);
}

static void break_the_tables(char *bytes, size_t *length)
{
    char *found = memmem(bytes, *length, "CREATE TABLE request", 20);
    assert_non_null(found);
    memcpy(found, "CREATE TABLE replies", 20);
}

static void a_damaged_file_is_set_aside_and_a_new_one_begun(void **state)
{
    struct fixture *fixture = *state;
    static const damager damagers[] = { zero_the_header, fill_with_garbage, cut_in_half,
                                        zero_the_last_page, break_the_tables };
    for (size_t i = 0; i < sizeof damagers / sizeof damagers[0]; i++) {
        (void)put(fixture, 1);
        (void)put(fixture, 2);
        close_outbox(fixture);
        char *bytes = NULL;
        size_t length = read_file(fixture->config.path, &bytes);
        damagers[i](bytes, &length);
        write_file(fixture->config.path, bytes, length);
        free(bytes);

        open_outbox(fixture);
        assert_true(fixture->was_set_aside);
        assert_int_equal(files_set_aside(fixture), (int)i + 1);
        assert_int_equal(count(fixture).waiting, 0);
        (void)put(fixture, 3);
        reopen(fixture);
        assert_false(fixture->was_set_aside);
        assert_int_equal(next(fixture), 3);
    }
}

static void any_flipped_byte_is_survived(void **state)
{
    struct fixture *fixture = *state;
    unsigned seed = 7;
    for (int round = 0; round < 60; round++) {
        close_outbox(fixture);
        (void)unlink(fixture->config.path);
        open_outbox(fixture);
        for (int number = 0; number < 5; number++)
            (void)put(fixture, number);
        close_outbox(fixture);
        char *bytes = NULL;
        const size_t length = read_file(fixture->config.path, &bytes);
        char *byte = &bytes[(size_t)rand_r(&seed) % length];
        *byte = (char)((unsigned char)*byte ^ 1u << rand_r(&seed) % 8);
        write_file(fixture->config.path, bytes, length);
        free(bytes);

        open_outbox(fixture);
        // All that is left is whole and in order; what is missing is told.
        int sent = 0;
        for (int number, last = -1; (number = next(fixture)) >= 0; last = number, sent++) {
            const struct clinic_request *request = NULL;
            assert_true(number > last);
            clinic_outbox_rewind(fixture->outbox);
            assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_OK);
            const struct clinic_id id = request->id;
            assert_int_equal(reply(fixture, &id, NULL), CLINIC_OK);
        }
        assert_true(sent == 5 || fixture->was_set_aside);
    }
}

static void one_altered_request_does_not_cost_the_others(void **state)
{
    struct fixture *fixture = *state;
    for (int number = 0; number < 3; number++)
        (void)put(fixture, number);
    close_outbox(fixture);
    run_sql(fixture, "UPDATE request SET sealed = zeroblob(length(sealed)) WHERE position = 2");
    open_outbox(fixture);
    assert_true(fixture->was_set_aside);
    assert_int_equal(files_set_aside(fixture), 1);
    assert_int_equal(next(fixture), 0);
    assert_int_equal(next(fixture), 2);
}

static void contents_cannot_be_swapped_between_requests(void **state)
{
    struct fixture *fixture = *state;
    (void)put(fixture, 0);
    (void)put(fixture, 1);
    close_outbox(fixture);
    run_sql(fixture, "UPDATE request SET sealed = (SELECT sealed FROM request WHERE position = 1)");
    open_outbox(fixture);
    assert_true(fixture->was_set_aside);
    assert_int_equal(count(fixture).waiting, 1);
}

static void another_key_sets_the_file_aside(void **state)
{
    struct fixture *fixture = *state;
    (void)put(fixture, 1);
    close_outbox(fixture);
    fixture->config.key[0] ^= 1;
    open_outbox(fixture);
    assert_true(fixture->was_set_aside);
    assert_int_equal(count(fixture).waiting, 0);
    assert_int_equal(files_set_aside(fixture), 1);
    (void)put(fixture, 2);
    assert_int_equal(next(fixture), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_damaged_file_is_set_aside_and_a_new_one_begun),
        TEST(any_flipped_byte_is_survived),
        TEST(one_altered_request_does_not_cost_the_others),
        TEST(contents_cannot_be_swapped_between_requests),
        TEST(another_key_sets_the_file_aside),
    };
    return cmocka_run_group_tests_name("outbox: damage", tests, NULL, NULL);
}
