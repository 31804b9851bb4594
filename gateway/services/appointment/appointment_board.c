// appointment_board.c - what the waiting room's screen shows: who is called where. Numbers and rooms, nobody's name.
#include "../json_add.h"
#include "../local_time.h"
#include "appointment_scope.h"

enum { CALLS_MAX = 40, TICKETS_MAX = 100 };

// Of the day on the clinic's clock.
struct day {
    int64_t begin_ms;
    int64_t end_ms; // not included
};

static struct day today(int64_t now_ms)
{
    const int day = local_day_number_at(now_ms);

    return (struct day){ local_minute_from(day, 0), local_minute_from(day + 1, 0) };
}

static cJSON *make_call(struct query *query)
{
    const struct appointment_row row = appointment_row_read(query);
    const char *ticket = row.ticket[0] == '\0' ? NULL : row.ticket;
    cJSON *call = cJSON_CreateObject();

    if (json_add_text(call, "queue_number", row.queue_number)
        && json_add_text(call, "room", row.room)
        && json_add_instant(call, "called", row.called_at_ms)
        && json_add_text(call, "ticket", ticket))
        return call;
    cJSON_Delete(call);
    return NULL;
}

static cJSON *make_ticket(struct query *query)
{
    const struct appointment_row row = appointment_row_read(query);
    cJSON *ticket = cJSON_CreateObject();

    if (json_add_text(ticket, "ticket", row.ticket)
        && json_add_text(ticket, "queue_number", row.queue_number))
        return ticket;
    cJSON_Delete(ticket);
    return NULL;
}

// Whose visit nobody has closed leaves the screen at midnight.
static enum clinic_status add_calls(struct store *store, const struct day *day, cJSON *data)
{
    struct query *query = query_start(store, appointment_sql[SQL_CALLED]);

    query_bind_integer(query, 1, day->begin_ms);
    query_bind_integer(query, 2, CALLS_MAX);
    return json_add_rows(cJSON_AddArrayToObject(data, "calls"), query, make_call);
}

// Queue numbers are those of the visit's day, so this goes by the start and not by the arrival.
static enum clinic_status add_tickets(struct store *store, const struct day *day, cJSON *data)
{
    struct query *query = query_start(store, appointment_sql[SQL_ARRIVED]);

    query_bind_integer(query, 1, day->begin_ms);
    query_bind_integer(query, 2, day->end_ms);
    query_bind_integer(query, 3, TICKETS_MAX);
    return json_add_rows(cJSON_AddArrayToObject(data, "tickets"), query, make_ticket);
}

static enum clinic_status add_waiting(struct store *store, const struct day *day, cJSON *data)
{
    struct query *query = query_start(store, appointment_sql[SQL_COUNT_ARRIVED]);

    query_bind_integer(query, 1, day->begin_ms);
    query_bind_integer(query, 2, day->end_ms);
    const int64_t waiting = query_next(query) ? query_column_integer(query, 0) : 0;
    return json_add_end(query, cJSON_AddNumberToObject(data, "waiting", (double)waiting) != NULL);
}

enum clinic_status appointment_board(struct decision *decision)
{
    struct store *store = decision->store;
    const struct day day = today(decision->now_ms);
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    enum clinic_status status = add_calls(store, &day, data);
    if (status == CLINIC_OK)
        status = add_tickets(store, &day, data);
    if (status == CLINIC_OK)
        status = add_waiting(store, &day, data);
    return status;
}
