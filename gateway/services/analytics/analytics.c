// analytics.c - Business Analytics: counts a day, in the clinic's time zone.
//
//   metric                           counts
//   patients.new                     registrations
//   patients.deleted                 records erased
//   appointments.scheduled.new       bookings of patients who had no visit before
//   appointments.scheduled.existing  bookings of all others
//   appointments.rescheduled         moves
//   appointments.canceled            cancellations, the late ones too
//   appointments.canceled.late       those less than 24 hours before the start
//   appointments.no-show             visits to which nobody came
//   appointments.fulfilled           visits that took place
//   waiting.visits                   patients who were called after they had checked in
//   waiting.seconds                  how long these waited, all together
//   stock.low                        items that ran low, or out at once
//   stock.out                        items that ran out
//   feedback.count                   patients' feedback
//   feedback.rating-sum              their ratings, 1 to 5, all together
//
// A day is the one on which the gateway recorded it, not the day of the visit. Waiting is measured by the gateway's
// clock at both ends too, while it goes: kiosks have no clock of their own to rely on.
//
// History is not rewritten: a deleted patient stays counted on the day of the registration, and is counted on
// the day of the deletion. Only who edits a rating corrects what was counted on the day it was first given.
#include "analytics_scope.h"

#include "../local_time.h"

#include <stdio.h>
#include <string.h>

static const char daily_count_table[] = "CREATE TABLE daily_count ("
                                        " day TEXT NOT NULL,"
                                        " metric TEXT NOT NULL,"
                                        " count INTEGER NOT NULL,"
                                        " PRIMARY KEY (day, metric)"
                                        ") STRICT, WITHOUT ROWID;";
static const char total_count_table[] = "CREATE TABLE total_count ("
                                        " metric TEXT NOT NULL PRIMARY KEY,"
                                        " count INTEGER NOT NULL"
                                        ") STRICT, WITHOUT ROWID;";

// Who sits in the waiting room.
static const char waiting_table[] = "CREATE TABLE counted_waiting ("
                                    " appointment_id BLOB NOT NULL PRIMARY KEY,"
                                    " arrived_at_ms INTEGER NOT NULL"
                                    ") STRICT, WITHOUT ROWID;";

// How bad it is with an item, as far as it has been counted: 0 enough, 1 low, 2 out.
static const char stock_table[] = "CREATE TABLE counted_stock ("
                                  " item_id TEXT NOT NULL PRIMARY KEY,"
                                  " level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 2)"
                                  ") STRICT, WITHOUT ROWID;";

// What a later edit corrects. Whose feedback it is, is not known here.
static const char rating_table[] = "CREATE TABLE counted_rating ("
                                   " feedback_id BLOB NOT NULL PRIMARY KEY,"
                                   " day TEXT NOT NULL,"
                                   " rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5)"
                                   ") STRICT, WITHOUT ROWID;";

static const char *const schema[] = { daily_count_table, total_count_table, waiting_table,
                                      stock_table,       rating_table,      NULL };
static const char *const tables[] = { "daily_count",   "total_count",    "counted_waiting",
                                      "counted_stock", "counted_rating", NULL };

const char *const analytics_sql[ANALYTICS_SQL_COUNT] = {
    [ANALYTICS_COUNT_DAY] = "INSERT INTO daily_count (day, metric, count) VALUES (?1, ?2, ?3)"
                            " ON CONFLICT (day, metric) DO UPDATE SET count = count + ?3",
    [ANALYTICS_COUNT_TOTAL] = "INSERT INTO total_count (metric, count) VALUES (?1, ?2)"
                              " ON CONFLICT (metric) DO UPDATE SET count = count + ?2",
    [ANALYTICS_BEGIN_WAITING] =
        "INSERT INTO counted_waiting (appointment_id, arrived_at_ms) VALUES (?, ?)"
        " ON CONFLICT (appointment_id) DO NOTHING",
    [ANALYTICS_READ_WAITING] = "SELECT arrived_at_ms FROM counted_waiting WHERE appointment_id = ?",
    [ANALYTICS_END_WAITING] = "DELETE FROM counted_waiting WHERE appointment_id = ?",
    [ANALYTICS_READ_STOCK] = "SELECT level FROM counted_stock WHERE item_id = ?",
    [ANALYTICS_WRITE_STOCK] = "INSERT INTO counted_stock (item_id, level) VALUES (?1, ?2)"
                              " ON CONFLICT (item_id) DO UPDATE SET level = ?2",
    [ANALYTICS_READ_RATING] = "SELECT day, rating FROM counted_rating WHERE feedback_id = ?",
    [ANALYTICS_WRITE_RATING] =
        "INSERT INTO counted_rating (feedback_id, day, rating) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (feedback_id) DO UPDATE SET rating = ?3",
    [ANALYTICS_READ_DAYS] =
        "SELECT day, metric, count FROM daily_count WHERE day >= ?1 AND day <= ?2"
        " ORDER BY day, metric LIMIT ?3",
    [ANALYTICS_READ_TOTAL] = "SELECT count FROM total_count WHERE metric = ?",
};

