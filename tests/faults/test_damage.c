// A database file that is not what the gateway wrote: it is set aside, loudly, and never served; a backup made while
// the gateway ran takes its place.
#include "dice.h"

#include <evidence.h>

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define RUN(...) process_must_run((const char *const[]){ __VA_ARGS__, NULL })

enum {
    PAGE_BYTES = 4096,
    HEADER_BYTES = 100,
    AT_VERSION = 60, // in the header: PRAGMA user_version
    PAGES_FLIPPED = 8,
    SERVE_REFUSED = 1,
    SERVE_DAMAGED = 3,
};

static char patient[CLINIC_ID_TEXT_BYTES]; // in the backup
static struct dice dice;

// ---- files

static int64_t size_of(const char *path)
{
    struct stat about;

    assert_int_equal(stat(path, &about), 0);
    return about.st_size;
}

static void write_at(const char *path, int64_t offset, const void *bytes, size_t length)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, length, offset), (ssize_t)length);
    assert_int_equal(close(fd), 0);
}

static void fill_random(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)dice_throw(&dice);
}

static const char *database(const struct fixture *fixture)
{
    return fixture_path(fixture, "data/clinic.db");
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

// Databases that were set aside, without their companions -wal and -shm; the last of them in ret_name.
static size_t count_set_aside(const struct fixture *fixture, char ret_name[256])
{
    static const char beginning[] = "clinic.db.damaged-";
    DIR *folder = opendir(fixture_path(fixture, "data"));
    size_t count = 0;

    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const char *digits = entry->d_name + strlen(beginning);
        if (strncmp(entry->d_name, beginning, strlen(beginning)) != 0
            || digits[strspn(digits, "0123456789")] != '\0')
            continue;
        (void)snprintf(ret_name, 256, "%s", entry->d_name);
        count++;
    }
    (void)closedir(folder);
    return count;
}

// ---- kinds of damage

static void zero_header(const char *path)
{
    static const uint8_t zeros[HEADER_BYTES];

    write_at(path, 0, zeros, sizeof zeros);
}

static void cut_in_half(const char *path)
{
    assert_int_equal(truncate(path, size_of(path) / 2 / PAGE_BYTES * PAGE_BYTES), 0);
}

static void cut_within_a_page(const char *path)
{
    assert_int_equal(truncate(path, size_of(path) - PAGE_BYTES / 2), 0);
}

static void empty(const char *path)
{
    assert_int_equal(truncate(path, 0), 0);
}

static void fill_with_garbage(const char *path)
{
    const size_t length = (size_t)size_of(path);
    uint8_t *bytes = malloc(length);

    assert_non_null(bytes);
    fill_random(bytes, length);
    write_at(path, 0, bytes, length);
    free(bytes);
}

static void garble_a_page(const char *path)
{
    uint8_t page[PAGE_BYTES];
    const int64_t number = dice_between(&dice, 0, size_of(path) / PAGE_BYTES - 1);

    fill_random(page, sizeof page);
    write_at(path, number * PAGE_BYTES, page, sizeof page);
    (void)printf("page %" PRId64 " of %" PRId64 "\n", number + 1, size_of(path) / PAGE_BYTES);
}

// SQLite's own check finds nothing here: only the chain over the log does.
static void alter_an_event(const char *path)
{
    char wanted[100];
    const size_t length = (size_t)size_of(path);
    char *bytes = malloc(length);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    (void)snprintf(wanted, sizeof wanted, "{\"patient_id\":\"%s\",\"provisional\":false}", patient);
    assert_true(bytes != NULL && fd >= 0);
    assert_int_equal(pread(fd, bytes, length, 0), (ssize_t)length);
    (void)close(fd);
    const char *found = memmem(bytes, length, wanted, strlen(wanted));
    assert_non_null(found);
    write_at(path, found - bytes + 1, "P", 1);
    free(bytes);
}

// ---- what the gateway does about it

static void register_somebody(struct peer *desk, char ret_patient_id[static CLINIC_ID_TEXT_BYTES])
{
    peer_new_id(ret_patient_id);
    assert_accepted(peer_ask(desk, "patient/create",
                             "{'patient_id':'%s','name':'Ana Silva','birth_date':'1990-04-02',"
                             "'is_distinct':true}",
                             ret_patient_id));
}

