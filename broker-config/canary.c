#include "canary.h"

#include "acl.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <string.h>
#include <time.h>

enum {
    KEEPALIVE_S = 30,
    LOOP_MS = 50,
    ANSWER_MS = 5000,
    RETRY_NS = 100 * 1000 * 1000,
    NOT_YET = -1,
};

struct visitor {
    const struct authority *authority;
    struct mosquitto *client;
    int connack; // MQTT 5 reason, or NOT_YET
    int puback;
    bool is_cut; // the connection ended, or never came to be
};

static void on_connect(struct mosquitto *client, void *context, int reason, int flags,
                       const mosquitto_property *properties)
{
    (void)client;
    (void)flags;
    (void)properties;
    ((struct visitor *)context)->connack = reason;
}

static void on_publish(struct mosquitto *client, void *context, int id, int reason,
                       const mosquitto_property *properties)
{
    (void)client;
    (void)id; // one publish at a time
    (void)properties;
    ((struct visitor *)context)->puback = reason;
}

// `certificate` may be LAYOUT_FILE_COUNT: none at all.
static bool set_tls(const struct visitor *visitor, enum layout_file certificate)
{
    char ca[FILES_PATH_BYTES];
    char crt[FILES_PATH_BYTES];
    char key[FILES_PATH_BYTES];
    const struct layout *layout = &visitor->authority->layout;
    const bool has_none = certificate == LAYOUT_FILE_COUNT;
    layout_path(layout, LAYOUT_CA_CERTIFICATE, ca);
    layout_path(layout, LAYOUT_CANARY_KEY, key);
    if (!has_none)
        layout_path(layout, certificate, crt);
    return mosquitto_tls_set(visitor->client, ca, NULL, has_none ? NULL : crt,
                             has_none ? NULL : key, NULL)
           == MOSQ_ERR_SUCCESS;
}

static void leave(struct visitor *visitor)
{
    if (visitor->client == NULL)
        return;
    (void)mosquitto_disconnect(visitor->client); // it may be gone already
    mosquitto_destroy(visitor->client);
    visitor->client = NULL;
}

static bool start(struct visitor *visitor, const struct authority *authority,
                  enum layout_file certificate, struct failure *failure)
{
    *visitor = (struct visitor){ .authority = authority, .connack = NOT_YET, .puback = NOT_YET };
    visitor->client = mosquitto_new(NULL, true, visitor);
    if (visitor->client == NULL)
        return failed(failure, "out of memory");
    mosquitto_connect_v5_callback_set(visitor->client, on_connect);
    mosquitto_publish_v5_callback_set(visitor->client, on_publish);
    if (mosquitto_int_option(visitor->client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5)
            != MOSQ_ERR_SUCCESS
        || !set_tls(visitor, certificate))
        return failed(failure,
                      "cannot use the canary's certificate; clinic-broker check tells why");
    return true;
}

// Until `answer` has one, the connection ends or the time is over.
static void wait_for(struct visitor *visitor, const int *answer)
{
    const struct clinic_clock *clock = visitor->authority->clock;
    const int64_t deadline_ms = clinic_monotonic_ms(clock) + ANSWER_MS;
    while (!visitor->is_cut && *answer == NOT_YET && clinic_monotonic_ms(clock) < deadline_ms)
        visitor->is_cut = mosquitto_loop(visitor->client, LOOP_MS, 1) != MOSQ_ERR_SUCCESS;
}

static void connect_visitor(struct visitor *visitor)
{
    const struct settings *settings = &visitor->authority->settings;
    visitor->is_cut = mosquitto_connect(visitor->client, settings_local_host(settings),
                                        (int)settings->port, KEEPALIVE_S)
                      != MOSQ_ERR_SUCCESS;
    wait_for(visitor, &visitor->connack);
}

// The reason of the PUBACK, or NOT_YET where none came.
static int publish(struct visitor *visitor, const char *topic)
{
    static const char text[] = "canary";
    visitor->puback = NOT_YET;
    if (mosquitto_publish_v5(visitor->client, NULL, topic, (int)strlen(text), text, 1, false, NULL)
        != MOSQ_ERR_SUCCESS)
        return NOT_YET;
    wait_for(visitor, &visitor->puback);
    return visitor->puback;
}

static bool publish_allowed(struct visitor *visitor)
{
    char topic[ACL_CANARY_TOPIC_BYTES];
    const struct authority *authority = visitor->authority;
    acl_canary_topic(authority->settings.prefix, authority->ledger.generation, topic);
    const int reason = publish(visitor, topic);
    return reason == MQTT_RC_SUCCESS || reason == MQTT_RC_NO_MATCHING_SUBSCRIBERS;
}

