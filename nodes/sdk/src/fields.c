// fields.c - checks an object against its rows of the catalogue. Part of catalogue.h.
#include <clinic/catalogue.h>
#include <clinic/clock.h>
#include <clinic/id.h>
#include <clinic/text.h>

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FIELDS_MAX = 64 }; // seen ones are bits of one word

struct check {
    bool lets_unknown;
    struct clinic_problem *problem;
};

// Where a value stands; made into a path only once something is wrong with it.
struct place {
    const struct place *parent;
    const char *name; // NULL: an item of a list
    int index;
};

static void write_path(const struct place *place, char *path, size_t path_bytes)
{
    if (place == NULL || path_bytes == 0)
        return;
    write_path(place->parent, path, path_bytes);
    size_t used = strlen(path);
    if (place->name == NULL)
        (void)snprintf(path + used, path_bytes - used, "[%d]", place->index);
    else
        (void)snprintf(path + used, path_bytes - used, "%s%s", used > 0 ? "." : "", place->name);
}

// ---- values

static bool is_within(int64_t value, const struct clinic_field *field)
{
    return value >= field->min && value <= field->max;
}

static bool is_clean_text(const char *text, bool is_multiline)
{
    return clinic_text_is_utf8(text, strlen(text)) && !clinic_text_has_control(text, is_multiline);
}

static bool is_code(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-")] == '\0';
}

static bool is_integer(const struct clinic_field *field, const cJSON *value)
{
    double number = value->valuedouble;
    return cJSON_IsNumber(value) && number == trunc(number)
           && fabs(number) <= (double)CLINIC_JSON_INTEGER_MAX && is_within((int64_t)number, field);
}

static bool is_uuid(const char *text)
{
    struct clinic_id id;
    return clinic_id_parse(text, &id) && !clinic_id_is_none(&id);
}

static bool is_date(const char *text)
{
    int year, month, day;
    return clinic_date_parse(text, &year, &month, &day);
}

static bool is_instant(const char *text)
{
    int64_t unix_ms;
    return clinic_instant_parse(text, &unix_ms);
}

// 24:00 ends a day.
static bool is_clock(const char *text)
{
    if (strlen(text) != 5 || strspn(text, "0123456789") != 2 || text[2] != ':'
        || strspn(text + 3, "0123456789") != 2)
        return false;
    return strcmp(text, "24:00") == 0 || (strncmp(text, "23", 2) <= 0 && text[3] <= '5');
}

// "YYYY-MM-DDTHH:MM"
static bool is_local(const char *text)
{
    char day[11];
    if (strlen(text) != 16 || text[10] != 'T')
        return false;
    memcpy(day, text, 10);
    day[10] = '\0';
    return is_date(day) && is_clock(text + 11) && strcmp(text + 11, "24:00") != 0;
}

// RFC 4648, section 4, with padding.
static bool is_base64(const char *text)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length = strspn(text, alphabet);
    size_t padding = strspn(text + length, "=");
    return padding <= 2 && text[length + padding] == '\0' && (length + padding) % 4 == 0;
}

static bool is_choice(const struct clinic_field *field, const char *text)
{
    for (const char *const *choice = field->choices; *choice != NULL; choice++) {
        if (strcmp(*choice, text) == 0)
            return true;
    }
    return false;
}

static bool is_valid_text(const struct clinic_field *field, const char *text)
{
    switch (field->type) {
    case CLINIC_FIELD_STRING:
        return is_within((int64_t)strlen(text), field) && is_clean_text(text, false);
    case CLINIC_FIELD_TEXT:
        return is_clean_text(text, true)
               && is_within((int64_t)clinic_text_code_points(text), field);
    case CLINIC_FIELD_CODE:
        return is_within((int64_t)strlen(text), field) && is_code(text);
    case CLINIC_FIELD_UUID:
        return is_uuid(text);
    case CLINIC_FIELD_DATE:
        return is_date(text);
    case CLINIC_FIELD_INSTANT:
        return is_instant(text);
    case CLINIC_FIELD_CLOCK:
        return is_clock(text);
    case CLINIC_FIELD_LOCAL:
        return is_local(text);
    case CLINIC_FIELD_BASE64:
        return is_within((int64_t)strlen(text), field) && is_base64(text);
    case CLINIC_FIELD_CHOICE:
        return is_choice(field, text);
    case CLINIC_FIELD_INTEGER:
    case CLINIC_FIELD_BOOLEAN:
    case CLINIC_FIELD_LIST:
    case CLINIC_FIELD_OBJECT:
    case CLINIC_FIELD_ANY:
        return false;
    }
    return false;
}

