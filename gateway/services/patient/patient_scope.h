// patient_scope.h - what the files of the patient service share; nobody else includes it.
#pragma once

#include "patient.h"

// ---- patient.c

enum patient_sql {
    PATIENT_LOOK,
    PATIENT_LOAD,
    PATIENT_INSERT,
    PATIENT_UPDATE,
    PATIENT_UPDATE_STATE,
    PATIENT_ERASE,
    PATIENT_INSERT_WORD,
    PATIENT_DELETE_WORD,
    PATIENT_WORDS,
    PATIENT_BORN_ON,
    PATIENT_MATCH_ROW,
    PATIENT_MATCH_ID,
    PATIENT_MATCH_MEMBER_ID,
    PATIENT_MATCH_BIRTH_DATE,
    PATIENT_MATCH_PHONE,
    PATIENT_MATCH_EMAIL,
    PATIENT_FIND_WORD,
    PATIENT_FIND_MEMBER,
    PATIENT_FIND_BORN,
    PATIENT_PROVISIONAL,
    PATIENT_SQL_COUNT,
};
extern const char *const patient_sql[PATIENT_SQL_COUNT];

// ---- patient_record.c

struct patient_state {
    bool is_known;
    bool is_deleted;
    int64_t version;
    cJSON *record; // as patient/read gives it; NULL of unknown and deleted patients
};

// On CLINIC_OK the caller owns the record.
enum clinic_status patient_load(struct store *store, const struct clinic_id *patient_id,
                                struct patient_state *ret_state);

// Reads the request's patient_id and names the patient as the decision's subject.
struct clinic_id patient_name_subject(struct decision *decision);

// Loads the patient of the request; refuses unknown and deleted ones.
enum clinic_status patient_load_living(struct decision *decision,
                                       const struct clinic_id *patient_id,
                                       struct patient_state *ret_state);

// All words, folded, of the names that a patient has and had; empty: deleted. The caller frees it.
enum clinic_status patient_words(struct store *store, const struct clinic_id *patient_id,
                                 char **ret_words);

// One row of the columns of a PATIENT_MATCH_… statement, as the catalogue's patient/find describes it.
cJSON *patient_match(struct query *query);

// ---- patient_contact.c

// The living patients who were born that day and whose phone number ends in `phone_end`, four digits; at most `capacity`.
enum clinic_status patient_find_born(struct store *store, const char *birth_date,
                                     const char *phone_end, struct clinic_id *ret_patient_ids,
                                     size_t capacity, size_t *ret_count);

// ---- patient_update.c

// Appends what those of `fields` change that are a record's, and replies with the version. Refuses what is wrong, and
// what changes nothing.
enum clinic_status patient_append_update(struct decision *decision,
                                         const struct clinic_id *patient_id,
                                         const struct patient_state *state, const cJSON *fields);

// ---- patient_fields.c

// The fields that people fill in. Ends with NULL.
extern const char *const patient_field_names[];

// Brings those of `fields` that people fill in into their stored form and puts them into `record`; null
// removes. CLINIC_REFUSED: one of them is wrong.
enum clinic_status patient_fields_take(struct decision *decision, const cJSON *fields,
                                       cJSON *record);

// ---- patient_similar.c

// Refuses if somebody alike is registered: at a desk with the candidates, elsewhere without a word on
// them. `record` is the new patient's. `is_distinct`: staff have looked at them already.
enum clinic_status patient_refuse_similar(struct decision *decision, const cJSON *record,
                                          bool is_distinct);

// ---- patient_find_words.c

enum { PATIENT_FOUND_MAX = 100 };

// One more than `limit` is kept, to know that there are more.
struct patient_ids {
    size_t limit;
    size_t count;
    bool has_more;
    struct clinic_id ids[PATIENT_FOUND_MAX + 1];
};

// Adds those of whose names some word begins with each word of `text`.
enum clinic_status patient_find_words(struct store *store, const char *text,
                                      struct patient_ids *found);

// ---- one file an action

enum clinic_status patient_create(struct decision *decision);
enum clinic_status patient_update(struct decision *decision);
enum clinic_status patient_delete(struct decision *decision);
enum clinic_status patient_find(struct decision *decision);
enum clinic_status patient_read(struct decision *decision);
enum clinic_status patient_consent(struct decision *decision);
enum clinic_status patient_provisional(struct decision *decision);

// ---- patient_reactions.c

enum clinic_status patient_keep(const struct reaction_scene *scene,
                                const struct clinic_event *event);
enum clinic_status patient_change(const struct reaction_scene *scene,
                                  const struct clinic_event *event);
enum clinic_status patient_erase(const struct reaction_scene *scene,
                                 const struct clinic_event *event);
