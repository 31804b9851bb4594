#include "sics.h"

#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum {
    LINE_LENGTH_MAX = SICS_LINE_BYTES - 2, // one byte more tells that the line was cut
    FIELDS_MAX = 5,
    DIGITS_MAX = 9,
};

static const char noise = '\x1a'; // in the place of any byte that is no text

static const char *const command_lines[SICS_COMMAND_COUNT] = {
    [SICS_RESET] = "@\r\n",        [SICS_READ_SERIAL] = "I4\r\n",   [SICS_WEIGH] = "SI\r\n",
    [SICS_WEIGH_STABLE] = "S\r\n", [SICS_WEIGH_REPEAT] = "SIR\r\n", [SICS_TARE] = "T\r\n",
    [SICS_ZERO] = "Z\r\n",
};

const char *sics_command_line(enum sics_command command)
{
    return command_lines[command];
}

// ---- numbers

// A unit in milligrams as a fraction, exactly. Nine digits times any of these numerators fit an int64_t.
struct unit {
    const char *name;
    int64_t numerator;
    int64_t denominator;
};

static const struct unit units[] = {
    { "g", 1000, 1 },        { "kg", 1000000, 1 },      { "mg", 1, 1 },         { "ct", 200, 1 },
    { "lb", 45359237, 100 }, { "oz", 226796185, 8000 }, { "t", 1000000000, 1 },
};

