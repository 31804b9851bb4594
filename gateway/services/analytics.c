// analytics.c - Business Analytics: counts a day, in the clinic's time zone.
//
// History is not rewritten: a deleted patient stays counted on the day of the registration, and is
// counted on the day of the deletion.
#include "local_time.h"
#include "service.h"

#include <clinic/clock.h>

#include <string.h>
#include <time.h>

enum {
    DAYS_MAX = 366,
    // Of about 60 bytes each: with these a reply stays below the 64 KiB of a message.
    ROWS_MAX = 900,
    DAY_S = 86400,
};

static const char daily_count_table[] = "CREATE TABLE daily_count ("
                                        " day TEXT NOT NULL,"
                                        " metric TEXT NOT NULL,"
                                        " count INTEGER NOT NULL,"
                                        " PRIMARY KEY (day, metric)"
                                        ") STRICT, WITHOUT ROWID;";
static const char total_count_table[] = "CREATE TABLE total_count ("
                                        " metric TEXT NOT NULL PRIMARY KEY,"
                                        " count INTEGER NOT NULL"
                                        ") STRICT, WITHOUT ROWID;";

static const char *const schema[] = { daily_count_table, total_count_table, NULL };
static const char *const tables[] = { "daily_count", "total_count", NULL };

enum { COUNT_DAY, COUNT_TOTAL, READ_DAYS, READ_TOTAL, SQL_COUNT };

static const char *const sql[SQL_COUNT] = {
    [COUNT_DAY] = "INSERT INTO daily_count (day, metric, count) VALUES (?1, ?2, 1)"
                  " ON CONFLICT (day, metric) DO UPDATE SET count = count + 1",
    [COUNT_TOTAL] = "INSERT INTO total_count (metric, count) VALUES (?1, ?2)"
                    " ON CONFLICT (metric) DO UPDATE SET count = count + ?2",
    [READ_DAYS] = "SELECT day, metric, count FROM daily_count WHERE day >= ?1 AND day <= ?2"
                  " ORDER BY day, metric LIMIT ?3",
    [READ_TOTAL] = "SELECT count FROM total_count WHERE metric = ?",
};

static const char active_patients[] = "patients.active";

// ---- counting

static enum clinic_status count_day(struct store *store, const struct clinic_event *event,
                                    const char *metric)
{
    char day[LOCAL_DAY_BYTES];
    struct query *query = query_start(store, sql[COUNT_DAY]);

    local_day_at(event->recorded_at_ms, day);
    query_bind_text(query, 1, day);
    query_bind_text(query, 2, metric);
    return query_run(query, NULL);
}

static enum clinic_status count_total(struct store *store, const char *metric, int64_t change)
{
    struct query *query = query_start(store, sql[COUNT_TOTAL]);

    query_bind_text(query, 1, metric);
    query_bind_integer(query, 2, change);
    return query_run(query, NULL);
}

static enum clinic_status count_new(const struct reaction_scene *scene,
                                    const struct clinic_event *event)
{
    enum clinic_status status = count_day(scene->store, event, "patients.new");

    return status == CLINIC_OK ? count_total(scene->store, active_patients, 1) : status;
}

static enum clinic_status count_deleted(const struct reaction_scene *scene,
                                        const struct clinic_event *event)
{
    enum clinic_status status = count_day(scene->store, event, "patients.deleted");

    return status == CLINIC_OK ? count_total(scene->store, active_patients, -1) : status;
}

// ---- reading

// Days since 1970 on the calendar, where no clocks are changed.
static int64_t day_number(const char *day)
{
    struct tm tm = { 0 };

    // The catalogue has let only real days pass.
    (void)clinic_date_parse(day, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (int64_t)timegm(&tm) / DAY_S;
}

static enum clinic_status check_range(struct decision *decision, const char *from, const char *to)
{
    int64_t days = day_number(to) - day_number(from) + 1;

    if (days < 1)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "to",
                               "The last day is before the first.");
    if (days > DAYS_MAX)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "to",
                               "At most %d days at once.", DAYS_MAX);
    return CLINIC_OK;
}

static bool add_row(cJSON *rows, struct query *query)
{
    cJSON *row = cJSON_CreateObject();

    if (row != NULL && cJSON_AddStringToObject(row, "day", query_column_text(query, 0)) != NULL
        && cJSON_AddStringToObject(row, "metric", query_column_text(query, 1)) != NULL
        && cJSON_AddNumberToObject(row, "count", (double)query_column_integer(query, 2)) != NULL
        && cJSON_AddItemToArray(rows, row))
        return true;
    cJSON_Delete(row);
    return false;
}

static enum clinic_status read_days(struct store *store, const char *from, const char *to,
                                    cJSON *data)
{
    cJSON *rows = cJSON_AddArrayToObject(data, "rows");
    bool has_memory = rows != NULL;
    bool has_more = false;
    struct query *query = query_start(store, sql[READ_DAYS]);

    query_bind_text(query, 1, from);
    query_bind_text(query, 2, to);
    query_bind_integer(query, 3, ROWS_MAX + 1);
    while (has_memory && !has_more && query_next(query)) {
        has_more = cJSON_GetArraySize(rows) == ROWS_MAX;
        has_memory = has_more || add_row(rows, query);
    }
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK
        && (!has_memory || cJSON_AddBoolToObject(data, "more", has_more) == NULL))
        status = CLINIC_NOMEM;
    return status;
}

static enum clinic_status read_total(struct store *store, const char *metric, int64_t *ret_count)
{
    struct query *query = query_start(store, sql[READ_TOTAL]);

    query_bind_text(query, 1, metric);
    *ret_count = query_next(query) ? query_column_integer(query, 0) : 0;
    return query_end(query);
}

static enum clinic_status read_counts(struct decision *decision)
{
    const char *from = clinic_json_text(decision->request->data, "from");
    const char *to = clinic_json_text(decision->request->data, "to");
    int64_t active = 0;

    enum clinic_status status = check_range(decision, from, to);
    if (status != CLINIC_OK)
        return status;
    cJSON *data = cJSON_CreateObject();
    decision->reply->data = data;
    status = read_days(decision->store, from, to, data);
    if (status == CLINIC_OK)
        status = read_total(decision->store, active_patients, &active);
    if (status == CLINIC_OK
        && cJSON_AddNumberToObject(data, "active_patients", (double)active) == NULL)
        status = CLINIC_NOMEM;
    return status;
}

static const struct ability abilities[] = {
    { CLINIC_REQUEST_ANALYTICS_READ, read_counts, .is_audited = false },
};

static const struct reaction reactions[] = {
    { CLINIC_PATIENT_CREATED, count_new, "new-patient count +1" },
    { CLINIC_PATIENT_DELETED, count_deleted, "adjust statistics" },
};

const struct service analytics_service = {
    .name = "analytics",
    .title = "Business Analytics",
    .schema = schema,
    .tables = tables,
    .statements = { sql, SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
};
