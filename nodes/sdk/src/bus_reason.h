// bus_reason.h - why a connection failed, in words for an operator.
#pragma once

#include <stddef.h>

// `detail` is libmosquitto's own last error line or empty, `error` one of its result codes, `system_error` an
// errno or 0, `mqtt_reason` what the broker said in CONNACK or DISCONNECT, or 0.
struct reason_facts {
    const char *detail;
    const char *host;
    int error;
    int system_error;
    int mqtt_reason;
};

void reason_print(const struct reason_facts *facts, char *reason, size_t reason_bytes);
