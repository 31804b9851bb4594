// link.c - the line to headquarters: carries TCP from a port of this machine to another, until it is cut by a kill.
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIRS_MAX = 8, CARRIED_BYTES = 65536, BACKLOG = 8 };

struct link {
    int listener;
    struct sockaddr_in target;
    int ends[2 * PAIRS_MAX]; // 2n and 2n+1 belong together; -1: free
};

static struct sockaddr_in local_address(const char *port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

static int listen_on(const char *port)
{
    const struct sockaddr_in address = local_address(port);
    const int on = 1;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
        || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0
        || listen(listener, BACKLOG) != 0)
        return -1;
    return listener;
}

static void cut(struct link *link, size_t end)
{
    const size_t pair = end & ~(size_t)1;

    (void)close(link->ends[pair]);
    (void)close(link->ends[pair + 1]);
    link->ends[pair] = -1;
    link->ends[pair + 1] = -1;
}

static int call_target(const struct link *link)
{
    const int target = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (target < 0
        || connect(target, (const struct sockaddr *)&link->target, sizeof link->target) == 0)
        return target;
    (void)close(target);
    return -1;
}

static bool keep_pair(struct link *link, int caller, int target)
{
    for (size_t pair = 0; pair < 2 * PAIRS_MAX; pair += 2) {
        if (link->ends[pair] >= 0)
            continue;
        link->ends[pair] = caller;
        link->ends[pair + 1] = target;
        return true;
    }
    return false;
}

static void take_caller(struct link *link)
{
    const int caller = accept4(link->listener, NULL, NULL, SOCK_CLOEXEC);
    if (caller < 0)
        return;
    const int target = call_target(link);
    if (target >= 0 && keep_pair(link, caller, target))
        return;
    (void)close(caller);
    if (target >= 0)
        (void)close(target);
}

static bool write_all(int to, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t written = write(to, bytes, length);
        if (written <= 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static void carry(struct link *link, size_t end)
{
    char bytes[CARRIED_BYTES];
    const ssize_t got = read(link->ends[end], bytes, sizeof bytes);

    if (got <= 0 || !write_all(link->ends[end ^ 1], bytes, (size_t)got))
        cut(link, end);
}

static void run(struct link *link)
{
    struct pollfd polled[2 * PAIRS_MAX + 1];

    for (;;) {
        for (size_t i = 0; i < 2 * PAIRS_MAX; i++)
            polled[i] = (struct pollfd){ .fd = link->ends[i], .events = POLLIN };
        polled[2 * PAIRS_MAX] = (struct pollfd){ .fd = link->listener, .events = POLLIN };
        if (poll(polled, 2 * PAIRS_MAX + 1, -1) < 0)
            return;
        for (size_t i = 0; i < 2 * PAIRS_MAX; i++) {
            if (polled[i].revents != 0 && link->ends[i] == polled[i].fd)
                carry(link, i);
        }
        if (polled[2 * PAIRS_MAX].revents != 0)
            take_caller(link);
    }
}

int main(int argc, char **argv)
{
    struct link link;

    if (argc != 3) {
        (void)fputs("usage: link FROM-PORT TO-PORT\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < 2 * PAIRS_MAX; i++)
        link.ends[i] = -1;
    (void)signal(SIGPIPE, SIG_IGN); // write() says it as well
    link.target = local_address(argv[2]);
    link.listener = listen_on(argv[1]);
    if (link.listener < 0) {
        perror("link");
        return 1;
    }
    run(&link);
    return 1;
}
