#include "../local_time.h"
#include "appointment_scope.h"

enum { LIMIT_DEFAULT = 60 };

struct page {
    int64_t skip;
    int64_t limit;
};

static struct page page_of(const cJSON *data)
{
    struct page page = { .skip = 0, .limit = LIMIT_DEFAULT };

    (void)clinic_json_integer(data, "skip", &page.skip);
    (void)clinic_json_integer(data, "limit", &page.limit);
    return page;
}

// Whose day it is is on the reception's screen all day long, and nobody's record: the trail has no row of it.
static struct query *start_day(struct decision *decision)
{
    const cJSON *data = decision->request->data;
    const struct clinic_id doctor_id = id_member(data, "doctor_id");
    const char *date = clinic_json_text(data, "date");
    const int day = date == NULL ? local_day_number_at(decision->now_ms) : local_day_number(date);
    const bool is_of_doctor = !clinic_id_is_none(&doctor_id);
    struct query *query =
        query_start(decision->store, appointment_sql[is_of_doctor ? SQL_DAY_OF_DOCTOR : SQL_DAY]);

    decision->is_known_access = true;
    query_bind_integer(query, 3, local_minute_from(day, 0));
    query_bind_integer(query, 4, local_minute_from(day + 1, 0));
    if (is_of_doctor)
        query_bind_id(query, 5, &doctor_id);
    return query;
}

static struct query *start_patient(struct decision *decision, const struct clinic_id *patient_id)
{
    const struct clinic_id doctor_id = id_member(decision->request->data, "doctor_id");
    struct query *query = query_start(decision->store, appointment_sql[SQL_OF_PATIENT]);

    subject_print("patient", patient_id, decision->subject);
    decision->reply_owner = *patient_id;
    query_bind_id(query, 3, patient_id);
    query_bind_id(query, 4, &doctor_id); // none: any
    return query;
}

static enum clinic_status add_row(struct store *store, struct query *query, cJSON *list)
{
    cJSON *item;
    const struct appointment_row row = appointment_row_read(query);
    enum clinic_status status = appointment_list_row(store, &row, &item);

    if (status != CLINIC_OK || cJSON_AddItemToArray(list, item))
        return status;
    cJSON_Delete(item);
    return CLINIC_NOMEM;
}

// One row more than wanted is asked for, to know that there are more.
static enum clinic_status add_rows(struct store *store, struct query *query,
                                   const struct page *page, cJSON *data)
{
    bool has_more = false;
    cJSON *list = cJSON_AddArrayToObject(data, "appointments");
    enum clinic_status status = list == NULL ? CLINIC_NOMEM : CLINIC_OK;

    query_bind_integer(query, 1, page->limit + 1);
    query_bind_integer(query, 2, page->skip);
    while (status == CLINIC_OK && !has_more && query_next(query)) {
        has_more = cJSON_GetArraySize(list) == page->limit;
        if (!has_more)
            status = add_row(store, query, list);
    }
    const enum clinic_status ended = query_end(query);
    if (status == CLINIC_OK)
        status = ended;
    if (status == CLINIC_OK && !cJSON_AddBoolToObject(data, "more", has_more))
        status = CLINIC_NOMEM;
    return status;
}

enum clinic_status appointment_list(struct decision *decision)
{
    const struct clinic_id patient_id = id_member(decision->request->data, "patient_id");
    const struct page page = page_of(decision->request->data);
    struct query *query =
        clinic_id_is_none(&patient_id) ? start_day(decision) : start_patient(decision, &patient_id);

    decision->reply->data = cJSON_CreateObject();
    return add_rows(decision->store, query, &page, decision->reply->data);
}
