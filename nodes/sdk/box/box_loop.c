#include <clinic/box_loop.h>

#include <clinic/clock.h>

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>

struct clinic_box_loop {
    struct event_base *base;
    struct clinic_box *box;
    struct clinic_page *page; // NULL: none
    struct event *readable;
    struct event *due;
    struct event *signals[2];
    int signal; // 0: not yet
};

static void on_box(evutil_socket_t fd, short what, void *context)
{
    struct clinic_box_loop *loop = context;
    (void)fd;
    (void)what;
    clinic_box_step(loop->box);
}

static void on_signal(evutil_socket_t number, short what, void *context)
{
    struct clinic_box_loop *loop = context;
    (void)what;
    loop->signal = number;
}

// Calls come and go in every turn, so the timer is set again before each wait.
static void arm(struct clinic_box_loop *loop)
{
    int64_t due_ms = clinic_box_due_ms(loop->box);
    if (due_ms < 0) {
        (void)event_del(loop->due);
        return;
    }
    int64_t wait_ms = due_ms - clinic_monotonic_ms(clinic_clock_system());
    if (wait_ms < 0)
        wait_ms = 0;
    const struct timeval wait = { .tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000 };
    (void)event_add(loop->due, &wait);
}

static bool listen_to_all(struct clinic_box_loop *loop)
{
    static const int numbers[] = { SIGTERM, SIGINT };
    loop->base = event_base_new();
    if (loop->base == NULL)
        return false;
    loop->readable =
        event_new(loop->base, clinic_box_fd(loop->box), EV_READ | EV_PERSIST, on_box, loop);
    loop->due = event_new(loop->base, -1, 0, on_box, loop);
    bool is_good =
        loop->readable != NULL && loop->due != NULL && event_add(loop->readable, NULL) == 0;
    for (size_t i = 0; i < 2 && is_good; i++) {
        loop->signals[i] = evsignal_new(loop->base, numbers[i], on_signal, loop);
        is_good = loop->signals[i] != NULL && event_add(loop->signals[i], NULL) == 0;
    }
    return is_good;
}

struct clinic_box_loop *clinic_box_loop_open(struct clinic_box *box)
{
    struct clinic_box_loop *loop = calloc(1, sizeof *loop);
    (void)signal(SIGPIPE, SIG_IGN); // a client that went away is no reason to end
    if (loop == NULL)
        return NULL;
    loop->box = box;
    if (!listen_to_all(loop)) {
        clinic_box_loop_close(loop);
        return NULL;
    }
    return loop;
}

void clinic_box_loop_close(struct clinic_box_loop *loop)
{
    if (loop == NULL)
        return;
    for (size_t i = 0; i < 2; i++)
        if (loop->signals[i] != NULL)
            event_free(loop->signals[i]);
    if (loop->due != NULL)
        event_free(loop->due);
    if (loop->readable != NULL)
        event_free(loop->readable);
    if (loop->base != NULL)
        event_base_free(loop->base);
    free(loop);
}

struct event_base *clinic_box_loop_base(const struct clinic_box_loop *loop)
{
    return loop->base;
}

void clinic_box_loop_add_page(struct clinic_box_loop *loop, struct clinic_page *page)
{
    loop->page = page;
}

int clinic_box_loop_run(struct clinic_box_loop *loop)
{
    clinic_box_step(loop->box);
    while (loop->signal == 0) {
        // Whoever's turn it was may have stepped the box.
        if (loop->page != NULL)
            clinic_page_step(loop->page);
        arm(loop);
        if (event_base_loop(loop->base, EVLOOP_ONCE) != 0)
            break;
    }
    return loop->signal;
}
