#include "node_positions.h"

#include "folder_sync.h"

#include <clinic/json.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static void take_line(const char *line, struct positions *positions)
{
    char type[65];
    uint64_t sequence = 0;
    if (sscanf(line, "%64s %" SCNu64, type, &sequence) != 2
        || sequence > (uint64_t)CLINIC_JSON_INTEGER_MAX)
        return;
    const struct clinic_event_type *event_type = clinic_event_type_find(type);
    if (event_type == NULL)
        return;
    positions->is_set[event_type->kind] = true;
    positions->sequence[event_type->kind] = sequence;
}

void positions_load(const char *path, struct positions *ret_positions)
{
    char line[128];
    *ret_positions = (struct positions){ 0 };
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL)
        take_line(line, ret_positions);
    (void)fclose(file); // read only
}

static bool write_lines(FILE *file, const struct positions *positions)
{
    bool is_written = true;
    for (size_t kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        if (positions->is_set[kind])
            is_written = is_written
                         && fprintf(file, "%s %" PRIu64 "\n", clinic_event_types[kind].type,
                                    positions->sequence[kind])
                                > 0;
    }
    return is_written && fflush(file) == 0 && fsync(fileno(file)) == 0;
}

enum clinic_status positions_save(const char *path, const struct positions *positions)
{
    char temporary[PATH_BYTES];
    const int length = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof temporary)
        return CLINIC_INVALID;
    FILE *file = fopen(temporary, "we");
    if (file == NULL)
        return CLINIC_IO;
    bool is_written = write_lines(file, positions);
    is_written = fclose(file) == 0 && is_written;
    if (is_written && rename(temporary, path) == 0 && folder_sync_of(path))
        return CLINIC_OK;
    return errno == ENOSPC ? CLINIC_FULL : CLINIC_IO;
}
