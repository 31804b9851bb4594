#include "feedback_scope.h"

#include <stdio.h>
#include <string.h>

enum {
    // Below this a single anonymous rating could be worked out.
    CROWD_MIN = 5,
    // Of at most 140 bytes each: with these a reply stays below the 64 KiB of a message.
    ROWS_MAX = 400,
    MONTH_BYTES = 8, // "2026-11" and the NUL
};

// The columns of FEEDBACK_MONTHS. Of few ratings with anonymous ones among them nothing is told, not even how many.
static cJSON *make_month(struct query *query)
{
    const struct clinic_id doctor_id = query_column_id(query, 0);
    const int64_t ratings = query_column_integer(query, 2);
    const int64_t total = query_column_integer(query, 3);
    const int64_t answered = query_column_integer(query, 5);
    const bool is_told = ratings >= CROWD_MIN || query_column_integer(query, 4) == 0;
    const int64_t average_milli = (total * 1000 + ratings / 2) / ratings;
    cJSON *month = cJSON_CreateObject();

    if (month != NULL && json_add_id(month, "doctor_id", &doctor_id)
        && cJSON_AddStringToObject(month, "month", query_column_text(query, 1)) != NULL
        && cJSON_AddNumberToObject(month, "count", is_told ? (double)ratings : 0) != NULL
        && cJSON_AddNumberToObject(month, "answered", is_told ? (double)answered : 0) != NULL
        && (!is_told
            || cJSON_AddNumberToObject(month, "average_milli", (double)average_milli) != NULL))
        return month;
    cJSON_Delete(month);
    return NULL;
}

static enum clinic_status read_months(struct decision *decision, const char *from, const char *to,
                                      cJSON *data)
{
    const struct clinic_id doctor_id = id_member(decision->request->data, "doctor_id");
    const bool is_one = !clinic_id_is_none(&doctor_id);
    struct query *query = query_start(
        decision->store, feedback_sql[is_one ? FEEDBACK_MONTHS_DOCTOR : FEEDBACK_MONTHS]);

    query_bind_text(query, 1, from);
    query_bind_text(query, 2, to);
    query_bind_integer(query, 3, ROWS_MAX + 1);
    if (is_one)
        query_bind_id(query, 4, &doctor_id);
    return json_add_page(data, "months", query, make_month, ROWS_MAX);
}

enum clinic_status feedback_analysis(struct decision *decision)
{
    const char *from_day = clinic_json_text(decision->request->data, "from");
    const char *to_day = clinic_json_text(decision->request->data, "to");
    char from[MONTH_BYTES];
    char to[MONTH_BYTES];

    if (strcmp(from_day, to_day) > 0)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "to",
                               "The last day is before the first.");
    (void)snprintf(from, sizeof from, "%.7s", from_day);
    (void)snprintf(to, sizeof to, "%.7s", to_day);
    decision->reply->data = cJSON_CreateObject();
    return read_months(decision, from, to, decision->reply->data);
}
