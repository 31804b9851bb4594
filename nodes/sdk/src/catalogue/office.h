// office.h - rows of the catalogue: messages, the portal, counts, the audit trail, staff, missed events, the gateway.
#pragma once

#include "appointment.h"
#include "feedback.h"
#include "report.h"

static const char *const staff_roles[] = {
    "reception", "doctor", "stock", "manager", "admin", NULL
};
static const char *const message_states[] = { "waiting", "by-hand", "sent",    "failed",
                                              "expired", "dropped", "handled", NULL };
static const char *const message_channels[] = { "email", "sms", "print", "screen", NULL };
static const char *const system_node_states[] = { "online", "offline", "unknown", NULL };
static const char *const message_audiences[] = { "patient", "doctor", "staff", NULL };

// ---- messages

static const struct clinic_field message_list[] = {
    { BOOLEAN("work_list", "Only what staff must see to: by-hand, failed and expired ones.") },
    { STRING("after", 18, 24, "Messages older than this one.") },
    { INTEGER("limit", 1, 40, "At most so many rows; 20 if absent.") },
};
static const struct clinic_field message_row[] = {
    { STRING("message_id", 18, 24, "Which."), REQUIRED },
    { INSTANT("time", "When it was written."), REQUIRED },
    { CHOICE("audience", message_audiences, "To whom."), REQUIRED },
    { UUID("recipient", "To which patient or doctor.") },
    { CHOICE("channel", message_channels, "How."), REQUIRED },
    { CODE("template", 1, 40, "What about."), REQUIRED },
    { CHOICE("state", message_states, "What became of it."), REQUIRED },
    { INSTANT("due", "When it may go."), REQUIRED },
    { TEXT("text", 0, 1000, "What it says."), REQUIRED },
};
ITEM(message_row_item, "message", message_row);
static const struct clinic_field message_list_reply[] = {
    { LIST("messages", message_row_item, 0, 40, "Newest first."), REQUIRED },
    MORE_FIELD,
};

static const struct clinic_field message_handle[] = {
    { STRING("message_id", 18, 24, "Which was told by other means, or need not be."), REQUIRED },
};

// ---- the patient portal

static const struct clinic_field portal_read[] = {
    MEMBER_ID_FIELD(true, false),
    { DATE("birth_date", "Second identifier."), REQUIRED },
};
static const struct clinic_field portal_visit[] = {
    { UUID("appointment_id", "The visit."), REQUIRED },
    { STRING("doctor", 1, 200, "The doctor's name."), REQUIRED },
    APPOINTMENT_TIMES,
    VERSION_FIELD,
};
ITEM(portal_visit_item, "visit", portal_visit);
static const struct clinic_field portal_report[] = {
    REPORT_ID_FIELD("The report."),
    { CHOICE("kind", report_kinds, "What it is."), REQUIRED },
    VERSION_FIELD,
    { INSTANT("time", "When this version was released."), REQUIRED },
    { REPORT_TITLE_FIELD, REQUIRED },
    { INTEGER("attachments", 0, 20, "How many files."), REQUIRED },
};
ITEM(portal_report_item, "report", portal_report);
static const struct clinic_field portal_feedback[] = {
    FEEDBACK_ID_FIELD("The feedback."),
    VERSION_FIELD,
    { RATING_FIELD, REQUIRED },
    { TEXT("text", 0, 300, "What the patient wrote, or the beginning."), REQUIRED },
    { TEXT("answer", 0, 1000, "What was answered, or the beginning."), REQUIRED },
};
ITEM(portal_feedback_item, "feedback", portal_feedback);
static const struct clinic_field portal_read_reply[] = {
    VERSION_FIELD,
    { OBJECT("patient", patient_record, "The patient's own data."), REQUIRED },
    { LIST("visits", portal_visit_item, 0, 10, "Coming ones, by start."), REQUIRED },
    { LIST("reports", portal_report_item, 0, 10, "Released ones, newest first."), REQUIRED },
    { LIST("feedback", portal_feedback_item, 0, 5, "Answered ones, newest first."), REQUIRED },
};

static const struct clinic_field portal_report_request[] = {
    MEMBER_ID_FIELD(true, false),
    { DATE("birth_date", "Second identifier."), REQUIRED },
    REPORT_ID_FIELD("A released report of this patient."),
};
static const struct clinic_field portal_report_reply[] = {
    { OBJECT("report", portal_report, "What it is."), REQUIRED },
    { REPORT_TEXT_FIELD, REQUIRED },
};

// ---- counts

static const struct clinic_field analytics_read[] = {
    { DATE("from", "First day."), REQUIRED },
    { DATE("to", "Last day."), REQUIRED },
};
static const struct clinic_field analytics_row[] = {
    { DATE("day", "Day in the clinic's time zone."), REQUIRED },
    { CODE("metric", 1, 60, "What is counted."), REQUIRED },
    { INTEGER("count", -INTEGER_MAX, INTEGER_MAX, "How many on that day."), REQUIRED },
};
ITEM(analytics_item, "row", analytics_row);
static const struct clinic_field analytics_read_reply[] = {
    { LIST("rows", analytics_item, 0, 700, "By day and metric, whole days."), REQUIRED },
    { INTEGER("active_patients", 0, INTEGER_MAX, "Registered and not deleted, now."), REQUIRED },
    MORE_FIELD,
    { DATE("next", "Where there are more: ask again from this day on.") },
};

// ---- the audit trail