static void serve_until_it_ends(struct fixture *fixture, struct process_output *ret_output)
{
    fixture_run_gateway(fixture, ret_output, "serve", NULL);
}

static void assert_set_aside(struct fixture *fixture, const char *damaged_copy)
{
    static struct process_output output;
    char name[256];

    serve_until_it_ends(fixture, &output);
    (void)printf("%s", output.text);
    assert_int_equal(output.exit_code, SERVE_DAMAGED);
    assert_non_null(strstr(output.text, "the database is damaged"));
    assert_false(exists(database(fixture)));
    assert_int_equal(count_set_aside(fixture, name), 1);
    RUN("cmp", fixture_path(fixture, "data/%s", name), damaged_copy); // kept as it was found
}

static void assert_next_start_refuses(struct fixture *fixture)
{
    static struct process_output output;

    serve_until_it_ends(fixture, &output);
    (void)printf("%s", output.text);
    assert_int_equal(output.exit_code, SERVE_REFUSED);
    assert_non_null(strstr(output.text, "put a backup in place"));
    assert_false(exists(database(fixture)));
}

static void assert_restorable(struct fixture *fixture)
{
    RUN("sh", "-c", "rm \"$1\"/clinic.db.damaged-*", "sh", fixture_path(fixture, "data"));
    RUN("cp", fixture_path(fixture, "backup.db"), database(fixture));
    fixture_start_gateway(fixture);
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    assert_accepted(peer_ask(desk, "patient/read", "{'patient_id':'%s'}", patient));
    register_somebody(desk, (char[CLINIC_ID_TEXT_BYTES]){ 0 });
}

static void live_through(struct fixture *fixture, void (*damage)(const char *path))
{
    assert_int_equal(fixture_end_gateway(fixture, SIGTERM), 0);
    assert_false(exists(fixture_path(fixture, "data/clinic.db-wal")));
    peer_catch_up(fixture->auditor);
    const size_t mark = peer_mark(fixture->auditor);
    damage(database(fixture));
    RUN("cp", database(fixture), fixture_path(fixture, "damaged.db"));

    assert_set_aside(fixture, fixture_path(fixture, "damaged.db"));
    assert_next_start_refuses(fixture);
    peer_catch_up(fixture->auditor);
    assert_int_equal(peer_count(fixture->auditor, mark, NULL, "online"), 0);
    assert_restorable(fixture);
}

// ---- the tests

static int setup(void **state)
{
    static struct process_output output;
    uint64_t seed = 0;

    (void)fixture_setup(state);
    struct fixture *fixture = *state;
    const char *wanted = getenv("CLINIC_SEED");

    assert_int_equal(getrandom(&seed, 4, 0), 4);
    dice.state = wanted == NULL ? seed : strtoull(wanted, NULL, 10);
    (void)printf("CLINIC_SEED=%" PRIu64 "\n", dice.state);
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    for (int i = 0; i < 20; i++)
        register_somebody(desk, patient);
    fixture_must_run_gateway(fixture, &output, "backup", fixture_path(fixture, "backup.db"));
    return fixture_check(state);
}

static void a_zeroed_header_is_set_aside(void **state)
{
    live_through(*state, zero_header);
}

static void a_file_cut_in_half_is_set_aside(void **state)
{
    live_through(*state, cut_in_half);
}

static void a_file_cut_within_a_page_is_set_aside(void **state)
{
    live_through(*state, cut_within_a_page);
}

static void an_empty_file_is_set_aside(void **state)
{
    live_through(*state, empty);
}

static void garbage_is_set_aside(void **state)
{
    live_through(*state, fill_with_garbage);
}

static void a_garbled_page_is_set_aside(void **state)
{
    for (int i = 0; i < PAGES_FLIPPED; i++)
        live_through(*state, garble_a_page);
}

static void an_altered_event_is_set_aside(void **state)
{
    live_through(*state, alter_an_event);
}

// ---- while the gateway runs

