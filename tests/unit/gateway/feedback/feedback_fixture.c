#include "feedback_fixture.h"

#include <clinic/clock.h>

struct id_text make_id(struct service_fixture *fixture)
{
    struct id_text id;
    const struct clinic_id made = services_new_id(fixture);

    clinic_id_print(&made, id.text);
    return id;
}

int64_t count_events(struct service_fixture *fixture, enum clinic_event_kind kind)
{
    return sql_number(fixture, "SELECT count(*) FROM event WHERE kind = %d", (int)kind);
}

// ---- doctors and visits

void doctor_joins(struct service_fixture *fixture, char ret_doctor[static CLINIC_ID_TEXT_BYTES])
{
    char subject[CLINIC_SUBJECT_BYTES];
    const struct id_text doctor = make_id(fixture);

    (void)snprintf(ret_doctor, CLINIC_ID_TEXT_BYTES, "%s", doctor.text);
    (void)snprintf(subject, sizeof subject, "doctor/%s", ret_doctor);
    services_happen(fixture, CLINIC_DOCTOR_CREATED, subject, ret_doctor,
                    "{\"doctor_id\":\"%s\",\"number\":%d,\"specialty\":\"dentist\",\"hours\":[],"
                    "\"slot_minutes\":30,\"time_off\":[],\"name\":\"Dora Moreau\"}",
                    ret_doctor, (int)count_events(fixture, CLINIC_DOCTOR_CREATED) + 1);
}

static void book(struct service_fixture *fixture, const struct visit *visit, const char *subject)
{
    char start[CLINIC_INSTANT_TEXT_BYTES];
    char end[CLINIC_INSTANT_TEXT_BYTES];

    clinic_instant_print(fixture->wall_ms, start);
    clinic_instant_print(fixture->wall_ms + HOUR_MS / 2, end);
    services_happen(fixture, CLINIC_APPOINTMENT_SCHEDULED, subject, visit->patient,
                    "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                    "\"start\":\"%s\",\"end\":\"%s\",\"new_patient\":true}",
                    visit->appointment, visit->patient, visit->doctor, start, end);
}

void visit_happens(struct service_fixture *fixture, struct visit *visit, const char *outcome)
{
    char subject[CLINIC_SUBJECT_BYTES];
    const struct id_text appointment = make_id(fixture);

    (void)snprintf(visit->appointment, sizeof visit->appointment, "%s", appointment.text);
    (void)snprintf(subject, sizeof subject, "appointment/%s", visit->appointment);
    book(fixture, visit, subject);
    fixture->wall_ms += HOUR_MS;
    if (outcome == NULL)
        return;
    services_happen(fixture, CLINIC_APPOINTMENT_CLOSED, subject, NULL,
                    "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                    "\"version\":2,\"outcome\":\"%s\"}",
                    visit->appointment, visit->patient, visit->doctor, outcome);
}

// No two patients are alike, or the second would be held for the first.
static void come_as_new_patient(struct service_fixture *fixture, struct visit *visit)
{
    static const char *const names[] = { "Ana Lopez",  "Boris Ivanov", "Chidi Okafor",
                                         "Dana Weiss", "Emre Kaya",    "Fatou Diop" };
    char birth_date[32];
    const int64_t patients = sql_number(fixture, "SELECT count(*) FROM patient");

    (void)snprintf(birth_date, sizeof birth_date, "%d-04-02", 1950 + (int)patients);
    services_register(fixture, names[(size_t)patients % ARRAY_SIZE(names)], birth_date,
                      visit->patient);
}

struct visit first_visit(struct service_fixture *fixture)
{
    struct visit visit;

    doctor_joins(fixture, visit.doctor);
    come_as_new_patient(fixture, &visit);
    visit_happens(fixture, &visit, "fulfilled");
    return visit;
}

struct visit next_visit(struct service_fixture *fixture, const struct visit *before)
{
    struct visit visit = *before;

    come_as_new_patient(fixture, &visit);
    visit_happens(fixture, &visit, "fulfilled");
    return visit;
}

// ---- feedback

struct id_text give(struct service_fixture *fixture, const struct visit *visit, int rating,
                    const char *more)
{
    const struct id_text feedback = make_id(fixture);

    assert_accepted(fixture, SUBMIT,
                    "{\"feedback_id\":\"%s\",\"rating\":%d,\"patient_id\":\"%s\","
                    "\"appointment_id\":\"%s\"%s}",
                    feedback.text, rating, visit->patient, visit->appointment, more);
    return feedback;
}

void delete_patient(struct service_fixture *fixture, const char *patient)
{
    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_READ, "{\"patient_id\":\"%s\"}", patient);
    const cJSON *found = clinic_json_member(fixture->reply.data, "patient");
    char member_id[16];
    (void)snprintf(member_id, sizeof member_id, "%s", clinic_json_text(found, "member_id"));
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"request\"}",
                    patient, member_id);
}

bool is_verified(const struct service_fixture *fixture)
{
    return clinic_json_boolean(fixture->reply.data, "verified", false);
}

const cJSON *record(const struct service_fixture *fixture)
{
    const cJSON *found = clinic_json_member(fixture->reply.data, "feedback");

    assert_non_null(found);
    return found;
}

const cJSON *rows(const struct service_fixture *fixture, const char *name)
{
    const cJSON *found = clinic_json_member(fixture->reply.data, name);

    assert_true(cJSON_IsArray(found));
    return found;
}
