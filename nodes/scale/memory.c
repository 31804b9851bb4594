#include "memory.h"

#include <clinic/file.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { PATH_BYTES = 1100, FILE_BYTES_MAX = 32 * 1024 };

// ---- reading

static void take_number(const cJSON *json, const char *name, int32_t *ret_value)
{
    int64_t value = 0;
    if (clinic_json_integer(json, name, &value) && value >= INT32_MIN && value <= INT32_MAX)
        *ret_value = (int32_t)value;
}

static void take_channel(const cJSON *json, struct channel_memory *memory)
{
    int64_t basis = 0;
    int32_t state = WEIGH_UNKNOWN;
    const char *serial = clinic_json_text(json, "serial");
    const char *task = clinic_json_text(json, "task_done");
    take_number(json, "state", &state);
    if (state >= WEIGH_UNKNOWN && state <= WEIGH_FAULT)
        memory->weigh.state = (enum weigh_state)state;
    take_number(json, "quantity", &memory->weigh.quantity);
    take_number(json, "drift_mg", &memory->weigh.drift_mg);
    take_number(json, "excess_mg", &memory->weigh.excess_mg);
    if (clinic_json_integer(json, "basis", &basis))
        memory->basis = (uint32_t)basis;
    if (serial != NULL && strlen(serial) < sizeof memory->serial)
        memcpy(memory->serial, serial, strlen(serial) + 1);
    if (task != NULL)
        (void)uuid_read(task, &memory->task_done); // none if it is no id
}

static void take_memory(cJSON *json, struct memory *memory)
{
    const cJSON *channels = clinic_json_member(json, "channels");
    for (int i = 0; i < MEMORY_CHANNELS; i++)
        take_channel(cJSON_GetArrayItem(channels, i), &memory->channels[i]);
    memory->config = cJSON_DetachItemFromObjectCaseSensitive(json, "config");
}

enum clinic_status memory_load(const char *state_folder, struct memory *ret_memory)
{
    char path[PATH_BYTES];
    char bytes[FILE_BYTES_MAX];
    struct clinic_problem problem;
    cJSON *json = NULL;
    *ret_memory = (struct memory){ 0 };
    (void)snprintf(path, sizeof path, "%s/scale.json", state_folder);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return CLINIC_NOT_FOUND;
    const ssize_t length = read(fd, bytes, sizeof bytes);
    (void)close(fd); // read only
    if (length < 0 || clinic_json_parse(bytes, (size_t)length, &json, &problem) != CLINIC_OK)
        return CLINIC_NOT_FOUND;
    take_memory(json, ret_memory);
    cJSON_Delete(json);
    return CLINIC_OK;
}

void memory_done(struct memory *memory)
{
    cJSON_Delete(memory->config);
    memory->config = NULL;
}

// ---- writing

static void add_channel(cJSON *channels, const struct channel_memory *memory)
{
    char task[UUID_TEXT_BYTES];
    cJSON *json = cJSON_CreateObject();
    uuid_print(&memory->task_done, task);
    cJSON_AddNumberToObject(json, "state", memory->weigh.state);
    cJSON_AddNumberToObject(json, "quantity", memory->weigh.quantity);
    cJSON_AddNumberToObject(json, "drift_mg", memory->weigh.drift_mg);
    cJSON_AddNumberToObject(json, "excess_mg", memory->weigh.excess_mg);
    cJSON_AddNumberToObject(json, "basis", memory->basis);
    cJSON_AddStringToObject(json, "serial", memory->serial);
    cJSON_AddStringToObject(json, "task_done", task);
    cJSON_AddItemToArray(channels, json);
}

// The caller frees it. NULL: out of memory.
static char *print_memory(const struct memory *memory)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *channels = cJSON_AddArrayToObject(json, "channels");
    for (size_t i = 0; i < ARRAY_SIZE(memory->channels); i++)
        add_channel(channels, &memory->channels[i]);
    if (memory->config != NULL)
        cJSON_AddItemToObject(json, "config", cJSON_Duplicate(memory->config, true));
    char *text = clinic_json_print(json);
    cJSON_Delete(json);
    return text;
}

enum clinic_status memory_save(const char *state_folder, const struct memory *memory)
{
    char path[PATH_BYTES];
    char *text = print_memory(memory);
    if (text == NULL)
        return CLINIC_NOMEM;
    (void)snprintf(path, sizeof path, "%s/scale.json", state_folder);
    const enum clinic_status status = clinic_file_replace(path, text);
    free(text);
    return status;
}
