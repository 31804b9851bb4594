#include "phone.h"

#include <stddef.h>
#include <string.h>

enum {
    DIGITS_MAX = 32,
    E164_DIGITS_MIN = 7,
    E164_DIGITS_MAX = 15,
};

// What E.164 and the national numbering plans say of a country.
struct country {
    const char *code;
    const char *calling;
    const char *trunk;    // dialled before a national number, not part of it; empty: none
    const char *outgoing; // dialled before a calling code
    size_t min;           // digits of the national number, without the trunk prefix
    size_t max;
};

static const struct country countries[] = {
    { "AD", "376", "", "00", 6, 9 },    { "AE", "971", "0", "00", 8, 9 },
    { "AL", "355", "0", "00", 7, 9 },   { "AM", "374", "0", "00", 8, 8 },
    { "AR", "54", "0", "00", 10, 11 },  { "AT", "43", "0", "00", 4, 13 },
    { "AU", "61", "0", "0011", 9, 9 },  { "AZ", "994", "0", "00", 9, 9 },
    { "BA", "387", "0", "00", 8, 9 },   { "BE", "32", "0", "00", 8, 9 },
    { "BG", "359", "0", "00", 7, 9 },   { "BR", "55", "0", "00", 10, 11 },
    { "BY", "375", "80", "810", 9, 9 }, { "CA", "1", "1", "011", 10, 10 },
    { "CH", "41", "0", "00", 9, 9 },    { "CY", "357", "", "00", 8, 8 },
    { "CZ", "420", "", "00", 9, 9 },    { "DE", "49", "0", "00", 5, 12 },
    { "DK", "45", "", "00", 8, 8 },     { "DZ", "213", "0", "00", 8, 9 },
    { "EE", "372", "", "00", 7, 8 },    { "ES", "34", "", "00", 9, 9 },
    { "FI", "358", "0", "00", 5, 12 },  { "FO", "298", "", "00", 6, 6 },
    { "FR", "33", "0", "00", 9, 9 },    { "GB", "44", "0", "00", 9, 10 },
    { "GE", "995", "0", "00", 9, 9 },   { "GI", "350", "", "00", 8, 8 },
    { "GR", "30", "", "00", 10, 10 },   { "HR", "385", "0", "00", 8, 9 },
    { "HU", "36", "06", "00", 8, 9 },   { "IE", "353", "0", "00", 7, 10 },
    { "IL", "972", "0", "00", 8, 9 },   { "IN", "91", "0", "00", 10, 10 },
    { "IS", "354", "", "00", 7, 9 },    { "IT", "39", "", "00", 6, 11 },
    { "JP", "81", "0", "010", 9, 10 },  { "LI", "423", "", "00", 7, 9 },
    { "LT", "370", "0", "00", 8, 8 },   { "LU", "352", "", "00", 4, 11 },
    { "LV", "371", "", "00", 8, 8 },    { "MA", "212", "0", "00", 9, 9 },
    { "MC", "377", "", "00", 8, 9 },    { "MD", "373", "0", "00", 8, 8 },
    { "ME", "382", "0", "00", 8, 9 },   { "MK", "389", "0", "00", 8, 8 },
    { "MT", "356", "", "00", 8, 8 },    { "MX", "52", "", "00", 10, 10 },
    { "NL", "31", "0", "00", 9, 9 },    { "NO", "47", "", "00", 8, 8 },
    { "NZ", "64", "0", "00", 8, 10 },   { "PL", "48", "", "00", 9, 9 },
    { "PT", "351", "", "00", 9, 9 },    { "RO", "40", "0", "00", 9, 9 },
    { "RS", "381", "0", "00", 8, 10 },  { "RU", "7", "8", "810", 10, 10 },
    { "SE", "46", "0", "00", 7, 10 },   { "SI", "386", "0", "00", 8, 8 },
    { "SK", "421", "0", "00", 9, 9 },   { "SM", "378", "", "00", 6, 10 },
    { "TN", "216", "", "00", 8, 8 },    { "TR", "90", "0", "00", 10, 10 },
    { "UA", "380", "0", "00", 9, 9 },   { "US", "1", "1", "011", 10, 10 },
    { "VA", "39", "", "00", 6, 11 },    { "XK", "383", "0", "00", 8, 9 },
    { "ZA", "27", "0", "00", 9, 9 },
};

