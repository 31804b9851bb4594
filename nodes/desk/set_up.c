#include "set_up.h"

#include <clinic/json.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    const char *outcome; // of the catalogue
    enum clinic_outcome is;
    const char *words;
} endings[] = {
    { "done", CLINIC_OUTCOME_ACCEPTED, "the scale has measured it" },
    { "moving", CLINIC_OUTCOME_REJECTED,
      "the weight did not stand still: keep hands and drafts off the scale and begin again" },
    { "lifted", CLINIC_OUTCOME_REJECTED,
      "the bin does not stand on the scale: put it there and begin again" },
    { "overload", CLINIC_OUTCOME_REJECTED,
      "there is more on the scale than it may bear: take some off" },
    { "fault", CLINIC_OUTCOME_REJECTED, "the load cell is silent: is it plugged in?" },
    { "too-light", CLINIC_OUTCOME_REJECTED,
      "the weight is lost in the noise of the scale: take a heavier mass, or more units" },
    { "not-calibrated", CLINIC_OUTCOME_REJECTED, "take the tare and calibrate first" },
    { "expired", CLINIC_OUTCOME_UNAVAILABLE,
      "the scale did not answer within two minutes: is it on, and does `clinic-gateway status` "
      "show it?" },
};

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = object == NULL ? NULL : clinic_json_text(object, name);

    return text == NULL ? "" : text;
}

// Nothing is counted until staff say how large the boxes are.
static void propose_boxes(const cJSON *channel, char text[static SET_UP_TEXT_BYTES])
{
    int64_t permille = 0;
    int64_t box = 0;

    (void)clinic_json_integer(clinic_json_member(channel, "last"), "accuracy_permille", &permille);
    (void)clinic_json_integer(clinic_json_member(channel, "settings"), "box_at_least", &box);
    (void)snprintf(
        text, SET_UP_TEXT_BYTES,
        "these units differ too much to be counted one by one: %" PRId64
        " of 1000 counts would be right or one off, 990 are wanted. Have boxes of %" PRId64
        " units or more counted: equipment scale … --units-per-box %" PRId64,
        permille, box, box);
}

static enum clinic_outcome explain(const cJSON *channel, char text[static SET_UP_TEXT_BYTES])
{
    const char *outcome = text_of(clinic_json_member(channel, "last"), "outcome");

    for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
        if (strcmp(endings[i].outcome, outcome) != 0)
            continue;
        (void)snprintf(text, SET_UP_TEXT_BYTES, "%s", endings[i].words);
        return endings[i].is;
    }
    if (strcmp(outcome, "inexact") == 0)
        propose_boxes(channel, text);
    else
        (void)snprintf(text, SET_UP_TEXT_BYTES, "the scale says: %.40s", outcome);
    return CLINIC_OUTCOME_REJECTED;
}

static enum clinic_outcome read_channel(const struct set_up *set_up, cJSON **ret_channel)
{
    cJSON *data = cJSON_CreateObject();

    if (cJSON_AddStringToObject(data, "node", set_up->node) != NULL
        && cJSON_AddNumberToObject(data, "channel", (double)set_up->channel) != NULL)
        return set_up->read(set_up->context, data, ret_channel);
    cJSON_Delete(data);
    return CLINIC_OUTCOME_FAULT;
}

static bool is_ours(const struct set_up *set_up, const cJSON *part, const char *id)
{
    return strcmp(text_of(part, id), set_up->task_id) == 0;
}

// True: there is nothing more to wait for.
static bool is_over(const struct set_up *set_up, const cJSON *channel,
                    enum clinic_outcome *ret_outcome, char text[static SET_UP_TEXT_BYTES])
{
    if (is_ours(set_up, clinic_json_member(channel, "last"), "task_id")) {
        *ret_outcome = explain(channel, text);
        return true;
    }
    if (is_ours(set_up, clinic_json_member(channel, "task"), "id"))
        return false;
    (void)snprintf(text, SET_UP_TEXT_BYTES, "the step is over, and somebody has begun another one");
    *ret_outcome = CLINIC_OUTCOME_UNAVAILABLE;
    return true;
}

enum clinic_outcome set_up_wait(const struct set_up *set_up, cJSON **ret_channel,
                                char ret_text[static SET_UP_TEXT_BYTES])
{
    cJSON *channel = NULL;
    enum clinic_outcome outcome = read_channel(set_up, &channel);

    ret_text[0] = '\0';
    while (outcome == CLINIC_OUTCOME_ACCEPTED && !is_over(set_up, channel, &outcome, ret_text)) {
        if (!set_up->pause(set_up->context)) {
            (void)snprintf(
                ret_text, SET_UP_TEXT_BYTES,
                "the scale has not answered yet: look again with `equipment scale-read`");
            outcome = CLINIC_OUTCOME_UNAVAILABLE;
            break;
        }
        cJSON_Delete(channel);
        channel = NULL;
        outcome = read_channel(set_up, &channel);
    }
    *ret_channel = channel;
    return outcome;
}