static const struct unit *find_unit(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (strcmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}

struct decimal {
    int64_t digits;
    int64_t divisor; // a power of ten
};

// [-] digits [. digits], nothing else: no plus sign, no exponent, no bare point.
static bool read_decimal(const char *text, struct decimal *ret_decimal)
{
    struct decimal decimal = { .divisor = 1 };
    const bool is_negative = *text == '-';
    size_t digit_count = 0;
    bool has_point = false;
    for (const char *at = text + is_negative; *at != '\0'; at++) {
        if (*at == '.' && !has_point && digit_count > 0 && at[1] != '\0') {
            has_point = true;
            continue;
        }
        if (*at < '0' || *at > '9' || ++digit_count > DIGITS_MAX)
            return false;
        decimal.digits = decimal.digits * 10 + (*at - '0');
        decimal.divisor *= has_point ? 10 : 1;
    }
    if (is_negative)
        decimal.digits = -decimal.digits;
    *ret_decimal = decimal;
    return digit_count > 0;
}

static bool to_mg(const struct decimal *decimal, const struct unit *unit, int32_t *ret_mg)
{
    const int64_t dividend = decimal->digits * unit->numerator;
    const int64_t divisor = decimal->divisor * unit->denominator;
    const int64_t half = dividend < 0 ? -divisor / 2 : divisor / 2;
    const int64_t mg = (dividend + half) / divisor;
    if (mg > INT32_MAX || mg < -INT32_MAX)
        return false;
    *ret_mg = (int32_t)mg;
    return true;
}

// ---- answers

struct fields {
    char text[SICS_LINE_BYTES];
    const char *field[FIELDS_MAX + 1];
    size_t count;
};

// The fields of the line: apart by one blank or more, since a weight is padded to ten places.
static bool split(const char *line, struct fields *ret_fields)
{
    char *rest = NULL;
    ret_fields->count = 0;
    (void)strncpy(ret_fields->text, line, sizeof ret_fields->text - 1);
    ret_fields->text[sizeof ret_fields->text - 1] = '\0';
    for (char *field = strtok_r(ret_fields->text, " ", &rest); field != NULL;
         field = strtok_r(NULL, " ", &rest)) {
        if (ret_fields->count == FIELDS_MAX)
            return false;
        ret_fields->field[ret_fields->count++] = field;
    }
    return ret_fields->count > 0;
}

struct status_word {
    enum sics_kind kind;
    const char *word;
    enum sics_status status;
    bool has_weight;
};

static const struct status_word status_words[] = {
    { SICS_WEIGHT, "S", SICS_STABLE, true },     { SICS_WEIGHT, "D", SICS_MOVING, true },
    { SICS_WEIGHT, "I", SICS_BUSY, false },      { SICS_WEIGHT, "+", SICS_OVERLOAD, false },
    { SICS_WEIGHT, "-", SICS_UNDERLOAD, false }, { SICS_TARED, "S", SICS_STABLE, true },
    { SICS_TARED, "I", SICS_BUSY, false },       { SICS_TARED, "+", SICS_OVERLOAD, false },
    { SICS_TARED, "-", SICS_UNDERLOAD, false },  { SICS_ZEROED, "A", SICS_STABLE, false },
    { SICS_ZEROED, "I", SICS_BUSY, false },      { SICS_ZEROED, "+", SICS_OVERLOAD, false },
    { SICS_ZEROED, "-", SICS_UNDERLOAD, false },
};

struct error_word {
    const char *word;
    enum sics_status status;
};

static const struct error_word error_words[] = {
    { "ES", SICS_SYNTAX },
    { "ET", SICS_TRANSMISSION },
    { "EL", SICS_LOGICAL },
};

static const char *read_weight(const struct fields *fields, struct sics_answer *answer)
{
    struct decimal decimal;
    if (!read_decimal(fields->field[2], &decimal))
        return "the weight is not a number";
    const struct unit *unit = find_unit(fields->field[3]);
    if (unit == NULL)
        return "unknown unit";
    return to_mg(&decimal, unit, &answer->weight_mg) ? NULL : "the weight is out of range";
}

// NULL, or what is wrong; so the others.
static const char *read_result(enum sics_kind kind, const struct fields *fields,
                               struct sics_answer *answer)
{
    answer->kind = kind;
    if (fields->count < 2)
        return "there is no status";
    for (size_t i = 0; i < ARRAY_SIZE(status_words); i++) {
        const struct status_word *row = &status_words[i];
        if (row->kind != kind || strcmp(row->word, fields->field[1]) != 0)
            continue;
        answer->status = row->status;
        if (fields->count != (row->has_weight ? 4u : 2u))
            return "too few or too many fields";
        return row->has_weight ? read_weight(fields, answer) : NULL;
    }
    return "unknown status";
}

static const char *read_error(const struct fields *fields, struct sics_answer *answer)
{
    answer->kind = SICS_ERROR;
    for (size_t i = 0; i < ARRAY_SIZE(error_words); i++) {
        if (strcmp(error_words[i].word, fields->field[0]) == 0) {
            answer->status = error_words[i].status;
            return fields->count == 1 ? NULL : "too few or too many fields";
        }
    }
    return "not an answer";
}

// I4 A "text": the text may hold blanks, so it is read from the line itself.
static const char *read_serial(const char *line, const struct fields *fields,
                               struct sics_answer *answer)
{
    answer->kind = SICS_SERIAL;
    if (fields->count == 2 && strchr("IL", fields->field[1][0]) != NULL
        && fields->field[1][1] == '\0') {
        answer->status = fields->field[1][0] == 'I' ? SICS_BUSY : SICS_REFUSED;
        return NULL;
    }
    if (fields->count < 3 || strcmp(fields->field[1], "A") != 0)
        return "unknown status";
    const char *first = strchr(line, '"');
    const char *last = strrchr(line, '"');
    if (first == NULL || last == first || last[1] != '\0')
        return "the serial number is not in quotes";
    const size_t length = (size_t)(last - first) - 1;
    if (length >= sizeof answer->serial)
        return "the serial number is too long";
    memcpy(answer->serial, first + 1, length);
    answer->serial[length] = '\0';
    answer->status = SICS_STABLE;
    return NULL;
}

static bool is_text(char byte)
{
    return byte >= ' ' && byte <= '~';
}

static const char *find_noise(const char *line)
{
    while (is_text(*line))
        line++;
    return *line == '\0' ? NULL : line;
}

static const char *read_answer(const char *line, struct sics_answer *answer)
{
    static const struct {
        const char *name;
        enum sics_kind kind;
    } results[] = { { "S", SICS_WEIGHT }, { "T", SICS_TARED }, { "Z", SICS_ZEROED } };
    struct fields fields;
    if (strlen(line) > LINE_LENGTH_MAX)
        return "the line is too long";
    if (find_noise(line) != NULL)
        return "a byte that is no text";
    // A serial number of many words is the only answer of more fields than these.
    const bool is_split = split(line, &fields);
    if (fields.count > 1 && strcmp(fields.field[0], "I4") == 0)
        return read_serial(line, &fields, answer);
    if (!is_split)
        return "too few or too many fields";
    for (size_t i = 0; i < ARRAY_SIZE(results); i++)
        if (strcmp(results[i].name, fields.field[0]) == 0)
            return read_result(results[i].kind, &fields, answer);
    return read_error(&fields, answer);
}

bool sics_parse(const char *line, struct sics_answer *ret_answer, const char **reterr_reason)
{
    struct sics_answer answer = { 0 };
    const char *reason = read_answer(line, &answer);
    if (reason != NULL)
        *reterr_reason = reason;
    else
        *ret_answer = answer;
    return reason == NULL;
}

// ---- lines

bool sics_reader_take(struct sics_reader *reader, char byte, const char **ret_line)
{
    if (byte == '\r' || byte == '\n') {
        const bool is_line = reader->length > 0;
        reader->line[reader->length] = '\0';
        reader->length = 0;
        *ret_line = reader->line;
        return is_line;
    }
    if (reader->length < sizeof reader->line - 1)
        reader->line[reader->length++] = (char)(is_text(byte) ? byte : noise);
    return false;
}
