// tell.c - how a decision about a load cell begins and ends.
#include "scale_scope.h"

#include <stdio.h>

enum clinic_status channel_begin(struct decision *decision, const char *node, int64_t number,
                                 struct channel *ret_channel)
{
    (void)snprintf(decision->subject, sizeof decision->subject, "scale/%s.%d", node, (int)number);
    return channel_load(decision->store, node, number, ret_channel);
}

enum clinic_status channel_begin_request(struct decision *decision, const char *node,
                                         struct channel *ret_channel)
{
    int64_t number = 0;

    (void)clinic_json_integer(decision->request->data, "channel", &number);
    return channel_begin(decision, node, number, ret_channel);
}

enum clinic_status channel_refuse_absent(struct decision *decision, const struct channel *channel)
{
    if (channel->is_there)
        return CLINIC_OK;
    return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "channel",
                           "No such channel of this scale has been added.");
}

static cJSON *scale_changed(const struct channel *channel, const char *cause)
{
    cJSON *data = cJSON_CreateObject();

    if (data != NULL && cJSON_AddStringToObject(data, "node", channel->node) != NULL
        && cJSON_AddNumberToObject(data, "channel", (double)channel->number) != NULL
        && cJSON_AddNumberToObject(data, "version", (double)channel->version) != NULL
        && cJSON_AddStringToObject(data, "cause", cause) != NULL && channel_add(data, channel))
        return data;
    cJSON_Delete(data);
    return NULL;
}

enum clinic_status channel_tell(struct decision *decision, struct channel *channel,
                                const char *cause)
{
    channel->version++;
    return decision_append(decision, CLINIC_EQUIPMENT_SCALE_CHANGED, decision->subject, NULL, NULL,
                           scale_changed(channel, cause));
}

enum clinic_status channel_reply(struct decision *decision, const struct channel *channel)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    return data != NULL
                   && cJSON_AddNumberToObject(data, "version", (double)channel->version) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}