// ---- counting

static enum clinic_status add_to_day(struct store *store, const char *day, const char *metric,
                                     int64_t count)
{
    struct query *query = query_start(store, analytics_sql[ANALYTICS_COUNT_DAY]);

    query_bind_text(query, 1, day);
    query_bind_text(query, 2, metric);
    query_bind_integer(query, 3, count);
    return query_run(query, NULL);
}

static enum clinic_status count(struct store *store, const struct clinic_event *event,
                                const char *metric, int64_t count)
{
    char day[LOCAL_DAY_BYTES];

    local_day_at(reaction_time_ms(event), day);
    return add_to_day(store, day, metric, count);
}

static enum clinic_status count_total(struct store *store, const char *metric, int64_t change)
{
    struct query *query = query_start(store, analytics_sql[ANALYTICS_COUNT_TOTAL]);

    query_bind_text(query, 1, metric);
    query_bind_integer(query, 2, change);
    return query_run(query, NULL);
}

// ---- patients

static enum clinic_status count_new(const struct reaction_scene *scene,
                                    const struct clinic_event *event)
{
    enum clinic_status status = count(scene->store, event, "patients.new", 1);

    return status == CLINIC_OK ? count_total(scene->store, ANALYTICS_ACTIVE_PATIENTS, 1) : status;
}

static enum clinic_status count_deleted(const struct reaction_scene *scene,
                                        const struct clinic_event *event)
{
    enum clinic_status status = count(scene->store, event, "patients.deleted", 1);

    return status == CLINIC_OK ? count_total(scene->store, ANALYTICS_ACTIVE_PATIENTS, -1) : status;
}

// ---- appointments

static enum clinic_status count_scheduled(const struct reaction_scene *scene,
                                          const struct clinic_event *event)
{
    bool is_new = clinic_json_boolean(event->data, "new_patient", false);

    return count(scene->store, event,
                 is_new ? "appointments.scheduled.new" : "appointments.scheduled.existing", 1);
}

static enum clinic_status count_rescheduled(const struct reaction_scene *scene,
                                            const struct clinic_event *event)
{
    return count(scene->store, event, "appointments.rescheduled", 1);
}

static enum clinic_status count_canceled(const struct reaction_scene *scene,
                                         const struct clinic_event *event)
{
    enum clinic_status status = count(scene->store, event, "appointments.canceled", 1);

    if (status == CLINIC_OK && clinic_json_boolean(event->data, "late", false))
        status = count(scene->store, event, "appointments.canceled.late", 1);
    return status;
}

static enum clinic_status begin_waiting(const struct reaction_scene *scene,
                                        const struct clinic_event *event)
{
    const struct clinic_id appointment_id = id_member(event->data, "appointment_id");
    struct query *query = query_start(scene->store, analytics_sql[ANALYTICS_BEGIN_WAITING]);

    query_bind_id(query, 1, &appointment_id);
    query_bind_integer(query, 2, reaction_time_ms(event));
    return query_run(query, NULL);
}

static enum clinic_status end_waiting(struct store *store, const struct clinic_id *appointment_id)
{
    struct query *query = query_start(store, analytics_sql[ANALYTICS_END_WAITING]);

    query_bind_id(query, 1, appointment_id);
    return query_run(query, NULL);
}

// Who is called a second time does not wait a second time.
static enum clinic_status count_waiting(const struct reaction_scene *scene,
                                        const struct clinic_event *event)
{
    const struct clinic_id appointment_id = id_member(event->data, "appointment_id");
    struct query *query = query_start(scene->store, analytics_sql[ANALYTICS_READ_WAITING]);

    query_bind_id(query, 1, &appointment_id);
    bool has_waited = query_next(query);
    int64_t waited_ms = has_waited ? reaction_time_ms(event) - query_column_integer(query, 0) : 0;
    if (waited_ms < 0) // a clock was put right in between
        waited_ms = 0;
    enum clinic_status status = query_end(query);
    if (status != CLINIC_OK || !has_waited)
        return status;
    status = count(scene->store, event, "waiting.visits", 1);
    if (status == CLINIC_OK)
        status = count(scene->store, event, "waiting.seconds", waited_ms / 1000);
    return status == CLINIC_OK ? end_waiting(scene->store, &appointment_id) : status;
}

static enum clinic_status count_closed(const struct reaction_scene *scene,
                                       const struct clinic_event *event)
{
    const struct clinic_id appointment_id = id_member(event->data, "appointment_id");
    char metric[64];

    (void)snprintf(metric, sizeof metric, "appointments.%s",
                   clinic_json_text(event->data, "outcome"));
    enum clinic_status status = end_waiting(scene->store, &appointment_id);
    return status == CLINIC_OK ? count(scene->store, event, metric, 1) : status;
}

// ---- stock

