#include <clinic/catalogue.h>

#include <string.h>

// ---- who

static const char *const node_roles[CLINIC_NODE_ROLE_COUNT] = {
    [CLINIC_ROLE_NONE] = "none",     [CLINIC_ROLE_KIOSK] = "kiosk",
    [CLINIC_ROLE_DESK] = "desk",     [CLINIC_ROLE_SCALE] = "scale",
    [CLINIC_ROLE_BOARD] = "board",   [CLINIC_ROLE_GATEWAY] = "gateway",
    [CLINIC_ROLE_CLINIC] = "clinic", [CLINIC_ROLE_ARCHIVE] = "archive",
};

static const char *const staff_roles[CLINIC_STAFF_ROLE_COUNT] = {
    [CLINIC_STAFF_NONE] = "none",       [CLINIC_STAFF_RECEPTION] = "reception",
    [CLINIC_STAFF_DOCTOR] = "doctor",   [CLINIC_STAFF_STOCK] = "stock",
    [CLINIC_STAFF_MANAGER] = "manager", [CLINIC_STAFF_ADMIN] = "admin",
};

// Row 0 is "none", which names nobody. Returns 0 for what is not there.
static int find_name(const char *const *names, int count, const char *name)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    return 0;
}

const char *clinic_node_role_name(enum clinic_node_role role)
{
    return (unsigned)role < CLINIC_NODE_ROLE_COUNT ? node_roles[role] : NULL;
}

const char *clinic_staff_role_name(enum clinic_staff_role role)
{
    return (unsigned)role < CLINIC_STAFF_ROLE_COUNT ? staff_roles[role] : NULL;
}

bool clinic_node_role_find(const char *name, enum clinic_node_role *ret_role)
{
    int found = find_name(node_roles, CLINIC_NODE_ROLE_COUNT, name);
    if (found == 0)
        return false;
    *ret_role = (enum clinic_node_role)found;
    return true;
}

bool clinic_staff_role_find(const char *name, enum clinic_staff_role *ret_role)
{
    int found = find_name(staff_roles, CLINIC_STAFF_ROLE_COUNT, name);
    if (found == 0)
        return false;
    *ret_role = (enum clinic_staff_role)found;
    return true;
}

// ---- what

const struct clinic_event_type *clinic_event_type_find(const char *type)
{
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        if (strcmp(clinic_event_types[kind].type, type) == 0)
            return &clinic_event_types[kind];
    }
    return NULL;
}

const struct clinic_event_type *clinic_event_type_find_topic(const char *topic_below_prefix)
{
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        if (strcmp(clinic_event_types[kind].topic, topic_below_prefix) == 0)
            return &clinic_event_types[kind];
    }
    return NULL;
}

const struct clinic_request_type *clinic_request_type_find(const char *entity, const char *action)
{
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        const struct clinic_request_type *type = &clinic_request_types[kind];
        if (strcmp(type->entity, entity) == 0 && strcmp(type->action, action) == 0)
            return type;
    }
    return NULL;
}
