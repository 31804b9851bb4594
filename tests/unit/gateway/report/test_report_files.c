// Files of reports once they are there: which reports may name them, who reads them, and that a deletion leaves none.
#include "report_fixture.h"

#include <clinic/base64.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const enum clinic_request_kind UPDATE = CLINIC_REQUEST_REPORT_UPDATE;
static const enum clinic_request_kind DOWNLOAD = CLINIC_REQUEST_REPORT_DOWNLOAD;

enum { CHUNK = ATTACHMENT_CHUNK_BYTES };

static const int64_t HOUR_MS = 60 * 60 * 1000;

static void assert_download(struct report_fixture *fixture, const char *id,
                            const struct upload *upload)
{
    int64_t offset = 0;

    for (int chunks = 0; offset < upload->length; chunks++) {
        assert_accepted(fixture->services, DOWNLOAD,
                        "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":%lld}", id,
                        upload->sha256, (long long)offset);
        char expected[65536];
        const int64_t next = reply_next(fixture);
        assert_in_range(next - offset, 1, CHUNK);
        clinic_base64_encode(upload->bytes + offset, (size_t)(next - offset), expected);
        assert_string_equal(reply_text(fixture->services, "chunk"), expected);
        assert_string_equal(reply_text(fixture->services, "media_type"), "image/png");
        offset = next;
    }
    assert_int_equal(offset, upload->length);
}

static void a_file_goes_in_and_comes_out_whole(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    struct stat about;
    char path[256];
    char id[CLINIC_ID_TEXT_BYTES];

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    assert_int_equal(reply_next(fixture), 0); // begun; there is no file yet
    assert_false(upload_exists(fixture, &upload));
    for (int64_t offset = 0; offset < PICTURE_BYTES; offset += CHUNK) {
        assert_false(reply_is_complete(fixture));
        assert_int_equal(reply_next(fixture), offset);
        assert_true(upload_send(fixture, &upload, offset));
    }
    assert_true(reply_is_complete(fixture));
    assert_int_equal(reply_next(fixture), PICTURE_BYTES);
    upload_path(fixture, &upload, path);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_false(services_hold(fixture->services, "zebrapox-picture"));
    report_begin_with(fixture, &upload, id);
    assert_download(fixture, id, &upload);
}

// ---- what a report may name

static void a_report_names_only_files_that_are_there(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    char id[CLINIC_ID_TEXT_BYTES];
    char good[256];
    char path[256];

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    upload_reference(&upload, good);
    report_begin(fixture, "X-ray", "", id);
    assert_refused(fixture->services, CLINIC_CODE_ATTACHMENT_MISSING, UPDATE,
                   "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":[%s]}", id, good);
    assert_string_equal(fixture->services->reply.problem.field, "attachments[0]");
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, 0));
    assert_refused(fixture->services, CLINIC_CODE_ATTACHMENT_MISSING, UPDATE,
                   "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":[%s]}", id, good);
    upload_all(fixture, &upload);
    assert_refused(fixture->services, CLINIC_CODE_ATTACHMENT_MISMATCH, UPDATE,
                   "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":"
                   "[{\"sha256\":\"%s\",\"bytes\":%d,\"media_type\":\"image/jpeg\"}]}",
                   id, upload.sha256, PICTURE_BYTES);
    assert_refused(fixture->services, CLINIC_CODE_ATTACHMENT_MISMATCH, UPDATE,
                   "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":"
                   "[{\"sha256\":\"%s\",\"bytes\":%d,\"media_type\":\"image/png\"}]}",
                   id, upload.sha256, PICTURE_BYTES - 1);
    assert_refused(fixture->services, CLINIC_CODE_INVALID_FIELD, UPDATE,
                   "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":[%s,%s]}", id,
                   good, good);
    assert_accepted(fixture->services, UPDATE,
                    "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":[%s]}", id, good);
    upload_path(fixture, &upload, path);
    assert_int_equal(unlink(path), 0);
    assert_refused(fixture->services, CLINIC_CODE_ATTACHMENT_MISSING, UPDATE,
                   "{\"report_id\":\"%s\",\"expected_version\":2,\"title\":\"New\","
                   "\"attachments\":[%s]}",
                   id, good);
}

static void another_patients_file_is_no_file(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    char id[CLINIC_ID_TEXT_BYTES];
    char reference[256];

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    upload_reference(&upload, reference);
    upload_all(fixture, &upload);
    services_register(fixture->services, "Bo", "1990-01-01", fixture->patient_id);
    report_begin(fixture, "X-ray", "", id);
    assert_refused(fixture->services, CLINIC_CODE_ATTACHMENT_MISSING, UPDATE,
                   "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":[%s]}", id,
                   reference);
    assert_refused(fixture->services, CLINIC_CODE_NOT_FOUND, DOWNLOAD,
                   "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":0}", id, upload.sha256);
}

