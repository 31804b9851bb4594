// desk_socket.h - the Unix socket desk.sock in the state folder: only this user may connect.
#pragma once

enum { DESK_SOCKET_LINE_MAX = 64 * 1024, DESK_ANSWER_LINE_MAX = 128 * 1024 };

// Both give a descriptor that the caller closes, or -1 with errno. Listening replaces a socket left behind by a
// killed program: only call it while holding the outbox, which shows that no other one lives.
int desk_socket_listen(const char *state_folder);
int desk_socket_connect(const char *state_folder);

void desk_socket_remove(const char *state_folder);