static const struct country *find_country(const char *code)
{
    for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++) {
        if (strcmp(countries[i].code, code) == 0)
            return &countries[i];
    }
    return NULL;
}

// No calling code is the beginning of another one, so at most one fits.
static const struct country *find_calling(const char *digits)
{
    for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++) {
        if (strncmp(countries[i].calling, digits, strlen(countries[i].calling)) == 0)
            return &countries[i];
    }
    return NULL;
}

bool phone_knows_country(const char *country)
{
    return find_country(country) != NULL;
}

// Takes the separators out. "(0)" after a calling code is how Europeans write a trunk prefix that must
// not be dialled. False: something that is in no phone number.
static bool collect_digits(const char *text, char digits[static DIGITS_MAX], bool *ret_has_plus)
{
    size_t count = 0;
    bool has_plus = false;

    for (; *text != '\0'; text++) {
        if (has_plus && strncmp(text, "(0)", 3) == 0) {
            text += 2;
        } else if (*text >= '0' && *text <= '9') {
            if (count == DIGITS_MAX - 1)
                return false;
            digits[count++] = *text;
        } else if (*text == '+' && count == 0 && !has_plus) {
            has_plus = true;
        } else if (strchr(" -./()", *text) == NULL) {
            return false;
        }
    }
    digits[count] = '\0';
    *ret_has_plus = has_plus;
    return true;
}

static const char *without_prefix(const char *digits, const char *prefix)
{
    size_t length = strlen(prefix);

    return length > 0 && strncmp(digits, prefix, length) == 0 ? digits + length : NULL;
}

static bool has_national_length(const struct country *country, const char *national)
{
    size_t length = strlen(national);

    return length >= country->min && length <= country->max;
}

static bool write_e164(const char *calling, const char *national, char ret_e164[static PHONE_BYTES])
{
    size_t calling_length = strlen(calling);
    size_t length = calling_length + strlen(national);

    if (length < E164_DIGITS_MIN || length > E164_DIGITS_MAX)
        return false;
    ret_e164[0] = '+';
    memcpy(ret_e164 + 1, calling, calling_length);
    memcpy(ret_e164 + 1 + calling_length, national, length - calling_length + 1);
    return true;
}

static bool take_international(const char *digits, char ret_e164[static PHONE_BYTES])
{
    const struct country *country = find_calling(digits);

    if (digits[0] == '0') // no calling code begins so
        return false;
    if (country != NULL && !has_national_length(country, digits + strlen(country->calling)))
        return false;
    return write_e164("", digits, ret_e164);
}

// A trunk prefix is taken off only if what remains can be a number: in Russia 812… is both 8 and 12…,
// and the area code of Saint Petersburg.
static bool take_national(const struct country *country, const char *digits,
                          char ret_e164[static PHONE_BYTES])
{
    const char *national = without_prefix(digits, country->trunk);

    if (national == NULL || !has_national_length(country, national))
        national = digits;
    bool has_trunk_zero =
        national == digits && strcmp(country->trunk, "0") == 0 && digits[0] == '0';
    return !has_trunk_zero && has_national_length(country, national)
           && write_e164(country->calling, national, ret_e164);
}

bool phone_normalise(const char *text, const char *country, char ret_e164[static PHONE_BYTES])
{
    char digits[DIGITS_MAX];
    bool has_plus;

    if (!collect_digits(text, digits, &has_plus))
        return false;
    if (has_plus)
        return take_international(digits, ret_e164);
    const struct country *home = find_country(country);
    if (home == NULL)
        return false;
    const char *international = without_prefix(digits, home->outgoing);
    if (international != NULL)
        return take_international(international, ret_e164);
    return take_national(home, digits, ret_e164);
}
