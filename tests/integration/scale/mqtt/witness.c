#include "witness.h"

#include "process.h"

#include <mosquitto.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { WITHIN_MS = 10000, KEEPALIVE_S = 600 };

static void on_connect(struct mosquitto *client, void *context, int reason)
{
    (void)context;
    assert_int_equal(reason, 0);
    assert_int_equal(mosquitto_subscribe(client, NULL, "#", 1), MOSQ_ERR_SUCCESS);
}

static void on_subscribe(struct mosquitto *client, void *context, int id, int count,
                         const int *granted)
{
    struct witness *witness = context;
    (void)client;
    (void)id;
    (void)count;
    (void)granted;
    witness->is_subscribed = true;
}

static void on_publish(struct mosquitto *client, void *context, int id)
{
    struct witness *witness = context;
    (void)client;
    witness->acknowledged = id;
}

static void on_message(struct mosquitto *client, void *context,
                       const struct mosquitto_message *message)
{
    struct witness *witness = context;
    const size_t used = strlen(witness->log);
    const int shown =
        message->payloadlen < WITNESS_SHOWN_BYTES ? message->payloadlen : WITNESS_SHOWN_BYTES;
    (void)client;
    const int length =
        snprintf(witness->log + used, sizeof witness->log - used, "%s=%.*s%s\n", message->topic,
                 shown, (const char *)message->payload, message->retain ? " retained" : "");
    assert_in_range(length, 1, sizeof witness->log - used - 1);
}

void witness_init(struct witness *witness, int port)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;

    *witness = (struct witness){ .client = mosquitto_new(NULL, true, witness) };
    assert_non_null(witness->client);
    (void)mosquitto_int_option(witness->client, MOSQ_OPT_TCP_NODELAY,
                               1); // or each message takes 40 ms
    mosquitto_connect_callback_set(witness->client, on_connect);
    mosquitto_subscribe_callback_set(witness->client, on_subscribe);
    mosquitto_publish_callback_set(witness->client, on_publish);
    mosquitto_message_callback_set(witness->client, on_message);
    assert_int_equal(mosquitto_connect(witness->client, "127.0.0.1", port, KEEPALIVE_S),
                     MOSQ_ERR_SUCCESS);
    while (!witness->is_subscribed) {
        assert_int_equal(mosquitto_loop(witness->client, 10, 1), MOSQ_ERR_SUCCESS);
        assert_true(process_now_ms() < deadline_ms);
    }
}

void witness_done(struct witness *witness)
{
    if (witness->client != NULL)
        mosquitto_destroy(witness->client);
    witness->client = NULL;
}

void witness_turn(struct witness *witness)
{
    if (witness->client != NULL)
        (void)mosquitto_loop(witness->client, 0, 1); // a broker that was killed has no more to say
}

size_t witness_count(const struct witness *witness, const char *text)
{
    size_t count = 0;
    for (const char *line = witness->log; *line != '\0'; line = strchr(line, '\n') + 1)
        count += strncmp(line, text, strlen(text)) == 0;
    return count;
}

void witness_publish(struct witness *witness, const char *topic, const void *payload, size_t length,
                     int qos, bool is_retained)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    int id = 0;

    witness->acknowledged = 0;
    assert_int_equal(
        mosquitto_publish(witness->client, &id, topic, (int)length, payload, qos, is_retained),
        MOSQ_ERR_SUCCESS);
    while (witness->acknowledged != id) {
        assert_int_equal(mosquitto_loop(witness->client, 10, 1), MOSQ_ERR_SUCCESS);
        assert_true(process_now_ms() < deadline_ms);
    }
}
