// report_download.c - a report's file goes out, chunk by chunk.
//
// The audit trail gets one row a file, not one a chunk: a node's further chunks of the file that it has open are the
// same reading. Whoever begins in the middle is written down as well.
#include "../../store/store.h"
#include "report_scope.h"
#include <clinic/base64.h>

#include <string.h>

enum { READING_MS = 60 * 60 * 1000 };

// What is read, and by way of which report.
struct reading {
    struct clinic_id patient_id;
    struct clinic_id report_id;
    uint8_t sha256[CLINIC_DIGEST_BYTES];
    int64_t offset;
};

// ---- one reading

static bool is_same_reading(struct query *query, const struct decision *decision,
                            const struct reading *reading)
{
    size_t length = 0;
    const struct clinic_id staff_id = query_column_id(query, 0);
    const struct clinic_id report_id = query_column_id(query, 1);
    const void *sha256 = query_column_blob(query, 2, &length);
    const int64_t passed_ms = decision->now_ms - query_column_integer(query, 3);

    return clinic_id_equal(&staff_id, &decision->caller->staff_id)
           && clinic_id_equal(&report_id, &reading->report_id) && length == sizeof reading->sha256
           && memcmp(sha256, reading->sha256, length) == 0 && passed_ms >= 0
           && passed_ms < READING_MS;
}

static enum clinic_status find_reading(struct decision *decision, const struct reading *reading,
                                       bool *ret_is_open)
{
    struct query *query = query_start(decision->store, report_sql[READING_FIND]);

    query_bind_text(query, 1, decision->caller->node);
    *ret_is_open = query_next(query) && is_same_reading(query, decision, reading);
    return query_end(query);
}

static enum clinic_status write_reading(struct decision *decision, const struct reading *reading)
{
    struct query *query = query_start(decision->store, report_sql[READING_WRITE]);

    query_bind_text(query, 1, decision->caller->node);
    query_bind_id(query, 2, &decision->caller->staff_id);
    query_bind_id(query, 3, &reading->patient_id);
    query_bind_id(query, 4, &reading->report_id);
    query_bind_blob(query, 5, reading->sha256, sizeof reading->sha256);
    query_bind_integer(query, 6, decision->now_ms);
    return query_run(query, NULL);
}

// On a full disk nothing is remembered, and every chunk is a reading of its own.
static enum clinic_status note_reading(struct decision *decision, const struct reading *reading)
{
    bool is_open = false;

    enum clinic_status status = find_reading(decision, reading, &is_open);
    if (status != CLINIC_OK)
        return status;
    decision->is_known_access = is_open && reading->offset > 0;
    if (decision->is_known_access || !store_has_room(decision->store))
        return CLINIC_OK;
    return write_reading(decision, reading);
}

// ---- the chunk

static enum clinic_status reply(struct decision *decision, const struct attachment *attachment,
                                const uint8_t *bytes, size_t length, int64_t next)
{
    char text[CLINIC_BASE64_CHARACTERS(ATTACHMENT_CHUNK_BYTES) + 1];
    cJSON *data = cJSON_CreateObject();

    decision->reply->data = data;
    clinic_base64_encode(bytes, length, text);
    return cJSON_AddNumberToObject(data, "bytes", (double)attachment->file.bytes) != NULL
                   && cJSON_AddStringToObject(data, "media_type", attachment->media_type) != NULL
                   && cJSON_AddStringToObject(data, "chunk", text) != NULL
                   && cJSON_AddNumberToObject(data, "next", (double)next) != NULL
               ? CLINIC_OK
               : CLINIC_NOMEM;
}

// From `offset` to the end of the chunk that it lies in.
static enum clinic_status send_chunk(struct decision *decision, const struct attachment *attachment,
                                     int64_t offset)
{
    uint8_t chunk[ATTACHMENT_CHUNK_BYTES];
    const struct attachment_file *file = &attachment->file;
    const int64_t skipped = offset % ATTACHMENT_CHUNK_BYTES;
    const int64_t start = offset - skipped;

    if (offset >= file->bytes)
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "offset",
                               "The file ends before that.");
    const size_t length = attachment_chunk_bytes(file, start) - (size_t)skipped;
    enum clinic_status status = attachment_file_read(file, start, chunk);
    if (status == CLINIC_OK)
        status = reply(decision, attachment, chunk + skipped, length, offset + (int64_t)length);
    else if (status == CLINIC_NOT_FOUND)
        status = decision_refuse(decision, CLINIC_CODE_ATTACHMENT_MISSING, "sha256",
                                 "The gateway has lost this file. Upload it again.");
    else
        status = attachment_refuse_fault(decision, status);
    clinic_wipe(chunk, sizeof chunk);
    return status;
}

static enum clinic_status refuse_foreign(struct decision *decision, const struct reading *reading)
{
    struct query *query = query_start(decision->store, report_sql[REPORT_FIND_FILE]);

    query_bind_id(query, 1, &reading->report_id);
    query_bind_blob(query, 2, reading->sha256, sizeof reading->sha256);
    const bool is_found = query_next(query);
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && !is_found)
        return decision_refuse(decision, CLINIC_CODE_NOT_FOUND, "sha256",
                               "This report has no such file.");
    return status;
}

static enum clinic_status open_reading(struct decision *decision, struct reading *ret_reading)
{
    struct report report;
    struct reading reading = { .report_id = id_member(decision->request->data, "report_id") };

    (void)clinic_json_integer(decision->request->data, "offset", &reading.offset);
    enum clinic_status status = report_load_asked(decision, REPORT_NEWEST, &report);
    if (status != CLINIC_OK)
        return status;
    reading.patient_id = report.patient_id;
    cJSON_Delete(report.record);
    if (!attachment_read_digest(decision->request->data, reading.sha256))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "sha256",
                               "This is not a digest in hexadecimal.");
    status = refuse_foreign(decision, &reading);
    if (status == CLINIC_OK)
        *ret_reading = reading;
    return status;
}

enum clinic_status report_download(struct decision *decision)
{
    struct reading reading = { 0 };
    struct attachment attachment;

    enum clinic_status status = open_reading(decision, &reading);
    if (status != CLINIC_OK)
        return status;
    status = attachment_find(decision->store, &reading.patient_id, reading.sha256, &attachment);
    if (status == CLINIC_NOT_FOUND)
        return decision_refuse(decision, CLINIC_CODE_ATTACHMENT_MISSING, "sha256",
                               "The gateway has lost this file. Upload it again.");
    if (status == CLINIC_OK)
        status = send_chunk(decision, &attachment, reading.offset);
    attachment_done(&attachment);
    return status == CLINIC_OK ? note_reading(decision, &reading) : status;
}
