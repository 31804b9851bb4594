// schema.h - all that the database holds: the schema steps and the statements of every module, in one place.
//
// To change a table: append a step with the SQL that migrates it; never touch an old one.
#pragma once

#include "store/store.h"

// All steps, oldest first. Static.
const struct schema_step *schema_steps(size_t *ret_count);

// Statements of the gateway's own modules and of all services. Static.
const struct statements *schema_statements(size_t *ret_count);

// Domain tables of all services, in their order; *ret_count of them. Static.
const char *const *schema_domain_tables(size_t *ret_count);
