// Messages about visits: patient and doctor are told how things stand now, in time, and no more often than is borne.
#include "message_fixture.h"

struct people {
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];
};

static struct people meet(struct service_fixture *fixture, const char *more)
{
    struct people people;
    char all[256];

    (void)snprintf(all, sizeof all, ",\"language\":\"en\"%s", more);
    message_old_patient(fixture, all, people.patient);
    message_doctor(fixture, ",\"language\":\"en\"", people.doctor);
    return people;
}

static void booked(struct service_fixture *fixture, struct people *people, const char *start)
{
    message_book(fixture, people->patient, people->doctor, start, people->visit);
}

static void a_booking_is_confirmed_to_patient_and_doctor(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_SMS);

    booked(fixture, &people, "2026-11-25T09:30");
    assert_message(fixture, "template = 'visit-confirmed'", "body",
                   "Clinique du Parc: Ana, your visit is booked for Wednesday 25 November at 9:30. "
                   "To change it, please call +33 1 23 45 67 89.");
    assert_message(fixture, "template = 'visit-confirmed'", "channel", "sms");
    assert_message(fixture, "template = 'doctor-visit-booked'", "body",
                   "New visit on Wednesday 25 November at 9:30.");
    assert_message(fixture, "template = 'doctor-visit-booked'", "channel", "screen");
    assert_int_equal(message_count(fixture, "audience = 'doctor' AND patient_id IS NOT NULL"), 0);
    // 08:30 UTC: pointless after the start.
    assert_message(fixture, "template = 'visit-confirmed'",
                   "datetime(expires_at_ms / 1000, 'unixepoch')", "2026-11-25 08:30:00");
}

// While recorded times stand still a visit next week would be long over, and a patient in the middle of the night.
static void after_a_clock_was_a_year_ahead_bookings_are_confirmed_all_the_same(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_SMS);
    char other[CLINIC_ID_TEXT_BYTES];

    const int64_t right_ms = fixture->wall_ms;
    fixture->wall_ms += INT64_C(365) * DAY_MS;
    message_patient(fixture, BY_SMS, other);
    fixture->wall_ms = right_ms;
    booked(fixture, &people, "2026-11-25T09:30");
    assert_message(fixture, "template = 'visit-confirmed'", "channel", "sms");
    assert_message(fixture, "template = 'visit-confirmed'",
                   "datetime(not_before_ms / 1000, 'unixepoch')", "2026-11-23 08:00:00");
    assert_int_equal(message_count(fixture, "template = 'doctor-visit-booked'"), 1);
}

// Three SMS of a year that has not come are not what this patient bears in a week.
static void messages_dated_into_next_year_use_up_no_sms(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_SMS);

    const int64_t right_ms = fixture->wall_ms;
    fixture->wall_ms += INT64_C(365) * DAY_MS;
    booked(fixture, &people, "2027-11-26T09:30");
    fixture->wall_ms = right_ms;
    booked(fixture, &people, "2026-11-25T09:30");
    assert_int_equal(message_count(fixture, "template = 'visit-confirmed' AND channel = 'sms'"), 2);
}

static void days_and_times_are_written_as_each_language_does(void **state)
{
    static const struct {
        const char *language;
        const char *start;
        const char *wanted;
    } cases[] = {
        { "fr", "2026-12-01T09:00",
          "Clinique du Parc : Ana, votre rendez-vous est le mardi 1er décembre à 9h00. Pour le "
          "modifier : +33 1 23 45 67 89." },
        { "de", "2026-12-02T14:30",
          "Clinique du Parc: Ana, Ihr Termin ist am Mittwoch, 2. Dezember um 14:30 Uhr. "
          "Änderungen bitte unter Tel. +33 1 23 45 67 89." },
        { "es", "2027-01-01T10:00",
          "Clinique du Parc: Ana, su cita es el viernes 1 de enero a las 10:00. Para cambiarla, "
          "llame al +33 1 23 45 67 89." },
    };
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, "");

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char more[64];
        (void)snprintf(more, sizeof more, ",\"language\":\"%s\"", cases[i].language);
        message_patient(fixture, more, people.patient);
        booked(fixture, &people, cases[i].start);
        assert_message(fixture, "template = 'visit-confirmed'", "body", cases[i].wanted);
    }
}

static void a_moved_visit_is_told_to_patient_and_doctor(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_EMAIL);

    booked(fixture, &people, "2026-11-25T09:30");
    message_move(fixture, people.visit, 1, "2026-11-26T14:00", "");
    assert_message(fixture, "template = 'visit-moved'", "body",
                   "Clinique du Parc: Ana, your visit is now on Thursday 26 November at 14:00. "
                   "Does that not suit you? Call +33 1 23 45 67 89.");
    assert_message(fixture, "audience = 'doctor'", "body",
                   "The visit of Wednesday 25 November at 9:30 is now on Thursday 26 November at "
                   "14:00.");
}

