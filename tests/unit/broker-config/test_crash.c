// Ends clinic-broker at each of its renames and looks at what is left.

#include "place.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { RENAMES_MAX = 200, FATAL = 99 };

static int renames_left = -1; // until the end; negative: none
static bool ends_after;

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

int __wrap_rename(const char *from, const char *to)
{
    if (renames_left != 0) {
        renames_left -= renames_left > 0 ? 1 : 0;
        return __real_rename(from, to);
    }
    if (ends_after)
        (void)__real_rename(from, to); // its result dies with us
    (void)raise(SIGKILL);
    return -1;
}

// A process dies here, not the machine: the disk need not be waited for.
int __wrap_fsync(int descriptor);
int __wrap_fsync(int descriptor)
{
    (void)descriptor;
    return 0;
}

// True if the command came to its end before its n-th rename.
static bool run_until(struct place *place, const char *const *arguments, int renames)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        renames_left = renames;
        _exit(place_run(place, arguments) == COMMANDS_DONE ? 0 : FATAL);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGKILL);
        return false;
    }
    assert_int_equal(WEXITSTATUS(status), 0);
    return true;
}

struct deed {
    const char *command[12];
    const char *again[12];   // what a person types after the crash; NULL: the same
    const char *lets_refuse; // the rerun may say this: it was done already
    void (*expect)(struct place *place);
};

static void expect_desk_2(struct place *place)
{
    assert_int_equal(RUN(place, "list"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, "desk-2 "));
    assert_non_null(strstr(place_read(place, "broker/acl"), "user desk-2\n"));
}

static void expect_desk_1(struct place *place)
{
    assert_non_null(strstr(place_read(place, "broker/acl"), "user desk-1\n"));
}

static void expect_no_kiosk(struct place *place)
{
    assert_int_equal(RUN(place, "list"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, "kiosk    revoked"));
    assert_null(strstr(place_read(place, "broker/acl"), "kiosk-1"));
}

static const struct deed deeds[] = {
    { { "add", "desk-2", "--role", "desk" }, { NULL }, "desk-2\" already", expect_desk_2 },
    { { "renew", "desk-1" }, { NULL }, NULL, expect_desk_1 },
    { { "renew", "desk-1", "--new-key" }, { "renew", "desk-1" }, NULL, expect_desk_1 },
    { { "renew", "broker" }, { NULL }, NULL, expect_desk_1 },
    { { "revoke", "kiosk-1" }, { NULL }, NULL, expect_no_kiosk },
};

static void finish(struct place *place, const struct deed *deed)
{
    const enum commands_status status =
        place_run(place, deed->again[0] == NULL ? deed->command : deed->again);
    if (status != COMMANDS_DONE
        && (deed->lets_refuse == NULL || strstr(place->err, deed->lets_refuse) == NULL))
        fail_msg("%s after a crash: %s", deed->command[0], place->err);
    deed->expect(place);
    if (RUN(place, "check") != COMMANDS_DONE)
        fail_msg("%s after a crash: %s", deed->command[0], place->out);
}

// Returns how many renames it has.
static int crash_everywhere(struct place *place, const struct deed *deed)
{
    for (int renames = 0; renames < RENAMES_MAX; renames++) {
        place_put_back(place);
        const bool is_whole = run_until(place, deed->command, renames);
        finish(place, deed);
        if (is_whole)
            return renames;
    }
    fail_msg("%s never came to its end", deed->command[0]);
    return 0;
}

static void a_change_ended_at_any_rename_is_completed_by_a_rerun(void **state)
{
    ends_after = false;
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++)
        assert_true(crash_everywhere(*state, &deeds[i]) > 3);
}

static const char *const init[] = { "init", "--name", "clinic.local", "--site",
                                    "main", "--user", "root",         NULL };

static void expect_initialised(struct place *place)
{
    const enum commands_status status = place_run(place, init);
    assert_true(status == COMMANDS_DONE
                || strstr(place->err, "already holds a certificate authority") != NULL);
    if (RUN(place, "check") != COMMANDS_DONE)
        fail_msg("init after a crash: %s", place->out);
    assert_null(strstr(place->out, "interrupted"));
    assert_int_equal(RUN(place, "add", "desk-1", "--role", "desk"), COMMANDS_DONE);
}

static void an_init_ended_at_any_rename_is_completed_by_a_rerun(void **state)
{
    (void)state;
    bool is_whole = false;
    int renames = 0;
    for (; !is_whole && renames < RENAMES_MAX; renames++) {
        void *place = NULL;
        assert_int_equal(place_make(&place), 0);
        ends_after = renames % 2 == 1;
        is_whole = run_until(place, init, renames);
        expect_initialised(place);
        assert_int_equal(place_remove(&place), 0);
    }
    assert_true(is_whole && renames > 15);
}

// Nothing that a crash leaves is a certificate that is let in and that nobody knows of.
static void what_an_interrupted_add_has_issued_is_revoked(void **state)
{
    static const char *const add[] = { "add", "desk-2", "--role", "desk", NULL };
    struct place *place = *state;
    ends_after = false;
    for (int renames = 0; !place_has(place, "nodes/desk-2/node.crt"); renames++) {
        place_put_back(place);
        assert_false(run_until(place, add, renames));
    }
    assert_null(strstr(place_read(place, "nodes.ini"), "desk-2"));
    assert_int_equal(RUN(place, "check"), COMMANDS_DONE);
    assert_non_null(strstr(place->out, "nodes/desk-2 belongs to no node"));

    assert_int_equal(RUN(place, "revoke", "kiosk-1"), COMMANDS_DONE); // any other change
    const char *ledger = place_read(place, "ca/issued");
    size_t issued = 0;
    for (const char *at = strstr(ledger, " desk-2 "); at != NULL; at = strstr(at + 1, " desk-2 ")) {
        assert_int_not_equal(at[strlen(" desk-2 ")], '-');
        issued++;
    }
    assert_true(issued > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_ended_at_any_rename_is_completed_by_a_rerun),
        cmocka_unit_test(an_init_ended_at_any_rename_is_completed_by_a_rerun),
        cmocka_unit_test(what_an_interrupted_add_has_issued_is_revoked),
    };
    return cmocka_run_group_tests(tests, place_make_clinic, place_remove);
}
