// audit_scope.h - what the files of the audit service share; nobody else includes it.
#pragma once

#include "audit.h"

enum audit_sql {
    AUDIT_INSERT_CHANGE,
    AUDIT_INSERT_ACCESS,
    AUDIT_COUNT_REFUSAL,
    AUDIT_NOTE_SUMMARY,
    AUDIT_COUNT_MORE,
    // Changes and accesses by the filter that narrows most, in this order.
    AUDIT_CHANGES_BY_PATIENT,
    AUDIT_CHANGES_BY_SUBJECT,
    AUDIT_CHANGES_BY_PERSON_AND_NODE,
    AUDIT_CHANGES_BY_PERSON,
    AUDIT_CHANGES_BY_NODE,
    AUDIT_CHANGES,
    AUDIT_ACCESSES_BY_PATIENT,
    AUDIT_ACCESSES_BY_SUBJECT,
    AUDIT_ACCESSES_BY_PERSON_AND_NODE,
    AUDIT_ACCESSES_BY_PERSON,
    AUDIT_ACCESSES_BY_NODE,
    AUDIT_ACCESSES,
    AUDIT_SQL_COUNT,
};
extern const char *const audit_sql[AUDIT_SQL_COUNT];

// The id in a subject "<entity>/<id>"; none: it names something else.
struct clinic_id audit_id_in(const char *subject, const char *entity);

// audit_change.c
enum clinic_status audit_log_change(const struct reaction_scene *scene,
                                    const struct clinic_event *event);

// audit_read.c
enum clinic_status audit_read(struct decision *decision);
