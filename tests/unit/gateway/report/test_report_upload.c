// Files of reports on their way in: in pieces, after interruptions, within limits.
#include "report_fixture.h"

#include <clinic/base64.h>
#include <report/attachment_digest.h>
#include <vault.h>

#include <signal.h>
#include <sys/resource.h>

static const enum clinic_request_kind UPLOAD = CLINIC_REQUEST_REPORT_UPLOAD;

enum { CHUNK = ATTACHMENT_CHUNK_BYTES };

static const int64_t HOUR_MS = 60 * 60 * 1000;

static void chunks_in_between_write_nothing_to_the_database(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
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

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
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
    assert_int_equal(reply_next(fixture), PICTURE_BYTES);
}

// The process died after it had written the last chunk, before the row said so.
static void a_file_that_is_whole_without_its_row_knowing_is_completed(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    char from[256];
    char aside[256];

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
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

// Decides the last chunk in a transaction that does not come to its end; true: accepted as complete.
static bool send_last_and_roll_back(struct report_fixture *fixture, const struct upload *upload)
{
    enum { LAST = 2 * CHUNK };
    char chunk[4 * CHUNK];
    struct service_fixture *services = fixture->services;
    struct clinic_request request = { .kind = UPLOAD, .data = cJSON_CreateObject() };
    struct clinic_reply reply = { 0 };
    struct decision decision = services_decision(services, &request, &reply);

    clinic_base64_encode(upload->bytes + LAST, (size_t)(upload->length - LAST), chunk);
    assert_non_null(cJSON_AddStringToObject(request.data, "patient_id", upload->patient_id));
    assert_non_null(cJSON_AddStringToObject(request.data, "sha256", upload->sha256));
    assert_non_null(cJSON_AddStringToObject(request.data, "media_type", "image/png"));
    assert_non_null(cJSON_AddNumberToObject(request.data, "bytes", (double)upload->length));
    assert_non_null(cJSON_AddNumberToObject(request.data, "offset", LAST));
    assert_non_null(cJSON_AddStringToObject(request.data, "chunk", chunk));
    assert_int_equal(store_begin(services->store), CLINIC_OK);
    assert_int_equal(services_find_ability(UPLOAD)->decide(&decision), CLINIC_OK);
    store_rollback(services->store);
    const bool is_complete = clinic_json_boolean(reply.data, "complete", false);
    clinic_reply_done(&reply);
    clinic_request_done(&request);
    return is_complete;
}

// As where a neighbour's refusal has the transaction decided a second time.
static void a_chunk_of_a_transaction_that_is_rolled_back_is_no_harm(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    char reference[256];
    char id[CLINIC_ID_TEXT_BYTES];

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, CHUNK));
    for (int i = 0; i < 3; i++)
        assert_true(send_last_and_roll_back(fixture, &upload));
    // All bytes are there, but nobody was told so: no report may name the file yet.
    upload_reference(&upload, reference);
    report_begin(fixture, "X-ray", "", id);
    assert_refused(fixture->services, CLINIC_CODE_ATTACHMENT_MISSING, CLINIC_REQUEST_REPORT_UPDATE,
                   "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":[%s]}", id,
                   reference);
    upload_all(fixture, &upload);
    assert_accepted(fixture->services, CLINIC_REQUEST_REPORT_UPDATE,
                    "{\"report_id\":\"%s\",\"expected_version\":1,\"attachments\":[%s]}", id,
                    reference);
}

// The chunks as the process wrote them before it was started again: it has no digest of them.
static void write_as_before_a_restart(const struct report_fixture *fixture,
                                      const struct upload *upload, int64_t bytes)
{
    struct attachment_file file = { .folder = fixture->services->folder, .bytes = upload->length };
    const struct clinic_piece piece = { upload->bytes, (size_t)upload->length };

    assert_true(clinic_id_parse(upload->patient_id, &file.patient_id));
    clinic_digest(&piece, 1, file.sha256);
    assert_int_equal(vault_key(fixture->services->store, &file.patient_id, file.key), CLINIC_OK);
    for (int64_t offset = 0; offset < bytes; offset += CHUNK)
        assert_int_equal(attachment_file_append(&file, offset, upload->bytes + offset), CLINIC_OK);
}

// Nobody else waits for the digest of a large file: the node sends its last chunk again until it is there.
static void a_large_file_after_a_restart_is_completed_in_steps(void **state)
{
    enum { LARGE_BYTES = 2 * ATTACHMENT_STEP_BYTES, LAST = LARGE_BYTES - CHUNK };
    struct report_fixture *fixture = *state;
    struct upload upload;
    uint8_t *bytes = calloc(1, LARGE_BYTES);

    assert_non_null(bytes);
    upload_init(fixture, bytes, LARGE_BYTES, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    write_as_before_a_restart(fixture, &upload, LAST);
    assert_true(upload_send(fixture, &upload, LAST));
    assert_false(reply_is_complete(fixture));
    assert_int_equal(reply_next(fixture), LAST);
    assert_true(upload_send(fixture, &upload, LAST));
    assert_true(reply_is_complete(fixture));
    assert_int_equal(reply_next(fixture), LARGE_BYTES);
    free(bytes);
}

static void what_is_there_is_complete_at_once(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    upload_all(fixture, &upload);
    const int64_t changes = store_changes(fixture->services->store);
    for (int64_t offset = 0; offset < PICTURE_BYTES; offset += CHUNK) {
        assert_true(upload_send(fixture, &upload, offset));
        assert_true(reply_is_complete(fixture));
        assert_int_equal(reply_next(fixture), PICTURE_BYTES);
    }
    assert_int_equal(store_changes(fixture->services->store), changes);
    // Another patient's copy is another file, under another key.
    services_register(fixture->services, "Bo", "1990-01-01", upload.patient_id);
    assert_false(upload_exists(fixture, &upload));
    assert_true(upload_send(fixture, &upload, 0));
    assert_false(reply_is_complete(fixture));
}

static void a_wrong_digest_costs_the_file(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    upload.sha256[63] = upload.sha256[63] == '0' ? '1' : '0';
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, CHUNK));
    assert_false(upload_send(fixture, &upload, 2 * CHUNK));
    assert_string_equal(fixture->services->reply.problem.code, "attachment.mismatch");
    assert_false(upload_exists(fixture, &upload));
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

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    upload.length = PICTURE_BYTES - 1;
    assert_false(upload_send(fixture, &upload, 0));
    assert_string_equal(fixture->services->reply.problem.code, "attachment.mismatch");
}

