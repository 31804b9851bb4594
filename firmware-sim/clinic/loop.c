#include "loop.h"

#include <signal.h>
#include <time.h>

static volatile sig_atomic_t is_over;
static sigset_t mask_while_waiting;

static void on_signal(int number)
{
    (void)number;
    is_over = 1;
}

void loop_begin(void)
{
    const struct sigaction action = { .sa_handler = on_signal };
    sigset_t ending;
    (void)sigemptyset(&ending);
    (void)sigaddset(&ending, SIGTERM);
    (void)sigaddset(&ending, SIGINT);
    // They are let in only while waiting, so none falls between the check and the wait.
    (void)sigprocmask(SIG_BLOCK, &ending, &mask_while_waiting);
    (void)sigdelset(&mask_while_waiting, SIGTERM);
    (void)sigdelset(&mask_while_waiting, SIGINT);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

void loop_wait_for(struct pollfd *descriptors, size_t count, int64_t wait_us)
{
    struct timespec limit = { .tv_sec = wait_us / 1000000, .tv_nsec = wait_us % 1000000 * 1000 };
    (void)ppoll(descriptors, count, wait_us < 0 ? NULL : &limit, &mask_while_waiting);
}

void loop_wait(int fd, int64_t wait_ms)
{
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    loop_wait_for(&readable, 1, wait_ms < 0 ? -1 : wait_ms * 1000);
}

bool loop_is_over(void)
{
    return is_over != 0;
}
