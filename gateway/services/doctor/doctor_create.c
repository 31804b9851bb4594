#include "../record.h"
#include "doctor_scope.h"

#include <stdlib.h>

enum { NUMBER_MAX = 9999, ACTIVE_MAX = 80 };

static enum clinic_status read_number(struct store *store, enum doctor_sql sql, int64_t *ret_number)
{
    struct query *query = query_start(store, doctor_sql[sql]);
    const int64_t number = query_next(query) ? query_column_integer(query, 0) : 0;

    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK)
        *ret_number = number;
    return status;
}

// Doctors are never removed, so the number after the highest was never given to anybody.
static enum clinic_status make_number(struct decision *decision, int64_t *ret_number)
{
    int64_t last = 0;

    enum clinic_status status = read_number(decision->store, DOCTOR_LAST_NUMBER, &last);
    if (status == CLINIC_OK && last >= NUMBER_MAX)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, NULL,
                               "All %d doctor IDs have been given out.", NUMBER_MAX);
    if (status == CLINIC_OK)
        *ret_number = last + 1;
    return status;
}

// A list of doctors is shown whole, so there is a limit to those who take bookings.
enum clinic_status doctor_refuse_crowd(struct decision *decision)
{
    int64_t active = 0;

    enum clinic_status status = read_number(decision->store, DOCTOR_COUNT_ACTIVE, &active);
    if (status == CLINIC_OK && active >= ACTIVE_MAX)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, NULL,
                               "At most %d doctors take bookings.", ACTIVE_MAX);
    return status;
}

static enum clinic_status refuse_known(struct decision *decision, const struct clinic_id *doctor_id)
{
    struct doctor doctor;

    enum clinic_status status = doctor_find(decision->store, doctor_id, &doctor);
    if (status == CLINIC_OK)
        return decision_refuse(decision, CLINIC_CODE_EXISTS, "doctor_id",
                               "A doctor of this id is known already.");
    if (status == CLINIC_NOT_FOUND)
        status = decision_refuse_owner(decision, doctor_id, "doctor_id");
    return status == CLINIC_OK ? doctor_refuse_crowd(decision) : status;
}

static enum clinic_status take_time_off(struct decision *decision, cJSON *data)
{
    const cJSON *time_off = clinic_json_member(decision->request->data, "time_off");
    struct periods *periods = calloc(1, sizeof *periods);

    if (periods == NULL)
        return CLINIC_NOMEM;
    enum clinic_status status =
        doctor_take_periods(decision, "time_off", time_off, periods_add, periods);
    if (status == CLINIC_OK
        && !record_put(data, "time_off", doctor_print_periods(periods->items, periods->count)))
        status = CLINIC_NOMEM;
    free(periods);
    return status;
}

static enum clinic_status take_rules(struct decision *decision, cJSON *data)
{
    cJSON *hours;

    enum clinic_status status =
        doctor_take_hours(decision, clinic_json_member(decision->request->data, "hours"), &hours);
    if (status == CLINIC_OK && !record_put(data, "hours", hours))
        status = CLINIC_NOMEM;
    return status == CLINIC_OK ? take_time_off(decision, data) : status;
}

static enum clinic_status fill(struct decision *decision, int64_t number, cJSON *data)
{
    const char *doctor_id = clinic_json_text(decision->request->data, "doctor_id");

    if (cJSON_AddStringToObject(data, "doctor_id", doctor_id) == NULL
        || cJSON_AddNumberToObject(data, "number", (double)number) == NULL)
        return CLINIC_NOMEM;
    enum clinic_status status = doctor_fields_take(decision, decision->request->data, data);
    return status == CLINIC_OK ? take_rules(decision, data) : status;
}

static enum clinic_status append(struct decision *decision, const struct clinic_id *doctor_id,
                                 int64_t number)
{
    cJSON *data = cJSON_CreateObject();
    enum clinic_status status = data == NULL ? CLINIC_NOMEM : fill(decision, number, data);

    if (status != CLINIC_OK) {
        cJSON_Delete(data);
        return status;
    }
    return decision_append(decision, CLINIC_DOCTOR_CREATED, decision->subject, doctor_id, NULL,
                           data);
}

enum clinic_status doctor_create(struct decision *decision)
{
    const struct clinic_id doctor_id = id_member(decision->request->data, "doctor_id");
    int64_t number = 0;

    subject_print("doctor", &doctor_id, decision->subject);
    enum clinic_status status = refuse_known(decision, &doctor_id);
    if (status == CLINIC_OK)
        status = make_number(decision, &number);
    if (status == CLINIC_OK)
        status = append(decision, &doctor_id, number);
    if (status != CLINIC_OK)
        return status;
    cJSON *data = doctor_head(&doctor_id, 1);
    decision->reply->data = data;
    return data != NULL && cJSON_AddNumberToObject(data, "number", (double)number) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}
