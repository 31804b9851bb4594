#include "nodes.h"

#include <clinic/clock.h>
#include <clinic/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
    char name[CLINIC_NODE_NAME_BYTES];
    char state[16];
    char since[CLINIC_INSTANT_TEXT_BYTES];
    char version[32];
    int64_t outbox;
};

struct nodes {
    struct node *list;
    size_t count;
};

struct nodes *nodes_open(void)
{
    return calloc(1, sizeof(struct nodes));
}

void nodes_close(struct nodes *nodes)
{
    if (nodes == NULL)
        return;
    free(nodes->list);
    free(nodes);
}

static struct node *find(const struct nodes *nodes, const char *name)
{
    for (size_t i = 0; i < nodes->count; i++) {
        if (strcmp(nodes->list[i].name, name) == 0)
            return &nodes->list[i];
    }
    return NULL;
}

static struct node *add(struct nodes *nodes, const char *name)
{
    if (nodes->count == NODES_MAX)
        return NULL;
    struct node *list = realloc(nodes->list, (nodes->count + 1) * sizeof *list);
    if (list == NULL)
        return NULL;
    nodes->list = list;
    struct node *node = &list[nodes->count++];
    memset(node, 0, sizeof *node);
    (void)snprintf(node->name, sizeof node->name, "%s", name);
    return node;
}

// Longer texts than a node of ours sends are left out.
static void copy_text(char *to, size_t bytes, const cJSON *status, const char *name)
{
    const char *text = clinic_json_text(status, name);

    (void)snprintf(to, bytes, "%s", text != NULL && strlen(text) < bytes ? text : "");
}

void nodes_take(struct nodes *nodes, const char *node_name, const char *payload, size_t length)
{
    struct clinic_problem problem;
    cJSON *status;

    if (clinic_json_parse(payload, length, &status, &problem) != CLINIC_OK)
        return;
    struct node *node = find(nodes, node_name);
    if (node == NULL)
        node = add(nodes, node_name);
    if (node != NULL) {
        copy_text(node->state, sizeof node->state, status, "state");
        copy_text(node->since, sizeof node->since, status, "since");
        copy_text(node->version, sizeof node->version, status, "version");
        node->outbox = 0;
        (void)clinic_json_integer(status, "outbox", &node->outbox);
    }
    cJSON_Delete(status);
}

static bool describe_one(const struct clinic_registry_node *known, const struct node *node,
                         cJSON *list)
{
    char expires[CLINIC_INSTANT_TEXT_BYTES];
    cJSON *json = cJSON_CreateObject();

    clinic_instant_print(known->expires_at_ms, expires);
    bool is_whole =
        cJSON_AddStringToObject(json, "name", known->name) != NULL
        && cJSON_AddStringToObject(json, "role", clinic_node_role_name(known->role)) != NULL
        && cJSON_AddStringToObject(json, "expires", expires) != NULL
        && cJSON_AddBoolToObject(json, "revoked", known->is_revoked) != NULL
        && cJSON_AddStringToObject(json, "state", node == NULL ? "never seen" : node->state)
               != NULL;
    if (is_whole && node != NULL)
        is_whole = cJSON_AddStringToObject(json, "since", node->since) != NULL
                   && cJSON_AddStringToObject(json, "version", node->version) != NULL
                   && cJSON_AddNumberToObject(json, "outbox", (double)node->outbox) != NULL;
    if (is_whole && cJSON_AddItemToArray(list, json))
        return true;
    cJSON_Delete(json);
    return false;
}

cJSON *nodes_describe(const struct nodes *nodes, const struct clinic_registry *registry)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; list != NULL && i < registry->count; i++) {
        const struct clinic_registry_node *known = &registry->nodes[i];
        if (!describe_one(known, find(nodes, known->name), list)) {
            cJSON_Delete(list);
            return NULL;
        }
    }
    return list;
}
