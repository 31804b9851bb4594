// What is known of patients stays where it belongs, and is gone when a patient is deleted.
#include "day.h"
#include "evidence.h"

#include <clinic/node.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Unlike anything else that is written, so that a search finds these or nothing. None of the
// later ones is part of an earlier one.
static const char *const secrets[] = {
    "Eulampia",    "Featherstonehaugh", // name
    "Vondervotte",                      // name before the update
    "x.feather",   "oldmill",           // e-mail, after and before
    "33698765432", "0698765432",        // phone, as stored and as typed
    "33611223344",                      // phone before the update
    "hexakosioi",                       // a precondition
    NULL,
};

enum { WITHIN_MS = 30000, ROUND_MS = 50 };

struct registered {
    char id[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
};

static void register_and_update(struct peer *desk, struct registered *ret_patient)
{
    peer_new_id(ret_patient->id);
    const cJSON *reply = peer_ask(
        desk, "patient/create",
        "{'patient_id':'%s','name':'Eulampia Vondervotte','birth_date':'1971-08-29',"
        "'email':'eulampia@oldmill.example','phone':'+33611223344','email_consent':'given',"
        "'sms_consent':'given','preconditions':['hexakosioihexekontahexaphobia']}",
        ret_patient->id);
    assert_accepted(reply);
    (void)snprintf(ret_patient->member_id, sizeof ret_patient->member_id, "%s",
                   clinic_json_text(clinic_json_member(reply, "data"), "member_id"));
    assert_accepted(peer_ask(desk, "patient/update",
                             "{'patient_id':'%s','expected_version':1,"
                             "'name':'Eulampia Featherstonehaugh','email':'x.feather@example.org',"
                             "'phone':'0698765432'}",
                             ret_patient->id));
    assert_accepted(peer_ask(desk, "patient/find", "{'text':'Featherstonehaugh'}"));
    assert_accepted(peer_ask(desk, "patient/read", "{'patient_id':'%s'}", ret_patient->id));
    assert_accepted(peer_ask(desk, "portal/read", "{'member_id':'%s','birth_date':'1971-08-29'}",
                             ret_patient->member_id));
}

static void delete_patient(struct peer *admin, const struct registered *patient)
{
    assert_accepted(peer_ask(admin, "patient/delete",
                             "{'patient_id':'%s','reason':'request','member_id':'%s','pin':'%s'}",
                             patient->id, patient->member_id, FIXTURE_PIN));
}

static void assert_none_on_disk(const struct fixture *fixture, const char *folder,
                                const char *const *words)
{
    char where[512];

    for (; *words != NULL; words++) {
        if (evidence_on_disk(fixture, folder, *words, where, sizeof where))
            fail_msg("%s holds %s", where, *words);
    }
}

static void assert_not_on_disk(const struct fixture *fixture, const char *folder)
{
    assert_none_on_disk(fixture, folder, secrets);
}

static bool is_conversation(const char *topic)
{
    return strncmp(topic, "clinic/request/", 15) == 0 || strncmp(topic, "clinic/reply/", 13) == 0;
}

static void assert_says_none(const struct peer_message *message, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strstr(message->payload, *words) != NULL)
            fail_msg("%s carries %s: %s", message->topic, *words, message->payload);
    }
}

// Requests and replies are for the one node; everything else must be fit for every reader.
static void assert_none_published(const struct peer *auditor, const char *const *words)
{
    const struct peer_message *message = NULL;

    for (size_t i = 0; (message = peer_message(auditor, i)) != NULL; i++) {
        if (!is_conversation(message->topic))
            assert_says_none(message, words);
    }
}

static void assert_not_published(const struct peer *auditor)
{
    assert_none_published(auditor, secrets);
}