static bool is_valid(const struct clinic_field *field, const cJSON *value)
{
    if (cJSON_IsNull(value) && field->is_nullable)
        return true;
    switch (field->type) {
    case CLINIC_FIELD_INTEGER:
        return is_integer(field, value);
    case CLINIC_FIELD_BOOLEAN:
        return cJSON_IsBool(value);
    case CLINIC_FIELD_LIST:
        return cJSON_IsArray(value) && is_within(cJSON_GetArraySize(value), field);
    case CLINIC_FIELD_OBJECT:
        return cJSON_IsObject(value);
    case CLINIC_FIELD_ANY:
        return true;
    case CLINIC_FIELD_STRING:
    case CLINIC_FIELD_TEXT:
    case CLINIC_FIELD_CODE:
    case CLINIC_FIELD_UUID:
    case CLINIC_FIELD_DATE:
    case CLINIC_FIELD_INSTANT:
    case CLINIC_FIELD_CLOCK:
    case CLINIC_FIELD_LOCAL:
    case CLINIC_FIELD_BASE64:
    case CLINIC_FIELD_CHOICE:
        return cJSON_IsString(value) && is_valid_text(field, value->valuestring);
    }
    return false;
}

// ---- refusals

static void list_choices(const struct clinic_field *field, char *text, size_t text_bytes)
{
    size_t used = 0;
    for (const char *const *choice = field->choices; *choice != NULL; choice++) {
        int more = snprintf(text + used, text_bytes - used, "%s%s", used > 0 ? ", " : "", *choice);
        if (more < 0 || (size_t)more >= text_bytes - used)
            return;
        used += (size_t)more;
    }
}

// What to send instead. Never what was sent: it may be personal.
static void write_advice(const struct clinic_field *field, char *advice, size_t advice_bytes)
{
    long long min = field->min;
    long long max = field->max;
    char choices[120] = "";
    switch (field->type) {
    case CLINIC_FIELD_STRING:
        (void)snprintf(advice, advice_bytes,
                       "Give one line of %lld to %lld bytes without control characters.", min, max);
        return;
    case CLINIC_FIELD_TEXT:
        (void)snprintf(advice, advice_bytes,
                       "Give a text of %lld to %lld characters without control characters.", min,
                       max);
        return;
    case CLINIC_FIELD_CODE:
        (void)snprintf(advice, advice_bytes,
                       "Give %lld to %lld characters out of a-z, 0-9, dot, underscore and hyphen.",
                       min, max);
        return;
    case CLINIC_FIELD_INTEGER:
        (void)snprintf(advice, advice_bytes, "Give a whole number from %lld to %lld.", min, max);
        return;
    case CLINIC_FIELD_LIST:
        (void)snprintf(advice, advice_bytes, "Give a list of %lld to %lld items.", min, max);
        return;
    case CLINIC_FIELD_CHOICE:
        list_choices(field, choices, sizeof choices);
        (void)snprintf(advice, advice_bytes, "Give one of: %s.", choices);
        return;
    case CLINIC_FIELD_BOOLEAN:
        (void)snprintf(advice, advice_bytes, "Give true or false.");
        return;
    case CLINIC_FIELD_UUID:
        (void)snprintf(advice, advice_bytes, "Give a UUID.");
        return;
    case CLINIC_FIELD_DATE:
        (void)snprintf(advice, advice_bytes, "Give a day that exists, as YYYY-MM-DD.");
        return;
    case CLINIC_FIELD_INSTANT:
        (void)snprintf(advice, advice_bytes, "Give a time such as 2026-11-22T09:14:03.120Z.");
        return;
    case CLINIC_FIELD_CLOCK:
        (void)snprintf(advice, advice_bytes, "Give a time of day from 00:00 to 24:00.");
        return;
    case CLINIC_FIELD_LOCAL:
        (void)snprintf(advice, advice_bytes,
                       "Give a day and a time on the clinic's clock, such as 2026-11-22T09:30.");
        return;
    case CLINIC_FIELD_BASE64:
        (void)snprintf(advice, advice_bytes, "Give %lld to %lld characters of base64.", min, max);
        return;
    case CLINIC_FIELD_OBJECT:
    case CLINIC_FIELD_ANY:
        (void)snprintf(advice, advice_bytes, "Give an object.");
        return;
    }
}

