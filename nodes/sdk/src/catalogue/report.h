// report.h - rows of the catalogue: medical reports and the files that belong to them.
#pragma once

#include "rows.h"

static const char *const report_kinds[] = { "treatment",    "diagnosis", "x-ray", "laboratory",
                                            "instructions", "other",     NULL };
static const char *const report_states[] = { "draft", "final", "amended", "entered-in-error",
                                             NULL };

// Base64 of 32 KiB: with its envelope a chunk stays below the 64 KiB of a message.
enum { CHUNK_BASE64_BYTES = 43692, CHUNKED_FILE_BYTES = 64 * 1024 * 1024 };

#define DIGEST_FIELD                                                                               \
    {                                                                                              \
        CODE("sha256", 64, 64, "Digest of the bytes, in hexadecimal."), REQUIRED                   \
    }
#define FILE_BYTES_FIELD(name_, help_)                                                             \
    {                                                                                              \
        INTEGER(name_, 1, CHUNKED_FILE_BYTES, help_), REQUIRED                                     \
    }
#define MEDIA_TYPE_FIELD                                                                           \
    {                                                                                              \
        STRING("media_type", 3, 100, "Media type, e.g. application/dicom."), REQUIRED              \
    }

static const struct clinic_field attachment[] = {
    DIGEST_FIELD,
    FILE_BYTES_FIELD("bytes", "Size."),
    MEDIA_TYPE_FIELD,
};
ITEM(attachment_item, "attachment", attachment);

#define REPORT_TITLE_FIELD STRING("title", 1, 200, "Title.")
#define REPORT_TEXT_FIELD TEXT("text", 0, 10000, "Text.")
#define ATTACHMENTS_FIELD LIST("attachments", attachment_item, 0, 20, "Files, by reference.")
#define REPORT_ID_FIELD(report_help)                                                               \
    {                                                                                              \
        UUID("report_id", report_help), REQUIRED                                                   \
    }

// ---- events

static const struct clinic_field report_updated[] = {
    REPORT_ID_FIELD("The report."),
    { UUID("patient_id", "About whom."), REQUIRED },
    { UUID("doctor_id", "By whom."), REQUIRED },
    { CHOICE("kind", report_kinds, "What it is."), REQUIRED },
    VERSION_FIELD,
    { CHOICE("status", report_states, "State of this version."), REQUIRED },
    { BOOLEAN("notify", "The patient is to be told."), REQUIRED },
    { REPORT_TITLE_FIELD, PERSONAL },
    { REPORT_TEXT_FIELD, PERSONAL },
    { ATTACHMENTS_FIELD, PERSONAL },
};

// ---- requests

static const struct clinic_field report_update[] = {
    REPORT_ID_FIELD("A new UUID begins a report."),
    { INTEGER("expected_version", 1, INTEGER_MAX,
              "The version that the change was made from; absent: a new report.") },
    { UUID("patient_id", "About whom; with a new report.") },
    { UUID("doctor_id", "By whom; with a new report.") },
    { CHOICE("kind", report_kinds, "What it is; with a new report.") },
    { REPORT_TITLE_FIELD },
    { REPORT_TEXT_FIELD },
    { ATTACHMENTS_FIELD },
};
static const struct clinic_field report_version_reply[] = {
    REPORT_ID_FIELD("As asked."),
    VERSION_FIELD,
    { CHOICE("status", report_states, "State of this version."), REQUIRED },
};

static const struct clinic_field report_release[] = {
    REPORT_ID_FIELD("Which."),
    EXPECTED_VERSION_FIELD,
    { BOOLEAN("has_instructions", "The patient has something to do: an amendment is told too.") },
};

static const struct clinic_field report_withdraw[] = {
    REPORT_ID_FIELD("Which: entered in error."),
    EXPECTED_VERSION_FIELD,
};

static const struct clinic_field report_read[] = {
    REPORT_ID_FIELD("Which; the reading is audited."),
    { INTEGER("version", 1, INTEGER_MAX, "An older version; absent: the newest.") },
};
static const struct clinic_field report_record[] = {
    REPORT_ID_FIELD("Which."),
    { UUID("patient_id", "About whom."), REQUIRED },
    { UUID("doctor_id", "By whom."), REQUIRED },
    { CHOICE("kind", report_kinds, "What it is."), REQUIRED },
    VERSION_FIELD,
    { INTEGER("newest", 1, INTEGER_MAX, "The newest version."), REQUIRED },
    { INTEGER("released", 1, INTEGER_MAX,
              "The version that was released last: what the patient sees; absent: none.") },
    { CHOICE("status", report_states, "State of this version."), REQUIRED },
    { INSTANT("time", "When this version was written."), REQUIRED },
    { REPORT_TITLE_FIELD, REQUIRED },
    { REPORT_TEXT_FIELD, REQUIRED },
    { ATTACHMENTS_FIELD, REQUIRED },
};
static const struct clinic_field report_read_reply[] = {
    { OBJECT("report", report_record, "The version."), REQUIRED },
};

static const struct clinic_field report_list[] = {
    { UUID("patient_id", "About whom; the reading is audited."), REQUIRED },
    { INTEGER("skip", 0, 10000, "Leave out so many rows: those that were shown.") },
    LIMIT_FIELD,
};
static const struct clinic_field report_row[] = {
    REPORT_ID_FIELD("Which."),
    { UUID("doctor_id", "By whom."), REQUIRED },
    { CHOICE("kind", report_kinds, "What it is."), REQUIRED },
    VERSION_FIELD,
    { CHOICE("status", report_states, "State of the newest version."), REQUIRED },
    { INSTANT("time", "When the newest version was written."), REQUIRED },
    { REPORT_TITLE_FIELD, REQUIRED },
    { INTEGER("attachments", 0, 20, "How many files."), REQUIRED },
};
ITEM(report_row_item, "report", report_row);
static const struct clinic_field report_list_reply[] = {
    { LIST("reports", report_row_item, 0, 100, "Newest first."), REQUIRED },
    MORE_FIELD,
};

static const struct clinic_field report_upload[] = {
    { UUID("patient_id", "Whose file; it is sealed with this patient's key."), REQUIRED },
    DIGEST_FIELD,
    FILE_BYTES_FIELD("bytes", "Size of the whole file."),
    MEDIA_TYPE_FIELD,
    { INTEGER("offset", 0, CHUNKED_FILE_BYTES, "Where this chunk begins: what `next` said."),
      REQUIRED },
    { BASE64("chunk", 4, CHUNK_BASE64_BYTES, "32 KiB of the file; the last chunk what is left."),
      REQUIRED },
};
static const struct clinic_field report_upload_reply[] = {
    { INTEGER("next", 0, CHUNKED_FILE_BYTES, "Where the next chunk begins."), REQUIRED },
    { BOOLEAN("complete", "The file is there and its digest is right."), REQUIRED },
};

static const struct clinic_field report_download[] = {
    REPORT_ID_FIELD("A report that has this file; the reading is audited."),
    DIGEST_FIELD,
    { INTEGER("offset", 0, CHUNKED_FILE_BYTES, "Where to begin."), REQUIRED },
};
static const struct clinic_field report_download_reply[] = {
    FILE_BYTES_FIELD("bytes", "Size of the whole file."),
    MEDIA_TYPE_FIELD,
    { BASE64("chunk", 4, CHUNK_BASE64_BYTES, "At most 32 KiB of it."), REQUIRED },
    { INTEGER("next", 0, CHUNKED_FILE_BYTES, "Where the next chunk begins."), REQUIRED },
};