static const struct clinic_field audit_read[] = {
    { STRING("subject", 1, 63, "Only about this, e.g. patient/<id>.") },
    { CODE("node", 1, 32, "Only by this node.") },
    { STRING("person", 1, 64, "Only by this member of staff.") },
    { INSTANT("from", "Not before.") },
    { INSTANT("to", "Before.") },
    LIMIT_FIELD,
};
static const struct clinic_field audit_row[] = {
    { INSTANT("time", "When."), REQUIRED },
    { CODE("node", 0, 32, "Where."), REQUIRED },
    { STRING("person", 0, 64, "Who; empty: nobody was signed in."), REQUIRED },
    { STRING("action", 0, 64, "What, e.g. patient/read or clinic.patient.updated."), REQUIRED },
    { STRING("subject", 0, 63, "About what."), REQUIRED },
    { STRING("outcome", 0, 64, "accepted, or the code of the refusal."), REQUIRED },
    { STRING("detail", 0, 400, "Names of the changed fields."), REQUIRED },
};
ITEM(audit_item, "row", audit_row);
static const struct clinic_field audit_read_reply[] = {
    { LIST("rows", audit_item, 0, 100, "Newest first."), REQUIRED },
    MORE_FIELD,
};

// ---- staff

#define ACCOUNT_NAME_FIELD STRING("name", 1, 64, "Account name.")
#define ROLE_FIELD CHOICE("role", staff_roles, "What the person may do.")

static const struct clinic_field staff_sign_in[] = {
    { ACCOUNT_NAME_FIELD, REQUIRED },
    { STRING("pin", 4, 64, "PIN."), REQUIRED },
};
static const struct clinic_field staff_sign_in_reply[] = {
    { STRING("session", 43, 43, "Sent with the requests of this person from this node."),
      REQUIRED },
    { ACCOUNT_NAME_FIELD, REQUIRED },
    { ROLE_FIELD, REQUIRED },
    { INSTANT("expires", "End of the session."), REQUIRED },
};

static const struct clinic_field staff_create[] = {
    { ACCOUNT_NAME_FIELD, REQUIRED },
    { ROLE_FIELD, REQUIRED },
    { STRING("new_pin", 4, 64, "First PIN of the account."), REQUIRED },
    { STRING("pin", 4, 64, "The admin's PIN, entered again."), REQUIRED },
};

// ---- events that were missed

static const struct clinic_field replay_position[] = {
    { CODE("type", 1, 64, "Event type."), REQUIRED },
    { INTEGER("after", 0, INTEGER_MAX, "The last sequence of it that was seen; 0: none."),
      REQUIRED },
};
ITEM(replay_position_item, "position", replay_position);
static const struct clinic_field events_replay[] = {
    { LIST("positions", replay_position_item, 1, 40, "The wanted types."), REQUIRED },
    { INTEGER("limit", 1, 100,
              "At most so many events; 100 if absent, and never more than fit into 48 KiB.") },
};
static const struct clinic_field replayed_event_item = { .name = "event",
                                                         .type = CLINIC_FIELD_ANY };
static const struct clinic_field events_replay_reply[] = {
    { LIST("events", replayed_event_item, 0, 100,
           "Events as they were published, in the order of the log."),
      REQUIRED },
    { INTEGER("through", 0, INTEGER_MAX,
              "Of the wanted types there is nothing else up to this sequence."),
      REQUIRED },
    { BOOLEAN("more", "Ask again from there."), REQUIRED },
};

// ---- the gateway itself

static const struct clinic_field system_upstream[] = {
    { STRING("state", 1, 160, "online, or why the link to headquarters is not."), REQUIRED },
    { INTEGER("position", 0, INTEGER_MAX, "All events up to this sequence are there."), REQUIRED },
    { INTEGER("lag", 0, INTEGER_MAX, "How many are not."), REQUIRED },
    { INSTANT("oldest", "When the oldest of them was recorded.") },
};
static const struct clinic_field system_node[] = {
    { CODE("node", 1, 32, "Name, as in its certificate."), REQUIRED },
    { CODE("role", 1, 16, "What it is."), REQUIRED },
    { CHOICE("state", system_node_states, "unknown: it has never said."), REQUIRED },
    { INSTANT("since", "When its program started, or was stopped.") },
    { STRING("version", 1, 20, "Release of its program.") },
    { INTEGER("waiting", 0, 1000000000, "Requests in its outbox that wait for an answer.") },
    { INTEGER("rejected", 0, 1000000000, "Those that were rejected, and nobody has seen to.") },
    { INSTANT("certificate_expires", "End of its certificate."), REQUIRED },
    { BOOLEAN("is_revoked", "It is let in no more."), REQUIRED },
};
ITEM(system_node_item, "node", system_node);
static const struct clinic_field system_status_reply[] = {
    { INSTANT("time", "The gateway's clock."), REQUIRED },
    { STRING("version", 1, 20, "Release of the gateway."), REQUIRED },
    { INTEGER("head", 0, INTEGER_MAX, "Sequence of the newest event."), REQUIRED },
    { INSTANT("last_commit", "When something was stored last; absent: not since the start.") },
    { INTEGER("free_bytes", 0, INTEGER_MAX, "Left on the gateway's disk."), REQUIRED },
    { BOOLEAN("has_room", "Too little is left where not: requests are refused."), REQUIRED },
    { OBJECT("upstream", system_upstream, "Absent: nothing goes to headquarters.") },
    { LIST("nodes", system_node_item, 0, 200, "By name."), REQUIRED },
    MORE_FIELD,
};
