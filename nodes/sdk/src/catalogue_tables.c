// catalogue_tables.c - the rows of the catalogue, and nothing else. What reads them is in catalogue.c.
#include <clinic/catalogue.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define FIELDS(array) .fields = (array), .field_count = ARRAY_SIZE(array)

// JSON numbers are doubles; beyond this they are no longer exact.
#define INTEGER_MAX ((INT64_C(1) << 53) - 1)

// ---- pieces that several rows share

#define UUID_FIELD(field_name, field_help)                                                         \
    {                                                                                              \
        .name = (field_name), .type = CLINIC_FIELD_UUID, .is_required = true, .help = (field_help) \
    }

static const char *const consents[] = { "none", "given", "withdrawn", NULL };
static const char *const reports_kinds[] = { "treatment",    "diagnosis", "x-ray", "laboratory",
                                             "instructions", "other",     NULL };
static const char *const report_states[] = { "draft", "final", "amended", "entered-in-error",
                                             NULL };
static const char *const deletion_reasons[] = { "request", "duplicate", "deceased", "error", NULL };
static const char *const deletion_modes[] = { "erased", NULL };
static const char *const by_whom[] = { "patient", "doctor", "reception", NULL };
static const char *const feedback_kinds[] = { "visit", "general", NULL };
static const char *const staff_roles[] = {
    "reception", "doctor", "stock", "manager", "admin", NULL
};

static const struct clinic_field precondition_item = {
    .name = "precondition", .type = CLINIC_FIELD_STRING, .min = 1, .max = 200
};

// What is known of a patient. The event and the requests differ only in what may be absent or null.
#define PATIENT_FIELDS(required, nullable, personal)                                               \
    { .name = "name",                                                                              \
      .type = CLINIC_FIELD_STRING,                                                                 \
      .is_required = (required),                                                                   \
      .is_personal = (personal),                                                                   \
      .min = 1,                                                                                    \
      .max = 200,                                                                                  \
      .help = "Full name, as typed, in NFC." },                                                    \
        { .name = "birth_date",                                                                    \
          .type = CLINIC_FIELD_DATE,                                                               \
          .is_required = (required),                                                               \
          .is_personal = (personal),                                                               \
          .help = "Date of birth." },                                                              \
        { .name = "email",                                                                         \
          .type = CLINIC_FIELD_STRING,                                                             \
          .is_personal = (personal),                                                               \
          .is_nullable = (nullable),                                                               \
          .min = 3,                                                                                \
          .max = 254,                                                                              \
          .help = "E-mail address." },                                                             \
        { .name = "phone",                                                                         \
          .type = CLINIC_FIELD_STRING,                                                             \
          .is_personal = (personal),                                                               \
          .is_nullable = (nullable),                                                               \
          .min = 3,                                                                                \
          .max = 40,                                                                               \
          .help = "Phone number; stored as E.164, a national number gets the clinic's country." }, \
        { .name = "preconditions",                                                                 \
          .type = CLINIC_FIELD_LIST,                                                               \
          .is_personal = (personal),                                                               \
          .is_nullable = (nullable),                                                               \
          .max = 50,                                                                               \
          .fields = &precondition_item,                                                            \
          .field_count = 1,                                                                        \
          .help = "Pre-existing conditions and allergies." },                                      \
        { .name = "language",                                                                      \
          .type = CLINIC_FIELD_CODE,                                                               \
          .is_personal = (personal),                                                               \
          .min = 2,                                                                                \
          .max = 3,                                                                                \
          .help = "ISO 639 code of the language for messages." },                                  \
        { .name = "email_consent",                                                                 \
          .type = CLINIC_FIELD_CHOICE,                                                             \
          .is_personal = (personal),                                                               \
          .choices = consents,                                                                     \
          .help = "Consent to messages by e-mail." },                                              \
    {                                                                                              \
        .name = "sms_consent", .type = CLINIC_FIELD_CHOICE, .is_personal = (personal),             \
        .choices = consents, .help = "Consent to messages by SMS."                                 \
    }

#define VERSION_FIELD                                                                              \
    {                                                                                              \
        .name = "version", .type = CLINIC_FIELD_INTEGER, .is_required = true, .min = 1,            \
        .max = INTEGER_MAX, .help = "Version of the record after this."                            \
    }