// More than the gateway's page cache holds.
static void register_many(struct fixture *fixture)
{
    process_must_run((const char *const[]){ PROGRAM_FOLDER "/clinic-sim", "submit", "--folder",
                                            fixture_path(fixture, "broker/nodes/kiosk-1"),
                                            "--ledger", fixture_path(fixture, "kiosk-1.ledger"),
                                            "--count", "3000", "--rate", "0", NULL });
}

static void garble_all_but_the_first_page(const char *path)
{
    uint8_t page[PAGE_BYTES];

    fill_random(page, sizeof page);
    for (int64_t at = PAGE_BYTES; at < size_of(path); at += PAGE_BYTES)
        write_at(path, at, page, sizeof page);
}

// The next patient of the kiosk's ledger is asked for; false: the ledger is at its end.
static bool ask_for_next(struct peer *desk, FILE *ledger)
{
    char line[200];
    char id[CLINIC_ID_TEXT_BYTES];
    char known[CLINIC_ID_TEXT_BYTES];

    while (fgets(line, sizeof line, ledger) != NULL) {
        if (sscanf(line, "put %*s %*s %36s", known) != 1)
            continue;
        peer_new_id(id);
        assert_int_equal(peer_send(desk, id, "patient/read", "{'patient_id':'%s'}", known), 0);
        return true;
    }
    return false;
}

static int ask_until_gateway_ends(struct fixture *fixture, struct peer *desk)
{
    FILE *ledger = fopen(fixture_path(fixture, "kiosk-1.ledger"), "re");
    int status = 0;

    assert_non_null(ledger);
    while (!process_wait(&fixture->gateway, 1, &status)) {
        if (!ask_for_next(desk, ledger))
            fail_msg("the gateway has not noticed");
    }
    (void)fclose(ledger);
    return status;
}

static void damage_under_a_running_gateway_ends_it(void **state)
{
    static struct process_output output;
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    char name[256];

    register_many(fixture);
    const size_t mark = peer_mark(desk);
    garble_all_but_the_first_page(database(fixture));
    const int status = ask_until_gateway_ends(fixture, desk);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), SERVE_DAMAGED);
    peer_catch_up(desk);
    assert_int_equal(peer_count(desk, mark, NULL, "\"rejected\""), 0); // no wrong answers

    serve_until_it_ends(fixture, &output);
    assert_int_equal(output.exit_code, SERVE_DAMAGED);
    assert_int_equal(count_set_aside(fixture, name), 1);
    assert_next_start_refuses(fixture);
    assert_restorable(fixture);
}

// ---- a newer release

static void a_database_of_a_later_release_is_refused_untouched(void **state)
{
    static const uint8_t later[] = { 0, 0, 3, 0xE7 };
    static struct process_output output;
    struct fixture *fixture = *state;
    uint8_t version[sizeof later];

    assert_int_equal(fixture_end_gateway(fixture, SIGTERM), 0);
    const int fd = open(database(fixture), O_RDONLY | O_CLOEXEC);
    assert_int_equal(pread(fd, version, sizeof version, AT_VERSION), sizeof version);
    (void)close(fd);
    write_at(database(fixture), AT_VERSION, later, sizeof later);
    RUN("cp", "-a", fixture_path(fixture, "data"), fixture_path(fixture, "data-before"));

    static const char *const commands[] = { "serve", "verify", "rebuild", "status" };
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        fixture_run_gateway(fixture, &output, commands[i], NULL);
        assert_int_equal(output.exit_code, SERVE_REFUSED);
        assert_non_null(strstr(output.text, "later release"));
    }
    RUN("diff", "-r", fixture_path(fixture, "data-before"), fixture_path(fixture, "data"));
    write_at(database(fixture), AT_VERSION, version, sizeof version);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_zeroed_header_is_set_aside),
        fixture_test(a_file_cut_in_half_is_set_aside),
        fixture_test(a_file_cut_within_a_page_is_set_aside),
        fixture_test(an_empty_file_is_set_aside),
        fixture_test(garbage_is_set_aside),
        fixture_test(a_garbled_page_is_set_aside),
        fixture_test(an_altered_event_is_set_aside),
        fixture_test(damage_under_a_running_gateway_ends_it),
        fixture_test(a_database_of_a_later_release_is_refused_untouched),
    };
    return cmocka_run_group_tests_name("damage", tests, setup, fixture_teardown);
}
