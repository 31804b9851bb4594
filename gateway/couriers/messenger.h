// messenger.h - carries messages to mailboxes and phones, by whatever channels there are.
//
// Without a channel its messages wait, and are left to staff when they expire.
#pragma once

#include "channel.h"

// Sends what is due, a few messages a call, each reported in a transaction of its own. Anything but CLINIC_OK is a fault of
// the store.
enum clinic_status messenger_pump(struct store *store, const struct channel *channels, size_t count,
                                  int64_t now_ms);
