// What a node that has been broken into can do: nothing but what its own role may, and it is written down.
#include "evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOT_AUTHORIZED = 0x87 };

// ---- what the broker refuses

static void assert_broker_refuses(struct fixture *fixture, const char *node, const char *topic,
                                  const char *payload)
{
    struct peer *peer = fixture_peer(fixture, node);
    char line[256];

    (void)snprintf(line, sizeof line, "Denied PUBLISH from %s", node);
    const size_t before = evidence_lines(fixture, "logs/broker.log", line);
    peer_catch_up(fixture->auditor);
    const size_t mark = peer_mark(fixture->auditor);

    assert_int_equal(peer_publish(peer, topic, payload, strlen(payload), false), NOT_AUTHORIZED);
    evidence_wait_lines(fixture, "logs/broker.log", line, before + 1);
    peer_catch_up(fixture->auditor);
    assert_int_equal(peer_count(fixture->auditor, mark, topic, payload), 0);
}

static void a_request_in_the_name_of_another_node_is_refused(void **state)
{
    assert_broker_refuses(*state, "kiosk-1", "clinic/request/desk-1/patient/create", "{}");
}

static void an_event_of_a_node_is_refused(void **state)
{
    assert_broker_refuses(*state, "desk-1", "clinic/patient/deleted", "{'forged':'event'}");
}

static void a_reply_of_a_node_is_refused(void **state)
{
    assert_broker_refuses(*state, "desk-2", "clinic/reply/desk-1", "{'status':'accepted'}");
}

static void the_status_of_another_node_is_refused(void **state)
{
    assert_broker_refuses(*state, "kiosk-1", "clinic/node/gateway/status", "{'state':'offline'}");
}

static void a_scale_that_searches_patients_is_refused(void **state)
{
    assert_broker_refuses(*state, "scale-1", "clinic/request/scale-1/patient/find", "{}");
}

// ---- what the gateway refuses

// The newest rows of the audit hold this access of the node.
static void assert_audited(struct peer *admin, const char *node, const char *action,
                           const char *outcome)
{
    const cJSON *reply = peer_ask(admin, "audit/read", "{'node':'%s'}", node);
    const cJSON *row = NULL;

    assert_accepted(reply);
    const cJSON *rows = clinic_json_member(clinic_json_member(reply, "data"), "rows");
    cJSON_ArrayForEach(row, rows)
    {
        if (strcmp(clinic_json_text(row, "action"), action) == 0
            && strcmp(clinic_json_text(row, "outcome"), outcome) == 0)
            return;
    }
    fail_msg("no %s of %s with %s in the audit", action, node, outcome);
}

static void a_scale_that_the_broker_lets_search_is_refused_by_the_gateway(void **state)
{
    struct fixture *fixture = *state;
    struct peer *admin = fixture_desk(fixture, "desk-1", "ada");
    struct peer *scale = fixture_peer(fixture, "scale-2");

    assert_rejected(peer_ask(scale, "patient/find", "{'text':'a'}"), "forbidden");
    assert_audited(admin, "scale-2", "patient/find", "forbidden");
}

static void a_role_in_the_payload_has_no_effect(void **state)
{
    struct fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    fixture_add_staff(fixture, "rosa", "reception");
    struct peer *rosa = fixture_desk(fixture, "desk-2", "rosa");
    const cJSON *reply = fixture_register(rosa, "Role Play", patient);
    (void)snprintf(member_id, sizeof member_id, "%s",
                   clinic_json_text(clinic_json_member(reply, "data"), "member_id"));

    assert_rejected(peer_ask(rosa, "patient/delete",
                             "{'patient_id':'%s','reason':'error','member_id':'%s','pin':'%s',"
                             "'role':'admin'}",
                             patient, member_id, FIXTURE_PIN),
                    "invalid.unknown-field");
    assert_rejected(peer_ask(rosa, "patient/delete",
                             "{'patient_id':'%s','reason':'error','member_id':'%s','pin':'%s'},"
                             "'role':'admin'",
                             patient, member_id, FIXTURE_PIN),
                    "invalid.unknown-field");
    assert_accepted(peer_ask(rosa, "patient/read", "{'patient_id':'%s'}", patient));
}

static void somebody_who_is_no_admin_cannot_delete(void **state)
{
    struct fixture *fixture = *state;
    struct peer *admin = fixture_desk(fixture, "desk-1", "ada");
    char patient[CLINIC_ID_TEXT_BYTES];
    char member_id[16];

    fixture_add_staff(fixture, "rolf", "reception");
    struct peer *rolf = fixture_desk(fixture, "desk-2", "rolf");
    const cJSON *reply = fixture_register(rolf, "Still Here", patient);
    (void)snprintf(member_id, sizeof member_id, "%s",
                   clinic_json_text(clinic_json_member(reply, "data"), "member_id"));

    assert_rejected(peer_ask(rolf, "patient/delete",
                             "{'patient_id':'%s','reason':'error','member_id':'%s','pin':'%s'}",
                             patient, member_id, FIXTURE_PIN),
                    "forbidden");
    assert_audited(admin, "desk-2", "patient/delete", "forbidden");
    assert_accepted(peer_ask(rolf, "patient/read", "{'patient_id':'%s'}", patient));
}

