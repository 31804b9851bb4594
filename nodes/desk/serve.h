// serve.h - `clinic-desk serve`: owns this box's connection, serves the desk's page, and lets the command line through it.
//
// Each client of the socket makes one call: a JSON line in, JSON lines out (desk.h), then the end. A client that
// writes too much, reads too little or never asks is shown out; none can hold the others up.
#pragma once

#include "desk_settings.h"

// Until SIGTERM or SIGINT. Returns an exit code of desk.h.
int serve(const char *folder, const struct desk_settings *settings);
