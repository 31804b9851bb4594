// Notices for screens, as the courier reads them: at once or in the morning, each with an id that stays the same.
#include "message_fixture.h"

#include "../../../../gateway/services/notification/notification.h"

enum { NOTICES_MAX = 8, TEXT_BYTES = 512 };

struct notices {
    int wanted; // no more than so many
    int count;
    uint64_t sequences[NOTICES_MAX];
    char audiences[NOTICES_MAX][64];
    char json[NOTICES_MAX][TEXT_BYTES];
    struct notice_reading reading;
};

static bool keep(void *context, const struct notice *notice)
{
    struct notices *notices = context;

    if (notices->count == notices->wanted)
        return false;
    notices->sequences[notices->count] = notice->sequence;
    (void)snprintf(notices->audiences[notices->count], 64, "%s", notice->audience);
    (void)snprintf(notices->json[notices->count], TEXT_BYTES, "%s", notice->json);
    notices->count++;
    return true;
}

static struct notices read_some(struct service_fixture *fixture, enum notice_lane lane,
                                uint64_t after, uint64_t through, int wanted)
{
    struct notices notices = { .wanted = wanted };
    const struct notice_range range = { lane, after, through, fixture->wall_ms };

    assert_int_equal(
        notification_read_notices(fixture->store, &range, keep, &notices, &notices.reading),
        CLINIC_OK);
    return notices;
}

static struct notices read_all(struct service_fixture *fixture, enum notice_lane lane)
{
    return read_some(fixture, lane, 0, event_log_head(fixture->store), NOTICES_MAX);
}

static void register_at_kiosk(struct service_fixture *fixture, char id[static CLINIC_ID_TEXT_BYTES])
{
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    message_new_id(fixture, id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_CREATE,
                    "{\"patient_id\":\"%s\",\"name\":\"Ana\",\"birth_date\":\"19%c0-04-02\"}", id,
                    '0' + (int)(event_log_head(fixture->store) % 10));
}

static void reception_sees_that_somebody_waits_but_not_who(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];
    char wanted[TEXT_BYTES];

    (void)snprintf(fixture->site.language, sizeof fixture->site.language, "en");
    register_at_kiosk(fixture, id);
    const struct notices notices = read_all(fixture, NOTICE_AT_ONCE);
    assert_int_equal(notices.count, 1);
    assert_int_equal(notices.sequences[0], 1);
    assert_string_equal(notices.audiences[0], "staff");
    (void)snprintf(wanted, sizeof wanted,
                   "{\"id\":\"0000000000000001-1\",\"time\":\"2026-11-23T08:00:00.000Z\","
                   "\"kind\":\"provisional\",\"text\":\"A new patient is waiting to be "
                   "completed.\",\"patient_id\":\"%s\"}",
                   id);
    assert_string_equal(notices.json[0], wanted);
    // The welcome is no notice, and a range that is past holds none.
    assert_int_equal(message_count(fixture, "1"), 2);
    assert_int_equal(read_some(fixture, NOTICE_AT_ONCE, 1, 9, NOTICES_MAX).count, 0);
    assert_int_equal(read_all(fixture, NOTICE_LATER).count, 0);
}

// The gateway's clock was a year ahead for an evening: what was to wait for a morning of that year holds nothing up.
static void a_clock_that_was_ahead_keeps_no_later_notice_back(void **state)
{
    struct service_fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES], doctor[CLINIC_ID_TEXT_BYTES], visit[CLINIC_ID_TEXT_BYTES];

    message_old_patient(fixture, BY_EMAIL, patient);
    message_doctor(fixture, ",\"language\":\"en\"", doctor);
    message_clock(fixture, 22 + 365 * 24);
    message_book(fixture, patient, doctor, "2027-11-26T10:00", visit);
    const uint64_t ahead = event_log_head(fixture->store);
    message_clock(fixture, 22);
    message_book(fixture, patient, doctor, "2026-11-25T10:00", visit);
    assert_int_equal(read_some(fixture, NOTICE_LATER, ahead, ahead + 1, NOTICES_MAX).count, 0);
    message_clock(fixture, 24 + 9);
    const struct notices notices = read_all(fixture, NOTICE_LATER);
    assert_true(notices.count > 0);
    assert_int_equal(notices.sequences[notices.count - 1], ahead + 1);
    assert_int_equal(notices.reading.passed, event_log_head(fixture->store));
}

static void a_registration_at_the_desk_is_no_news_to_it(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, "", id);
    assert_int_equal(read_all(fixture, NOTICE_AT_ONCE).count, 0);
}

