// The files of reports: sealed chunk by chunk, and whole after whatever happens to their writer.
#include <report/attachment_digest.h>

#include <fcntl.h>
#include <folder.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    CHUNK = ATTACHMENT_CHUNK_BYTES,
    SEALED = CHUNK + CLINIC_SEAL_OVERHEAD_BYTES,
    BYTES = 2 * CHUNK + 1000,
};

struct fixture {
    char folder[64];
    uint8_t clear[BYTES];
    struct attachment_file file;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    folder_make("attachment", fixture->folder, sizeof fixture->folder);
    for (size_t i = 0; i < BYTES; i++)
        fixture->clear[i] = (uint8_t)(i * 7 + i / CHUNK);
    fixture->file = (struct attachment_file){
        .folder = fixture->folder,
        .patient_id = { { 1, 2, 3 } },
        .bytes = BYTES,
        .key = { 4, 5, 6 },
    };
    clinic_digest(&(struct clinic_piece){ fixture->clear, BYTES }, 1, fixture->file.sha256);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    folder_remove(fixture->folder);
    free(fixture);
    return 0;
}

// ---- the file from outside

static void path_of(const struct fixture *fixture, char path[static 256])
{
    const int length = snprintf(path, 256, "%s/attachments/01020300-0000-0000-0000-000000000000/",
                                fixture->folder);

    for (size_t i = 0; i < CLINIC_DIGEST_BYTES; i++)
        (void)snprintf(path + length + 2 * i, 3, "%02x", fixture->file.sha256[i]);
}

static int open_raw(const struct fixture *fixture)
{
    char path[256];

    path_of(fixture, path);
    const int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    return fd;
}

static void cut(const struct fixture *fixture, off_t bytes)
{
    const int fd = open_raw(fixture);

    assert_int_equal(ftruncate(fd, bytes), 0);
    assert_int_equal(close(fd), 0);
}

static void flip(const struct fixture *fixture, off_t offset)
{
    uint8_t byte;
    const int fd = open_raw(fixture);

    assert_int_equal(pread(fd, &byte, 1, offset), 1);
    byte ^= 1;
    assert_int_equal(pwrite(fd, &byte, 1, offset), 1);
    assert_int_equal(close(fd), 0);
}

static int64_t measure(const struct fixture *fixture)
{
    int64_t bytes = -1;

    assert_int_equal(attachment_file_measure(&fixture->file, &bytes), CLINIC_OK);
    return bytes;
}

// Follows the file to its end and compares the digest.
static enum clinic_status check(const struct attachment_file *file)
{
    bool is_caught_up = false;
    enum clinic_status status = CLINIC_OK;

    while (status == CLINIC_OK && !is_caught_up)
        status = attachment_digest_follow(file, file->bytes, &is_caught_up);
    return status == CLINIC_OK ? attachment_digest_check(file) : status;
}

static void append_from(const struct fixture *fixture, int64_t offset)
{
    for (; offset < BYTES; offset += CHUNK)
        assert_int_equal(attachment_file_append(&fixture->file, offset, fixture->clear + offset),
                         CLINIC_OK);
}

static void assert_whole(const struct fixture *fixture)
{
    uint8_t chunk[CHUNK];

    assert_int_equal(measure(fixture), BYTES);
    assert_int_equal(check(&fixture->file), CLINIC_OK);
    for (int64_t offset = 0; offset < BYTES; offset += CHUNK) {
        assert_int_equal(attachment_file_read(&fixture->file, offset, chunk), CLINIC_OK);
        assert_memory_equal(chunk, fixture->clear + offset,
                            attachment_chunk_bytes(&fixture->file, offset));
    }
}

// ---- tests

static void what_is_written_comes_back(void **state)
{
    struct fixture *fixture = *state;
    struct stat about;
    char path[256];

    assert_int_equal(measure(fixture), 0);
    append_from(fixture, 0);
    assert_whole(fixture);
    assert_int_equal(attachment_file_sync(&fixture->file), CLINIC_OK);
    path_of(fixture, path);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(about.st_size, BYTES + 3 * CLINIC_SEAL_OVERHEAD_BYTES);
    for (int level = 0; level < 2; level++) {
        *strrchr(path, '/') = '\0';
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0700);
    }
}

