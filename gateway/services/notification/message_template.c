// message_template.c - fills templates in.
#include "message_template.h"

#include "../local_time.h"
#include "message_scope.h"

#include <clinic/text.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { WHEN_BYTES = 64, NUMBER_BYTES = 24, SHOWN_BYTES = 256 };

const char *const message_placeholders[MESSAGE_PLACEHOLDER_COUNT] = {
    [MESSAGE_VALUE_FIRST_NAME] = "{first_name}",
    [MESSAGE_VALUE_CLINIC] = "{clinic}",
    [MESSAGE_VALUE_PHONE] = "{phone}",
    [MESSAGE_VALUE_WEEKDAY] = "{weekday}",
    [MESSAGE_VALUE_DATE] = "{date}",
    [MESSAGE_VALUE_TIME] = "{time}",
    [MESSAGE_VALUE_OLD_WEEKDAY] = "{old_weekday}",
    [MESSAGE_VALUE_OLD_DATE] = "{old_date}",
    [MESSAGE_VALUE_OLD_TIME] = "{old_time}",
    [MESSAGE_VALUE_ITEM] = "{item}",
    [MESSAGE_VALUE_QUANTITY] = "{quantity}",
    [MESSAGE_VALUE_UNIT] = "{unit}",
    [MESSAGE_VALUE_MINIMUM] = "{minimum}",
    [MESSAGE_VALUE_LOCATION] = "{location}",
    [MESSAGE_VALUE_DAY] = "{day}",
    [MESSAGE_VALUE_MONTH] = "{month}",
    [MESSAGE_VALUE_HOUR] = "{hour}",
    [MESSAGE_VALUE_MINUTE] = "{minute}",
};

size_t message_placeholder_at(const char *text)
{
    size_t i = 0;

    while (i < MESSAGE_PLACEHOLDER_COUNT
           && strncmp(text, message_placeholders[i], strlen(message_placeholders[i])) != 0)
        i++;
    return i;
}

// ---- what people typed

// Marks, embeddings, overrides and isolates of the bidirectional algorithm, and separators of lines: a name with one of
// them would turn round or break what the clinic says after it. Joiners stay: scripts and emoji need them.
static size_t unwanted_at(const char *text)
{
    static const char *const unwanted[] = {
        "\u061C", "\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202B",
        "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069",
    };

    if ((unsigned char)*text < ' ' || *text == '\x7F')
        return 1;
    for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++) {
        size_t length = strlen(unwanted[i]);
        if (strncmp(text, unwanted[i], length) == 0)
            return length;
    }
    return 0;
}

static void clean(const char *text, char shown[static SHOWN_BYTES])
{
    size_t used = 0;

    for (; text != NULL && *text != '\0' && used < SHOWN_BYTES - 1; text++) {
        size_t skipped = unwanted_at(text);
        if (skipped == 0)
            shown[used++] = *text;
        else
            text += skipped - 1;
    }
    shown[used] = '\0';
    clinic_text_drop_cut_end(shown);
}

static bool ends_first_name(const char *at)
{
    static const char of_addresses[] = " /:@\\<>";

    return strchr(of_addresses, *at) != NULL || (*at == '.' && at[1] != ' ');
}

void message_first_name(const char *name, char ret_first_name[static MESSAGE_FIRST_NAME_BYTES])
{
    char shown[SHOWN_BYTES];
    size_t length = 0;

    clean(name, shown);
    while (length < MESSAGE_FIRST_NAME_BYTES - 1 && !ends_first_name(&shown[length]))
        length++;
    memcpy(ret_first_name, shown, length);
    ret_first_name[length] = '\0';
    clinic_text_drop_cut_end(ret_first_name);
}

// ---- filling in

typedef const char *const texts[MESSAGE_PLACEHOLDER_COUNT];

static bool append(const char *piece, size_t length, char *body, size_t body_bytes, size_t *used)
{
    if (*used + length >= body_bytes)
        return false;
    memcpy(body + *used, piece, length);
    *used += length;
    return true;
}

// What the template does not hold may be NULL.
static bool fill(const char *template, texts values, char *body, size_t body_bytes)
{
    size_t used = 0;

    while (*template != '\0') {
        const size_t i =
            *template == '{' ? message_placeholder_at(template) : MESSAGE_PLACEHOLDER_COUNT;
        const bool is_text = i == MESSAGE_PLACEHOLDER_COUNT;
        const char *piece = is_text ? template : values[i];
        if (piece != NULL && !append(piece, is_text ? 1 : strlen(piece), body, body_bytes, &used))
            return false;
        template += is_text ? 1 : strlen(message_placeholders[i]);
    }
    // A place that nobody named leaves a space behind.
    while (used > 0 && body[used - 1] == ' ')
        used--;
    body[used] = '\0';
    return true;
}

