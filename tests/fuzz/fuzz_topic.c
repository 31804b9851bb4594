// What is understood of a topic is enough to build the same topic again.
#include "fuzz.h"

#include <clinic/text.h>
#include <clinic/topic.h>

#include <stdlib.h>
#include <string.h>

#define PREFIX "clinic"

static void build(const struct clinic_topic *parsed, char topic[static CLINIC_TOPIC_BYTES])
{
    switch (parsed->kind) {
    case CLINIC_TOPIC_EVENT:
        clinic_topic_event(PREFIX, parsed->event, topic);
        return;
    case CLINIC_TOPIC_REQUEST:
        clinic_topic_request(PREFIX, parsed->node, parsed->request, topic);
        return;
    case CLINIC_TOPIC_REPLY:
        clinic_topic_reply(PREFIX, parsed->node, topic);
        return;
    case CLINIC_TOPIC_STATUS:
        clinic_topic_status(PREFIX, parsed->node, topic);
        return;
    case CLINIC_TOPIC_CONFIG:
        clinic_topic_config(PREFIX, parsed->node, topic);
        return;
    case CLINIC_TOPIC_NOTIFICATION:
        clinic_topic_notification(PREFIX, parsed->audience, topic);
        return;
    case CLINIC_TOPIC_OTHER:
        return;
    }
}

static void check(const char *topic)
{
    struct clinic_topic parsed;
    memset(&parsed, 0xff, sizeof parsed);
    clinic_topic_parse(PREFIX, topic, &parsed);
    FUZZ_REQUIRE(parsed.node[0] == '\0' || clinic_text_is_node_name(parsed.node));
    bool is_unknown_request = parsed.kind == CLINIC_TOPIC_REQUEST && parsed.request == NULL;
    if (parsed.kind == CLINIC_TOPIC_OTHER || is_unknown_request)
        return;
    char built[CLINIC_TOPIC_BYTES] = "";
    build(&parsed, built);
    FUZZ_REQUIRE(strcmp(built, topic) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *topic = malloc(length + 1);
    FUZZ_REQUIRE(topic != NULL);
    if (length > 0)
        memcpy(topic, bytes, length);
    topic[length] = '\0';
    check(topic);
    free(topic);
    return 0;
}
