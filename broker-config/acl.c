#include "acl.h"

#include <clinic/topic.h>

#include <inttypes.h>
#include <string.h>

// What a role has besides its requests, reply, status, config and events.
#define STATUS_OF_GATEWAY "gateway"
#define AUDIENCE_STAFF "staff"
#define NOTICES_OF_DOCTORS "notification/doctor/+"

struct printing {
    const char *prefix;
    const struct clinic_registry *registry;
    FILE *out;
};

void acl_canary_topic(const char *prefix, uint32_t generation,
                      char topic[static ACL_CANARY_TOPIC_BYTES])
{
    (void)snprintf(topic, ACL_CANARY_TOPIC_BYTES, "%.32s/canary/%" PRIu32, prefix, generation);
}

void acl_canary_forbidden_topic(const char *prefix, char topic[static ACL_CANARY_TOPIC_BYTES])
{
    (void)snprintf(topic, ACL_CANARY_TOPIC_BYTES, "%.32s/canary/forbidden", prefix);
}

static void let(const struct printing *printing, const char *access, const char *topic)
{
    (void)fprintf(printing->out, "topic %s %s\n", access, topic);
}

static void let_below(const struct printing *printing, const char *access, const char *below)
{
    (void)fprintf(printing->out, "topic %s %s/%s\n", access, printing->prefix, below);
}

static void let_ask(const struct printing *printing, const struct clinic_registry_node *node)
{
    for (size_t i = 1; i < CLINIC_REQUEST_KIND_COUNT; i++) {
        const struct clinic_request_type *type = &clinic_request_types[i];
        if ((type->nodes & CLINIC_BIT(node->role)) == 0)
            continue;
        char topic[CLINIC_TOPIC_BYTES];
        clinic_topic_request(printing->prefix, node->name, type, topic);
        let(printing, "write", topic);
    }
}

static void let_read_events(const struct printing *printing,
                            const struct clinic_registry_node *node)
{
    for (size_t i = 1; i < CLINIC_EVENT_KIND_COUNT; i++) {
        const struct clinic_event_type *type = &clinic_event_types[i];
        if ((type->readers & CLINIC_BIT(node->role)) == 0)
            continue;
        char topic[CLINIC_TOPIC_BYTES];
        clinic_topic_event(printing->prefix, type, topic);
        let(printing, "read", topic);
    }
}

static void print_device(const struct printing *printing, const struct clinic_registry_node *node)
{
    char topic[CLINIC_TOPIC_BYTES];
    let_ask(printing, node);
    clinic_topic_reply(printing->prefix, node->name, topic);
    let(printing, "read", topic);
    clinic_topic_status(printing->prefix, node->name, topic);
    let(printing, "write", topic);
    clinic_topic_config(printing->prefix, node->name, topic);
    let(printing, "read", topic);
    let_read_events(printing, node);
    if (node->role == CLINIC_ROLE_DESK)
        return;
    clinic_topic_status(printing->prefix, STATUS_OF_GATEWAY, topic);
    let(printing, "read", topic);
}

static void print_desk(const struct printing *printing, const struct clinic_registry_node *node)
{
    char topic[CLINIC_TOPIC_BYTES];
    print_device(printing, node);
    clinic_topic_notification(printing->prefix, AUDIENCE_STAFF, topic);
    let(printing, "read", topic);
    let_below(printing, "read", NOTICES_OF_DOCTORS);
    let_below(printing, "read", "node/+/status");
}

static void print_gateway(const struct printing *printing, const struct clinic_registry_node *node)
{
    char topic[CLINIC_TOPIC_BYTES];
    let_below(printing, "read", "request/#");
    let_below(printing, "read", "node/+/status");
    clinic_topic_status(printing->prefix, node->name, topic);
    let(printing, "write", topic);
    let_below(printing, "write", "reply/+");
    let_below(printing, "write", "node/+/config");
    let_below(printing, "write", "notification/#");
    for (size_t i = 1; i < CLINIC_EVENT_KIND_COUNT; i++) {
        clinic_topic_event(printing->prefix, &clinic_event_types[i], topic);
        let(printing, "write", topic);
    }
}

static void print_clinic(const struct printing *printing, const struct clinic_registry_node *node)
{
    (void)fprintf(printing->out, "topic write %s/%s/#\n", printing->prefix, node->name);
}

// Not <prefix>/#: on a clinic's own broker that would show every reply, with the patients' data.
static void print_archive(const struct printing *printing, const struct clinic_registry_node *node)
{
    (void)node; // every archive reads the same
    for (size_t i = 0; i < printing->registry->count; i++) {
        const struct clinic_registry_node *clinic = &printing->registry->nodes[i];
        if (clinic->role == CLINIC_ROLE_CLINIC)
            (void)fprintf(printing->out, "topic read %s/%s/#\n", printing->prefix, clinic->name);
    }
}

typedef void printer(const struct printing *printing, const struct clinic_registry_node *node);

static printer *const printers[CLINIC_NODE_ROLE_COUNT] = {
    [CLINIC_ROLE_KIOSK] = print_device,    [CLINIC_ROLE_DESK] = print_desk,
    [CLINIC_ROLE_SCALE] = print_device,    [CLINIC_ROLE_BOARD] = print_device,
    [CLINIC_ROLE_GATEWAY] = print_gateway, [CLINIC_ROLE_CLINIC] = print_clinic,
    [CLINIC_ROLE_ARCHIVE] = print_archive,
};

void acl_print(const char *prefix, const struct clinic_registry *registry, uint32_t generation,
               FILE *out)
{
    const struct printing printing = { .prefix = prefix, .registry = registry, .out = out };
    char topic[ACL_CANARY_TOPIC_BYTES];
    (void)fputs("# Written by clinic-broker from the roles; do not edit.\n", out);
    (void)fprintf(out, "\nuser %s\n", ACL_CANARY);
    acl_canary_topic(prefix, generation, topic);
    let(&printing, "write", topic);

    for (size_t i = 0; i < registry->count; i++) {
        const struct clinic_registry_node *node = &registry->nodes[i];
        if (node->is_revoked || printers[node->role] == NULL)
            continue;
        (void)fprintf(out, "\n# %s\nuser %s\n", clinic_node_role_name(node->role), node->name);
        printers[node->role](&printing, node);
    }
}

bool acl_is_clinic_name(const char *name)
{
    static const char *const taken[] = { "request", "reply", "node", "notification", ACL_CANARY };
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (strcmp(name, taken[i]) == 0)
            return false;
    }
    const size_t length = strlen(name);
    for (size_t i = 1; i < CLINIC_EVENT_KIND_COUNT; i++) {
        const char *topic = clinic_event_types[i].topic;
        if (strncmp(topic, name, length) == 0 && topic[length] == '/')
            return false;
    }
    return true;
}
