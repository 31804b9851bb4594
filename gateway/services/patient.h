// patient.h - Patient Management: who the patients are. What other services may know of it.
#pragma once

#include "service.h"

// The record as the catalogue's patient/read describes it, from the data of a PatientCreated, as its
// first version. The caller owns it. NULL: out of memory.
cJSON *patient_record_create(const cJSON *created);

// Takes the data of a PatientUpdated into a record. False: out of memory.
bool patient_record_merge(cJSON *record, const cJSON *updated);

enum { PATIENT_DAY_BYTES = 11 }; // "1990-04-02" and the NUL

// CLINIC_NOT_FOUND: no living record has this member ID.
enum clinic_status patient_find_member(struct store *store, const char *member_id,
                                       struct clinic_id *ret_patient_id,
                                       char ret_birth_date[static PATIENT_DAY_BYTES]);
