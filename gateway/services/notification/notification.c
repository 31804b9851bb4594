// notification.c - tells people what happened, in words that reveal nothing.
//
// A message is a row, written with the event that caused it. Where it goes (an address, a number) is looked
// up when it is sent, so a row holds no contact data.
#include "notification.h"

#include "../local_time.h"
#include "message_template.h"

#include <clinic/clock.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    // Positions among the messages of one event.
    TO_PATIENT = 0,
    TO_STAFF = 1,

    QUIET_FROM_HOUR = 21,
    QUIET_TO_HOUR = 8,
};

static const int64_t DAY_MS = INT64_C(24) * 60 * 60 * 1000;
static const int64_t WELCOME_DAYS = 14; // a welcome later than that only puzzles
static const int64_t NOTICE_DAYS = 1;

// For a list in IN (…) SQLite would build a temporary table at every insert: a third of the time that
// registering a patient takes.
static const char message_table[] =
    "CREATE TABLE message ("
    " sequence INTEGER NOT NULL CHECK (sequence > 0)," // of the event that caused it
    " ordinal INTEGER NOT NULL CHECK (ordinal >= 0),"
    " patient_id BLOB," // whom it is about
    " audience TEXT NOT NULL"
    " CHECK (audience = 'patient' OR audience = 'doctor' OR audience = 'staff'),"
    " recipient BLOB," // of which patient or doctor; NULL: all staff
    " channel TEXT NOT NULL CHECK (channel = 'email' OR channel = 'sms' OR channel = 'print'"
    " OR channel = 'screen'),"
    " template TEXT NOT NULL,"
    " language TEXT NOT NULL,"
    " body TEXT NOT NULL,"
    " created_at_ms INTEGER NOT NULL,"
    " not_before_ms INTEGER NOT NULL,"
    " expires_at_ms INTEGER NOT NULL CHECK (expires_at_ms > not_before_ms),"
    " PRIMARY KEY (sequence, ordinal)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX message_patient ON message (patient_id) WHERE patient_id IS NOT NULL;";

static const char *const schema[] = { message_table, NULL };
static const char *const tables[] = { "message", NULL };

enum { INSERT, DELETE_OF_PATIENT, DELETE_QUEUED, READ_NOTICES, SQL_COUNT };

static const char *const sql[SQL_COUNT] = {
    [INSERT] = "INSERT INTO message (sequence, ordinal, patient_id, audience, recipient, channel,"
               " template, language, body, created_at_ms, not_before_ms, expires_at_ms)"
               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [DELETE_OF_PATIENT] = "DELETE FROM message WHERE patient_id = ?",
    [DELETE_QUEUED] = "DELETE FROM message WHERE patient_id = ?1 AND audience = 'patient'"
                      " AND channel = ?2 AND not_before_ms > ?3",
    [READ_NOTICES] = "SELECT sequence, ordinal, patient_id, audience, recipient, template, body,"
                     " created_at_ms FROM message WHERE sequence > ?1 AND sequence <= ?2"
                     " AND channel = 'screen' ORDER BY sequence, ordinal",
};

struct message {
    int ordinal;
    struct clinic_id patient_id;
    const char *audience;
    struct clinic_id recipient;
    const char *channel;
    enum message_template template;
    const char *language;
    const char *body;
    int64_t not_before_ms;
    int64_t kept_ms;
};

static enum clinic_status insert(struct store *store, const struct clinic_event *event,
                                 const struct message *message)
{
    struct query *query = query_start(store, sql[INSERT]);

    query_bind_integer(query, 1, (int64_t)event->sequence);
    query_bind_integer(query, 2, message->ordinal);
    query_bind_id(query, 3, &message->patient_id);
    query_bind_text(query, 4, message->audience);
    query_bind_id(query, 5, &message->recipient);
    query_bind_text(query, 6, message->channel);
    query_bind_text(query, 7, message_template_name(message->template));
    query_bind_text(query, 8, message->language);
    query_bind_text(query, 9, message->body);
    query_bind_integer(query, 10, event->recorded_at_ms);
    query_bind_integer(query, 11, message->not_before_ms);
    query_bind_integer(query, 12, message->not_before_ms + message->kept_ms);
    return query_run(query, NULL);
}

