// control.h - the running gateway's own word on how it is: a Unix socket in the data folder.
//
// Whoever connects is given one JSON text and the connection is closed. The socket is for the owner of the folder only.
#pragma once

#include <clinic/status.h>

#include <stdbool.h>
#include <stddef.h>

struct control;
struct event_base;

// `describe` returns a text that control frees, or NULL. CLINIC_IO: the socket cannot be made; errno tells.
enum clinic_status control_open(struct event_base *base, const char *folder,
                                char *(*describe)(void *context), void *context,
                                struct control **ret_control);
void control_close(struct control *control); // accepts NULL; removes the socket

// The client's side: asks the gateway of this folder. The caller frees *ret_text. CLINIC_OFFLINE: none is running.
enum clinic_status control_ask(const char *folder, char **ret_text);