#define MEMBER_ID_FIELD(required, personal)                                                        \
    {                                                                                              \
        .name = "member_id", .type = CLINIC_FIELD_CODE, .is_required = (required),                 \
        .is_personal = (personal), .min = 9, .max = 9,                                             \
        .help = "Eight digits and an ISO 7064 MOD 11,10 check digit."                              \
    }

// ---- events

static const struct clinic_field patient_created[] = {
    UUID_FIELD("patient_id", "Made by the asking node."),
    { .name = "provisional",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "Registered at a kiosk; reception has not completed it yet." },
    MEMBER_ID_FIELD(false, true),
    PATIENT_FIELDS(false, false, true),
};

static const struct clinic_field field_name_item = {
    .name = "field", .type = CLINIC_FIELD_CODE, .min = 1, .max = 40
};

static const struct clinic_field patient_updated[] = {
    UUID_FIELD("patient_id", "Whose record changed."),
    { .name = "changed",
      .type = CLINIC_FIELD_LIST,
      .is_required = true,
      .min = 1,
      .max = 20,
      .fields = &field_name_item,
      .field_count = 1,
      .help = "Names of the fields that changed." },
    VERSION_FIELD,
    { .name = "provisional",
      .type = CLINIC_FIELD_BOOLEAN,
      .help = "Present if it changed: reception has completed the record." },
    PATIENT_FIELDS(false, true, true),
};

static const struct clinic_field patient_deleted[] = {
    UUID_FIELD("patient_id", "Whose record is gone."),
    { .name = "reason",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = deletion_reasons,
      .help = "Why." },
    { .name = "mode",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = deletion_modes,
      .help = "erased: the patient's key is destroyed." },
};

#define APPOINTMENT_FIELDS                                                                         \
    UUID_FIELD("appointment_id", "The appointment."), UUID_FIELD("patient_id", "The patient."),    \
        UUID_FIELD("doctor_id", "The doctor."),                                                    \
        { .name = "start", .type = CLINIC_FIELD_INSTANT, .is_required = true, .help = "Start." },  \
    {                                                                                              \
        .name = "end", .type = CLINIC_FIELD_INSTANT, .is_required = true,                          \
        .help = "End, not included."                                                               \
    }

#define BY_FIELD                                                                                   \
    {                                                                                              \
        .name = "by", .type = CLINIC_FIELD_CHOICE, .is_required = true, .choices = by_whom,        \
        .help = "Who asked for it."                                                                \
    }

static const struct clinic_field appointment_scheduled[] = {
    APPOINTMENT_FIELDS,
    { .name = "new_patient",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "The patient had no visit before; decided at booking." },
    { .name = "visit_reason",
      .type = CLINIC_FIELD_TEXT,
      .is_personal = true,
      .max = 500,
      .help = "Why the patient comes." },
};

static const struct clinic_field appointment_place[] = {
    UUID_FIELD("doctor_id", "The doctor before."),
    { .name = "start", .type = CLINIC_FIELD_INSTANT, .is_required = true, .help = "Start before." },
    { .name = "end", .type = CLINIC_FIELD_INSTANT, .is_required = true, .help = "End before." },
};

static const struct clinic_field appointment_rescheduled[] = {
    APPOINTMENT_FIELDS,
    { .name = "previous",
      .type = CLINIC_FIELD_OBJECT,
      .is_required = true,
      FIELDS(appointment_place),
      .help = "Where it was." },
    BY_FIELD,
};

static const struct clinic_field appointment_canceled[] = {
    APPOINTMENT_FIELDS,
    BY_FIELD,
    { .name = "reason",
      .type = CLINIC_FIELD_CODE,
      .is_required = true,
      .min = 1,
      .max = 40,
      .help = "Reason code." },
    { .name = "late",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "Less than 24 hours before the start." },
};

