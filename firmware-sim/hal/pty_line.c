#include "pty_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { LINK_BYTES = 1100, BYTES = 256 };

void pty_line_init(struct pty_line *line, const char *link)
{
    *line = (struct pty_line){ .master = -1, .link = link };
}

// Whoever opens it sees the old line or the new one.
static bool lead_to(const char *link, const char *path)
{
    char fresh[LINK_BYTES];
    if (snprintf(fresh, sizeof fresh, "%s.new", link) >= (int)sizeof fresh) {
        errno = ENAMETOOLONG;
        return false;
    }
    (void)unlink(fresh);
    return symlink(path, fresh) == 0 && rename(fresh, link) == 0;
}

// Whoever opens the other end finds a line without echo. That end is not held open here: it could never be closed then, and
// what its user claimed for itself would outlive that user.
static bool prepare(int master, char path[static PTY_LINE_PATH_BYTES])
{
    struct termios mode;
    if (grantpt(master) != 0 || unlockpt(master) != 0
        || ptsname_r(master, path, PTY_LINE_PATH_BYTES) != 0 || tcgetattr(master, &mode) != 0)
        return false;
    cfmakeraw(&mode);
    return tcsetattr(master, TCSANOW, &mode) == 0;
}

static bool give_up(int master, const char *what, char *reterr_problem)
{
    (void)snprintf(reterr_problem, PTY_LINE_PROBLEM_BYTES, "%.1000s: %s", what, strerror(errno));
    if (master >= 0)
        (void)close(master);
    return false;
}

bool pty_line_plug(struct pty_line *line, char reterr_problem[static PTY_LINE_PROBLEM_BYTES])
{
    if (line->master >= 0)
        return true;
    const int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (master < 0 || !prepare(master, line->path))
        return give_up(master, "pseudo-terminal", reterr_problem);
    if (line->link != NULL && !lead_to(line->link, line->path))
        return give_up(master, line->link, reterr_problem);
    line->master = master;
    return true;
}

void pty_line_unplug(struct pty_line *line)
{
    if (line->master < 0)
        return;
    if (line->link != NULL)
        (void)unlink(line->link);
    (void)close(line->master);
    line->master = -1;
}

// EIO, EAGAIN: nobody has the other end open, or reads it, and what is said is lost, as on a wire that leads nowhere.
void pty_line_carry(const struct pty_line *line, struct sics_scale *scale, int64_t now_ms)
{
    char bytes[BYTES];
    ssize_t length = 0;
    while (line->master >= 0 && (length = read(line->master, bytes, sizeof bytes)) > 0)
        sics_scale_take(scale, bytes, (size_t)length, now_ms);
    const size_t said = sics_scale_output(scale, bytes, sizeof bytes);
    if (said > 0 && line->master >= 0 && write(line->master, bytes, said) < 0 && errno != EAGAIN
        && errno != EIO)
        perror(line->path);
}
