// peer.h - a raw MQTT 5 client for tests: publishes anything anywhere as the node whose certificate it
// has, and keeps everything it receives.
//
// It knows nothing of the SDK's own bus, outbox and inbox, so that what they do can be checked from outside.
// Each function pumps the connection itself; waits have a deadline and fail the test when it is over.
//
// Texts of JSON may be written with single quotes for double ones: "{'id':'%s'}".
#pragma once

#include <clinic/id.h>
#include <clinic/json.h>

#include <stdbool.h>
#include <stddef.h>

struct peer;

enum { PEER_PATH_BYTES = 300 };

struct peer_identity {
    char ca[PEER_PATH_BYTES];
    char certificate[PEER_PATH_BYTES]; // empty: none
    char key[PEER_PATH_BYTES];
    char node[33]; // for its request and reply topics
    int port;
    bool speaks_3_1_1; // MQTT 3.1.1, as firmware does; the broker then tells no reason codes
};

// Connects; false from peer_is_online() if the broker would not have it.
struct peer *peer_try(const struct peer_identity *identity);
void peer_close(struct peer *peer); // says goodbye; accepts NULL

bool peer_is_online(const struct peer *peer);
// What a broker's refusal or a TLS failure looked like from here.
const char *peer_problem(const struct peer *peer);

// Waits for the SUBACK.
void peer_subscribe(struct peer *peer, const char *filter);

enum { PEER_LOST = -1 };

// Waits for the PUBACK: its reason code, or PEER_LOST if the connection ended instead.
int peer_publish(struct peer *peer, const char *topic, const void *payload, size_t length,
                 bool is_retained);

struct peer_message {
    char *topic;
    char *payload; // terminated
    size_t length;
    bool is_retained;
};

// How many messages have come so far; `from` below counts on it.
size_t peer_mark(const struct peer *peer);
// The n-th message that came, from 0; NULL beyond the last.
const struct peer_message *peer_message(const struct peer *peer, size_t n);

// How many messages of the topic (NULL: any) hold the text, of those after `from`.
size_t peer_count(const struct peer *peer, size_t from, const char *topic, const char *text);

// Waits for such a message.
const struct peer_message *peer_expect(struct peer *peer, size_t from, const char *topic,
                                       const char *text);

// The same where it takes longer than messages do.
const struct peer_message *peer_expect_within(struct peer *peer, size_t from, const char *topic,
                                              const char *text, int64_t within_ms);

// Receives all that the broker has for it by now.
void peer_catch_up(struct peer *peer);

// ---- requests

// The session that goes with all later requests; NULL: none.
void peer_set_session(struct peer *peer, const char *session);
const char *peer_session(const struct peer *peer);

void peer_new_id(char text[static CLINIC_ID_TEXT_BYTES]);

// Asks as this node and waits for the reply, which belongs to the peer until its next ask. `action` is
// "patient/find"; the format makes the data.
const cJSON *peer_ask(struct peer *peer, const char *action, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same with an id of the test's own choice.
const cJSON *peer_ask_as(struct peer *peer, const char *id, const char *action, const char *format,
                         ...) __attribute__((format(printf, 4, 5)));

// Sends a request text of any kind and waits for the reply to `id`.
const cJSON *peer_ask_raw(struct peer *peer, const char *id, const char *action,
                          const void *payload, size_t length);

// Sends a request and does not wait for the reply. Returns the PUBACK's reason code.
int peer_send(struct peer *peer, const char *id, const char *action, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// "accepted", or the code of the rejection.
const char *peer_outcome(const cJSON *reply);
#define assert_accepted(reply) assert_string_equal(peer_outcome(reply), "accepted")
#define assert_rejected(reply, code) assert_string_equal(peer_outcome(reply), (code))
