// scale_send.c - requests, one at a time, and their replies; the status.
//
// Answers of the set-up go first, since somebody waits for them; then readings, oldest first; heartbeats only when there
// is nothing else.
#include "scale_scope.h"

#include "print.h"

#include <string.h>

enum {
    STATUS_EVERY_MS = 10000,
};

// ---- requests

static bool publish_request(struct scale *scale, const char *action, const char *text,
                            size_t length)
{
    char topic[SCALE_TOPIC_BYTES];
    struct print print;

    print_begin(&print, topic, sizeof topic);
    print_text(&print, scale->identity->prefix);
    print_text(&print, "/request/");
    print_text(&print, scale->identity->node);
    print_text(&print, "/equipment/");
    print_text(&print, action);
    return length > 0 && !print.is_cut && mqtt_publish(&scale->mqtt, topic, text, length, false);
}

static bool send_answer(struct scale *scale, unsigned channel)
{
    const struct record_answer *answer = &scale->answers.channels[channel];
    char text[MESSAGE_BYTES];

    if (!answer->is_waiting)
        return false;
    const size_t length = message_of_answer(answer, channel, text, sizeof text);
    if (!publish_request(scale, "scale-answer", text, length))
        return false;
    exchange_sent(&scale->exchange, EXCHANGE_ANSWER, &answer->id, channel, 0, scale->now_ms);
    return true;
}

static bool send_measure(struct scale *scale, enum exchange_kind kind, unsigned channel,
                         const struct record_reading *record, uint32_t number)
{
    char text[MESSAGE_BYTES];
    const size_t length = message_of_reading(record, channel, text, sizeof text);

    if (!publish_request(scale, "measure", text, length))
        return false;
    exchange_sent(&scale->exchange, kind, &record->id, channel, number, scale->now_ms);
    return true;
}

// What another release wrote in a way that this one does not know can only be dropped, and counted.
static void drop_reading(struct scale *scale, uint32_t number)
{
    scale->counts.requests_refused++;
    (void)scale_has_kept(scale, journal_remove(&scale->journal, number));
}

static bool send_reading(struct scale *scale)
{
    union record_room room;
    uint32_t number = 0;
    unsigned channel = 0;
    const size_t length = journal_oldest(&scale->journal, &number, &channel, &room, sizeof room);

    if (length == sizeof room.reading && room.reading.format == RECORD_FORMAT)
        return send_measure(scale, EXCHANGE_READING, channel, &room.reading, number);
    if (length > 0)
        drop_reading(scale, number);
    return false;
}

static bool is_heartbeat_due(const struct scale *scale, unsigned channel)
{
    const struct bin *bin = &scale->bins[channel];

    return scale->settings.channels[channel].is_used && bin->is_seen
           && scale->now_ms - bin->spoken_at_ms >= SCALE_HEARTBEAT_MS;
}

static bool send_heartbeat(struct scale *scale, unsigned channel)
{
    struct record_reading record;

    if (!is_heartbeat_due(scale, channel))
        return false;
    scale->bins[channel].spoken_at_ms =
        scale->now_ms - SCALE_HEARTBEAT_MS + SCALE_HEARTBEAT_AGAIN_MS;
    if (!scale_load_newest(scale, channel, &record)
        || record.basis != settings_basis(&scale->settings.channels[channel]))
        return false;
    record.id = scale_next_id(scale);
    record.time_ms = scale->clock.wall_ms;
    return send_measure(scale, EXCHANGE_HEARTBEAT, channel, &record, 0);
}

static bool send_next(struct scale *scale)
{
    for (unsigned i = 0; i < HAL_CELLS; i++) {
        if (send_answer(scale, i))
            return true;
    }
    if (journal_waiting(&scale->journal) > 0)
        return send_reading(scale);
    for (unsigned i = 0; i < HAL_CELLS; i++) {
        if (send_heartbeat(scale, i))
            return true;
    }
    return false;
}

// The journal may have dropped the reading that was asked about, when it was full.
static bool send_request(struct scale *scale)
{
    struct exchange *exchange = &scale->exchange;

    if (!exchange_is_due(exchange))
        return false;
    if (exchange->kind == EXCHANGE_READING && journal_waiting(&scale->journal) == 0)
        exchange_done(exchange);
    switch (exchange->kind) {
    case EXCHANGE_READING:
        return send_reading(scale);
    case EXCHANGE_ANSWER:
        return send_answer(scale, exchange->channel);
    case EXCHANGE_IDLE:
    case EXCHANGE_HEARTBEAT:
        break;
    }
    return send_next(scale);
}

// ---- status

static void send_status(struct scale *scale)
{
    const unsigned outbox = scale_waiting(scale);
    const bool is_changed =
        outbox != scale->status_outbox && scale->now_ms - scale->status_at_ms >= STATUS_EVERY_MS;
    char text[SCALE_STATUS_BYTES];

    if (!scale->is_status_due && !is_changed)
        return;
    const size_t length = message_of_status("online", scale->online_since_ms,
                                            scale->identity->version, outbox, text, sizeof text);
    if (!mqtt_publish(&scale->mqtt, scale->status_topic, text, length, true))
        return;
    scale->status_at_ms = scale->now_ms;
    scale->status_outbox = outbox;
    scale->is_status_due = false;
}

void scale_send(struct scale *scale)
{
    exchange_tick(&scale->exchange, scale->now_ms);
    if (!mqtt_is_free(&scale->mqtt))
        return;
    if (scale->is_status_due || !send_request(scale))
        send_status(scale);
}

// ---- replies

static bool settle_reading(struct scale *scale)
{
    struct bin *bin = &scale->bins[scale->exchange.channel];

    if (!scale_has_kept(scale, journal_remove(&scale->journal, scale->exchange.number)))
        return false;
    if (uuid_equal(&bin->reading_id, &scale->exchange.id))
        bin->is_waiting = false;
    return true;
}

// Where the flash refuses, it is sent once more after a restart, and gets the same reply.
static void settle_answer(struct scale *scale)
{
    scale->answers.channels[scale->exchange.channel].is_waiting = false;
    (void)scale_store(scale, RECORD_ANSWERS, &scale->answers, sizeof scale->answers);
}

// False: the flash refused to forget it, so it will be asked again.
static bool settle(struct scale *scale)
{
    scale->bins[scale->exchange.channel].spoken_at_ms = scale->now_ms;
    switch (scale->exchange.kind) {
    case EXCHANGE_READING:
        return settle_reading(scale);
    case EXCHANGE_ANSWER:
        settle_answer(scale);
        break;
    case EXCHANGE_IDLE:
    case EXCHANGE_HEARTBEAT:
        break;
    }
    return true;
}

static void back_off(struct scale *scale)
{
    uint32_t random = 0;

    hal_random(scale->hal, &random, sizeof random);
    exchange_pause(&scale->exchange, random, scale->now_ms);
}

void scale_take_reply(struct scale *scale, const char *json, size_t length)
{
    struct message_reply reply;

    if (!message_read_reply(json, length, &reply)) {
        scale->counts.replies_unreadable++;
        return;
    }
    scale_hear_time(scale, reply.time_ms);
    if (!exchange_is_answered_by(&scale->exchange, &reply.id))
        return;
    if (reply.is_temporary) {
        back_off(scale);
        return;
    }
    if (!reply.is_accepted)
        scale->counts.requests_refused++;
    memcpy(scale->refusal, reply.code, sizeof scale->refusal); // empty: it was accepted
    if (settle(scale))
        exchange_done(&scale->exchange);
    else
        back_off(scale);
}
