// portal_feedback.c - what the patient was answered. The patient's own words are kept until then.
#include "portal_scope.h"

#include "../json_add.h"

#include <string.h>

// The catalogue's limits, in code points: five such rows leave room for the rest of the reply.
enum { FEEDBACK_MAX = 5, TEXT_POINTS = 300, ANSWER_POINTS = 1000 };

static struct query *start(struct store *store, const struct clinic_event *event,
                           enum portal_sql statement, struct clinic_id ids[static 2])
{
    int64_t version = 0;
    struct query *query = query_start(store, portal_sql[statement]);

    (void)clinic_json_integer(event->data, "version", &version);
    ids[0] = id_member(event->data, "patient_id");
    ids[1] = id_member(event->data, "feedback_id");
    query_bind_id(query, 1, &ids[0]);
    query_bind_id(query, 2, &ids[1]);
    query_bind_integer(query, 3, version);
    return query;
}

// Somebody's who did not say who, or whose key is gone by now.
static bool is_nobodys(const struct clinic_event *event)
{
    return clinic_json_text(event->data, "patient_id") == NULL;
}

enum clinic_status portal_keep_feedback(const struct reaction_scene *scene,
                                        const struct clinic_event *event)
{
    int64_t rating = 0;
    struct clinic_id ids[2];
    const char *text = clinic_json_text(event->data, "text");

    if (is_nobodys(event))
        return CLINIC_OK;
    struct query *query = start(scene->store, event, PORTAL_WRITE_FEEDBACK, ids);
    (void)clinic_json_integer(event->data, "rating", &rating);
    query_bind_integer(query, 4, rating);
    query_bind_text(query, 5, text == NULL ? "" : text);
    return query_run(query, NULL);
}

enum clinic_status portal_show_answer(const struct reaction_scene *scene,
                                      const struct clinic_event *event)
{
    struct clinic_id ids[2];
    const char *answer = clinic_json_text(event->data, "text");

    if (is_nobodys(event))
        return CLINIC_OK;
    struct query *query = start(scene->store, event, PORTAL_ANSWER_FEEDBACK, ids);
    query_bind_text(query, 4, answer == NULL ? "" : answer);
    query_bind_integer(query, 5, reaction_time_ms(event));
    return query_run(query, NULL);
}

// ---- reading

// The first code points of well-formed UTF-8.
static bool add_beginning(cJSON *object, const char *name, const char *text, size_t points)
{
    char beginning[4 * ANSWER_POINTS + 1];
    size_t length = 0;

    for (; text[length] != '\0'; length++) {
        bool begins_point = ((unsigned char)text[length] & 0xC0) != 0x80;
        if (begins_point && points-- == 0)
            break;
    }
    memcpy(beginning, text, length);
    beginning[length] = '\0';
    return cJSON_AddStringToObject(object, name, beginning) != NULL;
}

static cJSON *create_row(struct query *query)
{
    const struct clinic_id feedback_id = query_column_id(query, 0);
    cJSON *row = cJSON_CreateObject();

    if (json_add_id(row, "feedback_id", &feedback_id)
        && cJSON_AddNumberToObject(row, "version", (double)query_column_integer(query, 1)) != NULL
        && cJSON_AddNumberToObject(row, "rating", (double)query_column_integer(query, 2)) != NULL
        && add_beginning(row, "text", query_column_text(query, 3), TEXT_POINTS)
        && add_beginning(row, "answer", query_column_text(query, 4), ANSWER_POINTS))
        return row;
    cJSON_Delete(row);
    return NULL;
}

enum clinic_status portal_add_feedback(struct store *store, const struct clinic_id *patient_id,
                                       cJSON *data)
{
    struct query *query = query_start(store, portal_sql[PORTAL_READ_FEEDBACK]);

    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, FEEDBACK_MAX);
    return json_add_rows(cJSON_AddArrayToObject(data, "feedback"), query, create_row);
}
