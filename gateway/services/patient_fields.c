#include "local_time.h"
#include "patient_scope.h"
#include "phone.h"
#include "tidy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
    NAME_BYTES = 201,
    EMAIL_BYTES = 255,
    EMAIL_LOCAL_MAX = 64,
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

static enum clinic_status take_name(struct decision *decision, const cJSON *value,
                                    cJSON **ret_value)
{
    char name[NAME_BYTES];

    if (!tidy_text(value->valuestring, name, sizeof name))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "name",
                               "A name has 1 to 200 bytes besides spaces.");
    return give(cJSON_CreateString(name), ret_value);
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

// Labels between dots, at least two, none of them empty.
static bool is_domain(const char *domain)
{
    size_t labels = 0;

    for (;;) {
        size_t length = strcspn(domain, ".");
        if (length == 0 || domain[0] == '-' || domain[length - 1] == '-')
            return false;
        labels++;
        if (domain[length] == '\0')
            return labels >= 2;
        domain += length + 1;
    }
}

// Only what is surely wrong is refused; whether an address exists only a message can tell.
static bool is_email(const char *email)
{
    const char *at = strchr(email, '@');

    return at != NULL && at != email && at - email <= EMAIL_LOCAL_MAX && strchr(at + 1, '@') == NULL
           && strpbrk(email, " \t\n<>,;\"\\") == NULL && is_domain(at + 1);
}

static enum clinic_status take_email(struct decision *decision, const cJSON *value,
                                     cJSON **ret_value)
{
    char email[EMAIL_BYTES];

    if (!tidy_text(value->valuestring, email, sizeof email) || !is_email(email))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "email",
                               "An e-mail address looks like name@example.org.");
    // Domains have no case; what is before the @ is the receiver's business.
    for (char *c = strchr(email, '@'); *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return give(cJSON_CreateString(email), ret_value);
}

static enum clinic_status take_phone(struct decision *decision, const cJSON *value,
                                     cJSON **ret_value)
{
    char phone[PHONE_BYTES];

    if (!phone_normalise(value->valuestring, decision->site->country, phone))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "phone",
                               "This is not a phone number. Write foreign ones with + and the "
                               "country's code.");
    return give(cJSON_CreateString(phone), ret_value);
}

static enum clinic_status take_language(struct decision *decision, const cJSON *value,
                                        cJSON **ret_value)
{
    if (value->valuestring[strspn(value->valuestring, "abcdefghijklmnopqrstuvwxyz")] != '\0')
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "language",
                               "A language is an ISO 639 code such as \"fr\".");
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
    take_name,          take_birth_date, take_email,   take_phone,
    take_preconditions, take_language,   take_consent, take_consent,
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
    if (status == CLINIC_OK && !patient_put(record, patient_field_names[field], taken))
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
