#include "bus_connection.h"

#include "bus_connection_scope.h"
#include "bus_reason.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    // How many QoS 1 messages the broker may send ahead of our acknowledgements.
    RECEIVE_MAXIMUM = 1000,
    RECEIVE_MAXIMUM_UNSAID = 65535, // MQTT 5, 3.2.2.3.3
    LINGER_MS = 40,
    LINGER_READS = 64,
};

// ---- what libmosquitto calls

static void take_log(struct mosquitto *mosquitto, void *context, int level, const char *line)
{
    (void)mosquitto;
    struct connection *connection = context;
    // The first error is the cause, the others follow from it.
    if (level == MOSQ_LOG_ERR && connection->detail[0] == '\0')
        (void)snprintf(connection->detail, sizeof connection->detail, "%s", line);
}

static void take_connack(struct mosquitto *mosquitto, void *context, int reason, int flags,
                         const mosquitto_property *properties)
{
    (void)mosquitto;
    (void)flags;
    struct connection *connection = context;
    uint16_t receive_maximum = RECEIVE_MAXIMUM_UNSAID;
    (void)mosquitto_property_read_int16(properties, MQTT_PROP_RECEIVE_MAXIMUM, &receive_maximum,
                                        false);
    connection->mqtt_reason = reason;
    connection->handler->on_connack(connection->context, reason, receive_maximum);
}

static void take_disconnect(struct mosquitto *mosquitto, void *context, int reason,
                            const mosquitto_property *properties)
{
    (void)mosquitto;
    (void)properties;
    struct connection *connection = context;
    // Smaller ones are libmosquitto's own codes, which the calls return as well.
    if (reason >= MQTT_RC_UNSPECIFIED && connection->mqtt_reason == 0)
        connection->mqtt_reason = reason;
}

static void take_message(struct mosquitto *mosquitto, void *context,
                         const struct mosquitto_message *message,
                         const mosquitto_property *properties)
{
    (void)mosquitto;
    struct connection *connection = context;
    char *response_topic = NULL;
    void *correlation_data = NULL;
    uint16_t correlation_bytes = 0;
    (void)mosquitto_property_read_string(properties, MQTT_PROP_RESPONSE_TOPIC, &response_topic,
                                         false);
    (void)mosquitto_property_read_binary(properties, MQTT_PROP_CORRELATION_DATA, &correlation_data,
                                         &correlation_bytes, false);
    const struct clinic_bus_message bus_message = {
        .topic = message->topic,
        .payload = message->payload == NULL ? "" : message->payload,
        .length = (size_t)message->payloadlen,
        .is_retained = message->retain,
        .response_topic = response_topic,
        .correlation_data = correlation_data,
        .correlation_bytes = correlation_bytes,
    };
    connection->has_progressed = true;
    connection->handler->on_message(connection->context, &bus_message);
    free(response_topic);
    free(correlation_data);
}

static void take_published(struct mosquitto *mosquitto, void *context, int mqtt_id, int reason,
                           const mosquitto_property *properties)
{
    (void)mosquitto;
    (void)properties;
    struct connection *connection = context;
    connection->has_progressed = true;
    connection->handler->on_published(connection->context, (uint16_t)mqtt_id, reason);
}

static void take_subscribed(struct mosquitto *mosquitto, void *context, int mqtt_id, int count,
                            const int *granted, const mosquitto_property *properties)
{
    (void)mosquitto;
    (void)mqtt_id;
    (void)properties;
    struct connection *connection = context;
    for (int i = 0; i < count; i++) {
        if (granted[i] >= MQTT_RC_UNSPECIFIED)
            connection->handler->on_subscription_refused(connection->context, granted[i]);
    }
}

// libmosquitto would ask for a passphrase on the terminal.
static int give_no_passphrase(char *passphrase, int size, int is_writing, void *context)
{
    (void)size;
    (void)is_writing;
    (void)context;
    passphrase[0] = '\0';
    return 0;
}

// ---- opening

