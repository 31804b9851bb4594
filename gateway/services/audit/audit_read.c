// audit_read.c - the trail, newest first, narrowed to what was asked for.
#include "../json_add.h"
#include "audit_scope.h"

#include <clinic/clock.h>

#include <stdio.h>

enum {
    LIMIT_DEFAULT = 20,
    LIMIT_MAX = 100,
};

struct filter {
    const char *subject;         // NULL: all
    struct clinic_id patient_id; // of the subject; none: it is no patient
    const char *person;
    const char *node;
    int64_t from_ms;
    int64_t to_ms;
    size_t limit;
};

struct row {
    int64_t time_ms;
    cJSON *json;
};

// One row more than wanted is read, to know that there are more.
struct rows {
    size_t count;
    struct row rows[LIMIT_MAX + 1];
};

static void rows_done(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        cJSON_Delete(rows->rows[i].json);
}

static cJSON *read_row(struct query *query)
{
    char counted[64];
    const char *detail = query_column_text(query, 6);
    int64_t more = query_column_integer(query, 7);
    cJSON *row = cJSON_CreateObject();

    if (more > 0) {
        (void)snprintf(counted, sizeof counted, "%lld more refusals in this minute",
                       (long long)more);
        detail = counted;
    }
    if (row != NULL && json_add_instant(row, "time", query_column_integer(query, 0))
        && cJSON_AddStringToObject(row, "node", query_column_text(query, 1)) != NULL
        && cJSON_AddStringToObject(row, "person", query_column_text(query, 2)) != NULL
        && cJSON_AddStringToObject(row, "action", query_column_text(query, 3)) != NULL
        && cJSON_AddStringToObject(row, "subject", query_column_text(query, 4)) != NULL
        && cJSON_AddStringToObject(row, "outcome", query_column_text(query, 5)) != NULL
        && cJSON_AddStringToObject(row, "detail", detail) != NULL)
        return row;
    cJSON_Delete(row);
    return NULL;
}

static enum clinic_status read_rows(struct store *store, const char *sql,
                                    const struct filter *filter, struct rows *rows)
{
    bool has_memory = true;
    struct query *query = query_start(store, sql);

    if (clinic_id_is_none(&filter->patient_id))
        query_bind_text(query, 1, filter->subject);
    else
        query_bind_id(query, 1, &filter->patient_id);
    query_bind_text(query, 2, filter->person);
    query_bind_text(query, 3, filter->node);
    query_bind_integer(query, 4, filter->from_ms);
    query_bind_integer(query, 5, filter->to_ms);
    query_bind_integer(query, 6, (int64_t)filter->limit + 1);
    while (has_memory && rows->count <= filter->limit && query_next(query)) {
        struct row *row = &rows->rows[rows->count];
        row->time_ms = query_column_integer(query, 0);
        row->json = read_row(query);
        has_memory = row->json != NULL;
        rows->count += has_memory;
    }
    return json_add_end(query, has_memory);
}

// Both are newest first already. The rows that are shown belong to `list` afterwards.
static enum clinic_status merge(struct rows *changes, struct rows *accesses, size_t limit,
                                cJSON *list)
{
    size_t change = 0;
    size_t access = 0;

    while (change + access < limit && (change < changes->count || access < accesses->count)) {
        bool takes_change = access == accesses->count
                            || (change < changes->count
                                && changes->rows[change].time_ms >= accesses->rows[access].time_ms);
        struct row *row = takes_change ? &changes->rows[change] : &accesses->rows[access];
        if (!cJSON_AddItemToArray(list, row->json))
            return CLINIC_NOMEM;
        row->json = NULL;
        change += takes_change;
        access += !takes_change;
    }
    return CLINIC_OK;
}

static enum clinic_status reply(struct decision *decision, const struct filter *filter,
                                struct rows *changes, struct rows *accesses)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    cJSON *list = cJSON_AddArrayToObject(data, "rows");
    enum clinic_status status = merge(changes, accesses, filter->limit, list);
    bool has_more = changes->count + accesses->count > filter->limit;
    if (status == CLINIC_OK && cJSON_AddBoolToObject(data, "more", has_more) == NULL)
        status = CLINIC_NOMEM;
    return status;
}

static enum clinic_status read_filter(const struct decision *decision, struct filter *ret_filter)
{
    const cJSON *data = decision->request->data;
    const char *from = clinic_json_text(data, "from");
    const char *to = clinic_json_text(data, "to");
    int64_t limit = LIMIT_DEFAULT;

    *ret_filter = (struct filter){
        .subject = clinic_json_text(data, "subject"),
        .person = clinic_json_text(data, "person"),
        .node = clinic_json_text(data, "node"),
        .from_ms = INT64_MIN,
        .to_ms = INT64_MAX,
    };
    if (ret_filter->subject != NULL)
        ret_filter->patient_id = audit_id_in(ret_filter->subject, "patient");
    // The catalogue has let only instants pass.
    if ((from != NULL && !clinic_instant_parse(from, &ret_filter->from_ms))
        || (to != NULL && !clinic_instant_parse(to, &ret_filter->to_ms)))
        return CLINIC_INVALID;
    (void)clinic_json_integer(data, "limit", &limit);
    ret_filter->limit = (size_t)limit;
    return CLINIC_OK;
}

// Among the changes; the accesses have theirs in the same order.
static int narrowest(const struct filter *filter)
{
    if (!clinic_id_is_none(&filter->patient_id))
        return AUDIT_CHANGES_BY_PATIENT;
    if (filter->subject != NULL)
        return AUDIT_CHANGES_BY_SUBJECT;
    if (filter->person != NULL)
        return filter->node != NULL ? AUDIT_CHANGES_BY_PERSON_AND_NODE : AUDIT_CHANGES_BY_PERSON;
    return filter->node != NULL ? AUDIT_CHANGES_BY_NODE : AUDIT_CHANGES;
}

enum clinic_status audit_read(struct decision *decision)
{
    struct filter filter;
    struct rows changes = { 0 };
    struct rows accesses = { 0 };

    enum clinic_status status = read_filter(decision, &filter);
    if (status != CLINIC_OK)
        return status;
    const int sql = narrowest(&filter);
    status = read_rows(decision->store, audit_sql[sql], &filter, &changes);
    if (status == CLINIC_OK)
        status = read_rows(decision->store,
                           audit_sql[sql - AUDIT_CHANGES_BY_PATIENT + AUDIT_ACCESSES_BY_PATIENT],
                           &filter, &accesses);
    if (status == CLINIC_OK)
        status = reply(decision, &filter, &changes, &accesses);
    rows_done(&changes);
    rows_done(&accesses);
    return status;
}