static void a_doctors_notice_names_the_visit_and_nobody(void **state)
{
    struct service_fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];
    char audience[64];
    char wanted[64];

    message_patient(fixture, "", patient);
    message_doctor(fixture, "", doctor);
    message_book(fixture, patient, doctor, "2026-11-25T09:30", visit);
    const struct notices notices = read_all(fixture, NOTICE_AT_ONCE);
    assert_int_equal(notices.count, 2); // and the welcome
    (void)snprintf(audience, sizeof audience, "doctor/%s", doctor);
    assert_string_equal(notices.audiences[1], audience);
    (void)snprintf(wanted, sizeof wanted, "\"appointment_id\":\"%s\"", visit);
    assert_non_null(strstr(notices.json[1], wanted));
    assert_null(strstr(notices.json[1], patient));
    assert_null(strstr(notices.json[1], "Ana"));
}

static void what_waits_for_the_morning_is_shown_in_the_morning(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    message_clock(fixture, 22);
    register_at_kiosk(fixture, id);
    assert_int_equal(read_all(fixture, NOTICE_AT_ONCE).count, 0);
    struct notices notices = read_all(fixture, NOTICE_LATER);
    assert_int_equal(notices.count, 0);
    message_clock(fixture, 32);
    assert_int_equal(notices.reading.due_at_ms, fixture->wall_ms);
    assert_int_equal(notices.reading.passed, 0); // a position must not pass it
    fixture->wall_ms--;
    assert_int_equal(read_all(fixture, NOTICE_LATER).count, 0);
    fixture->wall_ms++;
    services_reopen(fixture);
    notices = read_all(fixture, NOTICE_LATER);
    assert_int_equal(notices.count, 1);
    assert_int_equal(notices.reading.passed, 1);
    assert_int_equal(notices.reading.due_at_ms, INT64_MAX);
    assert_int_equal(read_some(fixture, NOTICE_LATER, 1, 9, NOTICES_MAX).count, 0);
}

static void what_has_expired_is_passed_over(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    register_at_kiosk(fixture, id);
    fixture->wall_ms += DAY_MS - 1;
    assert_int_equal(read_all(fixture, NOTICE_AT_ONCE).count, 1);
    fixture->wall_ms++;
    const struct notices notices = read_all(fixture, NOTICE_AT_ONCE);
    assert_int_equal(notices.count, 0);
    assert_int_equal(notices.reading.passed, event_log_head(fixture->store));
}

static void a_reader_without_room_goes_on_where_it_stopped(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    for (int i = 0; i < 3; i++)
        register_at_kiosk(fixture, id);
    const uint64_t head = event_log_head(fixture->store);
    struct notices notices = read_some(fixture, NOTICE_AT_ONCE, 0, head, 2);
    assert_int_equal(notices.count, 2);
    assert_true(notices.reading.is_interrupted);
    assert_int_equal(notices.reading.passed, notices.sequences[1]);
    notices = read_some(fixture, NOTICE_AT_ONCE, notices.reading.passed, head, 2);
    assert_int_equal(notices.count, 1);
    assert_false(notices.reading.is_interrupted);
}

static void a_notice_that_was_overtaken_in_the_night_is_not_shown(void **state)
{
    struct service_fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];
    char visit[CLINIC_ID_TEXT_BYTES];

    message_clock(fixture, 22);
    message_patient(fixture, "", patient);
    message_doctor(fixture, ",\"email\":\"eva@example.org\"", doctor);
    message_book(fixture, patient, doctor, "2026-11-27T09:30", visit);
    message_cancel(fixture, visit);
    message_clock(fixture, 32);
    const struct notices notices = read_all(fixture, NOTICE_LATER);
    assert_int_equal(notices.count, 1);
    assert_non_null(strstr(notices.json[0], "doctor-visit-canceled"));
}

static void the_templates_that_ship_pass_the_check(void **state)
{
    char problem[200];

    (void)state;
    assert_int_equal(notification_check(problem, sizeof problem), CLINIC_OK);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reception_sees_that_somebody_waits_but_not_who),
        TEST(a_clock_that_was_ahead_keeps_no_later_notice_back),
        TEST(a_registration_at_the_desk_is_no_news_to_it),
        TEST(a_doctors_notice_names_the_visit_and_nobody),
        TEST(what_waits_for_the_morning_is_shown_in_the_morning),
        TEST(what_has_expired_is_passed_over),
        TEST(a_reader_without_room_goes_on_where_it_stopped),
        TEST(a_notice_that_was_overtaken_in_the_night_is_not_shown),
        cmocka_unit_test(the_templates_that_ship_pass_the_check),
    };
    return cmocka_run_group_tests_name("notices", tests, NULL, NULL);
}
