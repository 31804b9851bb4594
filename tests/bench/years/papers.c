// papers.c - what follows from a visit: reports in versions, feedback and its answer.
#include "years.h"

#include <local_time.h>

enum { REVISED_PERCENT = 40, AMENDED_PERCENT = 8, ANSWERED_PERCENT = 60 };

static const int64_t MINUTE_MS = 60000;

static const char *const kinds[] = { "treatment",  "diagnosis",    "x-ray",
                                     "laboratory", "instructions", "other" };

static const char finding[] =
    "The patient reports improvement since the last visit. Blood pressure 128/82 mmHg, pulse 71, "
    "temperature 36.7. Auscultation of heart and lungs without finding. The medication is "
    "continued unchanged; laboratory control in three months. The patient was told what to watch "
    "for and to come back earlier should the complaints return.";

static bool is_gone(const struct years *years, const struct years_paper *paper)
{
    return years_patient(years, years_visit(years, paper->visit)->patient)->is_deleted;
}

static uint32_t begin_paper(struct years *years, uint32_t visit)
{
    const uint32_t row = years_add(&years->papers, sizeof(struct years_paper));

    *years_paper(years, row) = (struct years_paper){ .id = practice_new_id(&years->practice),
                                                     .visit = visit,
                                                     .version = 1 };
    return row;
}

// ---- reports

static deed_run is_released;

static void is_revised(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES];
    struct years_paper *paper = years_paper(years, subject);

    if (is_gone(years, paper))
        return;
    clinic_id_print(&paper->id, id);
    practice_ask(&years->practice, PRACTICE_DOCTOR, CLINIC_REQUEST_REPORT_UPDATE, at_ms,
                 "{\"report_id\":\"%s\",\"expected_version\":%lld,\"text\":\"%s Version %lld.\"}",
                 id, (long long)paper->version, finding, (long long)paper->version + 1);
    paper->version++;
    queue_add(&years->queue, at_ms + 15 * MINUTE_MS, is_released, subject);
}

static void is_released(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES];
    struct years_paper *paper = years_paper(years, subject);

    if (is_gone(years, paper))
        return;
    clinic_id_print(&paper->id, id);
    practice_ask(&years->practice, PRACTICE_DOCTOR, CLINIC_REQUEST_REPORT_RELEASE, at_ms,
                 "{\"report_id\":\"%s\",\"expected_version\":%lld}", id,
                 (long long)paper->version++);
    if (years_happens(years, AMENDED_PERCENT))
        queue_add(
            &years->queue,
            years_office_hours(years, local_day_number_at(at_ms) + (int)years_chance(years, 2, 20)),
            is_revised, subject);
}

void report_is_begun(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES], patient_id[CLINIC_ID_TEXT_BYTES];
    char doctor_id[CLINIC_ID_TEXT_BYTES];
    const struct years_visit *visit = years_visit(years, subject);

    if (years_patient(years, visit->patient)->is_deleted)
        return;
    const uint32_t row = begin_paper(years, subject);
    clinic_id_print(&years_paper(years, row)->id, id);
    clinic_id_print(&years_patient(years, visit->patient)->id, patient_id);
    clinic_id_print(&years->doctors[visit->doctor], doctor_id);
    practice_ask(&years->practice, PRACTICE_DOCTOR, CLINIC_REQUEST_REPORT_UPDATE, at_ms,
                 "{\"report_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                 "\"kind\":\"%s\",\"title\":\"Visit\",\"text\":\"%s\"}",
                 id, patient_id, doctor_id, kinds[years_chance(years, 0, 5)], finding);
    queue_add(&years->queue, at_ms + 15 * MINUTE_MS,
              years_happens(years, REVISED_PERCENT) ? is_revised : is_released, row);
}

// ---- feedback

static void is_answered(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES];

    if (is_gone(years, years_paper(years, subject)))
        return;
    clinic_id_print(&years_paper(years, subject)->id, id);
    practice_ask(&years->practice, PRACTICE_DOCTOR, CLINIC_REQUEST_FEEDBACK_ANSWER, at_ms,
                 "{\"feedback_id\":\"%s\",\"text\":\"Thank you. We have told the team.\"}", id);
}

void feedback_is_given(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES], patient_id[CLINIC_ID_TEXT_BYTES];
    char visit_id[CLINIC_ID_TEXT_BYTES];
    const struct years_visit *visit = years_visit(years, subject);

    if (years_patient(years, visit->patient)->is_deleted)
        return;
    const uint32_t row = begin_paper(years, subject);
    clinic_id_print(&years_paper(years, row)->id, id);
    clinic_id_print(&years_patient(years, visit->patient)->id, patient_id);
    clinic_id_print(&visit->id, visit_id);
    practice_ask(&years->practice, PRACTICE_KIOSK, CLINIC_REQUEST_FEEDBACK_SUBMIT, at_ms,
                 "{\"feedback_id\":\"%s\",\"patient_id\":\"%s\",\"appointment_id\":\"%s\","
                 "\"rating\":%d,\"anonymous\":%s,"
                 "\"text\":\"Short wait, kind people, and I understood what to do.\"}",
                 id, patient_id, visit_id, (int)years_chance(years, 1, 5),
                 years_happens(years, 25) ? "true" : "false");
    if (years_happens(years, ANSWERED_PERCENT))
        queue_add(&years->queue, years_office_hours(years, local_day_number_at(at_ms) + 1),
                  is_answered, row);
}
