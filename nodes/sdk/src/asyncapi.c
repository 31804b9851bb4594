#include <clinic/asyncapi.h>

#include "asyncapi_schemas.h"

#include <clinic/text.h>

#include <stdint.h>
#include <stdio.h>

static const char description[] = "Nodes (kiosks, front desks, scales) publish requests and get a "
                                  "reply; the gateway decides, and "
                                  "publishes what happened as CloudEvents. A node's name is the "
                                  "common name of its certificate and a "
                                  "level of its topics, and the broker lets it use no other's. "
                                  "Events are retained and carry their "
                                  "place in the log (sequence) and that of the event before them "
                                  "on their topic (previous): a reader "
                                  "that finds a gap asks for the missing ones with events/replay. "
                                  "This document is written from the "
                                  "same tables that check the messages.";

struct document {
    struct json_writer writer;
    const char *prefix;
};

static void write_reference(struct json_writer *writer, const char *name, const char *where,
                            const char *what)
{
    writer_open_object(writer, name);
    writer_format(writer, "$ref", "#/%s/%s", where, what);
    writer_close_object(writer);
}

static void write_head(struct document *document)
{
    struct json_writer *writer = &document->writer;
    writer_text(writer, "asyncapi", "3.0.0");
    writer_open_object(writer, "info");
    writer_text(writer, "title", "Clinic Edge");
    writer_text(writer, "version", CLINIC_VERSION);
    writer_text(writer, "description", description);
    writer_close_object(writer);
    writer_text(writer, "defaultContentType", "application/json");

    writer_open_object(writer, "servers");
    writer_open_object(writer, "clinic");
    writer_text(writer, "host", "{host}:8883");
    writer_text(writer, "protocol", "secure-mqtt");
    writer_text(writer, "protocolVersion", "5.0");
    writer_text(writer, "description", "The clinic's broker: mutual TLS, nobody is anonymous.");
    writer_open_object(writer, "variables");
    writer_open_object(writer, "host");
    writer_text(writer, "description", "Where the broker runs.");
    writer_text(writer, "default", "localhost");
    writer_close_object(writer);
    writer_close_object(writer);
    writer_open_list(writer, "security");
    write_reference(writer, NULL, "components/securitySchemes", "certificate");
    writer_close_list(writer);
    writer_close_object(writer);
    writer_close_object(writer);
}

// ---- channels

// Opens a channel's object and its list of messages; close_channel() ends both.
static void open_channel(struct document *document, const char *name, const char *topic,
                         const char *parameter, const char *help)
{
    struct json_writer *writer = &document->writer;
    writer_open_object(writer, name);
    writer_format(writer, "address", "%s/%s", document->prefix, topic);
    writer_text(writer, "description", help);
    if (parameter != NULL) {
        writer_open_object(writer, "parameters");
        write_reference(writer, parameter, "components/parameters", parameter);
        writer_close_object(writer);
    }
    writer_open_object(writer, "messages");
}

static void close_channel(struct document *document)
{
    writer_close_object(&document->writer);
    writer_close_object(&document->writer);
}

static void add_message(struct document *document, const char *message)
{
    write_reference(&document->writer, message, "components/messages", message);
}

static void write_request_channel(struct document *document, const struct clinic_request_type *type)
{
    char name[ASYNCAPI_NAME_BYTES], topic[96], message[ASYNCAPI_NAME_BYTES + 16];
    asyncapi_request_name(type, name);
    (void)snprintf(topic, sizeof topic, "request/{node}/%s/%s", type->entity, type->action);
    (void)snprintf(message, sizeof message, "%sRequest", name);
    open_channel(document, message, topic, "node", type->help);
    add_message(document, message);
    close_channel(document);
}

static void write_reply_channel(struct document *document)
{
    open_channel(document, "Reply", "reply/{node}", "node",
                 "Answers to one node's requests; only that node may read them.");
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        char name[ASYNCAPI_NAME_BYTES], message[ASYNCAPI_NAME_BYTES + 16];
        asyncapi_request_name(&clinic_request_types[kind], name);
        (void)snprintf(message, sizeof message, "%sAccepted", name);
        add_message(document, message);
    }
    add_message(document, "Rejected");
    close_channel(document);
}

