#include "../json_add.h"
#include "member_id.h"
#include "patient_scope.h"

#include <stdio.h>

static enum clinic_status refuse_known(struct decision *decision,
                                       const struct clinic_id *patient_id)
{
    bool is_known = false;
    bool is_deleted = false;
    struct query *query = query_start(decision->store, patient_sql[PATIENT_LOOK]);

    query_bind_id(query, 1, patient_id);
    if (query_next(query)) {
        is_known = true;
        is_deleted = query_column_integer(query, 0) != 0;
    }
    enum clinic_status status = query_end(query);
    if (status != CLINIC_OK)
        return status;
    if (!is_known)
        return decision_refuse_owner(decision, patient_id, "patient_id");
    return is_deleted ? decision_refuse(decision, CLINIC_CODE_PATIENT_DELETED, "patient_id",
                                        "The patient of this id has been deleted.")
                      : decision_refuse(decision, CLINIC_CODE_EXISTS, "patient_id",
                                        "A patient of this id is registered already.");
}

// A patient nobody asked for a consent has given none.
static bool put_defaults(cJSON *data, const struct site *site)
{
    const struct {
        const char *name;
        const char *text;
    } defaults[] = { { "language", site->language },
                     { "email_consent", "none" },
                     { "sms_consent", "none" } };

    for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
        if (clinic_json_member(data, defaults[i].name) == NULL
            && cJSON_AddStringToObject(data, defaults[i].name, defaults[i].text) == NULL)
            return false;
    }
    return clinic_json_member(data, "preconditions") != NULL
           || cJSON_AddArrayToObject(data, "preconditions") != NULL;
}

static enum clinic_status make_member_id(struct store *store,
                                         char member_id[static MEMBER_ID_BYTES])
{
    enum clinic_status status;

    do {
        struct clinic_id owner;
        char birth_date[PATIENT_DAY_BYTES];
        member_id_make(member_id);
        status = patient_find_member(store, member_id, &owner, birth_date);
    } while (status == CLINIC_OK);
    return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
}

// The event's data: what the node sent, in its stored form, and what the gateway adds.
static enum clinic_status fill(struct decision *decision, const struct clinic_id *patient_id,
                               const cJSON *fields, cJSON *data)
{
    char member_id[MEMBER_ID_BYTES];
    bool is_provisional = decision->caller->node_role != CLINIC_ROLE_DESK;

    enum clinic_status status = make_member_id(decision->store, member_id);
    if (status != CLINIC_OK)
        return status;
    if (!json_add_id(data, "patient_id", patient_id)
        || cJSON_AddBoolToObject(data, "provisional", is_provisional) == NULL
        || cJSON_AddStringToObject(data, "member_id", member_id) == NULL)
        return CLINIC_NOMEM;
    status = patient_fields_take(decision, fields, data);
    if (status == CLINIC_OK && !put_defaults(data, decision->site))
        status = CLINIC_NOMEM;
    return status;
}

enum clinic_status patient_prepare(struct decision *decision, const struct clinic_id *patient_id,
                                   const cJSON *fields, cJSON **ret_data)
{
    enum clinic_status status = refuse_known(decision, patient_id);
    if (status != CLINIC_OK)
        return status;

    cJSON *data = cJSON_CreateObject();
    status = data == NULL ? CLINIC_NOMEM : fill(decision, patient_id, fields, data);
    if (status == CLINIC_OK)
        status = patient_refuse_similar(decision, data,
                                        clinic_json_boolean(fields, "is_distinct", false));
    if (status != CLINIC_OK) {
        cJSON_Delete(data);
        return status;
    }
    *ret_data = data;
    return CLINIC_OK;
}

enum clinic_status patient_register(struct decision *decision, const struct clinic_id *patient_id,
                                    cJSON *data)
{
    char subject[CLINIC_SUBJECT_BYTES];

    subject_print("patient", patient_id, subject);
    decision->reply_owner = *patient_id;
    return decision_append(decision, CLINIC_PATIENT_CREATED, subject, patient_id, NULL, data);
}

static enum clinic_status reply(struct decision *decision, const char *member_id)
{
    const char *patient_id = clinic_json_text(decision->request->data, "patient_id");
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    if (data == NULL || cJSON_AddStringToObject(data, "patient_id", patient_id) == NULL
        || cJSON_AddStringToObject(data, "member_id", member_id) == NULL
        || cJSON_AddNumberToObject(data, "version", 1) == NULL)
        return CLINIC_NOMEM;
    return CLINIC_OK;
}

enum clinic_status patient_create(struct decision *decision)
{
    char member_id[MEMBER_ID_BYTES];
    cJSON *data;
    struct clinic_id patient_id = patient_name_subject(decision);

    enum clinic_status status =
        patient_prepare(decision, &patient_id, decision->request->data, &data);
    if (status != CLINIC_OK)
        return status;
    (void)snprintf(member_id, sizeof member_id, "%s", clinic_json_text(data, "member_id"));
    status = patient_register(decision, &patient_id, data);
    return status == CLINIC_OK ? reply(decision, member_id) : status;
}
