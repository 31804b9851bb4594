// line_server.h - the front end that serves the Unix socket, inside the loop of `clinic-desk serve`.
#pragma once

#include <clinic/box.h>

struct event_base;
struct line_server;

enum { LINE_SERVER_CLIENTS_MAX = 48 };

// NULL with errno: the socket could not be made. `desk` and `base` must outlive it.
struct line_server *line_server_open(struct event_base *base, struct clinic_box *box,
                                     const char *state_folder);
void line_server_close(struct line_server *server); // accepts NULL; cuts the clients off
