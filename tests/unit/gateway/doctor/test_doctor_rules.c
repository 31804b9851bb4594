// Hours, vacations and holidays: what may be given, and the work-list of the bookings that they collide with.
#include "doctor_fixture.h"

static const enum clinic_request_kind HOURS = CLINIC_REQUEST_DOCTOR_HOURS;
static const enum clinic_request_kind TIME_OFF = CLINIC_REQUEST_DOCTOR_TIME_OFF;
static const enum clinic_request_kind HOLIDAY = CLINIC_REQUEST_DOCTOR_HOLIDAY;

#define MORNINGS                                                                                   \
    "[{\"weekday\":1,\"from\":\"09:00\",\"to\":\"12:00\"},"                                        \
    "{\"weekday\":2,\"from\":\"09:00\",\"to\":\"12:00\"},"                                         \
    "{\"weekday\":3,\"from\":\"09:00\",\"to\":\"12:00\"}]"

static int conflicts(const struct service_fixture *fixture)
{
    return cJSON_GetArraySize(clinic_json_member(fixture->reply.data, "conflicts"));
}

static void assert_conflict(const struct service_fixture *fixture, int index,
                            const struct clinic_id *appointment_id, const char *why)
{
    char id[CLINIC_ID_TEXT_BYTES];
    const cJSON *item =
        cJSON_GetArrayItem(clinic_json_member(fixture->reply.data, "conflicts"), index);

    clinic_id_print(appointment_id, id);
    assert_string_equal(clinic_json_text(item, "appointment_id"), id);
    assert_string_equal(clinic_json_text(item, "why"), why);
}

// ---- hours

static void hours_that_contradict_themselves_are_refused_and_named(void **state)
{
    static const struct {
        const char *members;
        const char *field;
    } cases[] = {
        { "\"hours\":[{\"weekday\":1,\"from\":\"12:00\",\"to\":\"09:00\"}]", "hours[0].to" },
        { "\"hours\":[{\"weekday\":1,\"from\":\"09:00\",\"to\":\"09:00\"}]", "hours[0].to" },
        { "\"hours\":[{\"weekday\":1,\"from\":\"09:00\",\"to\":\"12:00\"},"
          "{\"weekday\":2,\"from\":\"11:59\",\"to\":\"15:00\"},"
          "{\"weekday\":1,\"from\":\"11:59\",\"to\":\"15:00\"}]",
          "hours[2]" },
        { "\"hours\":[{\"weekday\":1,\"from\":\"09:00\",\"to\":\"12:00\","
          "\"valid_from\":\"2027-01-02\",\"valid_to\":\"2027-01-01\"}]",
          "hours[0].valid_to" },
        { "\"hours\":[{\"weekday\":1,\"from\":\"09:00\",\"to\":\"12:00\","
          "\"valid_to\":\"2027-01-01\"},{\"weekday\":1,\"from\":\"10:00\",\"to\":\"11:00\","
          "\"valid_from\":\"2027-01-01\"}]",
          "hours[1]" },
        { "\"exceptions\":[{\"date\":\"2026-12-01\",\"from\":\"09:00\"}]", "exceptions[0].to" },
        { "\"exceptions\":[{\"date\":\"2026-12-01\",\"to\":\"09:00\"}]", "exceptions[0].from" },
        { "\"exceptions\":[{\"date\":\"2026-12-01\"},{\"date\":\"2026-12-01\",\"from\":\"09:00\","
          "\"to\":\"10:00\"}]",
          "exceptions[1]" },
        { "\"exceptions\":[{\"date\":\"2026-12-01\"},{\"date\":\"2026-12-01\"}]", "exceptions[1]" },
    };
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", MORNINGS, id);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, HOURS,
                       "{\"doctor_id\":\"%s\",\"expected_version\":1,%s}", id, cases[i].members);
        assert_string_equal(fixture->reply.problem.field, cases[i].field);
    }
    assert_int_equal(sql_number(fixture, "SELECT version FROM doctor"), 1);
}

