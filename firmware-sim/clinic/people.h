// people.h - invented patients, always the same for the same seed and number.
//
// Names come from many languages, as in any city's clinic. Phone numbers are from ranges that telephone
// authorities keep for fiction, e-mail addresses from domains that can never exist.
#pragma once

#include <cjson/cJSON.h>
#include <stdint.h>

// A sequence of random numbers of one seed and number (splitmix64).
struct dice {
    uint64_t state;
};
struct dice dice_of(uint64_t seed, uint64_t number);
uint64_t dice_next(struct dice *dice);
size_t dice_below(struct dice *dice, size_t limit); // limit at least 1

// The fields of a patient/create except the id. The caller deletes it. NULL: out of memory.
cJSON *people_make(uint64_t seed, uint64_t number);

// The changed fields of a patient/update, without id and version.
cJSON *people_change(uint64_t seed, uint64_t number);
