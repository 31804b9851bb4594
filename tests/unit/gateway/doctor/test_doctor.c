// The doctor service: who the doctors are, what is booked, and which times are refused.
#include "doctor_fixture.h"

static const enum clinic_request_kind CREATE = CLINIC_REQUEST_DOCTOR_CREATE;

// Mondays to Fridays, with a break at noon.
#define WEEKDAY(day)                                                                               \
    "{\"weekday\":" #day ",\"from\":\"09:00\",\"to\":\"12:00\"},"                                  \
    "{\"weekday\":" #day ",\"from\":\"13:00\",\"to\":\"17:00\"}"
#define WEEK "[" WEEKDAY(1) "," WEEKDAY(2) "," WEEKDAY(3) "," WEEKDAY(4) "," WEEKDAY(5) "]"

// ---- adding

static void a_doctor_gets_a_number_that_nobody_had(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    int64_t number = 0;

    for (int i = 1; i <= 3; i++) {
        doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
        assert_true(clinic_json_integer(fixture->reply.data, "number", &number));
        assert_int_equal(number, i);
    }
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM doctor_hours"), 30);
    assert_refused(fixture, CLINIC_CODE_EXISTS, CREATE,
                   "{\"doctor_id\":\"%s\",\"name\":\"Bo\",\"specialty\":\"x\","
                   "\"slot_minutes\":15}",
                   id);
}

static void what_people_type_is_tidied_and_sealed(void **state)
{
    struct service_fixture *fixture = *state;

    assert_accepted(fixture, CREATE,
                    "{\"doctor_id\":\"018f0000-0000-7000-8000-000000000001\","
                    "\"name\":\"  Zoe\\u0308   O'Brien \",\"email\":\"Zoe@Example.ORG\","
                    "\"phone\":\"06 12 34 56 78\",\"language\":\"de\","
                    "\"specialty\":\" Dentistry \",\"slot_minutes\":20,"
                    "\"time_off\":[{\"from\":\"2026-12-20\",\"to\":\"2026-12-24\"},"
                    "{\"from\":\"2026-12-25\",\"to\":\"2026-12-31\"}]}");
    assert_sql_text(fixture, "Zoë O'Brien", "SELECT name FROM doctor");
    assert_sql_text(fixture, "Zoe@example.org", "SELECT email FROM doctor");
    assert_sql_text(fixture, "+33612345678", "SELECT phone FROM doctor");
    assert_sql_text(fixture, "Dentistry", "SELECT specialty FROM doctor");
    // Two vacations without a day between them are one.
    assert_sql_text(fixture, "2026-12-20 2026-12-31",
                    "SELECT group_concat(from_day || ' ' || to_day) FROM doctor_time_off");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event WHERE"
                                         " instr(data, 'Brien') > 0"),
                     0);
}

// ---- times

struct wanted_time {
    const char *local;
    int64_t slots;
    enum clinic_code code; // CLINIC_CODE_COUNT: it can be booked
};

static enum clinic_code ask_time(struct service_fixture *fixture, const char *doctor_id,
                                 const char *local, int64_t slots, bool is_override)
{
    const struct clinic_request request = { .time_ms = fixture->wall_ms };
    struct clinic_reply reply = { 0 };
    struct decision decision = doctor_decision(fixture, &request, &reply);
    struct doctor_time time = { .is_override = is_override };
    enum clinic_code code = CLINIC_CODE_COUNT;

    assert_true(clinic_id_parse(doctor_id, &time.doctor_id));
    enum clinic_status status =
        doctor_place(&decision, &time.doctor_id, local, slots, &time.start_ms, &time.end_ms);
    if (status == CLINIC_OK)
        status = doctor_refuse_time(&decision, &time);
    assert_true(status == CLINIC_OK || status == CLINIC_REFUSED);
    if (status == CLINIC_REFUSED)
        assert_true(clinic_code_find(reply.problem.code, &code));
    return code;
}

