#include <clinic/registry.h>

#include "folder_sync.h"

#include <clinic/clock.h>
#include <clinic/text.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_BYTES_MAX = CLINIC_REGISTRY_NODES_MAX * 256, // a section as saved has about 130
    PATH_BYTES = 4096,
};

// Which keys the section being read has had.
enum key {
    KEY_ROLE,
    KEY_SERIAL,
    KEY_EXPIRES,
    KEY_REVOKED,
    KEY_COUNT,
};

struct parser {
    struct clinic_registry *registry;
    struct clinic_registry_node node;
    bool has_section;
    bool has[KEY_COUNT];
    const char *path;
    int line;
    enum clinic_status status;
    char *problem;
    size_t problem_bytes;
};

static bool take_role(struct clinic_registry_node *node, const char *value)
{
    return clinic_node_role_find(value, &node->role);
}

static bool take_serial(struct clinic_registry_node *node, const char *value)
{
    const size_t length = strlen(value);
    if (length == 0 || length >= sizeof node->serial || length % 2 != 0
        || strspn(value, "0123456789abcdef") != length)
        return false;
    memcpy(node->serial, value, length + 1);
    return true;
}

static bool take_expires(struct clinic_registry_node *node, const char *value)
{
    return clinic_instant_parse(value, &node->expires_at_ms);
}

static bool take_revoked(struct clinic_registry_node *node, const char *value)
{
    node->is_revoked = strcmp(value, "yes") == 0;
    return node->is_revoked || strcmp(value, "no") == 0;
}

struct key_row {
    const char *name;
    bool (*take)(struct clinic_registry_node *node, const char *value);
    const char *expected;
};

static const struct key_row keys[KEY_COUNT] = {
    [KEY_ROLE] = { "role", take_role, "the name of a role" },
    [KEY_SERIAL] = { "serial", take_serial, "bytes in lower case hexadecimal" },
    [KEY_EXPIRES] = { "expires", take_expires, "an instant such as 2028-11-22T00:00:00.000Z" },
    [KEY_REVOKED] = { "revoked", take_revoked, "yes or no" },
};

__attribute__((format(printf, 3, 4))) static bool
refuse(struct parser *parser, enum clinic_status status, const char *format, ...)
{
    parser->status = status;
    const int used =
        snprintf(parser->problem, parser->problem_bytes, "%.300s:%d: ", parser->path, parser->line);
    if (used < 0 || (size_t)used >= parser->problem_bytes)
        return false;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(parser->problem + used, parser->problem_bytes - (size_t)used, format,
                    arguments);
    va_end(arguments);
    return false;
}

static bool end_section(struct parser *parser)
{
    if (!parser->has_section)
        return true;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (!parser->has[i])
            return refuse(parser, CLINIC_INVALID, "[%s] ends without \"%s\".", parser->node.name,
                          keys[i].name);
    }
    const enum clinic_status status = clinic_registry_put(parser->registry, &parser->node);
    if (status != CLINIC_OK)
        return refuse(parser, status, "[%s]: %s.", parser->node.name, clinic_status_text(status));
    return true;
}

// `line` is "[name]".
static bool begin_section(struct parser *parser, char *line)
{
    if (!end_section(parser))
        return false;
    const size_t length = strlen(line);
    if (line[length - 1] != ']')
        return refuse(parser, CLINIC_INVALID, "a section begins with [ and ends with ].");
    line[length - 1] = '\0';
    const char *name = line + 1;
    if (!clinic_text_is_node_name(name))
        return refuse(parser, CLINIC_INVALID, "the section's name is not a node's name.");
    if (clinic_registry_find(parser->registry, name) != NULL)
        return refuse(parser, CLINIC_INVALID, "[%s] is there twice.", name);

    parser->node = (struct clinic_registry_node){ .role = CLINIC_ROLE_NONE };
    memcpy(parser->node.name, name, strlen(name) + 1);
    parser->has_section = true;
    memset(parser->has, 0, sizeof parser->has);
    return true;
}

static bool take_value(struct parser *parser, const char *name, const char *value)
{
    if (!parser->has_section)
        return refuse(parser, CLINIC_INVALID, "a value stands before the first section.");
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strcmp(keys[i].name, name) != 0)
            continue;
        if (parser->has[i])
            return refuse(parser, CLINIC_INVALID, "[%s] has \"%s\" twice.", parser->node.name,
                          name);
        if (!keys[i].take(&parser->node, value))
            return refuse(parser, CLINIC_INVALID, "[%s] %s is not %s.", parser->node.name, name,
                          keys[i].expected);
        parser->has[i] = true;
        return true;
    }
    return refuse(parser, CLINIC_INVALID, "[%s] has a key that this release does not know.",
                  parser->node.name);
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
        length--;
    text[length] = '\0';
    return text;
}

static bool take_line(struct parser *parser, char *line)
{
    line = trim(line);
    if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
        return true;
    if (line[0] == '[')
        return begin_section(parser, line);
    char *equals = strchr(line, '=');
    if (equals == NULL)
        return refuse(parser, CLINIC_INVALID, "neither a [section] nor \"key = value\".");
    *equals = '\0';
    return take_value(parser, trim(line), trim(equals + 1));
}

static bool take_text(struct parser *parser, char *text)
{
    for (char *line = text; line != NULL;) {
        char *next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        parser->line++;
        if (!take_line(parser, line))
            return false;
        line = next;
    }
    return end_section(parser);
}

