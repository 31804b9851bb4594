// bus_connection.h - one attempt at a connection and, if it succeeds, the connection itself.
//
// Each attempt is a new libmosquitto object: nothing is left in a queue from the one before, and the
// certificate files are read again. A numeric address is connected to without waiting. A name has to be
// looked up, for which libmosquitto has only a blocking call; and the broker's certificate is checked
// against the host that this very call was given. So the whole call runs on a thread of its own, which owns
// the object until it has handed it over; a connection that is closed meanwhile is left to the thread.
//
// libmosquitto is told that it is driven by several threads, though it is not: so it only queues what is
// published, and writes it all in connection_write().
#pragma once

#include <clinic/bus.h>

struct connection;

struct connection_handler {
    // CONNACK. `reason` 0: the connection stands and the broker takes up to `receive_maximum` unacknowledged.
    void (*on_connack)(void *context, int reason, uint16_t receive_maximum);
    void (*on_message)(void *context, const struct clinic_bus_message *message);
    // A QoS 1 publish was acknowledged, or a QoS 0 publish written.
    void (*on_published)(void *context, uint16_t mqtt_id, int reason);
    void (*on_subscription_refused)(void *context, int reason);
};

// Of the addresses of a name libmosquitto tries only the first that does not fail at once, and a name often has an
// IPv6 one at which nobody answers: `is_ipv4_only` leaves these out. Numeric hosts do not care.
//
// Begins. On failure reterr_reason is a line for an operator. `event_fd` becomes readable when a look-up ends; it
// must stay open until connection_close().
enum clinic_status connection_open(const struct clinic_bus_config *config,
                                   const struct connection_handler *handler, void *context,
                                   int event_fd, bool is_ipv4_only,
                                   struct connection **ret_connection, char *reterr_reason,
                                   size_t reason_bytes);

// Never waits. Accepts NULL.
void connection_close(struct connection *connection);

// Asks the broker not to publish the will, if that can be written at once.
void connection_say_goodbye(struct connection *connection);

// CLINIC_BUSY: the look-up is under way. Anything but CLINIC_OK and CLINIC_BUSY: the attempt failed.
enum clinic_status connection_lookup_status(struct connection *connection);

// -1: there is none (any more).
int connection_socket(const struct connection *connection);
bool connection_wants_write(const struct connection *connection);
bool connection_has_data(struct connection *connection);

// Each does what can be done without waiting. False: the connection ended.
bool connection_read(struct connection *connection, bool *ret_is_dry);
bool connection_write(struct connection *connection);
bool connection_keep_alive(struct connection *connection);

// What broke the socket, as an errno; 0: the other side closed it. The kernel tells only once.
int connection_socket_error(const struct connection *connection);

// Writes why the connection ended.
void connection_reason(const struct connection *connection, char *reason, size_t reason_bytes);

// No more lines are collected for connection_reason(): once it stands, they would cost more than they tell.
void connection_settle(struct connection *connection);

enum clinic_status connection_subscribe(struct connection *connection, char *const *filters,
                                        size_t count);
enum clinic_status connection_publish(struct connection *connection,
                                      const struct clinic_bus_publish *publish,
                                      uint16_t *ret_mqtt_id);