static const struct clinic_field doctor_hours[] = {
    { .name = "weekday",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .min = 1,
      .max = 7,
      .help = "ISO 8601: 1 is Monday." },
    { .name = "from",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 5,
      .max = 5,
      .help = "Local wall time, HH:MM." },
    { .name = "to",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 5,
      .max = 5,
      .help = "Local wall time, HH:MM, not included." },
    { .name = "valid_from", .type = CLINIC_FIELD_DATE, .help = "First day of this rule." },
    { .name = "valid_to", .type = CLINIC_FIELD_DATE, .help = "Last day of this rule." },
};
static const struct clinic_field doctor_hours_item = { .name = "window",
                                                       .type = CLINIC_FIELD_OBJECT,
                                                       FIELDS(doctor_hours) };

static const struct clinic_field time_off[] = {
    { .name = "from", .type = CLINIC_FIELD_DATE, .is_required = true, .help = "First day." },
    { .name = "to", .type = CLINIC_FIELD_DATE, .is_required = true, .help = "Last day." },
};
static const struct clinic_field time_off_item = { .name = "period",
                                                   .type = CLINIC_FIELD_OBJECT,
                                                   FIELDS(time_off) };

static const struct clinic_field doctor_created[] = {
    UUID_FIELD("doctor_id", "Made by the asking node."),
    { .name = "specialty",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 1,
      .max = 80,
      .help = "Specialty." },
    { .name = "hours",
      .type = CLINIC_FIELD_LIST,
      .is_required = true,
      .max = 70,
      .fields = &doctor_hours_item,
      .field_count = 1,
      .help = "Weekly opening hours." },
    { .name = "slot_minutes",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .min = 5,
      .max = 480,
      .help = "Length of a slot." },
    { .name = "time_off",
      .type = CLINIC_FIELD_LIST,
      .is_required = true,
      .max = 100,
      .fields = &time_off_item,
      .field_count = 1,
      .help = "Vacations." },
    { .name = "name",
      .type = CLINIC_FIELD_STRING,
      .is_personal = true,
      .min = 1,
      .max = 200,
      .help = "Full name." },
    { .name = "email",
      .type = CLINIC_FIELD_STRING,
      .is_personal = true,
      .min = 3,
      .max = 254,
      .help = "E-mail address." },
    { .name = "phone",
      .type = CLINIC_FIELD_STRING,
      .is_personal = true,
      .min = 3,
      .max = 40,
      .help = "Phone number in E.164." },
};

static const struct clinic_field equipment_low_stock[] = {
    { .name = "item_id",
      .type = CLINIC_FIELD_CODE,
      .is_required = true,
      .min = 1,
      .max = 40,
      .help = "The item." },
    { .name = "name",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 1,
      .max = 80,
      .help = "Its name." },
    { .name = "quantity",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .max = INTEGER_MAX,
      .help = "What is left." },
    { .name = "minimum",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .max = INTEGER_MAX,
      .help = "Below this it is low." },
    { .name = "unit",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 1,
      .max = 20,
      .help = "What is counted." },
    { .name = "location",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .max = 80,
      .help = "Where it is." },
};

static const struct clinic_field feedback_submitted[] = {
    UUID_FIELD("feedback_id", "Made by the asking node."),
    { .name = "doctor_id", .type = CLINIC_FIELD_UUID, .help = "About whom." },
    { .name = "appointment_id", .type = CLINIC_FIELD_UUID, .help = "About which visit." },
    { .name = "rating",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .min = 1,
      .max = 5,
      .help = "1 to 5." },
    { .name = "verified",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "Tied to a fulfilled visit with that doctor in the last 90 days." },
    { .name = "kind",
      .type = CLINIC_FIELD_CHOICE,
      .choices = feedback_kinds,
      .help = "About a visit, or general." },
    { .name = "patient_id",
      .type = CLINIC_FIELD_UUID,
      .is_personal = true,
      .help = "Who gave it." },
    { .name = "text",
      .type = CLINIC_FIELD_TEXT,
      .is_personal = true,
      .max = 2000,
      .help = "What the patient wrote." },
};

static const struct clinic_field attachment[] = {
    { .name = "sha256",
      .type = CLINIC_FIELD_CODE,
      .is_required = true,
      .min = 64,
      .max = 64,
      .help = "Digest of the bytes, in hexadecimal." },
    { .name = "bytes",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .min = 1,
      .max = INTEGER_MAX,
      .help = "Size." },
    { .name = "media_type",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 3,
      .max = 100,
      .help = "Media type." },
};
static const struct clinic_field attachment_item = { .name = "attachment",
                                                     .type = CLINIC_FIELD_OBJECT,
                                                     FIELDS(attachment) };

