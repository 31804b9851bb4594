// people.h - patients as they might be: names of many languages, ages, addresses, what they suffer from.
#pragma once

#include "../../faults/dice.h"

#include <stddef.h>

enum { PEOPLE_FIELDS_BYTES = 1024, PEOPLE_PHONE_BYTES = 17 };

// The fields of a new patient as members of a JSON object, without its braces.
void people_make(struct dice *dice, char ret_fields[static PEOPLE_FIELDS_BYTES]);
void people_make_phone(struct dice *dice, char ret_phone[static PEOPLE_PHONE_BYTES]);