static void a_change_of_doctor_is_told_to_both(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_EMAIL);
    char other[CLINIC_ID_TEXT_BYTES];
    char more[80];
    char where[200];

    booked(fixture, &people, "2026-11-25T09:30");
    message_doctor(fixture, ",\"language\":\"de\"", other);
    (void)snprintf(more, sizeof more, ",\"doctor_id\":\"%s\"", other);
    message_move(fixture, people.visit, 1, "2026-11-26T14:00", more);
    assert_message(fixture, "template = 'doctor-visit-handed-over'", "body",
                   "The visit on Wednesday 25 November at 9:30 has gone to a colleague.");
    assert_message(fixture, "template = 'doctor-visit-booked'", "body",
                   "Neuer Termin am Donnerstag, 26. November um 14:00 Uhr.");
    (void)snprintf(where, sizeof where,
                   "template = 'doctor-visit-booked' AND lower(hex(recipient)) = "
                   "replace('%s', '-', '')",
                   other);
    assert_int_equal(message_count(fixture, where), 1);
}

static void a_canceled_visit_is_told_to_patient_and_doctor(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_EMAIL);

    booked(fixture, &people, "2026-11-25T09:30");
    message_cancel(fixture, people.visit);
    assert_message(
        fixture, "template = 'visit-canceled'", "body",
        "Clinique du Parc: Ana, your visit on Wednesday 25 November at 9:30 is canceled. "
        "For a new one, please call +33 1 23 45 67 89.");
    assert_message(fixture, "audience = 'doctor'", "body",
                   "The visit on Wednesday 25 November at 9:30 is canceled.");
}

static void a_message_about_an_older_version_is_dropped(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_SMS);

    message_clock(fixture, 22);
    booked(fixture, &people, "2026-11-27T09:30");
    message_move(fixture, people.visit, 1, "2026-11-27T10:00", "");
    message_move(fixture, people.visit, 2, "2026-11-27T10:30", "");
    assert_int_equal(message_count(fixture, "visit_id IS NOT NULL AND dropped_at_ms IS NULL"), 2);
    assert_message(fixture, "audience = 'patient' AND dropped_at_ms IS NULL", "body",
                   "Clinique du Parc: Ana, your visit is now on Friday 27 November at 10:30. "
                   "Does that not suit you? Call +33 1 23 45 67 89.");
    // What was dropped has not been sent: the newest is the one SMS of the day.
    assert_message(fixture, "audience = 'patient'", "channel", "sms");
    assert_int_equal(
        sql_number(fixture, "SELECT count(*) FROM delivery WHERE channel = 'sms' AND state = 1"),
        2); // and the welcome of two weeks ago, which nobody has sent yet
    message_cancel(fixture, people.visit);
    assert_int_equal(message_count(fixture, "visit_id IS NOT NULL AND dropped_at_ms IS NULL"), 2);
}

static void near_a_visit_even_the_night_is_no_time_to_wait(void **state)
{
    static const struct {
        double booked;
        const char *start;
        bool waits;
    } cases[] = {
        { 22, "2026-11-24T10:00", false }, // in 12 hours
        { 22, "2026-11-24T10:30", true },
        { 23, "2026-11-24T10:30", false },
        { 30, "2026-11-24T18:30", true },
    };
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, "");

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        message_clock(fixture, cases[i].booked);
        message_patient(fixture, "", people.patient);
        message_doctor(fixture, "", people.doctor);
        booked(fixture, &people, cases[i].start);
        assert_int_equal(message_number(fixture, "template = 'visit-confirmed'",
                                        "not_before_ms > created_at_ms"),
                         cases[i].waits);
        assert_int_equal(message_number(fixture, "template = 'doctor-visit-booked'",
                                        "not_before_ms > created_at_ms"),
                         cases[i].waits);
    }
}

static void a_visit_that_was_near_is_told_at_once_when_it_is_moved_away(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, "");

    booked(fixture, &people, "2026-11-24T08:30");
    message_clock(fixture, 22);
    message_move(fixture, people.visit, 1, "2026-12-10T08:30", "");
    assert_int_equal(
        message_number(fixture, "template = 'visit-moved'", "not_before_ms = created_at_ms"), 1);
}

// ---- how much a patient bears

