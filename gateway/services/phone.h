// phone.h - phone numbers as E.164, whatever way they are typed.
#pragma once

#include <stdbool.h>

enum { PHONE_BYTES = 17 }; // '+', 15 digits and the NUL

// A number without "+" or "00" is one of `country` (ISO 3166, two capitals). False: not a phone number, or a
// national one of a country that is not in the table. Lengths are checked where the table knows the country.
bool phone_normalise(const char *text, const char *country, char ret_e164[static PHONE_BYTES]);

// Whether national numbers of this country are understood; for checking the settings.
bool phone_knows_country(const char *country);
