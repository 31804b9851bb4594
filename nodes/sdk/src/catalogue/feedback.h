// feedback.h - rows of the catalogue: what patients say, and what they are answered.
#pragma once

#include "rows.h"

static const char *const feedback_kinds[] = { "visit", "general", NULL };

#define FEEDBACK_ID_FIELD(feedback_help)                                                           \
    {                                                                                              \
        UUID("feedback_id", feedback_help), REQUIRED                                               \
    }
#define RATING_FIELD INTEGER("rating", 1, 5, "1 to 5.")
#define FEEDBACK_TEXT_FIELD TEXT("text", 0, 2000, "What the patient wrote.")

// ---- events

static const struct clinic_field feedback_submitted[] = {
    FEEDBACK_ID_FIELD("Made by the asking node."),
    { UUID("doctor_id", "About whom.") },
    { UUID("appointment_id", "About which visit; absent where it is anonymous.") },
    { RATING_FIELD, REQUIRED },
    { BOOLEAN("verified", "Tied to a fulfilled visit with that doctor in the last 90 days."),
      REQUIRED },
    { CHOICE("kind", feedback_kinds, "About a visit, or general."), REQUIRED },
    { BOOLEAN("anonymous", "The patient's name is shown to nobody."), REQUIRED },
    VERSION_FIELD,
    { UUID("patient_id", "Who gave it."), PERSONAL },
    { UUID("visit_id", "About which visit, where it is anonymous."), PERSONAL },
    { FEEDBACK_TEXT_FIELD, PERSONAL },
};

static const struct clinic_field feedback_answered[] = {
    FEEDBACK_ID_FIELD("Which."),
    { UUID("doctor_id", "About whom it was.") },
    VERSION_FIELD,
    { UUID("patient_id", "Who reads the answer."), PERSONAL },
    { TEXT("text", 1, 2000, "The answer."), PERSONAL },
};

// ---- requests

static const struct clinic_field feedback_submit[] = {
    FEEDBACK_ID_FIELD("A new UUID, made by the node; the same again edits it within 48 hours."),
    { RATING_FIELD, REQUIRED },
    { FEEDBACK_TEXT_FIELD },
    { UUID("patient_id", "Who gives it; absent: somebody.") },
    { UUID("doctor_id", "About whom.") },
    { UUID("appointment_id", "About which visit.") },
    { BOOLEAN("anonymous", "Show the name to nobody.") },
};
static const struct clinic_field feedback_submit_reply[] = {
    FEEDBACK_ID_FIELD("As asked."),
    VERSION_FIELD,
    { BOOLEAN("verified", "Tied to a visit."), REQUIRED },
};

static const struct clinic_field feedback_answer[] = {
    FEEDBACK_ID_FIELD("Which."),
    { TEXT("text", 1, 2000, "The answer; only that patient sees it."), REQUIRED },
};
static const struct clinic_field feedback_answer_reply[] = {
    FEEDBACK_ID_FIELD("As asked."),
    VERSION_FIELD,
};

static const struct clinic_field feedback_list[] = {
    { UUID("doctor_id", "Only about this doctor.") },
    { BOOLEAN("only_unanswered", "Only what waits for an answer.") },
    { INTEGER("skip", 0, 100000, "Leave out so many rows: those that were shown.") },
    { INTEGER("limit", 1, 20, "At most so many rows; 20 if absent.") },
};
static const struct clinic_field feedback_row[] = {
    FEEDBACK_ID_FIELD("Which."),
    { INSTANT("time", "When it was given."), REQUIRED },
    { RATING_FIELD, REQUIRED },
    { CHOICE("kind", feedback_kinds, "About a visit, or general."), REQUIRED },
    { BOOLEAN("verified", "Tied to a visit."), REQUIRED },
    { UUID("doctor_id", "About whom.") },
    { UUID("patient_id", "Who gave it; absent: anonymous or erased.") },
    { TEXT("text", 0, 500, "What was written, or its beginning: feedback/read has it whole.") },
    { BOOLEAN("answered", "There is an answer."), REQUIRED },
};
ITEM(feedback_row_item, "feedback", feedback_row);
static const struct clinic_field feedback_list_reply[] = {
    { LIST("feedback", feedback_row_item, 0, 20, "Newest first."), REQUIRED },
    MORE_FIELD,
};

static const struct clinic_field feedback_read[] = {
    FEEDBACK_ID_FIELD("Which."),
};
static const struct clinic_field feedback_record[] = {
    FEEDBACK_ID_FIELD("Which."),
    VERSION_FIELD,
    { INSTANT("time", "When it was given."), REQUIRED },
    { RATING_FIELD, REQUIRED },
    { CHOICE("kind", feedback_kinds, "About a visit, or general."), REQUIRED },
    { BOOLEAN("verified", "Tied to a visit."), REQUIRED },
    { UUID("doctor_id", "About whom.") },
    { UUID("patient_id", "Who gave it; absent: anonymous or erased.") },
    { FEEDBACK_TEXT_FIELD },
    { TEXT("answer", 0, 2000, "The answer.") },
    { INSTANT("answered", "When it was answered.") },
};
static const struct clinic_field feedback_read_reply[] = {
    { OBJECT("feedback", feedback_record, "All of it."), REQUIRED },
};

static const struct clinic_field feedback_analysis[] = {
    { DATE("from", "In the months from this day's on."), REQUIRED },
    { DATE("to", "To this day's month."), REQUIRED },
    { UUID("doctor_id", "Only about this doctor.") },
};
static const struct clinic_field feedback_month[] = {
    { UUID("doctor_id", "About whom."), REQUIRED },
    { STRING("month", 7, 7, "YYYY-MM on the clinic's calendar."), REQUIRED },
    { INTEGER("count", 0, INTEGER_MAX,
              "Verified ratings; 0 with anonymous ones among fewer than 5."),
      REQUIRED },
    { INTEGER("average_milli", 1000, 5000,
              "Thousandths; absent: too few to hide who was anonymous.") },
    { INTEGER("answered", 0, INTEGER_MAX, "How many have an answer."), REQUIRED },
};
ITEM(feedback_month_item, "month", feedback_month);
static const struct clinic_field feedback_analysis_reply[] = {
    { LIST("months", feedback_month_item, 0, 400, "By month and doctor."), REQUIRED },
    MORE_FIELD,
};
