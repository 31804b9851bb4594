// notification_scope.h - what the files of the notification service share; nobody else includes it.
#pragma once

#include "../patient/patient.h"
#include "delivery.h"
#include "message_template.h"
#include "notification.h"

// ---- notification.c

enum notification_sql {
    MESSAGE_INSERT,
    MESSAGE_SMS_SINCE,
    MESSAGE_DROP_OF_VISIT,
    MESSAGE_DROP_OF_REPORT,
    MESSAGE_SHARE_OF_REPORTS,
    MESSAGE_DROP_OF_CHANNEL,
    MESSAGE_YIELD_WELCOME,
    MESSAGE_DELETE_OF_PATIENT,
    MESSAGE_NOTICES_AT_ONCE,
    MESSAGE_NOTICES_LATER,
    MESSAGE_LIST,
    MESSAGE_LIST_WORK,
    MESSAGE_FIND,
    STOCK_ITEM_PUT,
    STOCK_ITEM_OUT,
    STOCK_ITEM_BACK,
    STOCK_ITEM_FIND,
    DELIVERY_INSERT,
    DELIVERY_DROP_OF_VISIT,
    DELIVERY_DROP_OF_REPORT,
    DELIVERY_DROP_OF_CHANNEL,
    DELIVERY_YIELD_WELCOME,
    DELIVERY_DELETE_OF_PATIENT,
    DELIVERY_DUE,
    DELIVERY_ATTEMPTS,
    DELIVERY_REPORT,
    DELIVERY_EXPIRE,
    DELIVERY_PRUNE,
    DELIVERY_FIND,
    DELIVERY_HANDLE,
    NOTIFICATION_SQL_COUNT,
};
extern const char *const notification_sql[NOTIFICATION_SQL_COUNT];

// ---- notification_row.c

// Positions among the messages of one event.
enum message_ordinal {
    MESSAGE_TO_PATIENT = 0,
    MESSAGE_TO_STAFF = 1,
    MESSAGE_TO_DOCTOR = 2,
    MESSAGE_TO_DOCTOR_BEFORE = 3,
};

struct message {
    enum message_ordinal ordinal;
    const char *audience;        // "patient", "doctor", "staff"
    struct clinic_id recipient;  // which patient or doctor; none: all staff
    struct clinic_id patient_id; // whom it is about; its row goes with the patient's record
    struct clinic_id visit_id;   // about which appointment; none: no visit
    struct clinic_id report_id;  // about which report; none: no report
    const char *channel;         // "email", "sms", "print", "screen"
    enum message_template template;
    const char *language;         // wanted; the clinic's where there are no messages in it
    struct message_values values; // without the clinic and its phone
    bool is_urgent;               // not even the quiet hours stop it
    int64_t expires_at_ms;        // of no use from then on
};

// Writes the row, to be sent when it may be. One that would be of no use by then is not written.
enum clinic_status notification_write(const struct reaction_scene *scene,
                                      const struct clinic_event *event,
                                      const struct message *message);

// The instant of a member that the catalogue lets be nothing else.
int64_t notification_instant(const cJSON *object, const char *name);

static const int64_t NOTIFICATION_DAY_MS = INT64_C(24) * 60 * 60 * 1000;

// ---- notification_patient.c

// Writes to a patient by the best way that they agreed to; where there is none, and beyond what a phone is written in a
// day and a week, the message is left to staff. Sets what depends on the patient and leaves the rest of `message`.
// To who is erased, or will be, nothing is written.
enum clinic_status notification_write_to_patient(const struct reaction_scene *scene,
                                                 const struct clinic_event *event,
                                                 const struct clinic_id *patient_id,
                                                 const struct message *message);

// A welcome by SMS that has not gone out yet makes room for a message about a visit: it would take the day's only one. It
// is left to staff, who see the patient anyway.
enum clinic_status notification_yield_welcome(const struct reaction_scene *scene,
                                              const struct clinic_event *event,
                                              const struct clinic_id *patient_id);

enum clinic_status notification_welcome(const struct reaction_scene *scene,
                                        const struct clinic_event *event);
enum clinic_status notification_tell_report(const struct reaction_scene *scene,
                                            const struct clinic_event *event);
enum clinic_status notification_follow_report(const struct reaction_scene *scene,
                                              const struct clinic_event *event);
enum clinic_status notification_obey_opt_out(const struct reaction_scene *scene,
                                             const struct clinic_event *event);
enum clinic_status notification_forget(const struct reaction_scene *scene,
                                       const struct clinic_event *event);

// ---- notification_visit.c

enum clinic_status notification_confirm_visit(const struct reaction_scene *scene,
                                              const struct clinic_event *event);
enum clinic_status notification_move_visit(const struct reaction_scene *scene,
                                           const struct clinic_event *event);
enum clinic_status notification_cancel_visit(const struct reaction_scene *scene,
                                             const struct clinic_event *event);

// ---- notification_staff.c

// Shows a doctor something. Sets what depends on the doctor and leaves the rest of `message`.
enum clinic_status notification_write_to_doctor(const struct reaction_scene *scene,
                                                const struct clinic_event *event,
                                                const struct clinic_id *doctor_id,
                                                const struct message *message);

enum clinic_status notification_announce_provisional(const struct reaction_scene *scene,
                                                     const struct clinic_event *event);
enum clinic_status notification_welcome_doctor(const struct reaction_scene *scene,
                                               const struct clinic_event *event);
enum clinic_status notification_ask_for_review(const struct reaction_scene *scene,
                                               const struct clinic_event *event);
enum clinic_status notification_learn_item(const struct reaction_scene *scene,
                                           const struct clinic_event *event);
enum clinic_status notification_tell_low_stock(const struct reaction_scene *scene,
                                               const struct clinic_event *event);
enum clinic_status notification_tell_out_of_stock(const struct reaction_scene *scene,
                                                  const struct clinic_event *event);

// ---- delivery.c

// Begins a statement whose first two parameters are the id of a message.
struct query *message_query(struct store *store, enum notification_sql sql,
                            const struct message_id *id);

// Makes a message known that has just been written; `channel` "print": it is left to staff.
enum clinic_status delivery_begin(struct store *store, const struct message_id *id,
                                  const char *channel, bool is_urgent, int64_t next_at_ms,
                                  int64_t expires_at_ms);

// What was not sent while it was of use goes to the work-list; what was left to staff leaves it. How deliveries went that
// need nobody any more is forgotten three months after they were of use.
enum clinic_status delivery_tend(struct decision *decision);

// ---- notification_list.c

enum clinic_status notification_list(struct decision *decision);
enum clinic_status notification_handle(struct decision *decision);
