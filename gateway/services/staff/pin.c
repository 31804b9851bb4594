#include "pin.h"

#include <clinic/seal.h>
#include <clinic/text.h>

#include <crypt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHARACTERS_MIN = 4,
    CHARACTERS_MAX = 64,
    SALT_BYTES = 16,
    COST = 5, // j9T
};

// The setting of no account: same method and cost as the others.
static const char nobody[] = "$y$j9T$nobodyhasthissalt0000.$";

static bool has_two_characters(const char *pin)
{
    size_t first = 1;

    while (((unsigned char)pin[first] & 0xC0) == 0x80)
        first++;
    for (const char *next = pin + first; *next != '\0'; next += first) {
        if (strncmp(next, pin, first) != 0)
            return true;
    }
    return false;
}

bool pin_check(const char *pin, const char *field, struct clinic_problem *reterr_problem)
{
    size_t characters = clinic_text_code_points(pin);

    if (characters < CHARACTERS_MIN || characters > CHARACTERS_MAX
        || clinic_text_has_control(pin, false)) {
        clinic_problem_set(reterr_problem, CLINIC_CODE_INVALID_FIELD, field,
                           "A PIN has %d to %d characters.", CHARACTERS_MIN, CHARACTERS_MAX);
        return false;
    }
    if (!has_two_characters(pin)) {
        clinic_problem_set(reterr_problem, CLINIC_CODE_INVALID_FIELD, field,
                           "A PIN is more than one character repeated.");
        return false;
    }
    return true;
}

// crypt's working memory is large and ends up holding the PIN: from the heap, and wiped.
static enum clinic_status hash_with(const char *pin, const char *setting,
                                    char ret_hash[static PIN_HASH_BYTES])
{
    struct crypt_data *data = calloc(1, sizeof *data);
    if (data == NULL)
        return CLINIC_NOMEM;

    const char *hash = crypt_rn(pin, setting, data, (int)sizeof *data);
    enum clinic_status status = CLINIC_IO;
    if (hash != NULL && strlen(hash) < PIN_HASH_BYTES) {
        (void)snprintf(ret_hash, PIN_HASH_BYTES, "%s", hash);
        status = CLINIC_OK;
    }
    clinic_wipe(data, sizeof *data);
    free(data);
    return status;
}

enum clinic_status pin_hash(const char *pin, char ret_hash[static PIN_HASH_BYTES])
{
    char salt[SALT_BYTES];
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];

    clinic_random(salt, sizeof salt);
    if (crypt_gensalt_rn("$y$", COST, salt, sizeof salt, setting, sizeof setting) == NULL)
        return CLINIC_IO;
    return hash_with(pin, setting, ret_hash);
}

enum clinic_status pin_matches(const char *pin, const char *hash, bool *ret_matches)
{
    char computed[PIN_HASH_BYTES];
    enum clinic_status status = hash_with(pin, hash == NULL ? nobody : hash, computed);

    if (status == CLINIC_OK)
        *ret_matches = hash != NULL && strcmp(computed, hash) == 0;
    clinic_wipe(computed, sizeof computed);
    return status;
}