static const struct clinic_field report_updated[] = {
    UUID_FIELD("report_id", "The report."),
    UUID_FIELD("patient_id", "About whom."),
    UUID_FIELD("doctor_id", "By whom."),
    { .name = "kind",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = reports_kinds,
      .help = "What it is." },
    VERSION_FIELD,
    { .name = "status",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = report_states,
      .help = "State of this version." },
    { .name = "notify",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "The patient has something to do." },
    { .name = "title",
      .type = CLINIC_FIELD_STRING,
      .is_personal = true,
      .min = 1,
      .max = 200,
      .help = "Title." },
    { .name = "text",
      .type = CLINIC_FIELD_TEXT,
      .is_personal = true,
      .max = 20000,
      .help = "Text." },
    { .name = "attachments",
      .type = CLINIC_FIELD_LIST,
      .is_personal = true,
      .max = 20,
      .fields = &attachment_item,
      .field_count = 1,
      .help = "Files, by reference." },
};

#define READERS_STAFF CLINIC_BIT(CLINIC_ROLE_DESK)
#define READERS_VISITS                                                                             \
    (CLINIC_BIT(CLINIC_ROLE_DESK) | CLINIC_BIT(CLINIC_ROLE_KIOSK) | CLINIC_BIT(CLINIC_ROLE_BOARD))
#define READERS_STOCK (CLINIC_BIT(CLINIC_ROLE_DESK) | CLINIC_BIT(CLINIC_ROLE_SCALE))

const struct clinic_event_type clinic_event_types[CLINIC_EVENT_KIND_COUNT] = {
    [CLINIC_PATIENT_CREATED] = { CLINIC_PATIENT_CREATED, "PatientCreated", "clinic.patient.created",
                                 "patient/created", READERS_STAFF, FIELDS(patient_created),
                                 "A patient was registered." },
    [CLINIC_PATIENT_UPDATED] = { CLINIC_PATIENT_UPDATED, "PatientUpdated", "clinic.patient.updated",
                                 "patient/updated", READERS_STAFF, FIELDS(patient_updated),
                                 "A patient's record changed." },
    [CLINIC_PATIENT_DELETED] = { CLINIC_PATIENT_DELETED, "PatientDeleted", "clinic.patient.deleted",
                                 "patient/deleted", READERS_STAFF, FIELDS(patient_deleted),
                                 "A patient's record was erased by an admin." },
    [CLINIC_APPOINTMENT_SCHEDULED] = { CLINIC_APPOINTMENT_SCHEDULED, "AppointmentScheduled",
                                       "clinic.appointment.scheduled", "appointment/scheduled",
                                       READERS_VISITS, FIELDS(appointment_scheduled),
                                       "An appointment was booked." },
    [CLINIC_APPOINTMENT_RESCHEDULED] = { CLINIC_APPOINTMENT_RESCHEDULED, "AppointmentRescheduled",
                                         "clinic.appointment.rescheduled",
                                         "appointment/rescheduled", READERS_VISITS,
                                         FIELDS(appointment_rescheduled),
                                         "An appointment was moved." },
    [CLINIC_APPOINTMENT_CANCELED] = { CLINIC_APPOINTMENT_CANCELED, "AppointmentCanceled",
                                      "clinic.appointment.canceled", "appointment/canceled",
                                      READERS_VISITS, FIELDS(appointment_canceled),
                                      "An appointment was canceled." },
    [CLINIC_DOCTOR_CREATED] = { CLINIC_DOCTOR_CREATED, "DoctorCreated", "clinic.doctor.created",
                                "doctor/created", READERS_VISITS, FIELDS(doctor_created),
                                "A doctor was added." },
    [CLINIC_EQUIPMENT_LOW_STOCK] = { CLINIC_EQUIPMENT_LOW_STOCK, "EquipmentLowStock",
                                     "clinic.equipment.low-stock", "equipment/low-stock",
                                     READERS_STOCK, FIELDS(equipment_low_stock),
                                     "An item fell below its minimum." },
    [CLINIC_FEEDBACK_SUBMITTED] = { CLINIC_FEEDBACK_SUBMITTED, "FeedbackSubmitted",
                                    "clinic.feedback.submitted", "feedback/submitted",
                                    READERS_STAFF, FIELDS(feedback_submitted),
                                    "A patient gave feedback." },
    [CLINIC_REPORT_UPDATED] = { CLINIC_REPORT_UPDATED, "ReportUpdated", "clinic.report.updated",
                                "report/updated", READERS_STAFF, FIELDS(report_updated),
                                "A version of a medical report was added." },
};

