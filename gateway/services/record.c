#include "record.h"

bool record_put(cJSON *record, const char *name, cJSON *value)
{
    if (value == NULL)
        return false;
    bool is_put = cJSON_HasObjectItem(record, name)
                      ? cJSON_ReplaceItemInObjectCaseSensitive(record, name, value)
                      : cJSON_AddItemToObject(record, name, value);
    if (!is_put)
        cJSON_Delete(value);
    return is_put;
}

bool record_merge(cJSON *record, const cJSON *data, const char *const *names)
{
    for (; *names != NULL; names++) {
        const cJSON *value = clinic_json_member(data, *names);
        if (value == NULL)
            continue;
        if (cJSON_IsNull(value))
            cJSON_DeleteItemFromObjectCaseSensitive(record, *names);
        else if (!record_put(record, *names, cJSON_Duplicate(value, true)))
            return false;
    }
    return true;
}

bool record_is_same(const cJSON *before, const cJSON *after, const char *name)
{
    const cJSON *a = clinic_json_member(before, name);
    const cJSON *b = clinic_json_member(after, name);

    return (a == NULL && b == NULL) || cJSON_Compare(a, b, true);
}

static bool add_change(cJSON *data, cJSON *changed, const cJSON *after, const char *name)
{
    const cJSON *value = clinic_json_member(after, name);
    cJSON *field = cJSON_CreateString(name);

    if (field == NULL || !cJSON_AddItemToArray(changed, field)) {
        cJSON_Delete(field);
        return false;
    }
    return record_put(data, name,
                      value == NULL ? cJSON_CreateNull() : cJSON_Duplicate(value, true));
}

enum clinic_status record_compare(const cJSON *before, const cJSON *after, const char *const *names,
                                  cJSON *data, int *ret_changes)
{
    cJSON *changed = cJSON_GetObjectItemCaseSensitive(data, "changed");

    if (changed == NULL)
        changed = cJSON_AddArrayToObject(data, "changed");
    bool has_memory = changed != NULL;

    for (; has_memory && *names != NULL; names++) {
        if (!record_is_same(before, after, *names))
            has_memory = add_change(data, changed, after, *names);
    }
    if (!has_memory)
        return CLINIC_NOMEM;
    *ret_changes = cJSON_GetArraySize(changed);
    return CLINIC_OK;
}
