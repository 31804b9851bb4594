// apply.h - makes the broker use its new files: restart, then the canary.
//
// Never SIGHUP: mosquitto then serves without an ACL or CRL that it cannot read, and lets sessions of revoked
// nodes live. A restart costs a second, and nothing is lost: nodes and gateway keep what is not confirmed.
#pragma once

#include "authority.h"

#include <stdio.h>

// Runs the restart command of the settings and the canary. Where there is no such command, says what to
// do, which is not a failure.
bool apply_change(struct authority *authority, int64_t wait_ms, FILE *out, struct failure *failure);

// The canary alone; notes the generation that the broker has proved to use.
bool apply_prove(struct authority *authority, int64_t wait_ms, FILE *out, struct failure *failure);