static enum clinic_status read_level(struct store *store, const char *item_id, int64_t *ret_level)
{
    struct query *query = query_start(store, analytics_sql[ANALYTICS_READ_STOCK]);

    query_bind_text(query, 1, item_id);
    *ret_level = query_next(query) ? query_column_integer(query, 0) : 0;
    return query_end(query);
}

static enum clinic_status write_level(struct store *store, const char *item_id, int64_t level)
{
    struct query *query = query_start(store, analytics_sql[ANALYTICS_WRITE_STOCK]);

    query_bind_text(query, 1, item_id);
    query_bind_integer(query, 2, level);
    return query_run(query, NULL);
}

// A shelf that nothing is known of is neither empty nor refilled: the level stays as it was.
static int64_t level_of(const char *state, int64_t before)
{
    static const char *const names[] = { "ok", "low", "out" };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (strcmp(state, names[i]) == 0)
            return (int64_t)i;
    }
    return before;
}

// Most changes leave the level as it is, and write nothing.
static enum clinic_status count_stock(const struct reaction_scene *scene,
                                      const struct clinic_event *event)
{
    const char *item_id = clinic_json_text(event->data, "item_id");
    int64_t before = 0;

    enum clinic_status status = read_level(scene->store, item_id, &before);
    const int64_t level = level_of(clinic_json_text(event->data, "state"), before);
    if (status != CLINIC_OK || level == before)
        return status;
    status = write_level(scene->store, item_id, level);
    if (status == CLINIC_OK && before == 0)
        status = count(scene->store, event, "stock.low", 1);
    if (status == CLINIC_OK && level == 2)
        status = count(scene->store, event, "stock.out", 1);
    return status;
}

// ---- feedback

struct rating {
    char day[LOCAL_DAY_BYTES];
    int64_t rating; // 0: not counted yet
};

static enum clinic_status read_rating(struct store *store, const struct clinic_id *feedback_id,
                                      struct rating *ret_rating)
{
    struct query *query = query_start(store, analytics_sql[ANALYTICS_READ_RATING]);

    query_bind_id(query, 1, feedback_id);
    if (query_next(query)) {
        (void)snprintf(ret_rating->day, sizeof ret_rating->day, "%s", query_column_text(query, 0));
        ret_rating->rating = query_column_integer(query, 1);
    }
    return query_end(query);
}

static enum clinic_status write_rating(struct store *store, const struct clinic_id *feedback_id,
                                       const struct rating *rating)
{
    struct query *query = query_start(store, analytics_sql[ANALYTICS_WRITE_RATING]);

    query_bind_id(query, 1, feedback_id);
    query_bind_text(query, 2, rating->day);
    query_bind_integer(query, 3, rating->rating);
    return query_run(query, NULL);
}

static enum clinic_status count_feedback(const struct reaction_scene *scene,
                                         const struct clinic_event *event)
{
    const struct clinic_id feedback_id = id_member(event->data, "feedback_id");
    struct rating counted = { 0 };

    enum clinic_status status = read_rating(scene->store, &feedback_id, &counted);
    if (status != CLINIC_OK)
        return status;
    struct rating given = counted;
    (void)clinic_json_integer(event->data, "rating", &given.rating);
    if (counted.rating == 0) {
        local_day_at(reaction_time_ms(event), given.day);
        status = add_to_day(scene->store, given.day, "feedback.count", 1);
    }
    if (status == CLINIC_OK)
        status = add_to_day(scene->store, given.day, "feedback.rating-sum",
                            given.rating - counted.rating);
    return status == CLINIC_OK ? write_rating(scene->store, &feedback_id, &given) : status;
}

// ---- the service

static const struct ability abilities[] = {
    { CLINIC_REQUEST_ANALYTICS_READ, analytics_read, .is_audited = false },
};

static const struct reaction reactions[] = {
    { CLINIC_PATIENT_CREATED, count_new, "new-patient count +1" },
    { CLINIC_PATIENT_DELETED, count_deleted, "adjust statistics" },
    { CLINIC_APPOINTMENT_SCHEDULED, count_scheduled,
      "appointment count +1, new or existing patient" },
    { CLINIC_APPOINTMENT_RESCHEDULED, count_rescheduled, "count it" },
    { CLINIC_APPOINTMENT_CANCELED, count_canceled, "metrics" },
    { CLINIC_APPOINTMENT_CHECKED_IN, begin_waiting, "note since when the patient waits" },
    { CLINIC_APPOINTMENT_CALLED, count_waiting, "count how long the patient waited" },
    { CLINIC_APPOINTMENT_CLOSED, count_closed, "count how it ended" },
    { CLINIC_EQUIPMENT_STOCK_CHANGED, count_stock, "count what runs low or out" },
    { CLINIC_FEEDBACK_SUBMITTED, count_feedback, "count it, and its rating" },
};

const struct service analytics_service = {
    .name = "analytics",
    .title = "Business Analytics",
    .schema = schema,
    .tables = tables,
    .statements = { analytics_sql, ANALYTICS_SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
};