static void events_notices_and_logs_never_say_who(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    struct registered patient;

    register_and_update(desk, &patient);
    (void)peer_expect(fixture->auditor, 0, "clinic/patient/created", patient.id);
    (void)peer_expect(fixture->auditor, 0, "clinic/patient/updated", patient.id);
    (void)peer_expect(fixture->auditor, 0, "clinic/reply/desk-1", "Featherstonehaugh");
    assert_not_published(fixture->auditor);
    assert_not_on_disk(fixture, "logs");
    delete_patient(desk, &patient);
}

static void a_deleted_patient_is_in_no_file(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    struct registered patient;
    char where[512];

    register_and_update(desk, &patient);
    assert_true(evidence_on_disk(fixture, "data", "Featherstonehaugh", where, sizeof where));
    delete_patient(desk, &patient);
    assert_not_on_disk(fixture, "");
    (void)peer_expect(fixture->auditor, 0, "clinic/patient/deleted", patient.id);
    assert_not_published(fixture->auditor);
    assert_rejected(peer_ask(desk, "patient/read", "{'patient_id':'%s'}", patient.id),
                    "patient.deleted");
}

static void a_deleted_patient_stays_away_after_a_restart(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    struct registered patient;

    register_and_update(desk, &patient);
    delete_patient(desk, &patient);
    (void)fixture_end_gateway(fixture, SIGKILL);
    assert_not_on_disk(fixture, "");
    fixture_start_gateway(fixture);
    assert_not_on_disk(fixture, "");
}

static void what_the_broker_retains_holds_no_name(void **state)
{
    struct fixture *fixture = *state;
    struct peer *desk = fixture_desk(fixture, "desk-1", "ada");
    struct registered patient;
    size_t retained = 0;
    const struct peer_message *message = NULL;

    register_and_update(desk, &patient);
    (void)peer_expect(fixture->auditor, 0, "clinic/patient/updated", patient.id);
    fixture_reconnect_auditor(fixture);
    (void)peer_expect(fixture->auditor, 0, "clinic/patient/updated", patient.id);
    for (size_t i = 0; (message = peer_message(fixture->auditor, i)) != NULL; i++) {
        retained += message->is_retained;
        assert_false(is_conversation(message->topic));
    }
    assert_true(retained >= 2);
    assert_not_published(fixture->auditor);
    delete_patient(desk, &patient);
}

// ---- everything at once

// What the day does not have: a reason for keeping a visit, and feedback without a name.
static const char *const more_secrets[] = { "oddurgency", "quietlyangry", NULL };

static void live_with_all_there_is(struct fixture *fixture, struct day *ret_day)
{
    char feedback[CLINIC_ID_TEXT_BYTES];

    day_begin(fixture, ret_day);
    day_register_patients(ret_day);
    day_hire(ret_day);
    day_book(ret_day);
    assert_accepted(peer_ask(ret_day->desk, "appointment/keep",
                             "{'appointment_id':'%s','override_reason':'oddurgency'}",
                             ret_day->visit));
    day_receive(ret_day);
    day_listen(ret_day);
    peer_new_id(feedback);
    assert_accepted(peer_ask(ret_day->kiosk, "feedback/submit",
                             "{'feedback_id':'%s','rating':1,'text':'quietlyangry',"
                             "'patient_id':'%s','anonymous':true}",
                             feedback, ret_day->regular.id));
    assert_accepted(peer_ask(ret_day->desk, "feedback/answer",
                             "{'feedback_id':'%s','text':'gratefully ours'}", feedback));
    day_write_up(ret_day);
    day_look(ret_day);
}

static void assert_all_on_disk(const struct fixture *fixture, const char *const *words)
{
    char where[512];

    for (; *words != NULL; words++) {
        if (!evidence_on_disk(fixture, "data", *words, where, sizeof where))
            fail_msg("nothing holds %s", *words);
    }
}

static void assert_forgotten(const struct fixture *fixture)
{
    assert_none_on_disk(fixture, "", day_secrets);
    assert_none_on_disk(fixture, "", more_secrets);
}

