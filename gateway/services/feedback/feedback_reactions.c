#include "../local_time.h"
#include "feedback_scope.h"

#include <string.h>

// ---- the figures of a month

static struct query *start_month(struct store *store, enum feedback_sql sql, int64_t given_at_ms,
                                 const struct clinic_id *doctor_id, char month[LOCAL_DAY_BYTES])
{
    struct query *query = query_start(store, feedback_sql[sql]);

    local_day_at(given_at_ms, month);
    *strrchr(month, '-') = '\0';
    query_bind_text(query, 1, month);
    query_bind_id(query, 2, doctor_id);
    return query;
}

static enum clinic_status count_month(struct store *store, int64_t given_at_ms,
                                      const struct clinic_id *doctor_id, int64_t rating,
                                      bool is_anonymous)
{
    char month[LOCAL_DAY_BYTES];
    struct query *query = start_month(store, FEEDBACK_COUNT_MONTH, given_at_ms, doctor_id, month);

    query_bind_integer(query, 3, rating);
    query_bind_integer(query, 4, is_anonymous);
    return query_run(query, NULL);
}

// What is added to the figures of verified feedback; general feedback has none.
struct month_change {
    int64_t rating;
    int64_t anonymous;
    int64_t answered;
};

static enum clinic_status change_month(struct store *store, const struct feedback *feedback,
                                       const struct month_change *change)
{
    char month[LOCAL_DAY_BYTES];

    if (!feedback->is_verified)
        return CLINIC_OK;
    struct query *query = start_month(store, FEEDBACK_CHANGE_MONTH, feedback->given_at_ms,
                                      &feedback->doctor_id, month);
    query_bind_integer(query, 3, change->rating);
    query_bind_integer(query, 4, change->anonymous);
    query_bind_integer(query, 5, change->answered);
    return query_run(query, NULL);
}

// ---- feedback

static int64_t integer(const cJSON *data, const char *name)
{
    int64_t value = 0;

    (void)clinic_json_integer(data, name, &value); // the catalogue requires it
    return value;
}

// Binds what every version brings anew. An erased event has lost the patient, the text and a sealed visit: NULL, as in
// the tables after the deletion.
static void bind_version(struct query *query, const struct clinic_event *event, bool is_erased)
{
    const cJSON *data = event->data;
    const bool is_anonymous = clinic_json_boolean(data, "anonymous", false);
    const struct clinic_id feedback_id = id_member(data, "feedback_id");
    const struct clinic_id patient_id = id_member(data, "patient_id");
    const struct clinic_id visit_id = id_member(data, is_anonymous ? "visit_id" : "appointment_id");
    const char *text = clinic_json_text(data, "text");

    query_bind_id(query, 1, &feedback_id);
    query_bind_integer(query, 2, integer(data, "version"));
    query_bind_integer(query, 3, integer(data, "rating"));
    query_bind_integer(query, 4, is_anonymous);
    query_bind_id(query, 5, &patient_id);
    query_bind_id(query, 6, &visit_id);
    query_bind_text(query, 7, text == NULL && !is_erased ? "" : text);
}

static enum clinic_status keep_first(const struct reaction_scene *scene,
                                     const struct clinic_event *event)
{
    const struct clinic_id doctor_id = id_member(event->data, "doctor_id");
    const bool is_verified = clinic_json_boolean(event->data, "verified", false);
    struct query *query = query_start(scene->store, feedback_sql[FEEDBACK_INSERT]);

    bind_version(query, event, scene->is_erased);
    query_bind_integer(query, 8, (int64_t)event->sequence);
    query_bind_integer(query, 9, is_verified);
    query_bind_id(query, 10, &doctor_id);
    query_bind_integer(query, 11, reaction_time_ms(event));
    enum clinic_status status = query_run(query, NULL);
    if (status != CLINIC_OK || !is_verified)
        return status;
    return count_month(scene->store, reaction_time_ms(event), &doctor_id,
                       integer(event->data, "rating"),
                       clinic_json_boolean(event->data, "anonymous", false));
}

static enum clinic_status keep_change(const struct reaction_scene *scene,
                                      const struct clinic_event *event)
{
    struct feedback before = { 0 };
    const struct clinic_id feedback_id = id_member(event->data, "feedback_id");
    const bool is_anonymous = clinic_json_boolean(event->data, "anonymous", false);

    enum clinic_status status = feedback_load(scene->store, &feedback_id, &before);
    if (status != CLINIC_OK)
        return status;
    struct query *query = query_start(scene->store, feedback_sql[FEEDBACK_CHANGE]);
    bind_version(query, event, scene->is_erased);
    status = query_run(query, NULL);
    const struct month_change change = {
        .rating = integer(event->data, "rating") - before.rating,
        .anonymous = (int64_t)is_anonymous - (int64_t)before.is_anonymous,
    };
    return status == CLINIC_OK ? change_month(scene->store, &before, &change) : status;
}

enum clinic_status feedback_keep(const struct reaction_scene *scene,
                                 const struct clinic_event *event)
{
    return integer(event->data, "version") == 1 ? keep_first(scene, event)
                                                : keep_change(scene, event);
}

enum clinic_status feedback_keep_answer(const struct reaction_scene *scene,
                                        const struct clinic_event *event)
{
    struct feedback before = { 0 };
    const struct month_change one_more = { .answered = 1 };
    const struct clinic_id feedback_id = id_member(event->data, "feedback_id");

    enum clinic_status status = feedback_load(scene->store, &feedback_id, &before);
    if (status != CLINIC_OK)
        return status;
    struct query *query = query_start(scene->store, feedback_sql[FEEDBACK_ANSWER]);
    query_bind_id(query, 1, &feedback_id);
    query_bind_integer(query, 2, integer(event->data, "version"));
    query_bind_text(query, 3, clinic_json_text(event->data, "text"));
    query_bind_integer(query, 4, reaction_time_ms(event));
    status = query_run(query, NULL);
    return status == CLINIC_OK ? change_month(scene->store, &before, &one_more) : status;
}

enum clinic_status feedback_forget(const struct reaction_scene *scene,
                                   const struct clinic_event *event)
{
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    struct query *query = query_start(scene->store, feedback_sql[FEEDBACK_ERASE]);

    query_bind_id(query, 1, &patient_id);
    return query_run(query, NULL);
}
