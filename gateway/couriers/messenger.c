#include "messenger.h"

#include "../store/store.h"

enum { AT_ONCE = 20 }; // of one channel; the rest with the next call

static enum clinic_status report(struct store *store, const struct message_id *id,
                                 enum delivery_outcome outcome, int64_t now_ms)
{
    enum clinic_status status = store_begin(store);
    if (status != CLINIC_OK)
        return status;
    status = delivery_report(store, id, outcome, now_ms);
    if (status == CLINIC_OK)
        return store_commit(store);
    store_rollback(store);
    return status;
}

static enum clinic_status send_next(struct store *store, const struct channel *channel,
                                    int64_t now_ms)
{
    struct delivery delivery;

    enum clinic_status status = delivery_take(store, channel->name, now_ms, &delivery);
    if (status != CLINIC_OK)
        return status;
    // An address that is gone, or a consent: nobody is written to.
    const enum delivery_outcome outcome =
        delivery.to[0] == '\0' ? DELIVERY_NEVER : channel->send(channel->context, &delivery);
    return report(store, &delivery.id, outcome, now_ms);
}

enum clinic_status messenger_pump(struct store *store, const struct channel *channels, size_t count,
                                  int64_t now_ms)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < count && status == CLINIC_OK; i++) {
        for (int sent = 0; sent < AT_ONCE && status == CLINIC_OK; sent++)
            status = send_next(store, &channels[i], now_ms);
        if (status == CLINIC_NOT_FOUND)
            status = CLINIC_OK;
    }
    return status;
}
