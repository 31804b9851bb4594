#include "peer.h"

#include "process.h"

#include <clinic/clock.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WITHIN_MS = 20000, MESSAGES_MAX = 100000, KEEPALIVE_S = 60 };

struct peer {
    struct mosquitto *client;
    char node[64];
    char session[128];
    bool is_online;
    char problem[200];
    int acknowledged; // message id of the newest SUBACK or PUBACK
    int reason;       // of that PUBACK
    struct peer_message *messages;
    size_t count;
    size_t room;
    cJSON *reply;
};

static void on_connect(struct mosquitto *client, void *context, int reason, int flags,
                       const mosquitto_property *properties)
{
    struct peer *peer = context;

    (void)client;
    (void)flags;
    (void)properties;
    peer->is_online = reason == 0;
    if (reason != 0)
        (void)snprintf(peer->problem, sizeof peer->problem, "CONNACK 0x%02x", (unsigned)reason);
}

static void on_publish(struct mosquitto *client, void *context, int id, int reason,
                       const mosquitto_property *properties)
{
    struct peer *peer = context;

    (void)client;
    (void)properties;
    peer->acknowledged = id;
    peer->reason = reason;
}

static void on_subscribe(struct mosquitto *client, void *context, int id, int count,
                         const int *granted)
{
    struct peer *peer = context;

    (void)client;
    (void)count;
    (void)granted;
    peer->acknowledged = id;
}

static void on_message(struct mosquitto *client, void *context,
                       const struct mosquitto_message *message,
                       const mosquitto_property *properties)
{
    struct peer *peer = context;

    (void)client;
    (void)properties;
    if (peer->count == peer->room) {
        peer->room = peer->room == 0 ? 64 : 2 * peer->room;
        peer->messages = realloc(peer->messages, peer->room * sizeof *peer->messages);
        assert_non_null(peer->messages);
    }
    assert_true(peer->count < MESSAGES_MAX);
    const size_t length = (size_t)message->payloadlen;
    char *payload = calloc(1, length + 1);
    assert_non_null(payload);
    if (length > 0)
        memcpy(payload, message->payload, length);
    peer->messages[peer->count++] = (struct peer_message){
        .topic = strdup(message->topic),
        .payload = payload,
        .length = length,
        .is_retained = message->retain,
    };
}

// One turn of the connection; true while it lives. Ends early when something comes.
static bool pump(struct peer *peer, int timeout_ms)
{
    const int code = mosquitto_loop(peer->client, timeout_ms, 1);

    if (code == MOSQ_ERR_SUCCESS)
        return true;
    peer->is_online = false;
    if (peer->problem[0] == '\0')
        (void)snprintf(peer->problem, sizeof peer->problem, "%s", mosquitto_strerror(code));
    return false;
}

static void connect_peer(struct peer *peer, int port)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    const int code =
        mosquitto_connect_bind_v5(peer->client, "localhost", port, KEEPALIVE_S, NULL, NULL);

    if (code != MOSQ_ERR_SUCCESS) {
        (void)snprintf(peer->problem, sizeof peer->problem, "%s", mosquitto_strerror(code));
        return;
    }
    while (!peer->is_online && peer->problem[0] == '\0' && pump(peer, 1000))
        assert_true(process_now_ms() < deadline_ms);
}

struct peer *peer_try(const struct peer_identity *identity)
{
    struct peer *peer = calloc(1, sizeof *peer);

    assert_non_null(peer);
    (void)signal(SIGPIPE,
                 SIG_IGN); // libmosquitto of Debian 13 writes to connections that have ended
    (void)snprintf(peer->node, sizeof peer->node, "%s", identity->node);
    peer->client = mosquitto_new(NULL, true, peer);
    assert_non_null(peer->client);
    (void)mosquitto_int_option(peer->client, MOSQ_OPT_PROTOCOL_VERSION,
                               identity->speaks_3_1_1 ? MQTT_PROTOCOL_V311 : MQTT_PROTOCOL_V5);
    const bool has_certificate = identity->certificate[0] != '\0';
    assert_int_equal(mosquitto_tls_set(peer->client, identity->ca, NULL,
                                       has_certificate ? identity->certificate : NULL,
                                       has_certificate ? identity->key : NULL, NULL),
                     MOSQ_ERR_SUCCESS);
    mosquitto_connect_v5_callback_set(peer->client, on_connect);
    mosquitto_publish_v5_callback_set(peer->client, on_publish);
    mosquitto_subscribe_callback_set(peer->client, on_subscribe);
    mosquitto_message_v5_callback_set(peer->client, on_message);
    connect_peer(peer, identity->port);
    return peer;
}