static bool refuse(struct check *check, const struct place *place, enum clinic_code code,
                   const char *advice)
{
    char path[sizeof check->problem->field] = "";
    write_path(place, path, sizeof path);
    clinic_problem_set(check->problem, code, path, "%s", advice);
    return false;
}

static bool refuse_value(struct check *check, const struct place *place,
                         const struct clinic_field *field)
{
    char advice[sizeof check->problem->message];
    write_advice(field, advice, sizeof advice);
    return refuse(check, place, CLINIC_CODE_INVALID_FIELD, advice);
}

// A name that nobody defined is shown only where it looks like a misspelt one of ours.
static bool refuse_unknown(struct check *check, const struct place *parent, const char *name)
{
    struct place place = { parent, name, 0 };
    bool is_harmless = name[0] != '\0' && strlen(name) <= 40 && is_code(name);
    return refuse(check, is_harmless ? &place : parent, CLINIC_CODE_INVALID_UNKNOWN_FIELD,
                  "There is no such field; leave it out.");
}

// ---- objects

static bool check_object(struct check *check, const struct clinic_field *fields, size_t count,
                         const cJSON *object, const struct place *parent);

static bool check_value(struct check *check, const struct clinic_field *field, const cJSON *value,
                        const struct place *place)
{
    if (!is_valid(field, value))
        return refuse_value(check, place, field);
    if (field->type == CLINIC_FIELD_OBJECT && cJSON_IsObject(value))
        return check_object(check, field->fields, field->field_count, value, place);
    if (field->type != CLINIC_FIELD_LIST || !cJSON_IsArray(value))
        return true;

    struct place item_place = { place, NULL, 0 };
    for (const cJSON *item = value->child; item != NULL; item = item->next) {
        if (!check_value(check, &field->fields[0], item, &item_place))
            return false;
        item_place.index++;
    }
    return true;
}

static size_t find_field(const struct clinic_field *fields, size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && strcmp(fields[i].name, name) != 0)
        i++;
    return i;
}

static bool check_object(struct check *check, const struct clinic_field *fields, size_t count,
                         const cJSON *object, const struct place *parent)
{
    assert(count <= FIELDS_MAX);
    uint64_t seen = 0;
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        size_t i = find_field(fields, count, member->string);
        if (i == count && check->lets_unknown)
            continue;
        if (i == count || (seen >> i & 1) != 0)
            return refuse_unknown(check, parent, member->string);
        seen |= UINT64_C(1) << i;
        struct place place = { parent, fields[i].name, 0 };
        if (!check_value(check, &fields[i], member, &place))
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct place place = { parent, fields[i].name, 0 };
        if (fields[i].is_required && (seen >> i & 1) == 0)
            return refuse(check, &place, CLINIC_CODE_INVALID_MISSING, "This field is required.");
    }
    return true;
}

bool clinic_fields_check(const struct clinic_field *fields, size_t count, const cJSON *object,
                         bool lets_unknown, struct clinic_problem *reterr_problem)
{
    // cppcheck-suppress ctuuninitvar; what it points at is written, never read
    struct check check = { lets_unknown, reterr_problem };
    if (!cJSON_IsObject(object))
        return refuse(&check, NULL, CLINIC_CODE_INVALID_FIELD, "Give an object.");
    return check_object(&check, fields, count, object, NULL);
}
