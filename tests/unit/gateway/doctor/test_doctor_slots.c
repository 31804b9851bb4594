// What can be booked and why the rest cannot, and a doctor's visits as a calendar file.
#include "doctor_fixture.h"

#include <calendar_days.h>
#include <local_time.h>

static const enum clinic_request_kind SLOTS = CLINIC_REQUEST_DOCTOR_SLOTS;
static const enum clinic_request_kind CALENDAR = CLINIC_REQUEST_DOCTOR_CALENDAR;

// From 09:00 to 10:30, every day: three slots.
#define SHORT_DAYS                                                                                 \
    "[{\"weekday\":1,\"from\":\"09:00\",\"to\":\"10:30\"},"                                        \
    "{\"weekday\":2,\"from\":\"09:00\",\"to\":\"10:30\"},"                                         \
    "{\"weekday\":3,\"from\":\"09:00\",\"to\":\"10:30\"},"                                         \
    "{\"weekday\":4,\"from\":\"09:00\",\"to\":\"10:30\"}]"

static const cJSON *slots_of(const struct service_fixture *fixture)
{
    return clinic_json_member(fixture->reply.data, "slots");
}

// "2026-11-23T09:30 free", a line each.
static void assert_slots(const struct service_fixture *fixture, const char *const *wanted)
{
    char line[64];
    const cJSON *slot = slots_of(fixture)->child;

    for (; *wanted != NULL; wanted++, slot = slot->next) {
        assert_non_null(slot);
        (void)snprintf(line, sizeof line, "%s %s", clinic_json_text(slot, "local"),
                       clinic_json_text(slot, "state"));
        assert_string_equal(line, *wanted);
    }
    assert_null(slot);
}

static void every_slot_says_why_it_is_not_free(void **state)
{
    static const char *const wanted[] = {
        "2026-11-23T09:00 past",
        "2026-11-23T09:30 booked",
        "2026-11-23T10:00 free",
        "2026-11-24T09:00 vacation",
        "2026-11-24T09:30 booked",
        "2026-11-24T10:00 vacation",
        "2026-11-25T09:00 holiday",
        "2026-11-25T09:30 holiday",
        "2026-11-25T10:00 holiday",
        "2026-11-26T14:00 free", // an exception
        NULL,
    };
    static const char *const free_ones[] = { "2026-11-23T10:00 free", "2026-11-26T14:00 free",
                                             NULL };
    struct service_fixture *fixture = *state;
    struct clinic_id appointment;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", SHORT_DAYS, id);
    appointment = doctor_booked(fixture, id, "2026-11-23T08:30:00Z", "2026-11-23T09:00:00Z");
    assert_int_equal(doctor_book(fixture, id, "2026-11-24T08:35:00Z", "2026-11-24T08:55:00Z", true,
                                 &appointment),
                     CLINIC_OK);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_HOLIDAY,
                    "{\"add\":[{\"date\":\"2026-11-24\"},{\"date\":\"2026-11-25\"}]}");
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_TIME_OFF,
                    "{\"doctor_id\":\"%s\",\"add\":[{\"from\":\"2026-11-24\","
                    "\"to\":\"2026-11-24\"}]}",
                    id);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_HOURS,
                    "{\"doctor_id\":\"%s\",\"expected_version\":2,\"exceptions\":["
                    "{\"date\":\"2026-11-26\",\"from\":\"14:00\",\"to\":\"14:45\"}]}",
                    id);
    fixture->wall_ms += 60000; // 09:01
    assert_accepted(fixture, SLOTS, "{\"doctor_id\":\"%s\"}", id);
    assert_slots(fixture, wanted);
    assert_accepted(fixture, SLOTS, "{\"doctor_id\":\"%s\",\"only_free\":true}", id);
    assert_slots(fixture, free_ones);
}

static void the_horizon_moves_on_with_every_day(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", SHORT_DAYS, id);
    for (int day = 0; day < 3; day++) {
        // 90 days after Monday 2026-11-23 is Sunday 2027-02-21.
        assert_accepted(fixture, SLOTS, "{\"doctor_id\":\"%s\",\"from\":\"2027-02-22\",\"days\":3}",
                        id);
        const cJSON *slots = slots_of(fixture);
        assert_int_equal(cJSON_GetArraySize(slots), 9);
        for (int i = 0; i < 9; i++)
            assert_string_equal(clinic_json_text(cJSON_GetArrayItem(slots, i), "state"),
                                i < 3 * day ? "free" : "too-far");
        fixture->wall_ms += INT64_C(86400000);
    }
}

static void asking_again_changes_nothing(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", SHORT_DAYS, id);
    assert_accepted(fixture, SLOTS, "{\"doctor_id\":\"%s\"}", id);
    char *first = clinic_json_print(fixture->reply.data);
    assert_accepted(fixture, SLOTS, "{\"doctor_id\":\"%s\"}", id);
    char *second = clinic_json_print(fixture->reply.data);
    assert_non_null(first);
    assert_non_null(second);
    assert_string_equal(first, second);
    free(first);
    free(second);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 1);
}

