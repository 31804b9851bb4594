// report_upload.c - a file comes in, chunk by chunk.
//
// The reply always says where to go on, and every chunk that does not begin there is answered with that and changes
// nothing: so a node that lost its place, or a reply, finds it by sending any chunk. The first chunk of all only begins
// the upload (`next` is 0 still): its row must be committed before there is a file. Chunks in between write nothing to
// the database. When the last one is there and the digest has not caught up yet, `next` stays at it.
//
// A transaction that is rolled back, or decided a second time, leaves a chunk behind that the row does not know of.
// That is no harm: the file says how far it has come.
#include "../../store/store.h"
#include "../patient/patient.h"
#include "attachment_digest.h"
#include "report_scope.h"
#include <clinic/base64.h>

#include <string.h>

enum { UNFINISHED_MAX = 8 };

static enum clinic_status reply(struct decision *decision, int64_t next, bool is_complete)
{
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    return cJSON_AddNumberToObject(data, "next", (double)next) != NULL
                   && cJSON_AddBoolToObject(data, "complete", is_complete) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

// ---- the row

static enum clinic_status refuse_too_many(struct decision *decision)
{
    struct query *query = query_start(decision->store, report_sql[ATTACHMENT_COUNT_UNFINISHED]);

    query_bind_text(query, 1, decision->caller->node);
    const int64_t count = query_next(query) ? query_column_integer(query, 0) : 0;
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && count >= UNFINISHED_MAX)
        return decision_refuse(decision, CLINIC_CODE_BUSY, NULL,
                               "This device has %d uploads that are not finished.", UNFINISHED_MAX);
    return status;
}

static enum clinic_status begin(struct decision *decision, const struct clinic_id *patient_id,
                                const uint8_t sha256[static CLINIC_DIGEST_BYTES])
{
    const cJSON *request = decision->request->data;
    int64_t bytes = 0;

    if (!store_has_room(decision->store))
        return attachment_refuse_fault(decision, CLINIC_FULL);
    enum clinic_status status = refuse_too_many(decision);
    if (status != CLINIC_OK)
        return status;
    (void)clinic_json_integer(request, "bytes", &bytes);
    struct query *query = query_start(decision->store, report_sql[ATTACHMENT_INSERT]);
    query_bind_id(query, 1, patient_id);
    query_bind_blob(query, 2, sha256, CLINIC_DIGEST_BYTES);
    query_bind_integer(query, 3, bytes);
    query_bind_text(query, 4, clinic_json_text(request, "media_type"));
    query_bind_text(query, 5, decision->caller->node);
    query_bind_integer(query, 6, decision->now_ms + ATTACHMENT_UNFINISHED_MS);
    status = query_run(query, NULL);
    return status == CLINIC_OK ? reply(decision, 0, false) : status;
}

static enum clinic_status note_complete(struct decision *decision,
                                        const struct attachment_file *file, bool is_complete)
{
    const int64_t left_ms = is_complete ? ATTACHMENT_UNNAMED_MS : ATTACHMENT_UNFINISHED_MS;
    struct query *query = query_start(decision->store, report_sql[ATTACHMENT_COMPLETE]);

    query_bind_id(query, 1, &file->patient_id);
    query_bind_blob(query, 2, file->sha256, sizeof file->sha256);
    query_bind_integer(query, 3, is_complete);
    query_bind_integer(query, 4, decision->now_ms + left_ms);
    return query_run(query, NULL);
}

static enum clinic_status refuse_mismatch(struct decision *decision,
                                          const struct attachment_file *file)
{
    struct query *query = query_start(decision->store, report_sql[ATTACHMENT_DELETE]);

    query_bind_id(query, 1, &file->patient_id);
    query_bind_blob(query, 2, file->sha256, sizeof file->sha256);
    enum clinic_status status = query_run(query, NULL);
    if (status != CLINIC_OK)
        return status;
    decision->keeps_writes = true;
    status = attachment_file_remove(file);
    if (status != CLINIC_OK)
        return attachment_refuse_fault(decision, status);
    return decision_refuse(decision, CLINIC_CODE_ATTACHMENT_MISMATCH, "sha256",
                           "What was uploaded does not have this digest. Begin again.");
}

// ---- the file

static enum clinic_status finish(struct decision *decision, const struct attachment_file *file)
{
    enum clinic_status status = attachment_digest_check(file);

