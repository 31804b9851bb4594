#include "bus_connection_scope.h"

#include <netdb.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>

enum { CLOSE_PATIENCE_S = 2 };

// Asks the name server, which may take long. What it says is libmosquitto's to find, from the same place and at
// once; here only the wait counts. False: nobody wants the connection any more.
static bool resolve(struct connection *connection)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *addresses = NULL;
    if (getaddrinfo(connection->host, NULL, &hints, &addresses) == 0)
        freeaddrinfo(addresses);
    (void)pthread_mutex_lock(&connection->mutex);
    connection->is_resolving = false;
    const bool is_wanted = !connection->is_abandoned;
    (void)pthread_mutex_unlock(&connection->mutex);
    return is_wanted;
}

static void *look_up(void *context)
{
    struct connection *connection = context;
    if (!resolve(connection)) {
        connection_destroy(connection);
        return NULL;
    }
    (void)connection_start(connection);

    (void)pthread_mutex_lock(&connection->mutex);
    connection->is_looking_up = false;
    const bool is_abandoned = connection->is_abandoned;
    if (!is_abandoned)
        (void)eventfd_write(connection->event_fd, 1); // fails only when it is readable already
    (void)pthread_mutex_unlock(&connection->mutex);

    if (is_abandoned)
        connection_destroy(connection);
    return NULL;
}

// Signals are the program's business: its handlers must not run on this thread.
int connection_start_thread(struct connection *connection)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    connection->is_looking_up = true;
    connection->is_resolving = true;
    const int error = pthread_create(&connection->thread, NULL, look_up, connection);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);

    connection->has_thread = error == 0;
    if (error == 0)
        return MOSQ_ERR_SUCCESS;
    connection->is_looking_up = false;
    connection->system_error = error;
    return MOSQ_ERR_ERRNO;
}

// Leaves the connection to the thread. False: the thread has nothing left to do and can be joined.
static bool abandon(struct connection *connection, bool is_only_resolving)
{
    (void)pthread_mutex_lock(&connection->mutex);
    const bool is_left =
        connection->is_looking_up && (connection->is_resolving || !is_only_resolving);
    if (is_left) {
        connection->is_abandoned = true;
        (void)pthread_detach(connection->thread);
    }
    (void)pthread_mutex_unlock(&connection->mutex);
    return is_left;
}

// True if the thread has ended. It is left to itself while it waits for a name server, but not while it is
// inside OpenSSL, for milliseconds: OpenSSL's clean-up at exit does not wait for threads, and a program that
// closes and exits would crash.
bool connection_end_thread(struct connection *connection)
{
    struct timespec until;
    if (abandon(connection, true))
        return false;
    (void)clock_gettime(CLOCK_MONOTONIC, &until); // cannot fail with this clock
    until.tv_sec += CLOSE_PATIENCE_S;
    if (pthread_clockjoin_np(connection->thread, NULL, CLOCK_MONOTONIC, &until) == 0)
        return true;
    if (abandon(connection, false))
        return false;
    (void)pthread_join(connection->thread, NULL);
    return true;
}

enum clinic_status connection_lookup_status(struct connection *connection)
{
    if (connection->has_thread) {
        (void)pthread_mutex_lock(&connection->mutex);
        const bool is_looking_up = connection->is_looking_up;
        (void)pthread_mutex_unlock(&connection->mutex);
        if (is_looking_up)
            return CLINIC_BUSY;
        (void)pthread_join(connection->thread, NULL); // it has nothing left to do
        connection->has_thread = false;
    }
    return connection->error == MOSQ_ERR_SUCCESS ? CLINIC_OK : CLINIC_IO;
}
