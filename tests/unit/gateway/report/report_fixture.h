// report_fixture.h - a patient, a doctor, reports and files, for the tests of the report service.
#pragma once

#include "../service_fixture.h"

#include <report/attachment_file.h>

struct report_fixture {
    struct service_fixture *services;
    char patient_id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
    char doctor_id[CLINIC_ID_TEXT_BYTES];
};

// cmocka set-up and tear-down; Ada, an admin, is signed in.
int report_open(void **state);
int report_close(void **state);

void report_new_id(struct report_fixture *fixture, char ret_id[static CLINIC_ID_TEXT_BYTES]);

// Begins a report and writes its id; `more` is further JSON members with a leading comma, or empty.
void report_begin(struct report_fixture *fixture, const char *title, const char *more,
                  char ret_id[static CLINIC_ID_TEXT_BYTES]);

// The requests on a report at its version, accepted. `more` as above.
void report_autosave(struct report_fixture *fixture, const char *report_id, int version,
                     const char *text);
void report_release_it(struct report_fixture *fixture, const char *report_id, int version,
                       const char *more);

void report_delete_patient(struct report_fixture *fixture);

// How many ReportUpdated of the patient say that they are to be told.
int report_count_notices(struct report_fixture *fixture);

// ---- files

struct upload {
    const uint8_t *bytes;
    int64_t length;
    char patient_id[CLINIC_ID_TEXT_BYTES];
    char sha256[2 * CLINIC_DIGEST_BYTES + 1];
};

enum { PICTURE_BYTES = 2 * ATTACHMENT_CHUNK_BYTES + 1000 };

// PICTURE_BYTES that hold "zebrapox-picture".
const uint8_t *upload_picture(void);

void upload_init(const struct report_fixture *fixture, const uint8_t *bytes, int64_t length,
                 struct upload *ret_upload);

// Sends the chunk at `offset`; true: accepted.
bool upload_send(struct report_fixture *fixture, const struct upload *upload, int64_t offset);

// Of the last accepted upload or download.
int64_t reply_next(const struct report_fixture *fixture);
bool reply_is_complete(const struct report_fixture *fixture);

// Follows `next` from wherever it is until the file is complete.
void upload_all(struct report_fixture *fixture, const struct upload *upload);

// The file as a report names it, e.g. for a list.
void upload_reference(const struct upload *upload, char ret_json[static 256]);

// Where the file is.
void upload_path(const struct report_fixture *fixture, const struct upload *upload,
                 char ret_path[static 256]);
bool upload_exists(const struct report_fixture *fixture, const struct upload *upload);

// Begins a report that names the file, and writes its id.
void report_begin_with(struct report_fixture *fixture, const struct upload *upload,
                       char ret_id[static CLINIC_ID_TEXT_BYTES]);
