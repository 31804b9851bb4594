#include "list.h"

#include <clinic/clock.h>

#include <cjson/cJSON.h>
#include <stdlib.h>

static const char *state_of(const struct clinic_registry_node *node, int64_t now_ms)
{
    if (node->is_revoked)
        return "revoked";
    return node->expires_at_ms <= now_ms ? "expired" : "valid";
}

void list_print_table(const struct clinic_registry *registry, int64_t now_ms, FILE *out)
{
    (void)fprintf(out, "%-32s  %-7s  %-7s  %-24s  %s\n", "NODE", "ROLE", "STATE", "EXPIRES",
                  "SERIAL");
    for (size_t i = 0; i < registry->count; i++) {
        const struct clinic_registry_node *node = &registry->nodes[i];
        char expires[CLINIC_INSTANT_TEXT_BYTES];
        clinic_instant_print(node->expires_at_ms, expires);
        (void)fprintf(out, "%-32s  %-7s  %-7s  %-24s  %s\n", node->name,
                      clinic_node_role_name(node->role), state_of(node, now_ms), expires,
                      node->serial);
    }
}

static bool add_node(cJSON *list, const struct clinic_registry_node *node, int64_t now_ms)
{
    char expires[CLINIC_INSTANT_TEXT_BYTES];
    clinic_instant_print(node->expires_at_ms, expires);
    cJSON *row = cJSON_CreateObject();
    if (row == NULL || !cJSON_AddItemToArray(list, row)) {
        cJSON_Delete(row);
        return false;
    }
    return cJSON_AddStringToObject(row, "name", node->name) != NULL
           && cJSON_AddStringToObject(row, "role", clinic_node_role_name(node->role)) != NULL
           && cJSON_AddStringToObject(row, "state", state_of(node, now_ms)) != NULL
           && cJSON_AddStringToObject(row, "expires", expires) != NULL
           && cJSON_AddStringToObject(row, "serial", node->serial) != NULL;
}

bool list_print_json(const struct clinic_registry *registry, int64_t now_ms, FILE *out)
{
    cJSON *list = cJSON_CreateArray();
    bool is_made = list != NULL;
    for (size_t i = 0; is_made && i < registry->count; i++)
        is_made = add_node(list, &registry->nodes[i], now_ms);
    char *text = is_made ? cJSON_PrintUnformatted(list) : NULL;
    if (text != NULL)
        (void)fprintf(out, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(list);
    return text != NULL;
}
