// catalogue.h - the contract: every event, request, role and field on the bus, as tables.
//
// Validation, encoding, the broker's ACL, the AsyncAPI document and the README's reference are produced
// from these rows or checked against them. A published event type never changes meaning; fields are
// only added. Numbers of enums are stored: never renumber, never reuse.
#pragma once

#include "json.h"
#include "problem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- who

enum clinic_node_role {
    CLINIC_ROLE_NONE = 0,
    CLINIC_ROLE_KIOSK = 1,
    CLINIC_ROLE_DESK = 2,
    CLINIC_ROLE_SCALE = 3,
    CLINIC_ROLE_BOARD = 4,
    CLINIC_ROLE_GATEWAY = 5,
    CLINIC_ROLE_CLINIC = 6,  // at headquarters' broker: a clinic that sends its events up
    CLINIC_ROLE_ARCHIVE = 7, // at headquarters' broker: a reader of all clinics
    CLINIC_NODE_ROLE_COUNT,
};

enum clinic_staff_role {
    CLINIC_STAFF_NONE = 0,
    CLINIC_STAFF_RECEPTION = 1,
    CLINIC_STAFF_DOCTOR = 2,
    CLINIC_STAFF_STOCK = 3,
    CLINIC_STAFF_MANAGER = 4,
    CLINIC_STAFF_ADMIN = 5,
    CLINIC_STAFF_ROLE_COUNT,
};

#define CLINIC_BIT(role) (1u << (role))

// NULL for a number outside the enum; NONE has the name "none" and is never found by name.
const char *clinic_node_role_name(enum clinic_node_role role);
const char *clinic_staff_role_name(enum clinic_staff_role role);
bool clinic_node_role_find(const char *name, enum clinic_node_role *ret_role);
bool clinic_staff_role_find(const char *name, enum clinic_staff_role *ret_role);

// ---- fields

enum clinic_field_type {
    CLINIC_FIELD_STRING,  // one line of UTF-8 without control characters; min..max bytes
    CLINIC_FIELD_TEXT,    // the same with line feeds and tabs; min..max code points
    CLINIC_FIELD_CODE,    // [a-z0-9._-], min..max bytes
    CLINIC_FIELD_INTEGER, // min..max, within ±(2^53 - 1)
    CLINIC_FIELD_BOOLEAN,
    CLINIC_FIELD_UUID,
    CLINIC_FIELD_DATE,    // "YYYY-MM-DD", a real day
    CLINIC_FIELD_INSTANT, // RFC 3339
    CLINIC_FIELD_CLOCK,   // "HH:MM" of the clinic's wall clock, 00:00 to 24:00
    CLINIC_FIELD_LOCAL,   // "YYYY-MM-DDTHH:MM", wall time in the clinic's zone
    CLINIC_FIELD_BASE64,  // RFC 4648 with padding, min..max characters
    CLINIC_FIELD_CHOICE,  // one of `choices`
    CLINIC_FIELD_LIST,    // min..max items, each as fields[0] says
    CLINIC_FIELD_OBJECT,  // members as `fields` say
    CLINIC_FIELD_ANY,     // any JSON value, where another table defines it (an event in a replay)
};

struct clinic_field {
    const char *name;
    enum clinic_field_type type;
    bool is_required;
    bool is_personal; // sealed in the log, never on the clinic's bus as an event
    bool is_nullable; // null means "remove" (JSON merge patch)
    int64_t min;
    int64_t max;
    const char *const *choices; // ends with NULL
    const struct clinic_field *fields;
    size_t field_count;
    const char *help; // one line for the reference
};

// Checks an object against its fields: required, type, limits. Unknown members are ignored
// where `lets_unknown` (events: a newer sender may add some) and refused otherwise (requests).
bool clinic_fields_check(const struct clinic_field *fields, size_t count, const cJSON *object,
                         bool lets_unknown, struct clinic_problem *reterr_problem);

// ---- events