// ---- limits

static void a_node_has_only_so_many_unfinished_uploads(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;

    for (int64_t i = 0; i < 9; i++) {
        upload_init(fixture, upload_picture(), 100 + i, &upload);
        assert_int_equal(upload_send(fixture, &upload, 0), i < 8);
    }
    assert_string_equal(fixture->services->reply.problem.code, "busy");
    assert_true(fixture->services->reply.is_temporary);
    upload_init(fixture, upload_picture(), 100, &upload);
    upload_all(fixture, &upload);
    upload_init(fixture, upload_picture(), 108, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    services_at(fixture->services, "desk-2", CLINIC_ROLE_DESK);
    upload_init(fixture, upload_picture(), 109, &upload);
    assert_true(upload_send(fixture, &upload, 0));
}

// The limit on a process's files stands for the full disk. A chunk writes nothing to the database.
static void a_full_disk_refuses_a_chunk_and_loses_nothing(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload upload;
    struct rlimit before;

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &upload);
    assert_true(upload_send(fixture, &upload, 0));
    assert_true(upload_send(fixture, &upload, 0));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = { CHUNK + 100, before.rlim_max };
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const bool is_accepted = upload_send(fixture, &upload, CHUNK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(is_accepted);
    assert_string_equal(fixture->services->reply.problem.code, "storage.full");
    assert_true(fixture->services->reply.is_temporary);
    assert_true(upload_send(fixture, &upload, 0));
    assert_int_equal(reply_next(fixture), CHUNK);
    upload_all(fixture, &upload);
}

static void an_upload_that_nobody_finishes_goes_after_a_day(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload finished;
    struct upload unfinished;

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &unfinished);
    upload_init(fixture, upload_picture(), 1000, &finished);
    upload_all(fixture, &finished);
    assert_true(upload_send(fixture, &unfinished, 0));
    assert_true(upload_send(fixture, &unfinished, 0));
    services_pass(fixture->services, 24 * HOUR_MS, HOUR_MS);
    assert_true(upload_exists(fixture, &unfinished));
    services_pass(fixture->services, 1000, 1000);
    assert_false(upload_exists(fixture, &unfinished));
    assert_true(upload_exists(fixture, &finished));
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM attachment"), 1);
}

static void a_file_that_no_report_names_goes_after_three_days(void **state)
{
    struct report_fixture *fixture = *state;
    struct upload named;
    struct upload unnamed;
    char report_id[CLINIC_ID_TEXT_BYTES];

    upload_init(fixture, upload_picture(), PICTURE_BYTES, &unnamed);
    upload_init(fixture, upload_picture(), 1000, &named);
    upload_all(fixture, &named);
    upload_all(fixture, &unnamed);
    report_begin_with(fixture, &named, report_id);
    services_pass(fixture->services, 72 * HOUR_MS, HOUR_MS);
    assert_true(upload_exists(fixture, &unnamed));
    services_pass(fixture->services, 2000, 1000);
    assert_false(upload_exists(fixture, &unnamed));
    services_pass(fixture->services, 72 * HOUR_MS, HOUR_MS);
    assert_true(upload_exists(fixture, &named));
    assert_int_equal(sql_number(fixture->services, "SELECT count(*) FROM attachment"), 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, report_open, report_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(chunks_in_between_write_nothing_to_the_database),
        TEST(any_chunk_finds_the_place_to_go_on),
        TEST(a_file_that_is_whole_without_its_row_knowing_is_completed),
        TEST(a_chunk_of_a_transaction_that_is_rolled_back_is_no_harm),
        TEST(a_large_file_after_a_restart_is_completed_in_steps),
        TEST(what_is_there_is_complete_at_once),
        TEST(a_wrong_digest_costs_the_file),
        TEST(chunks_and_digests_of_another_form_are_refused),
        TEST(a_file_keeps_the_size_and_type_it_was_begun_with),
        TEST(a_node_has_only_so_many_unfinished_uploads),
        TEST(a_full_disk_refuses_a_chunk_and_loses_nothing),
        TEST(an_upload_that_nobody_finishes_goes_after_a_day),
        TEST(a_file_that_no_report_names_goes_after_three_days),
    };
    return cmocka_run_group_tests_name("report upload", tests, NULL, NULL);
}
