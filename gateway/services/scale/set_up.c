// set_up.c - a step of setting a scale up, from the front desk to the scale.
//
// Somebody stands at the scale and has emptied or filled the bin. So a step begins at once or not at all: one that
// waited in a desk's outbox would measure whatever lies there by then. One step at a time; it is over when the scale has
// answered (answer.c) or after two minutes (tend.c).
#include "../json_add.h"
#include "scale_scope.h"

// What a step needs: a member of the request, and what must be known before.
static const struct {
    const char *member; // NULL: none
    bool needs_tare;
    bool needs_calibration;
    bool needs_goods; // how much a piece varies, and how many there may be
} needs[] = {
    [STEP_TARE] = { 0 },
    [STEP_CALIBRATE] = { "mass_mg", .needs_tare = true },
    [STEP_SAMPLE] = { "count", .needs_tare = true, .needs_calibration = true, .needs_goods = true },
};

static enum clinic_status refuse_unknown(struct decision *decision, const struct channel *channel,
                                         enum scale_step step)
{
    const int64_t *settings = channel->settings;

    if (needs[step].needs_tare && settings[SETTING_TARE_COUNTS] == NOT_KNOWN)
        return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, "step",
                               "Take the tare first.");
    if (needs[step].needs_calibration && settings[SETTING_SPAN_COUNTS] == NOT_KNOWN)
        return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, "step", "Calibrate first.");
    if (needs[step].needs_goods
        && (settings[SETTING_VARIATION] == NOT_KNOWN || settings[SETTING_MOST] == NOT_KNOWN))
        return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, "step",
                               "Say first how many units there are at most (most) and how much "
                               "their weights differ (variation_permyriad).");
    return CLINIC_OK;
}

static enum clinic_status refuse_late(struct decision *decision)
{
    if (decision->now_ms - decision_asked_at_ms(decision) <= TASK_MS)
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_REQUEST_EXPIRED, NULL,
                           "This was asked more than two minutes ago. Ask again while somebody is "
                           "at the scale.");
}

static enum clinic_status refuse_busy(struct decision *decision, const struct channel *channel)
{
    const int64_t age_ms = decision->now_ms - channel->task.asked_at_ms;

    if (clinic_id_is_none(&channel->task.id) || age_ms > TASK_MS || age_ms < -TASK_MS)
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_STATE_MISMATCH, "channel",
                           "The scale is still busy with the last step.");
}

static enum clinic_status read_task(struct decision *decision, const struct channel *channel,
                                    struct scale_task *ret_task)
{
    const cJSON *data = decision->request->data;
    struct scale_task task = {
        .id = decision->request->id,
        .step = scale_step_read(clinic_json_text(data, "step")),
        .mass_mg = NOT_KNOWN,
        .count = NOT_KNOWN,
        .asked_at_ms = decision->now_ms,
    };
    const char *member = needs[task.step].member;

    if (member != NULL && clinic_json_member(data, member) == NULL)
        return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, member,
                               "This step needs it.");
    // What the step does not need is not told.
    if (task.step == STEP_CALIBRATE)
        (void)clinic_json_integer(data, "mass_mg", &task.mass_mg);
    if (task.step == STEP_SAMPLE)
        (void)clinic_json_integer(data, "count", &task.count);
    if (task.mass_mg > channel->settings[SETTING_CAPACITY_MG])
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "mass_mg",
                               "That is more than the scale may bear.");
    *ret_task = task;
    return CLINIC_OK;
}

static enum clinic_status reply(struct decision *decision, const struct channel *channel)
{
    enum clinic_status status = channel_reply(decision, channel);

    if (status != CLINIC_OK)
        return status;
    return json_add_id(decision->reply->data, "task_id", &channel->task.id) ? CLINIC_OK
                                                                            : CLINIC_NOMEM;
}

enum clinic_status scale_begin_step(struct decision *decision)
{
    struct channel channel;
    struct scale_task task = { 0 };
    enum clinic_status status = channel_begin_request(
        decision, clinic_json_text(decision->request->data, "node"), &channel);

    if (status == CLINIC_OK)
        status = channel_refuse_absent(decision, &channel);
    if (status == CLINIC_OK)
        status = refuse_late(decision);
    if (status == CLINIC_OK)
        status = refuse_busy(decision, &channel);
    if (status == CLINIC_OK)
        status = read_task(decision, &channel, &task);
    if (status == CLINIC_OK)
        status = refuse_unknown(decision, &channel, task.step);
    if (status != CLINIC_OK)
        return status;
    channel.task = task;
    status = channel_tell(decision, &channel, "asked");
    return status == CLINIC_OK ? reply(decision, &channel) : status;
}
