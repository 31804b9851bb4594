// script.h - a broker made of bytes, with a virtual clock: the test says what the client gets and reads what it sent.
//
// Whatever the client writes is read at once by wire.h; bytes that no broker would take fail the test.
#pragma once

#include "mqtt.h"
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { SCRIPT_KEEPALIVE_S = 30, SCRIPT_LOG_BYTES = 16384 };

// Bytes and how many: two arguments.
#define BYTES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

// A C string without its NUL.
#define TEXT(text) (const uint8_t *)(text), sizeof(text) - 1

#define SCRIPT_TEST(test) cmocka_unit_test_setup_teardown(test, script_set_up, script_tear_down)

extern const struct mqtt_config
    script_config; // "scale-1", two subscriptions, as script_set_up() has it
extern const uint8_t script_connack[4];
extern const uint8_t script_resumed[4]; // CONNACK that says: session present

struct script {
    struct mqtt mqtt;
    uint32_t now_ms;
    char log[SCRIPT_LOG_BYTES]; // what the handlers were told, a line each
    uint8_t sent[8192];         // over this connection, not looked at yet
    size_t sent_length;
    const char *answer_topic; // published to by on_message; NULL: nothing
    bool is_stalled;          // nothing can be written
};

int script_set_up(void **state);
int script_tear_down(void **state);

void script_init(struct script *script, const struct mqtt_config *config);

void script_begin(struct script *script); // and reads CONNECT
void script_lose(struct script *script);

// CONNECT to SUBACK; the CONNACK is one of the two above. What was in flight is sent again, if anything is.
void script_online(struct script *script, const uint8_t connack[4]);

// Gives the bytes in pieces as the client has room, and writes what it has to say in between.
bool script_feed(struct script *script, const uint8_t *bytes, size_t length);

// Time passes, a second at a time.
bool script_wait(struct script *script, uint32_t ms);

// The next packet that the client has sent; there must be one of that type. Valid until more is sent.
struct wire_packet script_expect(struct script *script, unsigned type);
void script_expect_silence(struct script *script);

bool script_is(struct wire_text text, const char *expected);
void script_assert_log(struct script *script, const char *expected); // and empties it

// A PUBLISH to the client. Returns its length.
size_t script_message(uint8_t *ret_bytes, uint8_t flags, const char *topic, uint16_t id,
                      const void *payload, size_t length);
