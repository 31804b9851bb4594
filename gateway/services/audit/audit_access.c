// audit_access.c - who looked, and who was turned away. Not from the log: written as it happens, kept by rebuild.
#include "audit_scope.h"

#include "../appointment/appointment.h"

#include <string.h>

enum {
    REFUSALS_A_MINUTE = 60,
    MINUTE_MS = 60 * 1000,
};

// Looked up from what was asked for, never told by who answered: whose feedback was read stays unknown here.
static enum clinic_status find_patient(struct store *store, const char *subject,
                                       struct clinic_id *ret_patient_id)
{
    struct appointment appointment;
    const struct clinic_id appointment_id = audit_id_in(subject, "appointment");

    *ret_patient_id = audit_id_in(subject, "patient");
    if (clinic_id_is_none(&appointment_id))
        return CLINIC_OK;
    enum clinic_status status = appointment_find(store, &appointment_id, &appointment);
    if (status == CLINIC_OK)
        *ret_patient_id = appointment.patient_id;
    return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
}

static enum clinic_status insert(struct store *store, const struct audit_access *access,
                                 int64_t more, int64_t *ret_number)
{
    struct clinic_id patient_id;
    enum clinic_status status = find_patient(store, access->subject, &patient_id);
    if (status != CLINIC_OK)
        return status;

    struct query *query = query_start(store, audit_sql[AUDIT_INSERT_ACCESS]);
    query_bind_integer(query, 1, access->time_ms);
    query_bind_text(query, 2, access->caller->node);
    query_bind_text(query, 3, access->caller->person);
    query_bind_text(query, 4, access->action);
    query_bind_text(query, 5, access->subject);
    query_bind_id(query, 6, &patient_id);
    query_bind_text(query, 7, access->outcome);
    query_bind_integer(query, 8, more);
    while (query_next(query)) // a statement that returns rows has written only once it is through
        *ret_number = query_column_integer(query, 0);
    return query_end(query);
}

struct refusals {
    int64_t count;
    int64_t summary_time_ms;
    int64_t summary_number;
};

static enum clinic_status count_refusal(struct store *store, const struct audit_access *access,
                                        struct refusals *ret_refusals)
{
    struct query *query = query_start(store, audit_sql[AUDIT_COUNT_REFUSAL]);

    query_bind_text(query, 1, access->caller->node);
    query_bind_integer(query, 2, access->time_ms / MINUTE_MS);
    while (query_next(query)) {
        ret_refusals->count = query_column_integer(query, 0);
        ret_refusals->summary_time_ms = query_column_integer(query, 1);
        ret_refusals->summary_number = query_column_integer(query, 2);
    }
    return query_end(query);
}

static enum clinic_status begin_summary(struct store *store, const struct audit_access *access)
{
    int64_t number = 0;
    const struct audit_access summary = {
        .caller = access->caller,
        .action = "refusals",
        .subject = "",
        .outcome = "counted",
        .time_ms = access->time_ms,
    };
    enum clinic_status status = insert(store, &summary, 1, &number);
    if (status != CLINIC_OK)
        return status;

    struct query *query = query_start(store, audit_sql[AUDIT_NOTE_SUMMARY]);
    query_bind_text(query, 1, access->caller->node);
    query_bind_integer(query, 2, access->time_ms);
    query_bind_integer(query, 3, number);
    return query_run(query, NULL);
}

static enum clinic_status record_refusal(struct store *store, const struct audit_access *access)
{
    struct refusals refusals = { 0 };
    int64_t number;

    enum clinic_status status = count_refusal(store, access, &refusals);
    if (status != CLINIC_OK)
        return status;
    if (refusals.count <= REFUSALS_A_MINUTE)
        return insert(store, access, 0, &number);
    if (refusals.count == REFUSALS_A_MINUTE + 1)
        return begin_summary(store, access);
    struct query *query = query_start(store, audit_sql[AUDIT_COUNT_MORE]);
    query_bind_integer(query, 1, refusals.summary_time_ms);
    query_bind_integer(query, 2, refusals.summary_number);
    return query_run(query, NULL);
}

enum clinic_status audit_record_access(struct store *store, const struct audit_access *access)
{
    int64_t number;

    return strcmp(access->outcome, "accepted") == 0 ? insert(store, access, 0, &number)
                                                    : record_refusal(store, access);
}
