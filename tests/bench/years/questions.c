#include "questions.h"

#include <local_time.h>

#include <stdio.h>
#include <string.h>

enum { PART_LETTERS = 4, MONTH_DAYS = 31 };

static const int64_t MINUTE_MS = 60000;

static const struct sample_patient *patient_at(const struct bench *bench, size_t i)
{
    return &bench->sample.patients[i % bench->sample.patient_count];
}

static const char *doctor_at(const struct bench *bench, size_t i)
{
    return bench->sample.doctors[i % bench->sample.doctor_count];
}

static const struct sample_time *next_time(struct bench *bench)
{
    struct sample *sample = &bench->sample;

    return sample->next_time == sample->time_count ? NULL : &sample->times[sample->next_time++];
}

static size_t write_schedule(struct bench *bench, size_t i)
{
    char id[CLINIC_ID_TEXT_BYTES];
    const struct clinic_id appointment_id = practice_new_id(&bench->practice);
    const struct sample_time *time = next_time(bench);

    if (time == NULL)
        return 0;
    clinic_id_print(&appointment_id, id);
    return practice_write(&bench->practice, bench->seat,
                          "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                          "\"start\":\"%s\",\"visit_reason\":\"control\"}",
                          id, patient_at(bench, i)->id, bench->sample.doctors[time->doctor],
                          time->local);
}

static size_t write_reschedule(struct bench *bench, size_t i)
{
    const struct sample_time *time = next_time(bench);

    if (time == NULL || i >= bench->sample.coming_count)
        return 0;
    return practice_write(&bench->practice, bench->seat,
                          "{\"appointment_id\":\"%s\",\"expected_version\":%lld,\"start\":\"%s\","
                          "\"doctor_id\":\"%s\",\"by\":\"patient\"}",
                          bench->sample.coming[i].id, (long long)bench->sample.coming[i].version,
                          time->local, bench->sample.doctors[time->doctor]);
}

// The day goes on: each patient comes ten minutes early.
static size_t write_check_in(struct bench *bench, size_t i)
{
    if (i >= bench->sample.today_count)
        return 0;
    const struct sample_visit *visit = &bench->sample.today[i];
    if (visit->start_ms - 10 * MINUTE_MS > bench->practice.now_ms)
        bench->practice.now_ms = visit->start_ms - 10 * MINUTE_MS;
    return practice_write(&bench->practice, bench->seat, "{\"appointment_id\":\"%s\"}", visit->id);
}

static size_t write_day(struct bench *bench, size_t i)
{
    char day[LOCAL_DAY_BYTES];

    (void)i;
    local_day_print(sample_recent_day(&bench->sample), day);
    return practice_write(&bench->practice, bench->seat, "{\"date\":\"%s\"}", day);
}

static size_t write_any_day(struct bench *bench, size_t i)
{
    char day[LOCAL_DAY_BYTES];

    (void)i;
    local_day_print(sample_day(&bench->sample), day);
    return practice_write(&bench->practice, bench->seat, "{\"date\":\"%s\"}", day);
}

static size_t write_day_of_doctor(struct bench *bench, size_t i)
{
    char day[LOCAL_DAY_BYTES];

    local_day_print(sample_recent_day(&bench->sample), day);
    return practice_write(&bench->practice, bench->seat, "{\"date\":\"%s\",\"doctor_id\":\"%s\"}",
                          day, doctor_at(bench, i));
}

static size_t write_patient(struct bench *bench, size_t i)
{
    return practice_write(&bench->practice, bench->seat, "{\"patient_id\":\"%s\"}",
                          patient_at(bench, i)->id);
}

static size_t write_visit(struct bench *bench, size_t i)
{
    return practice_write(&bench->practice, bench->seat, "{\"appointment_id\":\"%s\"}",
                          bench->sample.coming[i % bench->sample.coming_count].id);
}

// The beginning of any word of the name, in whatever script.
static void part_of(const char *name, size_t which, char *part, size_t bytes)
{
    const char *word = name;
    int letters = 0;
    size_t length = 0;

    for (const char *space; which > 0 && (space = strchr(word, ' ')) != NULL; which--)
        word = space + 1;
    while (word[length] != '\0' && word[length] != ' ' && length + 1 < bytes) {
        letters += ((unsigned char)word[length] & 0xC0) != 0x80;
        if (letters > PART_LETTERS)
            break;
        length++;
    }
    (void)snprintf(part, bytes, "%.*s", (int)length, word);
}

static size_t write_find(struct bench *bench, size_t i)
{
    char part[32];

    part_of(patient_at(bench, i)->name, i % 3, part, sizeof part);
    return practice_write(&bench->practice, bench->seat, "{\"text\":\"%s\"}", part);
}

static size_t write_find_two(struct bench *bench, size_t i)
{
    char first[32], second[32];

    part_of(patient_at(bench, i)->name, 0, first, sizeof first);
    part_of(patient_at(bench, i)->name, 1, second, sizeof second);
    return practice_write(&bench->practice, bench->seat, "{\"text\":\"%s %s\"}", first, second);
}

static size_t write_find_common(struct bench *bench, size_t i)
{
    static const char *const common[] = { "ma", "mar", "m", "a", "le", "s", "jean", "l" };

    return practice_write(&bench->practice, bench->seat, "{\"text\":\"%s\",\"limit\":100}",
                          common[i % (sizeof common / sizeof common[0])]);
}

static size_t write_slots(struct bench *bench, size_t i)
{
    char day[LOCAL_DAY_BYTES];

    local_day_print(bench->sample.last_day + (int)dice_between(&bench->sample.dice, 0, 60), day);
    return practice_write(&bench->practice, bench->seat,
                          "{\"doctor_id\":\"%s\",\"from\":\"%s\",\"days\":7}", doctor_at(bench, i),
                          day);
}

