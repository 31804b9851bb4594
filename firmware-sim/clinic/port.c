// port.c - prints a TCP port of the loopback interface that nobody listens on, for scripts.
#include "sim.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// The kernel hands such ports out in turn, so the next program to ask will not get this one at once.
static enum sim_exit play(const void *settings)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    (void)settings;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_good = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0
                   && getsockname(fd, (struct sockaddr *)&address, &length) == 0;
    if (is_good)
        (void)printf("%u\n", (unsigned)ntohs(address.sin_port));
    else
        (void)fprintf(stderr, "clinic-sim: no port: %s\n", strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return is_good ? SIM_DONE : SIM_FAILED;
}

static void defaults(void *settings)
{
    (void)settings;
}

const struct part port_part = {
    .name = "port",
    .help = "prints a free TCP port",
    .defaults = defaults,
    .settings_bytes = 1,
    .play = play,
};