static void sizes_at_the_edge_of_a_chunk_are_exact(void **state)
{
    static const int64_t sizes[] = { 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        fixture->file.bytes = sizes[i];
        clinic_digest(&(struct clinic_piece){ fixture->clear, (size_t)sizes[i] }, 1,
                      fixture->file.sha256);
        for (int64_t offset = 0; offset < sizes[i]; offset += CHUNK) {
            assert_int_equal(measure(fixture), offset);
            assert_int_equal(
                attachment_file_append(&fixture->file, offset, fixture->clear + offset), CLINIC_OK);
        }
        assert_int_equal(measure(fixture), sizes[i]);
        assert_int_equal(check(&fixture->file), CLINIC_OK);
    }
}

// Wherever the writer was killed, the last whole chunk is where it goes on.
static void a_torn_chunk_is_recognised_and_cut(void **state)
{
    static const struct {
        off_t left;
        int64_t next;
    } cases[] = {
        { 0, 0 },
        { 1, 0 },
        { SEALED - 1, 0 },
        { SEALED, CHUNK },
        { SEALED + 1, CHUNK },
        { SEALED + SEALED / 2, CHUNK },
        { 2 * SEALED - 1, CHUNK },
        { 2 * SEALED, INT64_C(2) * CHUNK },
        { 2 * SEALED + 1, INT64_C(2) * CHUNK },
        { BYTES + 3 * CLINIC_SEAL_OVERHEAD_BYTES - 1, INT64_C(2) * CHUNK },
        { BYTES + 3 * CLINIC_SEAL_OVERHEAD_BYTES, BYTES },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        append_from(fixture, 0);
        cut(fixture, cases[i].left);
        assert_int_equal(measure(fixture), cases[i].next);
        append_from(fixture, cases[i].next);
        assert_whole(fixture);
    }
}

static void a_file_that_is_too_long_counts_for_nothing(void **state)
{
    struct fixture *fixture = *state;

    append_from(fixture, 0);
    cut(fixture, BYTES + 3 * CLINIC_SEAL_OVERHEAD_BYTES + 1);
    assert_int_equal(measure(fixture), 0);
    append_from(fixture, 0);
    assert_whole(fixture);
}

static void every_flipped_byte_is_noticed(void **state)
{
    struct fixture *fixture = *state;
    uint8_t chunk[CHUNK];
    const off_t end = BYTES + 3 * CLINIC_SEAL_OVERHEAD_BYTES;

    append_from(fixture, 0);
    for (off_t offset = 0; offset < end; offset += offset < 2 * SEALED ? 9973 : 1) {
        const int64_t start = offset / SEALED * (int64_t)CHUNK;
        flip(fixture, offset);
        assert_int_equal(attachment_file_read(&fixture->file, start, chunk), CLINIC_DAMAGED);
        flip(fixture, offset);
    }
    flip(fixture, SEALED + 5);
    assert_int_equal(check(&fixture->file), CLINIC_DAMAGED);
    flip(fixture, SEALED + 5);
    assert_whole(fixture);
}

static void swapped_chunks_are_noticed(void **state)
{
    static uint8_t chunks[2][SEALED];
    uint8_t chunk[CHUNK];
    struct fixture *fixture = *state;

    append_from(fixture, 0);
    const int fd = open_raw(fixture);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pread(fd, chunks[i], SEALED, (off_t)i * SEALED), SEALED);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pwrite(fd, chunks[1 - i], SEALED, (off_t)i * SEALED), SEALED);
    assert_int_equal(close(fd), 0);
    assert_int_equal(attachment_file_read(&fixture->file, 0, chunk), CLINIC_DAMAGED);
    assert_int_equal(attachment_file_read(&fixture->file, CHUNK, chunk), CLINIC_DAMAGED);
    assert_int_equal(check(&fixture->file), CLINIC_DAMAGED);
}

// Cut at a chunk's edge, the rest must not pass for a smaller file.
static void a_file_cut_at_an_edge_is_no_smaller_file(void **state)
{
    struct fixture *fixture = *state;
    uint8_t chunk[CHUNK];

    append_from(fixture, 0);
    cut(fixture, 2 * SEALED);
    fixture->file.bytes = INT64_C(2) * CHUNK;
    assert_int_equal(measure(fixture), 2 * CHUNK);
    assert_int_equal(attachment_file_read(&fixture->file, 0, chunk), CLINIC_DAMAGED);
    assert_int_equal(check(&fixture->file), CLINIC_DAMAGED);
}

