#include "feedback_scope.h"

#include <stdio.h>

// The columns of FEEDBACK_LOAD.
static void read_row(struct query *query, struct feedback *feedback)
{
    const char *text = query_column_text(query, 7);
    const char *answer = query_column_text(query, 8);

    feedback->version = query_column_integer(query, 0);
    feedback->rating = query_column_integer(query, 1);
    feedback->is_verified = query_column_integer(query, 2) != 0;
    feedback->is_anonymous = query_column_integer(query, 3) != 0;
    feedback->doctor_id = query_column_id(query, 4);
    feedback->patient_id = query_column_id(query, 5);
    feedback->visit_id = query_column_id(query, 6);
    feedback->is_erased = text == NULL;
    (void)snprintf(feedback->text, sizeof feedback->text, "%s", text == NULL ? "" : text);
    (void)snprintf(feedback->answer, sizeof feedback->answer, "%s", answer == NULL ? "" : answer);
    feedback->given_at_ms = query_column_integer(query, 9);
    feedback->answered_at_ms = query_column_integer(query, 10);
}

enum clinic_status feedback_load(struct store *store, const struct clinic_id *feedback_id,
                                 struct feedback *ret_feedback)
{
    bool is_found = false;
    struct query *query = query_start(store, feedback_sql[FEEDBACK_LOAD]);

    query_bind_id(query, 1, feedback_id);
    if (query_next(query)) {
        is_found = true;
        ret_feedback->feedback_id = *feedback_id;
        read_row(query, ret_feedback);
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}

enum clinic_status feedback_load_asked(struct decision *decision, struct feedback *ret_feedback)
{
    const struct clinic_id feedback_id = id_member(decision->request->data, "feedback_id");

    subject_print("feedback", &feedback_id, decision->subject);
    enum clinic_status status = feedback_load(decision->store, &feedback_id, ret_feedback);
    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "feedback_id",
                               "There is no such feedback.");
    return status;
}

enum clinic_status feedback_reply_version(struct decision *decision,
                                          const struct clinic_id *feedback_id, int64_t version)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    return json_add_id(data, "feedback_id", feedback_id)
                   && cJSON_AddNumberToObject(data, "version", (double)version) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

const char *feedback_kind_name(bool is_verified)
{
    return is_verified ? "visit" : "general";
}
