// box_loop.h - the loop of a program that keeps a box open: its connection, the deadlines of its calls, the signals that
// end it; and its page, where it has one.
//
//   loop = clinic_box_loop_open(box);
//   config.base = clinic_box_loop_base(loop); clinic_page_open(&config, &page, …);
//   clinic_box_loop_add_page(loop, page);
//   clinic_box_loop_run(loop);
//   clinic_page_close(page); clinic_box_loop_close(loop); clinic_box_close(box);
//
// One a program. SIGPIPE is ignored from the opening on.
#pragma once

#include "page.h"

struct clinic_box_loop;

// NULL: errno says why.
struct clinic_box_loop *clinic_box_loop_open(struct clinic_box *box);
void clinic_box_loop_close(struct clinic_box_loop *loop); // before the box; accepts NULL

struct event_base *clinic_box_loop_base(const struct clinic_box_loop *loop);
void clinic_box_loop_add_page(struct clinic_box_loop *loop, struct clinic_page *page);

// Until SIGTERM or SIGINT; returns which.
int clinic_box_loop_run(struct clinic_box_loop *loop);