// ---- requests

#define EXPECTED_VERSION_FIELD                                                                     \
    {                                                                                              \
        .name = "expected_version", .type = CLINIC_FIELD_INTEGER, .is_required = true, .min = 1,   \
        .max = INTEGER_MAX, .help = "The version that the change was made from."                   \
    }

#define LIMIT_FIELD                                                                                \
    {                                                                                              \
        .name = "limit", .type = CLINIC_FIELD_INTEGER, .min = 1, .max = 100,                       \
        .help = "At most so many rows; 20 if absent."                                              \
    }

static const struct clinic_field patient_create[] = {
    UUID_FIELD("patient_id", "A new UUID, made by the node."),
    PATIENT_FIELDS(true, false, false),
    { .name = "is_distinct",
      .type = CLINIC_FIELD_BOOLEAN,
      .help = "Staff have looked at the similar patients: this is another person." },
};
static const struct clinic_field patient_create_reply[] = {
    UUID_FIELD("patient_id", "As asked."),
    MEMBER_ID_FIELD(true, false),
    VERSION_FIELD,
};

static const struct clinic_field patient_update[] = {
    UUID_FIELD("patient_id", "Whose record."),
    EXPECTED_VERSION_FIELD,
    PATIENT_FIELDS(false, true, false),
    { .name = "provisional",
      .type = CLINIC_FIELD_BOOLEAN,
      .help = "false: reception has completed the record." },
};
static const struct clinic_field patient_update_reply[] = {
    UUID_FIELD("patient_id", "As asked."),
    VERSION_FIELD,
};

static const struct clinic_field patient_delete[] = {
    UUID_FIELD("patient_id", "Whose record."),
    MEMBER_ID_FIELD(true, false),
    { .name = "pin",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 4,
      .max = 64,
      .help = "The admin's PIN, entered again." },
    { .name = "reason",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = deletion_reasons,
      .help = "Why." },
};
static const struct clinic_field patient_delete_reply[] = {
    UUID_FIELD("patient_id", "As asked."),
};

static const struct clinic_field patient_record[] = {
    UUID_FIELD("patient_id", "The patient."),
    MEMBER_ID_FIELD(true, false),
    VERSION_FIELD,
    { .name = "provisional",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "Not completed by reception yet." },
    PATIENT_FIELDS(true, false, false),
};

static const struct clinic_field patient_find[] = {
    { .name = "text",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 1,
      .max = 200,
      .help = "Beginnings of names, a member ID, a birth date, a phone number or an e-mail." },
    LIMIT_FIELD,
};
static const struct clinic_field patient_match[] = {
    UUID_FIELD("patient_id", "The patient."),
    MEMBER_ID_FIELD(true, false),
    { .name = "name",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 1,
      .max = 200,
      .help = "Full name." },
    { .name = "birth_date", .type = CLINIC_FIELD_DATE, .is_required = true, .help = "Birth date." },
    { .name = "provisional",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "Not completed by reception yet." },
};
static const struct clinic_field patient_match_item = { .name = "patient",
                                                        .type = CLINIC_FIELD_OBJECT,
                                                        FIELDS(patient_match) };
static const struct clinic_field patient_find_reply[] = {
    { .name = "patients",
      .type = CLINIC_FIELD_LIST,
      .is_required = true,
      .max = 100,
      .fields = &patient_match_item,
      .field_count = 1,
      .help = "By name." },
    { .name = "more",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "There are more than fit the limit." },
};

