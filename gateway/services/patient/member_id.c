#include "member_id.h"

#include <clinic/seal.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { RANDOM_DIGITS = MEMBER_ID_BYTES - 2 };

#define ID_COUNT 100000000u // 10^RANDOM_DIGITS

char member_id_check_digit(const char *digits, size_t count)
{
    unsigned product = 10;

    for (size_t i = 0; i < count; i++) {
        unsigned sum = (product + (unsigned)(digits[i] - '0')) % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (char)('0' + (11 - product) % 10);
}

// Every number is equally likely: the uneven rest at the top of the range is drawn again.
static uint32_t random_number(void)
{
    const uint32_t even_end = UINT32_MAX / ID_COUNT * ID_COUNT;
    uint32_t number;

    do {
        clinic_random(&number, sizeof number);
    } while (number >= even_end);
    return number % ID_COUNT;
}

void member_id_make(char id[static MEMBER_ID_BYTES])
{
    (void)snprintf(id, MEMBER_ID_BYTES, "%08u", random_number());
    id[RANDOM_DIGITS] = member_id_check_digit(id, RANDOM_DIGITS);
    id[RANDOM_DIGITS + 1] = '\0';
}

bool member_id_is_valid(const char *text)
{
    return strspn(text, "0123456789") == RANDOM_DIGITS + 1 && text[RANDOM_DIGITS + 1] == '\0'
           && text[RANDOM_DIGITS] == member_id_check_digit(text, RANDOM_DIGITS);
}
