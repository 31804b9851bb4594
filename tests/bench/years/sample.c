#include "sample.h"

#include <local_time.h>

#include <stdio.h>
#include <string.h>

enum { COMING_DAYS = 30, RECENT_DAYS = 14, WORKING_DAYS = 5, TRIES = 4000, VISITS_A_LIST = 60 };

#define TEXT_OF(json, name, field) (void)snprintf(field, sizeof(field), "%s", text_of(json, name))

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = clinic_json_text(object, name);
    return text == NULL ? "" : text;
}

static int weekday_between(struct sample *sample, int first_day, int last_day)
{
    int day;

    do
        day = (int)dice_between(&sample->dice, first_day, last_day);
    while (local_weekday(day) > WORKING_DAYS);
    return day;
}

int sample_recent_day(struct sample *sample)
{
    return weekday_between(sample, sample->last_day - RECENT_DAYS, sample->last_day);
}

int sample_day(struct sample *sample)
{
    return weekday_between(sample, sample->first_day + 2, sample->last_day);
}

static bool take_doctors(struct sample *sample, struct practice *practice)
{
    const cJSON *doctor;

    if (!practice_answer(practice, PRACTICE_RECEPTION, CLINIC_REQUEST_DOCTOR_LIST, "{}"))
        return false;
    cJSON_ArrayForEach(doctor, clinic_json_member(practice->reply.data, "doctors"))
    {
        if (sample->doctor_count < SAMPLE_DOCTORS_MAX) {
            TEXT_OF(doctor, "doctor_id", sample->doctors[sample->doctor_count]);
            sample->doctor_count++;
        }
    }
    return sample->doctor_count > 0;
}

static bool list_day(struct sample *sample, struct practice *practice, int day, size_t doctor)
{
    char text[LOCAL_DAY_BYTES];

    local_day_print(day, text);
    return practice_answer(practice, PRACTICE_RECEPTION, CLINIC_REQUEST_APPOINTMENT_LIST,
                           "{\"date\":\"%s\",\"doctor_id\":\"%s\",\"limit\":%d}", text,
                           sample->doctors[doctor], VISITS_A_LIST);
}

// ---- patients: one of a random doctor's on a random day

static bool choose_patient(struct sample *sample, struct practice *practice,
                           char id[static CLINIC_ID_TEXT_BYTES])
{
    const size_t doctor = (size_t)dice_between(&sample->dice, 0, (int64_t)sample->doctor_count - 1);

    if (!list_day(sample, practice, sample_day(sample), doctor))
        return false;
    const cJSON *visits = clinic_json_member(practice->reply.data, "appointments");
    const int count = cJSON_GetArraySize(visits);
    if (count == 0)
        return false;
    const cJSON *visit = cJSON_GetArrayItem(visits, (int)dice_between(&sample->dice, 0, count - 1));
    (void)snprintf(id, CLINIC_ID_TEXT_BYTES, "%s", text_of(visit, "patient_id"));
    return text_of(visit, "patient")[0] != '\0';
}

static void take_patient(struct sample *sample, struct practice *practice)
{
    char id[CLINIC_ID_TEXT_BYTES];
    struct sample_patient *patient = &sample->patients[sample->patient_count];

    if (!choose_patient(sample, practice, id)
        || !practice_answer(practice, PRACTICE_RECEPTION, CLINIC_REQUEST_PATIENT_READ,
                            "{\"patient_id\":\"%s\"}", id))
        return;
    const cJSON *record = clinic_json_member(practice->reply.data, "patient");
    TEXT_OF(record, "patient_id", patient->id);
    TEXT_OF(record, "member_id", patient->member_id);
    TEXT_OF(record, "birth_date", patient->birth_date);
    TEXT_OF(record, "name", patient->name);
    sample->patient_count++;
}

// ---- visits and times

static size_t add_visits(const struct practice *practice, struct sample_visit *visits, size_t count)
{
    const cJSON *visit;

    cJSON_ArrayForEach(visit, clinic_json_member(practice->reply.data, "appointments"))
    {
        struct sample_visit *row = &visits[count];
        if (count == SAMPLE_VISITS_MAX || strcmp(text_of(visit, "state"), "booked") != 0)
            continue;
        TEXT_OF(visit, "appointment_id", row->id);
        (void)clinic_json_integer(visit, "version", &row->version);
        (void)clinic_instant_parse(text_of(visit, "start"), &row->start_ms);
        count++;
    }
    return count;
}

static void sort_by_start(struct sample_visit *visits, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct sample_visit visit = visits[i];
        size_t place = i;
        for (; place > 0 && visits[place - 1].start_ms > visit.start_ms; place--)
            visits[place] = visits[place - 1];
        visits[place] = visit;
    }
}

static void take_times(struct sample *sample, struct practice *practice, size_t doctor, int day)
{
    char text[LOCAL_DAY_BYTES];
    const cJSON *slot;

    local_day_print(day, text);
    if (!practice_answer(practice, PRACTICE_RECEPTION, CLINIC_REQUEST_DOCTOR_SLOTS,
                         "{\"doctor_id\":\"%s\",\"from\":\"%s\",\"days\":1,\"only_free\":true}",
                         sample->doctors[doctor], text))
        return;
    cJSON_ArrayForEach(slot, clinic_json_member(practice->reply.data, "slots"))
    {
        if (sample->time_count == SAMPLE_TIMES_MAX)
            return;
        struct sample_time *time = &sample->times[sample->time_count++];
        time->doctor = doctor;
        TEXT_OF(slot, "local", time->local);
    }
}

static void take_doctor(struct sample *sample, struct practice *practice, size_t doctor)
{
    if (list_day(sample, practice, sample->last_day, doctor))
        sample->today_count = add_visits(practice, sample->today, sample->today_count);
    for (int day = sample->last_day + 1; day <= sample->last_day + COMING_DAYS; day++) {
        if (list_day(sample, practice, day, doctor))
            sample->coming_count = add_visits(practice, sample->coming, sample->coming_count);
        take_times(sample, practice, doctor, day);
    }
}

// Neighbours in time belong to different doctors then.
static void shuffle_times(struct sample *sample)
{
    for (size_t i = sample->time_count; i > 1; i--) {
        const size_t other = (size_t)dice_between(&sample->dice, 0, (int64_t)i - 1);
        const struct sample_time time = sample->times[i - 1];
        sample->times[i - 1] = sample->times[other];
        sample->times[other] = time;
    }
}

bool sample_take(struct sample *sample, struct practice *practice, int first_day, int last_day)
{
    *sample = (struct sample){ .dice.state = 7, .first_day = first_day, .last_day = last_day };
    if (!take_doctors(sample, practice))
        return false;
    for (int i = 0; i < TRIES && sample->patient_count < SAMPLE_PATIENTS; i++)
        take_patient(sample, practice);
    for (size_t doctor = 0; doctor < sample->doctor_count; doctor++)
        take_doctor(sample, practice, doctor);
    sort_by_start(sample->today, sample->today_count);
    shuffle_times(sample);
    return sample->patient_count > 0;
}
