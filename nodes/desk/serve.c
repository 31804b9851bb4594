#include "serve.h"

#include "desk_page.h"
#include "desk_socket.h"
#include "line_server.h"

#include <clinic/box_loop.h>
#include <clinic/clock.h>
#include <clinic/log.h>

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { TURN_POLL_MS = 50, TURN_PATIENCE_MS = 60 * 1000 };

struct service {
    const char *state_folder;
    struct clinic_box *box;
    struct clinic_box_loop *loop;
    struct line_server *lines;
    struct clinic_page *page;
};

static bool listen_to_all(struct service *service, const struct desk_settings *settings)
{
    char problem[200];
    service->loop = clinic_box_loop_open(service->box);
    if (service->loop != NULL)
        service->lines = line_server_open(clinic_box_loop_base(service->loop), service->box,
                                          service->state_folder);
    if (service->lines == NULL) {
        clinic_log(CLINIC_LOG_ERROR, "cannot listen in %s: %s", service->state_folder,
                   strerror(errno));
        return false;
    }
    service->page = desk_page_open(clinic_box_loop_base(service->loop), service->box, settings,
                                   problem, sizeof problem);
    if (service->page == NULL) {
        clinic_log(CLINIC_LOG_ERROR, "%s", problem);
        return false;
    }
    clinic_box_loop_add_page(service->loop, service->page);
    return true;
}

static void close_service(struct service *service)
{
    desk_page_close(service->page);
    line_server_close(service->lines);
    // Before the outbox is let go: whoever takes it next may put a socket of its own here.
    if (service->lines != NULL)
        desk_socket_remove(service->state_folder);
    clinic_box_loop_close(service->loop);
    clinic_box_close(service->box);
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

static void run(struct service *service)
{
    // Followed from the start, so that a watch begun during an outage misses nothing after it.
    enum clinic_status status = clinic_box_follow(service->box);
    if (status != CLINIC_OK)
        clinic_log(CLINIC_LOG_WARNING, "no events will be shown: %s", clinic_status_text(status));
    clinic_log(CLINIC_LOG_INFO, "ready: %s/desk.sock", service->state_folder);
    clinic_log(CLINIC_LOG_INFO, "ready: http://127.0.0.1:%" PRId64 "/",
               clinic_page_port(service->page));
    const int number = clinic_box_loop_run(service->loop);
    clinic_log(CLINIC_LOG_INFO, "%s: closing", number == SIGTERM ? "SIGTERM" : "SIGINT");
}

int serve(const char *folder, const struct desk_settings *settings)
{
    struct service service = { .state_folder = settings->node.state };
    if (!open_desk(&service, folder, settings->node.state))
        return CLINIC_OUTCOME_FAULT;
    const bool is_good = listen_to_all(&service, settings);
    if (is_good)
        run(&service);
    close_service(&service);
    return is_good ? CLINIC_OUTCOME_ACCEPTED : CLINIC_OUTCOME_FAULT;
}
