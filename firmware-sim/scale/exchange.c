#include "exchange.h"

void exchange_init(struct exchange *exchange)
{
    *exchange = (struct exchange){ .kind = EXCHANGE_IDLE, .pause_limit_ms = EXCHANGE_PAUSE_MS };
}

// A heartbeat that comes late would be older than what was taken since: the next one is made anew.
static void send_again(struct exchange *exchange)
{
    exchange->is_sent = false;
    if (exchange->kind == EXCHANGE_HEARTBEAT)
        exchange->kind = EXCHANGE_IDLE;
}

void exchange_tick(struct exchange *exchange, uint32_t now_ms)
{
    if (exchange->pause_ms > 0 && now_ms - exchange->paused_at_ms >= exchange->pause_ms)
        exchange->pause_ms = 0;
    if (exchange->is_sent && now_ms - exchange->sent_at_ms >= EXCHANGE_REPLY_MS)
        send_again(exchange);
}

void exchange_reconnected(struct exchange *exchange)
{
    send_again(exchange);
}

bool exchange_is_due(const struct exchange *exchange)
{
    return !exchange->is_sent && exchange->pause_ms == 0;
}

void exchange_sent(struct exchange *exchange, enum exchange_kind kind, const struct uuid *id,
                   unsigned channel, uint32_t number, uint32_t now_ms)
{
    exchange->kind = kind;
    exchange->id = *id;
    exchange->channel = channel;
    exchange->number = number;
    exchange->sent_at_ms = now_ms;
    exchange->is_sent = true;
}

bool exchange_is_answered_by(const struct exchange *exchange, const struct uuid *id)
{
    return exchange->kind != EXCHANGE_IDLE && uuid_equal(&exchange->id, id);
}

void exchange_done(struct exchange *exchange)
{
    exchange_init(exchange);
}

// Jitter: at least half of the limit, so that two hundred scales do not come back together.
void exchange_pause(struct exchange *exchange, uint32_t random, uint32_t now_ms)
{
    const uint32_t limit_ms = exchange->pause_limit_ms;

    exchange->paused_at_ms = now_ms;
    exchange->pause_ms = limit_ms / 2 + random % (limit_ms / 2);
    exchange->pause_limit_ms =
        limit_ms < EXCHANGE_PAUSE_LIMIT_MS / 2 ? limit_ms * 2 : EXCHANGE_PAUSE_LIMIT_MS;
    send_again(exchange);
}
