// shop.h - a real broker, a witness and a device on it: what each test of a scale's connection begins with.
#pragma once

#include "device.h"
#include "plain_broker.h"

struct shop {
    struct plain_broker broker;
    struct witness witness;
    struct device device; // "scale-1"; not connected yet
};

struct shop *shop_open(uint16_t keepalive_s);
int shop_close(void **state); // a teardown; the state is the shop
