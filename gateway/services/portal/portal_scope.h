// portal_scope.h - what the files of the portal share; nobody else includes it.
#pragma once

#include "../service.h"

enum portal_sql {
    PORTAL_INSERT_PATIENT,
    PORTAL_UPDATE_PATIENT,
    PORTAL_READ_PATIENT,
    PORTAL_DELETE_PATIENT,
    PORTAL_INSERT_VISIT,
    PORTAL_MOVE_VISIT,
    PORTAL_SET_VISIT_VERSION,
    PORTAL_DELETE_VISIT,
    PORTAL_DELETE_VISITS,
    PORTAL_READ_VISITS,
    PORTAL_WRITE_REPORT,
    PORTAL_DELETE_REPORT,
    PORTAL_DELETE_REPORTS,
    PORTAL_READ_REPORTS,
    PORTAL_READ_REPORT,
    PORTAL_WRITE_FEEDBACK,
    PORTAL_ANSWER_FEEDBACK,
    PORTAL_DELETE_FEEDBACK,
    PORTAL_READ_FEEDBACK,
    PORTAL_SQL_COUNT,
};
extern const char *const portal_sql[PORTAL_SQL_COUNT];

typedef enum clinic_status portal_reaction(const struct reaction_scene *scene,
                                           const struct clinic_event *event);

// portal_patient.c
portal_reaction portal_keep_patient, portal_refresh_patient, portal_forget_patient;
enum clinic_status portal_add_patient(struct store *store, const struct clinic_id *patient_id,
                                      cJSON *data);

// portal_visit.c
portal_reaction portal_show_visit, portal_move_visit, portal_note_visit, portal_drop_visit;
enum clinic_status portal_add_visits(struct store *store, const struct clinic_id *patient_id,
                                     int64_t now_ms, cJSON *data);

// portal_report.c
portal_reaction portal_show_report;
enum clinic_status portal_add_reports(struct store *store, const struct clinic_id *patient_id,
                                      cJSON *data);
// A released report, whole. CLINIC_NOT_FOUND: this patient has none with that id.
enum clinic_status portal_add_report(struct store *store, const struct clinic_id *patient_id,
                                     const struct clinic_id *report_id, cJSON *data);

// portal_feedback.c
portal_reaction portal_keep_feedback, portal_show_answer;
enum clinic_status portal_add_feedback(struct store *store, const struct clinic_id *patient_id,
                                       cJSON *data);

// portal_read.c
enum clinic_status portal_read(struct decision *decision);
enum clinic_status portal_read_report(struct decision *decision);
