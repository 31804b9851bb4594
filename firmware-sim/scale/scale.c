#include "scale_scope.h"

#include "print.h"

#include <string.h>

enum { KEEPALIVE_S = 30 };

// ---- topics

static void print_topic(const struct scale *scale, char topic[SCALE_TOPIC_BYTES],
                        const char *before, const char *after)
{
    struct print print;

    print_begin(&print, topic, SCALE_TOPIC_BYTES);
    print_text(&print, scale->identity->prefix);
    print_text(&print, before);
    print_text(&print, scale->identity->node);
    print_text(&print, after);
}

// The broker publishes it when it has lost the scale; it cannot know since when, so that is when it was connected.
static void print_will(struct scale *scale)
{
    (void)message_of_status("offline", scale->clock.wall_ms, scale->identity->version, 0,
                            scale->will, sizeof scale->will);
}

// ---- what MQTT tells

static void hear_online(void *context)
{
    struct scale *scale = context;

    scale->online_since_ms = scale->clock.wall_ms;
    scale->is_status_due = true;
    exchange_reconnected(&scale->exchange);
    print_will(scale);
}

static void hear_message(void *context, const struct mqtt_message *message)
{
    struct scale *scale = context;
    const char *json = (const char *)message->payload;

    if (text_equal(message->topic, scale->reply_topic))
        scale_take_reply(scale, json, message->length);
    else if (text_equal(message->topic, scale->config_topic))
        scale_take_config(scale, json, message->length);
}

// That the broker has it is no promise of anybody: what counts is the gateway's reply.
static void hear_acknowledged(void *context)
{
    (void)context;
}

static void begin_mqtt(struct scale *scale)
{
    const struct mqtt_handler handler = {
        .on_online = hear_online,
        .on_message = hear_message,
        .on_acknowledged = hear_acknowledged,
    };
    const struct mqtt_config config = {
        .client_id = scale->identity->node,
        .will_topic = scale->status_topic,
        .will_payload = scale->will,
        .keepalive_s = KEEPALIVE_S,
        .subscriptions = { scale->reply_topic, scale->config_topic },
    };

    print_topic(scale, scale->reply_topic, "/reply/", "");
    print_topic(scale, scale->config_topic, "/node/", "/config");
    print_topic(scale, scale->status_topic, "/node/", "/status");
    print_will(scale);
    mqtt_init(&scale->mqtt, &config, &handler, scale);
    link_init(&scale->link, scale->hal, &scale->mqtt, scale->identity->node, scale->now_ms);
}

void scale_init(struct scale *scale, struct hal *hal, const struct scale_identity *identity)
{
    memset(scale, 0, sizeof *scale);
    scale->hal = hal;
    scale->identity = identity;
    scale->now_ms = hal_now_ms(hal);
    scale->shown_at_ms = scale->now_ms;
    scale_recall(scale);
    exchange_init(&scale->exchange);
    begin_mqtt(scale);
}

void scale_step(struct scale *scale)
{
    scale->now_ms = hal_now_ms(scale->hal);
    device_clock_tick(&scale->clock, scale->now_ms);
    scale_keep_time(scale);
    scale_weigh(scale);
    scale_set_up(scale);
    link_step(&scale->link, scale->now_ms, scale->clock.wall_ms / 1000);
    scale_send(scale);
    scale_show(scale);
    hal_watchdog(scale->hal);
}

// ---- for displays, service ports and tests

bool scale_is_online(const struct scale *scale)
{
    return mqtt_state(&scale->mqtt) == MQTT_ONLINE;
}

unsigned scale_waiting(const struct scale *scale)
{
    unsigned count = journal_waiting(&scale->journal);

    for (unsigned i = 0; i < HAL_CELLS; i++)
        count += scale->answers.channels[i].is_waiting;
    return count;
}

int64_t scale_wall_ms(const struct scale *scale)
{
    return scale->clock.wall_ms;
}

struct scale_counts scale_counts(const struct scale *scale)
{
    return scale->counts;
}

struct scale_bin scale_bin(const struct scale *scale, unsigned channel)
{
    const struct bin *bin = &scale->bins[channel];
    const struct channel_settings *settings = &scale->settings.channels[channel];

    return (struct scale_bin){
        .is_used = settings->is_used,
        .is_counted = settings_is_counted(settings),
        .is_waiting = bin->is_waiting && journal_waiting(&scale->journal) > 0,
        .state = bin->kept.state,
        .quantity = bin->kept.quantity,
    };
}

bool scale_weight(const struct scale *scale, unsigned channel, int32_t *ret_mg)
{
    const struct channel_settings *settings = &scale->settings.channels[channel];

    return settings->is_used && bin_weight(&scale->bins[channel], settings, ret_mg);
}
