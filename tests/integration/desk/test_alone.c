// The command line where no program keeps the box's connection: each command connects by itself.
#include "box.h"
#include "evidence.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { AT_ONCE = 4, LONG_ENOUGH_MS = 30000 };

static int create(struct fixture *fixture, const char *name, const char *timeout_s)
{
    return DESK(fixture, "desk-1", "--timeout", timeout_s, "patient", "create", "--name", name,
                "--birth-date", "1980-02-29", "--is-distinct");
}

static void a_registered_patient_is_found_and_read(void **state)
{
    struct fixture *fixture = *state;
    box_sign_in(fixture, "desk-1");
    box_expect(create(fixture, "Ångström Łucja", "10"), ACCEPTED);
    assert_non_null(strstr(box_text(), "accepted as event "));
    const char *patient = box_value("patient id");
    const char *member = box_value("member id");

    box_expect(DESK(fixture, "desk-1", "patient", "find", "angstrom"), ACCEPTED);
    assert_non_null(strstr(box_text(), member));
    box_expect(DESK(fixture, "desk-1", "patient", "read", patient), ACCEPTED);
    assert_string_equal(box_value("name"), "Ångström Łucja");
    box_expect(DESK(fixture, "desk-1", "portal", "read", member, "--birth-date", "1980-02-29"),
               ACCEPTED);
    box_expect(
        DESK(fixture, "desk-1", "analytics", "read", "--from", "2026-01-01", "--to", "2026-12-31"),
        ACCEPTED);
    assert_non_null(strstr(box_text(), "active patients"));
    box_expect(DESK(fixture, "desk-1", "audit", "read", "--limit", "5"), ACCEPTED);
    assert_non_null(strstr(box_text(), "patient/read"));
}

static void an_update_removes_what_is_named_and_keeps_the_rest(void **state)
{
    struct fixture *fixture = *state;
    box_sign_in(fixture, "desk-1");
    box_expect(DESK(fixture, "desk-1", "patient", "create", "--name", "Mara Keep", "--birth-date",
                    "1971-01-02", "--email", "mara@example.org", "--phone", "+33639980001"),
               ACCEPTED);
    const char *patient = box_value("patient id");
    box_expect(DESK(fixture, "desk-1", "patient", "update", patient, "--expected-version", "1",
                    "--no-email", "--precondition", "asthma"),
               ACCEPTED);
    box_expect(DESK(fixture, "desk-1", "patient", "read", patient), ACCEPTED);
    assert_null(strstr(box_text(), "mara@example.org"));
    assert_string_equal(box_value("phone"), "+33639980001");
    assert_string_equal(box_value("preconditions"), "asthma");

    box_expect(DESK(fixture, "desk-1", "patient", "update", patient, "--expected-version", "1",
                    "--name", "Too Late"),
               REJECTED);
    assert_non_null(strstr(box_text(), "stale_version"));
    assert_non_null(strstr(box_text(), "Mara Keep")); // what it is now
}

