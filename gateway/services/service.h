// service.h - a service is data plus three kinds of function: what it decides, what it reacts to, what it stores.
//
// A *decision* reads state and either appends events or refuses. It never writes a domain table itself.
// A *reaction* is the only code that writes domain tables, inside the transaction that appends the event. It must
// depend on nothing but the event, the tables and the site's settings (no clock, no random), since
// `rebuild` runs all reactions over the log again and must end with the same tables.
#pragma once

#include "../store/event_log.h"
#include "../store/query.h"

#include <clinic/registry.h>
#include <clinic/request.h>

#include <stdbool.h>

struct store;

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

// What the clinic says of itself; from the settings.
struct site {
    char id[33];          // in the event's source: /clinic/<id>
    char name[80];        // in messages
    char phone[41];       // in messages
    char country[3];      // ISO 3166: of national phone numbers
    char zone[64];        // IANA; the process runs with TZ set to it
    char language[4];     // of messages where the patient has none
    int64_t booking_days; // how far ahead visits can be booked
};

// Who asks: the node by its certificate, the person by the session.
struct caller {
    char node[33];
    enum clinic_node_role node_role;
    struct clinic_id staff_id; // none: nobody is signed in
    char person[65];
    enum clinic_staff_role staff_role;
};

// What a running gateway knows of itself beyond its tables: who is connected, how far headquarters has got.
struct self_report {
    // Adds the members of the reply to system/status; false: out of memory.
    bool (*describe)(void *context, cJSON *object);
    void *context;
};

struct decision {
    struct store *store;
    const struct site *site;
    const struct caller *caller;
    const struct clinic_request *request;
    const struct clinic_registry *registry; // the broker's list of nodes; NULL: not at hand
    const struct self_report *self;         // NULL: no gateway is running around it
    int64_t now_ms;                         // wall clock of this transaction
    struct clinic_reply *reply;             // the handler puts its data here
    struct clinic_id
        reply_owner; // whose key seals the remembered reply; none: it holds nothing personal
    char subject
        [CLINIC_SUBJECT_BYTES]; // what the audit names; set by the handler as early as it can
    bool keeps_writes;     // a refusal that must keep what was written (a wrong PIN is counted)
    bool is_known_access;  // the trail needs no row: more of what was opened, or nobody's record
    bool needs_checkpoint; // something was erased: cut the WAL before the reply goes out
    struct services *services;
    struct clinic_id last_event; // appended by this decision
};

// Appends an event and runs every reaction to it. Takes `data` over, also on failure. `subject`: what it is
// about, "patient/<id>". `owner`: whose key seals the personal part; made if it is new; NULL: nothing is personal.
// `causation`: the event that caused it; NULL for the first.
enum clinic_status decision_append(struct decision *decision, enum clinic_event_kind kind,
                                   const char *subject, const struct clinic_id *owner,
                                   const struct clinic_id *causation, cJSON *data);

enum { DECISION_DAYS_MAX = 30 }; // so long a request may have waited

// When it was asked: nodes queue. Never in the future, and never longer ago than a request may have waited, however far
// behind the node's clock is.
int64_t decision_asked_at_ms(const struct decision *decision);

// "<entity>/<id>", as subjects are written.
void subject_print(const char *entity, const struct clinic_id *id,
                   char ret_subject[static CLINIC_SUBJECT_BYTES]);

// The id in a member that the catalogue lets be nothing but a UUID; none where it is absent.
struct clinic_id id_member(const cJSON *object, const char *name);

// Fills the reply's problem. Always CLINIC_REFUSED, for `return decision_refuse(…)`.
enum clinic_status decision_refuse(struct decision *decision, enum clinic_code code,
                                   const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Refuses an id that owns a key, or owned one: whoever is new under it would share the key, and the deletion of
// one would make the log forget both. Before every event that makes a key.
enum clinic_status decision_refuse_owner(struct decision *decision, const struct clinic_id *id,
                                         const char *field);

// CLINIC_OK: accepted. CLINIC_REFUSED: the problem is set. Anything else is a fault.
struct ability {
    enum clinic_request_kind kind;
    enum clinic_status (*decide)(struct decision *decision);
    bool is_audited; // the access itself is written into the audit trail, accepted or not
    bool is_audited_if_refused; // only the attempt: what is accepted is there by its event
};

struct reaction_scene {
    struct store *store;
    const struct site *site;
    const struct event_origin *origin;
    bool is_erased; // the event's personal data is gone for good
};

// What a reaction takes for now, in comparing times and in storing them. While the wall clock is behind the log the
// recorded times stand still, and nothing judged by them would ever be due or over: then it is the asker's time.
int64_t reaction_time_ms(const struct clinic_event *event);

struct reaction {
    enum clinic_event_kind kind;
    enum clinic_status (*react)(const struct reaction_scene *scene,
                                const struct clinic_event *event);
    const char *action; // as the mission's table says it
};

struct service {
    const char *name;          // "patient"
    const char *title;         // "Patient Management"
    const char *const *schema; // scripts of the first schema step, ends with NULL
    const char *const *tables; // domain tables: what rebuild recomputes; ends with NULL
    struct statements statements;
    const struct ability *abilities;
    size_t ability_count;
    const struct reaction *reactions;
    size_t reaction_count;
    // Whether a patient may be deleted now: refuses the decision where not. NULL: nothing is against it.
    enum clinic_status (*refuse_deletion)(struct decision *decision,
                                          const struct clinic_id *patient_id);
    // What must be decided because a patient is deleted (their appointments canceled, …): appends its events with
    // `cause` as causation, while the patient's key still exists. NULL: nothing.
    enum clinic_status (*forget_patient)(struct decision *decision,
                                         const struct clinic_id *patient_id,
                                         const struct clinic_id *cause);
    // What time alone brings about (a scale falls silent, stock stays low for a minute): called once a second in a
    // transaction of its own, as the gateway itself, with a request of no kind and no id. Looks at little and
    // mostly does nothing. NULL: time changes nothing.
    enum clinic_status (*tend)(struct decision *decision);
};

// Schema steps that came after the first ones of their services.
extern const char *const appointment_kiosk_schema[], *const patient_provisional_schema[];

extern const struct service patient_service, doctor_service, appointment_service, equipment_service,
    scale_service, report_service, feedback_service, notification_service, analytics_service,
    portal_service, audit_service, staff_service, guess_service, system_service;

// All services, in the order in which they react.
extern const struct service *const service_list[];
extern const size_t service_count;

// NULL if no service decides requests of this kind.
const struct ability *services_find_ability(enum clinic_request_kind kind);

// Runs the reactions of all services to one event. Never CLINIC_REFUSED: what is in the log has been decided.
enum clinic_status services_react(const struct reaction_scene *scene,
                                  const struct clinic_event *event);

// Runs what time brings about in all services.
enum clinic_status services_tend(struct decision *decision);

// Asks all services whether a patient may be deleted.
enum clinic_status services_refuse_deletion(struct decision *decision,
                                            const struct clinic_id *patient_id);

// Asks all services to decide what follows from a patient's deletion; the event `cause` is in the log.
enum clinic_status services_forget_patient(struct decision *decision,
                                           const struct clinic_id *patient_id,
                                           const struct clinic_id *cause);