    if (status == CLINIC_DAMAGED)
        return refuse_mismatch(decision, file);
    status = attachment_file_sync(file);
    if (status != CLINIC_OK)
        return attachment_refuse_fault(decision, status);
    status = note_complete(decision, file, true);
    return status == CLINIC_OK ? reply(decision, file->bytes, true) : status;
}

// `next`: how far the file has come.
static enum clinic_status follow(struct decision *decision, const struct attachment_file *file,
                                 int64_t next)
{
    bool is_caught_up = false;

    enum clinic_status status = attachment_digest_follow(file, next, &is_caught_up);
    if (status == CLINIC_DAMAGED)
        return refuse_mismatch(decision, file);
    if (status != CLINIC_OK)
        return attachment_refuse_fault(decision, status);
    if (next < file->bytes)
        return reply(decision, next, false);
    if (is_caught_up)
        return finish(decision, file);
    return reply(decision, (next - 1) / ATTACHMENT_CHUNK_BYTES * ATTACHMENT_CHUNK_BYTES, false);
}

static enum clinic_status append(struct decision *decision, const struct attachment_file *file,
                                 int64_t offset)
{
    uint8_t chunk[ATTACHMENT_CHUNK_BYTES];
    size_t length = 0;
    const size_t wanted = attachment_chunk_bytes(file, offset);
    const char *text = clinic_json_text(decision->request->data, "chunk");

    if (!clinic_base64_decode(text, chunk, sizeof chunk, &length) || length != wanted)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "chunk",
                               "The chunk that begins here has %zu bytes.", wanted);
    if (!store_has_room(decision->store))
        return attachment_refuse_fault(decision, CLINIC_FULL);
    enum clinic_status status = attachment_file_append(file, offset, chunk);
    clinic_wipe(chunk, sizeof chunk);
    return status == CLINIC_OK ? CLINIC_OK : attachment_refuse_fault(decision, status);
}

static enum clinic_status go_on(struct decision *decision, const struct attachment *attachment)
{
    int64_t offset = 0;
    int64_t next = 0;
    const struct attachment_file *file = &attachment->file;

    (void)clinic_json_integer(decision->request->data, "offset", &offset);
    enum clinic_status status = attachment_file_measure(file, &next);
    if (status != CLINIC_OK)
        return attachment_refuse_fault(decision, status);
    if (attachment->is_complete && next == file->bytes)
        return reply(decision, next, true);
    // The file is gone, though it was complete once: it is uploaded again.
    if (attachment->is_complete)
        status = note_complete(decision, file, false);
    if (status == CLINIC_OK && next < file->bytes && offset == next) {
        status = append(decision, file, offset);
        next += (int64_t)attachment_chunk_bytes(file, offset);
    }
    return status == CLINIC_OK ? follow(decision, file, next) : status;
}

static bool is_as_begun(const cJSON *request, const struct attachment *attachment)
{
    int64_t bytes = 0;

    return clinic_json_integer(request, "bytes", &bytes) && bytes == attachment->file.bytes
           && strcmp(clinic_json_text(request, "media_type"), attachment->media_type) == 0;
}

static enum clinic_status take(struct decision *decision, const struct attachment *attachment)
{
    if (!is_as_begun(decision->request->data, attachment))
        return decision_refuse(decision, CLINIC_CODE_ATTACHMENT_MISMATCH, "bytes",
                               "This file was begun with another size or media type.");
    return go_on(decision, attachment);
}

enum clinic_status report_upload(struct decision *decision)
{
    struct attachment attachment;
    uint8_t sha256[CLINIC_DIGEST_BYTES];
    const struct clinic_id patient_id = id_member(decision->request->data, "patient_id");

    subject_print("patient", &patient_id, decision->subject);
    if (!attachment_read_digest(decision->request->data, sha256))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "sha256",
                               "This is not a digest in hexadecimal.");
    enum clinic_status status = patient_refuse_missing(decision, &patient_id);
    if (status != CLINIC_OK)
        return status;
    status = attachment_find(decision->store, &patient_id, sha256, &attachment);
    if (status == CLINIC_NOT_FOUND)
        return begin(decision, &patient_id, sha256);
    if (status == CLINIC_OK)
        status = take(decision, &attachment);
    attachment_done(&attachment);
    return status;
}
