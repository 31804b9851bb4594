// check.h - whether all files are there, agree with each other, and when what expires.
#pragma once

#include "authority.h"

#include <stdio.h>

enum { CHECK_WARN_DAYS = 30 };

// A line a finding. False if something is broken; warnings alone are not. Changes nothing.
bool check_all(const struct authority *authority, FILE *out);
