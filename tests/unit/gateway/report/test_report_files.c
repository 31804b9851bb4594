// Files of reports: uploaded and read in pieces, by whom, how many, and gone when the patient is.
#include "report_fixture.h"

#include <report/base64.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const enum clinic_request_kind UPDATE = CLINIC_REQUEST_REPORT_UPDATE;
static const enum clinic_request_kind UPLOAD = CLINIC_REQUEST_REPORT_UPLOAD;
static const enum clinic_request_kind DOWNLOAD = CLINIC_REQUEST_REPORT_DOWNLOAD;

enum { CHUNK = ATTACHMENT_CHUNK_BYTES, BYTES = 2 * CHUNK + 1000 };

static const int64_t HOUR_MS = 60 * 60 * 1000;

// Not a repetition of anything that a test looks for.
static const uint8_t *picture(void)
{
    static uint8_t bytes[BYTES];

    for (size_t i = 0; i < BYTES; i++)
        bytes[i] = (uint8_t)(i * 31 + i / 997);
    memcpy(bytes + 500, "zebrapox-picture", 16);
    return bytes;
}

static bool exists(const struct report_fixture *fixture, const struct upload *upload)
{
    char path[256];

    upload_path(fixture, upload, path);
    return access(path, F_OK) == 0;
}

// A report that names the file; writes its id.
static void begin_with(struct report_fixture *fixture, const struct upload *upload,
                       char id[static CLINIC_ID_TEXT_BYTES])
{
    char reference[256];
    char more[300];

    upload_reference(upload, reference);
    (void)snprintf(more, sizeof more, ",\"attachments\":[%s]", reference);
    report_begin(fixture, "X-ray", more, id);
}

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
        base64_encode(upload->bytes + offset, (size_t)(next - offset), expected);
        assert_string_equal(reply_text(fixture->services, "chunk"), expected);
        assert_string_equal(reply_text(fixture->services, "media_type"), "image/png");
        offset = next;
    }
    assert_int_equal(offset, upload->length);
}

// ---- uploading

static void a_file_goes_in_and_comes_out_whole(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    struct stat about;
    char path[256];
    char id[CLINIC_ID_TEXT_BYTES];

    upload_init(fixture, picture(), BYTES, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    assert_int_equal(reply_next(fixture), 0); // begun; there is no file yet
    assert_false(exists(fixture, &upload));
    for (int64_t offset = 0; offset < BYTES; offset += CHUNK) {
        assert_false(reply_is_complete(fixture));
        assert_int_equal(reply_next(fixture), offset);
        assert_true(upload_send(fixture, &upload, offset));
    }
    assert_true(reply_is_complete(fixture));
    assert_int_equal(reply_next(fixture), BYTES);
    upload_path(fixture, &upload, path);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_false(services_hold(fixture->services, "zebrapox-picture"));
    begin_with(fixture, &upload, id);
    assert_download(fixture, id, &upload);
}

static void chunks_in_between_write_nothing_to_the_database(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;

    upload_init(fixture, picture(), BYTES, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    const int64_t changes = store_changes(fixture->services->store);
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, CHUNK));
    assert_int_equal(store_changes(fixture->services->store), changes);
}

static void any_chunk_finds_the_place_to_go_on(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;

    upload_init(fixture, picture(), BYTES, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, 0));
    assert_int_equal(reply_next(fixture), CHUNK);
    services_reopen(fixture->services);
    static const int64_t offsets[] = { 0, 0, 1, 2 * CHUNK, CHUNK - 1 };
    for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
        assert_true(upload_send(fixture, &upload, offsets[i]));
        assert_int_equal(reply_next(fixture), CHUNK);
        assert_false(reply_is_complete(fixture));
    }
    upload_all(fixture, &upload);
    assert_int_equal(reply_next(fixture), BYTES);
}

// The process died after it had written the last chunk, before the row said so.
static void a_file_that_is_whole_without_its_row_knowing_is_completed(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    char from[256];
    char aside[256];

    upload_init(fixture, picture(), BYTES, &upload);
    upload_all(fixture, &upload);
    upload_path(fixture, &upload, from);
    (void)snprintf(aside, sizeof aside, "%s/aside", fixture->services->folder);
    assert_int_equal(rename(from, aside), 0);
    assert_true(upload_send(fixture, &upload, 0)); // lost, so it begins again
    assert_int_equal(reply_next(fixture), CHUNK);
    assert_int_equal(rename(aside, from), 0);
    assert_int_equal(sql_number(fixture->services, "SELECT is_complete FROM attachment"), 0);
    assert_true(upload_send(fixture, &upload, 2 * CHUNK));
    assert_true(reply_is_complete(fixture));
    assert_int_equal(sql_number(fixture->services, "SELECT is_complete FROM attachment"), 1);
}