static void hours_that_touch_or_follow_each_other_are_fine(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", MORNINGS, id);
    assert_accepted(fixture, HOURS,
                    "{\"doctor_id\":\"%s\",\"expected_version\":1,\"hours\":["
                    "{\"weekday\":1,\"from\":\"12:00\",\"to\":\"24:00\"},"
                    "{\"weekday\":1,\"from\":\"00:00\",\"to\":\"12:00\","
                    "\"valid_to\":\"2026-12-31\"},"
                    "{\"weekday\":1,\"from\":\"09:00\",\"to\":\"12:00\","
                    "\"valid_from\":\"2027-01-01\"}],"
                    "\"exceptions\":[{\"date\":\"2026-12-01\",\"from\":\"09:00\",\"to\":\"10:00\"},"
                    "{\"date\":\"2026-12-01\",\"from\":\"10:00\",\"to\":\"11:00\"}]}",
                    id);
    assert_int_equal(sql_number(fixture, "SELECT version FROM doctor"), 3); // two lists changed
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM doctor_hours"), 3);
}

static void the_same_hours_again_are_no_change(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", MORNINGS, id);
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, HOURS,
                   "{\"doctor_id\":\"%s\",\"expected_version\":1,\"exceptions\":[],\"hours\":["
                   "{\"weekday\":3,\"from\":\"09:00\",\"to\":\"12:00\"},"
                   "{\"weekday\":2,\"from\":\"09:00\",\"to\":\"12:00\"},"
                   "{\"weekday\":1,\"from\":\"09:00\",\"to\":\"12:00\"}]}",
                   id);
    assert_refused(fixture, CLINIC_CODE_STALE_VERSION, HOURS,
                   "{\"doctor_id\":\"%s\",\"expected_version\":2,\"hours\":[]}", id);
    const cJSON *record = clinic_json_member(fixture->reply.data, "doctor");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(record, "hours")), 3);
}

// ---- vacations

static void days_are_added_and_taken_back_as_a_set(void **state)
{
    static const struct {
        const char *members;
        const char *after;
    } steps[] = {
        { "\"add\":[{\"from\":\"2026-12-10\",\"to\":\"2026-12-20\"}]", "2026-12-10/2026-12-20" },
        { "\"remove\":[{\"from\":\"2026-12-12\",\"to\":\"2026-12-13\"}]",
          "2026-12-10/2026-12-11 2026-12-14/2026-12-20" },
        { "\"add\":[{\"from\":\"2026-12-11\",\"to\":\"2026-12-12\"}]",
          "2026-12-10/2026-12-12 2026-12-14/2026-12-20" },
        { "\"add\":[{\"from\":\"2026-12-13\",\"to\":\"2026-12-13\"}]", "2026-12-10/2026-12-20" },
        { "\"remove\":[{\"from\":\"2026-12-01\",\"to\":\"2026-12-15\"}],"
          "\"add\":[{\"from\":\"2027-02-01\",\"to\":\"2027-02-01\"}]",
          "2026-12-16/2026-12-20 2027-02-01/2027-02-01" },
    };
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", MORNINGS, id);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        assert_accepted(fixture, TIME_OFF, "{\"doctor_id\":\"%s\",%s}", id, steps[i].members);
        assert_sql_text(fixture, steps[i].after,
                        "SELECT group_concat(from_day || '/' || to_day, ' ')"
                        " FROM doctor_time_off");
    }
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, TIME_OFF,
                   "{\"doctor_id\":\"%s\",\"add\":[{\"from\":\"2026-12-17\","
                   "\"to\":\"2026-12-18\"}],\"remove\":[{\"from\":\"2028-01-01\","
                   "\"to\":\"2028-01-01\"}]}",
                   id);
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, TIME_OFF,
                   "{\"doctor_id\":\"%s\",\"add\":[{\"from\":\"2026-12-18\","
                   "\"to\":\"2026-12-17\"}]}",
                   id);
    assert_string_equal(fixture->reply.problem.field, "add[0].to");
}