static void a_long_list_says_that_there_is_more(void **state)
{
    struct service_fixture *fixture = *state;
    const struct clinic_id id = services_new_id(fixture);
    char text[CLINIC_ID_TEXT_BYTES];

    clinic_id_print(&id, text);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_CREATE,
                    "{\"doctor_id\":\"%s\",\"name\":\"Dr. Ada\",\"specialty\":\"x\","
                    "\"slot_minutes\":5,\"hours\":["
                    "{\"weekday\":2,\"from\":\"00:00\",\"to\":\"24:00\"},"
                    "{\"weekday\":3,\"from\":\"00:00\",\"to\":\"24:00\"},"
                    "{\"weekday\":4,\"from\":\"00:00\",\"to\":\"24:00\"}]}",
                    text);
    assert_accepted(fixture, SLOTS, "{\"doctor_id\":\"%s\",\"days\":31}", text);
    assert_int_equal(cJSON_GetArraySize(slots_of(fixture)), 600);
    assert_true(clinic_json_boolean(fixture->reply.data, "more", false));
    assert_accepted(fixture, SLOTS, "{\"doctor_id\":\"%s\",\"days\":3}", text);
    assert_int_equal(cJSON_GetArraySize(slots_of(fixture)), 576);
    assert_false(clinic_json_boolean(fixture->reply.data, "more", true));
}

// ---- calendars

static void a_calendar_holds_times_and_ids_and_no_names(void **state)
{
    static const char form[] =
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Clinic Edge//EN\nCALSCALE:GREGORIAN\n"
        "BEGIN:VEVENT\nUID:%s\nDTSTAMP:20261123T080000Z\nDTSTART:20261125T080000Z\n"
        "DTEND:20261125T090000Z\nSEQUENCE:1\nSTATUS:CONFIRMED\nSUMMARY:Visit\nEND:VEVENT\n"
        "END:VCALENDAR\n";
    struct service_fixture *fixture = *state;
    struct clinic_id moved;
    struct clinic_id canceled;
    struct calendar_days days;
    char problem[CALENDAR_PROBLEM_BYTES];
    char wanted[600];
    char id[CLINIC_ID_TEXT_BYTES];
    char uid[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", SHORT_DAYS, id);
    moved = doctor_booked(fixture, id, "2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z");
    canceled = doctor_booked(fixture, id, "2026-11-26T08:00:00Z", "2026-11-26T08:30:00Z");
    assert_int_equal(doctor_follow(fixture, CLINIC_APPOINTMENT_RESCHEDULED, &moved, id,
                                   "\"start\":\"2026-11-25T08:00:00Z\","
                                   "\"end\":\"2026-11-25T09:00:00Z\",\"version\":2,"
                                   "\"by\":\"patient\",\"previous\":{\"doctor_id\":"
                                   "\"018f0000-0000-7000-8000-000000000001\","
                                   "\"start\":\"2026-11-24T08:00:00Z\","
                                   "\"end\":\"2026-11-24T09:00:00Z\"}"),
                     CLINIC_OK);
    assert_int_equal(doctor_follow(fixture, CLINIC_APPOINTMENT_CANCELED, &canceled, id,
                                   "\"version\":2,\"by\":\"patient\",\"reason\":\"ill\","
                                   "\"late\":false,\"start\":\"2026-11-26T08:00:00Z\","
                                   "\"end\":\"2026-11-26T08:30:00Z\""),
                     CLINIC_OK);
    assert_accepted(fixture, CALENDAR, "{\"doctor_id\":\"%s\"}", id);
    clinic_id_print(&moved, uid);
    (void)snprintf(wanted, sizeof wanted, form, uid);
    assert_string_equal(reply_text(fixture, "ics"), wanted);

    // What we write a calendar program reads.
    assert_true(calendar_days_read(reply_text(fixture, "ics"), local_day_number("2026-11-23"),
                                   &days, problem));
    assert_int_equal(days.count, 1);
    assert_int_equal(days.items[0].from_day, local_day_number("2026-11-25"));
}

static void a_calendar_covers_the_days_that_were_asked_for(void **state)
{
    struct service_fixture *fixture = *state;
    char start[CLINIC_INSTANT_TEXT_BYTES];
    char end[CLINIC_INSTANT_TEXT_BYTES];
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", SHORT_DAYS, id);
    for (int day = 24; day <= 27; day++) {
        (void)snprintf(start, sizeof start, "2026-11-%02dT23:00:00Z", day); // midnight in Paris
        (void)snprintf(end, sizeof end, "2026-11-%02dT23:30:00Z", day);
        doctor_booked(fixture, id, start, end);
    }
    assert_accepted(fixture, CALENDAR,
                    "{\"doctor_id\":\"%s\",\"from\":\"2026-11-26\",\"to\":\"2026-11-27\"}", id);
    assert_null(strstr(reply_text(fixture, "ics"), "DTSTART:20261124"));
    assert_non_null(strstr(reply_text(fixture, "ics"), "DTSTART:20261125T230000Z"));
    assert_non_null(strstr(reply_text(fixture, "ics"), "DTSTART:20261126T230000Z"));
    assert_null(strstr(reply_text(fixture, "ics"), "DTSTART:20261127"));
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, CALENDAR,
                   "{\"doctor_id\":\"%s\",\"from\":\"2026-11-26\",\"to\":\"2026-11-25\"}", id);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_slot_says_why_it_is_not_free),
        TEST(the_horizon_moves_on_with_every_day),
        TEST(asking_again_changes_nothing),
        TEST(a_long_list_says_that_there_is_more),
        TEST(a_calendar_holds_times_and_ids_and_no_names),
        TEST(a_calendar_covers_the_days_that_were_asked_for),
    };
    return cmocka_run_group_tests_name("doctor_slots", tests, NULL, NULL);
}
