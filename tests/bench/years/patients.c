// patients.c - who comes to the clinic, and what is written down about them.
#include "people.h"
#include "years.h"

#include <stdio.h>
#include <string.h>

enum { CARD_INDEX = 3000, PATIENT_FIELDS_BYTES = PEOPLE_FIELDS_BYTES };

static void print_id(const struct years *years, uint32_t patient,
                     char text[static CLINIC_ID_TEXT_BYTES])
{
    clinic_id_print(&years_patient(years, patient)->id, text);
}

void patient_comes_new(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES];
    char fields[PATIENT_FIELDS_BYTES];
    const uint32_t patient = years_add(&years->patients, sizeof(struct years_patient));

    (void)subject;
    years_patient(years, patient)->id = practice_new_id(&years->practice);
    years_patient(years, patient)->version = 1;
    print_id(years, patient, id);
    people_make(&years->dice, fields);
    practice_ask(&years->practice, PRACTICE_RECEPTION, CLINIC_REQUEST_PATIENT_CREATE, at_ms,
                 "{\"patient_id\":\"%s\",%s}", id, fields);
}

void patients_open(struct years *years)
{
    for (int i = 0; i < CARD_INDEX; i++)
        patient_comes_new(years, 0, years->practice.now_ms);
}

// Some come often: the smaller of two throws.
uint32_t patients_choose(struct years *years)
{
    uint32_t patient;

    do {
        const int64_t last = (int64_t)years->patients.count - 1;
        const int64_t a = years_chance(years, 0, last);
        const int64_t b = years_chance(years, 0, last);
        patient = (uint32_t)(years_happens(years, 30) && b < a ? b : a);
    } while (years_patient(years, patient)->is_deleted);
    return patient;
}

void patient_changes(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES];
    char phone[PEOPLE_PHONE_BYTES];
    const uint32_t patient = patients_choose(years);

    (void)subject;
    print_id(years, patient, id);
    people_make_phone(&years->dice, phone);
    practice_ask(&years->practice, PRACTICE_RECEPTION, CLINIC_REQUEST_PATIENT_UPDATE, at_ms,
                 "{\"patient_id\":\"%s\",\"expected_version\":%lld,\"phone\":\"%s\","
                 "\"sms_consent\":\"given\"}",
                 id, (long long)years_patient(years, patient)->version++, phone);
}

void patient_is_looked_up(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES];

    (void)subject;
    print_id(years, patients_choose(years), id);
    practice_ask(&years->practice, PRACTICE_RECEPTION, CLINIC_REQUEST_PATIENT_READ, at_ms,
                 "{\"patient_id\":\"%s\"}", id);
}

// Whoever is in the house just then is asked for at another time.
void patient_goes(struct years *years, uint32_t subject, int64_t at_ms)
{
    char id[CLINIC_ID_TEXT_BYTES];
    struct practice *practice = &years->practice;
    const uint32_t patient = patients_choose(years);

    (void)subject;
    (void)at_ms;
    print_id(years, patient, id);
    if (!practice_answer(practice, PRACTICE_ADMIN, CLINIC_REQUEST_PATIENT_READ,
                         "{\"patient_id\":\"%s\"}", id))
        return;
    const cJSON *record = clinic_json_member(practice->reply.data, "patient");
    char member_id[16];
    (void)snprintf(member_id, sizeof member_id, "%s", clinic_json_text(record, "member_id"));
    years_patient(years, patient)->is_deleted =
        practice_answer(practice, PRACTICE_ADMIN, CLINIC_REQUEST_PATIENT_DELETE,
                        "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"%s\","
                        "\"reason\":\"request\"}",
                        id, member_id, practice_pin);
}
