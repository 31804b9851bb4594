#include "evidence.h"

#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FILES_OPEN_MAX = 16, WITHIN_MS = 10000, LOOK_EVERY_MS = 10 };

// The caller frees the content, which is terminated; NULL: there is no such file.
static char *read_file(const char *path, size_t *ret_length)
{
    FILE *file = fopen(path, "rb");
    char *content = NULL;
    char bytes[16384];
    FILE *copy = NULL;

    if (file == NULL)
        return NULL;
    copy = open_memstream(&content, ret_length);
    assert_non_null(copy);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
        assert_int_equal(fwrite(bytes, 1, got, copy), got);
    assert_int_equal(fclose(copy), 0);
    (void)fclose(file);
    return content;
}

static size_t count_lines(char *text, const char *wanted)
{
    size_t count = 0;
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        count += strstr(line, wanted) != NULL;
    return count;
}

size_t evidence_events(struct fixture *fixture, const char *text)
{
    static struct process_output output;

    fixture_must_run_gateway(fixture, &output, "events", "--json");
    return count_lines(output.text, text);
}

int64_t evidence_sql(struct fixture *fixture, const char *format, ...)
{
    static struct process_output output;
    char sql[512];
    char *end = NULL;
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(sql, sizeof sql, format, arguments);
    va_end(arguments);
    process_run(&output,
                (const char *const[]){ "sqlite3", "-readonly", "-cmd", ".timeout 5000",
                                       fixture_path(fixture, "data/clinic.db"), sql, NULL });
    const int64_t value = strtoll(output.text, &end, 10);
    if (output.exit_code != 0 || end == output.text)
        fail_msg("%s: %s", sql, output.text);
    return value;
}

bool evidence_in_file(const struct fixture *fixture, const char *file, const char *text)
{
    size_t length = 0;
    char *content = read_file(fixture_path(fixture, "%s", file), &length);

    assert_non_null(content);
    const bool is_there = strstr(content, text) != NULL;
    free(content);
    return is_there;
}

size_t evidence_lines(const struct fixture *fixture, const char *file, const char *text)
{
    size_t length = 0;
    char *content = read_file(fixture_path(fixture, "%s", file), &length);
    const size_t count = content == NULL ? 0 : count_lines(content, text);

    free(content);
    return count;
}

void evidence_wait_lines(const struct fixture *fixture, const char *file, const char *text,
                         size_t count)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;

    while (evidence_lines(fixture, file, text) < count) {
        if (process_now_ms() > deadline_ms)
            fail_msg("%s does not say: %s", file, text);
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}

int64_t evidence_figure(struct fixture *fixture, const char *path)
{
    static struct process_output output;
    char names[64];
    char *rest = NULL;
    int64_t value = 0;

    fixture_must_run_gateway(fixture, &output, "status", "--json");
    cJSON *status = cJSON_Parse(output.text);
    assert_non_null(status);
    (void)snprintf(names, sizeof names, "%s", path);
    const cJSON *at = status;
    const char *name = strtok_r(names, ".", &rest);
    for (const char *next; (next = strtok_r(NULL, ".", &rest)) != NULL; name = next)
        at = clinic_json_member(at, name);
    if (!clinic_json_integer(at, name, &value))
        fail_msg("no figure %s in %s", path, output.text);
    cJSON_Delete(status);
    return value;
}

// ---- search; nftw() passes no context

static const char *wanted;
static char found[512];

static bool holds(const char *content, size_t length, const char *text)
{
    const size_t text_length = strlen(text);

    for (size_t at = 0; at + text_length <= length; at++) {
        if (strncasecmp(content + at, text, text_length) == 0)
            return true;
    }
    return false;
}

static int look_into(const char *path, const struct stat *status, int type, struct FTW *place)
{
    size_t length = 0;

    (void)status;
    (void)place;
    if (type != FTW_F)
        return 0;
    char *content = read_file(path, &length);
    if (content == NULL)
        return 0; // it went away meanwhile
    if (holds(content, length, wanted))
        (void)snprintf(found, sizeof found, "%s", path);
    free(content);
    return found[0] != '\0';
}

bool evidence_on_disk(const struct fixture *fixture, const char *folder, const char *text,
                      char *ret_where, size_t where_bytes)
{
    wanted = text;
    found[0] = '\0';
    assert_true(nftw(fixture_path(fixture, "%s", folder), look_into, FILES_OPEN_MAX, FTW_PHYS)
                >= 0);
    (void)snprintf(ret_where, where_bytes, "%s", found);
    return found[0] != '\0';
}
