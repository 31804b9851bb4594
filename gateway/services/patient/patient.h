// patient.h - Patient Management: who the patients are. What other services may know of it.
#pragma once

#include "../service.h"

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

enum { PATIENT_CANDIDATES_MAX = 8 };

struct patient_candidates {
    struct clinic_id ids[PATIENT_CANDIDATES_MAX];
    size_t count;
};

// Whom the identity in the request of a kiosk fits: a member ID and what is given besides, or a birth date and the end
// of a phone number. Refuses a node that is locked. Finding nobody, or several, is for the caller to count as a guess
// (guess.h): each must answer alike.
enum clinic_status patient_identify(struct decision *decision,
                                    struct patient_candidates *ret_candidates);

enum { PATIENT_NAME_BYTES = 201, PATIENT_EMAIL_BYTES = 255, PATIENT_PHONE_BYTES = 17 };
enum { PATIENT_CONSENT_BYTES = 10 };

// What is needed to tell a patient something.
struct patient_contact {
    char name[PATIENT_NAME_BYTES];
    char email[PATIENT_EMAIL_BYTES]; // empty: none
    char phone[PATIENT_PHONE_BYTES]; // E.164; empty: none
    char language[4];
    char email_consent[PATIENT_CONSENT_BYTES]; // as the catalogue names it
    char sms_consent[PATIENT_CONSENT_BYTES];
    bool may_email; // there is an address, and consent to use it
    bool may_sms;
};

// From a record, or from the data of a PatientCreated.
void patient_contact_of(const cJSON *record, struct patient_contact *ret_contact);

// CLINIC_NOT_FOUND: there is no such patient. CLINIC_REFUSED: the record is erased, or will be: in a rebuild that passes
// the events of a patient who was deleted later.
enum clinic_status patient_find_contact(struct store *store, const struct clinic_id *patient_id,
                                        struct patient_contact *ret_contact);

// Refuses the decision where the patient is unknown or deleted.
enum clinic_status patient_refuse_missing(struct decision *decision,
                                          const struct clinic_id *patient_id);

// A registration as a part of another decision. Checks `fields` as patient/create does (known id, similar patients) and
// makes the data of the PatientCreated, which the caller owns; writes nothing.
enum clinic_status patient_prepare(struct decision *decision, const struct clinic_id *patient_id,
                                   const cJSON *fields, cJSON **ret_data);

// Appends what patient_prepare() made. Takes `data` over.
enum clinic_status patient_register(struct decision *decision, const struct clinic_id *patient_id,
                                    cJSON *data);
