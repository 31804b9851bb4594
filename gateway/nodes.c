#include "nodes.h"

#include <clinic/clock.h>
#include <clinic/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    VERSION_BYTES = 21,
    COUNT_MAX = 1000000000, // as the catalogue limits it
};

struct node {
    char name[CLINIC_NODE_NAME_BYTES];
    char state[16];
    char since[CLINIC_INSTANT_TEXT_BYTES];
    char version[VERSION_BYTES];
    int64_t waiting;  // -1: it has not said
    int64_t rejected; // the same
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

static int64_t count_of(const cJSON *status, const char *name)
{
    int64_t count = 0;

    return clinic_json_integer(status, name, &count) && count >= 0 && count <= COUNT_MAX ? count
                                                                                         : -1;
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
        node->waiting = count_of(status, "outbox");
        node->rejected = count_of(status, "rejected");
    }
    cJSON_Delete(status);
}

// ---- telling

// A node can say what it likes: what is not as the catalogue wants it is left out.
static const char *state_of(const struct node *node)
{
    static const char *const states[] = { "online", "offline" };

    for (size_t i = 0; node != NULL && i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(node->state, states[i]) == 0)
            return states[i];
    }
    return "unknown";
}

static bool is_one_line(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    }
    return true;
}

static bool add_number(cJSON *json, const char *name, int64_t number)
{
    return number < 0 || cJSON_AddNumberToObject(json, name, (double)number) != NULL;
}

static bool add_said(cJSON *json, const struct node *node)
{
    int64_t since_ms;

    if (node == NULL)
        return true;
    const bool has_since = clinic_instant_parse(node->since, &since_ms);
    const bool has_version = node->version[0] != '\0' && is_one_line(node->version);
    return (!has_since || cJSON_AddStringToObject(json, "since", node->since) != NULL)
           && (!has_version || cJSON_AddStringToObject(json, "version", node->version) != NULL)
           && add_number(json, "waiting", node->waiting)
           && add_number(json, "rejected", node->rejected);
}

static bool describe_one(const struct clinic_registry_node *known, const struct node *node,
                         cJSON *list)
{
    char expires[CLINIC_INSTANT_TEXT_BYTES];
    cJSON *json = cJSON_CreateObject();

    clinic_instant_print(known->expires_at_ms, expires);
    if (cJSON_AddStringToObject(json, "node", known->name) != NULL
        && cJSON_AddStringToObject(json, "role", clinic_node_role_name(known->role)) != NULL
        && cJSON_AddStringToObject(json, "state", state_of(node)) != NULL && add_said(json, node)
        && cJSON_AddStringToObject(json, "certificate_expires", expires) != NULL
        && cJSON_AddBoolToObject(json, "is_revoked", known->is_revoked) != NULL
        && cJSON_AddItemToArray(list, json))
        return true;
    cJSON_Delete(json);
    return false;
}

bool nodes_describe(const struct nodes *nodes, const struct clinic_registry *registry, size_t limit,
                    cJSON *object)
{
    cJSON *list = cJSON_AddArrayToObject(object, "nodes");
    const size_t shown = registry->count < limit ? registry->count : limit;
    bool is_whole = list != NULL;

    for (size_t i = 0; is_whole && i < shown; i++)
        is_whole = describe_one(&registry->nodes[i], find(nodes, registry->nodes[i].name), list);
    return is_whole && cJSON_AddBoolToObject(object, "more", shown < registry->count) != NULL;
}