static const struct clinic_field patient_read[] = {
    UUID_FIELD("patient_id", "Whose record; the reading is audited."),
};
static const struct clinic_field patient_read_reply[] = {
    { .name = "patient",
      .type = CLINIC_FIELD_OBJECT,
      .is_required = true,
      FIELDS(patient_record),
      .help = "The whole record." },
};

static const struct clinic_field portal_read[] = {
    MEMBER_ID_FIELD(true, false),
    { .name = "birth_date",
      .type = CLINIC_FIELD_DATE,
      .is_required = true,
      .help = "Second identifier." },
};
static const struct clinic_field portal_read_reply[] = {
    VERSION_FIELD,
    { .name = "patient",
      .type = CLINIC_FIELD_OBJECT,
      .is_required = true,
      FIELDS(patient_record),
      .help = "The patient's own data." },
};

static const struct clinic_field analytics_read[] = {
    { .name = "from", .type = CLINIC_FIELD_DATE, .is_required = true, .help = "First day." },
    { .name = "to", .type = CLINIC_FIELD_DATE, .is_required = true, .help = "Last day." },
};
static const struct clinic_field analytics_row[] = {
    { .name = "day",
      .type = CLINIC_FIELD_DATE,
      .is_required = true,
      .help = "Day in the clinic's time zone." },
    { .name = "metric",
      .type = CLINIC_FIELD_CODE,
      .is_required = true,
      .min = 1,
      .max = 60,
      .help = "What is counted." },
    { .name = "count",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .min = -INTEGER_MAX,
      .max = INTEGER_MAX,
      .help = "How many on that day." },
};
static const struct clinic_field analytics_item = { .name = "row",
                                                    .type = CLINIC_FIELD_OBJECT,
                                                    FIELDS(analytics_row) };
static const struct clinic_field analytics_read_reply[] = {
    { .name = "rows",
      .type = CLINIC_FIELD_LIST,
      .is_required = true,
      .max = 2000,
      .fields = &analytics_item,
      .field_count = 1,
      .help = "By day and metric." },
    { .name = "active_patients",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .max = INTEGER_MAX,
      .help = "Registered and not deleted, now." },
    { .name = "more",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "The range holds more rows; ask for a shorter one." },
};

static const struct clinic_field audit_read[] = {
    { .name = "subject",
      .type = CLINIC_FIELD_STRING,
      .min = 1,
      .max = 63,
      .help = "Only about this, e.g. patient/<id>." },
    { .name = "node",
      .type = CLINIC_FIELD_CODE,
      .min = 1,
      .max = 32,
      .help = "Only by this node." },
    { .name = "person",
      .type = CLINIC_FIELD_STRING,
      .min = 1,
      .max = 64,
      .help = "Only by this member of staff." },
    { .name = "from", .type = CLINIC_FIELD_INSTANT, .help = "Not before." },
    { .name = "to", .type = CLINIC_FIELD_INSTANT, .help = "Before." },
    LIMIT_FIELD,
};
static const struct clinic_field audit_row[] = {
    { .name = "time", .type = CLINIC_FIELD_INSTANT, .is_required = true, .help = "When." },
    { .name = "node", .type = CLINIC_FIELD_CODE, .is_required = true, .max = 32, .help = "Where." },
    { .name = "person",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .max = 64,
      .help = "Who; empty: nobody was signed in." },
    { .name = "action",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .max = 64,
      .help = "What, e.g. patient/read or clinic.patient.updated." },
    { .name = "subject",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .max = 63,
      .help = "About what." },
    { .name = "outcome",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .max = 64,
      .help = "accepted, or the code of the refusal." },
    { .name = "detail",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .max = 400,
      .help = "Names of the changed fields." },
};
static const struct clinic_field audit_item = { .name = "row",
                                                .type = CLINIC_FIELD_OBJECT,
                                                FIELDS(audit_row) };
static const struct clinic_field audit_read_reply[] = {
    { .name = "rows",
      .type = CLINIC_FIELD_LIST,
      .is_required = true,
      .max = 100,
      .fields = &audit_item,
      .field_count = 1,
      .help = "Newest first." },
    { .name = "more",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "There are older rows." },
};

