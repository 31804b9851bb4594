// pin.h - PINs of staff, kept only as yescrypt hashes.
//
// A PIN has few digits, so what protects it is the lock after five wrong ones; the hash is for a stolen
// database. The cost (crypt's default for yescrypt, "$y$j9T$") takes 16 MiB and 20 ms on a desktop core,
// several times that on a Raspberry Pi: long for a thief, bearable in the gateway's one thread, which
// stands still meanwhile. The memory is given back after each use.
#pragma once

#include <clinic/problem.h>
#include <clinic/status.h>

#include <stdbool.h>

enum { PIN_HASH_BYTES = 256 };

// 4 to 64 characters, digits or more, not all the same. `field` is the request's, for the problem.
bool pin_check(const char *pin, const char *field, struct clinic_problem *reterr_problem);

enum clinic_status pin_hash(const char *pin, char ret_hash[static PIN_HASH_BYTES]);

// `hash` NULL: there is no such account. Takes the same time as with one, and never matches.
enum clinic_status pin_matches(const char *pin, const char *hash, bool *ret_matches);
