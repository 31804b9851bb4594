// json_add.h - what events and replies are put together from: members of JSON.
//
// False: out of memory.
#pragma once

#include "service.h"

bool json_add_id(cJSON *object, const char *name, const struct clinic_id *id); // none is left out
bool json_add_instant(cJSON *object, const char *name, int64_t at_ms);
bool json_add_text(cJSON *object, const char *name, const char *text); // NULL is left out