enum clinic_event_kind {
    CLINIC_EVENT_NONE = 0,
    CLINIC_PATIENT_CREATED = 1,
    CLINIC_PATIENT_UPDATED = 2,
    CLINIC_PATIENT_DELETED = 3,
    CLINIC_APPOINTMENT_SCHEDULED = 4,
    CLINIC_APPOINTMENT_RESCHEDULED = 5,
    CLINIC_APPOINTMENT_CANCELED = 6,
    CLINIC_DOCTOR_CREATED = 7,
    CLINIC_EQUIPMENT_LOW_STOCK = 8,
    CLINIC_FEEDBACK_SUBMITTED = 9,
    CLINIC_REPORT_UPDATED = 10,
    CLINIC_APPOINTMENT_CHECKED_IN = 11,
    CLINIC_APPOINTMENT_CALLED = 12,
    CLINIC_APPOINTMENT_CLOSED = 13,
    CLINIC_APPOINTMENT_KEPT = 14,
    CLINIC_DOCTOR_UPDATED = 15,
    CLINIC_DOCTOR_SCHEDULE_CHANGED = 16,
    CLINIC_EQUIPMENT_ITEM_CHANGED = 17,
    CLINIC_EQUIPMENT_STOCK_CHANGED = 18,
    CLINIC_FEEDBACK_ANSWERED = 19,
    CLINIC_EQUIPMENT_SCALE_CHANGED = 20,
    CLINIC_EVENT_KIND_COUNT,
};

struct clinic_event_type {
    enum clinic_event_kind kind;
    const char *name;  // as the mission calls it: "PatientCreated"
    const char *type;  // CloudEvents type: "clinic.patient.created"
    const char *topic; // below the prefix: "patient/created"
    unsigned readers;  // CLINIC_BIT of the node roles that may receive it
    const struct clinic_field *fields;
    size_t field_count;
    const char *help;
};

// Indexed by kind; row 0 is empty.
extern const struct clinic_event_type clinic_event_types[CLINIC_EVENT_KIND_COUNT];

// NULL if there is none.
const struct clinic_event_type *clinic_event_type_find(const char *type);
const struct clinic_event_type *clinic_event_type_find_topic(const char *topic_below_prefix);

// ---- requests

