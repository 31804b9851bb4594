// channel.h - a way to a mailbox or a phone: what the messenger hands messages to.
#pragma once

#include "../services/notification/delivery.h"

struct channel {
    const char *name; // "email", "sms"
    // Must not block: the gateway has one thread. The same id again is the same message, whose outcome was lost.
    enum delivery_outcome (*send)(void *context, const struct delivery *delivery);
    void *context;
};
