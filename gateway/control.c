#include "control.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    ANSWER_BYTES_MAX = 1024 * 1024,
    PATIENCE_S = 5,
};

struct control {
    struct evconnlistener *listener;
    struct sockaddr_un address;
    char *(*describe)(void *context);
    void *context;
};

static bool fill_address(const char *folder, struct sockaddr_un *ret_address)
{
    memset(ret_address, 0, sizeof *ret_address);
    ret_address->sun_family = AF_UNIX;
    int length =
        snprintf(ret_address->sun_path, sizeof ret_address->sun_path, "%s/control.sock", folder);
    if (length >= 0 && (size_t)length < sizeof ret_address->sun_path)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

static void hang_up(struct bufferevent *peer, void *context)
{
    (void)context;
    bufferevent_free(peer);
}

static void hang_up_on_event(struct bufferevent *peer, short what, void *context)
{
    (void)what;
    hang_up(peer, context);
}

static void answer(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
                   int length, void *context)
{
    const struct timeval patience = { .tv_sec = PATIENCE_S };
    struct control *control = context;
    struct bufferevent *peer =
        bufferevent_socket_new(evconnlistener_get_base(listener), fd, BEV_OPT_CLOSE_ON_FREE);
    char *text = control->describe(control->context);

    (void)address;
    (void)length;
    if (peer == NULL || text == NULL) {
        if (peer != NULL)
            bufferevent_free(peer);
        else
            evutil_closesocket(fd);
        free(text);
        return;
    }
    bufferevent_setcb(peer, NULL, hang_up, hang_up_on_event, NULL);
    (void)bufferevent_set_timeouts(peer, NULL,
                                   &patience);         // without it the peer is only slower to go
    (void)bufferevent_write(peer, text, strlen(text)); // out of memory: the peer is given less
    free(text);
}

enum clinic_status control_open(struct event_base *base, const char *folder,
                                char *(*describe)(void *context), void *context,
                                struct control **ret_control)
{
    struct control *control = calloc(1, sizeof *control);
    if (control == NULL)
        return CLINIC_NOMEM;
    control->describe = describe;
    control->context = context;
    if (fill_address(folder, &control->address)) {
        // What a killed gateway left; the lock of the folder says that it is nobody else's.
        (void)unlink(control->address.sun_path);
        mode_t before = umask(0077);
        control->listener = evconnlistener_new_bind(
            base, answer, control, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 8,
            (struct sockaddr *)&control->address, sizeof control->address);
        (void)umask(before);
    }
    if (control->listener == NULL) {
        control_close(control);
        return CLINIC_IO;
    }
    *ret_control = control;
    return CLINIC_OK;
}

void control_close(struct control *control)
{
    if (control == NULL)
        return;
    if (control->listener != NULL) {
        evconnlistener_free(control->listener);
        (void)unlink(control->address.sun_path);
    }
    free(control);
}

static char *read_all(int fd)
{
    char *text = malloc(ANSWER_BYTES_MAX + 1);
    size_t length = 0;
    ssize_t got = 1;

    while (text != NULL && got > 0 && length < ANSWER_BYTES_MAX) {
        got = read(fd, text + length, ANSWER_BYTES_MAX - length);
        if (got > 0)
            length += (size_t)got;
    }
    if (text == NULL || got < 0 || length == 0) {
        free(text);
        return NULL;
    }
    text[length] = '\0';
    return text;
}

enum clinic_status control_ask(const char *folder, char **ret_text)
{
    const struct timeval patience = { .tv_sec = PATIENCE_S };
    struct sockaddr_un address;
    char *text = NULL;

    if (!fill_address(folder, &address))
        return CLINIC_IO;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return CLINIC_IO;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
                     sizeof patience); // else it only waits longer
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        text = read_all(fd);
    (void)close(fd);
    if (text == NULL)
        return CLINIC_OFFLINE;
    *ret_text = text;
    return CLINIC_OK;
}
