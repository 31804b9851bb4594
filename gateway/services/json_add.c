#include "json_add.h"

#include <clinic/clock.h>

bool json_add_id(cJSON *object, const char *name, const struct clinic_id *id)
{
    char text[CLINIC_ID_TEXT_BYTES];

    if (clinic_id_is_none(id))
        return true;
    clinic_id_print(id, text);
    return cJSON_AddStringToObject(object, name, text) != NULL;
}

bool json_add_instant(cJSON *object, const char *name, int64_t at_ms)
{
    char text[CLINIC_INSTANT_TEXT_BYTES];

    clinic_instant_print(at_ms, text);
    return cJSON_AddStringToObject(object, name, text) != NULL;
}

bool json_add_text(cJSON *object, const char *name, const char *text)
{
    return text == NULL || cJSON_AddStringToObject(object, name, text) != NULL;
}

// ---- rows

enum clinic_status json_add_end(struct query *query, bool has_memory)
{
    const enum clinic_status status = query_end(query);

    return status == CLINIC_OK && !has_memory ? CLINIC_NOMEM : status;
}

static bool add_row(cJSON *list, struct query *query, json_make_row make_row)
{
    cJSON *row = make_row(query);

    if (row != NULL && cJSON_AddItemToArray(list, row))
        return true;
    cJSON_Delete(row);
    return false;
}

enum clinic_status json_add_rows(cJSON *list, struct query *query, json_make_row make_row)
{
    bool has_memory = list != NULL;

    while (has_memory && query_next(query))
        has_memory = add_row(list, query, make_row);
    return json_add_end(query, has_memory);
}

enum clinic_status json_add_page(cJSON *object, const char *name, struct query *query,
                                 json_make_row make_row, int64_t limit)
{
    bool has_more = false;
    cJSON *list = cJSON_AddArrayToObject(object, name);
    bool has_memory = list != NULL;

    while (has_memory && !has_more && query_next(query)) {
        has_more = cJSON_GetArraySize(list) == limit;
        has_memory = has_more || add_row(list, query, make_row);
    }
    has_memory = has_memory && cJSON_AddBoolToObject(object, "more", has_more) != NULL;
    return json_add_end(query, has_memory);
}
