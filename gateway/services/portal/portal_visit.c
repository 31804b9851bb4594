// portal_visit.c - the patient's coming visits.
#include "portal_scope.h"

#include "../doctor/doctor.h"
#include "../json_add.h"

#include <clinic/clock.h>

enum { VISITS_MAX = 10 };

static struct query *start(const struct reaction_scene *scene, const struct clinic_event *event,
                           enum portal_sql statement, struct clinic_id ids[static 2])
{
    struct query *query = query_start(scene->store, portal_sql[statement]);

    ids[0] = id_member(event->data, "patient_id");
    ids[1] = id_member(event->data, "appointment_id");
    query_bind_id(query, 1, &ids[0]);
    query_bind_id(query, 2, &ids[1]);
    return query;
}

static enum clinic_status write_visit(const struct reaction_scene *scene,
                                      const struct clinic_event *event, enum portal_sql statement)
{
    int64_t start_ms = 0;
    int64_t end_ms = 0;
    int64_t version = 1; // a booking's
    struct clinic_id ids[2];
    const struct clinic_id doctor_id = id_member(event->data, "doctor_id");
    struct query *query = start(scene, event, statement, ids);

    // The catalogue has let only instants pass.
    (void)clinic_instant_parse(clinic_json_text(event->data, "start"), &start_ms);
    (void)clinic_instant_parse(clinic_json_text(event->data, "end"), &end_ms);
    (void)clinic_json_integer(event->data, "version", &version);
    query_bind_id(query, 3, &doctor_id);
    query_bind_integer(query, 4, start_ms);
    query_bind_integer(query, 5, end_ms);
    query_bind_integer(query, 6, version);
    return query_run(query, NULL);
}

enum clinic_status portal_show_visit(const struct reaction_scene *scene,
                                     const struct clinic_event *event)
{
    return write_visit(scene, event, PORTAL_INSERT_VISIT);
}

enum clinic_status portal_move_visit(const struct reaction_scene *scene,
                                     const struct clinic_event *event)
{
    return write_visit(scene, event, PORTAL_MOVE_VISIT);
}

enum clinic_status portal_note_visit(const struct reaction_scene *scene,
                                     const struct clinic_event *event)
{
    int64_t version = 0;
    struct clinic_id ids[2];
    struct query *query = start(scene, event, PORTAL_SET_VISIT_VERSION, ids);

    (void)clinic_json_integer(event->data, "version", &version);
    query_bind_integer(query, 3, version);
    return query_run(query, NULL);
}

enum clinic_status portal_drop_visit(const struct reaction_scene *scene,
                                     const struct clinic_event *event)
{
    struct clinic_id ids[2];

    return query_run(start(scene, event, PORTAL_DELETE_VISIT, ids), NULL);
}

// ---- reading

static bool fill_row(cJSON *row, struct query *query, const char *doctor)
{
    const struct clinic_id appointment_id = query_column_id(query, 0);

    return json_add_id(row, "appointment_id", &appointment_id)
           && cJSON_AddStringToObject(row, "doctor", doctor) != NULL
           && json_add_instant(row, "start", query_column_integer(query, 2))
           && json_add_instant(row, "end", query_column_integer(query, 3))
           && cJSON_AddNumberToObject(row, "version", (double)query_column_integer(query, 4))
                  != NULL;
}

// The doctor's name is the one of today: it is looked up, not kept.
static enum clinic_status add_visit(struct store *store, struct query *query, cJSON *visits)
{
    struct doctor doctor;
    const struct clinic_id doctor_id = query_column_id(query, 1);

    enum clinic_status status = doctor_find(store, &doctor_id, &doctor);
    if (status != CLINIC_OK)
        return status;
    cJSON *row = cJSON_CreateObject();
    if (fill_row(row, query, doctor.name) && cJSON_AddItemToArray(visits, row))
        return CLINIC_OK;
    cJSON_Delete(row);
    return CLINIC_NOMEM;
}

enum clinic_status portal_add_visits(struct store *store, const struct clinic_id *patient_id,
                                     int64_t now_ms, cJSON *data)
{
    cJSON *visits = cJSON_AddArrayToObject(data, "visits");
    enum clinic_status added = visits == NULL ? CLINIC_NOMEM : CLINIC_OK;
    struct query *query = query_start(store, portal_sql[PORTAL_READ_VISITS]);

    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, now_ms);
    query_bind_integer(query, 3, VISITS_MAX);
    while (added == CLINIC_OK && query_next(query))
        added = add_visit(store, query, visits);
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK ? added : status;
}