enum clinic_request_kind {
    CLINIC_REQUEST_NONE = 0,
    CLINIC_REQUEST_PATIENT_CREATE = 1,
    CLINIC_REQUEST_PATIENT_UPDATE = 2,
    CLINIC_REQUEST_PATIENT_DELETE = 3,
    CLINIC_REQUEST_PATIENT_FIND = 4,
    CLINIC_REQUEST_PATIENT_READ = 5,
    CLINIC_REQUEST_PORTAL_READ = 6,
    CLINIC_REQUEST_ANALYTICS_READ = 7,
    CLINIC_REQUEST_AUDIT_READ = 8,
    CLINIC_REQUEST_STAFF_SIGN_IN = 9,
    CLINIC_REQUEST_STAFF_SIGN_OUT = 10,
    CLINIC_REQUEST_STAFF_CREATE = 11,
    CLINIC_REQUEST_EVENTS_REPLAY = 12,
    CLINIC_REQUEST_DOCTOR_CREATE = 13,
    CLINIC_REQUEST_DOCTOR_UPDATE = 14,
    CLINIC_REQUEST_DOCTOR_HOURS = 15,
    CLINIC_REQUEST_DOCTOR_TIME_OFF = 16,
    CLINIC_REQUEST_DOCTOR_HOLIDAY = 17,
    CLINIC_REQUEST_DOCTOR_LIST = 18,
    CLINIC_REQUEST_DOCTOR_READ = 19,
    CLINIC_REQUEST_DOCTOR_SLOTS = 20,
    CLINIC_REQUEST_DOCTOR_CALENDAR = 21,
    CLINIC_REQUEST_DOCTOR_CONFLICTS = 22,
    CLINIC_REQUEST_APPOINTMENT_SCHEDULE = 23,
    CLINIC_REQUEST_APPOINTMENT_RESCHEDULE = 24,
    CLINIC_REQUEST_APPOINTMENT_CANCEL = 25,
    CLINIC_REQUEST_APPOINTMENT_KEEP = 26,
    CLINIC_REQUEST_APPOINTMENT_FIND = 27,
    CLINIC_REQUEST_APPOINTMENT_CHECK_IN = 28,
    CLINIC_REQUEST_APPOINTMENT_CALL = 29,
    CLINIC_REQUEST_APPOINTMENT_CLOSE = 30,
    CLINIC_REQUEST_APPOINTMENT_LIST = 31,
    CLINIC_REQUEST_APPOINTMENT_READ = 32,
    CLINIC_REQUEST_EQUIPMENT_ITEM = 33,
    CLINIC_REQUEST_EQUIPMENT_MEASURE = 34,
    CLINIC_REQUEST_EQUIPMENT_ADJUST = 35,
    CLINIC_REQUEST_EQUIPMENT_COUNT = 36,
    CLINIC_REQUEST_EQUIPMENT_ORDER = 37,
    CLINIC_REQUEST_EQUIPMENT_LIST = 38,
    CLINIC_REQUEST_EQUIPMENT_RESTOCK_REPORT = 39,
    CLINIC_REQUEST_FEEDBACK_SUBMIT = 40,
    CLINIC_REQUEST_FEEDBACK_ANSWER = 41,
    CLINIC_REQUEST_FEEDBACK_LIST = 42,
    CLINIC_REQUEST_FEEDBACK_READ = 43,
    CLINIC_REQUEST_FEEDBACK_ANALYSIS = 44,
    CLINIC_REQUEST_REPORT_UPDATE = 45,
    CLINIC_REQUEST_REPORT_RELEASE = 46,
    CLINIC_REQUEST_REPORT_WITHDRAW = 47,
    CLINIC_REQUEST_REPORT_READ = 48,
    CLINIC_REQUEST_REPORT_LIST = 49,
    CLINIC_REQUEST_REPORT_UPLOAD = 50,
    CLINIC_REQUEST_REPORT_DOWNLOAD = 51,
    CLINIC_REQUEST_MESSAGE_LIST = 52,
    CLINIC_REQUEST_MESSAGE_HANDLE = 53,
    CLINIC_REQUEST_PORTAL_REPORT = 54,
    CLINIC_REQUEST_EQUIPMENT_SCALE = 55,
    CLINIC_REQUEST_EQUIPMENT_SCALE_SET_UP = 56,
    CLINIC_REQUEST_EQUIPMENT_SCALE_ANSWER = 57,
    CLINIC_REQUEST_EQUIPMENT_SCALE_READ = 58,
    CLINIC_REQUEST_EQUIPMENT_BINS = 59,
    CLINIC_REQUEST_APPOINTMENT_BOARD = 60,
    CLINIC_REQUEST_PATIENT_CONSENT = 61,
    CLINIC_REQUEST_PATIENT_PROVISIONAL = 62,
    CLINIC_REQUEST_SYSTEM_STATUS = 63,
    CLINIC_REQUEST_KIND_COUNT,
};

struct clinic_request_type {
    enum clinic_request_kind kind;
    const char *entity; // "patient"
    const char *action; // "create"
    bool is_direct; // asked and answered, neither kept in an outbox nor remembered by the gateway
    unsigned nodes; // CLINIC_BIT of the node roles that may ask
    unsigned
        staff; // CLINIC_BIT of the staff roles of which one must be signed in; 0: nobody need be
    unsigned unattended; // node roles that may ask without a person
    const struct clinic_field *fields;
    size_t field_count;
    const struct clinic_field *reply_fields; // data of an accepted reply
    size_t reply_field_count;
    const char *help;
};

// Indexed by kind; row 0 is empty.
extern const struct clinic_request_type clinic_request_types[CLINIC_REQUEST_KIND_COUNT];

// NULL if there is none.
const struct clinic_request_type *clinic_request_type_find(const char *entity, const char *action);
