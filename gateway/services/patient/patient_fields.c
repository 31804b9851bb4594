#include "../contact.h"
#include "../local_time.h"
#include "../record.h"
#include "../tidy.h"
#include "patient_scope.h"

#include <stdio.h>
#include <string.h>

enum {
    PRECONDITION_BYTES = 201,
    AGE_MAX = 130,
};

static enum clinic_status give(cJSON *value, cJSON **ret_value)
{
    if (value == NULL)
        return CLINIC_NOMEM;
    *ret_value = value;
    return CLINIC_OK;
}

// Days of this form sort as text.
static enum clinic_status take_birth_date(struct decision *decision, const cJSON *value,
                                          cJSON **ret_value)
{
    char today[LOCAL_DAY_BYTES];
    char earliest[LOCAL_DAY_BYTES];
    struct local_time now = local_time_at(decision->now_ms);

    local_day_at(decision->now_ms, today);
    (void)snprintf(earliest, sizeof earliest, "%04u%s", (unsigned)(now.year - AGE_MAX) % 10000,
                   today + 4);
    if (strcmp(value->valuestring, today) > 0)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "birth_date",
                               "This day is in the future.");
    if (strcmp(value->valuestring, earliest) < 0)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "birth_date",
                               "This day is more than %d years ago.", AGE_MAX);
    return give(cJSON_CreateString(value->valuestring), ret_value);
}

// The catalogue has checked the choice.
static enum clinic_status take_consent(struct decision *decision, const cJSON *value,
                                       cJSON **ret_value)
{
    (void)decision;
    return give(cJSON_CreateString(value->valuestring), ret_value);
}

static enum clinic_status take_precondition(struct decision *decision, const cJSON *item,
                                            size_t index, cJSON *list)
{
    char text[PRECONDITION_BYTES];

    if (!tidy_text(item->valuestring, text, sizeof text)) {
        char field[32];
        (void)snprintf(field, sizeof field, "preconditions[%zu]", index);
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, field,
                               "A pre-existing condition has 1 to 200 bytes besides spaces.");
    }
    cJSON *tidy = cJSON_CreateString(text);
    if (tidy != NULL && cJSON_AddItemToArray(list, tidy))
        return CLINIC_OK;
    cJSON_Delete(tidy);
    return CLINIC_NOMEM;
}

static enum clinic_status take_preconditions(struct decision *decision, const cJSON *value,
                                             cJSON **ret_value)
{
    cJSON *list = cJSON_CreateArray();
    enum clinic_status status = list == NULL ? CLINIC_NOMEM : CLINIC_OK;
    const cJSON *item = value->child; // of null: none, which empties the list
    size_t index = 0;

    for (; item != NULL && status == CLINIC_OK; item = item->next)
        status = take_precondition(decision, item, index++, list);
    if (status != CLINIC_OK) {
        cJSON_Delete(list);
        return status;
    }
    *ret_value = list;
    return CLINIC_OK;
}

const char *const patient_field_names[] = {
    "name",     "birth_date",    "email",       "phone", "preconditions",
    "language", "email_consent", "sms_consent", NULL,
};

// In the order of the names above.
static enum clinic_status (*const takers[])(struct decision *, const cJSON *, cJSON **) = {
    contact_take_name,  take_birth_date,       contact_take_email, contact_take_phone,
    take_preconditions, contact_take_language, take_consent,       take_consent,
};

static enum clinic_status take_field(struct decision *decision, size_t field, const cJSON *value,
                                     cJSON *record)
{
    cJSON *taken;

    if (cJSON_IsNull(value) && takers[field] != take_preconditions) {
        cJSON_DeleteItemFromObjectCaseSensitive(record, patient_field_names[field]);
        return CLINIC_OK;
    }
    enum clinic_status status = takers[field](decision, value, &taken);
    if (status == CLINIC_OK && !record_put(record, patient_field_names[field], taken))
        status = CLINIC_NOMEM;
    return status;
}

enum clinic_status patient_fields_take(struct decision *decision, const cJSON *fields,
                                       cJSON *record)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < ARRAY_SIZE(takers) && status == CLINIC_OK; i++) {
        const cJSON *value = clinic_json_member(fields, patient_field_names[i]);
        if (value != NULL)
            status = take_field(decision, i, value, record);
    }
    return status;
}
