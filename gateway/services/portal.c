// portal.c - the Patient Portal's read model: what patients may see of themselves, ready to be shown.
//
// Who asks here proves nothing but that they know a member ID and a birth date. Whether the number, the
// day or both are wrong is not told, and guessing is slowed down.
#include "guess.h"
#include "patient.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char document_table[] = "CREATE TABLE portal_document ("
                                     " patient_id BLOB NOT NULL PRIMARY KEY,"
                                     " version INTEGER NOT NULL CHECK (version > 0),"
                                     " document TEXT NOT NULL"
                                     ") STRICT, WITHOUT ROWID;";

static const char *const schema[] = { document_table, NULL };
static const char *const tables[] = { "portal_document", NULL };

enum { INSERT, UPDATE, DELETE, READ, SQL_COUNT };

static const char *const sql[SQL_COUNT] = {
    [INSERT] = "INSERT INTO portal_document (patient_id, version, document) VALUES (?, ?, ?)",
    [UPDATE] = "UPDATE portal_document SET version = ?2, document = ?3 WHERE patient_id = ?1",
    [DELETE] = "DELETE FROM portal_document WHERE patient_id = ?",
    [READ] = "SELECT version, document FROM portal_document WHERE patient_id = ?",
};

// ---- keeping the documents

static struct clinic_id patient_of(const struct clinic_event *event)
{
    struct clinic_id patient_id = { 0 };

    (void)clinic_id_parse(clinic_json_text(event->data, "patient_id"), &patient_id);
    return patient_id;
}

static enum clinic_status write_copy(struct store *store, const char *statement,
                                     const struct clinic_id *patient_id, const cJSON *record)
{
    int64_t version = 0;
    char *document = clinic_json_print(record);
    if (document == NULL)
        return CLINIC_NOMEM;

    struct query *query = query_start(store, statement);
    (void)clinic_json_integer(record, "version", &version);
    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, version);
    query_bind_text(query, 3, document);
    enum clinic_status status = query_run(query, NULL);
    free(document);
    return status;
}

static enum clinic_status make_copy(const struct reaction_scene *scene,
                                    const struct clinic_event *event)
{
    const struct clinic_id patient_id = patient_of(event);

    if (scene->is_erased)
        return CLINIC_OK;
    cJSON *record = patient_record_create(event->data);
    if (record == NULL)
        return CLINIC_NOMEM;
    enum clinic_status status = write_copy(scene->store, sql[INSERT], &patient_id, record);
    cJSON_Delete(record);
    return status;
}

// CLINIC_NOT_FOUND: there is none.
static enum clinic_status read_copy(struct store *store, const struct clinic_id *patient_id,
                                    cJSON **ret_record)
{
    bool is_found = false;
    cJSON *record = NULL;
    struct query *query = query_start(store, sql[READ]);

    query_bind_id(query, 1, patient_id);
    if (query_next(query)) {
        is_found = true;
        record = cJSON_Parse(query_column_text(query, 1));
    }
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && record == NULL)
        status = is_found ? CLINIC_NOMEM : CLINIC_NOT_FOUND;
    if (status != CLINIC_OK) {
        cJSON_Delete(record);
        return status;
    }
    *ret_record = record;
    return CLINIC_OK;
}

static enum clinic_status refresh_copy(const struct reaction_scene *scene,
                                       const struct clinic_event *event)
{
    cJSON *record;
    const struct clinic_id patient_id = patient_of(event);

    enum clinic_status status = read_copy(scene->store, &patient_id, &record);
    if (status != CLINIC_OK) // none: a rebuild of a patient who was deleted later
        return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
    status = patient_record_merge(record, event->data)
                 ? write_copy(scene->store, sql[UPDATE], &patient_id, record)
                 : CLINIC_NOMEM;
    cJSON_Delete(record);
    return status;
}

static enum clinic_status remove_copy(const struct reaction_scene *scene,
                                      const struct clinic_event *event)
{
    const struct clinic_id patient_id = patient_of(event);
    struct query *query = query_start(scene->store, sql[DELETE]);

    query_bind_id(query, 1, &patient_id);
    return query_run(query, NULL);
}

// ---- reading

// The audit trail names the patient whose number was right, also where the birth date was not.
static enum clinic_status identify(struct decision *decision, struct clinic_id *ret_patient_id,
                                   bool *ret_is_right)
{
    char birth_date[PATIENT_DAY_BYTES];
    char text[CLINIC_ID_TEXT_BYTES];
    const cJSON *data = decision->request->data;

    enum clinic_status status = patient_find_member(
        decision->store, clinic_json_text(data, "member_id"), ret_patient_id, birth_date);
    *ret_is_right = false;
    if (status != CLINIC_OK)
        return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
    clinic_id_print(ret_patient_id, text);
    (void)snprintf(decision->subject, sizeof decision->subject, "patient/%s", text);
    *ret_is_right = strcmp(birth_date, clinic_json_text(data, "birth_date")) == 0;
    return CLINIC_OK;
}

static enum clinic_status reply(struct decision *decision, const struct clinic_id *patient_id)
{
    cJSON *record;
    int64_t version = 0;
    enum clinic_status status = read_copy(decision->store, patient_id, &record);
    if (status != CLINIC_OK)
        return status;

    (void)clinic_json_integer(record, "version", &version);
    decision->reply->data = cJSON_CreateObject();
    if (cJSON_AddNumberToObject(decision->reply->data, "version", (double)version) != NULL
        && cJSON_AddArrayToObject(decision->reply->data, "visits") != NULL
        && cJSON_AddArrayToObject(decision->reply->data, "reports") != NULL
        && cJSON_AddArrayToObject(decision->reply->data, "feedback") != NULL
        && cJSON_AddItemToObject(decision->reply->data, "patient", record))
        return CLINIC_OK;
    cJSON_Delete(record);
    return CLINIC_NOMEM;
}

static enum clinic_status read_own(struct decision *decision)
{
    struct clinic_id patient_id;
    bool is_right;

    enum clinic_status status = guess_refuse_locked(decision);
    if (status == CLINIC_OK)
        status = identify(decision, &patient_id, &is_right);
    if (status == CLINIC_OK && !is_right)
        return guess_refuse_wrong(decision, "Nothing was found for this number and birth date.");
    if (status == CLINIC_OK)
        status = guess_forget(decision);
    return status == CLINIC_OK ? reply(decision, &patient_id) : status;
}

static const struct ability abilities[] = {
    { CLINIC_REQUEST_PORTAL_READ, read_own, .is_audited = true },
};

static const struct reaction reactions[] = {
    { CLINIC_PATIENT_CREATED, make_copy, "make its copy" },
    { CLINIC_PATIENT_UPDATED, refresh_copy, "refresh its cached copy" },
    { CLINIC_PATIENT_DELETED, remove_copy, "remove its copy" },
};

const struct service portal_service = {
    .name = "portal",
    .title = "Patient Portal",
    .schema = schema,
    .tables = tables,
    .statements = { sql, SQL_COUNT },
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
    .reactions = reactions,
    .reaction_count = ARRAY_SIZE(reactions),
};
