// What an outbox keeps: whole, in order, within limits, until it is answered.
#include "outbox_fixture.h"

#include <stdlib.h>
#include <string.h>

static void what_is_put_comes_out_in_order_and_whole(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id first = put(fixture, 1);
    const struct clinic_id second = put(fixture, 2);
    reopen(fixture);
    assert_false(fixture->was_set_aside);

    const struct clinic_request *request = NULL;
    assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_OK);
    assert_true(clinic_id_equal(&request->id, &first));
    assert_true(clinic_id_is_none(&request->after));
    assert_int_equal(request->kind, CLINIC_REQUEST_PATIENT_CREATE);
    assert_int_equal(request->time_ms, 1700000000001);
    assert_string_equal(request->session, "session-of-somebody");
    assert_string_equal(clinic_json_text(request->data, "name"), "Zebedee Quux 1");

    assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_OK);
    assert_true(clinic_id_equal(&request->id, &second));
    assert_true(clinic_id_equal(&request->after, &first));
    assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_NOT_FOUND);
}

static void an_answered_request_is_gone(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id id = put(fixture, 1);
    assert_int_equal(count(fixture).waiting, 1);
    assert_int_equal(count(fixture).oldest_put_at_ms, fixture->wall_ms);
    assert_int_equal(next(fixture), 1);
    assert_int_equal(reply(fixture, &id, NULL), CLINIC_OK);
    assert_int_equal(reply(fixture, &id, NULL), CLINIC_NOT_FOUND);
    assert_int_equal(count(fixture).waiting, 0);
    assert_int_equal(count(fixture).bytes, 0);
    assert_int_equal(count(fixture).oldest_put_at_ms, 0);
    reopen(fixture);
    assert_int_equal(count(fixture).waiting, 0);
    assert_int_equal(next(fixture), -1);
}

static bool remember_rejected(void *context, enum clinic_outbox_row_state state,
                              const struct clinic_request *request,
                              const struct clinic_problem *problem)
{
    struct clinic_problem *seen = context;
    if (state == CLINIC_OUTBOX_REJECTED) {
        assert_int_equal(number_of(request), 1);
        *seen = *problem;
    }
    return true;
}

static void a_rejected_request_is_kept_until_it_is_dropped(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id rejected = put(fixture, 1);
    const struct clinic_id waiting = put(fixture, 2);
    assert_int_equal(next(fixture), 1);
    assert_int_equal(reply(fixture, &rejected, "invalid.field"), CLINIC_OK);
    assert_int_equal(reply(fixture, &rejected, NULL), CLINIC_NOT_FOUND);
    reopen(fixture);
    assert_int_equal(count(fixture).rejected, 1);
    assert_int_equal(count(fixture).waiting, 1);

    struct clinic_problem seen = { 0 };
    assert_int_equal(clinic_outbox_each(fixture->outbox, remember_rejected, &seen), CLINIC_OK);
    assert_string_equal(seen.code, "invalid.field");
    assert_string_equal(seen.message, "Because of Quux.");

    const struct clinic_request *request = NULL;
    assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_OK);
    assert_true(clinic_id_is_none(&request->after)); // the one before it is answered

    assert_int_equal(clinic_outbox_drop(fixture->outbox, &waiting), CLINIC_NOT_FOUND);
    assert_int_equal(clinic_outbox_drop(fixture->outbox, &rejected), CLINIC_OK);
    assert_int_equal(clinic_outbox_drop(fixture->outbox, &rejected), CLINIC_NOT_FOUND);
    assert_int_equal(count(fixture).rejected, 0);
}

static void an_unknown_code_is_final(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id id = put(fixture, 1);
    assert_int_equal(reply(fixture, &id, "from.the.future"), CLINIC_OK);
    assert_int_equal(count(fixture).rejected, 1);
}

static void an_id_is_taken_once(void **state)
{
    struct fixture *fixture = *state;
    struct clinic_request request = numbered_request(fixture->outbox, 1);
    assert_int_equal(clinic_outbox_put(fixture->outbox, &request), CLINIC_OK);
    assert_int_equal(clinic_outbox_put(fixture->outbox, &request), CLINIC_EXISTS);
    assert_int_equal(count(fixture).waiting, 1);
    clinic_request_done(&request);
}

static void ids_go_on_where_the_clock_fell_back_over_a_restart(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id id = put(fixture, 1);
    assert_int_equal(reply(fixture, &id, NULL), CLINIC_OK);
    close_outbox(fixture);
    fixture->wall_ms = 1000;
    open_outbox(fixture);
    const struct clinic_id later = clinic_outbox_next_id(fixture->outbox);
    assert_true(clinic_id_compare(&later, &id) > 0);
}

static void limits_are_refused_and_nothing_is_stored(void **state)
{
    struct fixture *fixture = *state;
    close_outbox(fixture);
    fixture->config.rows_max = 2;
    open_outbox(fixture);
    (void)put(fixture, 1);
    const struct clinic_id second = put(fixture, 2);
    assert_int_equal(try_put(fixture, 3, NULL), CLINIC_FULL);
    // A rejected one still takes its place.
    assert_int_equal(reply(fixture, &second, "forbidden"), CLINIC_OK);
    assert_int_equal(try_put(fixture, 3, NULL), CLINIC_FULL);

    close_outbox(fixture);
    fixture->config.rows_max = 1000;
    fixture->config.bytes_max = 1000;
    open_outbox(fixture);
    int stored = 2;
    while (try_put(fixture, stored, NULL) == CLINIC_OK)
        stored++;
    assert_in_range(count(fixture).bytes, 500, 1000);
    reopen(fixture);
    assert_int_equal(count(fixture).waiting + count(fixture).rejected, stored);
}

static void a_request_that_is_too_large_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct clinic_request request = numbered_request(fixture->outbox, 1);
    char *text = calloc(1, CLINIC_JSON_BYTES_MAX + 1);
    memset(text, 'x', CLINIC_JSON_BYTES_MAX);
    assert_non_null(cJSON_AddStringToObject(request.data, "text", text));
    assert_int_not_equal(clinic_outbox_put(fixture->outbox, &request), CLINIC_OK);
    assert_int_equal(count(fixture).waiting, 0);
    free(text);
    clinic_request_done(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_put_comes_out_in_order_and_whole),
        TEST(an_answered_request_is_gone),
        TEST(a_rejected_request_is_kept_until_it_is_dropped),
        TEST(an_unknown_code_is_final),
        TEST(an_id_is_taken_once),
        TEST(ids_go_on_where_the_clock_fell_back_over_a_restart),
        TEST(limits_are_refused_and_nothing_is_stored),
        TEST(a_request_that_is_too_large_is_refused),
    };
    return cmocka_run_group_tests_name("outbox: keeping", tests, NULL, NULL);
}
