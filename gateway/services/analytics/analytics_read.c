// analytics_read.c - what was counted, in ranges of days.
#include "analytics_scope.h"

#include "../json_add.h"
#include "../local_time.h"

#include <string.h>

enum {
    DAYS_MAX = 366,
    // Of 40 bytes, the metric's name and the digits each: with these a reply stays below the 64 KiB of a message, and
    // holds a day whatever was counted on it.
    ROWS_MAX = 700,
};

static enum clinic_status check_range(struct decision *decision, const char *from, const char *to)
{
    const int days = local_day_number(to) - local_day_number(from) + 1;

    if (days < 1)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "to",
                               "The last day is before the first.");
    if (days > DAYS_MAX)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "to",
                               "At most %d days at once.", DAYS_MAX);
    return CLINIC_OK;
}

static cJSON *make_row(struct query *query)
{
    cJSON *row = cJSON_CreateObject();

    if (row != NULL && cJSON_AddStringToObject(row, "day", query_column_text(query, 0)) != NULL
        && cJSON_AddStringToObject(row, "metric", query_column_text(query, 1)) != NULL
        && cJSON_AddNumberToObject(row, "count", (double)query_column_integer(query, 2)) != NULL)
        return row;
    cJSON_Delete(row);
    return NULL;
}

// One row more than fits, to know whether there are more.
static enum clinic_status read_rows(struct store *store, const char *from, const char *to,
                                    cJSON *rows)
{
    struct query *query = query_start(store, analytics_sql[ANALYTICS_READ_DAYS]);

    query_bind_text(query, 1, from);
    query_bind_text(query, 2, to);
    query_bind_integer(query, 3, ROWS_MAX + 1);
    return json_add_rows(rows, query, make_row);
}

static const char *last_day(const cJSON *rows)
{
    return clinic_json_text(cJSON_GetArrayItem(rows, cJSON_GetArraySize(rows) - 1), "day");
}

// Whole days only: whoever asks again from `next` on sees each row once.
static bool cut_to_whole_days(cJSON *rows, cJSON *data)
{
    bool has_more = cJSON_GetArraySize(rows) > ROWS_MAX;

    if (has_more) {
        const cJSON *next = cJSON_AddStringToObject(data, "next", last_day(rows));
        if (next == NULL)
            return false;
        while (strcmp(last_day(rows), next->valuestring) == 0)
            cJSON_DeleteItemFromArray(rows, cJSON_GetArraySize(rows) - 1);
    }
    return cJSON_AddBoolToObject(data, "more", has_more) != NULL;
}

static enum clinic_status read_total(struct store *store, const char *metric, cJSON *data)
{
    int64_t count = 0;
    struct query *query = query_start(store, analytics_sql[ANALYTICS_READ_TOTAL]);

    query_bind_text(query, 1, metric);
    if (query_next(query))
        count = query_column_integer(query, 0);
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK
        && cJSON_AddNumberToObject(data, "active_patients", (double)count) == NULL)
        status = CLINIC_NOMEM;
    return status;
}

enum clinic_status analytics_read(struct decision *decision)
{
    const char *from = clinic_json_text(decision->request->data, "from");
    const char *to = clinic_json_text(decision->request->data, "to");

    enum clinic_status status = check_range(decision, from, to);
    if (status != CLINIC_OK)
        return status;
    cJSON *data = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(data, "rows");
    decision->reply->data = data;
    status = read_rows(decision->store, from, to, rows);
    if (status == CLINIC_OK && !cut_to_whole_days(rows, data))
        status = CLINIC_NOMEM;
    return status == CLINIC_OK ? read_total(decision->store, ANALYTICS_ACTIVE_PATIENTS, data)
                               : status;
}
