// settings_scope.h - reading a settings file of which the table describes only some sections.
//
// A node's node.ini also holds the sections of its program. The node reads its own part with this;
// the program, which knows them all, checks the file as a whole with clinic_settings_load().
#pragma once

#include <clinic/settings.h>

// As clinic_settings_load(), but sections that the table has no row of are passed over.
enum clinic_status
clinic_settings_load_own(const char *path, const struct clinic_setting *table, size_t count,
                         void *settings, char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES]);