static void set_callbacks(struct mosquitto *mosquitto)
{
    mosquitto_log_callback_set(mosquitto, take_log);
    mosquitto_connect_v5_callback_set(mosquitto, take_connack);
    mosquitto_disconnect_v5_callback_set(mosquitto, take_disconnect);
    mosquitto_message_v5_callback_set(mosquitto, take_message);
    mosquitto_publish_v5_callback_set(mosquitto, take_published);
    mosquitto_subscribe_v5_callback_set(mosquitto, take_subscribed);
}

// Verification of the broker's certificate and of its name is libmosquitto's default and stays on; so does its
// refusal of TLS before 1.2.
static int set_options(struct mosquitto *mosquitto, const struct clinic_bus_config *config)
{
    int error = mosquitto_int_option(mosquitto, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    if (error == MOSQ_ERR_SUCCESS)
        error = mosquitto_int_option(mosquitto, MOSQ_OPT_TCP_NODELAY, 1);
    if (error == MOSQ_ERR_SUCCESS)
        error = mosquitto_int_option(mosquitto, MOSQ_OPT_RECEIVE_MAXIMUM, RECEIVE_MAXIMUM);
    if (error == MOSQ_ERR_SUCCESS)
        error = mosquitto_int_option(mosquitto, MOSQ_OPT_SEND_MAXIMUM, (int)config->window);
    if (error == MOSQ_ERR_SUCCESS)
        error = mosquitto_threaded_set(mosquitto, true);
    if (error == MOSQ_ERR_SUCCESS)
        error = mosquitto_tls_set(mosquitto, config->ca_path, NULL, config->certificate_path,
                                  config->key_path, give_no_passphrase);
    if (error == MOSQ_ERR_SUCCESS && config->will_topic[0] != '\0')
        error =
            mosquitto_will_set_v5(mosquitto, config->will_topic, (int)strlen(config->will_payload),
                                  config->will_payload, 1, true, NULL);
    return error;
}

// During the handshake libmosquitto takes a socket that broke for one that is not ready yet: it returns success,
// and only the errno of the first such call tells the cause.
bool connection_keep_error(struct connection *connection, int error)
{
    static const int of_sockets[] = { ECONNREFUSED, ECONNRESET,   EPIPE,   ETIMEDOUT,
                                      ENETUNREACH,  EHOSTUNREACH, ENETDOWN };
    const int system_error = errno;
    bool is_broken = false;
    for (size_t i = 0; i < sizeof of_sockets / sizeof of_sockets[0]; i++)
        is_broken = is_broken || system_error == of_sockets[i];
    connection->error = error;
    if (error != MOSQ_ERR_SUCCESS || (is_broken && connection->system_error == 0))
        connection->system_error = system_error;
    return is_broken;
}

// Looking takes the socket's error away from whoever asks next, so it is kept.
bool connection_has_data(struct connection *connection)
{
    char byte;
    errno = 0;
    const bool has_data =
        recv(connection_socket(connection), &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) > 0;
    (void)connection_keep_error(connection, MOSQ_ERR_SUCCESS);
    return has_data;
}

int connection_start(struct connection *connection)
{
    // A socket for IPv6 cannot be bound to it, and is passed over.
    const char *bind_address = connection->is_ipv4_only ? "0.0.0.0" : NULL;
    errno = 0;
    (void)connection_keep_error(
        connection,
        mosquitto_connect_bind_async(connection->mosquitto, connection->host, connection->port,
                                     connection->keepalive_s, bind_address));
    if (connection->is_ipv4_only && connection->error == MOSQ_ERR_ERRNO
        && connection->system_error == EINVAL)
        (void)snprintf(connection->detail, sizeof connection->detail, "%.100s has no IPv4 address",
                       connection->host);
    return connection->error;
}

void connection_destroy(struct connection *connection)
{
    mosquitto_destroy(connection->mosquitto);
    (void)pthread_mutex_destroy(&connection->mutex);
    free(connection);
}

static bool is_numeric(const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

static struct connection *make(const struct clinic_bus_config *config,
                               const struct connection_handler *handler, void *context,
                               int event_fd)
{
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->mosquitto = mosquitto_new(config->client_id, true, connection);
    if (connection->mosquitto == NULL) {
        free(connection);
        return NULL;
    }
    (void)pthread_mutex_init(&connection->mutex, NULL); // cannot fail for a plain mutex
    connection->handler = handler;
    connection->context = context;
    connection->event_fd = event_fd;
    connection->port = (int)config->port;
    connection->keepalive_s = (int)config->keepalive_s;
    (void)snprintf(connection->host, sizeof connection->host, "%s", config->host);
    set_callbacks(connection->mosquitto);
    return connection;
}

enum clinic_status connection_open(const struct clinic_bus_config *config,
                                   const struct connection_handler *handler, void *context,
                                   int event_fd, bool is_ipv4_only,
                                   struct connection **ret_connection, char *reterr_reason,
                                   size_t reason_bytes)
{
    struct connection *connection = make(config, handler, context, event_fd);
    if (connection == NULL) {
        (void)snprintf(reterr_reason, reason_bytes, "out of memory");
        return CLINIC_NOMEM;
    }
    connection->is_ipv4_only = is_ipv4_only && !is_numeric(config->host);
    int error = set_options(connection->mosquitto, config);
    if (error == MOSQ_ERR_SUCCESS)
        error = is_numeric(config->host) ? connection_start(connection)
                                         : connection_start_thread(connection);
    if (error != MOSQ_ERR_SUCCESS) {
        connection->error = error; // with success it is perhaps the thread's already
        connection_reason(connection, reterr_reason, reason_bytes);
        connection_close(connection);
        return CLINIC_IO;
    }
    *ret_connection = connection;
    return CLINIC_OK;
}

void connection_close(struct connection *connection)
{
    if (connection == NULL)
        return;
    if (connection->has_thread && !connection_end_thread(connection))
        return; // the thread destroys it
    connection_destroy(connection);
}

// Closing with something unread resets the connection, and the broker, which finds that out before it reads the
// DISCONNECT, would publish the will. So what still comes is read until the broker closes its side, or is
// silent for some milliseconds.
static void linger(int fd)
{
    char rest[4096];
    struct pollfd polled = { .fd = fd, .events = POLLIN };
    (void)shutdown(fd, SHUT_WR); // fails where the connection has gone anyway
    for (int reads = 0; reads < LINGER_READS; reads++) {
        if (poll(&polled, 1, LINGER_MS) <= 0 || recv(fd, rest, sizeof rest, MSG_DONTWAIT) <= 0)
            return;
    }
}

void connection_say_goodbye(struct connection *connection)
{
    const int socket_fd = connection_socket(connection);
    // libmosquitto closes its own descriptor with the DISCONNECT.
    const int fd = socket_fd < 0 ? -1 : fcntl(socket_fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (mosquitto_disconnect_v5(connection->mosquitto, MQTT_RC_NORMAL_DISCONNECTION, NULL)
            == MOSQ_ERR_SUCCESS
        && !connection_write(connection) && connection->error == MOSQ_ERR_SUCCESS)
        linger(fd);
    (void)close(fd); // nothing more is written
}

// ---- using

int connection_socket(const struct connection *connection)
{
    return mosquitto_socket(connection->mosquitto);
}

bool connection_wants_write(const struct connection *connection)
{
    return mosquitto_want_write(connection->mosquitto);
}

static bool is_alive(const struct connection *connection)
{
    return connection->error == MOSQ_ERR_SUCCESS && connection_socket(connection) >= 0;
}

bool connection_read(struct connection *connection, bool *ret_is_dry)
{
    errno = 0;
    connection->has_progressed = false;
    const int error = mosquitto_loop_read(connection->mosquitto, 1);
    // EAGAIN alone does not tell: queueing an acknowledgement, libmosquitto writes to a pipe of its own that nobody
    // empties, and leaves that error behind once the pipe is full.
    const bool would_wait =
        (errno == EAGAIN || errno == EWOULDBLOCK) && !connection->has_progressed;
    const bool is_broken = connection_keep_error(connection, error);
    *ret_is_dry = would_wait || is_broken;
    return is_alive(connection);
}

bool connection_write(struct connection *connection)
{
    errno = 0;
    (void)connection_keep_error(connection, mosquitto_loop_write(connection->mosquitto, 1));
    return is_alive(connection);
}

bool connection_keep_alive(struct connection *connection)
{
    errno = 0;
    (void)connection_keep_error(connection, mosquitto_loop_misc(connection->mosquitto));
    return is_alive(connection);
}

int connection_socket_error(const struct connection *connection)
{
    int error = 0;
    socklen_t length = sizeof error;
    (void)getsockopt(connection_socket(connection), SOL_SOCKET, SO_ERROR, &error, &length);
    return error != 0 ? error : connection->system_error;
}

void connection_reason(const struct connection *connection, char *reason, size_t reason_bytes)
{
    const struct reason_facts facts = {
        .detail = connection->detail,
        .host = connection->host,
        .error = connection->error,
        .system_error = connection->system_error,
        .mqtt_reason = connection->mqtt_reason,
    };
    reason_print(&facts, reason, reason_bytes);
}

void connection_settle(struct connection *connection)
{
    mosquitto_log_callback_set(connection->mosquitto, NULL);
}

static enum clinic_status status_of(int error)
{
    static const enum clinic_status statuses[] = {
        [MOSQ_ERR_SUCCESS] = CLINIC_OK,
        [MOSQ_ERR_NOMEM] = CLINIC_NOMEM,
        [MOSQ_ERR_INVAL] = CLINIC_INVALID,
        [MOSQ_ERR_NO_CONN] = CLINIC_OFFLINE,
        [MOSQ_ERR_CONN_LOST] = CLINIC_OFFLINE,
        [MOSQ_ERR_PAYLOAD_SIZE] = CLINIC_INVALID,
        [MOSQ_ERR_MALFORMED_UTF8] = CLINIC_INVALID,
        [MOSQ_ERR_OVERSIZE_PACKET] = CLINIC_INVALID,
    };
    if (error == MOSQ_ERR_SUCCESS)
        return CLINIC_OK;
    const bool is_listed = error > 0 && (size_t)error < sizeof statuses / sizeof statuses[0];
    return is_listed && statuses[error] != CLINIC_OK ? statuses[error] : CLINIC_IO;
}

enum clinic_status connection_subscribe(struct connection *connection, char *const *filters,
                                        size_t count)
{
    return status_of(
        mosquitto_subscribe_multiple(connection->mosquitto, NULL, (int)count, filters, 1, 0, NULL));
}

static int make_properties(const struct clinic_bus_publish *publish,
                           mosquitto_property **properties)
{
    int error = MOSQ_ERR_SUCCESS;
    if (publish->content_type != NULL)
        error = mosquitto_property_add_string(properties, MQTT_PROP_CONTENT_TYPE,
                                              publish->content_type);
    if (error == MOSQ_ERR_SUCCESS && publish->response_topic != NULL)
        error = mosquitto_property_add_string(properties, MQTT_PROP_RESPONSE_TOPIC,
                                              publish->response_topic);
    if (error == MOSQ_ERR_SUCCESS && publish->correlation_data != NULL)
        error = mosquitto_property_add_binary(properties, MQTT_PROP_CORRELATION_DATA,
                                              publish->correlation_data,
                                              (uint16_t)publish->correlation_bytes);
    return error;
}

enum clinic_status connection_publish(struct connection *connection,
                                      const struct clinic_bus_publish *publish,
                                      uint16_t *ret_mqtt_id)
{
    int mqtt_id = 0;
    mosquitto_property *properties = NULL;
    int error = make_properties(publish, &properties);
    if (error == MOSQ_ERR_SUCCESS)
        error = mosquitto_publish_v5(connection->mosquitto, &mqtt_id, publish->topic,
                                     (int)publish->length, publish->payload, publish->qos,
                                     publish->is_retained, properties);
    mosquitto_property_free_all(&properties);
    if (error == MOSQ_ERR_SUCCESS)
        *ret_mqtt_id = (uint16_t)mqtt_id;
    return status_of(error);
}
