// Which times can be booked, which are refused, and what a booking stands in the way of.
#include "doctor_fixture.h"

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
    struct decision decision = services_decision(fixture, &request, &reply);
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

static void assert_answers(struct service_fixture *fixture, const char *doctor_id,
                           const struct wanted_time *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum clinic_code code = ask_time(fixture, doctor_id, cases[i].local, cases[i].slots, false);
        if (code != cases[i].code)
            fail_msg("%s x %lld gave %d", cases[i].local, (long long)cases[i].slots, (int)code);
    }
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
    assert_answers(fixture, id, cases, ARRAY_SIZE(cases));
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
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
    doctor_booked(fixture, id, "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z");
    assert_answers(fixture, id, cases, ARRAY_SIZE(cases));
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
    appointment = doctor_booked(fixture, id, start, end);
    assert_int_equal(doctor_book(fixture, id, "2026-11-24T09:30:00Z", "2026-11-24T10:30:00Z", false,
                                 &appointment),
                     CLINIC_INVALID); // a fault: no decision would have appended it
    appointment = doctor_booked(fixture, other, start, end);
    assert_int_equal(doctor_book(fixture, id, start, end, true, &appointment), CLINIC_OK);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM doctor_slot"), 3);
}

// A visit that is canceled twice frees its own slot and nobody else's.
static void a_slot_is_freed_by_its_appointment_alone(void **state)
{
    static const char canceled[] = "\"version\":2,\"by\":\"patient\",\"reason\":\"ill\","
                                   "\"late\":false,\"start\":\"2026-11-24T09:00:00Z\","
                                   "\"end\":\"2026-11-24T10:00:00Z\"";
    struct service_fixture *fixture = *state;
    struct clinic_id first;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
    first = doctor_booked(fixture, id, "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(doctor_follow(fixture, CLINIC_APPOINTMENT_CANCELED, &first, id, canceled),
                         CLINIC_OK);
        if (i == 0)
            doctor_booked(fixture, id, "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z");
    }
    assert_int_equal(ask_time(fixture, id, "2026-11-24T10:00", 1, false),
                     CLINIC_CODE_CONFLICT_DOCTOR);
}

static void an_ended_visit_keeps_its_time_and_a_missed_one_does_not(void **state)
{
    struct service_fixture *fixture = *state;
    struct clinic_id ended;
    struct clinic_id missed;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
    ended = doctor_booked(fixture, id, "2026-11-24T09:00:00Z", "2026-11-24T09:30:00Z");
    missed = doctor_booked(fixture, id, "2026-11-24T09:30:00Z", "2026-11-24T10:00:00Z");
    assert_int_equal(doctor_follow(fixture, CLINIC_APPOINTMENT_CLOSED, &ended, id,
                                   "\"version\":2,\"outcome\":\"fulfilled\""),
                     CLINIC_OK);
    assert_int_equal(doctor_follow(fixture, CLINIC_APPOINTMENT_CLOSED, &missed, id,
                                   "\"version\":2,\"outcome\":\"no-show\""),
                     CLINIC_OK);
    assert_int_equal(ask_time(fixture, id, "2026-11-24T10:00", 1, false),
                     CLINIC_CODE_CONFLICT_DOCTOR);
    assert_int_equal(ask_time(fixture, id, "2026-11-24T10:30", 1, false), CLINIC_CODE_COUNT);
}

static void a_move_frees_the_old_slot_and_books_the_new(void **state)
{
    struct service_fixture *fixture = *state;
    struct clinic_id appointment;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", WEEK, id);
    appointment = doctor_booked(fixture, id, "2026-11-24T09:00:00Z", "2026-11-24T09:30:00Z");
    assert_int_equal(doctor_follow(fixture, CLINIC_APPOINTMENT_RESCHEDULED, &appointment, id,
                                   "\"start\":\"2026-11-24T09:30:00Z\","
                                   "\"end\":\"2026-11-24T10:00:00Z\",\"version\":2,"
                                   "\"by\":\"doctor\",\"previous\":{\"doctor_id\":"
                                   "\"018f0000-0000-7000-8000-000000000001\","
                                   "\"start\":\"2026-11-24T09:00:00Z\","
                                   "\"end\":\"2026-11-24T09:30:00Z\"}"),
                     CLINIC_OK);
    assert_int_equal(ask_time(fixture, id, "2026-11-24T10:00", 1, false), CLINIC_CODE_COUNT);
    assert_int_equal(ask_time(fixture, id, "2026-11-24T10:30", 1, false),
                     CLINIC_CODE_CONFLICT_DOCTOR);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_time_that_cannot_be_booked_is_refused_with_the_reason),
        TEST(staff_may_override_all_but_the_past_and_the_horizon),
        TEST(a_booking_stands_in_the_way_of_every_overlap),
        TEST(the_database_itself_refuses_two_bookings_at_one_time),
        TEST(a_slot_is_freed_by_its_appointment_alone),
        TEST(an_ended_visit_keeps_its_time_and_a_missed_one_does_not),
        TEST(a_move_frees_the_old_slot_and_books_the_new),
    };
    return cmocka_run_group_tests_name("doctor_times", tests, NULL, NULL);
}
