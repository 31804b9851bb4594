#include "../record.h"
#include "doctor_scope.h"

#include <clinic/clock.h>

#include <string.h>

// ---- the record

// Binds specialty, slot_minutes, name, email, phone and language.
static void bind_fields(struct query *query, int first, const cJSON *record)
{
    int64_t slot_minutes = 0;

    (void)clinic_json_integer(record, "slot_minutes", &slot_minutes);
    query_bind_text(query, first, clinic_json_text(record, "specialty"));
    query_bind_integer(query, first + 1, slot_minutes);
    query_bind_text(query, first + 2, clinic_json_text(record, "name"));
    query_bind_text(query, first + 3, clinic_json_text(record, "email"));
    query_bind_text(query, first + 4, clinic_json_text(record, "phone"));
    query_bind_text(query, first + 5, clinic_json_text(record, "language"));
}

// Slots follow from the rules, so keeping these is all that there is to initialise; the clinic's holidays are
// in force for every doctor.
enum clinic_status doctor_keep(const struct reaction_scene *scene, const struct clinic_event *event)
{
    const struct clinic_id doctor_id = id_member(event->data, "doctor_id");
    int64_t number = 0;
    struct query *query = query_start(scene->store, doctor_sql[DOCTOR_INSERT]);

    (void)clinic_json_integer(event->data, "number", &number);
    query_bind_id(query, 1, &doctor_id);
    query_bind_integer(query, 2, number);
    bind_fields(query, 3, event->data);
    query_bind_integer(query, 9, reaction_time_ms(event));
    enum clinic_status status = query_run(query, NULL);
    return status == CLINIC_OK ? doctor_replace_rules(scene->store, &doctor_id, event->data)
                               : status;
}

enum clinic_status doctor_change(const struct reaction_scene *scene,
                                 const struct clinic_event *event)
{
    const struct clinic_id doctor_id = id_member(event->data, "doctor_id");
    struct doctor_state state = { 0 };
    int64_t version = 0;

    enum clinic_status status = doctor_load(scene->store, &doctor_id, &state);
    if (status != CLINIC_OK)
        return status;
    if (!record_merge(state.record, event->data, doctor_field_names)) {
        cJSON_Delete(state.record);
        return CLINIC_NOMEM;
    }
    (void)clinic_json_integer(event->data, "version", &version);
    struct query *query = query_start(scene->store, doctor_sql[DOCTOR_UPDATE]);
    query_bind_id(query, 1, &doctor_id);
    query_bind_integer(query, 2, version);
    query_bind_integer(query, 3, clinic_json_boolean(state.record, "is_active", false));
    bind_fields(query, 4, state.record);
    status = query_run(query, NULL);
    cJSON_Delete(state.record);
    return status;
}

enum clinic_status doctor_change_schedule(const struct reaction_scene *scene,
                                          const struct clinic_event *event)
{
    const struct clinic_id doctor_id = id_member(event->data, "doctor_id");
    int64_t version = 0;

    enum clinic_status status = doctor_replace_rules(scene->store, &doctor_id, event->data);
    if (status != CLINIC_OK || !clinic_json_integer(event->data, "version", &version))
        return status;
    struct query *query = query_start(scene->store, doctor_sql[DOCTOR_UPDATE_VERSION]);
    query_bind_id(query, 1, &doctor_id);
    query_bind_integer(query, 2, version);
    return query_run(query, NULL);
}

// ---- bookings

static int64_t instant_member(const cJSON *object, const char *name)
{
    int64_t unix_ms = 0;

    (void)clinic_instant_parse(clinic_json_text(object, name), &unix_ms);
    return unix_ms;
}

static enum clinic_status write_slot(struct store *store, enum doctor_sql sql, const cJSON *data)
{
    const struct clinic_id appointment_id = id_member(data, "appointment_id");
    const struct clinic_id doctor_id = id_member(data, "doctor_id");
    struct query *query = query_start(store, doctor_sql[sql]);

    query_bind_id(query, 1, &appointment_id);
    query_bind_id(query, 2, &doctor_id);
    query_bind_integer(query, 3, instant_member(data, "start"));
    query_bind_integer(query, 4, instant_member(data, "end"));
    query_bind_integer(query, 5, clinic_json_boolean(data, "overridden", false));
    return query_run(query, NULL);
}

enum clinic_status doctor_book_slot(const struct reaction_scene *scene,
                                    const struct clinic_event *event)
{
    return write_slot(scene->store, DOCTOR_SLOT_INSERT, event->data);
}

enum clinic_status doctor_move_slot(const struct reaction_scene *scene,
                                    const struct clinic_event *event)
{
    return write_slot(scene->store, DOCTOR_SLOT_MOVE, event->data);
}

// The booking is found by its appointment, never by its time: somebody else may have that by now.
static enum clinic_status run_for_appointment(struct store *store, enum doctor_sql sql,
                                              const cJSON *data)
{
    const struct clinic_id appointment_id = id_member(data, "appointment_id");
    struct query *query = query_start(store, doctor_sql[sql]);

    query_bind_id(query, 1, &appointment_id);
    return query_run(query, NULL);
}

enum clinic_status doctor_free_slot(const struct reaction_scene *scene,
                                    const struct clinic_event *event)
{
    return run_for_appointment(scene->store, DOCTOR_SLOT_DELETE, event->data);
}

enum clinic_status doctor_free_missed_slot(const struct reaction_scene *scene,
                                           const struct clinic_event *event)
{
    if (strcmp(clinic_json_text(event->data, "outcome"), "no-show") != 0)
        return CLINIC_OK;
    return run_for_appointment(scene->store, DOCTOR_SLOT_DELETE, event->data);
}

enum clinic_status doctor_keep_slot(const struct reaction_scene *scene,
                                    const struct clinic_event *event)
{
    return run_for_appointment(scene->store, DOCTOR_SLOT_KEEP, event->data);
}
