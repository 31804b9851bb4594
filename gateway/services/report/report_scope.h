// report_scope.h - what the files of the report service share; nobody else includes it.
//
// Versions are appended, never overwritten: a draft becomes final; a draft after that becomes an amendment; and a
// report can be withdrawn as entered in error, which is its end.
#pragma once

#include "../service.h"
#include "attachment_file.h"

// ---- report.c

enum report_sql {
    REPORT_FIND,
    REPORT_FIND_VERSION,
    REPORT_LIST,
    REPORT_FIND_NOTICE,
    REPORT_FIND_FILE,
    REPORT_WRITE,
    REPORT_INSERT_VERSION,
    REPORT_INSERT_FILE,
    REPORT_WRITE_NOTICE,
    REPORT_DELETE_FILES,
    REPORT_DELETE_VERSIONS,
    REPORT_DELETE,
    REPORT_DELETE_NOTICE,
    ATTACHMENT_FIND,
    ATTACHMENT_INSERT,
    ATTACHMENT_COMPLETE,
    ATTACHMENT_DELETE,
    ATTACHMENT_COUNT_UNFINISHED,
    ATTACHMENT_FIND_DUE,
    ATTACHMENT_FIND_REPORT,
    ATTACHMENT_KEEP,
    ATTACHMENT_FORGET,
    REMOVAL_INSERT,
    REMOVAL_FIND,
    REMOVAL_DELETE,
    READING_FIND,
    READING_WRITE,
    READING_FORGET,
    REPORT_SQL_COUNT,
};
extern const char *const report_sql[REPORT_SQL_COUNT];

// ---- report_record.c

// Stored: never renumber, never reuse.
enum report_state {
    REPORT_DRAFT = 1,
    REPORT_FINAL = 2,
    REPORT_AMENDED = 3,
    REPORT_WITHDRAWN = 4,
    REPORT_STATE_COUNT,
};

struct report {
    struct clinic_id patient_id;
    int64_t newest;          // version
    int64_t released;        // newest released version; 0: never released
    enum report_state state; // of the newest version
    cJSON *record; // one version, as report/read gives it; the owner of the struct frees it
};

enum { REPORT_NEWEST = 0 };

// On CLINIC_OK the caller owns the record. CLINIC_NOT_FOUND: no such report, or no such version.
enum clinic_status report_load(struct store *store, const struct clinic_id *report_id,
                               int64_t version, struct report *ret_report);

// The same for the request's report_id, and names the patient as the decision's subject; refuses what is not there.
enum clinic_status report_load_asked(struct decision *decision, int64_t version,
                                     struct report *ret_report);

// As the catalogue calls it.
const char *report_state_name(enum report_state state);
enum report_state report_state_find(const char *name);

// Takes the record over into a member "report" of the reply.
enum clinic_status report_reply_record(struct decision *decision, struct report *report);

// ---- report_state.c: what can be done in which state

enum report_input {
    REPORT_UPDATE,
    REPORT_RELEASE,
    REPORT_WITHDRAW,
    REPORT_INPUT_COUNT,
};

// The state of the version that follows; false: nothing does.
bool report_step(const struct report *report, enum report_input input, enum report_state *ret_next);

// Loads the newest version, refuses one that is not `expected_version` (the reply holds the newest), and what cannot be
// done in its state.
enum clinic_status report_load_to_change(struct decision *decision, enum report_input input,
                                         struct report *ret_report, enum report_state *ret_next);

// ---- report_append.c

// What a new version says: the ids and the content of `record`, whatever its version and state.
struct report_version {
    const cJSON *record;
    struct clinic_id patient_id;
    int64_t version;
    enum report_state state;
    bool is_notice; // the patient is to be told
};

// Appends a ReportUpdated and fills in the reply.
enum clinic_status report_append(struct decision *decision, const struct report_version *version);

// ---- one file an action

enum clinic_status report_update(struct decision *decision);
enum clinic_status report_release(struct decision *decision);
enum clinic_status report_withdraw(struct decision *decision);
enum clinic_status report_read(struct decision *decision);
enum clinic_status report_list(struct decision *decision);
enum clinic_status report_upload(struct decision *decision);
enum clinic_status report_download(struct decision *decision);

// ---- attachment.c: what was uploaded, not part of the log

enum { MEDIA_TYPE_BYTES = 101 };

// So long an upload may take, and so long a complete file waits for a report that names it.
static const int64_t ATTACHMENT_UNFINISHED_MS = INT64_C(24) * 60 * 60 * 1000;
static const int64_t ATTACHMENT_UNNAMED_MS = INT64_C(3) * 24 * 60 * 60 * 1000;

struct attachment {
    struct attachment_file file;
    char media_type[MEDIA_TYPE_BYTES];
    bool is_complete;
};

// Reads the digest in a member "sha256"; false: not hexadecimal.
bool attachment_read_digest(const cJSON *object, uint8_t ret_sha256[static CLINIC_DIGEST_BYTES]);

// CLINIC_NOT_FOUND: never begun. The key in it is to be wiped by attachment_done().
enum clinic_status attachment_find(struct store *store, const struct clinic_id *patient_id,
                                   const uint8_t sha256[static CLINIC_DIGEST_BYTES],
                                   struct attachment *ret_attachment);
void attachment_done(struct attachment *attachment);

// Refuses a list of files of which one has not been uploaded, or is named with another size or media type.
enum clinic_status attachment_refuse_missing(struct decision *decision,
                                             const struct clinic_id *patient_id, const cJSON *list);

// What a file's failure means to who asked; logs what the operator must know.
enum clinic_status attachment_refuse_fault(struct decision *decision, enum clinic_status status);

enum clinic_status attachment_forget_patient(struct decision *decision,
                                             const struct clinic_id *patient_id,
                                             const struct clinic_id *cause);
enum clinic_status attachment_tend(struct decision *decision);

// ---- report_reactions.c

enum clinic_status report_keep(const struct reaction_scene *scene,
                               const struct clinic_event *event);
enum clinic_status report_erase(const struct reaction_scene *scene,
                                const struct clinic_event *event);