void peer_close(struct peer *peer)
{
    if (peer == NULL)
        return;
    (void)mosquitto_disconnect(peer->client); // fails where there is no connection: all the same
    mosquitto_destroy(peer->client);
    for (size_t i = 0; i < peer->count; i++) {
        free(peer->messages[i].topic);
        free(peer->messages[i].payload);
    }
    free(peer->messages);
    cJSON_Delete(peer->reply);
    free(peer);
}

bool peer_is_online(const struct peer *peer)
{
    return peer->is_online;
}

const char *peer_problem(const struct peer *peer)
{
    return peer->problem;
}

// False: the connection ended.
static bool wait_acknowledged(struct peer *peer, int id)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;

    while (peer->acknowledged != id) {
        if (!pump(peer, 1000))
            return false;
        if (process_now_ms() > deadline_ms)
            fail_msg("%s: no acknowledgement", peer->node);
    }
    return true;
}

void peer_subscribe(struct peer *peer, const char *filter)
{
    int id = 0;

    assert_int_equal(mosquitto_subscribe_v5(peer->client, &id, filter, 1, 0, NULL),
                     MOSQ_ERR_SUCCESS);
    assert_true(wait_acknowledged(peer, id));
}

int peer_publish(struct peer *peer, const char *topic, const void *payload, size_t length,
                 bool is_retained)
{
    int id = 0;
    const int code =
        mosquitto_publish_v5(peer->client, &id, topic, (int)length, payload, 1, is_retained, NULL);

    // However the library's release calls a connection that ended while it wrote.
    if (code == MOSQ_ERR_NO_CONN || code == MOSQ_ERR_CONN_LOST || code == MOSQ_ERR_ERRNO
        || code == MOSQ_ERR_TLS)
        return PEER_LOST;
    assert_int_equal(code, MOSQ_ERR_SUCCESS);
    return wait_acknowledged(peer, id) ? peer->reason : PEER_LOST;
}

size_t peer_mark(const struct peer *peer)
{
    return peer->count;
}

const struct peer_message *peer_message(const struct peer *peer, size_t n)
{
    return n < peer->count ? &peer->messages[n] : NULL;
}

static const struct peer_message *find(const struct peer *peer, size_t *from, const char *topic,
                                       const char *text)
{
    for (; *from < peer->count; (*from)++) {
        const struct peer_message *message = &peer->messages[*from];
        if ((topic == NULL || strcmp(message->topic, topic) == 0)
            && strstr(message->payload, text) != NULL)
            return message;
    }
    return NULL;
}

size_t peer_count(const struct peer *peer, size_t from, const char *topic, const char *text)
{
    size_t count = 0;

    for (size_t at = from; find(peer, &at, topic, text) != NULL; at++)
        count++;
    return count;
}

const struct peer_message *peer_expect_within(struct peer *peer, size_t from, const char *topic,
                                              const char *text, int64_t within_ms)
{
    const int64_t deadline_ms = process_now_ms() + within_ms;
    const struct peer_message *message = NULL;

    while ((message = find(peer, &from, topic, text)) == NULL) {
        if (!pump(peer, 1000))
            fail_msg("%s: %s", peer->node, peer->problem);
        if (process_now_ms() > deadline_ms)
            fail_msg("%s: nothing came on %s with %s", peer->node, topic, text);
    }
    return message;
}

const struct peer_message *peer_expect(struct peer *peer, size_t from, const char *topic,
                                       const char *text)
{
    return peer_expect_within(peer, from, topic, text, WITHIN_MS);
}

