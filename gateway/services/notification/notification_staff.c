// notification_staff.c - what the clinic's own people are told: on screens, without a patient's name.
#include "notification_scope.h"

#include "../doctor/doctor.h"
#include "quiet.h"

#include <stdio.h>
#include <string.h>

enum {
    NOTICE_DAYS = 1,
    FEEDBACK_DAYS = 7,
    DOCTOR_WELCOME_DAYS = 14,
    LABEL_BYTES = 4 * 80 + 1, // of an item or a place: 80 characters
};

static int64_t days_later(const struct clinic_event *event, int days)
{
    return quiet_over(reaction_time_ms(event)) + days * NOTIFICATION_DAY_MS;
}

// ---- patients

// For the screens at the reception: that there is somebody, not who.
enum clinic_status notification_announce_provisional(const struct reaction_scene *scene,
                                                     const struct clinic_event *event)
{
    const struct message message = {
        .ordinal = MESSAGE_TO_STAFF,
        .audience = "staff",
        .patient_id = id_member(event->data, "patient_id"),
        .channel = "screen",
        .template = MESSAGE_PROVISIONAL,
        .expires_at_ms = days_later(event, NOTICE_DAYS),
    };

    return clinic_json_boolean(event->data, "provisional", false)
               ? notification_write(scene, event, &message)
               : CLINIC_OK;
}

// Not a word of it, nor the rating. Feedback that no visit stands behind goes to the clinic, not to the doctor; what
// the patient changes afterwards is no news.
enum clinic_status notification_ask_for_review(const struct reaction_scene *scene,
                                               const struct clinic_event *event)
{
    int64_t version = 1;
    const char *kind = clinic_json_text(event->data, "kind");
    const struct clinic_id doctor_id = id_member(event->data, "doctor_id");
    const bool is_general = clinic_id_is_none(&doctor_id) || strcmp(kind, "general") == 0;
    const struct message message = {
        .ordinal = is_general ? MESSAGE_TO_STAFF : MESSAGE_TO_DOCTOR,
        .audience = "staff",
        .channel = "screen",
        .template = is_general ? MESSAGE_GENERAL_FEEDBACK : MESSAGE_DOCTOR_FEEDBACK,
        .expires_at_ms = days_later(event, FEEDBACK_DAYS),
    };

    (void)clinic_json_integer(event->data, "version", &version);
    if (version > 1)
        return CLINIC_OK;
    if (is_general)
        return notification_write(scene, event, &message);
    return notification_write_to_doctor(scene, event, &doctor_id, &message);
}

// ---- doctors

enum clinic_status notification_write_to_doctor(const struct reaction_scene *scene,
                                                const struct clinic_event *event,
                                                const struct clinic_id *doctor_id,
                                                const struct message *message)
{
    struct doctor doctor = { 0 };
    struct message addressed = *message;

    enum clinic_status status = doctor_find(scene->store, doctor_id, &doctor);
    if (status != CLINIC_OK && status != CLINIC_NOT_FOUND)
        return status;
    addressed.audience = "doctor";
    addressed.recipient = *doctor_id;
    addressed.channel = "screen";
    addressed.language = doctor.language;
    return notification_write(scene, event, &addressed);
}

enum clinic_status notification_welcome_doctor(const struct reaction_scene *scene,
                                               const struct clinic_event *event)
{
    const struct message message = {
        .ordinal = MESSAGE_TO_DOCTOR,
        .audience = "doctor",
        .recipient = id_member(event->data, "doctor_id"),
        .channel = clinic_json_text(event->data, "email") == NULL ? "screen" : "email",
        .template = MESSAGE_DOCTOR_WELCOME,
        .language = clinic_json_text(event->data, "language"),
        .expires_at_ms = days_later(event, DOCTOR_WELCOME_DAYS),
    };

    return notification_write(scene, event, &message);
}

// ---- stock

enum clinic_status notification_learn_item(const struct reaction_scene *scene,
                                           const struct clinic_event *event)
{
    struct query *query = query_start(scene->store, notification_sql[STOCK_ITEM_PUT]);

    query_bind_text(query, 1, clinic_json_text(event->data, "item_id"));
    query_bind_text(query, 2, clinic_json_text(event->data, "name"));
    query_bind_text(query, 3, clinic_json_text(event->data, "location"));
    return query_run(query, NULL);
}

enum clinic_status notification_tell_low_stock(const struct reaction_scene *scene,
                                               const struct clinic_event *event)
{
    struct message message = {
        .ordinal = MESSAGE_TO_STAFF,
        .audience = "staff",
        .channel = "screen",
        .template = MESSAGE_LOW_STOCK,
        .values = { .item = clinic_json_text(event->data, "name"),
                    .unit = clinic_json_text(event->data, "unit"),
                    .location = clinic_json_text(event->data, "location") },
        .expires_at_ms = days_later(event, NOTICE_DAYS),
    };

    (void)clinic_json_integer(event->data, "quantity", &message.values.quantity);
    (void)clinic_json_integer(event->data, "minimum", &message.values.minimum);
    message.is_urgent = message.values.quantity == 0;
    return notification_write(scene, event, &message);
}

static enum clinic_status mark_item(struct store *store, enum notification_sql sql,
                                    const char *item_id, bool *ret_is_news)
{
    int64_t changes = 0;
    struct query *query = query_start(store, notification_sql[sql]);

    query_bind_text(query, 1, item_id);
    enum clinic_status status = query_run(query, &changes);
    *ret_is_news = changes > 0;
    return status;
}

static enum clinic_status tell_out(const struct reaction_scene *scene,
                                   const struct clinic_event *event, const char *item_id)
{
    char name[LABEL_BYTES];
    char location[LABEL_BYTES];
    const struct message message = {
        .ordinal = MESSAGE_TO_STAFF,
        .audience = "staff",
        .channel = "screen",
        .template = MESSAGE_OUT_OF_STOCK,
        .values = { .item = name, .location = location },
        .is_urgent = true,
        .expires_at_ms = days_later(event, NOTICE_DAYS),
    };
    struct query *query = query_start(scene->store, notification_sql[STOCK_ITEM_FIND]);

    query_bind_text(query, 1, item_id);
    if (query_next(query)) {
        (void)snprintf(name, sizeof name, "%s", query_column_text(query, 0));
        (void)snprintf(location, sizeof location, "%s", query_column_text(query, 1));
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK ? notification_write(scene, event, &message) : status;
}

// Once, until there is some of it again: a scale that falls silent meanwhile says nothing about the shelf.
enum clinic_status notification_tell_out_of_stock(const struct reaction_scene *scene,
                                                  const struct clinic_event *event)
{
    const char *item_id = clinic_json_text(event->data, "item_id");
    const char *state = clinic_json_text(event->data, "state");
    bool is_news = false;

    if (strcmp(state, "unknown") == 0)
        return CLINIC_OK;
    if (strcmp(state, "out") != 0)
        return mark_item(scene->store, STOCK_ITEM_BACK, item_id, &is_news);
    enum clinic_status status = mark_item(scene->store, STOCK_ITEM_OUT, item_id, &is_news);
    return status == CLINIC_OK && is_news ? tell_out(scene, event, item_id) : status;
}