static void what_is_long_past_makes_room(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", MORNINGS, id);
    for (int i = 0; i < 100; i++)
        assert_accepted(fixture, TIME_OFF,
                        "{\"doctor_id\":\"%s\",\"add\":[{\"from\":\"%d-%02d-01\","
                        "\"to\":\"%d-%02d-01\"}]}",
                        id, 2020 + i / 12, i % 12 + 1, 2020 + i / 12, i % 12 + 1);
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM doctor_time_off"), 100);
    assert_accepted(fixture, TIME_OFF,
                    "{\"doctor_id\":\"%s\",\"add\":[{\"from\":\"2030-01-01\","
                    "\"to\":\"2030-01-01\"}]}",
                    id);
    // A year before 2026-11-23.
    assert_sql_text(fixture, "2025-12-01", "SELECT min(from_day) FROM doctor_time_off");
}

static void a_vacation_over_three_bookings_returns_the_three(void **state)
{
    struct service_fixture *fixture = *state;
    struct clinic_id appointments[5];
    static const char *const starts[] = {
        "2026-11-24T08:00:00Z", "2026-11-30T08:00:00Z", "2026-11-30T09:00:00Z",
        "2026-12-01T08:00:00Z", "2026-12-07T08:00:00Z",
    };
    char end[CLINIC_INSTANT_TEXT_BYTES];
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", MORNINGS, id);
    for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
        (void)snprintf(end, sizeof end, "%.14s30:00Z", starts[i]);
        appointments[i] = doctor_booked(fixture, id, starts[i], end);
    }
    assert_accepted(fixture, TIME_OFF,
                    "{\"doctor_id\":\"%s\",\"add\":[{\"from\":\"2026-11-28\","
                    "\"to\":\"2026-12-06\"}]}",
                    id);
    assert_int_equal(conflicts(fixture), 3);
    for (int i = 0; i < 3; i++)
        assert_conflict(fixture, i, &appointments[i + 1], "vacation");
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM doctor_slot"), 5);

    // Staff decide each: one is kept, one is moved, one is canceled.
    assert_int_equal(
        doctor_follow(fixture, CLINIC_APPOINTMENT_KEPT, &appointments[1], id, "\"version\":2"),
        CLINIC_OK);
    assert_int_equal(doctor_follow(fixture, CLINIC_APPOINTMENT_CANCELED, &appointments[2], id,
                                   "\"version\":2,\"by\":\"clinic\",\"reason\":\"vacation\","
                                   "\"late\":false,\"start\":\"2026-11-30T09:00:00Z\","
                                   "\"end\":\"2026-11-30T09:30:00Z\""),
                     CLINIC_OK);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_CONFLICTS, "{}");
    assert_int_equal(conflicts(fixture), 1);
    assert_conflict(fixture, 0, &appointments[3], "vacation");
}

static void a_booking_in_the_way_of_new_hours_or_a_holiday_is_in_the_work_list(void **state)
{
    struct service_fixture *fixture = *state;
    struct clinic_id late;
    struct clinic_id early;
    char id[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", MORNINGS, id);
    late = doctor_booked(fixture, id, "2026-11-24T10:30:00Z", "2026-11-24T11:00:00Z");
    early = doctor_booked(fixture, id, "2026-11-25T08:00:00Z", "2026-11-25T08:30:00Z");
    assert_accepted(fixture, HOURS,
                    "{\"doctor_id\":\"%s\",\"expected_version\":1,\"exceptions\":["
                    "{\"date\":\"2026-11-24\",\"from\":\"09:00\",\"to\":\"11:45\"}]}",
                    id);
    assert_int_equal(conflicts(fixture), 1);
    assert_conflict(fixture, 0, &late, "hours");
    assert_accepted(fixture, HOLIDAY,
                    "{\"add\":[{\"date\":\"2026-11-25\",\"name\":\" St  Catherine \"}]}");
    assert_int_equal(conflicts(fixture), 2);
    assert_conflict(fixture, 1, &early, "holiday");
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_READ, "{\"doctor_id\":\"%s\"}", id);
    assert_int_equal(conflicts(fixture), 2);
}

