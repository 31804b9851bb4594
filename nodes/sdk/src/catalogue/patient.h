// patient.h - rows of the catalogue: patients.
#pragma once

#include "rows.h"

static const char *const consents[] = { "none", "given", "withdrawn", NULL };
static const char *const consent_answers[] = { "given", "withdrawn", NULL };
static const char *const deletion_reasons[] = { "request", "duplicate", "deceased", "error", NULL };
static const char *const deletion_modes[] = { "erased", NULL };

static const struct clinic_field precondition_item = { STRING("precondition", 1, 200,
                                                              "One of them.") };

// What is known of a patient. The event and the requests differ only in what may be absent or null.
#define PATIENT_FIELDS(required, nullable, personal)                                               \
    { STRING("name", 1, 200, "Full name, as typed, in NFC."), .is_required = (required),           \
      .is_personal = (personal) },                                                                 \
        { DATE("birth_date", "Date of birth."), .is_required = (required),                         \
          .is_personal = (personal) },                                                             \
        { STRING("email", 3, 254, "E-mail address."), .is_personal = (personal),                   \
          .is_nullable = (nullable) },                                                             \
        { STRING("phone", 3, 40,                                                                   \
                 "Phone number; stored as E.164, a national number gets the clinic's country."),   \
          .is_personal = (personal), .is_nullable = (nullable) },                                  \
        { LIST("preconditions", precondition_item, 0, 50,                                          \
               "Pre-existing conditions and allergies."),                                          \
          .is_personal = (personal), .is_nullable = (nullable) },                                  \
        { CODE("language", 2, 3, "ISO 639 code of the language for messages."),                    \
          .is_personal = (personal) },                                                             \
        { CHOICE("email_consent", consents, "Consent to messages by e-mail."),                     \
          .is_personal = (personal) },                                                             \
    {                                                                                              \
        CHOICE("sms_consent", consents, "Consent to messages by SMS."), .is_personal = (personal)  \
    }

#define MEMBER_ID_FIELD(required, personal)                                                        \
    {                                                                                              \
        CODE("member_id", 9, 9, "Eight digits and an ISO 7064 MOD 11,10 check digit."),            \
            .is_required = (required), .is_personal = (personal)                                   \
    }

// A patient at a kiosk: by member ID, or by birth date and the end of the phone number.
#define IDENTITY_FIELDS                                                                            \
    MEMBER_ID_FIELD(false, false), { DATE("birth_date", "Second identifier.") },                   \
    {                                                                                              \
        CODE("phone_end", 4, 4, "Last four digits of the phone number.")                           \
    }

// ---- events

static const struct clinic_field patient_created[] = {
    { UUID("patient_id", "Made by the asking node."), REQUIRED },
    { BOOLEAN("provisional", "Registered at a kiosk; reception has not completed it yet."),
      REQUIRED },
    MEMBER_ID_FIELD(false, true),
    PATIENT_FIELDS(false, false, true),
};

static const struct clinic_field patient_updated[] = {
    { UUID("patient_id", "Whose record changed."), REQUIRED },
    CHANGED_FIELD,
    VERSION_FIELD,
    { BOOLEAN("provisional", "Present if it changed: reception has completed the record.") },
    PATIENT_FIELDS(false, true, true),
};

static const struct clinic_field patient_deleted[] = {
    { UUID("patient_id", "Whose record is gone."), REQUIRED },
    { CHOICE("reason", deletion_reasons, "Why."), REQUIRED },
    { CHOICE("mode", deletion_modes, "erased: the patient's key is destroyed."), REQUIRED },
};

// ---- requests

#define IS_DISTINCT_FIELD                                                                          \
    {                                                                                              \
        BOOLEAN("is_distinct",                                                                     \
                "Staff have looked at the similar patients: this is another person.")              \
    }

static const struct clinic_field patient_create[] = {
    { UUID("patient_id", "A new UUID, made by the node."), REQUIRED },
    PATIENT_FIELDS(true, false, false),
    IS_DISTINCT_FIELD,
};
static const struct clinic_field patient_create_reply[] = {
    { UUID("patient_id", "As asked."), REQUIRED },
    MEMBER_ID_FIELD(true, false),
    VERSION_FIELD,
};

static const struct clinic_field patient_update[] = {
    { UUID("patient_id", "Whose record."), REQUIRED },
    EXPECTED_VERSION_FIELD,
    PATIENT_FIELDS(false, true, false),
    { BOOLEAN("provisional", "false: reception has completed the record.") },
};
static const struct clinic_field patient_update_reply[] = {
    { UUID("patient_id", "As asked."), REQUIRED },
    VERSION_FIELD,
};

static const struct clinic_field patient_consent[] = {
    IDENTITY_FIELDS,
    { CHOICE("email_consent", consent_answers, "To messages by e-mail; absent: as it is.") },
    { CHOICE("sms_consent", consent_answers, "To messages by SMS; absent: as it is.") },
};
static const struct clinic_field patient_consent_reply[] = {
    { UUID("patient_id", "Whose record changed."), REQUIRED },
    VERSION_FIELD,
};

static const struct clinic_field patient_delete[] = {
    { UUID("patient_id", "Whose record."), REQUIRED },
    MEMBER_ID_FIELD(true, false),
    PIN_FIELD,
    { CHOICE("reason", deletion_reasons, "Why."), REQUIRED },
};
static const struct clinic_field patient_delete_reply[] = {
    { UUID("patient_id", "As asked."), REQUIRED },
};

static const struct clinic_field patient_record[] = {
    { UUID("patient_id", "The patient."), REQUIRED },
    MEMBER_ID_FIELD(true, false),
    VERSION_FIELD,
    { BOOLEAN("provisional", "Not completed by reception yet."), REQUIRED },
    PATIENT_FIELDS(true, false, false),
};

static const struct clinic_field patient_find[] = {
    { STRING("text", 1, 200,
             "Beginnings of names, a member ID, a birth date, a phone number or an e-mail."),
      REQUIRED },
    LIMIT_FIELD,
};
static const struct clinic_field patient_match[] = {
    { UUID("patient_id", "The patient."), REQUIRED },
    MEMBER_ID_FIELD(true, false),
    { STRING("name", 1, 200, "Full name."), REQUIRED },
    { DATE("birth_date", "Birth date."), REQUIRED },
    { BOOLEAN("provisional", "Not completed by reception yet."), REQUIRED },
};
ITEM(patient_match_item, "patient", patient_match);
static const struct clinic_field patient_find_reply[] = {
    { LIST("patients", patient_match_item, 0, 100, "By name."), REQUIRED },
    MORE_FIELD,
};

static const struct clinic_field patient_provisional[] = { LIMIT_FIELD };
static const struct clinic_field patient_provisional_reply[] = {
    { LIST("patients", patient_match_item, 0, 100, "Oldest first."), REQUIRED },
    MORE_FIELD,
};

static const struct clinic_field patient_read[] = {
    { UUID("patient_id", "Whose record; the reading is audited."), REQUIRED },
};
static const struct clinic_field patient_read_reply[] = {
    { OBJECT("patient", patient_record, "The whole record."), REQUIRED },
};
