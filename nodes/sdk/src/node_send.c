#include "node_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RESERVED_ROOM =
        8, // of the bus's window, which requests of the outbox leave to questions and the status
    OUTBOX_FAULT_MS = 1000,
};

// ---- requests

static enum clinic_status publish_text(struct clinic_node *node,
                                       const struct clinic_request *request, const char *text)
{
    char topic[CLINIC_TOPIC_BYTES];
    clinic_topic_request(node->settings.prefix, node->settings.name,
                         &clinic_request_types[request->kind], topic);
    const struct clinic_bus_publish publish = {
        .topic = topic,
        .payload = text,
        .length = strlen(text),
        .qos = 1,
        .content_type = "application/json",
        .response_topic = node->reply_topic,
        .correlation_data = request->id.bytes,
        .correlation_bytes = sizeof request->id.bytes,
    };
    return clinic_bus_publish(node->bus, &publish, NULL);
}

enum clinic_status node_publish_request(struct clinic_node *node,
                                        const struct clinic_request *request)
{
    char *text = NULL;
    enum clinic_status status = clinic_request_encode(request, &text);
    if (status == CLINIC_OK)
        status = publish_text(node, request, text);
    free(text);
    return status;
}

static bool has_room(const struct clinic_node *node)
{
    return clinic_bus_room(node->bus) > RESERVED_ROOM;
}

static void send_outbox(struct clinic_node *node, int64_t now_ms)
{
    const struct clinic_request *request = NULL;
    enum clinic_status status = CLINIC_OK;
    while (status == CLINIC_OK && has_room(node) && now_ms >= node->outbox_resumes_ms) {
        status = clinic_outbox_next(node->outbox, &request);
        if (status == CLINIC_OK) // one that is not sent is as good as lost: it is sent again
            (void)node_publish_request(node, request);
    }
    if (status != CLINIC_OK && status != CLINIC_NOT_FOUND)
        node->outbox_resumes_ms = now_ms + OUTBOX_FAULT_MS;
}

// ---- the status

void node_print_status(const struct clinic_node *node, const char *state, int64_t since_ms,
                       const struct clinic_outbox_counts *counts, char *payload,
                       size_t payload_bytes)
{
    char since[CLINIC_INSTANT_TEXT_BYTES];
    clinic_instant_print(since_ms, since);
    (void)snprintf(payload, payload_bytes,
                   "{\"state\":\"%s\",\"since\":\"%s\",\"version\":\"%s\",\"outbox\":%lld,"
                   "\"rejected\":%lld}",
                   state, since, node->version, (long long)counts->waiting,
                   (long long)counts->rejected);
}

void node_publish_status(struct clinic_node *node, const char *state)
{
    char payload[256];
    struct clinic_outbox_counts counts;
    const int64_t since_ms =
        strcmp(state, "online") == 0 ? node->online_since_ms : clinic_wall_ms(node->clock);
    clinic_outbox_count(node->outbox, &counts);
    node_print_status(node, state, since_ms, &counts, payload, sizeof payload);
    const struct clinic_bus_publish publish = {
        .topic = node->status_topic,
        .payload = payload,
        .length = strlen(payload),
        .qos = 1,
        .is_retained = true,
        .content_type = "application/json",
    };
    node->status_due_ms = clinic_monotonic_ms(node->clock) + STATUS_EVERY_MS;
    if (clinic_bus_publish(node->bus, &publish, NULL) == CLINIC_OK)
        node->status_counts = counts;
}

static bool status_is_stale(const struct clinic_node *node)
{
    struct clinic_outbox_counts counts;
    clinic_outbox_count(node->outbox, &counts);
    return clinic_bus_state(node->bus) == CLINIC_BUS_ONLINE
           && (counts.waiting != node->status_counts.waiting
               || counts.rejected != node->status_counts.rejected);
}

// ---- positions

static bool collect_positions(struct clinic_node *node)
{
    bool has_changed = false;
    for (int i = 1; i < CLINIC_EVENT_KIND_COUNT; i++) {
        const uint64_t sequence = clinic_inbox_position(node->inbox, (enum clinic_event_kind)i);
        if (!node->positions.is_kept[i] || sequence == CLINIC_FROM_NOW
            || (node->positions.is_set[i] && node->positions.sequence[i] == sequence))
            continue;
        node->positions.is_set[i] = true;
        node->positions.sequence[i] = sequence;
        has_changed = true;
    }
    return has_changed;
}

static bool positions_are_stale(const struct clinic_node *node)
{
    bool is_stale = false;
    for (int i = 1; i < CLINIC_EVENT_KIND_COUNT; i++) {
        const uint64_t sequence = clinic_inbox_position(node->inbox, (enum clinic_event_kind)i);
        is_stale = is_stale
                   || (node->positions.is_kept[i] && sequence != CLINIC_FROM_NOW
                       && !(node->positions.is_set[i] && node->positions.sequence[i] == sequence));
    }
    return is_stale;
}

void node_keep_positions(struct clinic_node *node, bool at_once)
{
    const int64_t now_ms = clinic_monotonic_ms(node->clock);
    if (!at_once && now_ms < node->positions_due_ms)
        return;
    const struct positions before = node->positions;
    if (!collect_positions(node))
        return;
    node->positions_due_ms = now_ms + POSITIONS_EVERY_MS;
    // Tried again later; what is lost meanwhile is only that these events come once more.
    if (positions_save(node->positions_path, &node->positions) != CLINIC_OK)
        node->positions = before;
}

// ---- all of it

static void tell_timeouts(struct clinic_node *node, int64_t now_ms)
{
    struct ask ask;
    while (asks_expire(&node->asks, now_ms, &ask)) {
        if (node->handler->on_timeout != NULL)
            node->handler->on_timeout(node->context, ask.kind, &ask.id);
    }
}

void node_pump(struct clinic_node *node)
{
    const int64_t now_ms = clinic_monotonic_ms(node->clock);
    tell_timeouts(node, now_ms);
    node_keep_positions(node, false);
    if (clinic_bus_state(node->bus) != CLINIC_BUS_ONLINE)
        return;
    clinic_inbox_step(node->inbox);
    send_outbox(node, now_ms);
    if (now_ms >= node->status_due_ms && status_is_stale(node))
        node_publish_status(node, "online");
}

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

static int64_t later(int64_t a_ms, int64_t b_ms)
{
    return a_ms > b_ms ? a_ms : b_ms;
}

int64_t node_due_ms(const struct clinic_node *node)
{
    int64_t due_ms = asks_due_ms(&node->asks);
    if (positions_are_stale(node))
        due_ms = earlier(due_ms, node->positions_due_ms);
    if (clinic_bus_state(node->bus) != CLINIC_BUS_ONLINE)
        return due_ms;
    const int64_t inbox_due_ms = clinic_inbox_due_ms(node->inbox);
    if (inbox_due_ms >= 0)
        due_ms = earlier(due_ms, inbox_due_ms);
    const int64_t outbox_due_ms = clinic_outbox_due_ms(node->outbox);
    if (outbox_due_ms >= 0 && has_room(node)) // without room an acknowledgement wakes us
        due_ms = earlier(due_ms, later(outbox_due_ms, node->outbox_resumes_ms));
    if (status_is_stale(node))
        due_ms = earlier(due_ms, node->status_due_ms);
    return due_ms;
}
