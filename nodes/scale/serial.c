#include "serial.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    int64_t baud;
    speed_t speed;
} speeds[] = {
    { 1200, B1200 },   { 2400, B2400 },     { 4800, B4800 },
    { 9600, B9600 },   { 19200, B19200 },   { 38400, B38400 },
    { 57600, B57600 }, { 115200, B115200 }, { 230400, B230400 },
};

static bool find_speed(int64_t baud, speed_t *ret_speed)
{
    for (size_t i = 0; i < ARRAY_SIZE(speeds); i++) {
        if (speeds[i].baud == baud) {
            *ret_speed = speeds[i].speed;
            return true;
        }
    }
    return false;
}

bool serial_has_speed(int64_t baud)
{
    speed_t speed;
    return find_speed(baud, &speed);
}

static bool set_up(int fd, int64_t baud)
{
    struct termios line;
    speed_t speed;
    if (!find_speed(baud, &speed)) {
        errno = EINVAL;
        return false;
    }
    if (ioctl(fd, TIOCEXCL) != 0 || tcgetattr(fd, &line) != 0)
        return false;
    cfmakeraw(&line);
    line.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
    line.c_cflag |= CLOCAL | CREAD;
    line.c_cc[VMIN] = 1; // with 0 there, "nothing yet" and "hung up" would read the same
    line.c_cc[VTIME] = 0;
    return cfsetispeed(&line, speed) == 0 && cfsetospeed(&line, speed) == 0
           && tcsetattr(fd, TCSANOW, &line) == 0 && tcflush(fd, TCIOFLUSH) == 0;
}

int serial_open(const char *path, int64_t baud)
{
    // Without O_NONBLOCK an open waits for a carrier that three wires never bring.
    const int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || set_up(fd, baud))
        return fd;
    const int error = errno;
    serial_close(fd);
    errno = error;
    return -1;
}

void serial_close(int fd)
{
    if (fd < 0)
        return;
    (void)ioctl(fd, TIOCNXCL); // fails where the device is gone: nobody is kept out then
    (void)close(fd);           // nothing that was sent matters any more
}

int serial_read(int fd, char *ret_bytes, size_t room)
{
    const ssize_t length = read(fd, ret_bytes, room);
    if (length > 0)
        return (int)length;
    if (length < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    errno = ENODEV; // a terminal that was hung up ends as a file does
    return -1;
}

bool serial_write(int fd, const char *text)
{
    const size_t length = strlen(text);
    return write(fd, text, length) == (ssize_t)length;
}
