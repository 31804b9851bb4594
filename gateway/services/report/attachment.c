// attachment.c - which files were uploaded for whom, as far as reports ask; and what becomes of those that nobody
// finished, of those that no report came to name, and of a deleted patient's.
//
// A row is committed before the first byte is written, so every file below the store's folder has one, and files need
// never be searched for. A patient's deletion removes the rows and the key in its own transaction; the files follow
// after the commit. A crash in between leaves sealed bytes that nobody can open, and a row that has them removed.
#include "../../store/store.h"
#include "../../store/vault.h"
#include "report_scope.h"

#include <clinic/log.h>

#include <stdio.h>
#include <string.h>

bool attachment_read_digest(const cJSON *object, uint8_t ret_sha256[static CLINIC_DIGEST_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    const char *text = clinic_json_text(object, "sha256");

    if (text == NULL || strspn(text, digits) != 2 * CLINIC_DIGEST_BYTES || text[64] != '\0')
        return false;
    for (size_t i = 0; i < CLINIC_DIGEST_BYTES; i++)
        ret_sha256[i] = (uint8_t)((strchr(digits, text[2 * i]) - digits) << 4
                                  | (strchr(digits, text[2 * i + 1]) - digits));
    return true;
}

enum clinic_status attachment_find(struct store *store, const struct clinic_id *patient_id,
                                   const uint8_t sha256[static CLINIC_DIGEST_BYTES],
                                   struct attachment *ret_attachment)
{
    bool is_found = false;
    struct query *query = query_start(store, report_sql[ATTACHMENT_FIND]);

    *ret_attachment = (struct attachment){
        .file = { .folder = store_folder(store), .patient_id = *patient_id },
    };
    memcpy(ret_attachment->file.sha256, sha256, CLINIC_DIGEST_BYTES);
    query_bind_id(query, 1, patient_id);
    query_bind_blob(query, 2, sha256, CLINIC_DIGEST_BYTES);
    if (query_next(query)) {
        is_found = true;
        ret_attachment->file.bytes = query_column_integer(query, 0);
        (void)snprintf(ret_attachment->media_type, MEDIA_TYPE_BYTES, "%s",
                       query_column_text(query, 1));
        ret_attachment->is_complete = query_column_integer(query, 2) != 0;
    }
    enum clinic_status status = query_end(query);
    if (status != CLINIC_OK || !is_found)
        return status == CLINIC_OK ? CLINIC_NOT_FOUND : status;
    status = vault_key(store, patient_id, ret_attachment->file.key);
    // Whoever has a row has a key: they are made before it and go with it.
    return status == CLINIC_NOT_FOUND || status == CLINIC_REFUSED ? CLINIC_INVALID : status;
}

void attachment_done(struct attachment *attachment)
{
    clinic_wipe(attachment->file.key, sizeof attachment->file.key);
}

// ---- what a report names

static enum clinic_status refuse_item(struct decision *decision, enum clinic_code code, int index,
                                      const char *message)
{
    char field[32];

    (void)snprintf(field, sizeof field, "attachments[%d]", index);
    return decision_refuse(decision, code, field, "%s", message);
}

// Also what was uploaded once may be gone: the database came back from a backup, the files did not.
static enum clinic_status is_there(const struct attachment *attachment, bool *ret_is_there)
{
    int64_t bytes = 0;

    enum clinic_status status = attachment_file_measure(&attachment->file, &bytes);
    *ret_is_there = attachment->is_complete && bytes == attachment->file.bytes;
    return status;
}

static bool is_as_named(const struct attachment *attachment, const cJSON *item)
{
    int64_t bytes = 0;

    return clinic_json_integer(item, "bytes", &bytes) && bytes == attachment->file.bytes
           && strcmp(clinic_json_text(item, "media_type"), attachment->media_type) == 0;
}

static enum clinic_status refuse_missing(struct decision *decision,
                                         const struct clinic_id *patient_id, const cJSON *item,
                                         int index)
{
    struct attachment attachment;
    uint8_t sha256[CLINIC_DIGEST_BYTES];
    bool is_stored = false;

    if (!attachment_read_digest(item, sha256))
        return refuse_item(decision, CLINIC_CODE_INVALID_FIELD, index, "This is not a digest.");
    enum clinic_status status = attachment_find(decision->store, patient_id, sha256, &attachment);
    attachment_done(&attachment);
    if (status != CLINIC_OK && status != CLINIC_NOT_FOUND)
        return status;
    if (status == CLINIC_OK)
        status = is_there(&attachment, &is_stored);
    if (status != CLINIC_OK && status != CLINIC_NOT_FOUND)
        return attachment_refuse_fault(decision, status);
    if (!is_stored)
        return refuse_item(decision, CLINIC_CODE_ATTACHMENT_MISSING, index,
                           "This file has not been uploaded completely.");
    if (!is_as_named(&attachment, item))
        return refuse_item(decision, CLINIC_CODE_ATTACHMENT_MISMATCH, index,
                           "This file was uploaded with another size or media type.");
    return CLINIC_OK;
}

static bool is_named_before(const cJSON *list, const cJSON *item)
{
    const char *sha256 = clinic_json_text(item, "sha256");

    for (const cJSON *before = list->child; before != item; before = before->next) {
        if (strcmp(clinic_json_text(before, "sha256"), sha256) == 0)
            return true;
    }
    return false;
}

enum clinic_status attachment_refuse_missing(struct decision *decision,
                                             const struct clinic_id *patient_id, const cJSON *list)
{
    int index = 0;
    const cJSON *item;
    enum clinic_status status = CLINIC_OK;

    cJSON_ArrayForEach(item, list)
    {
        status = is_named_before(list, item)
                     ? refuse_item(decision, CLINIC_CODE_INVALID_FIELD, index,
                                   "This file is in the list already.")
                     : refuse_missing(decision, patient_id, item, index);
        if (status != CLINIC_OK)
            break;
        index++;
    }
    return status;
}

enum clinic_status attachment_refuse_fault(struct decision *decision, enum clinic_status status)
{
    if (status == CLINIC_FULL)
        return decision_refuse(decision, CLINIC_CODE_STORAGE_FULL, NULL,
                               "The gateway's disk is full. Try again later.");
    clinic_log(CLINIC_LOG_ERROR, "a file of %s, below attachments/: %s", decision->subject,
               clinic_status_text(status));
    return decision_refuse(decision, CLINIC_CODE_INTERNAL, NULL,
                           "The gateway cannot use this file. It has been recorded.");
}

// ---- what goes

// All of a patient's rows in one of the tables.
static enum clinic_status run_for_patient(struct store *store, enum report_sql sql,
                                          const struct clinic_id *patient_id)
{
    struct query *query = query_start(store, report_sql[sql]);

    query_bind_id(query, 1, patient_id);
    return query_run(query, NULL);
}

enum clinic_status attachment_forget_patient(struct decision *decision,
                                             const struct clinic_id *patient_id,
                                             const struct clinic_id *cause)
{
    (void)cause;
    enum clinic_status status = run_for_patient(decision->store, ATTACHMENT_FORGET, patient_id);
    if (status == CLINIC_OK)
        status = run_for_patient(decision->store, READING_FORGET, patient_id);
    if (status == CLINIC_OK)
        status = run_for_patient(decision->store, REMOVAL_INSERT, patient_id);
    return status;
}

// Said once, not every second: what cannot be removed is sealed, and its key is gone or its row is.
static void log_kept(enum clinic_status status, const struct clinic_id *patient_id)
{
    char id[CLINIC_ID_TEXT_BYTES];

    clinic_id_print(patient_id, id);
    if (status != CLINIC_OK)
        clinic_log(CLINIC_LOG_ERROR,
                   "attachments/%s, or a file in it, cannot be removed: remove it by hand", id);
}

static enum clinic_status remove_deleted(struct store *store)
{
    struct clinic_id patient_id = { 0 };
    struct query *query = query_start(store, report_sql[REMOVAL_FIND]);

    if (query_next(query))
        patient_id = query_column_id(query, 0);
    enum clinic_status status = query_end(query);
    if (status != CLINIC_OK || clinic_id_is_none(&patient_id))
        return status;
    log_kept(attachment_folder_remove(store_folder(store), &patient_id), &patient_id);
    return run_for_patient(store, REMOVAL_DELETE, &patient_id);
}

struct due {
    struct attachment_file file; // of no patient: there is none
    bool is_complete;
};

static enum clinic_status find_due(struct store *store, int64_t now_ms, struct due *ret_due)
{
    size_t length = 0;
    struct query *query = query_start(store, report_sql[ATTACHMENT_FIND_DUE]);

    *ret_due = (struct due){ .file.folder = store_folder(store) };
    query_bind_integer(query, 1, now_ms);
    if (query_next(query)) {
        const void *sha256 = query_column_blob(query, 1, &length);
        ret_due->file.patient_id = query_column_id(query, 0);
        memcpy(ret_due->file.sha256, sha256,
               sizeof ret_due->file.sha256); // the table holds its length
        ret_due->is_complete = query_column_integer(query, 2) != 0;
    }
    return query_end(query);
}

static struct query *start_for_file(struct store *store, enum report_sql sql,
                                    const struct attachment_file *file)
{
    struct query *query = query_start(store, report_sql[sql]);

    query_bind_id(query, 1, &file->patient_id);
    query_bind_blob(query, 2, file->sha256, sizeof file->sha256);
    return query;
}

// A version that names it names it for good: no version goes before the patient does.
static enum clinic_status is_named(struct store *store, const struct due *due, bool *ret_is_named)
{
    *ret_is_named = false;
    if (!due->is_complete)
        return CLINIC_OK;
    struct query *query = start_for_file(store, ATTACHMENT_FIND_REPORT, &due->file);
    *ret_is_named = query_next(query);
    return query_end(query);
}

static enum clinic_status look_at_due(struct store *store, int64_t now_ms)
{
    struct due due;
    bool keeps = false;

    enum clinic_status status = find_due(store, now_ms, &due);
    if (status != CLINIC_OK || clinic_id_is_none(&due.file.patient_id))
        return status;
    status = is_named(store, &due, &keeps);
    if (status != CLINIC_OK)
        return status;
    if (!keeps)
        log_kept(attachment_file_remove(&due.file), &due.file.patient_id);
    return query_run(start_for_file(store, keeps ? ATTACHMENT_KEEP : ATTACHMENT_DELETE, &due.file),
                     NULL);
}

// One of each a second.
enum clinic_status attachment_tend(struct decision *decision)
{
    enum clinic_status status = remove_deleted(decision->store);

    return status == CLINIC_OK ? look_at_due(decision->store, decision->now_ms) : status;
}
