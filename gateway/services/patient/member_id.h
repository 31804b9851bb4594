// member_id.h - the number on a patient's card: eight random digits and a check digit.
//
// ISO 7064 MOD 11,10 finds every single wrong digit and nearly all swaps of neighbours, so that a kiosk
// can tell a mistyped number without asking anybody.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { MEMBER_ID_BYTES = 10 }; // nine digits and the NUL

// Random, valid, not yet known to be unique.
void member_id_make(char id[static MEMBER_ID_BYTES]);

bool member_id_is_valid(const char *text);

// ISO 7064 hybrid system MOD 11,10 over `count` digits.
char member_id_check_digit(const char *digits, size_t count);
