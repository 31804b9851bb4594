#include "appointment_fixture.h"

enum { HOURS_BYTES = 512 };

static void print_hours(char hours[static HOURS_BYTES])
{
    size_t length = 0;

    for (int weekday = 1; weekday <= 7; weekday++)
        length += (size_t)snprintf(hours + length, HOURS_BYTES - length,
                                   "%s{\"weekday\":%d,\"from\":\"08:00\",\"to\":\"20:00\"}",
                                   weekday == 1 ? "" : ",", weekday);
}

void add_doctor(struct service_fixture *fixture, const char *name, int slot_minutes,
                char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    char hours[HOURS_BYTES];

    print_hours(hours);
    make_id(fixture, ret_id);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_CREATE,
                    "{\"doctor_id\":\"%s\",\"name\":\"%s\",\"specialty\":\"Dentistry\","
                    "\"slot_minutes\":%d,\"hours\":[%s]}",
                    ret_id, name, slot_minutes, hours);
}

void make_id(struct service_fixture *fixture, char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    const struct clinic_id id = services_new_id(fixture);

    clinic_id_print(&id, ret_id);
}

bool try_booking(struct service_fixture *fixture, const char *patient_id, const char *doctor_id,
                 const char *start, int slots, const char *rest,
                 char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    make_id(fixture, ret_id);
    return services_ask(fixture, CLINIC_REQUEST_APPOINTMENT_SCHEDULE,
                        "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                        "\"start\":\"%s\",\"slots\":%d%s}",
                        ret_id, patient_id, doctor_id, start, slots, rest);
}

bool ask_about(struct service_fixture *fixture, enum clinic_request_kind kind,
               const char *appointment_id, const char *rest)
{
    return services_ask(fixture, kind, "{\"appointment_id\":\"%s\"%s}", appointment_id, rest);
}

void assert_code(const struct service_fixture *fixture, enum clinic_code code)
{
    assert_false(fixture->reply.is_accepted);
    assert_string_equal(fixture->reply.problem.code, clinic_codes[code].name);
}

int64_t reply_number(const struct service_fixture *fixture, const char *name)
{
    int64_t number = 0;

    assert_true(clinic_json_integer(fixture->reply.data, name, &number));
    return number;
}

int64_t count_events(const struct service_fixture *fixture, enum clinic_event_kind kind)
{
    return sql_number(fixture, "SELECT count(*) FROM event WHERE kind = %d", (int)kind);
}

int64_t count_all_events(const struct service_fixture *fixture)
{
    return sql_number(fixture, "SELECT count(*) FROM event");
}

// An id as SQL writes a blob.
static void print_blob(const char *id, char ret_blob[static 40])
{
    size_t length = 0;

    ret_blob[length++] = 'x';
    ret_blob[length++] = '\'';
    for (; *id != '\0'; id++) {
        if (*id != '-')
            ret_blob[length++] = *id;
    }
    ret_blob[length++] = '\'';
    ret_blob[length] = '\0';
}

int64_t appointment_number(const struct service_fixture *fixture, const char *appointment_id,
                           const char *column)
{
    char blob[40];

    print_blob(appointment_id, blob);
    return sql_number(fixture, "SELECT %s FROM appointment WHERE appointment_id = %s", column,
                      blob);
}

struct appointment_scene open_appointment_scene(struct service_fixture *fixture)
{
    struct appointment_scene scene;

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    add_doctor(fixture, "Dr. Gray", 15, scene.doctor);
    add_doctor(fixture, "Dr. House", 15, scene.other_doctor);
    services_register(fixture, "Ana", "1990-04-02", scene.ana);
    services_register(fixture, "Bob", "1985-01-31", scene.bob);
    services_as(fixture, CLINIC_STAFF_RECEPTION, "Rita", "1234");
    return scene;
}
