// broker_files.h - what mosquitto reads, derived from settings, registry and ledger.
#pragma once

#include "authority.h"

// Whether all of them say what they should; `reterr_reason` names the first that does not.
bool broker_files_are_current(const struct authority *authority, struct failure *reterr_reason);

// When the CRL shuts everybody out; 0 if it cannot be read.
int64_t broker_files_crl_ends_at_ms(const struct authority *authority);

// Revokes what is no longer current and writes all files as a new generation.
bool broker_files_write(struct authority *authority, struct failure *failure);

// The same, only if they are not what they should be or the CRL ends soon. Twice is harmless.
bool broker_files_settle(struct authority *authority, bool *ret_changed, struct failure *failure);