static void a_patient_gets_one_sms_a_day_and_the_rest_by_hand(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_SMS);

    booked(fixture, &people, "2026-12-15T09:30");
    fixture->wall_ms += MINUTE_MS;
    message_move(fixture, people.visit, 1, "2026-12-15T10:00", "");
    assert_message(fixture, "audience = 'patient'", "channel", "print");
    assert_int_equal(
        sql_number(fixture, "SELECT state FROM delivery ORDER BY sequence DESC LIMIT 1"), 2);
    // The next day by the clinic's clock, though it is only hours later.
    message_clock(fixture, 20.9);
    message_move(fixture, people.visit, 2, "2026-12-15T10:30", "");
    assert_message(fixture, "audience = 'patient'", "channel", "print");
    message_clock(fixture, 32);
    message_move(fixture, people.visit, 3, "2026-12-15T11:00", "");
    assert_message(fixture, "audience = 'patient'", "channel", "sms");
}

static void a_patient_gets_three_sms_in_seven_days(void **state)
{
    static const struct {
        int day;
        const char *channel;
    } cases[] = {
        { 0, "sms" },   { 1, "sms" }, { 3, "sms" }, { 4, "print" },
        { 6, "print" }, { 7, "sms" }, { 8, "sms" },
    };
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_SMS);

    booked(fixture, &people, "2026-12-15T00:00");
    for (size_t i = 1; i < ARRAY_SIZE(cases); i++) {
        char start[32];
        (void)snprintf(start, sizeof start, "2026-12-15T%02zu:00", i);
        message_clock(fixture, 9 + 24.0 * cases[i].day);
        message_move(fixture, people.visit, (int)i, start, "");
        assert_message(fixture, "audience = 'patient'", "channel", cases[i].channel);
    }
}

static void mail_has_no_such_limit(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_EMAIL);

    booked(fixture, &people, "2026-12-15T09:30");
    message_move(fixture, people.visit, 1, "2026-12-15T10:00", "");
    message_move(fixture, people.visit, 2, "2026-12-15T10:30", "");
    assert_int_equal(message_count(fixture, "visit_id IS NOT NULL AND channel = 'email'"), 3);
}

static void the_welcome_makes_room_for_the_first_visit(void **state)
{
    static const double hours[] = { 9, 22.5 };
    struct service_fixture *fixture = *state;
    struct people people;

    for (size_t i = 0; i < ARRAY_SIZE(hours); i++) {
        message_clock(fixture, hours[i]);
        message_doctor(fixture, "", people.doctor);
        message_patient(fixture, BY_SMS, people.patient);
        booked(fixture, &people, "2026-12-15T09:30");
        assert_message(fixture, "template = 'visit-confirmed'", "channel", "sms");
        assert_message(fixture, "template = 'welcome'", "channel", "print");
        assert_int_equal(sql_number(fixture, "SELECT count(*) FROM delivery WHERE state = 2"),
                         (int64_t)i + 1);
    }
    // One that has gone out is gone.
    message_clock(fixture, 34);
    message_doctor(fixture, "", people.doctor);
    message_patient(fixture, BY_SMS, people.patient);
    message_clock(fixture, 35);
    booked(fixture, &people, "2026-12-15T09:30");
    assert_message(fixture, "template = 'visit-confirmed'", "channel", "print");
    assert_message(fixture, "template = 'welcome'", "channel", "sms");
}

static void nothing_of_why_somebody_comes_is_in_a_message(void **state)
{
    struct service_fixture *fixture = *state;
    struct people people = meet(fixture, BY_SMS);

    booked(fixture, &people, "2026-12-15T09:30");
    message_move(fixture, people.visit, 1, "2026-12-15T10:00", "");
    message_cancel(fixture, people.visit);
    assert_int_equal(message_count(fixture, "body LIKE '%biopsy%' OR body LIKE '%oncolog%'"
                                            " OR body LIKE '%stone%' OR body LIKE '%1990%'"),
                     0);
    assert_int_equal(message_count(fixture, "audience = 'doctor' AND body LIKE '%ana%'"), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_booking_is_confirmed_to_patient_and_doctor),
        TEST(after_a_clock_was_a_year_ahead_bookings_are_confirmed_all_the_same),
        TEST(messages_dated_into_next_year_use_up_no_sms),
        TEST(days_and_times_are_written_as_each_language_does),
        TEST(a_moved_visit_is_told_to_patient_and_doctor),
        TEST(a_change_of_doctor_is_told_to_both),
        TEST(a_canceled_visit_is_told_to_patient_and_doctor),
        TEST(a_message_about_an_older_version_is_dropped),
        TEST(near_a_visit_even_the_night_is_no_time_to_wait),
        TEST(a_visit_that_was_near_is_told_at_once_when_it_is_moved_away),
        TEST(a_patient_gets_one_sms_a_day_and_the_rest_by_hand),
        TEST(a_patient_gets_three_sms_in_seven_days),
        TEST(mail_has_no_such_limit),
        TEST(the_welcome_makes_room_for_the_first_visit),
        TEST(nothing_of_why_somebody_comes_is_in_a_message),
    };
    return cmocka_run_group_tests_name("messages about visits", tests, NULL, NULL);
}
