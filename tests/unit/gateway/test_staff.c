// Staff: accounts, sign-in, sessions, and what five wrong PINs do.
#include "service_fixture.h"

#include <staff/staff.h>

#include <time.h>

static const enum clinic_request_kind SIGN_IN = CLINIC_REQUEST_STAFF_SIGN_IN;
static const int64_t MINUTE_MS = INT64_C(60) * 1000;
static const int64_t HOUR_MS = INT64_C(60) * 60 * 1000;
static const int64_t DAY_MS = INT64_C(24) * 60 * 60 * 1000;

static void add(struct service_fixture *fixture, const char *name, const char *pin)
{
    char problem[200];

    assert_int_equal(staff_add(fixture->store, name, CLINIC_STAFF_ADMIN, pin, fixture->wall_ms,
                               problem, sizeof problem),
                     CLINIC_OK);
}

static enum clinic_status find(struct service_fixture *fixture, const char *session,
                               const char *node, int64_t time_ms)
{
    struct staff_member member;

    return staff_find_session(fixture->store, session, node, time_ms, &member);
}

static void a_name_and_a_pin_begin_a_session_of_twelve_hours_at_this_node(void **state)
{
    struct service_fixture *fixture = *state;
    char session[CLINIC_SESSION_BYTES];
    int64_t now_ms = fixture->wall_ms;

    add(fixture, "Zoë Admin", "4711");
    assert_accepted(fixture, SIGN_IN, "{\"name\":\"zoe  admin\",\"pin\":\"4711\"}");
    assert_string_equal(reply_text(fixture, "name"), "Zoë Admin");
    assert_string_equal(reply_text(fixture, "role"), "admin");
    assert_string_equal(reply_text(fixture, "expires"), "2026-11-23T20:00:00.000Z");
    (void)snprintf(session, sizeof session, "%s", reply_text(fixture, "session"));
    assert_int_equal(strlen(session), 43);
    assert_int_equal(strspn(session, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-_"),
                     43);

    assert_int_equal(find(fixture, session, "desk-1", now_ms), CLINIC_OK);
    assert_int_equal(find(fixture, session, "desk-2", now_ms), CLINIC_NOT_FOUND);
    assert_int_equal(find(fixture, session, "desk-1", now_ms + 12 * HOUR_MS - 1), CLINIC_OK);
    assert_int_equal(find(fixture, session, "desk-1", now_ms + 12 * HOUR_MS), CLINIC_NOT_FOUND);
    session[0] = session[0] == 'A' ? 'B' : 'A';
    assert_int_equal(find(fixture, session, "desk-1", now_ms), CLINIC_NOT_FOUND);
    assert_int_equal(find(fixture, "", "desk-1", now_ms), CLINIC_NOT_FOUND);
}

static void neither_pin_nor_session_is_stored(void **state)
{
    struct service_fixture *fixture = *state;

    add(fixture, "Ada", "pin-4711-pin");
    assert_accepted(fixture, SIGN_IN, "{\"name\":\"Ada\",\"pin\":\"pin-4711-pin\"}");
    assert_false(services_hold(fixture, "pin-4711-pin"));
    assert_false(services_hold(fixture, reply_text(fixture, "session")));
    assert_int_equal(sql_number(fixture, "SELECT pin_hash LIKE '$y$j9T$%%' FROM staff"), 1);
}

static void a_signed_out_session_still_answers_for_what_was_asked_before(void **state)
{
    struct service_fixture *fixture = *state;
    int64_t start_ms = fixture->wall_ms;

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    fixture->wall_ms += HOUR_MS;
    assert_accepted(fixture, CLINIC_REQUEST_STAFF_SIGN_OUT, "{}");
    assert_int_equal(find(fixture, fixture->session, "desk-1", start_ms + HOUR_MS),
                     CLINIC_NOT_FOUND);
    assert_int_equal(find(fixture, fixture->session, "desk-1", start_ms + HOUR_MS - 1), CLINIC_OK);
    // A clock that is behind, as at boot, does not lock its desk out.
    assert_int_equal(find(fixture, fixture->session, "desk-1", 0), CLINIC_OK);
}

static void old_sessions_are_forgotten_after_thirty_days(void **state)
{
    struct service_fixture *fixture = *state;

    add(fixture, "Ada", "4711");
    assert_accepted(fixture, SIGN_IN, "{\"name\":\"Ada\",\"pin\":\"4711\"}");
    fixture->wall_ms += 30 * DAY_MS;
    assert_accepted(fixture, SIGN_IN, "{\"name\":\"Ada\",\"pin\":\"4711\"}");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM staff_session"), 2);
    fixture->wall_ms += DAY_MS;
    assert_accepted(fixture, SIGN_IN, "{\"name\":\"Ada\",\"pin\":\"4711\"}");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM staff_session"), 2);
}

static void fail_times(struct service_fixture *fixture, int times)
{
    for (int i = 0; i < times; i++)
        assert_refused(fixture, CLINIC_CODE_SIGN_IN_FAILED, SIGN_IN,
                       "{\"name\":\"Ada\",\"pin\":\"0000\"}");
}

static void five_wrong_pins_in_a_row_lock_the_account_for_a_quarter_of_an_hour(void **state)
{
    struct service_fixture *fixture = *state;

    add(fixture, "Ada", "4711");
    fail_times(fixture, 5);
    assert_refused(fixture, CLINIC_CODE_SIGN_IN_LOCKED, SIGN_IN,
                   "{\"name\":\"Ada\",\"pin\":\"4711\"}");
    assert_non_null(strstr(fixture->reply.problem.message, "15 minutes"));
    assert_non_null(clinic_json_text(fixture->reply.data, "until"));
    fixture->wall_ms += 14 * MINUTE_MS + 1;
    assert_refused(fixture, CLINIC_CODE_SIGN_IN_LOCKED, SIGN_IN,
                   "{\"name\":\"Ada\",\"pin\":\"4711\"}");
    assert_non_null(strstr(fixture->reply.problem.message, "1 minute."));
    services_reopen(fixture); // the lock is in the file
    fixture->wall_ms += MINUTE_MS;
    fail_times(fixture, 1); // counting begins anew
    assert_accepted(fixture, SIGN_IN, "{\"name\":\"Ada\",\"pin\":\"4711\"}");
}

static void a_right_pin_ends_the_counting(void **state)
{
    struct service_fixture *fixture = *state;

    add(fixture, "Ada", "4711");
    fail_times(fixture, 4);
    assert_accepted(fixture, SIGN_IN, "{\"name\":\"Ada\",\"pin\":\"4711\"}");
    fail_times(fixture, 4);
    assert_accepted(fixture, SIGN_IN, "{\"name\":\"Ada\",\"pin\":\"4711\"}");
}

static int64_t cpu_ms(void)
{
    struct timespec time;

    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time), 0);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void an_unknown_name_answers_alike_and_takes_as_long(void **state)
{
    struct service_fixture *fixture = *state;
    char message[200];

    add(fixture, "Ada", "4711");
    int64_t before = cpu_ms();
    fail_times(fixture, 2);
    int64_t known = cpu_ms() - before;
    (void)snprintf(message, sizeof message, "%s", fixture->reply.problem.message);

    before = cpu_ms();
    for (int i = 0; i < 2; i++)
        assert_refused(fixture, CLINIC_CODE_SIGN_IN_FAILED, SIGN_IN,
                       "{\"name\":\"Nobody\",\"pin\":\"4711\"}");
    int64_t unknown = cpu_ms() - before;
    assert_string_equal(fixture->reply.problem.message, message);
    // Both are mostly the hash; without it one would be a hundred times faster.
    assert_true(unknown * 4 > known && known * 4 > unknown);
}

