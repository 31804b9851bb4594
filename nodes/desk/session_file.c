#include "session_file.h"

#include <clinic/file.h>
#include <clinic/json.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 1100, FILE_BYTES_MAX = 1024 };

static void file_path(const char *state_folder, char path[static PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/session.json", state_folder);
}

static void take_text(const cJSON *object, const char *name, char *text, size_t text_bytes)
{
    const char *value = clinic_json_text(object, name);
    (void)snprintf(text, text_bytes, "%s", value == NULL ? "" : value);
}

static ssize_t read_whole(const char *path, char *bytes, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -1;
    ssize_t length = read(fd, bytes, size);
    (void)close(fd);
    return length;
}

enum clinic_status session_file_load(const char *state_folder, struct session_file *ret_session)
{
    char path[PATH_BYTES];
    char bytes[FILE_BYTES_MAX];
    struct session_file session = { .session = "" };
    struct clinic_problem problem;
    cJSON *json = NULL;
    file_path(state_folder, path);
    ssize_t length = read_whole(path, bytes, sizeof bytes);
    if (length < 0 || clinic_json_parse(bytes, (size_t)length, &json, &problem) != CLINIC_OK)
        return CLINIC_NOT_FOUND;
    take_text(json, "session", session.session, sizeof session.session);
    take_text(json, "name", session.name, sizeof session.name);
    take_text(json, "role", session.role, sizeof session.role);
    take_text(json, "expires", session.expires, sizeof session.expires);
    cJSON_Delete(json);
    if (session.session[0] == '\0')
        return CLINIC_NOT_FOUND;
    *ret_session = session;
    return CLINIC_OK;
}

enum clinic_status session_file_save(const char *state_folder, const cJSON *sign_in)
{
    char path[PATH_BYTES];
    file_path(state_folder, path);
    char *text = clinic_json_print(sign_in);
    if (text == NULL)
        return CLINIC_NOMEM;
    const enum clinic_status status = clinic_file_replace(path, text);
    free(text);
    return status;
}

void session_file_remove(const char *state_folder)
{
    char path[PATH_BYTES];
    file_path(state_folder, path);
    (void)unlink(path); // it is gone either way
}
