#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool complain(char *reterr_problem, const char *path, const char *what)
{
    (void)snprintf(reterr_problem, CONTROL_PROBLEM_BYTES, "%.300s: %s", path, what);
    return false;
}

// Opened for writing as well, so it does not end with the first program that wrote to it.
static bool open_fifo(struct control *control, const char *path, char *reterr_problem)
{
    struct stat status;
    if (mkfifo(path, 0600) != 0 && errno != EEXIST)
        return complain(reterr_problem, path, strerror(errno));
    control->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (control->fd < 0)
        return complain(reterr_problem, path, strerror(errno));
    if (fstat(control->fd, &status) == 0 && S_ISFIFO(status.st_mode))
        return true;
    control_close(control);
    return complain(reterr_problem, path, "this is no FIFO");
}

bool control_open(struct control *control, const char *path,
                  char reterr_problem[static CONTROL_PROBLEM_BYTES])
{
    control->fd = -1;
    control->length = 0;
    if (path == NULL)
        return true;
    if (strcmp(path, "-") != 0)
        return open_fifo(control, path, reterr_problem);
    control->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    return control->fd >= 0 || complain(reterr_problem, "stdin", strerror(errno));
}

void control_close(struct control *control)
{
    if (control->fd >= 0)
        (void)close(control->fd);
    control->fd = -1;
}

// Called where poll() has said that there is something, so stdin need not be made non-blocking for whoever shares it.
void control_read(struct control *control)
{
    const ssize_t length = read(control->fd, control->buffer + control->length,
                                sizeof control->buffer - control->length);
    if (length > 0)
        control->length += (size_t)length;
    else if (length == 0 || (errno != EAGAIN && errno != EINTR))
        control_close(control);
}

const char *control_line(struct control *control, char ret_line[static CONTROL_BYTES])
{
    const char *end = memchr(control->buffer, '\n', control->length);
    size_t taken = control->length;
    if (end != NULL)
        taken = (size_t)(end - control->buffer) + 1;
    else if (control->length < sizeof control->buffer)
        return NULL;
    memcpy(ret_line, control->buffer, taken - 1);
    ret_line[taken - 1] = '\0';
    control->length -= taken;
    memmove(control->buffer, control->buffer + taken, control->length);
    return ret_line;
}