// As where a neighbour's refusal has the transaction decided a second time.
static void a_chunk_of_a_transaction_that_is_rolled_back_is_no_harm(void **state)
{
    struct report_fixture *fixture = *state;
    struct store *store = fixture->services->store;
    struct upload upload;
    char path[256];
    struct stat about;

    upload_init(fixture, picture(), BYTES, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, CHUNK));
    upload_path(fixture, &upload, path);
    assert_int_equal(stat(path, &about), 0);
    const struct ability *ability = services_find_ability(UPLOAD);
    char chunk[4 * CHUNK];
    base64_encode(upload.bytes + 2 * CHUNK, BYTES - 2 * CHUNK, chunk);
    cJSON *data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "patient_id", upload.patient_id);
    cJSON_AddStringToObject(data, "sha256", upload.sha256);
    cJSON_AddStringToObject(data, "media_type", "image/png");
    cJSON_AddNumberToObject(data, "bytes", BYTES);
    cJSON_AddNumberToObject(data, "offset", 2 * CHUNK);
    cJSON_AddStringToObject(data, "chunk", chunk);
    for (int i = 0; i < 3; i++) {
        struct clinic_request request = { .kind = UPLOAD, .data = data };
        struct clinic_reply reply = { 0 };
        struct decision decision = {
            .store = store,
            .site = &fixture->services->site,
            .caller = &fixture->services->caller,
            .request = &request,
            .now_ms = fixture->services->wall_ms,
            .reply = &reply,
        };
        assert_int_equal(store_begin(store), CLINIC_OK);
        assert_int_equal(ability->decide(&decision), CLINIC_OK);
        assert_true(clinic_json_boolean(reply.data, "complete", false));
        store_rollback(store);
        clinic_reply_done(&reply);
    }
    cJSON_Delete(data);
    assert_int_equal(sql_number(fixture->services, "SELECT is_complete FROM attachment"), 0);
    upload_all(fixture, &upload);
    assert_int_equal(sql_number(fixture->services, "SELECT is_complete FROM attachment"), 1);
}

static void what_is_there_is_complete_at_once(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;

    upload_init(fixture, picture(), BYTES, &upload);
    upload_all(fixture, &upload);
    const int64_t changes = store_changes(fixture->services->store);
    for (int64_t offset = 0; offset < BYTES; offset += CHUNK) {
        assert_true(upload_send(fixture, &upload, offset));
        assert_true(reply_is_complete(fixture));
        assert_int_equal(reply_next(fixture), BYTES);
    }
    assert_int_equal(store_changes(fixture->services->store), changes);
    // Another patient's copy is another file, under another key.
    services_register(fixture->services, "Bo", "1990-01-01", upload.patient_id);
    assert_false(exists(fixture, &upload));
    assert_true(upload_send(fixture, &upload, 0));
    assert_false(reply_is_complete(fixture));
}

static void a_wrong_digest_costs_the_file(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;

    upload_init(fixture, picture(), BYTES, &upload);
    upload.sha256[63] = upload.sha256[63] == '0' ? '1' : '0';
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, CHUNK));
    assert_false(upload_send(fixture, &upload, 2 * CHUNK));
    assert_string_equal(fixture->services->reply.problem.code, "attachment.mismatch");
    assert_false(exists(fixture, &upload));
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM attachment"), 0);
}