static void the_bookings_of_a_doctor_who_takes_no_more_are_in_the_work_list(void **state)
{
    static const enum clinic_request_kind UPDATE = CLINIC_REQUEST_DOCTOR_UPDATE;
    struct service_fixture *fixture = *state;
    struct clinic_id next;
    struct clinic_id away;
    char id[CLINIC_ID_TEXT_BYTES];
    char stays[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Ada Moreau", MORNINGS, id);
    doctor_add(fixture, "Dr. Bo Li", MORNINGS, stays);
    doctor_booked(fixture, id, "2026-11-23T07:00:00Z", "2026-11-23T07:30:00Z");
    next = doctor_booked(fixture, id, "2026-11-24T08:00:00Z", "2026-11-24T08:30:00Z");
    away = doctor_booked(fixture, id, "2026-11-30T08:00:00Z", "2026-11-30T08:30:00Z");
    doctor_booked(fixture, stays, "2026-11-24T08:00:00Z", "2026-11-24T08:30:00Z");
    assert_accepted(fixture, TIME_OFF,
                    "{\"doctor_id\":\"%s\",\"add\":[{\"from\":\"2026-11-30\","
                    "\"to\":\"2026-11-30\"}]}",
                    id);
    assert_accepted(fixture, UPDATE,
                    "{\"doctor_id\":\"%s\",\"expected_version\":2,\"specialty\":\"surgeon\"}", id);
    assert_int_equal(conflicts(fixture), 1); // the vacation
    assert_accepted(fixture, UPDATE,
                    "{\"doctor_id\":\"%s\",\"expected_version\":3,\"is_active\":false}", id);
    assert_int_equal(conflicts(fixture), 2);
    assert_conflict(fixture, 0, &next, "inactive");
    assert_conflict(fixture, 1, &away, "inactive");
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_CONFLICTS, "{}");
    assert_int_equal(conflicts(fixture), 2);

    // One is kept, and the doctor comes back.
    assert_int_equal(doctor_follow(fixture, CLINIC_APPOINTMENT_KEPT, &next, id, "\"version\":2"),
                     CLINIC_OK);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_CONFLICTS, "{}");
    assert_int_equal(conflicts(fixture), 1);
    assert_conflict(fixture, 0, &away, "inactive");
    assert_accepted(fixture, UPDATE,
                    "{\"doctor_id\":\"%s\",\"expected_version\":4,\"is_active\":true}", id);
    assert_int_equal(conflicts(fixture), 1);
    assert_conflict(fixture, 0, &away, "vacation");
}

// ---- holidays

static void holidays_are_added_named_and_taken_back(void **state)
{
    struct service_fixture *fixture = *state;
    static const char all[] = "SELECT group_concat(day || '=' || coalesce(name, '?'), ' ')"
                              " FROM clinic_holiday";

    assert_accepted(fixture, HOLIDAY,
                    "{\"add\":[{\"date\":\"2027-01-01\"},{\"date\":\"2026-12-25\","
                    "\"name\":\"Noël\"}]}");
    assert_string_equal(fixture->subject, "clinic/test");
    assert_sql_text(fixture, "2026-12-25=Noël 2027-01-01=?", all);
    assert_accepted(fixture, HOLIDAY,
                    "{\"add\":[{\"date\":\"2027-01-01\",\"name\":\"Nouvel An\"}],"
                    "\"remove\":[\"2026-12-25\",\"2026-12-26\"]}");
    assert_sql_text(fixture, "2027-01-01=Nouvel An", all);
    assert_refused(fixture, CLINIC_CODE_NO_CHANGE, HOLIDAY,
                   "{\"add\":[{\"date\":\"2027-01-01\"}]}");
    assert_refused(fixture, CLINIC_CODE_INVALID_FIELD, HOLIDAY,
                   "{\"add\":[{\"date\":\"2027-01-02\",\"name\":\"  \"}]}");
    assert_string_equal(fixture->reply.problem.field, "add[0].name");
}

// ---- calendar files

#define EVENT(days, name)                                                                          \
    "BEGIN:VEVENT\\nUID:x\\nDTSTAMP:20260101T000000Z\\n" days "\\nSUMMARY:" name "\\nEND:"         \
    "VEVENT\\n"
