// patient_provisional.c - the work-list of those who registered at a kiosk, until reception has completed the record.
#include "../json_add.h"
#include "patient_scope.h"

enum { LIMIT_DEFAULT = 20 };

enum clinic_status patient_provisional(struct decision *decision)
{
    int64_t limit = LIMIT_DEFAULT;
    struct query *query = query_start(decision->store, patient_sql[PATIENT_PROVISIONAL]);

    (void)clinic_json_integer(decision->request->data, "limit", &limit);
    query_bind_integer(query, 1, limit + 1);
    decision->reply->data = cJSON_CreateObject();
    return json_add_page(decision->reply->data, "patients", query, patient_match, limit);
}
