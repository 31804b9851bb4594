#include "post.h"

#include <stdlib.h>
#include <string.h>

enum {
    LETTERS_MAX = 1024,
    BYTES_MAX = 1024 * 1024,
    CORRELATION_BYTES_MAX = 64,
};

struct letter {
    char node[CLINIC_NODE_NAME_BYTES];
    char *payload;
    size_t length;
    uint8_t correlation[CORRELATION_BYTES_MAX];
    size_t correlation_bytes;
};

struct post {
    struct clinic_bus *bus;
    char prefix[CLINIC_PREFIX_BYTES];
    struct letter *letters; // a ring of LETTERS_MAX
    size_t first;
    size_t count;
    size_t bytes;
    uint64_t dropped;
};

enum clinic_status post_open(struct clinic_bus *bus, const char *prefix, struct post **ret_post)
{
    struct post *post = calloc(1, sizeof *post);
    if (post == NULL)
        return CLINIC_NOMEM;
    post->bus = bus;
    (void)strncpy(post->prefix, prefix, sizeof post->prefix - 1);
    post->letters = calloc(LETTERS_MAX, sizeof *post->letters);
    if (post->letters == NULL) {
        free(post);
        return CLINIC_NOMEM;
    }
    *ret_post = post;
    return CLINIC_OK;
}

static void drop_first(struct post *post)
{
    struct letter *letter = &post->letters[post->first];

    post->bytes -= letter->length;
    free(letter->payload);
    post->count--;
    // From the start again when it is empty: so it takes no more memory than was ever waiting.
    post->first = post->count == 0 ? 0 : (post->first + 1) % LETTERS_MAX;
}

void post_forget(struct post *post)
{
    while (post->count > 0)
        drop_first(post);
}

void post_close(struct post *post)
{
    if (post == NULL)
        return;
    post_forget(post);
    free(post->letters);
    free(post);
}

void post_reply(struct post *post, const char *node, const struct clinic_reply *reply,
                const void *correlation, size_t correlation_bytes)
{
    struct letter letter = { .correlation_bytes = 0 };

    bool is_full = post->count == LETTERS_MAX || post->bytes > BYTES_MAX;
    if (is_full || clinic_reply_encode(reply, &letter.payload) != CLINIC_OK) {
        post->dropped++;
        return;
    }
    letter.length = strlen(letter.payload);
    (void)strncpy(letter.node, node, sizeof letter.node - 1);
    if (correlation_bytes <= sizeof letter.correlation) {
        memcpy(letter.correlation, correlation, correlation_bytes);
        letter.correlation_bytes = correlation_bytes;
    }
    post->letters[(post->first + post->count) % LETTERS_MAX] = letter;
    post->count++;
    post->bytes += letter.length;
}

static enum clinic_status send_first(struct post *post)
{
    const struct letter *letter = &post->letters[post->first];
    char topic[CLINIC_TOPIC_BYTES];

    clinic_topic_reply(post->prefix, letter->node, topic);
    struct clinic_bus_publish publish = {
        .topic = topic,
        .payload = letter->payload,
        .length = letter->length,
        .qos = 1,
        .content_type = "application/json",
        .correlation_data = letter->correlation_bytes > 0 ? letter->correlation : NULL,
        .correlation_bytes = letter->correlation_bytes,
    };
    return clinic_bus_publish(post->bus, &publish, NULL);
}

void post_pump(struct post *post)
{
    while (post->count > 0 && clinic_bus_room(post->bus) > 0) {
        enum clinic_status status = send_first(post);
        if (status == CLINIC_FULL || status == CLINIC_OFFLINE)
            return;
        if (status != CLINIC_OK)
            post->dropped++;
        drop_first(post);
    }
}

bool post_is_empty(const struct post *post)
{
    return post->count == 0;
}

uint64_t post_dropped(const struct post *post)
{
    return post->dropped;
}
