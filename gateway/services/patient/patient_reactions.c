#include "name.h"
#include "patient_scope.h"

#include <stdlib.h>
#include <string.h>

// Runs PATIENT_INSERT_WORD or PATIENT_DELETE_WORD for each word.
static enum clinic_status for_each_word(struct store *store, enum patient_sql sql,
                                        const struct clinic_id *patient_id, const char *words)
{
    char word[NAME_FOLDED_BYTES];
    size_t length;
    enum clinic_status status = CLINIC_OK;

    for (const char *next; (next = name_next_word(&words, &length)) != NULL;) {
        memcpy(word, next, length); // no word is longer than a folded name
        word[length] = '\0';
        struct query *query = query_start(store, patient_sql[sql]);
        query_bind_text(query, 1, word);
        query_bind_id(query, 2, patient_id);
        status = query_run(query, NULL);
        if (status != CLINIC_OK)
            break;
    }
    return status;
}

static enum clinic_status delete_words(struct store *store, const struct clinic_id *patient_id)
{
    char *words;
    enum clinic_status status = patient_words(store, patient_id, &words);

    if (status != CLINIC_OK)
        return status;
    status = for_each_word(store, PATIENT_DELETE_WORD, patient_id, words);
    free(words);
    return status;
}

// Binds name, name_folded, birth_date, email, phone, preconditions, language and the consents; what the
// event no longer has becomes NULL.
static void bind_fields(struct query *query, int first, const cJSON *data, const char *folded,
                        const char *preconditions)
{
    const char *name = clinic_json_text(data, "name");

    query_bind_text(query, first, name);
    query_bind_text(query, first + 1, name == NULL ? NULL : folded);
    query_bind_text(query, first + 2, clinic_json_text(data, "birth_date"));
    query_bind_text(query, first + 3, clinic_json_text(data, "email"));
    query_bind_text(query, first + 4, clinic_json_text(data, "phone"));
    query_bind_text(query, first + 5, preconditions);
    query_bind_text(query, first + 6, clinic_json_text(data, "language"));
    query_bind_text(query, first + 7, clinic_json_text(data, "email_consent"));
    query_bind_text(query, first + 8, clinic_json_text(data, "sms_consent"));
}

// The list as it is stored. NULL where there is none, or without memory.
static char *print_preconditions(const cJSON *data)
{
    const cJSON *list = clinic_json_member(data, "preconditions");

    return list == NULL ? NULL : clinic_json_print(list);
}

static void fold(const cJSON *data, char folded[static NAME_FOLDED_BYTES])
{
    const char *name = clinic_json_text(data, "name");

    folded[0] = '\0';
    if (name != NULL)
        name_fold(name, folded);
}

enum clinic_status patient_keep(const struct reaction_scene *scene,
                                const struct clinic_event *event)
{
    char folded[NAME_FOLDED_BYTES];
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    char *preconditions = print_preconditions(event->data);
    struct query *query = query_start(scene->store, patient_sql[PATIENT_INSERT]);

    fold(event->data, folded);
    query_bind_id(query, 1, &patient_id);
    query_bind_integer(query, 2, clinic_json_boolean(event->data, "provisional", false));
    query_bind_text(query, 3, clinic_json_text(event->data, "member_id"));
    bind_fields(query, 4, event->data, folded, preconditions);
    query_bind_integer(query, 13, reaction_time_ms(event));
    enum clinic_status status = query_run(query, NULL);
    free(preconditions);
    return status == CLINIC_OK
               ? for_each_word(scene->store, PATIENT_INSERT_WORD, &patient_id, folded)
               : status;
}

static enum clinic_status change_state(struct store *store, const struct clinic_id *patient_id,
                                       const cJSON *data)
{
    int64_t version = 0;
    struct query *query = query_start(store, patient_sql[PATIENT_UPDATE_STATE]);

    (void)clinic_json_integer(data, "version", &version);
    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, version);
    if (clinic_json_member(data, "provisional") != NULL)
        query_bind_integer(query, 3, clinic_json_boolean(data, "provisional", false));
    return query_run(query, NULL);
}

// Words of the name before stay: people come back under the name they had.
static enum clinic_status change_record(struct store *store, const struct clinic_id *patient_id,
                                        const cJSON *record)
{
    char folded[NAME_FOLDED_BYTES];
    int64_t version = 0;
    char *preconditions = print_preconditions(record);
    struct query *query = query_start(store, patient_sql[PATIENT_UPDATE]);

    fold(record, folded);
    (void)clinic_json_integer(record, "version", &version);
    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, version);
    query_bind_integer(query, 3, clinic_json_boolean(record, "provisional", false));
    bind_fields(query, 4, record, folded, preconditions);
    enum clinic_status status = query_run(query, NULL);
    free(preconditions);
    return status == CLINIC_OK ? for_each_word(store, PATIENT_INSERT_WORD, patient_id, folded)
                               : status;
}

enum clinic_status patient_change(const struct reaction_scene *scene,
                                  const struct clinic_event *event)
{
    struct patient_state state = { 0 };
    const struct clinic_id patient_id = id_member(event->data, "patient_id");

    enum clinic_status status = patient_load(scene->store, &patient_id, &state);
    if (status != CLINIC_OK)
        return status;
    if (state.record == NULL)
        return change_state(scene->store, &patient_id, event->data);
    status = patient_record_merge(state.record, event->data)
                 ? change_record(scene->store, &patient_id, state.record)
                 : CLINIC_NOMEM;
    cJSON_Delete(state.record);
    return status;
}

enum clinic_status patient_erase(const struct reaction_scene *scene,
                                 const struct clinic_event *event)
{
    const struct clinic_id patient_id = id_member(event->data, "patient_id");
    enum clinic_status status = delete_words(scene->store, &patient_id);
    if (status != CLINIC_OK)
        return status;

    struct query *query = query_start(scene->store, patient_sql[PATIENT_ERASE]);
    query_bind_id(query, 1, &patient_id);
    query_bind_integer(query, 2, reaction_time_ms(event));
    query_bind_text(query, 3, clinic_json_text(event->data, "reason"));
    return query_run(query, NULL);
}