static void without_a_session_a_desk_sees_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct peer *admin = fixture_desk(fixture, "desk-1", "ada");
    struct peer *desk = fixture_peer(fixture, "desk-2");

    assert_rejected(peer_ask(desk, "patient/find", "{'text':'a'}"), "session.required");
    assert_audited(admin, "desk-2", "patient/find", "session.required");
}

static void the_session_of_another_node_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct peer *admin = fixture_desk(fixture, "desk-1", "ada");
    struct peer *thief = fixture_peer(fixture, "desk-2");

    peer_set_session(thief, peer_session(admin));
    assert_rejected(peer_ask(thief, "patient/find", "{'text':'a'}"), "session.expired");
    assert_audited(admin, "desk-2", "patient/find", "session.expired");
}

static void a_replayed_request_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    char patient[CLINIC_ID_TEXT_BYTES];
    char id[CLINIC_ID_TEXT_BYTES];
    static const char format[] = "{'patient_id':'%s','name':'Once Only','birth_date':'1961-12-30'}";

    peer_new_id(patient);
    peer_new_id(id);
    assert_accepted(peer_ask_as(desk, id, "patient/create", format, patient));
    const size_t events = evidence_events(fixture, "clinic.patient");
    assert_accepted(peer_ask_as(desk, id, "patient/create", format, patient));
    assert_int_equal(evidence_events(fixture, "clinic.patient"), events);
}

static void a_replayed_request_with_other_contents_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    char patient[CLINIC_ID_TEXT_BYTES];
    char id[CLINIC_ID_TEXT_BYTES];

    peer_new_id(patient);
    peer_new_id(id);
    assert_accepted(peer_ask_as(desk, id, "patient/create",
                                "{'patient_id':'%s','name':'First','birth_date':'1962-01-02'}",
                                patient));
    assert_rejected(peer_ask_as(desk, id, "patient/create",
                                "{'patient_id':'%s','name':'Second','birth_date':'1962-01-02'}",
                                patient),
                    "request.mismatch");
    assert_audited(desk, "desk-1", "patient/create", "request.mismatch");
}

static void a_request_that_another_node_replays_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    struct peer *thief = fixture_peer(fixture, "desk-2");
    char patient[CLINIC_ID_TEXT_BYTES];
    char id[CLINIC_ID_TEXT_BYTES];

    peer_set_session(thief, peer_session(desk));
    peer_new_id(patient);
    peer_new_id(id);
    static const char format[] = "{'patient_id':'%s','name':'Mine','birth_date':'1962-01-03'}";
    assert_accepted(peer_ask_as(desk, id, "patient/create", format, patient));
    assert_rejected(peer_ask_as(thief, id, "patient/create", format, patient), "request.mismatch");
    assert_audited(desk, "desk-2", "patient/create", "request.mismatch");
}

static void five_wrong_pins_lock_the_account(void **state)
{
    struct fixture *fixture = *state;
    struct peer *admin = fixture_desk(fixture, "desk-1", "ada");
    struct peer *desk = fixture_peer(fixture, "desk-2");

    fixture_add_staff(fixture, "lola", "reception");
    for (int i = 0; i < 5; i++)
        assert_rejected(peer_ask(desk, "staff/sign-in", "{'name':'lola','pin':'000%d'}", i),
                        "sign-in.failed");
    assert_rejected(peer_ask(desk, "staff/sign-in", "{'name':'lola','pin':'%s'}", FIXTURE_PIN),
                    "sign-in.locked");
    assert_audited(admin, "desk-2", "staff/sign-in", "sign-in.failed");
    assert_audited(admin, "desk-2", "staff/sign-in", "sign-in.locked");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_request_in_the_name_of_another_node_is_refused),
        fixture_test(an_event_of_a_node_is_refused),
        fixture_test(a_reply_of_a_node_is_refused),
        fixture_test(the_status_of_another_node_is_refused),
        fixture_test(a_scale_that_searches_patients_is_refused),
        fixture_test(a_scale_that_the_broker_lets_search_is_refused_by_the_gateway),
        fixture_test(a_role_in_the_payload_has_no_effect),
        fixture_test(somebody_who_is_no_admin_cannot_delete),
        fixture_test(without_a_session_a_desk_sees_nothing),
        fixture_test(the_session_of_another_node_is_refused),
        fixture_test(a_replayed_request_changes_nothing),
        fixture_test(a_replayed_request_with_other_contents_is_refused),
        fixture_test(a_request_that_another_node_replays_is_refused),
        fixture_test(five_wrong_pins_lock_the_account),
    };
    return cmocka_run_group_tests_name("intruders", tests, fixture_setup, fixture_teardown);
}