static const struct clinic_field staff_sign_in[] = {
    { .name = "name",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 1,
      .max = 64,
      .help = "Account name." },
    { .name = "pin",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 4,
      .max = 64,
      .help = "PIN." },
};
static const struct clinic_field staff_sign_in_reply[] = {
    { .name = "session",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 43,
      .max = 43,
      .help = "Sent with the requests of this person from this node." },
    { .name = "name",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 1,
      .max = 64,
      .help = "Account name." },
    { .name = "role",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = staff_roles,
      .help = "What the person may do." },
    { .name = "expires",
      .type = CLINIC_FIELD_INSTANT,
      .is_required = true,
      .help = "End of the session." },
};

static const struct clinic_field staff_create[] = {
    { .name = "name",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 1,
      .max = 64,
      .help = "Account name." },
    { .name = "role",
      .type = CLINIC_FIELD_CHOICE,
      .is_required = true,
      .choices = staff_roles,
      .help = "What the person may do." },
    { .name = "new_pin",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 4,
      .max = 64,
      .help = "First PIN of the account." },
    { .name = "pin",
      .type = CLINIC_FIELD_STRING,
      .is_required = true,
      .min = 4,
      .max = 64,
      .help = "The admin's PIN, entered again." },
};

static const struct clinic_field replay_position[] = {
    { .name = "type",
      .type = CLINIC_FIELD_CODE,
      .is_required = true,
      .min = 1,
      .max = 64,
      .help = "Event type." },
    { .name = "after",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .max = INTEGER_MAX,
      .help = "The last sequence of it that was seen; 0: none." },
};
static const struct clinic_field replay_position_item = { .name = "position",
                                                          .type = CLINIC_FIELD_OBJECT,
                                                          FIELDS(replay_position) };
static const struct clinic_field events_replay[] = {
    { .name = "positions",
      .type = CLINIC_FIELD_LIST,
      .is_required = true,
      .min = 1,
      .max = 40,
      .fields = &replay_position_item,
      .field_count = 1,
      .help = "The wanted types." },
    { .name = "limit",
      .type = CLINIC_FIELD_INTEGER,
      .min = 1,
      .max = 100,
      .help = "At most so many events; 100 if absent, and never more than fit into 48 KiB." },
};
static const struct clinic_field replayed_event_item = { .name = "event",
                                                         .type = CLINIC_FIELD_ANY };
static const struct clinic_field events_replay_reply[] = {
    { .name = "events",
      .type = CLINIC_FIELD_LIST,
      .is_required = true,
      .max = 100,
      .fields = &replayed_event_item,
      .field_count = 1,
      .help = "Events as they were published, in the order of the log." },
    { .name = "through",
      .type = CLINIC_FIELD_INTEGER,
      .is_required = true,
      .max = INTEGER_MAX,
      .help = "Of the wanted types there is nothing else up to this sequence." },
    { .name = "more",
      .type = CLINIC_FIELD_BOOLEAN,
      .is_required = true,
      .help = "Ask again from there." },
};

#define DESK CLINIC_BIT(CLINIC_ROLE_DESK)
#define KIOSK CLINIC_BIT(CLINIC_ROLE_KIOSK)
#define SCALE CLINIC_BIT(CLINIC_ROLE_SCALE)
#define BOARD CLINIC_BIT(CLINIC_ROLE_BOARD)

#define ADMIN CLINIC_BIT(CLINIC_STAFF_ADMIN)
#define MANAGEMENT (ADMIN | CLINIC_BIT(CLINIC_STAFF_MANAGER))
#define CARE (MANAGEMENT | CLINIC_BIT(CLINIC_STAFF_RECEPTION) | CLINIC_BIT(CLINIC_STAFF_DOCTOR))
#define ANYBODY (CARE | CLINIC_BIT(CLINIC_STAFF_STOCK))

#define REQUEST(request_kind, entity_name, action_name)                                            \
    .kind = (request_kind), .entity = (entity_name), .action = (action_name)
#define REPLY(array) .reply_fields = (array), .reply_field_count = ARRAY_SIZE(array)

