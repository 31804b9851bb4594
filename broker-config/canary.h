// canary.h - proves on the running broker that what must be refused is refused.
//
// A broker that lost its ACL or CRL serves everybody in silence. So after each change somebody asks: an
// allowed publish passes, a forbidden one is answered with 0x87, and neither a revoked certificate nor none
// at all gets a connection. The allowed topic names the generation of the ACL: a broker that still runs
// with older files fails as well.
#pragma once

#include "authority.h"

#include <stdio.h>

// Waits up to `wait_ms` for the broker to appear with the current files. Writes a line for each proof to
// `out`. True if all hold; the failure says which does not.
bool canary_run(const struct authority *authority, int64_t wait_ms, FILE *out,
                struct failure *failure);
