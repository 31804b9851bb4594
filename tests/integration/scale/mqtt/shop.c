#include "shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct shop *shop_open(uint16_t keepalive_s)
{
    struct shop *shop = calloc(1, sizeof *shop);
    assert_non_null(shop);
    plain_broker_init(&shop->broker);
    witness_init(&shop->witness, shop->broker.port);
    device_init(&shop->device, "scale-1", shop->broker.port, keepalive_s, &shop->witness);
    return shop;
}

int shop_close(void **state)
{
    struct shop *shop = *state;
    device_done(&shop->device);
    witness_done(&shop->witness);
    plain_broker_done(&shop->broker);
    free(shop);
    return 0;
}
