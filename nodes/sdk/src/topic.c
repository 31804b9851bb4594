#include <clinic/text.h>
#include <clinic/topic.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { LEVELS_MAX = 5 };

// A topic below its prefix, cut into levels.
struct levels {
    char text[CLINIC_TOPIC_BYTES];
    const char *level[LEVELS_MAX];
    int count;
};

// False where there are too many levels or one that is none of ours ([a-z0-9-], as a node's name).
static bool cut(const char *below_prefix, struct levels *levels)
{
    size_t length = strlen(below_prefix);
    if (length >= sizeof levels->text)
        return false;
    memcpy(levels->text, below_prefix, length + 1);

    levels->count = 0;
    for (char *at = levels->text; at != NULL;) {
        if (levels->count == LEVELS_MAX)
            return false;
        char *slash = strchr(at, '/');
        if (slash != NULL)
            *slash++ = '\0';
        levels->level[levels->count++] = at;
        at = slash;
    }
    return true;
}

static bool all_are_names(const struct levels *levels)
{
    for (int i = 0; i < levels->count; i++) {
        size_t length = strspn(levels->level[i], "abcdefghijklmnopqrstuvwxyz0123456789-");
        if (length == 0 || levels->level[i][length] != '\0')
            return false;
    }
    return true;
}

static bool take_node(const char *name, struct clinic_topic *topic)
{
    if (!clinic_text_is_node_name(name))
        return false;
    (void)snprintf(topic->node, sizeof topic->node, "%s", name);
    return true;
}

static bool read_request(const struct levels *levels, struct clinic_topic *topic)
{
    if (levels->count != 4 || !take_node(levels->level[1], topic))
        return false;
    topic->request = clinic_request_type_find(levels->level[2], levels->level[3]);
    topic->kind = CLINIC_TOPIC_REQUEST;
    return true;
}

static bool read_reply(const struct levels *levels, struct clinic_topic *topic)
{
    if (levels->count != 2 || !take_node(levels->level[1], topic))
        return false;
    topic->kind = CLINIC_TOPIC_REPLY;
    return true;
}

static bool read_node(const struct levels *levels, struct clinic_topic *topic)
{
    if (levels->count != 3 || !take_node(levels->level[1], topic))
        return false;
    if (strcmp(levels->level[2], "status") == 0)
        topic->kind = CLINIC_TOPIC_STATUS;
    else if (strcmp(levels->level[2], "config") == 0)
        topic->kind = CLINIC_TOPIC_CONFIG;
    return topic->kind != CLINIC_TOPIC_OTHER;
}

static bool read_notification(const struct levels *levels, struct clinic_topic *topic)
{
    if (levels->count != 2 && levels->count != 3)
        return false;
    bool has_id = levels->count == 3;
    int length = snprintf(topic->audience, sizeof topic->audience, "%s%s%s", levels->level[1],
                          has_id ? "/" : "", has_id ? levels->level[2] : "");
    if (length < 0 || (size_t)length >= sizeof topic->audience)
        return false;
    topic->kind = CLINIC_TOPIC_NOTIFICATION;
    return true;
}

static bool read_event(const char *below_prefix, struct clinic_topic *topic)
{
    topic->event = clinic_event_type_find_topic(below_prefix);
    if (topic->event == NULL)
        return false;
    topic->kind = CLINIC_TOPIC_EVENT;
    return true;
}

static const struct {
    const char *first_level;
    bool (*read)(const struct levels *levels, struct clinic_topic *topic);
} readers[] = {
    { "request", read_request },
    { "reply", read_reply },
    { "node", read_node },
    { "notification", read_notification },
};

static bool read_levels(const char *below_prefix, struct clinic_topic *topic)
{
    struct levels levels;
    if (!cut(below_prefix, &levels) || !all_are_names(&levels))
        return false;
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        if (strcmp(levels.level[0], readers[i].first_level) == 0)
            return readers[i].read(&levels, topic);
    }
    return read_event(below_prefix, topic);
}

void clinic_topic_parse(const char *prefix, const char *topic, struct clinic_topic *ret_topic)
{
    struct clinic_topic parsed = { .kind = CLINIC_TOPIC_OTHER };
    size_t length = strlen(prefix);
    bool is_ours = strncmp(topic, prefix, length) == 0 && topic[length] == '/';
    if (!is_ours || !read_levels(topic + length + 1, &parsed))
        parsed = (struct clinic_topic){ .kind = CLINIC_TOPIC_OTHER };
    *ret_topic = parsed;
}

// Prefix, names and the catalogue's words are bounded, so a topic always fits.
#define WRITE(topic, ...)                                                                          \
    do {                                                                                           \
        int written = snprintf((topic), CLINIC_TOPIC_BYTES, __VA_ARGS__);                          \
        assert(written > 0 && written < CLINIC_TOPIC_BYTES);                                       \
        (void)written;                                                                             \
    } while (false)

void clinic_topic_event(const char *prefix, const struct clinic_event_type *type,
                        char topic[static CLINIC_TOPIC_BYTES])
{
    WRITE(topic, "%s/%s", prefix, type->topic);
}

void clinic_topic_request(const char *prefix, const char *node,
                          const struct clinic_request_type *type,
                          char topic[static CLINIC_TOPIC_BYTES])
{
    WRITE(topic, "%s/request/%s/%s/%s", prefix, node, type->entity, type->action);
}

void clinic_topic_reply(const char *prefix, const char *node, char topic[static CLINIC_TOPIC_BYTES])
{
    WRITE(topic, "%s/reply/%s", prefix, node);
}

void clinic_topic_status(const char *prefix, const char *node,
                         char topic[static CLINIC_TOPIC_BYTES])
{
    WRITE(topic, "%s/node/%s/status", prefix, node);
}

void clinic_topic_config(const char *prefix, const char *node,
                         char topic[static CLINIC_TOPIC_BYTES])
{
    WRITE(topic, "%s/node/%s/config", prefix, node);
}

void clinic_topic_notification(const char *prefix, const char *audience,
                               char topic[static CLINIC_TOPIC_BYTES])
{
    WRITE(topic, "%s/notification/%s", prefix, audience);
}