const struct clinic_request_type clinic_request_types[CLINIC_REQUEST_KIND_COUNT] = {
    [CLINIC_REQUEST_PATIENT_CREATE] = { REQUEST(CLINIC_REQUEST_PATIENT_CREATE, "patient", "create"),
                                        .nodes = DESK | KIOSK, .staff = CARE, .unattended = KIOSK,
                                        FIELDS(patient_create), REPLY(patient_create_reply),
                                        .help = "Registers a patient; at a kiosk provisionally." },
    [CLINIC_REQUEST_PATIENT_UPDATE] = { REQUEST(CLINIC_REQUEST_PATIENT_UPDATE, "patient", "update"),
                                        .nodes = DESK, .staff = CARE, FIELDS(patient_update),
                                        REPLY(patient_update_reply),
                                        .help = "Changes a record (JSON merge patch, RFC 7396)." },
    [CLINIC_REQUEST_PATIENT_DELETE] = { REQUEST(CLINIC_REQUEST_PATIENT_DELETE, "patient", "delete"),
                                        .nodes = DESK, .staff = ADMIN, FIELDS(patient_delete),
                                        REPLY(patient_delete_reply),
                                        .help = "Erases a patient for good." },
    [CLINIC_REQUEST_PATIENT_FIND] = { REQUEST(CLINIC_REQUEST_PATIENT_FIND, "patient", "find"),
                                      .is_direct = true, .nodes = DESK, .staff = CARE,
                                      FIELDS(patient_find), REPLY(patient_find_reply),
                                      .help = "Searches patients." },
    [CLINIC_REQUEST_PATIENT_READ] = { REQUEST(CLINIC_REQUEST_PATIENT_READ, "patient", "read"),
                                      .is_direct = true, .nodes = DESK, .staff = CARE,
                                      FIELDS(patient_read), REPLY(patient_read_reply),
                                      .help = "Reads a record; audited." },
    [CLINIC_REQUEST_PORTAL_READ] = { REQUEST(CLINIC_REQUEST_PORTAL_READ, "portal", "read"),
                                     .is_direct = true, .nodes = DESK | KIOSK, .staff = 0,
                                     FIELDS(portal_read), REPLY(portal_read_reply),
                                     .help = "What the patient may see of their own record." },
    [CLINIC_REQUEST_ANALYTICS_READ] = { REQUEST(CLINIC_REQUEST_ANALYTICS_READ, "analytics", "read"),
                                        .is_direct = true, .nodes = DESK, .staff = MANAGEMENT,
                                        FIELDS(analytics_read), REPLY(analytics_read_reply),
                                        .help = "Counts by day." },
    [CLINIC_REQUEST_AUDIT_READ] = { REQUEST(CLINIC_REQUEST_AUDIT_READ, "audit", "read"),
                                    .is_direct = true, .nodes = DESK, .staff = MANAGEMENT,
                                    FIELDS(audit_read), REPLY(audit_read_reply),
                                    .help = "Who did and who saw what." },
    [CLINIC_REQUEST_STAFF_SIGN_IN] = { REQUEST(CLINIC_REQUEST_STAFF_SIGN_IN, "staff", "sign-in"),
                                       .is_direct = true, .nodes = DESK, FIELDS(staff_sign_in),
                                       REPLY(staff_sign_in_reply), .help = "Begins a session." },
    [CLINIC_REQUEST_STAFF_SIGN_OUT] = { REQUEST(CLINIC_REQUEST_STAFF_SIGN_OUT, "staff", "sign-out"),
                                        .is_direct = true, .nodes = DESK, .staff = ANYBODY,
                                        .help = "Ends the session of the request." },
    [CLINIC_REQUEST_STAFF_CREATE] = { REQUEST(CLINIC_REQUEST_STAFF_CREATE, "staff", "create"),
                                      .is_direct = true, .nodes = DESK, .staff = ADMIN,
                                      FIELDS(staff_create), .help = "Adds a staff account." },
    [CLINIC_REQUEST_EVENTS_REPLAY] = { REQUEST(CLINIC_REQUEST_EVENTS_REPLAY, "events", "replay"),
                                       .is_direct = true, .nodes = DESK | KIOSK | SCALE | BOARD,
                                       FIELDS(events_replay), REPLY(events_replay_reply),
                                       .help = "Events that were missed." },
};
