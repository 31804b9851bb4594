// list.h - shows the registry.
#pragma once

#include <clinic/registry.h>

#include <stdio.h>

void list_print_table(const struct clinic_registry *registry, int64_t now_ms, FILE *out);

// False: out of memory.
bool list_print_json(const struct clinic_registry *registry, int64_t now_ms, FILE *out);
