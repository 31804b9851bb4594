#include <clinic/node.h>

#include <stdio.h>

#define MEMBER(member)                                                                             \
    .offset = offsetof(struct clinic_node_settings, member),                                       \
    .size = sizeof(((struct clinic_node_settings *)NULL)->member)

const struct clinic_setting clinic_node_setting_table[] = {
    { "node", "name", CLINIC_SETTING_TEXT, MEMBER(name), .fallback = NULL,
      .help = "The node's name, as in its certificate." },
    { "node", "host", CLINIC_SETTING_TEXT, MEMBER(host), .fallback = NULL,
      .help = "The broker: a name or an address that its certificate bears." },
    { "node", "port", CLINIC_SETTING_INTEGER, MEMBER(port), .min = 1, .max = 65535,
      .fallback = "8883", .help = "The broker's port." },
    { "node", "prefix", CLINIC_SETTING_TEXT, MEMBER(prefix), .fallback = "clinic",
      .help = "First level of every topic." },
    { "node", "ca", CLINIC_SETTING_PATH, MEMBER(ca), .fallback = "ca.crt",
      .help = "The clinic's certificate authority." },
    { "node", "certificate", CLINIC_SETTING_PATH, MEMBER(certificate), .fallback = "node.crt",
      .help = "The node's certificate." },
    { "node", "key", CLINIC_SETTING_PATH, MEMBER(key), .fallback = "node.key",
      .help = "The node's private key." },
    { "node", "state", CLINIC_SETTING_PATH, MEMBER(state), .fallback = "state",
      .help = "Folder for the outbox and what else the node must remember." },
    { "node", "keepalive_s", CLINIC_SETTING_INTEGER, MEMBER(keepalive_s), .min = 5, .max = 3600,
      .fallback = "20", .help = "MQTT keep-alive; a dead peer is noticed within twice of it." },
    { "node", "window", CLINIC_SETTING_INTEGER, MEMBER(window), .min = 1, .max = 256,
      .fallback = "64", .help = "Requests of the outbox that may be unanswered at a time." },
    { "node", "outbox_rows", CLINIC_SETTING_INTEGER, MEMBER(outbox_rows), .min = 1, .max = 1000000,
      .fallback = "10000", .help = "Requests that the outbox holds at most." },
    { "node", "outbox_bytes", CLINIC_SETTING_INTEGER, MEMBER(outbox_bytes), .min = 65536,
      .max = INT64_C(1) << 40, .fallback = "67108864",
      .help = "Bytes of requests that the outbox holds at most." },
};
const size_t clinic_node_setting_count =
    sizeof clinic_node_setting_table / sizeof clinic_node_setting_table[0];

void clinic_node_describe_bus(const struct clinic_node_settings *settings,
                              struct clinic_bus_config *ret_bus)
{
    *ret_bus =
        (struct clinic_bus_config){ .port = settings->port, .keepalive_s = settings->keepalive_s };
    (void)snprintf(ret_bus->host, sizeof ret_bus->host, "%s", settings->host);
    (void)snprintf(ret_bus->ca_path, sizeof ret_bus->ca_path, "%s", settings->ca);
    (void)snprintf(ret_bus->certificate_path, sizeof ret_bus->certificate_path, "%s",
                   settings->certificate);
    (void)snprintf(ret_bus->key_path, sizeof ret_bus->key_path, "%s", settings->key);
    (void)snprintf(ret_bus->client_id, sizeof ret_bus->client_id, "%s", settings->name);
}
