#include "feedback_scope.h"

enum { ROWS_MAX = 20 };

// ---- several

static cJSON *make_row(struct query *query)
{
    const struct clinic_id feedback_id = query_column_id(query, 0);
    const bool is_verified = query_column_integer(query, 3) != 0;
    const struct clinic_id doctor_id = query_column_id(query, 4);
    const struct clinic_id patient_id = query_column_id(query, 5);
    const char *text = query_column_text(query, 6);
    cJSON *row = cJSON_CreateObject();

    if (row != NULL && json_add_id(row, "feedback_id", &feedback_id)
        && json_add_instant(row, "time", query_column_integer(query, 1))
        && cJSON_AddNumberToObject(row, "rating", (double)query_column_integer(query, 2)) != NULL
        && cJSON_AddStringToObject(row, "kind", feedback_kind_name(is_verified)) != NULL
        && cJSON_AddBoolToObject(row, "verified", is_verified) != NULL
        && json_add_id(row, "doctor_id", &doctor_id) && json_add_id(row, "patient_id", &patient_id)
        && json_add_text(row, "text", text)
        && cJSON_AddBoolToObject(row, "answered", query_column_integer(query, 7) != 0) != NULL)
        return row;
    cJSON_Delete(row);
    return NULL;
}

static struct query *start_list(struct decision *decision, int64_t limit)
{
    static const enum feedback_sql statements[2][2] = {
        { FEEDBACK_LIST, FEEDBACK_LIST_WAITING },
        { FEEDBACK_LIST_DOCTOR, FEEDBACK_LIST_DOCTOR_WAITING },
    };
    const cJSON *asked = decision->request->data;
    const struct clinic_id doctor_id = id_member(asked, "doctor_id");
    const bool has_doctor = !clinic_id_is_none(&doctor_id);
    const bool is_waiting = clinic_json_boolean(asked, "only_unanswered", false);
    int64_t skip = 0;

    (void)clinic_json_integer(asked, "skip", &skip);
    struct query *query =
        query_start(decision->store, feedback_sql[statements[has_doctor][is_waiting]]);
    query_bind_integer(query, 1, limit + 1); // one more tells whether there are more
    query_bind_integer(query, 2, skip);
    if (has_doctor)
        query_bind_id(query, 3, &doctor_id);
    return query;
}

enum clinic_status feedback_list(struct decision *decision)
{
    int64_t limit = ROWS_MAX;

    decision->reply->data = cJSON_CreateObject();
    (void)clinic_json_integer(decision->request->data, "limit", &limit);
    return json_add_page(decision->reply->data, "feedback", start_list(decision, limit), make_row,
                         limit);
}

// ---- one

static bool add_words(cJSON *record, const struct feedback *feedback)
{
    if (!feedback->is_erased && cJSON_AddStringToObject(record, "text", feedback->text) == NULL)
        return false;
    if (feedback->answered_at_ms == 0)
        return true;
    return json_add_instant(record, "answered", feedback->answered_at_ms)
           && (feedback->is_erased
               || cJSON_AddStringToObject(record, "answer", feedback->answer) != NULL);
}

static bool add_record(cJSON *data, const struct feedback *feedback)
{
    cJSON *record = cJSON_AddObjectToObject(data, "feedback");

    return record != NULL && json_add_id(record, "feedback_id", &feedback->feedback_id)
           && cJSON_AddNumberToObject(record, "version", (double)feedback->version) != NULL
           && json_add_instant(record, "time", feedback->given_at_ms)
           && cJSON_AddNumberToObject(record, "rating", (double)feedback->rating) != NULL
           && cJSON_AddStringToObject(record, "kind", feedback_kind_name(feedback->is_verified))
                  != NULL
           && cJSON_AddBoolToObject(record, "verified", feedback->is_verified) != NULL
           && json_add_id(record, "doctor_id", &feedback->doctor_id)
           && (feedback->is_anonymous || json_add_id(record, "patient_id", &feedback->patient_id))
           && add_words(record, feedback);
}

enum clinic_status feedback_read(struct decision *decision)
{
    struct feedback feedback = { 0 };
    enum clinic_status status = feedback_load_asked(decision, &feedback);

    if (status != CLINIC_OK)
        return status;
    decision->reply_owner = feedback.patient_id;
    decision->reply->data = cJSON_CreateObject();
    return add_record(decision->reply->data, &feedback) ? CLINIC_OK : CLINIC_NOMEM;
}
