#include "../local_time.h"
#include "appointment_scope.h"

#include <clinic/clock.h>

#include <stdlib.h>
#include <string.h>

// ---- what events say

// The catalogue has let only instants pass.
static int64_t instant_member(const cJSON *data, const char *name)
{
    int64_t instant_ms = 0;

    (void)clinic_instant_parse(clinic_json_text(data, name), &instant_ms);
    return instant_ms;
}

static void bind_member_id(struct query *query, int parameter, const cJSON *data, const char *name)
{
    const struct clinic_id id = id_member(data, name);

    query_bind_id(query, parameter, &id);
}

// Begins a statement whose first two parameters are the appointment and its version after the event.
static struct query *start_change(struct store *store, enum appointment_sql sql, const cJSON *data)
{
    int64_t version = 0;
    struct query *query = query_start(store, appointment_sql[sql]);

    (void)clinic_json_integer(data, "version", &version);
    bind_member_id(query, 1, data, "appointment_id");
    query_bind_integer(query, 2, version);
    return query;
}

// ---- one function an event

static enum clinic_status book(const struct reaction_scene *scene, const struct clinic_event *event)
{
    const cJSON *data = event->data;
    struct query *query = query_start(scene->store, appointment_sql[SQL_INSERT]);

    bind_member_id(query, 1, data, "appointment_id");
    bind_member_id(query, 2, data, "patient_id");
    bind_member_id(query, 3, data, "doctor_id");
    query_bind_integer(query, 4, instant_member(data, "start"));
    query_bind_integer(query, 5, instant_member(data, "end"));
    query_bind_integer(query, 6, clinic_json_boolean(data, "new_patient", false));
    query_bind_integer(query, 7, clinic_json_boolean(data, "overridden", false));
    query_bind_text(query, 8, clinic_json_text(data, "visit_reason"));
    query_bind_text(query, 9, clinic_json_text(data, "override_reason"));
    return query_run(query, NULL);
}

// An override was for the time before.
static enum clinic_status move(const struct reaction_scene *scene, const struct clinic_event *event)
{
    const cJSON *data = event->data;
    struct query *query = start_change(scene->store, SQL_MOVE, data);

    bind_member_id(query, 3, data, "doctor_id");
    query_bind_integer(query, 4, instant_member(data, "start"));
    query_bind_integer(query, 5, instant_member(data, "end"));
    query_bind_integer(query, 6, clinic_json_boolean(data, "overridden", false));
    query_bind_text(query, 7, clinic_json_text(data, "override_reason"));
    return query_run(query, NULL);
}

static enum clinic_status cancel(const struct reaction_scene *scene,
                                 const struct clinic_event *event)
{
    struct query *query = start_change(scene->store, SQL_CANCEL, event->data);

    query_bind_integer(query, 3, clinic_json_boolean(event->data, "late", false));
    query_bind_integer(query, 4, reaction_time_ms(event));
    return query_run(query, NULL);
}

// The letter, and the number after it.
static enum clinic_status note_number(const struct reaction_scene *scene,
                                      const struct appointment *appointment,
                                      const char *queue_number)
{
    char day[LOCAL_DAY_BYTES];
    const char letter[] = { queue_number[0], '\0' };
    struct query *query = query_start(scene->store, appointment_sql[SQL_NOTE_NUMBER]);

    local_day_at(appointment->start_ms, day);
    query_bind_text(query, 1, day);
    query_bind_text(query, 2, letter);
    query_bind_integer(query, 3, strtoll(queue_number + 1, NULL, 10));
    return query_run(query, NULL);
}

// A kiosk may have waited for the gateway: the patient came when the kiosk says so.
static enum clinic_status arrive(const struct reaction_scene *scene,
                                 const struct clinic_event *event)
{
    const struct clinic_id id = id_member(event->data, "appointment_id");
    const char *queue_number = clinic_json_text(event->data, "queue_number");
    struct appointment_row row;
    struct query *query = start_change(scene->store, SQL_ARRIVE, event->data);

    query_bind_text(query, 3, queue_number);
    query_bind_integer(query, 4, event->time_ms);
    query_bind_text(query, 5, clinic_json_text(event->data, "ticket"));
    query_bind_integer(query, 6, clinic_json_boolean(event->data, "contact_changed", false));
    enum clinic_status status = query_run(query, NULL);
    if (status == CLINIC_OK)
        status = appointment_load(scene->store, &id, &row);
    return status == CLINIC_OK ? note_number(scene, &row.appointment, queue_number) : status;
}

static enum clinic_status call(const struct reaction_scene *scene, const struct clinic_event *event)
{
    struct query *query = start_change(scene->store, SQL_CALL, event->data);

    query_bind_text(query, 3, clinic_json_text(event->data, "room"));
    query_bind_integer(query, 4, reaction_time_ms(event));
    return query_run(query, NULL);
}

static enum clinic_status close(const struct reaction_scene *scene,
                                const struct clinic_event *event)
{
    const bool is_fulfilled = strcmp(clinic_json_text(event->data, "outcome"), "fulfilled") == 0;
    struct query *query = start_change(scene->store, SQL_CLOSE, event->data);

    query_bind_integer(query, 3, is_fulfilled ? APPOINTMENT_FULFILLED : APPOINTMENT_NO_SHOW);
    query_bind_integer(query, 4, reaction_time_ms(event));
    return query_run(query, NULL);
}

static enum clinic_status keep(const struct reaction_scene *scene, const struct clinic_event *event)
{
    struct query *query = start_change(scene->store, SQL_KEEP, event->data);

    query_bind_text(query, 3, clinic_json_text(event->data, "override_reason"));
    return query_run(query, NULL);
}

static bool has_changed(const cJSON *data, const char *name)
{
    const cJSON *field;

    cJSON_ArrayForEach(field, clinic_json_member(data, "changed"))
    {
        if (strcmp(field->valuestring, name) == 0)
            return true;
    }
    return false;
}

// Reception has put right what the patient said was wrong.
static enum clinic_status clear_contact(const struct reaction_scene *scene,
                                        const struct clinic_event *event)
{
    if (!has_changed(event->data, "phone") && !has_changed(event->data, "email"))
        return CLINIC_OK;
    struct query *query = query_start(scene->store, appointment_sql[SQL_CLEAR_CONTACT]);
    bind_member_id(query, 1, event->data, "patient_id");
    return query_run(query, NULL);
}

static enum clinic_status forget_reasons(const struct reaction_scene *scene,
                                         const struct clinic_event *event)
{
    struct query *query = query_start(scene->store, appointment_sql[SQL_FORGET_REASONS]);

    bind_member_id(query, 1, event->data, "patient_id");
    return query_run(query, NULL);
}

const struct reaction appointment_reactions[APPOINTMENT_REACTION_COUNT] = {
    { CLINIC_APPOINTMENT_SCHEDULED, book, "no double booking" },
    { CLINIC_APPOINTMENT_RESCHEDULED, move, "update details" },
    { CLINIC_APPOINTMENT_CANCELED, cancel, "mark canceled" },
    { CLINIC_APPOINTMENT_CHECKED_IN, arrive, "mark arrived, with the queue number" },
    { CLINIC_APPOINTMENT_CALLED, call, "mark in the room" },
    { CLINIC_APPOINTMENT_CLOSED, close, "mark fulfilled or no-show" },
    { CLINIC_APPOINTMENT_KEPT, keep, "mark overridden" },
    { CLINIC_PATIENT_UPDATED, clear_contact, "contact data of who has come is right again" },
    { CLINIC_PATIENT_DELETED, forget_reasons, "cancel or remove the patient's appointments" },
};
