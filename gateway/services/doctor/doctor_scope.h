// doctor_scope.h - what the files of the doctor service share; nobody else includes it.
#pragma once

#include "../local_time.h"
#include "doctor.h"
#include "periods.h"
#include "schedule.h"

// ---- doctor.c

enum doctor_sql {
    DOCTOR_LOOK,
    DOCTOR_LOAD,
    DOCTOR_LAST_NUMBER,
    DOCTOR_COUNT_ACTIVE,
    DOCTOR_INSERT,
    DOCTOR_UPDATE,
    DOCTOR_UPDATE_VERSION,
    DOCTOR_LIST,
    DOCTOR_NEXT,
    DOCTOR_HOURS,
    DOCTOR_HOURS_INSERT,
    DOCTOR_HOURS_DELETE,
    DOCTOR_EXCEPTIONS,
    DOCTOR_EXCEPTION_INSERT,
    DOCTOR_EXCEPTIONS_DELETE,
    DOCTOR_TIME_OFF,
    DOCTOR_TIME_OFF_INSERT,
    DOCTOR_TIME_OFF_DELETE,
    DOCTOR_HOLIDAYS,
    DOCTOR_HOLIDAY_INSERT,
    DOCTOR_HOLIDAYS_DELETE,
    DOCTOR_BOOKED_BETWEEN,
    DOCTOR_BOOKED_NEXT,
    DOCTOR_SLOT_INSERT,
    DOCTOR_SLOT_MOVE,
    DOCTOR_SLOT_DELETE,
    DOCTOR_SLOT_KEEP,
    DOCTOR_SQL_COUNT,
};
extern const char *const doctor_sql[DOCTOR_SQL_COUNT];

// The longest visit: eight slots of the longest kind. Bookings that may overlap a time begin no earlier before it.
#define DOCTOR_VISIT_MS_MAX "230400000"

// As the tables say "since ever" and "for good".
#define DOCTOR_FIRST_DAY "0001-01-01"
#define DOCTOR_LAST_DAY "9999-12-31"

// ---- doctor_record.c

// The fields that people fill in, without the rules. Ends with NULL.
extern const char *const doctor_field_names[];

struct doctor_state {
    int64_t version;
    cJSON *record; // as doctor/read gives it, without the rules
};

// CLINIC_NOT_FOUND: there is no such doctor. On CLINIC_OK the caller owns the record.
enum clinic_status doctor_load(struct store *store, const struct clinic_id *doctor_id,
                               struct doctor_state *ret_state);

// Names the doctor of the request as the decision's subject, loads the record and refuses an unknown one.
enum clinic_status doctor_load_asked(struct decision *decision, struct clinic_id *ret_doctor_id,
                                     struct doctor_state *ret_state);

// Brings those of `fields` that people fill in into their stored form and puts them into `record`; null removes.
enum clinic_status doctor_fields_take(struct decision *decision, const cJSON *fields,
                                      cJSON *record);

// {"doctor_id", "version"}: the reply to a change, and the head of its event. NULL: out of memory.
cJSON *doctor_head(const struct clinic_id *doctor_id, int64_t version);

// ---- doctor_rules.c: the lists of rules, in rows and in JSON

// The rules in force from one day to another, both included.
enum clinic_status doctor_load_schedule(struct store *store, const struct clinic_id *doctor_id,
                                        int slot_minutes, int first_day, int last_day,
                                        struct schedule *ret_schedule);

// Reaction's part: replaces the lists that `data` has.
enum clinic_status doctor_replace_rules(struct store *store, const struct clinic_id *doctor_id,
                                        const cJSON *data);

// Minutes from "HH:MM".
int doctor_minutes(const char *clock);

// ---- doctor_check.c: lists of rules as people give them

// Refuse what contradicts itself. On CLINIC_OK the caller owns the list, which is then in the order of the rows.
enum clinic_status doctor_take_hours(struct decision *decision, const cJSON *items,
                                     cJSON **ret_list); // NULL: none
enum clinic_status doctor_take_exceptions(struct decision *decision, const cJSON *items,
                                          cJSON **ret_list);