static void write_plain_channel(struct document *document, const char *name, const char *topic,
                                const char *parameter, const char *help)
{
    open_channel(document, name, topic, parameter, help);
    add_message(document, name);
    close_channel(document);
}

static void write_channels(struct document *document)
{
    writer_open_object(&document->writer, "channels");
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        const struct clinic_event_type *type = &clinic_event_types[kind];
        write_plain_channel(document, type->name, type->topic, NULL, type->help);
    }
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++)
        write_request_channel(document, &clinic_request_types[kind]);
    write_reply_channel(document);
    write_plain_channel(document, "Status", "node/{node}/status", "node",
                        "Whether a node is there; its last will says when it is gone.");
    write_plain_channel(document, "Config", "node/{node}/config", "node",
                        "What a node needs to do its work.");
    write_plain_channel(document, "Notice", "notification/{audience}", "audience",
                        "Something for a screen to show.");
    writer_close_object(&document->writer);
}

// ---- operations

// Opens an operation on a channel with its one message; the caller closes it.
static void open_operation(struct document *document, const char *verb, const char *channel,
                           bool is_sent, bool is_retained)
{
    struct json_writer *writer = &document->writer;
    char name[ASYNCAPI_NAME_BYTES + 32];
    (void)snprintf(name, sizeof name, "%s%s", verb, channel);
    writer_open_object(writer, name);
    writer_text(writer, "action", is_sent ? "send" : "receive");
    write_reference(writer, "channel", "channels", channel);
    writer_open_list(writer, "messages");
    writer_open_object(writer, NULL);
    writer_format(writer, "$ref", "#/channels/%s/messages/%s", channel, channel);
    writer_close_object(writer);
    writer_close_list(writer);
    writer_open_object(writer, "bindings");
    writer_open_object(writer, "mqtt");
    writer_integer(writer, "qos", 1);
    writer_boolean(writer, "retain", is_retained);
    writer_text(writer, "bindingVersion", "0.2.0");
    writer_close_object(writer);
    writer_close_object(writer);
}

static void write_plain_operation(struct document *document, const char *verb, const char *channel,
                                  bool is_sent, bool is_retained)
{
    open_operation(document, verb, channel, is_sent, is_retained);
    writer_close_object(&document->writer);
}

static void write_node_roles(struct json_writer *writer, const char *name, unsigned roles)
{
    writer_open_list(writer, name);
    for (int role = 1; role < CLINIC_NODE_ROLE_COUNT; role++) {
        if ((roles & CLINIC_BIT(role)) != 0)
            writer_text(writer, NULL, clinic_node_role_name((enum clinic_node_role)role));
    }
    writer_close_list(writer);
}

static void write_staff_roles(struct json_writer *writer, const char *name, unsigned roles)
{
    writer_open_list(writer, name);
    for (int role = 1; role < CLINIC_STAFF_ROLE_COUNT; role++) {
        if ((roles & CLINIC_BIT(role)) != 0)
            writer_text(writer, NULL, clinic_staff_role_name((enum clinic_staff_role)role));
    }
    writer_close_list(writer);
}

static void write_event_operation(struct document *document, const struct clinic_event_type *type)
{
    open_operation(document, "publish", type->name, true, true);
    write_node_roles(&document->writer, "x-readers", type->readers);
    writer_close_object(&document->writer);
}

static void write_request_operation(struct document *document,
                                    const struct clinic_request_type *type)
{
    struct json_writer *writer = &document->writer;
    char name[ASYNCAPI_NAME_BYTES], channel[ASYNCAPI_NAME_BYTES + 16];
    asyncapi_request_name(type, name);
    (void)snprintf(channel, sizeof channel, "%sRequest", name);
    open_operation(document, "decide", channel, false, false);
    writer_open_object(writer, "reply");
    write_reference(writer, "channel", "channels", "Reply");
    writer_open_list(writer, "messages");
    writer_open_object(writer, NULL);
    writer_format(writer, "$ref", "#/channels/Reply/messages/%sAccepted", name);
    writer_close_object(writer);
    write_reference(writer, NULL, "channels/Reply/messages", "Rejected");
    writer_close_list(writer);
    writer_close_object(writer);
    write_node_roles(writer, "x-nodes", type->nodes);
    write_node_roles(writer, "x-unattended", type->unattended);
    write_staff_roles(writer, "x-staff", type->staff);
    writer_close_object(writer);
}