// The caller frees *ret_text, which is terminated.
static enum clinic_status read_file(const char *path, char **ret_text, size_t *ret_length)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return CLINIC_IO;
    char *text = malloc(FILE_BYTES_MAX + 1);
    if (text == NULL) {
        (void)fclose(file); // read only: nothing can be lost
        return CLINIC_NOMEM;
    }
    const size_t length = fread(text, 1, FILE_BYTES_MAX + 1, file);
    const bool has_failed = ferror(file) != 0;
    const int error = errno;
    (void)fclose(file); // read only: nothing can be lost
    if (has_failed || length > FILE_BYTES_MAX) {
        free(text);
        errno = has_failed ? error : EFBIG;
        return CLINIC_IO;
    }
    text[length] = '\0';
    *ret_text = text;
    *ret_length = length;
    return CLINIC_OK;
}

enum clinic_status clinic_registry_load(const char *path, struct clinic_registry *ret_registry,
                                        char *reterr_problem, size_t problem_bytes)
{
    char *text = NULL;
    size_t length = 0;
    const enum clinic_status status = read_file(path, &text, &length);
    if (status != CLINIC_OK) {
        (void)snprintf(reterr_problem, problem_bytes, "%.300s: %s.", path,
                       status == CLINIC_IO ? strerror(errno) : clinic_status_text(status));
        return status;
    }

    struct clinic_registry registry = { .nodes = NULL };
    struct parser parser = { .registry = &registry,
                             .path = path,
                             .status = CLINIC_OK,
                             .problem = reterr_problem,
                             .problem_bytes = problem_bytes };
    // What stands behind a NUL byte would be skipped in silence, a revocation perhaps.
    if (memchr(text, '\0', length) != NULL)
        (void)refuse(&parser, CLINIC_INVALID, "there is a NUL byte in the file.");
    else
        (void)take_text(&parser, text);
    free(text);

    if (parser.status != CLINIC_OK) {
        clinic_registry_done(&registry);
        return parser.status;
    }
    *ret_registry = registry;
    return CLINIC_OK;
}

static bool print_nodes(const struct clinic_registry *registry, FILE *file)
{
    (void)fputs("# Written by clinic-broker; do not edit.\n", file);
    for (size_t i = 0; i < registry->count; i++) {
        const struct clinic_registry_node *node = &registry->nodes[i];
        char expires[CLINIC_INSTANT_TEXT_BYTES];
        clinic_instant_print(node->expires_at_ms, expires);
        (void)fprintf(file, "\n[%s]\nrole = %s\nserial = %s\nexpires = %s\nrevoked = %s\n",
                      node->name, clinic_node_role_name(node->role), node->serial, expires,
                      node->is_revoked ? "yes" : "no");
    }
    return fflush(file) == 0 && ferror(file) == 0 && fsync(fileno(file)) == 0;
}

static bool is_writable_as_text(const struct clinic_registry *registry)
{
    for (size_t i = 0; i < registry->count; i++) {
        const struct clinic_registry_node *node = &registry->nodes[i];
        struct clinic_registry_node scratch;
        if (!clinic_text_is_node_name(node->name) || !take_serial(&scratch, node->serial)
            || node->role <= CLINIC_ROLE_NONE || node->role >= CLINIC_NODE_ROLE_COUNT)
            return false;
    }
    return true;
}

enum clinic_status clinic_registry_save(const char *path, const struct clinic_registry *registry)
{
    char temporary[PATH_BYTES];
    const int length = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof temporary || !is_writable_as_text(registry))
        return CLINIC_INVALID;

    const int descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return CLINIC_IO;
    FILE *file = fdopen(descriptor, "w");
    if (file == NULL) {
        (void)close(descriptor); // nothing was written through it
        return CLINIC_IO;
    }
    const bool is_printed = print_nodes(registry, file);
    const bool is_closed = fclose(file) == 0;
    if (!is_printed || !is_closed || rename(temporary, path) != 0) {
        const int error = errno;
        (void)unlink(temporary); // the failure above is the one to report
        errno = error;
        return CLINIC_IO;
    }
    return folder_sync_of(path) ? CLINIC_OK : CLINIC_IO;
}

void clinic_registry_done(struct clinic_registry *registry)
{
    free(registry->nodes);
    *registry = (struct clinic_registry){ .nodes = NULL };
}

// The index of the node, or where it would have to be.
static size_t place_of(const struct clinic_registry *registry, const char *name, bool *ret_is_there)
{
    size_t low = 0;
    size_t high = registry->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(registry->nodes[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_is_there = low < registry->count && strcmp(registry->nodes[low].name, name) == 0;
    return low;
}

const struct clinic_registry_node *clinic_registry_find(const struct clinic_registry *registry,
                                                        const char *name)
{
    bool is_there = false;
    const size_t place = place_of(registry, name, &is_there);
    return is_there ? &registry->nodes[place] : NULL;
}

enum clinic_status clinic_registry_put(struct clinic_registry *registry,
                                       const struct clinic_registry_node *node)
{
    bool is_there = false;
    const size_t place = place_of(registry, node->name, &is_there);
    if (is_there) {
        registry->nodes[place] = *node;
        return CLINIC_OK;
    }
    if (registry->count >= CLINIC_REGISTRY_NODES_MAX)
        return CLINIC_FULL;

    struct clinic_registry_node *nodes =
        realloc(registry->nodes, (registry->count + 1) * sizeof *nodes);
    if (nodes == NULL)
        return CLINIC_NOMEM;
    memmove(&nodes[place + 1], &nodes[place], (registry->count - place) * sizeof *nodes);
    nodes[place] = *node;
    registry->nodes = nodes;
    registry->count++;
    return CLINIC_OK;
}
