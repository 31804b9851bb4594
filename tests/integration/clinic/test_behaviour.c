// What a clinic may expect of patients' records and of a gateway that dies, over the real broker.
#include "evidence.h"

#include <clinic/node.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { WITHIN_MS = 30000, ROUND_MS = 50, ATTEMPTS = 6, QUEUED = 3 };

static int64_t count_active_patients(struct peer *manager)
{
    int64_t count = -1;
    const cJSON *reply =
        peer_ask(manager, "analytics/read", "{'from':'2026-01-01','to':'2026-01-02'}");

    assert_accepted(reply);
    assert_true(clinic_json_integer(clinic_json_member(reply, "data"), "active_patients", &count));
    return count;
}

static void one_request_sent_three_times_makes_one_patient_and_one_welcome(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    const int64_t patients = count_active_patients(desk);
    const int64_t messages =
        evidence_sql(fixture, "SELECT count(*) FROM message WHERE audience = 'patient'");
    char patient[CLINIC_ID_TEXT_BYTES];
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16] = "";

    peer_new_id(patient);
    peer_new_id(id);
    for (int i = 0; i < 3; i++) {
        const cJSON *reply = peer_ask_as(
            desk, id, "patient/create",
            "{'patient_id':'%s','name':'Three Times','birth_date':'1984-06-11'}", patient);
        assert_accepted(reply);
        const char *given = clinic_json_text(clinic_json_member(reply, "data"), "member_id");
        if (i == 0)
            (void)snprintf(member_id, sizeof member_id, "%s", given);
        assert_string_equal(given, member_id);
    }
    assert_int_equal(evidence_events(fixture, patient), 1);
    assert_int_equal(count_active_patients(desk), patients + 1);
    assert_int_equal(
        evidence_sql(fixture, "SELECT count(*) FROM message WHERE audience = 'patient'"),
        messages + 1);
}

static void of_two_desks_that_edit_one_version_one_wins(void **state)
{
    struct fixture *fixture = *state;
    struct peer *first = fixture_desk(fixture, "desk-1", "ada");
    struct peer *second = fixture_desk(fixture, "desk-2", "ada");
    char patient[CLINIC_ID_TEXT_BYTES];

    (void)fixture_register(first, "Two Editors", patient);
    assert_accepted(peer_ask(first, "patient/update",
                             "{'patient_id':'%s','expected_version':1,'email':'one@example.org'}",
                             patient));
    const cJSON *reply =
        peer_ask(second, "patient/update",
                 "{'patient_id':'%s','expected_version':1,'email':'two@example.org'}", patient);
    assert_rejected(reply, "stale_version");

    // The loser is given the record as it is now, to decide again.
    char *text = cJSON_PrintUnformatted(clinic_json_member(reply, "data"));
    assert_non_null(strstr(text, "one@example.org"));
    cJSON_free(text);
    assert_accepted(peer_ask(second, "patient/update",
                             "{'patient_id':'%s','expected_version':2,'email':'two@example.org'}",
                             patient));
}

// ---- a node of the SDK, in this process

struct node_view {
    struct clinic_node *node;
    const char *wanted; // a subject
    size_t events;      // with that subject
    size_t accepted;
    size_t rejected;
};

static void on_event(void *context, const struct clinic_event *event)
{
    struct node_view *view = context;

    view->events += view->wanted != NULL && strstr(event->subject, view->wanted) != NULL;
}

static void on_reply(void *context, enum clinic_request_kind kind, const struct clinic_reply *reply)
{
    struct node_view *view = context;

    (void)kind;
    view->accepted += reply->is_accepted;
    view->rejected += !reply->is_accepted;
}

static const struct clinic_node_handler view_handler = { .on_event = on_event,
                                                         .on_reply = on_reply };

static void open_view(const struct fixture *fixture, const char *node, struct node_view *view)
{
    char problem[300] = "";

    if (clinic_node_open(fixture_path(fixture, "broker/nodes/%s", node), "test", &view_handler,
                         view, &view->node, problem, sizeof problem)
        != CLINIC_OK)
        fail_msg("%s: %s", node, problem);
}

static void run_until(struct node_view *view, const size_t *count, size_t wanted)
{
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;

    while (*count < wanted) {
        if (process_now_ms() > deadline_ms)
            fail_msg("%zu instead of %zu", *count, wanted);
        clinic_node_run(view->node, ROUND_MS);
    }
}

// ---- the gateway dies after the commit, before the event and the reply leave

// Dies when it begins to force the write-ahead log to the disk: the commit is in the file by then.
static void kill_at_next_commit(struct fixture *fixture, struct process *strace)
{
    const char *log = "logs/strace.log";
    const size_t before = evidence_lines(fixture, log, "attached");
    char pid[16];

    (void)snprintf(pid, sizeof pid, "%d", fixture->gateway.pid);
    process_start(strace, fixture_path(fixture, "%s", log),
                  (const char *const[]){ "strace", "-f", "-p", pid, "-e", "trace=fdatasync", "-e",
                                         "inject=fdatasync:signal=SIGKILL:when=1", NULL });
    evidence_wait_lines(fixture, log, "attached", before + 1);
}

