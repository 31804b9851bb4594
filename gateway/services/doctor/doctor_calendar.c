// doctor_calendar.c - doctor/calendar: a doctor's visits as iCalendar, for a phone or a desktop.
//
// A calendar leaves the clinic: it holds times and ids, no name, no reason, no patient. All lines are ours, shorter
// than 75 bytes and without anything to escape. They end with a line feed, as texts on the bus do; who writes a file
// adds the carriage returns.
#include "../appointment/appointment.h"
#include "doctor_scope.h"

#include <clinic/clock.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    DAYS_DEFAULT = 30,
    VISIT_BYTES = 320,
    // With its line ends escaped the text stays below the 64 KiB of a message.
    CALENDAR_BYTES = 54000,
    TIME_BYTES = 17, // "20261122T091400Z" and the NUL
};

static const char head[] = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Clinic Edge//EN\n"
                           "CALSCALE:GREGORIAN\n";
static const char tail[] = "END:VCALENDAR\n";

struct calendar {
    struct decision *decision;
    size_t used;
    bool has_more;
    char text[CALENDAR_BYTES];
};

static void print_time(int64_t unix_ms, char text[static TIME_BYTES])
{
    const time_t seconds = (time_t)(unix_ms / 1000);
    struct tm tm = { 0 };

    (void)gmtime_r(&seconds, &tm); // fails only for years beyond int
    (void)strftime(text, TIME_BYTES, "%Y%m%dT%H%M%SZ", &tm);
}

// Every change of an appointment makes a new version, so a client that counts by SEQUENCE sees each.
static enum clinic_status read_sequence(struct store *store, const struct clinic_id *appointment_id,
                                        int64_t *ret_sequence)
{
    struct appointment appointment;

    enum clinic_status status = appointment_find(store, appointment_id, &appointment);
    if (status == CLINIC_OK)
        *ret_sequence = appointment.version - 1;
    return status;
}

static enum clinic_status add_visit(struct calendar *calendar,
                                    const struct clinic_id *appointment_id, int64_t start_ms,
                                    int64_t end_ms)
{
    char id[CLINIC_ID_TEXT_BYTES];
    char stamp[TIME_BYTES];
    char start[TIME_BYTES];
    char end[TIME_BYTES];
    char visit[VISIT_BYTES];
    int64_t sequence = 0;

    enum clinic_status status = read_sequence(calendar->decision->store, appointment_id, &sequence);
    if (status != CLINIC_OK)
        return status;
    clinic_id_print(appointment_id, id);
    print_time(calendar->decision->now_ms, stamp);
    print_time(start_ms, start);
    print_time(end_ms, end);
    (void)snprintf(visit, sizeof visit,
                   "BEGIN:VEVENT\nUID:%s\nDTSTAMP:%s\nDTSTART:%s\nDTEND:%s\n"
                   "SEQUENCE:%lld\nSTATUS:CONFIRMED\nSUMMARY:Visit\nEND:VEVENT\n",
                   id, stamp, start, end, (long long)sequence);
    const size_t length = strlen(visit);
    calendar->has_more = calendar->used + length + sizeof tail > sizeof calendar->text;
    if (!calendar->has_more) {
        memcpy(calendar->text + calendar->used, visit, length);
        calendar->used += length;
    }
    return CLINIC_OK;
}

static enum clinic_status add_visits(struct calendar *calendar, const struct clinic_id *doctor_id,
                                     int64_t start_ms, int64_t end_ms)
{
    enum clinic_status added = CLINIC_OK;
    struct query *query = query_start(calendar->decision->store, doctor_sql[DOCTOR_BOOKED_BETWEEN]);

    query_bind_id(query, 1, doctor_id);
    query_bind_integer(query, 2, start_ms);
    query_bind_integer(query, 3, end_ms);
    while (added == CLINIC_OK && !calendar->has_more && query_next(query)) {
        const struct clinic_id appointment_id = query_column_id(query, 0);
        added = add_visit(calendar, &appointment_id, query_column_integer(query, 1),
                          query_column_integer(query, 2));
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK ? added : status;
}

static enum clinic_status give(struct calendar *calendar)
{
    cJSON *data = cJSON_CreateObject();

    memcpy(calendar->text + calendar->used, tail, sizeof tail);
    calendar->decision->reply->data = data;
    return data != NULL && cJSON_AddStringToObject(data, "ics", calendar->text) != NULL
                   && cJSON_AddBoolToObject(data, "more", calendar->has_more) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

static enum clinic_status fill(struct calendar *calendar, const struct clinic_id *doctor_id,
                               int first_day, int last_day)
{
    memcpy(calendar->text, head, sizeof head - 1);
    calendar->used = sizeof head - 1;
    enum clinic_status status = add_visits(calendar, doctor_id, local_minute_from(first_day, 0),
                                           local_minute_from(last_day, SCHEDULE_DAY_MINUTES));
    return status == CLINIC_OK ? give(calendar) : status;
}

enum clinic_status doctor_calendar(struct decision *decision)
{
    struct doctor_state state = { 0 };
    struct clinic_id doctor_id = { 0 };
    const char *from = clinic_json_text(decision->request->data, "from");
    const char *to = clinic_json_text(decision->request->data, "to");
    const int first_day =
        from == NULL ? local_day_number_at(decision->now_ms) : local_day_number(from);
    const int last_day = to == NULL ? first_day + DAYS_DEFAULT : local_day_number(to);

    enum clinic_status status = doctor_load_asked(decision, &doctor_id, &state);
    cJSON_Delete(state.record);
    if (status != CLINIC_OK)
        return status;
    if (last_day < first_day)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "to",
                               "The last day is before the first.");
    struct calendar *calendar = calloc(1, sizeof *calendar);
    if (calendar == NULL)
        return CLINIC_NOMEM;
    calendar->decision = decision;
    status = fill(calendar, &doctor_id, first_day, last_day);
    free(calendar);
    return status;
}
