// page.h - programs with a page in a test: the front desk's, and the smallest one (page_host.c).
#pragma once

#include "box.h"
#include "browser.h"

// Starts `clinic-desk serve`; returns the page's port.
int page_serve_desk(struct fixture *fixture, struct process *process, const char *node);

// Setup of a group of tests: a clinic of their own, the page of desk-1 in *ret_browser, with somebody signed in. And its end.
int page_begin_at_desk(void **state, struct process *process, struct browser **ret_browser);
int page_end_at_desk(void **state, struct process *process, struct browser *browser);

// Starts page_host as the kiosk "kiosk-1".
int page_serve_kiosk(struct fixture *fixture, struct process *process, bool drops_rejected);

// The port that the last start of a program said in this log.
int page_port(const struct fixture *fixture, const char *log);

// Waits until the program is connected and the gateway is known to be there.
void page_await_clinic(struct browser *browser);

// The process hangs, and goes on.
void page_pause(const struct process *process);
void page_resume(const struct process *process);
