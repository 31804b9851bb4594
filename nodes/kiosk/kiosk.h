// kiosk.h - serves the page of a kiosk or of a board until a signal ends it.
#pragma once

#include "kiosk_settings.h"

// A board asks for nothing but what stands on it, and serves no other page. Logs what happens. False: it could not begin.
bool kiosk_serve(const char *folder, const struct kiosk_settings *settings, bool is_board);