static void write_operations(struct document *document)
{
    writer_open_object(&document->writer, "operations");
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++)
        write_event_operation(document, &clinic_event_types[kind]);
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++)
        write_request_operation(document, &clinic_request_types[kind]);
    write_plain_operation(document, "follow", "Status", false, true);
    write_plain_operation(document, "announce", "Status", true, true);
    write_plain_operation(document, "publish", "Config", true, true);
    write_plain_operation(document, "publish", "Notice", true, false);
    writer_close_object(&document->writer);
}

// ---- components

static void write_message(struct json_writer *writer, const char *name, const char *content_type,
                          const char *help)
{
    writer_open_object(writer, name);
    writer_text(writer, "name", name);
    writer_text(writer, "contentType", content_type);
    writer_text(writer, "summary", help);
    write_reference(writer, "payload", "components/schemas", name);
    writer_close_object(writer);
}

static void write_request_messages(struct json_writer *writer,
                                   const struct clinic_request_type *type)
{
    char name[ASYNCAPI_NAME_BYTES], message[ASYNCAPI_NAME_BYTES + 16];
    asyncapi_request_name(type, name);
    (void)snprintf(message, sizeof message, "%sRequest", name);
    write_message(writer, message, "application/json", type->help);
    (void)snprintf(message, sizeof message, "%sAccepted", name);
    write_message(writer, message, "application/json", "It is done, and committed for good.");
}

static void write_messages(struct json_writer *writer)
{
    writer_open_object(writer, "messages");
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        const struct clinic_event_type *type = &clinic_event_types[kind];
        write_message(writer, type->name, "application/cloudevents+json", type->help);
    }
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++)
        write_request_messages(writer, &clinic_request_types[kind]);
    write_message(writer, "Rejected", "application/json", "It is not done, and why.");
    write_message(writer, "Status", "application/json", "A node is there, or gone.");
    write_message(writer, "Config", "application/json", "What a node needs to do its work.");
    write_message(writer, "Notice", "application/json", "Something for a screen to show.");
    writer_close_object(writer);
}

static void write_parameter(struct json_writer *writer, const char *name, const char *help)
{
    writer_open_object(writer, name);
    writer_text(writer, "description", help);
    writer_close_object(writer);
}

static void write_components(struct document *document)
{
    struct json_writer *writer = &document->writer;
    writer_open_object(writer, "components");
    asyncapi_write_schemas(writer);
    write_messages(writer);
    writer_open_object(writer, "parameters");
    write_parameter(writer, "node", "The node's name, its certificate's CN: [a-z0-9-]{1,32}.");
    write_parameter(writer, "audience", "staff, or doctor/<id>.");
    writer_close_object(writer);
    writer_open_object(writer, "securitySchemes");
    writer_open_object(writer, "certificate");
    writer_text(writer, "type", "X509");
    writer_text(writer, "description", "A client certificate of the clinic's own authority.");
    writer_close_object(writer);
    writer_close_object(writer);
    writer_close_object(writer);
}

enum clinic_status clinic_asyncapi_print(const char *prefix, char **ret_json)
{
    if (!clinic_text_is_node_name(prefix)) // a prefix is one level of the same letters
        return CLINIC_INVALID;
    struct document document = { .prefix = prefix };
    writer_open_object(&document.writer, NULL);
    write_head(&document);
    write_channels(&document);
    write_operations(&document);
    write_components(&document);
    writer_close_object(&document.writer);
    return clinic_buffer_take(&document.writer.buffer, SIZE_MAX, ret_json);
}
