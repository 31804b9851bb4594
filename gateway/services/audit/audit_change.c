// audit_change.c - changes: a row an event, with what may be said of it.
#include "audit_scope.h"

#include <string.h>

enum {
    DETAIL_BYTES = 401, // the catalogue's limit and the NUL
    MEMBERS_MAX = 3,
    CAUSES_MAX = 3,
};

// Members of events that name fields or codes. A list adds its items, a code itself, a true boolean its own name.
static const char *const details[CLINIC_EVENT_KIND_COUNT][MEMBERS_MAX] = {
    [CLINIC_PATIENT_UPDATED] = { "changed" },
    [CLINIC_PATIENT_DELETED] = { "reason" },
    [CLINIC_APPOINTMENT_SCHEDULED] = { "overridden" },
    [CLINIC_APPOINTMENT_RESCHEDULED] = { "by", "overridden" },
    [CLINIC_APPOINTMENT_CANCELED] = { "by", "reason", "late" },
    [CLINIC_APPOINTMENT_CLOSED] = { "outcome" },
    [CLINIC_DOCTOR_UPDATED] = { "changed" },
    [CLINIC_DOCTOR_SCHEDULE_CHANGED] = { "what" },
    [CLINIC_EQUIPMENT_STOCK_CHANGED] = { "cause" },
    [CLINIC_EQUIPMENT_SCALE_CHANGED] = { "cause" },
    [CLINIC_REPORT_UPDATED] = { "status" },
};

// What does not fit is left out.
static void add_word(char detail[static DETAIL_BYTES], const char *word)
{
    const size_t used = strlen(detail);
    const char *separator = used == 0 ? "" : ", ";

    if (word != NULL && used + strlen(separator) + strlen(word) < DETAIL_BYTES)
        (void)stpcpy(stpcpy(detail + used, separator), word);
}

static void describe(const struct clinic_event *event, char detail[static DETAIL_BYTES])
{
    const cJSON *item = NULL;

    detail[0] = '\0';
    for (size_t i = 0; i < MEMBERS_MAX && details[event->kind][i] != NULL; i++) {
        const char *name = details[event->kind][i];
        add_word(detail, clinic_json_text(event->data, name));
        if (clinic_json_boolean(event->data, name, false))
            add_word(detail, name);
        const cJSON *list = clinic_json_member(event->data, name);
        if (!cJSON_IsArray(list))
            continue;
        cJSON_ArrayForEach(item, list) add_word(detail, item->valuestring);
    }
}

// Only where everybody may know it: a patient_id that is sealed hides who gave feedback, and is gone in a rebuild once
// the patient is.
static struct clinic_id patient_of(const struct clinic_event *event)
{
    static const struct clinic_id none;
    const struct clinic_event_type *type = &clinic_event_types[event->kind];

    for (size_t i = 0; i < type->field_count; i++) {
        if (strcmp(type->fields[i].name, "patient_id") == 0 && !type->fields[i].is_personal)
            return id_member(event->data, "patient_id");
    }
    return none;
}

// What scales see and what time brings about is nobody's doing.
static bool is_nobodys_doing(const struct clinic_event *event)
{
    static const char *const causes[CLINIC_EVENT_KIND_COUNT][CAUSES_MAX] = {
        [CLINIC_EQUIPMENT_STOCK_CHANGED] = { "scale", "stale", "held" },
        [CLINIC_EQUIPMENT_SCALE_CHANGED] = { "answered", "expired" },
    };

    for (size_t i = 0; i < CAUSES_MAX && causes[event->kind][i] != NULL; i++) {
        if (strcmp(clinic_json_text(event->data, "cause"), causes[event->kind][i]) == 0)
            return true;
    }
    return false;
}

// The node and the minute would tell who stood there, next to the row of how that patient was identified.
static bool is_anonymous(const struct clinic_event *event)
{
    return event->kind == CLINIC_FEEDBACK_SUBMITTED
           && clinic_json_boolean(event->data, "anonymous", false);
}

enum clinic_status audit_log_change(const struct reaction_scene *scene,
                                    const struct clinic_event *event)
{
    char detail[DETAIL_BYTES];
    const struct clinic_id patient_id = patient_of(event);

    if (is_nobodys_doing(event) || is_anonymous(event))
        return CLINIC_OK;
    struct query *query = query_start(scene->store, audit_sql[AUDIT_INSERT_CHANGE]);
    describe(event, detail);
    query_bind_integer(query, 1, event->recorded_at_ms);
    query_bind_integer(query, 2, (int64_t)event->sequence);
    query_bind_text(query, 3, scene->origin->node);
    query_bind_text(query, 4, scene->origin->person);
    query_bind_text(query, 5, clinic_event_types[event->kind].type);
    query_bind_text(query, 6, event->subject);
    query_bind_id(query, 7, &patient_id);
    query_bind_text(query, 8, detail);
    return query_run(query, NULL);
}
