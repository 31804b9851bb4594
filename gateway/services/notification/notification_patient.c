// notification_patient.c - what patients are told, and how: by mail before phone, and never more than they bear.
#include "notification_scope.h"

#include "../local_time.h"
#include "quiet.h"

#include <string.h>

enum {
    WELCOME_DAYS = 14, // a welcome later than that only puzzles
    REPORT_DAYS = 14,
    SMS_A_DAY = 1,
    SMS_A_WEEK = 3,
    WEEK_DAYS = 7,
    SAME_REQUEST_MS =
        1000, // registered and booked in one step, the events are some milliseconds apart
};

// ---- the way to a patient

static enum clinic_status may_write_sms(struct store *store, const struct clinic_id *patient_id,
                                        int64_t not_before_ms, bool *ret_may)
{
    const int today = local_day_number_at(not_before_ms);
    int of_day = 0;
    int of_week = 0;
    struct query *query = query_start(store, notification_sql[MESSAGE_SMS_SINCE]);

    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, not_before_ms - WEEK_DAYS * NOTIFICATION_DAY_MS);
    // What waits for the morning counts; what a clock that was ahead has dated into next year does not.
    query_bind_integer(query, 3, not_before_ms + NOTIFICATION_DAY_MS);
    while (query_next(query)) {
        of_week++;
        of_day += local_day_number_at(query_column_integer(query, 0)) == today;
    }
    *ret_may = of_day < SMS_A_DAY && of_week < SMS_A_WEEK;
    return query_end(query);
}

// Whom no channel may reach is told by staff: a sheet of paper, a call.
static enum clinic_status choose_channel(const struct reaction_scene *scene,
                                         const struct clinic_event *event,
                                         const struct patient_contact *contact,
                                         struct message *message)
{
    const int64_t now_ms = reaction_time_ms(event);
    bool may = false;
    enum clinic_status status = CLINIC_OK;

    message->channel = "print";
    if (contact->may_email)
        message->channel = "email";
    else if (contact->may_sms)
        status = may_write_sms(scene->store, &message->recipient,
                               message->is_urgent ? now_ms : quiet_over(now_ms), &may);
    if (may)
        message->channel = "sms";
    return status;
}

static enum clinic_status write_to(const struct reaction_scene *scene,
                                   const struct clinic_event *event,
                                   const struct clinic_id *patient_id,
                                   const struct patient_contact *contact,
                                   const struct message *message)
{
    char first_name[MESSAGE_FIRST_NAME_BYTES];
    struct message addressed = *message;

    message_first_name(contact->name, first_name);
    addressed.ordinal = MESSAGE_TO_PATIENT;
    addressed.audience = "patient";
    addressed.patient_id = *patient_id;
    addressed.recipient = *patient_id;
    addressed.language = contact->language;
    addressed.values.first_name = first_name;
    enum clinic_status status = choose_channel(scene, event, contact, &addressed);
    return status == CLINIC_OK ? notification_write(scene, event, &addressed) : status;
}

enum clinic_status notification_write_to_patient(const struct reaction_scene *scene,
                                                 const struct clinic_event *event,
                                                 const struct clinic_id *patient_id,
                                                 const struct message *message)
{
    struct patient_contact contact;

    enum clinic_status status = patient_find_contact(scene->store, patient_id, &contact);
    if (status == CLINIC_REFUSED || status == CLINIC_NOT_FOUND)
        return CLINIC_OK;
    return status == CLINIC_OK ? write_to(scene, event, patient_id, &contact, message) : status;
}

enum clinic_status notification_yield_welcome(const struct reaction_scene *scene,
                                              const struct clinic_event *event,
                                              const struct clinic_id *patient_id)
{
    struct query *query = query_start(scene->store, notification_sql[MESSAGE_YIELD_WELCOME]);

    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, reaction_time_ms(event) - SAME_REQUEST_MS);
    enum clinic_status status = query_run(query, NULL);
    if (status != CLINIC_OK)
        return status;
    query = query_start(scene->store, notification_sql[DELIVERY_YIELD_WELCOME]);
    query_bind_id(query, 1, patient_id);
    return query_run(query, NULL);
}

// ---- events