static void chunks_and_digests_of_another_form_are_refused(void **state)
{
    static const struct {
        const char *sha256;
        const char *chunk;
        const char *field;
    } cases[] = {
        { "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "AAA=", "chunk" },
        { "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "AAAAAA==", "chunk" },
        { "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "AAAB", "" },
        { "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg", "AAAA", "sha256" },
        { "..--..--..--..--..--..--..--..--..--..--..--..--..--..--..--..--", "AAAA", "sha256" },
    };
    struct report_fixture *fixture = *state;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        bool is_accepted = true;
        for (int turn = 0; turn < 2 && is_accepted; turn++)
            is_accepted =
                services_ask(fixture->services, UPLOAD,
                             "{\"patient_id\":\"%s\",\"sha256\":\"%s\",\"bytes\":%d,"
                             "\"media_type\":\"image/png\",\"offset\":0,\"chunk\":\"%s\"}",
                             fixture->patient_id, cases[i].sha256, 40, cases[i].chunk);
        assert_false(is_accepted);
        assert_string_equal(fixture->services->reply.problem.code, "invalid.field");
        if (cases[i].field[0] != '\0')
            assert_string_equal(fixture->services->reply.problem.field, cases[i].field);
    }
}

static void a_file_keeps_the_size_and_type_it_was_begun_with(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;

    upload_init(fixture, picture(), BYTES, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    upload.length = BYTES - 1;
    assert_false(upload_send(fixture, &upload, 0));
    assert_string_equal(fixture->services->reply.problem.code, "attachment.mismatch");
}

// ---- limits

static void a_node_has_only_so_many_unfinished_uploads(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;

    for (int64_t i = 0; i < 9; i++) {
        upload_init(fixture, picture(), 100 + i, &upload);
        assert_int_equal(upload_send(fixture, &upload, 0), i < 8);
    }
    assert_string_equal(fixture->services->reply.problem.code, "busy");
    assert_true(fixture->services->reply.is_temporary);
    upload_init(fixture, picture(), 100, &upload);
    upload_all(fixture, &upload);
    upload_init(fixture, picture(), 108, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    services_at(fixture->services, "desk-2", CLINIC_ROLE_DESK);
    upload_init(fixture, picture(), 109, &upload);
    assert_true(upload_send(fixture, &upload, 0));
}

static void an_upload_that_nobody_finishes_goes_after_a_day(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload finished;
    struct upload unfinished;

    upload_init(fixture, picture(), BYTES, &unfinished);
    upload_init(fixture, picture(), 1000, &finished);
    upload_all(fixture, &finished);
    assert_true(upload_send(fixture, &unfinished, 0));
    assert_true(upload_send(fixture, &unfinished, 0));
    services_pass(fixture->services, 24 * HOUR_MS, HOUR_MS);
    assert_true(exists(fixture, &unfinished));
    services_pass(fixture->services, 1000, 1000);
    assert_false(exists(fixture, &unfinished));
    assert_true(exists(fixture, &finished));
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM attachment"), 1);
}

// ---- what a report may name

static void a_report_names_only_files_that_are_there(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    char id[CLINIC_ID_TEXT_BYTES];
    char good[256];
    char path[256];

    upload_init(fixture, picture(), BYTES, &upload);
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
                   id, upload.sha256, BYTES);
    assert_refused(fixture->services, CLINIC_CODE_ATTACHMENT_MISMATCH, UPDATE,
                   "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":"
                   "[{\"sha256\":\"%s\",\"bytes\":%d,\"media_type\":\"image/png\"}]}",
                   id, upload.sha256, BYTES - 1);
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

    upload_init(fixture, picture(), BYTES, &upload);
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

    upload_init(fixture, picture(), BYTES, &upload);
    upload_all(fixture, &upload);
    begin_with(fixture, &upload, id);
    assert_accepted(fixture->services, UPDATE,
                    "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":[]}", id);
    assert_download(fixture, id, &upload);
    assert_accepted(fixture->services, DOWNLOAD,
                    "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":%d}", id, upload.sha256,
                    CHUNK + 10);
    assert_int_equal(reply_next(fixture), 2 * CHUNK);
    assert_refused(fixture->services, CLINIC_CODE_INVALID_FIELD, DOWNLOAD,
                   "{\"report_id\":\"%s\",\"sha256\":\"%s\",\"offset\":%d}", id, upload.sha256,
                   BYTES);
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

    upload_init(fixture, picture(), BYTES, &upload);
    upload_all(fixture, &upload);
    begin_with(fixture, &upload, id);
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

    upload_init(fixture, picture(), BYTES, &upload);
    upload_all(fixture, &upload);
    begin_with(fixture, &upload, id);
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

    upload_init(fixture, picture(), BYTES, &finished);
    upload_init(fixture, picture(), BYTES - 1, &unfinished);
    others = finished;
    services_register(fixture->services, "Bo", "1990-01-01", others.patient_id);
    upload_all(fixture, &finished);
    upload_all(fixture, &others);
    assert_true(upload_send(fixture, &unfinished, 0));
    assert_true(upload_send(fixture, &unfinished, 0));
    begin_with(fixture, &finished, id);
    assert_download(fixture, id, &finished);

    report_delete_patient(fixture);
    assert_false(upload_send(fixture, &unfinished, CHUNK));
    assert_string_equal(fixture->services->reply.problem.code, "patient.deleted");
    // The commit decides. The files follow, also where the gateway was away in between.
    assert_true(exists(fixture, &finished));
    services_reopen(fixture->services);
    services_pass(fixture->services, 1000, 1000);
    (void)snprintf(folder, sizeof folder, "%s/attachments/%s", fixture->services->folder,
                   fixture->patient_id);
    assert_int_not_equal(access(folder, F_OK), 0);
    assert_true(exists(fixture, &others));
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
        TEST(chunks_in_between_write_nothing_to_the_database),
        TEST(any_chunk_finds_the_place_to_go_on),
        TEST(a_file_that_is_whole_without_its_row_knowing_is_completed),
        TEST(a_chunk_of_a_transaction_that_is_rolled_back_is_no_harm),
        TEST(what_is_there_is_complete_at_once),
        TEST(a_wrong_digest_costs_the_file),
        TEST(chunks_and_digests_of_another_form_are_refused),
        TEST(a_file_keeps_the_size_and_type_it_was_begun_with),
        TEST(a_node_has_only_so_many_unfinished_uploads),
        TEST(an_upload_that_nobody_finishes_goes_after_a_day),
        TEST(a_report_names_only_files_that_are_there),
        TEST(another_patients_file_is_no_file),
        TEST(a_file_of_an_older_version_can_still_be_read),
        TEST(a_download_is_audited_once_wherever_it_begins),
        TEST(a_damaged_file_is_never_served),
        TEST(a_deletion_leaves_no_file),
    };
    return cmocka_run_group_tests_name("report files", tests, NULL, NULL);
}
