#include <clinic/settings.h>

#include "settings_scope.h"

#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SETTINGS_MAX = 128 };

struct source {
    const char *text; // from memory, what is left; NULL: from the file
    FILE *file;
    int line;
    struct reading *reading;
};

struct reading {
    const struct clinic_setting *table;
    size_t count;
    char *settings;
    const char *name; // of the file, for problems and as the base of relative paths
    bool lets_other_sections;
    bool is_set[SETTINGS_MAX];
    struct source *source;
    enum clinic_status status;
    char *problem;
};

struct boolean_word {
    const char *word;
    bool value;
};

static const struct boolean_word boolean_words[] = {
    { "yes", true },    { "no", false }, { "true", true },
    { "false", false }, { "on", true },  { "off", false },
};

// Keeps the first problem only: the later ones are often its consequences.
__attribute__((format(printf, 2, 3))) static bool refuse(struct reading *reading,
                                                         const char *format, ...)
{
    if (reading->status != CLINIC_OK)
        return false;
    reading->status = CLINIC_INVALID;

    int used = 0;
    if (reading->source != NULL)
        used = snprintf(reading->problem, CLINIC_SETTINGS_PROBLEM_BYTES,
                        "%.300s:%d: ", reading->name, reading->source->line);
    else if (reading->name != NULL)
        used = snprintf(reading->problem, CLINIC_SETTINGS_PROBLEM_BYTES, "%.300s: ", reading->name);

    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reading->problem + used, CLINIC_SETTINGS_PROBLEM_BYTES - (size_t)used, format,
                    arguments);
    va_end(arguments);
    return false;
}

static bool set_integer(struct reading *reading, const struct clinic_setting *row,
                        const char *value)
{
    char *end = NULL;
    errno = 0;
    const long long number = strtoll(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || number < row->min || number > row->max)
        return refuse(reading,
                      "[%s] %s: \"%.40s\" is not a whole number from %" PRId64 " to %" PRId64 ".",
                      row->section, row->key, value, row->min, row->max);
    *(int64_t *)(void *)(reading->settings + row->offset) = number;
    return true;
}

static bool set_boolean(struct reading *reading, const struct clinic_setting *row,
                        const char *value)
{
    for (size_t i = 0; i < sizeof boolean_words / sizeof boolean_words[0]; i++) {
        if (strcasecmp(value, boolean_words[i].word) == 0) {
            *(bool *)(void *)(reading->settings + row->offset) = boolean_words[i].value;
            return true;
        }
    }
    return refuse(reading, "[%s] %s: \"%.40s\" is neither yes nor no.", row->section, row->key,
                  value);
}

static bool set_joined(struct reading *reading, const struct clinic_setting *row,
                       const char *folder, size_t folder_length, const char *value)
{
    const size_t value_length = strlen(value);
    if (folder_length + value_length >= row->size)
        return refuse(reading, "[%s] %s: too long, at most %zu bytes.", row->section, row->key,
                      row->size - 1);
    char *member = reading->settings + row->offset;
    memcpy(member, folder, folder_length);
    memcpy(member + folder_length, value, value_length + 1);
    return true;
}

static bool set_text(struct reading *reading, const struct clinic_setting *row, const char *value)
{
    return set_joined(reading, row, "", 0, value);
}

static bool set_path(struct reading *reading, const struct clinic_setting *row, const char *value)
{
    const char *slash = reading->name == NULL ? NULL : strrchr(reading->name, '/');
    if (value[0] == '/' || value[0] == '\0' || slash == NULL)
        return set_text(reading, row, value);
    return set_joined(reading, row, reading->name, (size_t)(slash - reading->name) + 1, value);
}

static bool set(struct reading *reading, const struct clinic_setting *row, const char *value)
{
    static bool (*const setters[])(struct reading *, const struct clinic_setting *,
                                   const char *) = {
        [CLINIC_SETTING_TEXT] = set_text,
        [CLINIC_SETTING_PATH] = set_path,
        [CLINIC_SETTING_INTEGER] = set_integer,
        [CLINIC_SETTING_BOOLEAN] = set_boolean,
    };
    return setters[row->type](reading, row, value);
}

static bool has_section(const struct reading *reading, const char *section)
{
    for (size_t i = 0; i < reading->count; i++) {
        if (strcmp(reading->table[i].section, section) == 0)
            return true;
    }
    return false;
}

static bool take_unknown(struct reading *reading, const char *section, const char *key)
{
    if (has_section(reading, section))
        return refuse(reading, "[%.50s] has no setting \"%.50s\"; see --help for those there are.",
                      section, key);
    if (reading->lets_other_sections)
        return true;
    if (section[0] == '\0')
        return refuse(reading, "\"%.50s\" stands before the first [section].", key);
    return refuse(reading, "there is no section [%.50s]; see --help for those there are.", section);
}

// inih's handler: 0 is a failure.
static int take_pair(void *context, const char *section, const char *key, const char *value)
{
    struct reading *reading = context;
    for (size_t i = 0; i < reading->count; i++) {
        const struct clinic_setting *row = &reading->table[i];
        if (strcmp(row->section, section) != 0 || strcmp(row->key, key) != 0)
            continue;
        if (reading->is_set[i])
            return refuse(reading, "[%s] %s is given twice, or its value goes on over two lines.",
                          section, key);
        if (value[0] == '\0' && row->fallback == NULL)
            return refuse(reading, "[%s] %s must not be empty.", section, key);
        reading->is_set[i] = true;
        return set(reading, row, value);
    }
    return take_unknown(reading, section, key);
}

