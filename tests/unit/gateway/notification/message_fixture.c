#include "message_fixture.h"

#include "../../../../gateway/services/local_time.h"

enum { HOURS_BYTES = 512, WHERE_BYTES = 512 };

void message_clock(struct service_fixture *fixture, double hour)
{
    const struct local_time midnight = { .year = 2026, .month = 11, .day = 23 };

    assert_true(local_time_to_utc(&midnight, &fixture->wall_ms));
    fixture->wall_ms += (int64_t)(hour * HOUR_MS);
}

void message_new_id(struct service_fixture *fixture, char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    const struct clinic_id id = services_new_id(fixture);

    clinic_id_print(&id, ret_id);
}

void message_patient(struct service_fixture *fixture, const char *more,
                     char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    message_new_id(fixture, ret_id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_CREATE,
                    "{\"patient_id\":\"%s\",\"name\":\"Ana López\",\"birth_date\":\"1990-04-02\","
                    "\"is_distinct\":true%s}",
                    ret_id, more);
}

void message_old_patient(struct service_fixture *fixture, const char *more,
                         char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    const int64_t now_ms = fixture->wall_ms;

    fixture->wall_ms -= 14 * (int64_t)DAY_MS;
    message_patient(fixture, more, ret_id);
    fixture->wall_ms = now_ms;
}

void message_update(struct service_fixture *fixture, const char *patient_id, int version,
                    const char *changes)
{
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_UPDATE,
                    "{\"patient_id\":\"%s\",\"expected_version\":%d,%s}", patient_id, version,
                    changes);
}

static void print_hours(char hours[static HOURS_BYTES])
{
    size_t length = 0;

    for (int weekday = 1; weekday <= 7; weekday++)
        length += (size_t)snprintf(hours + length, HOURS_BYTES - length,
                                   "%s{\"weekday\":%d,\"from\":\"00:00\",\"to\":\"24:00\"}",
                                   weekday == 1 ? "" : ",", weekday);
}

void message_doctor(struct service_fixture *fixture, const char *more,
                    char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    char hours[HOURS_BYTES];

    print_hours(hours);
    message_new_id(fixture, ret_id);
    assert_accepted(fixture, CLINIC_REQUEST_DOCTOR_CREATE,
                    "{\"doctor_id\":\"%s\",\"name\":\"Dr. Eva Stone\",\"specialty\":\"Oncology\","
                    "\"slot_minutes\":30,\"hours\":[%s]%s}",
                    ret_id, hours, more);
}

void message_book(struct service_fixture *fixture, const char *patient_id, const char *doctor_id,
                  const char *start, char ret_visit_id[static CLINIC_ID_TEXT_BYTES])
{
    message_new_id(fixture, ret_visit_id);
    assert_accepted(fixture, CLINIC_REQUEST_APPOINTMENT_SCHEDULE,
                    "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                    "\"start\":\"%s\",\"visit_reason\":\"biopsy\"}",
                    ret_visit_id, patient_id, doctor_id, start);
}

void message_move(struct service_fixture *fixture, const char *visit_id, int version,
                  const char *start, const char *more)
{
    assert_accepted(fixture, CLINIC_REQUEST_APPOINTMENT_RESCHEDULE,
                    "{\"appointment_id\":\"%s\",\"expected_version\":%d,\"start\":\"%s\","
                    "\"by\":\"patient\"%s}",
                    visit_id, version, start, more);
}

void message_cancel(struct service_fixture *fixture, const char *visit_id)
{
    assert_accepted(fixture, CLINIC_REQUEST_APPOINTMENT_CANCEL,
                    "{\"appointment_id\":\"%s\",\"by\":\"patient\"}", visit_id);
}

int64_t message_count(const struct service_fixture *fixture, const char *where)
{
    return sql_number(fixture, "SELECT count(*) FROM message WHERE %s", where);
}

void assert_message(const struct service_fixture *fixture, const char *where, const char *column,
                    const char *wanted)
{
    char sql[WHERE_BYTES];

    (void)snprintf(sql, sizeof sql,
                   "SELECT %s FROM message WHERE %s ORDER BY sequence DESC, ordinal DESC", column,
                   where);
    assert_sql_text(fixture, wanted, sql);
}

int64_t message_number(const struct service_fixture *fixture, const char *where, const char *column)
{
    return sql_number(fixture,
                      "SELECT %s FROM message WHERE %s ORDER BY sequence DESC, ordinal DESC",
                      column, where);
}