static void a_time_that_cannot_be_booked_is_refused_with_the_reason(void **state)
{
    // It is Monday 2026-11-23, 09:00.
    static const struct wanted_time cases[] = {
        { "2026-11-23T09:00", 1, CLINIC_CODE_COUNT },
        { "2026-11-23T08:30", 1, CLINIC_CODE_SLOT_PAST },
        { "2026-11-24T11:30", 1, CLINIC_CODE_COUNT },
        { "2026-11-24T11:30", 2, CLINIC_CODE_SLOT_OUTSIDE_HOURS }, // into the break
        { "2026-11-24T12:30", 1, CLINIC_CODE_SLOT_OUTSIDE_HOURS },
        { "2026-11-24T13:00", 8, CLINIC_CODE_COUNT },
        { "2026-11-24T13:10", 1, CLINIC_CODE_SLOT_OFF_GRID },
        { "2026-11-28T09:00", 1, CLINIC_CODE_SLOT_OUTSIDE_HOURS }, // a Saturday
        { "2027-02-19T09:00", 1, CLINIC_CODE_COUNT },              // a Friday, 88 days ahead
        { "2027-02-22T09:00", 1, CLINIC_CODE_SLOT_TOO_FAR },
        { "2027-03-28T02:30", 1, CLINIC_CODE_SLOT_NO_SUCH_TIME },
    };
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        enum clinic_code code = ask_time(fixture, id, cases[i].local, cases[i].slots, false);
        if (code != cases[i].code)
            fail_msg("%s x %lld gave %d", cases[i].local, (long long)cases[i].slots, (int)code);
    }
}

static void staff_may_override_all_but_the_past_and_the_horizon(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
    assert_int_equal(ask_time(fixture, id, "2026-11-28T03:07", 1, true), CLINIC_CODE_COUNT);
    assert_int_equal(ask_time(fixture, id, "2026-11-23T08:30", 1, true), CLINIC_CODE_SLOT_PAST);
    assert_int_equal(ask_time(fixture, id, "2027-02-22T09:00", 1, true), CLINIC_CODE_SLOT_TOO_FAR);
}

// ---- bookings

static void a_booking_stands_in_the_way_of_every_overlap(void **state)
{
    static const struct wanted_time cases[] = {
        { "2026-11-24T09:00", 2, CLINIC_CODE_COUNT },           // touches its start
        { "2026-11-24T09:30", 2, CLINIC_CODE_CONFLICT_DOCTOR }, // into it
        { "2026-11-24T10:00", 1, CLINIC_CODE_CONFLICT_DOCTOR }, // its first half
        { "2026-11-24T10:00", 2, CLINIC_CODE_CONFLICT_DOCTOR }, // the same
        { "2026-11-24T09:00", 6, CLINIC_CODE_CONFLICT_DOCTOR }, // around it
        { "2026-11-24T10:30", 1, CLINIC_CODE_CONFLICT_DOCTOR }, // its second half
        { "2026-11-24T10:30", 3, CLINIC_CODE_CONFLICT_DOCTOR }, // out of it
        { "2026-11-24T11:00", 2, CLINIC_CODE_COUNT },           // touches its end
    };
    struct service_fixture *fixture = *state;
    struct clinic_id appointment;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
    assert_int_equal(doctor_book(fixture, id, "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z", false,
                                 &appointment),
                     CLINIC_OK);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        enum clinic_code code = ask_time(fixture, id, cases[i].local, cases[i].slots, false);
        if (code != cases[i].code)
            fail_msg("%s x %lld gave %d", cases[i].local, (long long)cases[i].slots, (int)code);
    }
}

static void the_database_itself_refuses_two_bookings_at_one_time(void **state)
{
    struct service_fixture *fixture = *state;
    struct clinic_id appointment;
    char id[CLINIC_ID_TEXT_BYTES];
    char other[CLINIC_ID_TEXT_BYTES];
    static const char start[] = "2026-11-24T09:00:00Z";
    static const char end[] = "2026-11-24T10:00:00Z";

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
    doctor_add(fixture, "Dr. Bo Li", WEEK, other);
    assert_int_equal(doctor_book(fixture, id, start, end, false, &appointment), CLINIC_OK);
    assert_int_equal(doctor_book(fixture, id, "2026-11-24T09:30:00Z", "2026-11-24T10:30:00Z", false,
                                 &appointment),
                     CLINIC_REFUSED);
    assert_int_equal(doctor_book(fixture, other, start, end, false, &appointment), CLINIC_OK);
    assert_int_equal(doctor_book(fixture, id, start, end, true, &appointment), CLINIC_OK);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM doctor_slot"), 3);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_doctor_gets_a_number_that_nobody_had),
        TEST(what_people_type_is_tidied_and_sealed),
        TEST(a_time_that_cannot_be_booked_is_refused_with_the_reason),
        TEST(staff_may_override_all_but_the_past_and_the_horizon),
        TEST(a_booking_stands_in_the_way_of_every_overlap),
        TEST(the_database_itself_refuses_two_bookings_at_one_time),
    };
    return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