static struct clinic_id patient_of(const struct clinic_event *event)
{
    struct clinic_id patient_id = { 0 };

    (void)clinic_id_parse(clinic_json_text(event->data, "patient_id"), &patient_id);
    return patient_id;
}

// ---- a patient is registered

static int64_t after_quiet_hours(int64_t unix_ms)
{
    int hour = local_time_at(unix_ms).hour;

    return hour >= QUIET_FROM_HOUR || hour < QUIET_TO_HOUR
               ? local_next_clock(unix_ms, QUIET_TO_HOUR, 0)
               : unix_ms;
}

// Whom no channel may reach is handed a printed one by the reception.
static const char *choose_channel(const cJSON *patient)
{
    static const struct {
        const char *address;
        const char *consent;
        const char *channel;
    } channels[] = { { "email", "email_consent", "email" }, { "phone", "sms_consent", "sms" } };

    for (size_t i = 0; i < ARRAY_SIZE(channels); i++) {
        const char *consent = clinic_json_text(patient, channels[i].consent);
        if (clinic_json_text(patient, channels[i].address) != NULL && consent != NULL
            && strcmp(consent, "given") == 0)
            return channels[i].channel;
    }
    return "print";
}

static enum clinic_status welcome_patient(const struct reaction_scene *scene,
                                          const struct clinic_event *event)
{
    char body[MESSAGE_BODY_BYTES];
    char first_name[256];
    const char *name = clinic_json_text(event->data, "name");

    // A rebuild passes here for a patient who was deleted later; all their messages are gone.
    if (scene->is_erased || name == NULL)
        return CLINIC_OK;
    (void)snprintf(first_name, sizeof first_name, "%.*s", (int)strcspn(name, " "), name);
    const struct message_values values = { first_name, scene->site->name, scene->site->phone };
    struct message message = {
        .ordinal = TO_PATIENT,
        .patient_id = patient_of(event),
        .audience = "patient",
        .recipient = patient_of(event),
        .channel = choose_channel(event->data),
        .template = MESSAGE_WELCOME,
        .language =
            message_language(clinic_json_text(event->data, "language"), scene->site->language),
        .body = body,
        .not_before_ms = after_quiet_hours(event->recorded_at_ms),
        .kept_ms = WELCOME_DAYS * DAY_MS,
    };
    size_t limit = strcmp(message.channel, "sms") == 0 ? MESSAGE_SMS_CHARACTERS : 0;
    enum clinic_status status =
        message_render(message.template, message.language, &values, limit, body);
    return status == CLINIC_OK ? insert(scene->store, event, &message) : status;
}

// For the screens at the reception: that there is somebody, not who.
static enum clinic_status announce_provisional(const struct reaction_scene *scene,
                                               const struct clinic_event *event)
{
    char body[MESSAGE_BODY_BYTES];
    const struct message_values values = { "", scene->site->name, scene->site->phone };
    struct message message = {
        .ordinal = TO_STAFF,
        .patient_id = patient_of(event),
        .audience = "staff",
        .channel = "screen",
        .template = MESSAGE_PROVISIONAL,
        .language = message_language(scene->site->language, NULL),
        .body = body,
        .not_before_ms = event->recorded_at_ms,
        .kept_ms = NOTICE_DAYS * DAY_MS,
    };

    if (!clinic_json_boolean(event->data, "provisional", false))
        return CLINIC_OK;
    enum clinic_status status =
        message_render(message.template, message.language, &values, 0, body);
    return status == CLINIC_OK ? insert(scene->store, event, &message) : status;
}

// ---- a record changes, or goes

static enum clinic_status drop_queued(struct store *store, const struct clinic_event *event,
                                      const char *channel)
{
    const struct clinic_id patient_id = patient_of(event);
    struct query *query = query_start(store, sql[DELETE_QUEUED]);

    query_bind_id(query, 1, &patient_id);
    query_bind_text(query, 2, channel);
    query_bind_integer(query, 3, event->recorded_at_ms);
    return query_run(query, NULL);
}