static bool die_after_commit(struct fixture *fixture, struct peer *desk, const char *id,
                             const char *patient)
{
    struct process strace = { 0 };
    char other[CLINIC_ID_TEXT_BYTES];
    int status = 0;

    // The first commit after a checkpoint forces the file twice; this one takes that upon itself.
    (void)fixture_register(desk, "Warm Up", other);
    kill_at_next_commit(fixture, &strace);
    (void)peer_send(desk, id, "patient/create",
                    "{'patient_id':'%s','name':'In Between','birth_date':'1977-07-07',"
                    "'is_distinct':true}",
                    patient);
    assert_true(process_wait(&fixture->gateway, WITHIN_MS, &status));
    (void)process_end(&strace, SIGTERM);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

    peer_catch_up(fixture->auditor);
    const bool is_committed =
        evidence_sql(fixture, "SELECT count(*) FROM event WHERE subject = 'patient/%s'", patient)
        > 0;
    return is_committed && peer_count(fixture->auditor, 0, "clinic/patient/created", patient) == 0;
}

static void an_event_that_was_committed_but_not_published_appears_once(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    struct node_view view = { 0 };
    bool is_in_between = false;

    open_view(fixture, "desk-2", &view);
    assert_int_equal(clinic_node_subscribe(view.node, CLINIC_PATIENT_CREATED, 0, false), CLINIC_OK);
    for (int i = 0; i < ATTEMPTS && !is_in_between; i++) {
        char patient[CLINIC_ID_TEXT_BYTES];
        char id[CLINIC_ID_TEXT_BYTES];
        peer_new_id(patient);
        peer_new_id(id);
        view.wanted = patient;
        view.events = 0;
        is_in_between = die_after_commit(fixture, desk, id, patient);
        fixture_start_gateway(fixture);
        // The node never got a reply, so it asks again.
        assert_accepted(peer_ask_as(desk, id, "patient/create",
                                    "{'patient_id':'%s','name':'In Between',"
                                    "'birth_date':'1977-07-07','is_distinct':true}",
                                    patient));
        run_until(&view, &view.events, 1);
        assert_int_equal(evidence_events(fixture, patient), 1);
        clinic_node_run(view.node, ROUND_MS);
        assert_int_equal(view.events, 1);
    }
    clinic_node_close(view.node);
    assert_true(is_in_between);
}

// ---- the gateway is away

static void submit(struct node_view *view, const char *patient, int number)
{
    cJSON *data = cJSON_CreateObject();
    char name[32];
    char birth_date[16];

    (void)snprintf(name, sizeof name, "Queued %d", number);
    (void)snprintf(birth_date, sizeof birth_date, "195%d-04-01", number);
    assert_non_null(cJSON_AddStringToObject(data, "patient_id", patient));
    assert_non_null(cJSON_AddStringToObject(data, "name", name));
    assert_non_null(cJSON_AddStringToObject(data, "birth_date", birth_date));
    assert_int_equal(
        clinic_node_submit(view->node, CLINIC_REQUEST_PATIENT_CREATE, data, NULL, NULL), CLINIC_OK);
}

static int64_t count_waiting(struct node_view *view)
{
    struct clinic_outbox_counts counts;

    clinic_outbox_count(clinic_node_outbox(view->node), &counts);
    return counts.waiting;
}

static void a_kiosk_queues_while_the_gateway_is_away_and_reconciles(void **state)
{
    struct fixture *fixture = *state;
    struct node_view view = { 0 };
    char patients[QUEUED][CLINIC_ID_TEXT_BYTES];

    (void)fixture_end_gateway(fixture, SIGKILL);
    open_view(fixture, "kiosk-1", &view);
    for (int i = 0; i < QUEUED; i++) {
        peer_new_id(patients[i]);
        submit(&view, patients[i], i);
        clinic_node_run(view.node, ROUND_MS);
    }
    assert_int_equal(count_waiting(&view), QUEUED);

    fixture_start_gateway(fixture);
    run_until(&view, &view.accepted, QUEUED);
    assert_int_equal(count_waiting(&view), 0);
    assert_int_equal(view.rejected, 0);
    clinic_node_close(view.node);
    for (int i = 0; i < QUEUED; i++)
        assert_int_equal(evidence_events(fixture, patients[i]), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(one_request_sent_three_times_makes_one_patient_and_one_welcome),
        fixture_test(of_two_desks_that_edit_one_version_one_wins),
        fixture_test(an_event_that_was_committed_but_not_published_appears_once),
        fixture_test(a_kiosk_queues_while_the_gateway_is_away_and_reconciles),
    };
    return cmocka_run_group_tests_name("behaviour", tests, fixture_setup, fixture_teardown);
}