static void another_key_patient_or_file_opens_nothing(void **state)
{
    struct fixture *fixture = *state;
    uint8_t chunk[CHUNK];
    char from[256];
    char to[256];

    append_from(fixture, 0);
    fixture->file.key[0] ^= 1;
    assert_int_equal(attachment_file_read(&fixture->file, 0, chunk), CLINIC_DAMAGED);
    fixture->file.key[0] ^= 1;
    path_of(fixture, from);
    fixture->file.sha256[0] ^= 1;
    path_of(fixture, to);
    assert_int_equal(rename(from, to), 0);
    assert_int_equal(attachment_file_read(&fixture->file, 0, chunk), CLINIC_DAMAGED);
    fixture->file.patient_id.bytes[0] = 9;
    assert_int_equal(attachment_file_read(&fixture->file, 0, chunk), CLINIC_NOT_FOUND);
}

static void a_wrong_digest_is_found_at_the_end(void **state)
{
    struct fixture *fixture = *state;

    fixture->clear[CHUNK] ^= 1;
    append_from(fixture, 0);
    assert_int_equal(measure(fixture), BYTES);
    assert_int_equal(check(&fixture->file), CLINIC_DAMAGED);
}

// A chunk that is written again, since its transaction was decided twice, is the same chunk.
static void a_chunk_may_be_written_again(void **state)
{
    struct fixture *fixture = *state;

    append_from(fixture, 0);
    append_from(fixture, CHUNK);
    assert_whole(fixture);
}

// The limit on a process's files stands for the full disk: the write stops halfway as there.
static void a_full_disk_leaves_the_file_as_it_was(void **state)
{
    struct fixture *fixture = *state;
    struct rlimit before;

    assert_int_equal(attachment_file_append(&fixture->file, 0, fixture->clear), CLINIC_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = { SEALED + 100, before.rlim_max };
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const enum clinic_status status =
        attachment_file_append(&fixture->file, CHUNK, fixture->clear + CHUNK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, CLINIC_FULL);
    assert_int_equal(measure(fixture), CHUNK);
    append_from(fixture, CHUNK);
    assert_whole(fixture);
}

// Says a byte after each chunk.
static void write_until_killed(const struct fixture *fixture, int told)
{
    int64_t next;

    for (;;) {
        if (attachment_file_measure(&fixture->file, &next) != CLINIC_OK)
            _exit(1);
        if (next == BYTES)
            next = 0;
        if (attachment_file_append(&fixture->file, next, fixture->clear + next) != CLINIC_OK
            || write(told, "", 1) != 1)
            _exit(1);
    }
}

static void kill_after(const struct fixture *fixture, int chunks)
{
    int ends[2];
    int status;
    char byte;

    assert_int_equal(pipe(ends), 0);
    const pid_t writer = fork();
    assert_true(writer >= 0);
    if (writer == 0)
        write_until_killed(fixture, ends[1]);
    for (int i = 0; i < chunks; i++)
        assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(kill(writer, SIGKILL), 0);
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
}

static void a_killed_writer_can_always_be_followed(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < 40; i++) {
        kill_after(fixture, i);
        append_from(fixture, measure(fixture));
        assert_whole(fixture);
    }
}

