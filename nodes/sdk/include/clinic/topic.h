// topic.h - the topics of the bus, built and taken apart in one place.
#pragma once

#include "catalogue.h"
#include "registry.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    CLINIC_TOPIC_BYTES = 128,
    CLINIC_PREFIX_BYTES = 33, // a prefix is one level, [a-z0-9-]{1,32}
};

enum clinic_topic_kind {
    CLINIC_TOPIC_OTHER,        // not ours, or malformed
    CLINIC_TOPIC_EVENT,        // <prefix>/<entity>/<what>
    CLINIC_TOPIC_REQUEST,      // <prefix>/request/<node>/<entity>/<action>
    CLINIC_TOPIC_REPLY,        // <prefix>/reply/<node>
    CLINIC_TOPIC_STATUS,       // <prefix>/node/<node>/status
    CLINIC_TOPIC_CONFIG,       // <prefix>/node/<node>/config
    CLINIC_TOPIC_NOTIFICATION, // <prefix>/notification/<audience>
};

struct clinic_topic {
    enum clinic_topic_kind kind;
    char node[CLINIC_NODE_NAME_BYTES];         // request, reply, status, config
    const struct clinic_event_type *event;     // event
    const struct clinic_request_type *request; // request; NULL: an action that this release lacks
    char audience[48];                         // notification: "staff", "doctor/<id>"
};

// Never fails: what it does not understand is CLINIC_TOPIC_OTHER.
void clinic_topic_parse(const char *prefix, const char *topic, struct clinic_topic *ret_topic);

void clinic_topic_event(const char *prefix, const struct clinic_event_type *type,
                        char topic[static CLINIC_TOPIC_BYTES]);
void clinic_topic_request(const char *prefix, const char *node,
                          const struct clinic_request_type *type,
                          char topic[static CLINIC_TOPIC_BYTES]);
void clinic_topic_reply(const char *prefix, const char *node,
                        char topic[static CLINIC_TOPIC_BYTES]);
void clinic_topic_status(const char *prefix, const char *node,
                         char topic[static CLINIC_TOPIC_BYTES]);
void clinic_topic_config(const char *prefix, const char *node,
                         char topic[static CLINIC_TOPIC_BYTES]);
void clinic_topic_notification(const char *prefix, const char *audience,
                               char topic[static CLINIC_TOPIC_BYTES]);