static void an_admin_adds_accounts_with_the_pin_again(void **state)
{
    static const struct {
        const char *name;
        const char *pin;
        enum clinic_code code;
        const char *field;
    } cases[] = {
        { "ADA", "1234", CLINIC_CODE_EXISTS, "name" },
        { "a-d-a", "1111", CLINIC_CODE_INVALID_FIELD, "new_pin" },
        { "--", "1234", CLINIC_CODE_INVALID_FIELD, "name" },
    };
    struct service_fixture *fixture = *state;

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_refused(fixture, cases[i].code, CLINIC_REQUEST_STAFF_CREATE,
                       "{\"name\":\"%s\",\"role\":\"reception\",\"new_pin\":\"%s\","
                       "\"pin\":\"4711\"}",
                       cases[i].name, cases[i].pin);
        assert_string_equal(fixture->reply.problem.field, cases[i].field);
    }
    assert_refused(fixture, CLINIC_CODE_SIGN_IN_FAILED, CLINIC_REQUEST_STAFF_CREATE,
                   "{\"name\":\"Rita\",\"role\":\"reception\",\"new_pin\":\"1234\","
                   "\"pin\":\"9999\"}");
    assert_accepted(fixture, CLINIC_REQUEST_STAFF_CREATE,
                    "{\"name\":\"Rita\",\"role\":\"reception\",\"new_pin\":\"1234\","
                    "\"pin\":\"4711\"}");
    assert_accepted(fixture, SIGN_IN, "{\"name\":\"rita\",\"pin\":\"1234\"}");
    assert_string_equal(reply_text(fixture, "role"), "reception");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 0);
}

static void the_console_is_told_what_is_wrong_with_an_account(void **state)
{
    struct service_fixture *fixture = *state;
    char problem[200];

    add(fixture, "Ada", "4711");
    assert_int_equal(
        staff_add(fixture->store, "ada", CLINIC_STAFF_ADMIN, "1234", 0, problem, sizeof problem),
        CLINIC_EXISTS);
    assert_non_null(strstr(problem, "account of this name"));
    assert_int_equal(
        staff_add(fixture->store, "Bea", CLINIC_STAFF_ADMIN, "123", 0, problem, sizeof problem),
        CLINIC_INVALID);
    assert_non_null(strstr(problem, "4 to 64"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_and_a_pin_begin_a_session_of_twelve_hours_at_this_node),
        TEST(neither_pin_nor_session_is_stored),
        TEST(a_signed_out_session_still_answers_for_what_was_asked_before),
        TEST(old_sessions_are_forgotten_after_thirty_days),
        TEST(five_wrong_pins_in_a_row_lock_the_account_for_a_quarter_of_an_hour),
        TEST(a_right_pin_ends_the_counting),
        TEST(an_unknown_name_answers_alike_and_takes_as_long),
        TEST(an_admin_adds_accounts_with_the_pin_again),
        TEST(the_console_is_told_what_is_wrong_with_an_account),
    };
    return cmocka_run_group_tests_name("staff", tests, NULL, NULL);
}