// The broker answers a subscription after what it has sent before; only what did not fit the window comes later.
void peer_catch_up(struct peer *peer)
{
    size_t before = 0;

    do {
        before = peer->count;
        peer_subscribe(peer, "nothing/is/ever/published/here");
    } while (peer->count != before);
}

// ---- requests

void peer_set_session(struct peer *peer, const char *session)
{
    (void)snprintf(peer->session, sizeof peer->session, "%s", session == NULL ? "" : session);
}

const char *peer_session(const struct peer *peer)
{
    return peer->session;
}

void peer_new_id(char text[static CLINIC_ID_TEXT_BYTES])
{
    static struct clinic_id_maker maker;
    const struct clinic_id id = clinic_id_next(&maker, clinic_wall_ms(clinic_clock_system()));

    clinic_id_print(&id, text);
}

// The caller frees the text.
__attribute__((format(printf, 3, 0))) static char *
print_request(const struct peer *peer, const char *id, const char *format, va_list arguments)
{
    char time[CLINIC_INSTANT_TEXT_BYTES];
    char session[160] = "";
    char *data = NULL;
    char *text = NULL;

    clinic_instant_print(clinic_wall_ms(clinic_clock_system()), time);
    if (peer->session[0] != '\0')
        (void)snprintf(session, sizeof session, "'session':'%s',", peer->session);
    assert_true(vasprintf(&data, format, arguments) >= 0);
    assert_true(asprintf(&text, "{'id':'%s','time':'%s',%s'data':%s}", id, time, session, data)
                > 0);
    free(data);
    for (char *at = text; (at = strchr(at, '\'')) != NULL;)
        *at = '"';
    return text;
}

static int send_request(struct peer *peer, const char *action, const void *payload, size_t length)
{
    char topic[256];

    (void)snprintf(topic, sizeof topic, "clinic/request/%s/%s", peer->node, action);
    return peer_publish(peer, topic, payload, length, false);
}

const cJSON *peer_ask_raw(struct peer *peer, const char *id, const char *action,
                          const void *payload, size_t length)
{
    const size_t mark = peer_mark(peer);
    char topic[128];

    (void)snprintf(topic, sizeof topic, "clinic/reply/%s", peer->node);
    assert_int_equal(send_request(peer, action, payload, length), 0);
    const struct peer_message *message = peer_expect(peer, mark, topic, id);
    cJSON_Delete(peer->reply);
    peer->reply = cJSON_Parse(message->payload);
    assert_non_null(peer->reply);
    return peer->reply;
}

__attribute__((format(printf, 4, 0))) static const cJSON *
ask(struct peer *peer, const char *id, const char *action, const char *format, va_list arguments)
{
    char *text = print_request(peer, id, format, arguments);
    const cJSON *reply = peer_ask_raw(peer, id, action, text, strlen(text));

    free(text);
    return reply;
}

const cJSON *peer_ask(struct peer *peer, const char *action, const char *format, ...)
{
    char id[CLINIC_ID_TEXT_BYTES];
    va_list arguments;

    peer_new_id(id);
    va_start(arguments, format);
    const cJSON *reply = ask(peer, id, action, format, arguments);
    va_end(arguments);
    return reply;
}

const cJSON *peer_ask_as(struct peer *peer, const char *id, const char *action, const char *format,
                         ...)
{
    va_list arguments;

    va_start(arguments, format);
    const cJSON *reply = ask(peer, id, action, format, arguments);
    va_end(arguments);
    return reply;
}

int peer_send(struct peer *peer, const char *id, const char *action, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = print_request(peer, id, format, arguments);
    va_end(arguments);
    const int reason = send_request(peer, action, text, strlen(text));
    free(text);
    return reason;
}

const char *peer_outcome(const cJSON *reply)
{
    const char *status = clinic_json_text(reply, "status");
    const char *code = clinic_json_text(clinic_json_member(reply, "error"), "code");

    assert_non_null(status);
    return code != NULL ? code : status;
}