static bool try_to_enter(struct visitor *visitor, const struct authority *authority,
                         struct failure *failure)
{
    if (!start(visitor, authority, LAYOUT_CANARY_CERTIFICATE, failure))
        return false;
    connect_visitor(visitor);
    if (visitor->connack != 0)
        return failed(failure, "no connection to %s port %d with the canary's good certificate",
                      settings_local_host(&authority->settings), (int)authority->settings.port);
    if (!publish_allowed(visitor))
        return failed(failure, "the broker runs with older files: restart it");
    return true;
}

// A broker that is just being restarted is absent, or still the old one.
static bool enter(struct visitor *visitor, const struct authority *authority, int64_t wait_ms,
                  struct failure *failure)
{
    const int64_t deadline_ms = clinic_monotonic_ms(authority->clock) + wait_ms;
    while (!try_to_enter(visitor, authority, failure)) {
        leave(visitor);
        if (clinic_monotonic_ms(authority->clock) >= deadline_ms)
            return false;
        const struct timespec pause = { .tv_nsec = RETRY_NS };
        (void)nanosleep(&pause, NULL); // cut short is fine
    }
    return true;
}

static bool prove_forbidden(struct visitor *visitor, struct failure *failure)
{
    char topic[ACL_CANARY_TOPIC_BYTES];
    acl_canary_forbidden_topic(visitor->authority->settings.prefix, topic);
    const int reason = publish(visitor, topic);
    if (reason == NOT_YET)
        return failed(failure, "a forbidden publish was not answered");
    return reason == MQTT_RC_NOT_AUTHORIZED
           || failed(failure,
                     "a forbidden publish was accepted: the broker serves without its ACL");
}

static bool prove_no_entry(const struct authority *authority, enum layout_file certificate,
                           const char *who, struct failure *failure)
{
    struct visitor visitor;
    bool is_refused = false;
    if (start(&visitor, authority, certificate, failure)) {
        connect_visitor(&visitor);
        if (visitor.connack == NOT_YET && !visitor.is_cut)
            (void)failed(failure, "%s got no answer", who);
        else if (visitor.connack == 0)
            (void)failed(failure,
                         "%s was let in: the broker serves without its CRL or certificates", who);
        else
            is_refused = true;
    }
    leave(&visitor);
    return is_refused;
}

static bool prove_revoked(struct visitor *visitor, struct failure *failure)
{
    return prove_no_entry(visitor->authority, LAYOUT_CANARY_REVOKED, "a revoked certificate",
                          failure);
}

static bool prove_none(struct visitor *visitor, struct failure *failure)
{
    return prove_no_entry(visitor->authority, LAYOUT_FILE_COUNT, "a client without certificate",
                          failure);
}

// The others were not refused because the broker was gone.
static bool prove_alive(struct visitor *visitor, struct failure *failure)
{
    return publish_allowed(visitor) || failed(failure, "the broker went away meanwhile");
}

struct proof {
    bool (*prove)(struct visitor *visitor, struct failure *failure);
    const char *text;
};

static const struct proof proofs[] = {
    { prove_forbidden, "a forbidden publish is refused" },
    { prove_revoked, "a revoked certificate is refused" },
    { prove_none, "a client without certificate is refused" },
    { prove_alive, "an allowed publish still passes" },
};

static bool prove_all(struct visitor *visitor, FILE *out, struct failure *failure)
{
    (void)fprintf(out,
                  "ok      the broker runs with the current files, an allowed publish passes\n");
    for (size_t i = 0; i < sizeof proofs / sizeof proofs[0]; i++) {
        if (!proofs[i].prove(visitor, failure)) {
            (void)fprintf(out, "FAILED  %s\n", proofs[i].text);
            return false;
        }
        (void)fprintf(out, "ok      %s\n", proofs[i].text);
    }
    return true;
}

bool canary_run(const struct authority *authority, int64_t wait_ms, FILE *out,
                struct failure *failure)
{
    if (mosquitto_lib_init() != MOSQ_ERR_SUCCESS)
        return failed(failure, "cannot start libmosquitto");
    struct visitor visitor = { .client = NULL };
    const bool has_passed =
        enter(&visitor, authority, wait_ms, failure) && prove_all(&visitor, out, failure);
    leave(&visitor);
    (void)mosquitto_lib_cleanup(); // nothing can be done about it
    return has_passed;
}
