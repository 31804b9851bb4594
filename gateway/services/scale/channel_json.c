// channel_json.c - load cells as events, requests, replies and configs say them.
#include "../json_add.h"
#include "scale_scope.h"

#include <clinic/clock.h>

#include <string.h>

const char *const scale_setting_names[SETTING_COUNT] = {
    [SETTING_CAPACITY_MG] = "capacity_mg",
    [SETTING_BIN_MG] = "bin_mg",
    [SETTING_TARE_COUNTS] = "tare_counts",
    [SETTING_SPAN_COUNTS] = "span_counts",
    [SETTING_SPAN_MG] = "span_mg",
    [SETTING_UNIT_MG] = "unit_mg",
    [SETTING_UNITS_PER_BOX] = "units_per_box",
    [SETTING_VARIATION] = "variation_permyriad",
    [SETTING_MOST] = "most",
    [SETTING_SAMPLE] = "sample",
    [SETTING_NOISE_MG] = "noise_mg",
    [SETTING_BOX_AT_LEAST] = "box_at_least",
};

static const char *const step_names[] = {
    [STEP_TARE] = "tare",
    [STEP_CALIBRATE] = "calibrate",
    [STEP_SAMPLE] = "sample",
};

static const char *const outcome_names[] = {
    [OUTCOME_DONE] = "done",
    [OUTCOME_MOVING] = "moving",
    [OUTCOME_LIFTED] = "lifted",
    [OUTCOME_OVERLOAD] = "overload",
    [OUTCOME_FAULT] = "fault",
    [OUTCOME_TOO_LIGHT] = "too-light",
    [OUTCOME_NOT_CALIBRATED] = "not-calibrated",
    [OUTCOME_INEXACT] = "inexact",
    [OUTCOME_EXPIRED] = "expired",
};

// The catalogue lets no other word pass.
static int find_word(const char *const *words, int first, int last, const char *word)
{
    int found = first;

    while (found < last && strcmp(words[found], word) != 0)
        found++;
    return found;
}

const char *scale_step_name(enum scale_step step)
{
    return step_names[step];
}

enum scale_step scale_step_read(const char *name)
{
    return (enum scale_step)find_word(step_names, STEP_TARE, STEP_SAMPLE, name);
}

enum scale_outcome scale_outcome_read(const char *name)
{
    return (enum scale_outcome)find_word(outcome_names, OUTCOME_DONE, OUTCOME_EXPIRED, name);
}

// ---- from events and requests

void channel_take_settings(struct channel *channel, const cJSON *settings)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        (void)clinic_json_integer(settings, scale_setting_names[i], &channel->settings[i]);
}

static int64_t known_member(const cJSON *object, const char *name)
{
    int64_t value = NOT_KNOWN;

    (void)clinic_json_integer(object, name, &value); // absent: not known
    return value;
}

static int64_t instant_member(const cJSON *object, const char *name)
{
    int64_t at_ms = 0;

    (void)clinic_instant_parse(clinic_json_text(object, name), &at_ms); // the catalogue requires it
    return at_ms;
}

static struct scale_task read_task(const cJSON *task)
{
    return (struct scale_task){
        .id = id_member(task, "id"),
        .step = scale_step_read(clinic_json_text(task, "step")),
        .mass_mg = known_member(task, "mass_mg"),
        .count = known_member(task, "count"),
        .asked_at_ms = instant_member(task, "asked"),
    };
}

static struct scale_ending read_last(const cJSON *last)
{
    return (struct scale_ending){
        .task_id = id_member(last, "task_id"),
        .step = scale_step_read(clinic_json_text(last, "step")),
        .outcome = scale_outcome_read(clinic_json_text(last, "outcome")),
        .answered_at_ms = instant_member(last, "answered"),
        .accuracy_permille = known_member(last, "accuracy_permille"),
    };
}

void channel_take_event(struct channel *channel, const cJSON *data)
{
    const cJSON *settings = clinic_json_member(data, "settings");
    const cJSON *task = clinic_json_member(data, "task");
    const cJSON *last = clinic_json_member(data, "last");

    channel->task = (struct scale_task){ 0 };
    channel->last = (struct scale_ending){ 0 };
    (void)clinic_json_integer(data, "version", &channel->version);
    channel->is_there = settings != NULL;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        channel->settings[i] = known_member(settings, scale_setting_names[i]);
    if (task != NULL)
        channel->task = read_task(task);
    if (last != NULL)
        channel->last = read_last(last);
}

// ---- to events and replies

bool channel_add_known(cJSON *object, const char *name, int64_t value)
{
    return value == NOT_KNOWN || cJSON_AddNumberToObject(object, name, (double)value) != NULL;
}

static bool add_settings(cJSON *object, const struct channel *channel)
{
    cJSON *settings = cJSON_AddObjectToObject(object, "settings");
    bool is_added = settings != NULL;

    for (size_t i = 0; i < SETTING_COUNT && is_added; i++)
        is_added = channel_add_known(settings, scale_setting_names[i], channel->settings[i]);
    return is_added;
}

static bool add_task(cJSON *object, const struct scale_task *task)
{
    cJSON *added = cJSON_AddObjectToObject(object, "task");

    return added != NULL && json_add_id(added, "id", &task->id)
           && json_add_text(added, "step", step_names[task->step])
           && channel_add_known(added, "mass_mg", task->mass_mg)
           && channel_add_known(added, "count", task->count)
           && json_add_instant(added, "asked", task->asked_at_ms);
}

static bool add_last(cJSON *object, const struct scale_ending *last)
{
    cJSON *added = cJSON_AddObjectToObject(object, "last");

    return added != NULL && json_add_id(added, "task_id", &last->task_id)
           && json_add_text(added, "step", step_names[last->step])
           && json_add_text(added, "outcome", outcome_names[last->outcome])
           && json_add_instant(added, "answered", last->answered_at_ms)
           && channel_add_known(added, "accuracy_permille", last->accuracy_permille);
}

bool channel_add(cJSON *object, const struct channel *channel)
{
    return (!channel->is_there || add_settings(object, channel))
           && (clinic_id_is_none(&channel->task.id) || add_task(object, &channel->task))
           && (clinic_id_is_none(&channel->last.task_id) || add_last(object, &channel->last));
}

cJSON *channel_row(const struct channel *channel)
{
    cJSON *row = cJSON_CreateObject();

    if (row != NULL && json_add_text(row, "node", channel->node)
        && cJSON_AddNumberToObject(row, "channel", (double)channel->number) != NULL
        && cJSON_AddNumberToObject(row, "version", (double)channel->version) != NULL
        && channel_add(row, channel) && json_add_text(row, "label", channel->label)
        && (channel->item_id[0] == '\0' || json_add_text(row, "item_id", channel->item_id))
        && cJSON_AddBoolToObject(row, "is_set_up", channel_is_set_up(channel)) != NULL)
        return row;
    cJSON_Delete(row);
    return NULL;
}