// A day and a time as a language writes them.
struct when {
    const char *weekday;
    char date[WHEN_BYTES];
    char time[WHEN_BYTES];
};

static bool write_when(const struct message_words *language, int64_t at_ms, struct when *when)
{
    const struct local_time local = local_time_at(at_ms);
    const int weekday = local_weekday(local_day_number_at(at_ms));
    char day[NUMBER_BYTES];
    char hour[NUMBER_BYTES];
    char minute[NUMBER_BYTES];

    (void)snprintf(day, sizeof day, "%d", local.day);
    (void)snprintf(hour, sizeof hour, "%d", local.hour);
    (void)snprintf(minute, sizeof minute, "%02d", local.minute);
    texts values = {
        [MESSAGE_VALUE_DAY] = local.day == 1 ? language->words[MESSAGE_WORD_FIRST_DAY] : day,
        [MESSAGE_VALUE_MONTH] = language->words[MESSAGE_WORD_JANUARY + local.month - 1],
        [MESSAGE_VALUE_HOUR] = hour,
        [MESSAGE_VALUE_MINUTE] = minute,
    };
    when->weekday = language->words[MESSAGE_WORD_MONDAY + weekday - 1];
    return fill(language->words[MESSAGE_WORD_DATE], values, when->date, sizeof when->date)
           && fill(language->words[MESSAGE_WORD_TIME], values, when->time, sizeof when->time);
}

static bool fill_template(const struct message_words *language, enum message_template template,
                          const struct message_values *values, char body[static MESSAGE_BODY_BYTES])
{
    char first_name[SHOWN_BYTES];
    char item[SHOWN_BYTES];
    char unit[SHOWN_BYTES];
    char location[SHOWN_BYTES];
    char quantity[NUMBER_BYTES];
    char minimum[NUMBER_BYTES];
    struct when when;
    struct when before;

    clean(values->first_name, first_name);
    clean(values->item, item);
    clean(values->unit, unit);
    clean(values->location, location);
    (void)snprintf(quantity, sizeof quantity, "%lld", (long long)values->quantity);
    (void)snprintf(minimum, sizeof minimum, "%lld", (long long)values->minimum);
    if (!write_when(language, values->at_ms, &when)
        || !write_when(language, values->old_at_ms, &before))
        return false;
    texts shown = {
        [MESSAGE_VALUE_FIRST_NAME] = first_name,
        [MESSAGE_VALUE_CLINIC] = values->clinic,
        [MESSAGE_VALUE_PHONE] = values->phone,
        [MESSAGE_VALUE_WEEKDAY] = when.weekday,
        [MESSAGE_VALUE_DATE] = when.date,
        [MESSAGE_VALUE_TIME] = when.time,
        [MESSAGE_VALUE_OLD_WEEKDAY] = before.weekday,
        [MESSAGE_VALUE_OLD_DATE] = before.date,
        [MESSAGE_VALUE_OLD_TIME] = before.time,
        [MESSAGE_VALUE_ITEM] = item,
        [MESSAGE_VALUE_QUANTITY] = quantity,
        [MESSAGE_VALUE_UNIT] = unit,
        [MESSAGE_VALUE_MINIMUM] = minimum,
        [MESSAGE_VALUE_LOCATION] = location,
    };
    return fill(language->templates[template], shown, body, MESSAGE_BODY_BYTES);
}

// ---- cutting

// Where the character after the first `characters` begins.
static char *after_characters(char *text, size_t characters)
{
    while (*text != '\0' && characters > 0) {
        text++;
        while (((unsigned char)*text & 0xC0) == 0x80)
            text++;
        characters--;
    }
    return text;
}

// At least one character of the name remains.
static bool fill_shorter(const struct message_words *language, enum message_template template,
                         const struct message_values *values, size_t excess,
                         char body[static MESSAGE_BODY_BYTES])
{
    char first_name[SHOWN_BYTES];
    struct message_values shorter = *values;

    clean(values->first_name, first_name);
    size_t characters = clinic_text_code_points(first_name);
    *after_characters(first_name, characters > excess ? characters - excess : 1) = '\0';
    shorter.first_name = first_name;
    return fill_template(language, template, &shorter, body);
}

enum clinic_status message_render(enum message_template template, const char *language,
                                  const struct message_values *values, size_t characters,
                                  char ret_body[static MESSAGE_BODY_BYTES])
{
    const struct message_words *found = message_find_language(language);

    if (found == NULL || !fill_template(found, template, values, ret_body))
        return CLINIC_INVALID;
    size_t length = clinic_text_code_points(ret_body);
    if (characters == 0 || length <= characters)
        return CLINIC_OK;
    if (!fill_shorter(found, template, values, length - characters, ret_body))
        return CLINIC_INVALID;
    *after_characters(ret_body, characters) = '\0';
    return CLINIC_OK;
}