// Adds the periods of a list to a set, or removes them; NULL: none. `list`: its name in the request.
typedef bool (*periods_change)(struct periods *periods, struct schedule_period period);
enum clinic_status doctor_take_periods(struct decision *decision, const char *list,
                                       const cJSON *items, periods_change change,
                                       struct periods *periods);

// ---- doctor_print.c: rules as the catalogue's lists have them; NULL: out of memory

cJSON *doctor_print_hours(const struct schedule_hours *hours, size_t count);
cJSON *doctor_print_exceptions(const struct schedule_exception *exceptions, size_t count);
cJSON *doctor_print_periods(const struct schedule_period *periods, size_t count);

// ---- doctor_schedule.c

// What ended longer ago makes room for what is new.
enum { DOCTOR_MEMORY_DAYS = 365 };

// Appends that a list changed. Takes the list over, also on failure. No doctor: of the whole clinic.
enum clinic_status doctor_append_schedule(struct decision *decision,
                                          const struct clinic_id *doctor_id, int64_t version,
                                          const char *what, const char *member, cJSON *list);

// The reply to a change of rules: version and conflicts.
enum clinic_status doctor_reply_schedule(struct decision *decision,
                                         const struct clinic_id *doctor_id, int64_t version);

// Adds "hours", "exceptions" and "time_off" to a record.
enum clinic_status doctor_add_rules(struct store *store, const struct clinic_id *doctor_id,
                                    cJSON *record);

enum clinic_status doctor_load_time_off(struct store *store, const struct clinic_id *doctor_id,
                                        struct periods *periods);

// Adds "holidays" to an object.
enum clinic_status doctor_add_holidays(struct store *store, cJSON *object);

// ---- doctor_conflicts.c

// Adds "conflicts" to an object: those of one doctor, or of all (NULL).
enum clinic_status doctor_add_conflicts(struct decision *decision,
                                        const struct clinic_id *doctor_id, cJSON *object);

// ---- doctor_place.c

// Finds a doctor; refuses an unknown and an inactive one.
enum clinic_status doctor_find_booked(struct decision *decision, const struct clinic_id *doctor_id,
                                      struct doctor *ret_doctor);

// ---- doctor_read.c

// Changes the doctor of the request, unless that was made from another version than the record's.
typedef enum clinic_status (*doctor_changer)(struct decision *decision,
                                             const struct clinic_id *doctor_id,
                                             const struct doctor_state *state);
enum clinic_status doctor_change_asked(struct decision *decision, doctor_changer change);

// ---- doctor_create.c

// Refuses one more doctor who takes bookings where there are as many as a list can show.
enum clinic_status doctor_refuse_crowd(struct decision *decision);

// ---- one file an action

enum clinic_status doctor_create(struct decision *decision);
enum clinic_status doctor_update(struct decision *decision);
enum clinic_status doctor_hours(struct decision *decision);
enum clinic_status doctor_time_off(struct decision *decision);
enum clinic_status doctor_holiday(struct decision *decision);
enum clinic_status doctor_list(struct decision *decision);
enum clinic_status doctor_read(struct decision *decision);
enum clinic_status doctor_slots(struct decision *decision);
enum clinic_status doctor_calendar(struct decision *decision);
enum clinic_status doctor_conflicts(struct decision *decision);

// ---- doctor_reactions.c

enum clinic_status doctor_keep(const struct reaction_scene *scene,
                               const struct clinic_event *event);
enum clinic_status doctor_change(const struct reaction_scene *scene,
                                 const struct clinic_event *event);
enum clinic_status doctor_change_schedule(const struct reaction_scene *scene,
                                          const struct clinic_event *event);
enum clinic_status doctor_book_slot(const struct reaction_scene *scene,
                                    const struct clinic_event *event);
enum clinic_status doctor_move_slot(const struct reaction_scene *scene,
                                    const struct clinic_event *event);
enum clinic_status doctor_free_slot(const struct reaction_scene *scene,
                                    const struct clinic_event *event);
enum clinic_status doctor_free_missed_slot(const struct reaction_scene *scene,
                                           const struct clinic_event *event);
enum clinic_status doctor_keep_slot(const struct reaction_scene *scene,
                                    const struct clinic_event *event);
