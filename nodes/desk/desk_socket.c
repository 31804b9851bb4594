#include "desk_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 32 };

static int open_folder(const char *state_folder)
{
    return open(state_folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

// An address has room for 107 characters, a folder's path may have more: name the folder by its descriptor.
static struct sockaddr_un address_in(int folder)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/desk.sock", folder);
    return address;
}

static bool listen_at(int fd, int folder)
{
    struct sockaddr_un address = address_in(folder);
    if (unlinkat(folder, "desk.sock", 0) != 0 && errno != ENOENT)
        return false;
    mode_t before = umask(0177);
    int bound = bind(fd, (const struct sockaddr *)&address, sizeof address);
    (void)umask(before);
    return bound == 0 && listen(fd, BACKLOG) == 0;
}

static bool connect_at(int fd, int folder)
{
    struct sockaddr_un address = address_in(folder);
    return connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
}

static int open_socket(const char *state_folder, int flags, bool (*use)(int fd, int folder))
{
    int folder = open_folder(state_folder);
    if (folder < 0)
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    bool is_good = fd >= 0 && use(fd, folder);
    int error = errno;
    (void)close(folder);
    if (is_good)
        return fd;
    if (fd >= 0)
        (void)close(fd);
    errno = error;
    return -1;
}

int desk_socket_listen(const char *state_folder)
{
    return open_socket(state_folder, SOCK_NONBLOCK, listen_at);
}

int desk_socket_connect(const char *state_folder)
{
    return open_socket(state_folder, 0, connect_at);
}

void desk_socket_remove(const char *state_folder)
{
    int folder = open_folder(state_folder);
    if (folder < 0)
        return;
    (void)unlinkat(folder, "desk.sock", 0);
    (void)close(folder);
}
