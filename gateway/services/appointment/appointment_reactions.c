#include "appointment_scope.h"

#include <clinic/clock.h>

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

// A broken trigger is a mistake of the decision before it, not a refusal that could be told.
static enum clinic_status run(struct query *query)
{
    enum clinic_status status = query_run(query, NULL);

    return status == CLINIC_REFUSED ? CLINIC_INVALID : status;
}

enum clinic_status appointment_book(const struct reaction_scene *scene,
                                    const struct clinic_event *event)
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
    return run(query);
}
