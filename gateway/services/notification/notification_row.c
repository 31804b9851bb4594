// notification_row.c - the row of a message: rendered once, in the words of the recipient's language.
#include "notification_scope.h"

#include "quiet.h"

#include <clinic/clock.h>

#include <string.h>

int64_t notification_instant(const cJSON *object, const char *name)
{
    int64_t at_ms = 0;
    const char *text = clinic_json_text(object, name);

    if (text != NULL)
        (void)clinic_instant_parse(text, &at_ms); // the catalogue has let only instants pass
    return at_ms;
}

static enum clinic_status insert(struct store *store, const struct clinic_event *event,
                                 const struct message *message, const char *language,
                                 const char *body, int64_t not_before_ms)
{
    struct query *query = query_start(store, notification_sql[MESSAGE_INSERT]);

    query_bind_integer(query, 1, (int64_t)event->sequence);
    query_bind_integer(query, 2, message->ordinal);
    query_bind_id(query, 3, &message->patient_id);
    query_bind_id(query, 4, &message->visit_id);
    query_bind_id(query, 5, &message->report_id);
    query_bind_text(query, 6, message->audience);
    query_bind_id(query, 7, &message->recipient);
    query_bind_text(query, 8, message->channel);
    query_bind_text(query, 9, message_template_name(message->template));
    query_bind_text(query, 10, language);
    query_bind_text(query, 11, body);
    query_bind_integer(query, 12, reaction_time_ms(event));
    query_bind_integer(query, 13, not_before_ms);
    query_bind_integer(query, 14, message->expires_at_ms);
    return query_run(query, NULL);
}

static enum clinic_status render(const struct reaction_scene *scene, const struct message *message,
                                 const char *language, char body[static MESSAGE_BODY_BYTES])
{
    struct message_values values = message->values;
    const size_t limit = strcmp(message->channel, "sms") == 0 ? MESSAGE_SMS_CHARACTERS : 0;

    values.clinic = scene->site->name;
    values.phone = scene->site->phone;
    return message_render(message->template, language, &values, limit, body);
}

enum clinic_status notification_write(const struct reaction_scene *scene,
                                      const struct clinic_event *event,
                                      const struct message *message)
{
    char body[MESSAGE_BODY_BYTES];
    const int64_t now_ms = reaction_time_ms(event);
    const int64_t not_before_ms = message->is_urgent ? now_ms : quiet_over(now_ms);
    const char *language = message_language(message->language, scene->site->language);
    const struct message_id id = { event->sequence, (int)message->ordinal };

    if (message->expires_at_ms <= not_before_ms)
        return CLINIC_OK;
    enum clinic_status status = render(scene, message, language, body);
    if (status == CLINIC_OK)
        status = insert(scene->store, event, message, language, body, not_before_ms);
    if (status != CLINIC_OK || strcmp(message->channel, "screen") == 0)
        return status;
    return delivery_begin(scene->store, &id, message->channel, message->is_urgent, not_before_ms,
                          message->expires_at_ms);
}
