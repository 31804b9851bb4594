// desk_page.h - the front desk's page: what is compiled in, and what it may ask for.
#pragma once

#include "desk_settings.h"

// NULL: *reterr_problem says why.
struct clinic_page *desk_page_open(struct event_base *base, struct clinic_box *box,
                                   const struct desk_settings *settings, char *reterr_problem,
                                   size_t problem_bytes);
void desk_page_close(struct clinic_page *page); // accepts NULL
