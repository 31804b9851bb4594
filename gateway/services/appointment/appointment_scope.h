// appointment_scope.h - what the files of the appointment service share; nobody else includes it.
#pragma once

#include "../json_add.h"
#include "appointment.h"

// ---- appointment.c

enum appointment_sql {
    SQL_LOAD,
    SQL_LOAD_REASONS,
    SQL_FULFILLED,
    SQL_HAS_VISITED,
    SQL_OVERLAPPING,
    SQL_PRESENT,
    SQL_NEXT_BOOKED,
    SQL_IN_WINDOW,
    SQL_LAST_NUMBER,
    SQL_COUNT_BEFORE,
    SQL_NEXT_WAITING,
    SQL_DAY,
    SQL_DAY_OF_DOCTOR,
    SQL_OF_PATIENT,
    SQL_CALLED,
    SQL_ARRIVED,
    SQL_COUNT_ARRIVED,
    SQL_INSERT,
    SQL_MOVE,
    SQL_CANCEL,
    SQL_ARRIVE,
    SQL_NOTE_NUMBER,
    SQL_CALL,
    SQL_CLOSE,
    SQL_KEEP,
    SQL_CLEAR_CONTACT,
    SQL_FORGET_REASONS,
    SQL_COUNT,
};
extern const char *const appointment_sql[SQL_COUNT];

// The first columns of every statement that appointment_row_read() reads.
#define APPOINTMENT_COLUMNS                                                                        \
    "appointment_id, patient_id, doctor_id, start_ms, end_ms, version, closed_at_ms, state,"       \
    " new_patient, overridden, late, queue_number, room, arrived_at_ms, called_at_ms, ticket,"     \
    " contact_changed"

// ---- appointment_row.c

enum { QUEUE_NUMBER_BYTES = 9, TICKET_BYTES = 9, ROOM_BYTES = 41 };

// A visit as it is kept, but for what is personal.
struct appointment_row {
    struct appointment appointment;
    bool is_new_patient;
    bool is_overridden;
    bool is_late;                          // canceled less than a day before
    bool has_contact_changed;              // the patient said so at the check-in
    int64_t arrived_at_ms;                 // 0: has not come
    int64_t called_at_ms;                  // 0: was not called
    char queue_number[QUEUE_NUMBER_BYTES]; // empty: has not come
    char ticket[TICKET_BYTES];             // of a kiosk that was cut off; empty: there was none
    char room[ROOM_BYTES];                 // empty: was not called
};

struct appointment_row appointment_row_read(struct query *query);

// Who waits is called in this order: by the start, however early they come; who comes late waits behind those who were
// there. The index appointment_waiting sorts by the same.
int64_t appointment_turn_ms(const struct appointment_row *row);

// Whose turn was longer ago was forgotten, or left: they are neither counted nor called as the next.
#define APPOINTMENT_WAITING_MAX_MS (INT64_C(12) * 60 * 60 * 1000)

// CLINIC_NOT_FOUND: there is no such appointment.
enum clinic_status appointment_load(struct store *store, const struct clinic_id *appointment_id,
                                    struct appointment_row *ret_row);

// Runs a statement that is ready to be stepped, for its first row. CLINIC_NOT_FOUND: it has none.
enum clinic_status appointment_first(struct query *query, struct appointment_row *ret_row);

// ---- appointment_data.c: what decisions share

// Loads the appointment that the request names, as the decision's subject; refuses an unknown one.
enum clinic_status appointment_load_named(struct decision *decision,
                                          struct appointment_row *ret_row);

// Refuses whoever wants to change a visit that is not booked, or whose time has come.
enum clinic_status appointment_refuse_begun(struct decision *decision,
                                            const struct appointment *appointment);

// These add members to the data of an event or a reply; false: out of memory.
bool appointment_add_ids(cJSON *data, const struct appointment *appointment);
bool appointment_add_times(cJSON *data, const struct appointment *appointment);
bool appointment_add_version(cJSON *data, int64_t version);

// The ids and the version after the event: what the data of all but the first event begins with. NULL: out of memory.
cJSON *appointment_event_data(const struct appointment *appointment);

// Appends an event about an appointment. `owner`: NULL where nothing in it is personal. Takes `data` over.
enum clinic_status appointment_append(struct decision *decision, enum clinic_event_kind kind,
                                      const struct appointment *appointment,
                                      const struct clinic_id *owner,
                                      const struct clinic_id *causation, cJSON *data);

// Replies with the id and the version.
enum clinic_status appointment_reply_version(struct decision *decision,
                                             const struct clinic_id *appointment_id,
                                             int64_t version);

// ---- appointment_time.c

// Refuses a time at which the doctor cannot see the patient, or the patient is to be elsewhere. An appointment's own
// time is not in its way. `is_override`: only the patient counts.
enum clinic_status appointment_refuse_time(struct decision *decision,
                                           const struct appointment *wanted, bool is_override);

// ---- appointment_cancel.c

enum clinic_status appointment_append_canceled(struct decision *decision,
                                               const struct appointment *appointment,
                                               const char *by, const char *reason,
                                               const struct clinic_id *causation,
                                               bool *ret_is_late);

// ---- appointment_identify.c

// Whether a patient may come for this visit at that time without asking anybody.
bool appointment_is_in_window(const struct appointment *appointment, int64_t at_ms);

// The visit of who stands at the kiosk, by the identity in the request; it may name the visit as well. Whatever does
// not fit is refused alike, and counted as a guess.
enum clinic_status appointment_identify(struct decision *decision, struct appointment_row *ret_row);

// ---- appointment_read.c

// What a list shows of a visit. The caller owns *ret_item.
enum clinic_status appointment_list_row(struct store *store, const struct appointment_row *row,
                                        cJSON **ret_item);

// All that is known of a visit, as the catalogue's appointment/read describes it. The caller owns *ret_record.
enum clinic_status appointment_record(struct store *store, const struct appointment_row *row,
                                      cJSON **ret_record);

// ---- decisions

enum clinic_status appointment_schedule(struct decision *decision);
enum clinic_status appointment_reschedule(struct decision *decision);
enum clinic_status appointment_cancel(struct decision *decision);
enum clinic_status appointment_keep(struct decision *decision);
enum clinic_status appointment_look(struct decision *decision); // appointment/find
enum clinic_status appointment_check_in(struct decision *decision);
enum clinic_status appointment_call(struct decision *decision);
enum clinic_status appointment_close(struct decision *decision);
enum clinic_status appointment_list(struct decision *decision);
enum clinic_status appointment_read(struct decision *decision);
enum clinic_status appointment_board(struct decision *decision);

// ---- appointment_forget.c

enum clinic_status appointment_refuse_deletion(struct decision *decision,
                                               const struct clinic_id *patient_id);
enum clinic_status appointment_forget(struct decision *decision, const struct clinic_id *patient_id,
                                      const struct clinic_id *cause);

// ---- appointment_reactions.c

enum { APPOINTMENT_REACTION_COUNT = 9 };
extern const struct reaction appointment_reactions[APPOINTMENT_REACTION_COUNT];