#define CALENDAR(events) "BEGIN:VCALENDAR\\nVERSION:2.0\\n" events "END:VCALENDAR\\n"

static void a_calendar_file_brings_holidays_and_vacations(void **state)
{
    struct service_fixture *fixture = *state;
    char id[CLINIC_ID_TEXT_BYTES];

    assert_accepted(fixture, HOLIDAY, "{\"ics\":\"%s\"}",
                    CALENDAR(EVENT("DTSTART;VALUE=DATE:20201225\\nRRULE:FREQ=YEARLY", "Noël")
                                 EVENT("DTSTART;VALUE=DATE:20270405", "Pâques\\\\, lundi")));
    assert_sql_text(fixture, "2026-12-25=Noël 2027-04-05=Pâques, lundi 2027-12-25=Noël",
                    "SELECT group_concat(day || '=' || name, ' ') FROM clinic_holiday");
    doctor_add(fixture, "Dr. Ada Moreau", MORNINGS, id);
    assert_accepted(
        fixture, TIME_OFF, "{\"doctor_id\":\"%s\",\"ics\":\"%s\"}", id,
        CALENDAR(EVENT("DTSTART;VALUE=DATE:20270701\\nDTEND;VALUE=DATE:20270716", "Away")));
    assert_sql_text(fixture, "2027-07-01/2027-07-15",
                    "SELECT group_concat(from_day || '/' || to_day, ' ') FROM doctor_time_off");
}

static void a_file_that_is_no_calendar_changes_nothing(void **state)
{
    struct service_fixture *fixture = *state;

    assert_refused(fixture, CLINIC_CODE_CALENDAR_INVALID, HOLIDAY, "{\"ics\":\"hello\"}");
    assert_string_equal(fixture->reply.problem.field, "ics");
    assert_string_equal(fixture->reply.problem.message, "This is not an iCalendar file.");
    assert_refused(fixture, CLINIC_CODE_CALENDAR_INVALID, HOLIDAY, "{\"ics\":\"%s\"}",
                   CALENDAR(EVENT("DTSTART;VALUE=DATE:20270101\\nDTEND;VALUE=DATE:20270301", "x")));
    assert_int_equal(sql_number(fixture, "SELECT count(*) FROM event"), 0);
}

static void without_its_reader_nothing_is_imported(void **state)
{
    struct service_fixture *fixture = *state;

    assert_int_equal(setenv("CLINIC_CALENDAR_READER", "/nonexistent/reader", 1), 0);
    assert_refused(fixture, CLINIC_CODE_INTERNAL, HOLIDAY, "{\"ics\":\"hello\"}");
    assert_int_equal(setenv("CLINIC_CALENDAR_READER", "/bin/sh", 1), 0); // fails, without a word
    assert_refused(fixture, CLINIC_CODE_CALENDAR_INVALID, HOLIDAY, "{\"ics\":\"hello\"}");
    assert_int_equal(setenv("CLINIC_CALENDAR_READER", CALENDAR_READER, 1), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hours_that_contradict_themselves_are_refused_and_named),
        TEST(hours_that_touch_or_follow_each_other_are_fine),
        TEST(the_same_hours_again_are_no_change),
        TEST(days_are_added_and_taken_back_as_a_set),
        TEST(what_is_long_past_makes_room),
        TEST(a_vacation_over_three_bookings_returns_the_three),
        TEST(a_booking_in_the_way_of_new_hours_or_a_holiday_is_in_the_work_list),
        TEST(the_bookings_of_a_doctor_who_takes_no_more_are_in_the_work_list),
        TEST(holidays_are_added_named_and_taken_back),
        TEST(a_calendar_file_brings_holidays_and_vacations),
        TEST(a_file_that_is_no_calendar_changes_nothing),
        TEST(without_its_reader_nothing_is_imported),
    };
    if (setenv("CLINIC_CALENDAR_READER", CALENDAR_READER, 1) != 0)
        return 1;
    return cmocka_run_group_tests_name("doctor_rules", tests, NULL, NULL);
}
