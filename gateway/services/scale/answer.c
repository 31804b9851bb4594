// answer.c - what a scale answers to a step of its set-up.
//
// A scale may answer the same step twice: it lost its power before it had our reply. The second answer changes
// nothing. What comes after the two minutes is refused: staff have been told that there was none.
#include "scale_scope.h"

// What a good answer to a step says. An inexact sample says the same.
static const enum scale_setting measured[][2] = {
    [STEP_TARE] = { SETTING_TARE_COUNTS, SETTING_TARE_COUNTS },
    [STEP_CALIBRATE] = { SETTING_SPAN_COUNTS, SETTING_SPAN_MG },
    [STEP_SAMPLE] = { SETTING_UNIT_MG, SETTING_NOISE_MG },
};

static bool is_measured(enum scale_outcome outcome)
{
    return outcome == OUTCOME_DONE || outcome == OUTCOME_INEXACT;
}

static enum clinic_status refuse_bare(struct decision *decision, const struct channel *channel,
                                      enum scale_outcome outcome)
{
    int64_t span = 1;
    const cJSON *data = decision->request->data;
    const enum scale_step step = channel->task.step;

    if (outcome == OUTCOME_INEXACT && step != STEP_SAMPLE)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "outcome",
                               "Only a sample is inexact.");
    for (size_t i = 0; i < ARRAY_SIZE(measured[0]) && is_measured(outcome); i++) {
        const char *member = scale_setting_names[measured[step][i]];
        if (clinic_json_member(data, member) == NULL)
            return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, member,
                                   "This answer says what was measured.");
    }
    if (clinic_json_integer(data, "span_counts", &span) && span == 0)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "span_counts",
                               "No weight is told from none.");
    return CLINIC_OK;
}

// The scale judges with what it knows itself (its noise, boxes if there are any); how large a box must be is reckoned here,
// and agrees with its verdict.
static void judge_sample(struct channel *channel, enum scale_outcome outcome)
{
    int64_t *settings = channel->settings;
    const int64_t units = settings[SETTING_UNITS_PER_BOX] > 0 ? settings[SETTING_UNITS_PER_BOX] : 1;
    int64_t box = exact_box(settings);

    if (outcome == OUTCOME_INEXACT && box <= units)
        box = units + 1;
    if (outcome == OUTCOME_DONE && box > units)
        box = units > 1 ? units : NOT_KNOWN;
    settings[SETTING_BOX_AT_LEAST] = box;
}

static void take_measured(struct channel *channel, const cJSON *data, enum scale_outcome outcome)
{
    const enum scale_step step = channel->task.step;

    for (size_t i = 0; i < ARRAY_SIZE(measured[0]); i++) {
        const enum scale_setting setting = measured[step][i];
        (void)clinic_json_integer(data, scale_setting_names[setting], &channel->settings[setting]);
    }
    if (step != STEP_SAMPLE)
        return;
    channel->settings[SETTING_SAMPLE] = channel->task.count;
    judge_sample(channel, outcome);
}

static enum clinic_status take_answer(struct decision *decision, struct channel *channel)
{
    const cJSON *data = decision->request->data;
    const enum scale_outcome outcome = scale_outcome_read(clinic_json_text(data, "outcome"));
    enum clinic_status status = refuse_bare(decision, channel, outcome);

    if (status != CLINIC_OK)
        return status;
    if (is_measured(outcome))
        take_measured(channel, data, outcome);
    channel_end_task(channel, outcome, decision->now_ms);
    (void)clinic_json_integer(data, "accuracy_permille", &channel->last.accuracy_permille);
    return channel_tell(decision, channel, "answered");
}

static bool is_answered(const struct channel *channel, const struct clinic_id *task_id)
{
    return clinic_id_equal(&channel->last.task_id, task_id)
           && channel->last.outcome != OUTCOME_EXPIRED;
}

enum clinic_status scale_answer(struct decision *decision)
{
    struct channel channel;
    const struct clinic_id task_id = id_member(decision->request->data, "task_id");
    enum clinic_status status = channel_begin_request(decision, decision->caller->node, &channel);

    if (status == CLINIC_OK)
        status = channel_refuse_absent(decision, &channel);
    if (status != CLINIC_OK)
        return status;
    if (clinic_id_equal(&channel.task.id, &task_id))
        status = take_answer(decision, &channel);
    else if (!is_answered(&channel, &task_id))
        status = decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "task_id",
                                 "No such step is under way: it is over, or was never asked for.");
    return status == CLINIC_OK ? channel_reply(decision, &channel) : status;
}
