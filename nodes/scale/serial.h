// serial.h - a serial line, or what looks like one: raw bytes, 8N1, without flow control, never waiting.
//
// Named by a path that stays with the device, such as /dev/serial/by-id/…: after an unplug the kernel may give a plug another
// number. A line that is open is this process's alone (TIOCEXCL), as two readers would each get half of an answer.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether the kernel knows this speed by name: 1200 to 230400.
bool serial_has_speed(int64_t baud);

// A descriptor, or -1: errno tells. What had arrived before is dropped.
int serial_open(const char *path, int64_t baud);
void serial_close(int fd); // accepts -1

// How many bytes; 0: none now; -1: the device is gone, errno tells (EIO, ENXIO, …).
int serial_read(int fd, char *ret_bytes, size_t room);

// False: the line took not all of it, which for a command of a few bytes means that nothing takes what is sent.
bool serial_write(int fd, const char *text);