enum clinic_status notification_welcome(const struct reaction_scene *scene,
                                        const struct clinic_event *event)
{
    struct patient_contact contact;
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    const struct message message = {
        .template = MESSAGE_WELCOME,
        .expires_at_ms = quiet_over(reaction_time_ms(event)) + WELCOME_DAYS * NOTIFICATION_DAY_MS,
    };

    // A rebuild passes here for a patient who was deleted later; all their messages are gone.
    if (scene->is_erased || clinic_json_text(event->data, "name") == NULL)
        return CLINIC_OK;
    patient_contact_of(event->data, &contact);
    return write_to(scene, event, &patient_id, &contact, &message);
}

// That there is something to read, and nothing of what it is.
enum clinic_status notification_tell_report(const struct reaction_scene *scene,
                                            const struct clinic_event *event)
{
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    const struct message message = {
        .report_id = id_member(event->data, "report_id"),
        .template = MESSAGE_NEW_MESSAGE,
        .expires_at_ms = quiet_over(reaction_time_ms(event)) + REPORT_DAYS * NOTIFICATION_DAY_MS,
    };

    if (!clinic_json_boolean(event->data, "notify", false))
        return CLINIC_OK;
    return notification_write_to_patient(scene, event, &patient_id, &message);
}

static enum clinic_status drop_of_report(const struct reaction_scene *scene,
                                         const struct clinic_event *event)
{
    const struct clinic_id report_id = id_member(event->data, "report_id");
    struct query *query = query_start(scene->store, notification_sql[DELIVERY_DROP_OF_REPORT]);

    query_bind_id(query, 1, &report_id);
    enum clinic_status status = query_run(query, NULL);
    if (status != CLINIC_OK)
        return status;
    query = query_start(scene->store, notification_sql[MESSAGE_DROP_OF_REPORT]);
    query_bind_id(query, 1, &report_id);
    query_bind_integer(query, 2, reaction_time_ms(event));
    return query_run(query, NULL);
}

// The notices before this speak for this report as well: they are about none alone any more.
static enum clinic_status share_notices(const struct reaction_scene *scene,
                                        const struct clinic_event *event)
{
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    const struct clinic_id report_id = id_member(event->data, "report_id");
    struct query *query = query_start(scene->store, notification_sql[MESSAGE_SHARE_OF_REPORTS]);

    query_bind_id(query, 1, &patient_id);
    query_bind_id(query, 2, &report_id);
    return query_run(query, NULL);
}

// Nobody is to come for what is not there any more. But a notice that speaks for another report too still goes out.
enum clinic_status notification_follow_report(const struct reaction_scene *scene,
                                              const struct clinic_event *event)
{
    const char *status = clinic_json_text(event->data, "status");

    if (strcmp(status, "entered-in-error") == 0)
        return drop_of_report(scene, event);
    if (strcmp(status, "draft") == 0 || clinic_json_boolean(event->data, "notify", false))
        return CLINIC_OK;
    return share_notices(scene, event);
}

static enum clinic_status drop_channel(struct store *store, enum notification_sql sql,
                                       const struct clinic_event *event, const char *channel)
{
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    struct query *query = query_start(store, notification_sql[sql]);

    query_bind_id(query, 1, &patient_id);
    query_bind_text(query, 2, channel);
    if (sql == MESSAGE_DROP_OF_CHANNEL)
        query_bind_integer(query, 3, reaction_time_ms(event));
    return query_run(query, NULL);
}

enum clinic_status notification_obey_opt_out(const struct reaction_scene *scene,
                                             const struct clinic_event *event)
{
    static const char *const channels[][2] = { { "email_consent", "email" },
                                               { "sms_consent", "sms" } };
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < ARRAY_SIZE(channels) && status == CLINIC_OK; i++) {
        const char *consent = clinic_json_text(event->data, channels[i][0]);
        if (consent == NULL || strcmp(consent, "given") == 0)
            continue;
        status = drop_channel(scene->store, DELIVERY_DROP_OF_CHANNEL, event, channels[i][1]);
        if (status == CLINIC_OK)
            status = drop_channel(scene->store, MESSAGE_DROP_OF_CHANNEL, event, channels[i][1]);
    }
    return status;
}

// Whatever the reason was, nobody is written to about it: least of all the family of the deceased.
enum clinic_status notification_forget(const struct reaction_scene *scene,
                                       const struct clinic_event *event)
{
    static const enum notification_sql forget[] = { DELIVERY_DELETE_OF_PATIENT,
                                                    MESSAGE_DELETE_OF_PATIENT };
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < ARRAY_SIZE(forget) && status == CLINIC_OK; i++) {
        struct query *query = query_start(scene->store, notification_sql[forget[i]]);
        query_bind_id(query, 1, &patient_id);
        status = query_run(query, NULL);
    }
    return status;
}