// ---- downloading

static void a_file_of_an_older_version_can_still_be_read(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    char id[CLINIC_ID_TEXT_BYTES];

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    upload_all(fixture, &upload);
    report_begin_with(fixture, &upload, id);
    assert_accepted(fixture->services, UPDATE,
                    "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":[]}", id);
    assert_download(fixture, id, &upload);
    assert_accepted(fixture->services, DOWNLOAD,
                    "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":%d}", id, upload.sha256,
                    CHUNK + 10);
    assert_int_equal(reply_next(fixture), 2 * CHUNK);
    assert_refused(fixture->services, CLINIC_CODE_INVALID_FIELD, DOWNLOAD,
                   "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":%d}", id, upload.sha256,
                   PICTURE_BYTES);
}

static int64_t count_audited(const struct report_fixture *fixture)
{
    return sql_number(fixture->services,
                      "SELECT count(*) FROM audit_access WHERE action = 'report/download'"
                      " AND subject = 'patient/%s' AND outcome = 'accepted'",
                      fixture->patient_id);
}

static void a_download_is_audited_once_wherever_it_begins(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    char id[CLINIC_ID_TEXT_BYTES];

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    upload_all(fixture, &upload);
    report_begin_with(fixture, &upload, id);
    assert_download(fixture, id, &upload);
    assert_int_equal(count_audited(fixture), 1);
    assert_download(fixture, id, &upload);
    assert_int_equal(count_audited(fixture), 2);
    // Somebody else at the same desk, in the middle of the file.
    services_as(fixture->services, CLINIC_STAFF_DOCTOR, "Dora", "1234");
    for (int i = 0; i < 2; i++) {
        assert_accepted(fixture->services, DOWNLOAD,
                        "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":%d}", id, upload.sha256,
                        CHUNK);
        assert_int_equal(count_audited(fixture), 3);
    }
    fixture->services->wall_ms += HOUR_MS;
    assert_accepted(fixture->services, DOWNLOAD,
                    "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":%d}", id, upload.sha256,
                    CHUNK);
    assert_int_equal(count_audited(fixture), 4);
}

static void a_damaged_file_is_never_served(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    char id[CLINIC_ID_TEXT_BYTES];
    char path[256];

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    upload_all(fixture, &upload);
    report_begin_with(fixture, &upload, id);
    upload_path(fixture, &upload, path);
    const int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "?", 1, 100), 1);
    assert_int_equal(close(fd), 0);
    assert_refused(fixture->services, CLINIC_CODE_INTERNAL, DOWNLOAD,
                   "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":0}", id, upload.sha256);
    assert_accepted(fixture->services, DOWNLOAD,
                    "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":%d}", id, upload.sha256,
                    CHUNK);
    assert_int_equal(unlink(path), 0);
    assert_refused(fixture->services, CLINIC_CODE_ATTACHMENT_MISSING, DOWNLOAD,
                   "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":0}", id, upload.sha256);
}

// ---- deletion

static void a_deletion_leaves_no_file(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload finished;
    struct upload unfinished;
    struct upload others;
    char id[CLINIC_ID_TEXT_BYTES];
    char folder[256];

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &finished);
    upload_init(fixture, upload_picture(), PICTURE_BYTES - 1, &unfinished);
    others = finished;
    services_register(fixture->services, "Bo", "1990-01-01", others.patient_id);
    upload_all(fixture, &finished);
    upload_all(fixture, &others);
    assert_true(upload_send(fixture, &unfinished, 0));
    assert_true(upload_send(fixture, &unfinished, 0));
    report_begin_with(fixture, &finished, id);
    assert_download(fixture, id, &finished);

    report_delete_patient(fixture);
    assert_false(upload_send(fixture, &unfinished, CHUNK));
    assert_string_equal(fixture->services->reply.problem.code, "patient.deleted");
    // The commit decides. The files follow, also where the gateway was away in between.
    assert_true(upload_exists(fixture, &finished));
    services_reopen(fixture->services);
    services_pass(fixture->services, 1000, 1000);
    (void)snprintf(folder, sizeof folder, "%s/attachments/%s", fixture->services->folder,
                   fixture->patient_id);
    assert_int_not_equal(access(folder, F_OK), 0);
    assert_true(upload_exists(fixture, &others));
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM attachment"), 1);
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM attachment_removal"), 0);
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM attachment_reading"), 0);
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM report_file"), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, report_open, report_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_goes_in_and_comes_out_whole),
        TEST(a_report_names_only_files_that_are_there),
        TEST(another_patients_file_is_no_file),
        TEST(a_file_of_an_older_version_can_still_be_read),
        TEST(a_download_is_audited_once_wherever_it_begins),
        TEST(a_damaged_file_is_never_served),
        TEST(a_deletion_leaves_no_file),
    };
    return cmocka_run_group_tests_name("report files", tests, NULL, NULL);
}