static void removing_twice_is_no_error(void **state)
{
    struct fixture *fixture = *state;
    uint8_t chunk[CHUNK];

    append_from(fixture, 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(attachment_file_remove(&fixture->file), CLINIC_OK);
    assert_int_equal(measure(fixture), 0);
    assert_int_equal(attachment_file_read(&fixture->file, 0, chunk), CLINIC_NOT_FOUND);
    append_from(fixture, 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(attachment_folder_remove(fixture->folder, &fixture->file.patient_id),
                         CLINIC_OK);
    assert_int_equal(measure(fixture), 0);
}

// ---- the digest of what comes in

static void a_digest_follows_the_chunks_as_they_come(void **state)
{
    struct fixture *fixture = *state;
    bool is_caught_up = false;

    for (int64_t offset = 0; offset < BYTES; offset += CHUNK) {
        assert_int_equal(attachment_file_append(&fixture->file, offset, fixture->clear + offset),
                         CLINIC_OK);
        assert_int_equal(attachment_digest_follow(&fixture->file, measure(fixture), &is_caught_up),
                         CLINIC_OK);
        assert_true(is_caught_up);
    }
    assert_int_equal(attachment_digest_check(&fixture->file), CLINIC_OK);
    // It is forgotten then: nothing has been followed.
    assert_int_equal(attachment_digest_check(&fixture->file), CLINIC_DAMAGED);
}

static void a_file_that_is_begun_anew_is_digested_anew(void **state)
{
    struct fixture *fixture = *state;
    bool is_caught_up;

    fixture->clear[5] ^= 1;
    append_from(fixture, 0);
    assert_int_equal(attachment_digest_follow(&fixture->file, INT64_C(2) * CHUNK, &is_caught_up),
                     CLINIC_OK);
    fixture->clear[5] ^= 1;
    cut(fixture, 0);
    assert_int_equal(attachment_file_append(&fixture->file, 0, fixture->clear), CLINIC_OK);
    assert_int_equal(attachment_digest_follow(&fixture->file, CHUNK, &is_caught_up), CLINIC_OK);
    append_from(fixture, CHUNK);
    assert_whole(fixture);
}

// What was forgotten is caught up with in steps: nobody waits for 64 MiB.
static void a_forgotten_digest_is_caught_up_with_step_by_step(void **state)
{
    enum { LARGE_BYTES = 3 * ATTACHMENT_STEP_BYTES + 100 };
    struct fixture *fixture = *state;
    struct attachment_file *file = &fixture->file;
    uint8_t *bytes = calloc(1, LARGE_BYTES);
    bool is_caught_up = false;

    assert_non_null(bytes);
    memset(bytes + LARGE_BYTES / 2, 7, 1000);
    file->bytes = LARGE_BYTES;
    clinic_digest(&(struct clinic_piece){ bytes, LARGE_BYTES }, 1, file->sha256);
    for (int64_t offset = 0; offset < LARGE_BYTES; offset += CHUNK)
        assert_int_equal(attachment_file_append(file, offset, bytes + offset), CLINIC_OK);
    for (int step = 0; step < 4; step++) {
        assert_int_equal(attachment_digest_follow(file, LARGE_BYTES, &is_caught_up), CLINIC_OK);
        assert_int_equal(is_caught_up, step == 3);
    }
    assert_int_equal(attachment_digest_check(file), CLINIC_OK);
    free(bytes);
}

static void more_files_than_places_take_the_oldest_place(void **state)
{
    struct fixture *fixture = *state;
    struct attachment_file others = fixture->file;
    bool is_caught_up;

    append_from(fixture, 0);
    assert_int_equal(attachment_digest_follow(&fixture->file, BYTES, &is_caught_up), CLINIC_OK);
    for (int i = 0; i < ATTACHMENT_DIGESTS_MAX; i++) {
        others.sha256[0] = (uint8_t)(fixture->file.sha256[0] + 1 + i);
        assert_int_equal(attachment_digest_follow(&others, 0, &is_caught_up), CLINIC_OK);
    }
    assert_int_equal(attachment_digest_check(&fixture->file), CLINIC_DAMAGED);
    assert_whole(fixture);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_comes_back),
        TEST(sizes_at_the_edge_of_a_chunk_are_exact),
        TEST(a_torn_chunk_is_recognised_and_cut),
        TEST(a_file_that_is_too_long_counts_for_nothing),
        TEST(every_flipped_byte_is_noticed),
        TEST(swapped_chunks_are_noticed),
        TEST(a_file_cut_at_an_edge_is_no_smaller_file),
        TEST(another_key_patient_or_file_opens_nothing),
        TEST(a_wrong_digest_is_found_at_the_end),
        TEST(a_chunk_may_be_written_again),
        TEST(a_full_disk_leaves_the_file_as_it_was),
        TEST(a_killed_writer_can_always_be_followed),
        TEST(removing_twice_is_no_error),
        TEST(a_digest_follows_the_chunks_as_they_come),
        TEST(a_file_that_is_begun_anew_is_digested_anew),
        TEST(a_forgotten_digest_is_caught_up_with_step_by_step),
        TEST(more_files_than_places_take_the_oldest_place),
    };
    return cmocka_run_group_tests_name("attachment file", tests, NULL, NULL);
}
