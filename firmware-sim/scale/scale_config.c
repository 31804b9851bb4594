// scale_config.c - what the gateway wants: settings, and steps of the set-up.
//
// A step is done once: its task id is kept in the flash with its answer before that is sent. So after a loss of power the
// same answer is sent again, and the same step never done again; a step that was interrupted begins anew.
#include "scale_scope.h"

#include <string.h>

static void change_bin(struct scale *scale, unsigned channel, const struct channel_settings *before)
{
    const struct channel_settings *settings = &scale->settings.channels[channel];

    if (before->is_used && settings->is_used)
        bin_change(&scale->bins[channel], before, settings);
    else
        scale_begin_bin(scale, channel);
}

// The flash has it first: what a change means would else depend on when the power fails.
static bool take_over(struct scale *scale, const struct settings *settings)
{
    const struct settings before = scale->settings;
    struct record_settings record;

    memset(&record, 0, sizeof record);
    memcpy(&record.settings, settings, sizeof record.settings);
    record.format = RECORD_FORMAT;
    if (!scale_store(scale, RECORD_SETTINGS, &record, sizeof record))
        return false;
    memcpy(&scale->settings, settings, sizeof scale->settings);
    for (unsigned i = 0; i < HAL_CELLS; i++)
        change_bin(scale, i, &before.channels[i]);
    return true;
}

// The content decides, not the version alone: a gateway that was restored from a backup may use a number twice.
void scale_take_config(struct scale *scale, const char *json, size_t length)
{
    struct config config;
    const char *wrong;

    if (!settings_read(json, length, &config, &wrong)) {
        scale->config_problem = wrong;
        scale->counts.configs_refused++;
        return;
    }
    scale_hear_time(scale, config.time_ms);
    if (!settings_equal(&config.settings, &scale->settings)
        && !take_over(scale, &config.settings)) {
        scale->config_problem = "flash";
        return;
    }
    memcpy(scale->tasks, config.tasks, sizeof scale->tasks);
    scale->config_problem = NULL;
}

// ---- steps of the set-up

static void finish(struct scale *scale, unsigned channel, const struct setup_answer *answer)
{
    struct bin *bin = &scale->bins[channel];

    scale->answers.channels[channel] = (struct record_answer){
        .task_id = bin->task_id,
        .id = scale_next_id(scale),
        .time_ms = scale->clock.wall_ms,
        .answer = *answer,
        .step = (uint8_t)bin->setup.task.step,
        .is_waiting = true,
    };
    scale->answers.format = RECORD_FORMAT;
    (void)scale_store(scale, RECORD_ANSWERS, &scale->answers, sizeof scale->answers);
}

static bool is_new(const struct scale *scale, unsigned channel)
{
    const struct config_task *task = &scale->tasks[channel];
    const struct record_answer *last = &scale->answers.channels[channel];

    return !uuid_is_none(&task->id) && !uuid_equal(&task->id, &last->task_id)
           && !last->is_waiting; // its answer would be overwritten
}

static void go_on(struct scale *scale, unsigned channel)
{
    struct bin *bin = &scale->bins[channel];
    struct setup_answer answer;

    if (setup_is_busy(&bin->setup) && !uuid_equal(&bin->task_id, &scale->tasks[channel].id))
        bin->setup = (struct setup){ .is_busy = false }; // given up, or replaced
    if (!setup_is_busy(&bin->setup) && is_new(scale, channel))
        bin_begin_task(bin, &scale->settings.channels[channel], &scale->tasks[channel],
                       scale->now_ms);
    if (setup_is_answered(&bin->setup, scale->now_ms, &answer))
        finish(scale, channel, &answer);
}

void scale_set_up(struct scale *scale)
{
    for (unsigned i = 0; i < HAL_CELLS; i++) {
        if (scale->settings.channels[i].is_used)
            go_on(scale, i);
    }
}