static void after_a_whole_day_deleted_patients_are_in_no_file_and_no_message(void **state)
{
    struct fixture *fixture = *state;
    struct day day;

    live_with_all_there_is(fixture, &day);
    assert_all_on_disk(fixture, day_secrets);
    assert_all_on_disk(fixture, more_secrets);
    assert_none_on_disk(fixture, "logs", day_secrets);
    day_erase(&day);
    assert_accepted(peer_ask(day.desk, "patient/delete",
                             "{'patient_id':'%s','reason':'request','member_id':'%s','pin':'%s'}",
                             day.regular.id, day.regular.member_id, FIXTURE_PIN));
    assert_forgotten(fixture);
    (void)peer_expect(fixture->auditor, 0, "clinic/patient/deleted", day.regular.id);
    assert_none_published(fixture->auditor, day_secrets);
    assert_none_published(fixture->auditor, more_secrets);
    (void)fixture_end_gateway(fixture, SIGKILL);
    fixture_start_gateway(fixture);
    assert_forgotten(fixture);
}

// ---- what waits in a node

static void on_reply(void *context, enum clinic_request_kind kind, const struct clinic_reply *reply)
{
    size_t *accepted = context;

    (void)kind;
    *accepted += reply->is_accepted;
}

static const struct clinic_node_handler handler = { .on_reply = on_reply };

static struct clinic_node *open_kiosk(const struct fixture *fixture, size_t *accepted)
{
    struct clinic_node *node = NULL;
    char problem[300] = "";

    if (clinic_node_open(fixture_path(fixture, "broker/nodes/kiosk-1"), "test", &handler, accepted,
                         &node, problem, sizeof problem)
        != CLINIC_OK)
        fail_msg("%s", problem);
    return node;
}

static void submit(struct clinic_node *node, const char *patient)
{
    cJSON *data = cJSON_CreateObject();

    assert_non_null(cJSON_AddStringToObject(data, "patient_id", patient));
    assert_non_null(cJSON_AddStringToObject(data, "name", "Eulampia Vondervotte"));
    assert_non_null(cJSON_AddStringToObject(data, "birth_date", "1931-10-31"));
    assert_non_null(cJSON_AddStringToObject(data, "email", "eulampia@oldmill.example"));
    assert_int_equal(clinic_node_submit(node, CLINIC_REQUEST_PATIENT_CREATE, data, NULL, NULL),
                     CLINIC_OK);
}

static void what_waits_in_an_outbox_is_sealed(void **state)
{
    struct fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];
    size_t accepted = 0;

    (void)fixture_end_gateway(fixture, SIGKILL);
    peer_new_id(patient);
    struct clinic_node *node = open_kiosk(fixture, &accepted);
    submit(node, patient);
    assert_not_on_disk(fixture, "broker/nodes/kiosk-1");
    clinic_node_close(node);
    assert_not_on_disk(fixture, "broker/nodes/kiosk-1");

    // It was there all the same: the next run of the program sends it.
    node = open_kiosk(fixture, &accepted);
    fixture_start_gateway(fixture);
    const int64_t deadline_ms = process_now_ms() + WITHIN_MS;
    while (accepted == 0 && process_now_ms() < deadline_ms)
        clinic_node_run(node, ROUND_MS);
    clinic_node_close(node);
    assert_int_equal(accepted, 1);
    assert_int_equal(evidence_events(fixture, patient), 1);
    assert_not_on_disk(fixture, "broker/nodes/kiosk-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(events_notices_and_logs_never_say_who),
        fixture_test(a_deleted_patient_is_in_no_file),
        fixture_test(a_deleted_patient_stays_away_after_a_restart),
        fixture_test(what_the_broker_retains_holds_no_name),
        fixture_test(after_a_whole_day_deleted_patients_are_in_no_file_and_no_message),
        fixture_test(what_waits_in_an_outbox_is_sealed),
    };
    return cmocka_run_group_tests_name("privacy", tests, fixture_setup, fixture_teardown);
}
