#include "visit_fixture.h"

void new_id(struct service_fixture *fixture, char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    const struct clinic_id id = services_new_id(fixture);

    clinic_id_print(&id, ret_id);
}

static void add_doctor(struct service_fixture *fixture, int number,
                       char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    char subject[CLINIC_SUBJECT_BYTES];

    new_id(fixture, ret_id);
    (void)snprintf(subject, sizeof subject, "doctor/%s", ret_id);
    services_happen(fixture, CLINIC_DOCTOR_CREATED, subject, ret_id,
                    "{\"doctor_id\":\"%s\",\"number\":%d,\"specialty\":\"dentist\","
                    "\"slot_minutes\":15,\"hours\":[],\"time_off\":[],\"name\":\"Dr Who\"}",
                    ret_id, number);
}

void visit_book(struct service_fixture *fixture, int number, bool is_new, struct visit *ret_visit)
{
    struct visit visit;

    (void)snprintf(visit.birth_date, sizeof visit.birth_date, "199%d-04-02", number);
    add_doctor(fixture, number, visit.doctor_id);
    services_register(fixture, "Ana", visit.birth_date, visit.patient_id);
    (void)snprintf(visit.member_id, sizeof visit.member_id, "%s", reply_text(fixture, "member_id"));
    new_id(fixture, visit.appointment_id);
    (void)snprintf(visit.subject, sizeof visit.subject, "appointment/%s", visit.appointment_id);
    services_happen(
        fixture, CLINIC_APPOINTMENT_SCHEDULED, visit.subject, visit.patient_id,
        "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\"," VISIT_TIMES
        ",\"new_patient\":%s}",
        visit.appointment_id, visit.patient_id, visit.doctor_id, is_new ? "true" : "false");
    *ret_visit = visit;
}

void visit_goes_on(struct service_fixture *fixture, const struct visit *visit,
                   enum clinic_event_kind kind, int version, const char *rest)
{
    services_happen(fixture, kind, visit->subject, visit->patient_id,
                    "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                    "\"version\":%d,%s}",
                    visit->appointment_id, visit->patient_id, visit->doctor_id, version, rest);
}

void visit_moves(struct service_fixture *fixture, const struct visit *visit, int version)
{
    char rest[512];

    (void)snprintf(rest, sizeof rest,
                   VISIT_MOVED ",\"by\":\"patient\",\"previous\":{\"doctor_id\":\"%s\"," VISIT_TIMES
                               "}",
                   visit->doctor_id);
    visit_goes_on(fixture, visit, CLINIC_APPOINTMENT_RESCHEDULED, version, rest);
}