static void erasing_asks_for_the_pin_again(void **state)
{
    struct fixture *fixture = *state;
    const char *wrong = fixture_path(fixture, "wrong-pin");
    FILE *file = fopen(wrong, "w");
    assert_non_null(file);
    assert_true(fputs("9999999\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    box_sign_in(fixture, "desk-1");
    box_expect(create(fixture, "Gone Soon", "10"), ACCEPTED);
    const char *patient = box_value("patient id");
    const char *member = box_value("member id");

    box_expect(DESK(fixture, "desk-1", "patient", "delete", patient, "--member-id", member,
                    "--reason", "request", "--pin-file", wrong),
               REJECTED);
    box_expect(DESK(fixture, "desk-1", "patient", "delete", patient, "--member-id", member,
                    "--reason", "request", "--pin-file", fixture_path(fixture, "pin")),
               ACCEPTED);
    box_expect(DESK(fixture, "desk-1", "patient", "read", patient), REJECTED);
}

static void an_admin_adds_staff_who_can_then_sign_in(void **state)
{
    struct fixture *fixture = *state;
    const char *pin = fixture_path(fixture, "pin");
    box_sign_in(fixture, "desk-1");
    box_expect(DESK(fixture, "desk-1", "staff", "create", "bea", "--role", "reception",
                    "--new-pin-file", pin, "--pin-file", pin),
               ACCEPTED);
    box_expect(DESK(fixture, "desk-2", "sign-in", "bea", "--pin-file", pin), ACCEPTED);
    assert_string_equal(box_value("role"), "reception");
    assert_null(strstr(box_text(), "session"));
    box_expect(DESK(fixture, "desk-2", "staff", "create", "cy", "--role", "admin", "--new-pin-file",
                    pin, "--pin-file", pin),
               REJECTED);
    assert_non_null(strstr(box_text(), "forbidden"));
}

static void the_session_ends_with_signing_out(void **state)
{
    struct fixture *fixture = *state;
    struct stat info;
    box_sign_in(fixture, "desk-1");
    assert_int_equal(stat(fixture_path(fixture, "broker/nodes/desk-1/state/session.json"), &info),
                     0);
    assert_int_equal(info.st_mode & 0777, 0600);
    box_expect(DESK(fixture, "desk-1", "sign-out"), ACCEPTED);
    box_expect(create(fixture, "Nobody Asks", "10"), REJECTED);
    assert_non_null(strstr(box_text(), "session"));
    // It was shown, so nothing of it is kept.
    box_expect(DESK(fixture, "desk-1", "outbox"), ACCEPTED);
    assert_string_equal(box_text(), "");
}

static void what_is_not_well_formed_is_refused_before_it_is_kept(void **state)
{
    struct fixture *fixture = *state;
    box_expect(
        DESK(fixture, "desk-1", "patient", "create", "--name", "A", "--birth-date", "1999-02-29"),
        USAGE);
    assert_non_null(strstr(box_text(), "--birth-date"));
    box_expect(DESK(fixture, "desk-1", "patient", "create", "--colour", "red"), USAGE);
    box_expect(DESK(fixture, "no-such-node", "status"), FAULT);
}

static void without_the_gateway_writes_wait_and_reads_do_not(void **state)
{
    struct fixture *fixture = *state;
    box_sign_in(fixture, "desk-1");
    (void)fixture_end_gateway(fixture, SIGKILL);
    box_expect(create(fixture, "Patience Waiting", "1"), QUEUED);
    box_expect(DESK(fixture, "desk-1", "--timeout", "1", "patient", "find", "x"), UNAVAILABLE);
    box_expect(DESK(fixture, "desk-1", "--timeout", "1", "status"), UNAVAILABLE);
    box_expect(DESK(fixture, "desk-1", "outbox"), ACCEPTED);
    assert_non_null(strstr(box_text(), "patient/create"));
    box_expect(DESK(fixture, "desk-1", "--timeout", "1", "flush"), QUEUED);

    size_t before = evidence_events(fixture, "clinic.patient.created");
    fixture_start_gateway(fixture);
    box_expect(DESK(fixture, "desk-1", "flush"), ACCEPTED);
    assert_int_equal(evidence_events(fixture, "clinic.patient.created"), before + 1);
    box_expect(DESK(fixture, "desk-1", "outbox"), ACCEPTED);
    assert_string_equal(box_text(), "");
}

static void without_the_broker_it_says_so(void **state)
{
    struct fixture *fixture = *state;
    box_sign_in(fixture, "desk-1");
    (void)fixture_end_broker(fixture, SIGTERM);
    box_expect(create(fixture, "Broker Away", "1"), QUEUED);
    assert_non_null(strstr(box_text(), "no connection to the broker"));
    box_expect(DESK(fixture, "desk-1", "--timeout", "1", "patient", "find", "x"), UNAVAILABLE);
    fixture_start_broker(fixture);
    box_expect(DESK(fixture, "desk-1", "flush"), ACCEPTED);
}

// A refusal that nobody waited for is kept until somebody has looked at it.
static void a_late_rejection_is_kept_until_it_is_dropped(void **state)
{
    struct fixture *fixture = *state;
    box_sign_in(fixture, "desk-1");
    box_expect(DESK(fixture, "desk-1", "sign-out"), ACCEPTED);
    (void)fixture_end_gateway(fixture, SIGKILL);
    box_expect(create(fixture, "Nobody Signed", "0"), QUEUED);
    fixture_start_gateway(fixture);
    const size_t from = peer_mark(fixture->auditor);
    box_expect(DESK(fixture, "desk-1", "flush"), REJECTED);
    (void)peer_expect(fixture->auditor, from, "clinic/node/desk-1/status", "\"rejected\":1");
    box_expect(DESK(fixture, "desk-1", "--json", "outbox"), ACCEPTED);
    assert_non_null(strstr(box_text(), "\"state\":\"rejected\""));

    char id[40] = "";
    const char *start = strstr(box_text(), "\"id\":\"");
    assert_non_null(start);
    (void)snprintf(id, sizeof id, "%.36s", start + 6);
    box_expect(DESK(fixture, "desk-1", "outbox", "drop", id), ACCEPTED);
    box_expect(DESK(fixture, "desk-1", "outbox", "drop", id), REJECTED);
    box_expect(DESK(fixture, "desk-1", "outbox"), ACCEPTED);
    assert_string_equal(box_text(), "");
}

static void commands_at_once_take_their_turn(void **state)
{
    struct fixture *fixture = *state;
    struct process processes[AT_ONCE];
    size_t before = evidence_events(fixture, "clinic.patient.created");
    box_sign_in(fixture, "desk-1");
    for (int i = 0; i < AT_ONCE; i++) {
        char name[40];
        (void)snprintf(name, sizeof name, "Turn Taker %d", i);
        START_DESK(fixture, &processes[i], "turn", "desk-1", "--timeout", "20", "patient", "create",
                   "--name", name, "--birth-date", "1966-06-06", "--is-distinct");
    }
    for (int i = 0; i < AT_ONCE; i++) {
        int status = -1;
        assert_true(process_wait(&processes[i], LONG_ENOUGH_MS, &status));
        assert_int_equal(WEXITSTATUS(status), ACCEPTED);
    }
    assert_int_equal(evidence_events(fixture, "clinic.patient.created"), before + AT_ONCE);
}

static void json_lines_end_with_done(void **state)
{
    struct fixture *fixture = *state;
    box_sign_in(fixture, "desk-1");
    box_expect(DESK(fixture, "desk-1", "--json", "patient", "create", "--name", "Jason Line",
                    "--birth-date", "1955-05-05"),
               ACCEPTED);
    assert_memory_equal(box_text(), "{\"queued\":\"", 11);
    assert_non_null(strstr(box_text(), "\n{\"reply\":{"));
    assert_non_null(strstr(box_text(), "\n{\"done\":\"accepted\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_registered_patient_is_found_and_read),
        fixture_test(an_update_removes_what_is_named_and_keeps_the_rest),
        fixture_test(erasing_asks_for_the_pin_again),
        fixture_test(an_admin_adds_staff_who_can_then_sign_in),
        fixture_test(the_session_ends_with_signing_out),
        fixture_test(what_is_not_well_formed_is_refused_before_it_is_kept),
        fixture_test(without_the_gateway_writes_wait_and_reads_do_not),
        fixture_test(without_the_broker_it_says_so),
        fixture_test(a_late_rejection_is_kept_until_it_is_dropped),
        fixture_test(commands_at_once_take_their_turn),
        fixture_test(json_lines_end_with_done),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
