#include "doctor_fixture.h"

void doctor_add(struct service_fixture *fixture, const char *name, const char *hours,
                char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    const struct clinic_id id = services_new_id(fixture);

    clinic_id_print(&id, ret_id);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_CREATE,
                    "{\"doctor_id\":\"%s\",\"name\":\"%s\",\"specialty\":\"Dentistry\","
                    "\"slot_minutes\":30,\"hours\":%s}",
                    ret_id, name, hours);
}

// What is refused leaves nothing behind.
static enum clinic_status append(struct service_fixture *fixture, enum clinic_event_kind kind,
                                 const struct clinic_id *appointment_id, const char *json)
{
    char subject[CLINIC_SUBJECT_BYTES];
    struct clinic_reply reply = { 0 };
    const struct clinic_request request = { .id = services_new_id(fixture),
                                            .time_ms = fixture->wall_ms };
    struct decision decision = services_decision(fixture, &request, &reply);

    subject_print("appointment", appointment_id, subject);
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    enum clinic_status status =
        decision_append(&decision, kind, subject, NULL, NULL, cJSON_Parse(json));
    if (status == CLINIC_OK)
        assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    else
        store_rollback(fixture->store);
    return status;
}

enum clinic_status doctor_follow(struct service_fixture *fixture, enum clinic_event_kind kind,
                                 const struct clinic_id *appointment_id, const char *doctor_id,
                                 const char *members)
{
    char json[1024];
    char id[CLINIC_ID_TEXT_BYTES];

    clinic_id_print(appointment_id, id);
    (void)snprintf(json, sizeof json,
                   "{\"appointment_id\":\"%s\",\"doctor_id\":\"%s\",\"patient_id\":\"%s\",%s}", id,
                   doctor_id, id, members); // somebody else each time
    return append(fixture, kind, appointment_id, json);
}

enum clinic_status doctor_book(struct service_fixture *fixture, const char *doctor_id,
                               const char *start, const char *end, bool is_override,
                               struct clinic_id *ret_appointment_id)
{
    char members[256];

    *ret_appointment_id = services_new_id(fixture);
    (void)snprintf(members, sizeof members,
                   "\"start\":\"%s\",\"end\":\"%s\",\"new_patient\":false,\"overridden\":%s", start,
                   end, is_override ? "true" : "false");
    return doctor_follow(fixture, CLINIC_APPOINTMENT_SCHEDULED, ret_appointment_id, doctor_id,
                         members);
}

struct clinic_id doctor_booked(struct service_fixture *fixture, const char *doctor_id,
                               const char *start, const char *end)
{
    struct clinic_id id;

    assert_int_equal(doctor_book(fixture, doctor_id, start, end, false, &id), CLINIC_OK);
    return id;
}
