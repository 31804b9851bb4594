// feedback_scope.h - what the files of the feedback service share; nobody else includes it.
//
// Feedback is *verified* when it belongs to a visit that took place; whatever else is *general*: kept and answered
// alike, but no part of a doctor's average. Anonymous means that staff never see who gave it: the link to the patient
// is kept for the answer and for the deletion, sealed in the log and left out of every reply.
#pragma once

#include "../json_add.h"

// ---- feedback.c

enum feedback_sql {
    FEEDBACK_INSERT,
    FEEDBACK_CHANGE,
    FEEDBACK_ANSWER,
    FEEDBACK_ERASE,
    FEEDBACK_LOAD,
    FEEDBACK_OF_VISIT,
    FEEDBACK_LIST,
    FEEDBACK_LIST_WAITING,
    FEEDBACK_LIST_DOCTOR,
    FEEDBACK_LIST_DOCTOR_WAITING,
    FEEDBACK_COUNT_MONTH,
    FEEDBACK_CHANGE_MONTH,
    FEEDBACK_MONTHS,
    FEEDBACK_MONTHS_DOCTOR,
    FEEDBACK_SQL_COUNT,
};
extern const char *const feedback_sql[FEEDBACK_SQL_COUNT];

// ---- feedback_record.c

enum { FEEDBACK_TEXT_BYTES = 2000 * 4 + 1 }; // code points of up to four bytes, and the NUL

struct feedback {
    struct clinic_id feedback_id;
    struct clinic_id doctor_id;  // none: about the clinic
    struct clinic_id patient_id; // none: somebody, or erased
    struct clinic_id visit_id;   // none: general, or anonymous and erased
    int64_t version;
    int64_t rating;
    int64_t given_at_ms;    // its first version
    int64_t answered_at_ms; // 0: not yet
    bool is_verified;
    bool is_anonymous;
    bool is_erased;                 // the patient's record is deleted, and all words with it
    char text[FEEDBACK_TEXT_BYTES]; // empty: no words
    char answer[FEEDBACK_TEXT_BYTES];
};

// CLINIC_NOT_FOUND: there is no such feedback.
enum clinic_status feedback_load(struct store *store, const struct clinic_id *feedback_id,
                                 struct feedback *ret_feedback);

// Loads the feedback that the request names and makes it the decision's subject; refuses where there is none.
enum clinic_status feedback_load_asked(struct decision *decision, struct feedback *ret_feedback);

// The reply to what was written: {"feedback_id", "version"}.
enum clinic_status feedback_reply_version(struct decision *decision,
                                          const struct clinic_id *feedback_id, int64_t version);

// As the catalogue calls it.
const char *feedback_kind_name(bool is_verified);

// ---- feedback_place.c

// Finds out whom and which visit new feedback is about, and so whether it is verified. Refuses what is unknown or does
// not belong together.
enum clinic_status feedback_place(struct decision *decision, struct feedback *feedback);

// ---- one file an action: feedback_submit.c, feedback_answer.c, feedback_list.c, feedback_analysis.c

enum clinic_status feedback_submit(struct decision *decision);
enum clinic_status feedback_answer(struct decision *decision);
enum clinic_status feedback_list(struct decision *decision);
enum clinic_status feedback_read(struct decision *decision);
enum clinic_status feedback_analysis(struct decision *decision);

// ---- feedback_reactions.c

enum clinic_status feedback_keep(const struct reaction_scene *scene,
                                 const struct clinic_event *event);
enum clinic_status feedback_keep_answer(const struct reaction_scene *scene,
                                        const struct clinic_event *event);
enum clinic_status feedback_forget(const struct reaction_scene *scene,
                                   const struct clinic_event *event);
