#include "service.h"

#include "../store/vault.h"

#include <stdarg.h>
#include <stdio.h>

// Patients, doctors and visits come first: the others may read their tables in their reactions; scales those of the
// equipment.
const struct service *const service_list[] = {
    &patient_service, &doctor_service,   &appointment_service,  &equipment_service, &scale_service,
    &report_service,  &feedback_service, &notification_service, &analytics_service, &portal_service,
    &audit_service,   &staff_service,    &guess_service,        &system_service,
};
const size_t service_count = ARRAY_SIZE(service_list);

const struct ability *services_find_ability(enum clinic_request_kind kind)
{
    for (size_t i = 0; i < service_count; i++) {
        for (size_t j = 0; j < service_list[i]->ability_count; j++) {
            if (service_list[i]->abilities[j].kind == kind)
                return &service_list[i]->abilities[j];
        }
    }
    return NULL;
}

static enum clinic_status react(const struct service *service, const struct reaction_scene *scene,
                                const struct clinic_event *event)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < service->reaction_count && status == CLINIC_OK; i++) {
        if (service->reactions[i].kind == event->kind)
            status = service->reactions[i].react(scene, event);
    }
    return status;
}

int64_t reaction_time_ms(const struct clinic_event *event)
{
    return event->is_clock_held ? event->time_ms : event->recorded_at_ms;
}

// What a trigger or a destroyed key refuses to a reaction is a mistake of the decision before it: nobody could be told
// why.
enum clinic_status services_react(const struct reaction_scene *scene,
                                  const struct clinic_event *event)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < service_count && status == CLINIC_OK; i++)
        status = react(service_list[i], scene, event);
    return status == CLINIC_REFUSED ? CLINIC_INVALID : status;
}

enum clinic_status services_tend(struct decision *decision)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < service_count && status == CLINIC_OK; i++) {
        if (service_list[i]->tend != NULL)
            status = service_list[i]->tend(decision);
    }
    return status;
}

enum clinic_status services_refuse_deletion(struct decision *decision,
                                            const struct clinic_id *patient_id)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < service_count && status == CLINIC_OK; i++) {
        if (service_list[i]->refuse_deletion != NULL)
            status = service_list[i]->refuse_deletion(decision, patient_id);
    }
    return status;
}

enum clinic_status services_forget_patient(struct decision *decision,
                                           const struct clinic_id *patient_id,
                                           const struct clinic_id *cause)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < service_count && status == CLINIC_OK; i++) {
        if (service_list[i]->forget_patient != NULL)
            status = service_list[i]->forget_patient(decision, patient_id, cause);
    }
    return status;
}

// A destroyed key is nothing that a request may run into: its handler must have refused before.
static enum clinic_status have_key(struct store *store, const struct clinic_id *owner)
{
    uint8_t key[CLINIC_KEY_BYTES];

    if (owner == NULL || clinic_id_is_none(owner))
        return CLINIC_OK;
    enum clinic_status status = vault_key(store, owner, key);
    clinic_wipe(key, sizeof key);
    if (status == CLINIC_NOT_FOUND)
        return vault_create(store, owner);
    return status == CLINIC_REFUSED ? CLINIC_INVALID : status;
}

static enum clinic_status append(struct decision *decision, struct clinic_event *event,
                                 const struct clinic_id *owner)
{
    struct event_origin origin = { 0 };
    const struct reaction_scene scene = {
        .store = decision->store,
        .site = decision->site,
        .origin = &origin,
    };

    (void)snprintf(origin.node, sizeof origin.node, "%s", decision->caller->node);
    (void)snprintf(origin.person, sizeof origin.person, "%s", decision->caller->person);
    enum clinic_status status = have_key(decision->store, owner);
    if (status == CLINIC_OK)
        status = event_log_append(decision->store, event, &origin, owner);
    if (status == CLINIC_OK)
        status = services_react(&scene, event);
    return status;
}

void subject_print(const char *entity, const struct clinic_id *id,
                   char ret_subject[static CLINIC_SUBJECT_BYTES])
{
    char text[CLINIC_ID_TEXT_BYTES];

    clinic_id_print(id, text);
    (void)snprintf(ret_subject, CLINIC_SUBJECT_BYTES, "%s/%s", entity, text);
}

struct clinic_id id_member(const cJSON *object, const char *name)
{
    struct clinic_id id = { 0 };
    const char *text = clinic_json_text(object, name);

    if (text != NULL)
        (void)clinic_id_parse(text, &id); // none stays none
    return id;
}

int64_t decision_asked_at_ms(const struct decision *decision)
{
    const int64_t made_ms = decision->request->time_ms;
    const int64_t earliest_ms = decision->now_ms - INT64_C(86400000) * DECISION_DAYS_MAX;

    if (made_ms > decision->now_ms)
        return decision->now_ms;
    return made_ms < earliest_ms ? earliest_ms : made_ms;
}

enum clinic_status decision_append(struct decision *decision, enum clinic_event_kind kind,
                                   const char *subject, const struct clinic_id *owner,
                                   const struct clinic_id *causation, cJSON *data)
{
    struct clinic_event event = {
        .kind = kind,
        .time_ms = decision->request->time_ms,
        .correlation = decision->request->id,
        .data = data,
    };

    if (causation != NULL)
        event.causation = *causation;
    (void)snprintf(event.subject, sizeof event.subject, "%s", subject);

    enum clinic_status status = data == NULL ? CLINIC_NOMEM : append(decision, &event, owner);
    if (status == CLINIC_OK) {
        decision->last_event = event.id;
        decision->reply->sequence = event.sequence;
    }
    clinic_event_done(&event);
    return status;
}

enum clinic_status decision_refuse(struct decision *decision, enum clinic_code code,
                                   const char *field, const char *format, ...)
{
    char message[sizeof decision->reply->problem.message];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    clinic_problem_set(&decision->reply->problem, code, field, "%s", message);
    decision->reply->is_accepted = false;
    decision->reply->is_temporary = clinic_codes[code].is_temporary;
    return CLINIC_REFUSED;
}

enum clinic_status decision_refuse_owner(struct decision *decision, const struct clinic_id *id,
                                         const char *field)
{
    uint8_t key[CLINIC_KEY_BYTES];
    enum clinic_status status = vault_key(decision->store, id, key);

    clinic_wipe(key, sizeof key);
    if (status == CLINIC_NOT_FOUND)
        return CLINIC_OK;
    if (status != CLINIC_OK && status != CLINIC_REFUSED)
        return status;
    return decision_refuse(decision, CLINIC_CODE_EXISTS, field,
                           "This id belongs to something else.");
}
