#include "people.h"

#include "names.h"

#include <clinic/clock.h>
#include <clinic/json.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { FIRST_BIRTH_YEAR = 1924, BIRTH_YEARS = 101, DOMAINS = 3 };

static const char *const preconditions[] = {
    "Penicillin allergy", "Type 2 diabetes",   "Asthma",         "Hypertension",
    "Latex allergy",      "Pacemaker",         "Anticoagulants", "Hay fever",
    "Epilepsy",           "Allergie à l'iode", "Pregnancy",      "Artificial heart valve",
};

// Kept for fiction by ARCEP (FR), Ofcom (GB), NANPA (US) and the Bundesnetzagentur (DE).
static const struct {
    const char *start;
    int digits;
} phone_ranges[] = { { "+336399800", 2 },
                     { "+3363998", 4 },
                     { "+447700900", 3 },
                     { "+120255501", 2 },
                     { "+493023125", 3 } };

// Never delegated (RFC 2606).
static const char *const domains[DOMAINS] = { "example.org", "example.com", "mail.example" };

// splitmix64: every 64-bit state gives a good sequence, so seed and number are simply mixed.
uint64_t dice_next(struct dice *dice)
{
    uint64_t z = (dice->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

struct dice dice_of(uint64_t seed, uint64_t number)
{
    struct dice dice = { .state = seed };
    dice.state = dice_next(&dice) ^ number * UINT64_C(0xD1B54A32D192ED03);
    return dice;
}

size_t dice_below(struct dice *dice, size_t limit)
{
    return (size_t)(dice_next(dice) % limit);
}

static void add_name(cJSON *person, const struct names *pool, struct dice *dice)
{
    const char *given = pool->given[dice_below(dice, NAMES_EACH)];
    const char *family = pool->family[dice_below(dice, NAMES_EACH)];
    char name[200];
    if (family == NULL)
        (void)snprintf(name, sizeof name, "%s", given);
    else
        (void)snprintf(name, sizeof name, "%s%s%s", pool->is_family_first ? family : given,
                       pool->separator, pool->is_family_first ? given : family);
    cJSON_AddStringToObject(person, "name", name);
}

static void add_birth_date(cJSON *person, struct dice *dice)
{
    int year = FIRST_BIRTH_YEAR + (int)dice_below(dice, BIRTH_YEARS);
    int month = 1 + (int)dice_below(dice, 12);
    int day = 1 + (int)dice_below(dice, 31);
    int checked[3];
    char text[48];
    do
        (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day--);
    while (!clinic_date_parse(text, &checked[0], &checked[1], &checked[2]));
    cJSON_AddStringToObject(person, "birth_date", text);
}

static void add_phone(cJSON *person, struct dice *dice)
{
    size_t range = dice_below(dice, ARRAY_SIZE(phone_ranges));
    uint64_t rest = dice_next(dice) % 10000;
    char digits[8];
    char text[40];
    (void)snprintf(digits, sizeof digits, "%04" PRIu64, rest);
    (void)snprintf(text, sizeof text, "%s%s", phone_ranges[range].start,
                   digits + 4 - phone_ranges[range].digits);
    cJSON_AddStringToObject(person, "phone", text);
}

static void add_email(cJSON *person, struct dice *dice)
{
    char text[80];
    (void)snprintf(text, sizeof text, "patient.%08" PRIx64 "@%s", dice_next(dice) >> 32,
                   domains[dice_below(dice, DOMAINS)]);
    cJSON_AddStringToObject(person, "email", text);
}

static void add_preconditions(cJSON *person, struct dice *dice)
{
    cJSON *list = cJSON_AddArrayToObject(person, "preconditions");
    size_t first = dice_below(dice, ARRAY_SIZE(preconditions));
    size_t count = 1 + dice_below(dice, 3);
    for (size_t i = 0; i < count; i++)
        (void)cJSON_AddItemToArray(
            list, cJSON_CreateString(preconditions[(first + i * 5) % ARRAY_SIZE(preconditions)]));
}

static void add_consent(cJSON *person, const char *field, struct dice *dice)
{
    cJSON_AddStringToObject(person, field, dice_below(dice, 3) == 0 ? "none" : "given");
}

cJSON *people_make(uint64_t seed, uint64_t number)
{
    struct dice dice = dice_of(seed, number);
    const struct names *pool = &names[dice_below(&dice, names_count)];
    cJSON *person = cJSON_CreateObject();
    if (person == NULL)
        return NULL;
    add_name(person, pool, &dice);
    add_birth_date(person, &dice);
    cJSON_AddStringToObject(person, "language", pool->language);
    if (dice_below(&dice, 10) < 8)
        add_phone(person, &dice);
    if (dice_below(&dice, 10) < 7)
        add_email(person, &dice);
    if (dice_below(&dice, 10) < 4)
        add_preconditions(person, &dice);
    if (dice_below(&dice, 10) < 6)
        add_consent(person, "email_consent", &dice);
    if (dice_below(&dice, 10) < 5)
        add_consent(person, "sms_consent", &dice);
    return person;
}

cJSON *people_change(uint64_t seed, uint64_t number)
{
    static void (*const adders[])(cJSON * person, struct dice * dice) = { add_phone, add_email,
                                                                          add_preconditions };
    struct dice dice = dice_of(~seed, number);
    cJSON *change = cJSON_CreateObject();
    if (change == NULL)
        return NULL;
    // One or two of the three.
    size_t first = dice_below(&dice, ARRAY_SIZE(adders));
    adders[first](change, &dice);
    if (dice_below(&dice, 3) == 0)
        adders[(first + 1) % ARRAY_SIZE(adders)](change, &dice);
    return change;
}
