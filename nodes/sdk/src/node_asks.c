#include "node_asks.h"

static const struct clinic_id none;

struct ask *asks_add(struct asks *asks, const struct clinic_id *id, enum clinic_request_kind kind,
                     int64_t deadline_ms)
{
    for (size_t i = 0; i < ASKS_MAX; i++) {
        struct ask *ask = &asks->asks[i];
        if (!clinic_id_is_none(&ask->id))
            continue;
        *ask = (struct ask){ .id = *id, .kind = kind, .deadline_ms = deadline_ms };
        return ask;
    }
    return NULL;
}

static bool take_out(struct ask *ask, struct ask *ret_ask)
{
    *ret_ask = *ask;
    ask->id = none;
    return true;
}

bool asks_remove(struct asks *asks, const struct clinic_id *id, struct ask *ret_ask)
{
    for (size_t i = 0; i < ASKS_MAX && !clinic_id_is_none(id); i++) {
        if (clinic_id_equal(&asks->asks[i].id, id))
            return take_out(&asks->asks[i], ret_ask);
    }
    return false;
}

bool asks_expire(struct asks *asks, int64_t now_ms, struct ask *ret_ask)
{
    for (size_t i = 0; i < ASKS_MAX; i++) {
        struct ask *ask = &asks->asks[i];
        if (!clinic_id_is_none(&ask->id) && now_ms >= ask->deadline_ms)
            return take_out(ask, ret_ask);
    }
    return false;
}

int64_t asks_due_ms(const struct asks *asks)
{
    int64_t due_ms = INT64_MAX;
    for (size_t i = 0; i < ASKS_MAX; i++) {
        const struct ask *ask = &asks->asks[i];
        if (!clinic_id_is_none(&ask->id) && ask->deadline_ms < due_ms)
            due_ms = ask->deadline_ms;
    }
    return due_ms;
}