// Copies one line out of memory as fgets() does out of a file.
static bool copy_line(struct source *source, char *line, size_t line_bytes)
{
    if (*source->text == '\0')
        return false;
    const char *end = strchr(source->text, '\n');
    const size_t length = end == NULL ? strlen(source->text) : (size_t)(end - source->text) + 1;
    const size_t copied = length < line_bytes ? length : line_bytes - 1;
    memcpy(line, source->text, copied);
    line[copied] = '\0';
    source->text += copied;
    return true;
}

// inih's reader. inih silently drops what is beyond its line buffer (200 bytes in Debian), and the
// handler is not told the line number, so both are watched here.
static char *read_line(char *line, int line_bytes, void *context)
{
    struct source *source = context;
    if (source->reading->status != CLINIC_OK)
        return NULL;
    memset(line, '\n', (size_t)line_bytes);
    const bool is_read = source->text != NULL ? copy_line(source, line, (size_t)line_bytes)
                                              : fgets(line, line_bytes, source->file) != NULL;
    if (!is_read)
        return NULL;

    source->line++;
    const char *end = memchr(line, '\0', (size_t)line_bytes);
    const size_t length = (size_t)(end - line);
    if (length + 1 == (size_t)line_bytes && end[-1] != '\n') {
        (void)refuse(source->reading, "the line is too long, at most %d bytes.", line_bytes - 2);
        return NULL;
    }
    // fgets() passes a NUL byte on, and all behind it on the line would be lost. Its own NUL is the second.
    if (memchr(end + 1, '\0', (size_t)line_bytes - length - 1) != NULL) {
        (void)refuse(source->reading, "there is a NUL byte in the line.");
        return NULL;
    }
    return line;
}

static void set_defaults(struct reading *reading)
{
    for (size_t i = 0; i < reading->count; i++) {
        if (reading->table[i].fallback != NULL)
            (void)set(reading, &reading->table[i], reading->table[i].fallback);
    }
}

static void require_all(struct reading *reading)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct clinic_setting *row = &reading->table[i];
        if (!reading->is_set[i] && row->fallback == NULL)
            (void)refuse(reading, "[%s] %s is missing: %s", row->section, row->key, row->help);
    }
}

static enum clinic_status read_source(struct reading *reading, struct source *source)
{
    if (reading->count > SETTINGS_MAX) {
        (void)refuse(reading, "the program declares more than %d settings.", SETTINGS_MAX);
        return reading->status;
    }
    set_defaults(reading);
    if (source != NULL && reading->status == CLINIC_OK) {
        reading->source = source;
        source->reading = reading;
        const int bad_line = ini_parse_stream(read_line, source, take_pair, reading);
        if (bad_line != 0 && reading->status == CLINIC_OK) {
            source->line = bad_line > 0 ? bad_line : source->line;
            (void)refuse(reading, "neither a [section] nor \"key = value\".");
        }
        reading->source = NULL;
    }
    require_all(reading);
    return reading->status;
}

static enum clinic_status load(struct reading *reading)
{
    if (reading->name == NULL)
        return read_source(reading, NULL);

    struct source source = { .file = fopen(reading->name, "re") };
    if (source.file == NULL) {
        const int error = errno;
        (void)refuse(reading, "%s.", strerror(error));
        errno = error;
        return CLINIC_IO;
    }
    enum clinic_status status = read_source(reading, &source);
    if (ferror(source.file)) {
        (void)snprintf(reading->problem, CLINIC_SETTINGS_PROBLEM_BYTES, "%.300s: %s.",
                       reading->name, strerror(errno));
        status = CLINIC_IO;
    }
    (void)fclose(source.file); // read only: nothing can be lost
    return status;
}

enum clinic_status clinic_settings_load(const char *path, const struct clinic_setting *table,
                                        size_t count, void *settings,
                                        char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    struct reading reading = { .table = table,
                               .count = count,
                               .settings = settings,
                               .name = path,
                               .problem = reterr_problem };
    return load(&reading);
}

enum clinic_status
clinic_settings_load_own(const char *path, const struct clinic_setting *table, size_t count,
                         void *settings, char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    struct reading reading = { .table = table,
                               .count = count,
                               .settings = settings,
                               .name = path,
                               .lets_other_sections = true,
                               .problem = reterr_problem };
    return load(&reading);
}

enum clinic_status clinic_settings_parse(const char *text, const char *name,
                                         const struct clinic_setting *table, size_t count,
                                         void *settings,
                                         char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    struct reading reading = { .table = table,
                               .count = count,
                               .settings = settings,
                               .name = name,
                               .problem = reterr_problem };
    struct source source = { .text = text };
    return read_source(&reading, &source);
}

static void print_range(const struct clinic_setting *row, FILE *out)
{
    if (row->type == CLINIC_SETTING_INTEGER)
        (void)fprintf(out, "# From %" PRId64 " to %" PRId64 ".\n", row->min, row->max);
    else if (row->type == CLINIC_SETTING_BOOLEAN)
        (void)fprintf(out, "# yes or no.\n");
}

void clinic_settings_print(const struct clinic_setting *table, size_t count, FILE *out)
{
    const char *section = NULL;
    for (size_t i = 0; i < count; i++) {
        if (section == NULL || strcmp(section, table[i].section) != 0)
            (void)fprintf(out, "%s[%s]\n", section == NULL ? "" : "\n", table[i].section);
        section = table[i].section;
        (void)fprintf(out, "# %s%s\n", table[i].help,
                      table[i].fallback == NULL ? " Must be given." : "");
        print_range(&table[i], out);
        (void)fprintf(out, "#%s = %s\n", table[i].key,
                      table[i].fallback == NULL ? "" : table[i].fallback);
    }
}
