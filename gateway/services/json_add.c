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
