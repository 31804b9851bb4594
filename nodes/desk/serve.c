#include "serve.h"

#include "desk_socket.h"
#include "line_server.h"
#include <clinic/box.h>

#include <clinic/clock.h>
#include <clinic/log.h>

#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { TURN_POLL_MS = 50, TURN_PATIENCE_MS = 60 * 1000 };

struct service {
    struct event_base *base;
    struct clinic_box *box;
    struct line_server *lines;
    struct event *readable;
    struct event *due;
    struct event *signals[2];
};

static void step(struct service *service)
{
    clinic_box_step(service->box);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    step(context);
}

static void on_signal(evutil_socket_t number, short what, void *context)
{
    struct service *service = context;
    (void)what;
    clinic_log(CLINIC_LOG_INFO, "%s: closing", number == SIGTERM ? "SIGTERM" : "SIGINT");
    (void)event_base_loopbreak(service->base);
}

// Calls come and go in every turn of the loop, so the timer is set again before each wait.
static void arm(struct service *service)
{
    int64_t due_ms = clinic_box_due_ms(service->box);
    if (due_ms < 0) {
        (void)event_del(service->due);
        return;
    }
    int64_t wait_ms = due_ms - clinic_monotonic_ms(clinic_clock_system());
    if (wait_ms < 0)
        wait_ms = 0;
    struct timeval wait = { .tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000 };
    (void)event_add(service->due, &wait);
}

static bool listen_to(struct service *service, const char *state_folder)
{
    static const int numbers[] = { SIGTERM, SIGINT };
    service->base = event_base_new();
    if (service->base == NULL)
        return false;
    service->readable = event_new(service->base, clinic_box_fd(service->box), EV_READ | EV_PERSIST,
                                  on_readable, service);
    service->due = event_new(service->base, -1, 0, on_readable, service);
    bool is_good = service->readable != NULL && service->due != NULL
                   && event_add(service->readable, NULL) == 0;
    for (size_t i = 0; i < 2 && is_good; i++) {
        service->signals[i] = evsignal_new(service->base, numbers[i], on_signal, service);
        is_good = service->signals[i] != NULL && event_add(service->signals[i], NULL) == 0;
    }
    if (!is_good)
        return false;
    service->lines = line_server_open(service->base, service->box, state_folder);
    return service->lines != NULL;
}

static void run(struct service *service)
{
    step(service);
    while (!event_base_got_break(service->base)) {
        arm(service);
        if (event_base_loop(service->base, EVLOOP_ONCE) != 0)
            return;
    }
}

static void close_service(struct service *service, const char *state_folder)
{
    line_server_close(service->lines);
    for (size_t i = 0; i < 2; i++)
        if (service->signals[i] != NULL)
            event_free(service->signals[i]);
    if (service->due != NULL)
        event_free(service->due);
    if (service->readable != NULL)
        event_free(service->readable);
    // Before the outbox is let go: whoever takes it next may put a socket of its own here.
    if (service->lines != NULL)
        desk_socket_remove(state_folder);
    clinic_box_close(service->box);
    if (service->base != NULL)
        event_base_free(service->base);
}

static bool is_served(const char *state_folder)
{
    int fd = desk_socket_connect(state_folder);
    if (fd >= 0)
        (void)close(fd);
    return fd >= 0;
}

// A command that is at work by itself at this moment ends soon; another one that serves does not.
static bool open_desk(struct service *service, const char *folder, const char *state_folder)
{
    char problem[600];
    const struct clinic_clock *clock = clinic_clock_system();
    int64_t until_ms = clinic_monotonic_ms(clock) + TURN_PATIENCE_MS;
    enum clinic_status status =
        clinic_box_open(folder, CLINIC_ROLE_DESK, &service->box, problem, sizeof problem);
    while (status == CLINIC_BUSY && clinic_monotonic_ms(clock) < until_ms
           && !is_served(state_folder)) {
        (void)poll(NULL, 0, TURN_POLL_MS);
        status = clinic_box_open(folder, CLINIC_ROLE_DESK, &service->box, problem, sizeof problem);
    }
    if (status != CLINIC_OK)
        clinic_log(CLINIC_LOG_ERROR, "%s", problem);
    return status == CLINIC_OK;
}

int serve(const char *folder, const char *state_folder)
{
    struct service service = { 0 };
    (void)signal(SIGPIPE, SIG_IGN); // a client that went away is no reason to end
    if (!open_desk(&service, folder, state_folder))
        return CLINIC_OUTCOME_FAULT;
    if (!listen_to(&service, state_folder)) {
        clinic_log(CLINIC_LOG_ERROR, "cannot listen in %s: %s", state_folder, strerror(errno));
        close_service(&service, state_folder);
        return CLINIC_OUTCOME_FAULT;
    }
    // Followed from the start, so that a watch begun during an outage misses nothing after it.
    enum clinic_status status = clinic_box_follow(service.box);
    if (status != CLINIC_OK)
        clinic_log(CLINIC_LOG_WARNING, "no events will be shown: %s", clinic_status_text(status));
    clinic_log(CLINIC_LOG_INFO, "ready: %s/desk.sock", state_folder);
    run(&service);
    close_service(&service, state_folder);
    return CLINIC_OUTCOME_ACCEPTED;
}
