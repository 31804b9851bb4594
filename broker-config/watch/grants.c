#include "grants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct grant {
    char *user;
    char *filter;
};

struct grants {
    struct grant *list; // sorted by user
    size_t count;
    size_t room;
};

enum { LINE_BYTES = 1024 };

void grants_free(struct grants *grants)
{
    if (grants == NULL)
        return;
    for (size_t i = 0; i < grants->count; i++) {
        free(grants->list[i].user);
        free(grants->list[i].filter);
    }
    free(grants->list);
    free(grants);
}

static bool add(struct grants *grants, const char *user, const char *filter)
{
    if (grants->count == grants->room) {
        const size_t room = grants->room == 0 ? 256 : 2 * grants->room;
        struct grant *list = realloc(grants->list, room * sizeof *list);
        if (list == NULL)
            return false;
        grants->list = list;
        grants->room = room;
    }
    struct grant *grant = &grants->list[grants->count++];
    grant->user = strdup(user);
    grant->filter = strdup(filter);
    return grant->user != NULL && grant->filter != NULL;
}

// The rest of the line if it begins with the word; else NULL.
static const char *after_word(const char *line, const char *word)
{
    const size_t length = strlen(word);

    return strncmp(line, word, length) == 0 ? line + length : NULL;
}

// `user` is the one whose section this is, and is changed by a line that begins another.
static bool take_line(struct grants *grants, const char *line, char user[static LINE_BYTES])
{
    const char *rest = NULL;

    if (line[0] == '\0' || line[0] == '#')
        return true;
    if ((rest = after_word(line, "user ")) != NULL) {
        (void)snprintf(user, LINE_BYTES, "%s", rest);
        return true;
    }
    if (user[0] == '\0')
        return false; // it would be for everybody
    if (after_word(line, "topic read ") != NULL)
        return true;
    if ((rest = after_word(line, "topic write ")) != NULL)
        return add(grants, user, rest);
    return false;
}

static bool read_lines(struct grants *grants, FILE *file, int *ret_line)
{
    char line[LINE_BYTES];
    char user[LINE_BYTES] = "";

    for (*ret_line = 1; fgets(line, sizeof line, file) != NULL; (*ret_line)++) {
        const size_t length = strcspn(line, "\n");
        if (line[length] != '\n')
            return false;
        line[length] = '\0';
        if (!take_line(grants, line, user))
            return false;
    }
    return ferror(file) == 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct grant *)a)->user, ((const struct grant *)b)->user);
}

struct grants *grants_load(const char *path, char *reterr_problem, size_t problem_bytes)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        (void)snprintf(reterr_problem, problem_bytes, "%s cannot be opened: %m", path);
        return NULL;
    }
    struct grants *grants = calloc(1, sizeof *grants);
    int line = 0;
    const bool is_whole = grants != NULL && read_lines(grants, file, &line);
    (void)fclose(file); // only read from
    if (!is_whole) {
        (void)snprintf(reterr_problem, problem_bytes, "%s:%d is not a line of clinic-broker", path,
                       line);
        grants_free(grants);
        return NULL;
    }
    if (grants->count > 0)
        qsort(grants->list, grants->count, sizeof grants->list[0], compare);
    return grants;
}

static bool matches(const char *filter, const char *topic)
{
    for (;;) {
        if (strcmp(filter, "#") == 0)
            return true;
        const size_t wanted = strcspn(filter, "/");
        const size_t given = strcspn(topic, "/");
        const bool is_any = wanted == 1 && filter[0] == '+';
        if (!is_any && (wanted != given || memcmp(filter, topic, wanted) != 0))
            return false;
        filter += wanted;
        topic += given;
        if (*filter == '\0' || *topic == '\0')
            return *filter == *topic || strcmp(filter, "/#") == 0;
        filter++;
        topic++;
    }
}

// The first of the user's, or where it would be.
static size_t find_user(const struct grants *grants, const char *user)
{
    size_t low = 0;
    size_t high = grants->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(grants->list[middle].user, user) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool grants_let_publish(const struct grants *grants, const char *user, const char *topic)
{
    for (size_t i = find_user(grants, user);
         i < grants->count && strcmp(grants->list[i].user, user) == 0; i++) {
        if (matches(grants->list[i].filter, topic))
            return true;
    }
    return false;
}