static enum clinic_status obey_opt_out(const struct reaction_scene *scene,
                                       const struct clinic_event *event)
{
    static const char *const channels[][2] = { { "email_consent", "email" },
                                               { "sms_consent", "sms" } };
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < ARRAY_SIZE(channels) && status == CLINIC_OK; i++) {
        const char *consent = clinic_json_text(event->data, channels[i][0]);
        if (consent != NULL && strcmp(consent, "given") != 0)
            status = drop_queued(scene->store, event, channels[i][1]);
    }
    return status;
}

// Whatever the reason was, nobody is written to about it: least of all the family of the deceased.
static enum clinic_status drop_all(const struct reaction_scene *scene,
                                   const struct clinic_event *event)
{
    const struct clinic_id patient_id = patient_of(event);
    struct query *query = query_start(scene->store, sql[DELETE_OF_PATIENT]);

    query_bind_id(query, 1, &patient_id);
    return query_run(query, NULL);
}

// ---- for the courier

static void print_id(struct query *query, int column, char text[static CLINIC_ID_TEXT_BYTES])
{
    struct clinic_id id = query_column_id(query, column);

    clinic_id_print(&id, text);
}

static char *print_notice(struct query *query)
{
    char id[32];
    char time[CLINIC_INSTANT_TEXT_BYTES];
    char patient_id[CLINIC_ID_TEXT_BYTES];
    cJSON *notice = cJSON_CreateObject();
    char *json = NULL;

    // The same however often it is published, so that a screen shows it once.
    (void)snprintf(id, sizeof id, "%016llu-%d", (unsigned long long)query_column_integer(query, 0),
                   (int)query_column_integer(query, 1));
    clinic_instant_print(query_column_integer(query, 7), time);
    print_id(query, 2, patient_id);
    if (notice != NULL && cJSON_AddStringToObject(notice, "id", id) != NULL
        && cJSON_AddStringToObject(notice, "time", time) != NULL
        && cJSON_AddStringToObject(notice, "kind", query_column_text(query, 5)) != NULL
        && cJSON_AddStringToObject(notice, "text", query_column_text(query, 6)) != NULL
        && (query_column_is_null(query, 2)
            || cJSON_AddStringToObject(notice, "patient_id", patient_id) != NULL))
        json = clinic_json_print(notice);
    cJSON_Delete(notice);
    return json;
}

enum clinic_status notification_read_notices(struct store *store, uint64_t after_sequence,
                                             uint64_t through,
                                             bool (*visit)(void *context, uint64_t sequence,
                                                           const char *audience, const char *json),
                                             void *context)
{
    bool goes_on = true;
    bool has_memory = true;
    struct query *query = query_start(store, sql[READ_NOTICES]);

    query_bind_integer(query, 1, (int64_t)after_sequence);
    query_bind_integer(query, 2, (int64_t)through);
    while (goes_on && has_memory && query_next(query)) {
        char recipient[CLINIC_ID_TEXT_BYTES];
        char audience[64];
        char *json = print_notice(query);
        print_id(query, 4, recipient);
        (void)snprintf(audience, sizeof audience, "%s%s%s", query_column_text(query, 3),
                       query_column_is_null(query, 4) ? "" : "/",
                       query_column_is_null(query, 4) ? "" : recipient);
        has_memory = json != NULL;
        if (has_memory)
            goes_on = visit(context, (uint64_t)query_column_integer(query, 0), audience, json);
        free(json);
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK && !has_memory ? CLINIC_NOMEM : status;
}

enum clinic_status notification_check(char *reterr_problem, size_t problem_bytes)
{
    return message_templates_load(message_files, message_file_count, reterr_problem, problem_bytes);
}

static const struct reaction reactions[] = {
    { CLINIC_PATIENT_CREATED, welcome_patient, "welcome message to the patient" },
    { CLINIC_PATIENT_CREATED, announce_provisional, "tell the reception of a provisional record" },
    { CLINIC_PATIENT_UPDATED, obey_opt_out, "drop what a patient no longer wants" },
    { CLINIC_PATIENT_DELETED, drop_all, "drop the patient's messages" },
};

const struct service notification_service = {
    .name = "notification",
    .title = "Notification",
    .schema = schema,
    .tables = tables,
    .statements = { sql, SQL_COUNT },
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
};
