// change.c - what staff say of a load cell: what it may bear, what lies on it, that it is taken off.
#include "scale_scope.h"

#include <clinic/registry.h>

#include <string.h>

// ---- what is refused

// Whoever is revoked may still be taken off.
static enum clinic_status refuse_other_nodes(struct decision *decision, const char *node)
{
    if (decision->registry == NULL)
        return CLINIC_OK;
    const struct clinic_registry_node *known = clinic_registry_find(decision->registry, node);
    if (known != NULL && known->role == CLINIC_ROLE_SCALE && !known->is_revoked)
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "node",
                           "The broker's registry has no such scale.");
}

static enum clinic_status refuse_gaps(struct decision *decision)
{
    static const char *const needed[] = { "capacity_mg", "bin_mg" };

    for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
        if (clinic_json_member(decision->request->data, needed[i]) == NULL)
            return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, needed[i],
                                   "A new channel needs this.");
    }
    return CLINIC_OK;
}

static enum clinic_status refuse_stale(struct decision *decision, const struct channel *channel)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    if (data == NULL || !cJSON_AddItemToObject(data, "channel", channel_row(channel)))
        return CLINIC_NOMEM;
    return decision_refuse(decision, CLINIC_CODE_STALE_VERSION, "expected_version",
                           "Somebody else, or the scale, has changed this. Look at it again.");
}

static enum clinic_status refuse_version(struct decision *decision, const struct channel *channel,
                                         bool removes)
{
    int64_t expected = 0;
    const bool is_change =
        clinic_json_integer(decision->request->data, "expected_version", &expected);

    if (is_change && !channel->is_there)
        return channel_refuse_absent(decision, channel);
    if (!is_change && channel->is_there && removes)
        return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, "expected_version",
                               "Look at the channel before you take it off.");
    if (!is_change && channel->is_there)
        return decision_refuse(decision, CLINIC_CODE_EXISTS, "channel",
                               "This channel has been added already.");
    return !is_change || expected == channel->version ? CLINIC_OK : refuse_stale(decision, channel);
}

// Zero is never refused: nothing is counted then.
static enum clinic_status refuse_small_boxes(struct decision *decision,
                                             const struct channel *channel)
{
    const int64_t units = channel->settings[SETTING_UNITS_PER_BOX];

    if (units <= 0 || !channel_counts_nothing(channel))
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "units_per_box",
                           "Boxes of fewer than %lld units would be miscounted too often.",
                           (long long)channel->settings[SETTING_BOX_AT_LEAST]);
}

// ---- changes

static void begin_anew(struct channel *channel)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        channel->settings[i] = NOT_KNOWN;
    channel->settings[SETTING_UNITS_PER_BOX] = 0;
    channel->task = (struct scale_task){ 0 };
    channel->last = (struct scale_ending){ 0 };
    channel->is_there = true;
}

// A weight that somebody types is nothing that a sample has shown; what a sample has shown is judged by the new figures.
static void judge(struct channel *channel, const struct channel *before)
{
    if (channel->settings[SETTING_UNIT_MG] != before->settings[SETTING_UNIT_MG]) {
        channel->settings[SETTING_SAMPLE] = NOT_KNOWN;
        channel->settings[SETTING_NOISE_MG] = NOT_KNOWN;
        channel->settings[SETTING_BOX_AT_LEAST] = NOT_KNOWN;
    } else if (channel->settings[SETTING_VARIATION] != before->settings[SETTING_VARIATION]
               || channel->settings[SETTING_MOST] != before->settings[SETTING_MOST]) {
        channel->settings[SETTING_BOX_AT_LEAST] = exact_box(channel->settings);
    }
}

static enum clinic_status take_off(struct decision *decision, struct channel *channel)
{
    channel->is_there = false;
    channel->task = (struct scale_task){ 0 };
    channel->last = (struct scale_ending){ 0 };
    return channel_tell(decision, channel, "removed");
}

static enum clinic_status take_settings(struct decision *decision, struct channel *channel)
{
    const struct channel before = *channel;

    if (!before.is_there)
        begin_anew(channel);
    channel_take_settings(channel, decision->request->data);
    judge(channel, &before);
    enum clinic_status status = refuse_small_boxes(decision, channel);
    if (status != CLINIC_OK)
        return status;
    if (before.is_there && memcmp(before.settings, channel->settings, sizeof before.settings) == 0)
        return decision_refuse(decision, CLINIC_CODE_NO_CHANGE, NULL,
                               "The channel is set so already.");
    return channel_tell(decision, channel, "settings");
}

static enum clinic_status change_channel(struct decision *decision, struct channel *channel)
{
    const bool removes = clinic_json_boolean(decision->request->data, "remove", false);
    enum clinic_status status = refuse_version(decision, channel, removes);

    if (status == CLINIC_OK && removes)
        return channel->is_there ? take_off(decision, channel)
                                 : channel_refuse_absent(decision, channel);
    if (status == CLINIC_OK)
        status = refuse_other_nodes(decision, channel->node);
    if (status == CLINIC_OK && !channel->is_there)
        status = refuse_gaps(decision);
    return status == CLINIC_OK ? take_settings(decision, channel) : status;
}

static enum clinic_status reply(struct decision *decision, const struct channel *channel)
{
    enum clinic_status status = channel_reply(decision, channel);
    cJSON *data = decision->reply->data;

    if (status == CLINIC_OK
        && (cJSON_AddStringToObject(data, "node", channel->node) == NULL
            || cJSON_AddNumberToObject(data, "channel", (double)channel->number) == NULL))
        return CLINIC_NOMEM;
    return status;
}

enum clinic_status scale_change(struct decision *decision)
{
    struct channel channel;
    enum clinic_status status = channel_begin_request(
        decision, clinic_json_text(decision->request->data, "node"), &channel);

    if (status == CLINIC_OK)
        status = change_channel(decision, &channel);
    return status == CLINIC_OK ? reply(decision, &channel) : status;
}