static size_t write_portal(struct bench *bench, size_t i)
{
    return practice_write(&bench->practice, bench->seat,
                          "{\"member_id\":\"%s\",\"birth_date\":\"%s\"}",
                          patient_at(bench, i)->member_id, patient_at(bench, i)->birth_date);
}

static size_t write_nothing(struct bench *bench, size_t i)
{
    (void)i;
    return practice_write(&bench->practice, bench->seat, "{}");
}

static size_t write_work_list(struct bench *bench, size_t i)
{
    (void)i;
    return practice_write(&bench->practice, bench->seat, "{\"work_list\":true}");
}

static size_t write_feedback(struct bench *bench, size_t i)
{
    return practice_write(&bench->practice, bench->seat,
                          "{\"doctor_id\":\"%s\",\"only_unanswered\":%s}", doctor_at(bench, i),
                          i % 2 == 0 ? "true" : "false");
}

static size_t write_trail(struct bench *bench, size_t i)
{
    return practice_write(&bench->practice, bench->seat, "{\"subject\":\"patient/%s\"}",
                          patient_at(bench, i)->id);
}

static size_t write_newest_trail(struct bench *bench, size_t i)
{
    return practice_write(&bench->practice, bench->seat, "{\"%s\":\"%s\"}",
                          i % 2 == 0 ? "person" : "node", i % 2 == 0 ? "reception" : "desk-2");
}

static size_t write_month(struct bench *bench, size_t i)
{
    char from[LOCAL_DAY_BYTES], to[LOCAL_DAY_BYTES];

    (void)i;
    local_day_print(bench->sample.last_day - MONTH_DAYS, from);
    local_day_print(bench->sample.last_day, to);
    return practice_write(&bench->practice, bench->seat, "{\"from\":\"%s\",\"to\":\"%s\"}", from,
                          to);
}

const struct question questions[] = {
    { "appointment/schedule", CLINIC_REQUEST_APPOINTMENT_SCHEDULE, PRACTICE_RECEPTION,
      write_schedule },
    { "appointment/reschedule", CLINIC_REQUEST_APPOINTMENT_RESCHEDULE, PRACTICE_RECEPTION,
      write_reschedule },
    { "appointment/list, a day", CLINIC_REQUEST_APPOINTMENT_LIST, PRACTICE_RECEPTION, write_day },
    { "appointment/list, any day ever", CLINIC_REQUEST_APPOINTMENT_LIST, PRACTICE_RECEPTION,
      write_any_day },
    { "appointment/list, a doctor's day", CLINIC_REQUEST_APPOINTMENT_LIST, PRACTICE_RECEPTION,
      write_day_of_doctor },
    { "appointment/list, a patient's", CLINIC_REQUEST_APPOINTMENT_LIST, PRACTICE_RECEPTION,
      write_patient },
    { "appointment/read", CLINIC_REQUEST_APPOINTMENT_READ, PRACTICE_RECEPTION, write_visit },
    { "patient/find, part of a name", CLINIC_REQUEST_PATIENT_FIND, PRACTICE_RECEPTION, write_find },
    { "patient/find, parts of two", CLINIC_REQUEST_PATIENT_FIND, PRACTICE_RECEPTION,
      write_find_two },
    { "patient/find, a common part", CLINIC_REQUEST_PATIENT_FIND, PRACTICE_RECEPTION,
      write_find_common },
    { "patient/read", CLINIC_REQUEST_PATIENT_READ, PRACTICE_RECEPTION, write_patient },
    { "doctor/slots, a week", CLINIC_REQUEST_DOCTOR_SLOTS, PRACTICE_RECEPTION, write_slots },
    { "doctor/conflicts", CLINIC_REQUEST_DOCTOR_CONFLICTS, PRACTICE_RECEPTION, write_nothing },
    { "portal/read", CLINIC_REQUEST_PORTAL_READ, PRACTICE_KIOSK, write_portal },
    { "report/list", CLINIC_REQUEST_REPORT_LIST, PRACTICE_DOCTOR, write_patient },
    { "equipment/list", CLINIC_REQUEST_EQUIPMENT_LIST, PRACTICE_RECEPTION, write_nothing },
    { "equipment/restock-report", CLINIC_REQUEST_EQUIPMENT_RESTOCK_REPORT, PRACTICE_RECEPTION,
      write_nothing },
    { "message/list", CLINIC_REQUEST_MESSAGE_LIST, PRACTICE_RECEPTION, write_nothing },
    { "message/list, the work-list", CLINIC_REQUEST_MESSAGE_LIST, PRACTICE_RECEPTION,
      write_work_list },
    { "feedback/list", CLINIC_REQUEST_FEEDBACK_LIST, PRACTICE_DOCTOR, write_feedback },
    { "feedback/analysis, a month", CLINIC_REQUEST_FEEDBACK_ANALYSIS, PRACTICE_DOCTOR,
      write_month },
    { "analytics/read, a month", CLINIC_REQUEST_ANALYTICS_READ, PRACTICE_ADMIN, write_month },
    { "audit/read, a patient's", CLINIC_REQUEST_AUDIT_READ, PRACTICE_ADMIN, write_trail },
    { "audit/read, a person's", CLINIC_REQUEST_AUDIT_READ, PRACTICE_ADMIN, write_newest_trail },
    { "appointment/check-in", CLINIC_REQUEST_APPOINTMENT_CHECK_IN, PRACTICE_RECEPTION,
      write_check_in },
    { "a second goes by", CLINIC_REQUEST_NONE, PRACTICE_RECEPTION, write_nothing },
};
const size_t question_count = sizeof questions / sizeof questions[0];
