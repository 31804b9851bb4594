// The largest record of a doctor: every list full, every name of characters that are escaped. A reply must fit into a
// message all the same.
#include "doctor_fixture.h"

enum {
    HOLIDAYS = 120,
    EXCEPTIONS = 200,
    PERIODS = 99, // and the one that the bookings collide with
    BOOKINGS = 80,
    MOST_BYTES = 60 * 1024,
    LIST_BYTES = 64 * 1024,
};

// A JSON list that is written item by item.
struct list {
    char json[LIST_BYTES];
    size_t length;
};

static void list_add(struct list *list, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void list_add(struct list *list, const char *format, ...)
{
    va_list values;

    list->json[list->length] = list->length == 0 ? '[' : ',';
    list->length++;
    va_start(values, format);
    list->length +=
        (size_t)vsnprintf(list->json + list->length, LIST_BYTES - list->length, format, values);
    va_end(values);
    assert_true(list->length + 2 < LIST_BYTES);
    memcpy(list->json + list->length, "]", 2); // the next item overwrites it
}

static void set_hours(struct service_fixture *fixture, const char *doctor)
{
    struct list *hours = calloc(1, sizeof *hours);
    struct list *exceptions = calloc(1, sizeof *exceptions);

    for (int i = 0; i < 70; i++)
        list_add(hours,
                 "{\"weekday\":%d,\"from\":\"%02d:00\",\"to\":\"%02d:00\","
                 "\"valid_from\":\"2026-01-01\",\"valid_to\":\"2027-12-31\"}",
                 1 + i / 10, 2 * (i % 10), 2 * (i % 10) + 1);
    for (int i = 0; i < EXCEPTIONS; i++)
        list_add(exceptions, "{\"date\":\"2028-%02d-%02d\",\"from\":\"09:00\",\"to\":\"12:00\"}",
                 1 + i / 20, 1 + i % 20);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_HOURS,
                    "{\"doctor_id\":\"%s\",\"expected_version\":1,\"hours\":%s,\"exceptions\":%s}",
                    doctor, hours->json, exceptions->json);
    free(hours);
    free(exceptions);
}

static void set_holidays(struct service_fixture *fixture)
{
    char quotes[161];
    struct list *holidays = calloc(1, sizeof *holidays);

    for (size_t i = 0; i + 1 < sizeof quotes; i += 2)
        memcpy(quotes + i, "\\\"", 2);
    quotes[160] = '\0';
    for (int i = 0; i < HOLIDAYS; i++)
        list_add(holidays, "{\"date\":\"2027-%02d-%02d\",\"name\":\"%s\"}", 1 + i / 20, 1 + i % 20,
                 quotes);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_HOLIDAY, "{\"add\":%s}", holidays->json);
    free(holidays);
}

static void book(struct service_fixture *fixture, const char *doctor)
{
    char start[32];
    char end[32];

    for (int i = 0; i < BOOKINGS; i++) {
        const int minute = 30 * (i % 40);
        (void)snprintf(start, sizeof start, "2026-11-%02dT%02d:%02d:00Z", 25 + i / 40, minute / 60,
                       minute % 60);
        (void)snprintf(end, sizeof end, "2026-11-%02dT%02d:%02d:00Z", 25 + i / 40,
                       (minute + 30) / 60, (minute + 30) % 60);
        doctor_booked(fixture, doctor, start, end);
    }
}

static void set_time_off(struct service_fixture *fixture, const char *doctor)
{
    struct list *periods = calloc(1, sizeof *periods);

    list_add(periods, "{\"from\":\"2026-11-25\",\"to\":\"2026-11-28\"}");
    for (int i = 0; i < PERIODS; i++)
        list_add(periods, "{\"from\":\"20%d-%02d-%02d\",\"to\":\"20%d-%02d-%02d\"}", 30 + i / 50,
                 1 + i % 50 / 10, 1 + 2 * (i % 10), 30 + i / 50, 1 + i % 50 / 10, 1 + 2 * (i % 10));
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_TIME_OFF, "{\"doctor_id\":\"%s\",\"add\":%s}",
                    doctor, periods->json);
    free(periods);
}

static int count_in(const cJSON *object, const char *name)
{
    return cJSON_GetArraySize(clinic_json_member(object, name));
}

static void the_largest_record_fits_into_a_message(void **state)
{
    struct service_fixture *fixture = *state;
    char doctor[CLINIC_ID_TEXT_BYTES];

    doctor_add(fixture, "Dr. Gray", "[]", doctor);
    set_hours(fixture, doctor);
    set_holidays(fixture);
    book(fixture, doctor);
    set_time_off(fixture, doctor);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_READ, "{\"doctor_id\":\"%s\"}", doctor);

    const cJSON *record = clinic_json_member(fixture->reply.data, "doctor");
    assert_int_equal(count_in(record, "hours"), 70);
    assert_int_equal(count_in(record, "exceptions"), EXCEPTIONS);
    assert_int_equal(count_in(record, "time_off"), PERIODS + 1);
    assert_int_equal(count_in(fixture->reply.data, "holidays"), HOLIDAYS);
    assert_int_equal(count_in(fixture->reply.data, "conflicts"), 75); // of 80
    char *json = clinic_json_print(fixture->reply.data);
    assert_non_null(json);
    assert_in_range(strlen(json), 50 * 1024, MOST_BYTES);
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_largest_record_fits_into_a_message, services_open,
                                        services_close),
    };
    return cmocka_run_group_tests_name("doctor largest", tests, NULL, NULL);
}
