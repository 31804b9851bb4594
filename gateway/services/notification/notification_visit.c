// notification_visit.c - visits: booked, moved, canceled. Patient and doctor are told, and only of how things stand now.
//
// A doctor's notice names nobody: it appears on a screen that others see, and outlives the patient's record.
#include "notification_scope.h"

#include <string.h>

// So near a visit even the night is no time to wait.
static const int64_t URGENT_MS = INT64_C(12) * 60 * 60 * 1000;

struct visit {
    struct clinic_id visit_id;
    struct clinic_id patient_id;
    struct clinic_id doctor_id;
    int64_t start_ms;
    struct clinic_id doctor_before; // as now, where it was not moved
    int64_t start_before_ms;
    bool is_urgent;
};

static struct visit visit_of(const struct clinic_event *event)
{
    const cJSON *before = clinic_json_member(event->data, "previous");
    struct visit visit = {
        .visit_id = id_member(event->data, "appointment_id"),
        .patient_id = id_member(event->data, "patient_id"),
        .doctor_id = id_member(event->data, "doctor_id"),
        .start_ms = notification_instant(event->data, "start"),
    };

    visit.doctor_before = before == NULL ? visit.doctor_id : id_member(before, "doctor_id");
    visit.start_before_ms = before == NULL ? visit.start_ms : notification_instant(before, "start");
    const int64_t first_ms =
        visit.start_before_ms < visit.start_ms ? visit.start_before_ms : visit.start_ms;
    visit.is_urgent = first_ms - reaction_time_ms(event) <= URGENT_MS;
    return visit;
}

// What was said of the visit before and has not gone out is not true any more.
static enum clinic_status drop_older(const struct reaction_scene *scene,
                                     const struct clinic_event *event, const struct visit *visit)
{
    struct query *query = query_start(scene->store, notification_sql[DELIVERY_DROP_OF_VISIT]);
    query_bind_id(query, 1, &visit->visit_id);
    enum clinic_status status = query_run(query, NULL);
    if (status != CLINIC_OK)
        return status;

    query = query_start(scene->store, notification_sql[MESSAGE_DROP_OF_VISIT]);
    query_bind_id(query, 1, &visit->visit_id);
    query_bind_integer(query, 2, reaction_time_ms(event));
    return query_run(query, NULL);
}

static enum clinic_status tell_patient(const struct reaction_scene *scene,
                                       const struct clinic_event *event, const struct visit *visit,
                                       enum message_template template)
{
    const struct message message = {
        .visit_id = visit->visit_id,
        .template = template,
        .values = { .at_ms = visit->start_ms },
        .is_urgent = visit->is_urgent,
        .expires_at_ms = visit->start_ms,
    };

    return notification_write_to_patient(scene, event, &visit->patient_id, &message);
}

// `at_ms`: what the notice is about, the visit's start before or after it was moved.
static enum clinic_status tell_doctor(const struct reaction_scene *scene,
                                      const struct clinic_event *event, const struct visit *visit,
                                      const struct clinic_id *doctor_id,
                                      enum message_template template, int64_t at_ms)
{
    const struct message message = {
        .ordinal = template == MESSAGE_DOCTOR_VISIT_HANDED_OVER ? MESSAGE_TO_DOCTOR_BEFORE
                                                                : MESSAGE_TO_DOCTOR,
        .visit_id = visit->visit_id,
        .template = template,
        .values = { .at_ms = at_ms, .old_at_ms = visit->start_before_ms },
        .is_urgent = visit->is_urgent,
        .expires_at_ms = at_ms,
    };

    return notification_write_to_doctor(scene, event, doctor_id, &message);
}

enum clinic_status notification_confirm_visit(const struct reaction_scene *scene,
                                              const struct clinic_event *event)
{
    const struct visit visit = visit_of(event);

    enum clinic_status status = notification_yield_welcome(scene, event, &visit.patient_id);
    if (status == CLINIC_OK)
        status = tell_patient(scene, event, &visit, MESSAGE_VISIT_CONFIRMED);
    return status == CLINIC_OK ? tell_doctor(scene, event, &visit, &visit.doctor_id,
                                             MESSAGE_DOCTOR_VISIT_BOOKED, visit.start_ms)
                               : status;
}

static enum clinic_status tell_doctors_of_move(const struct reaction_scene *scene,
                                               const struct clinic_event *event,
                                               const struct visit *visit)
{
    if (memcmp(&visit->doctor_id, &visit->doctor_before, sizeof visit->doctor_id) == 0)
        return tell_doctor(scene, event, visit, &visit->doctor_id, MESSAGE_DOCTOR_VISIT_MOVED,
                           visit->start_ms);
    enum clinic_status status =
        tell_doctor(scene, event, visit, &visit->doctor_before, MESSAGE_DOCTOR_VISIT_HANDED_OVER,
                    visit->start_before_ms);
    return status == CLINIC_OK ? tell_doctor(scene, event, visit, &visit->doctor_id,
                                             MESSAGE_DOCTOR_VISIT_BOOKED, visit->start_ms)
                               : status;
}

enum clinic_status notification_move_visit(const struct reaction_scene *scene,
                                           const struct clinic_event *event)
{
    const struct visit visit = visit_of(event);

    enum clinic_status status = drop_older(scene, event, &visit);
    if (status == CLINIC_OK)
        status = tell_patient(scene, event, &visit, MESSAGE_VISIT_MOVED);
    return status == CLINIC_OK ? tell_doctors_of_move(scene, event, &visit) : status;
}

// Where the visit is canceled because the patient's record is erased there is no contact any more: only the
// doctor is told.
enum clinic_status notification_cancel_visit(const struct reaction_scene *scene,
                                             const struct clinic_event *event)
{
    const struct visit visit = visit_of(event);

    enum clinic_status status = drop_older(scene, event, &visit);
    if (status == CLINIC_OK)
        status = tell_patient(scene, event, &visit, MESSAGE_VISIT_CANCELED);
    return status == CLINIC_OK ? tell_doctor(scene, event, &visit, &visit.doctor_id,
                                             MESSAGE_DOCTOR_VISIT_CANCELED, visit.start_ms)
                               : status;
}
