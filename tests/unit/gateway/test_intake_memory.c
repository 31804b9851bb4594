// What is remembered of a request: its answer, whose it was, and for how long.
#include "intake_fixture.h"

#include <stdio.h>

static void the_same_request_three_times_makes_one_patient(void **state)
{
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");
    char member_id[16];

    const struct clinic_reply *reply = ask(bench, "kiosk-1", &request);
    assert_true(reply->is_accepted);
    (void)snprintf(member_id, sizeof member_id, "%s", clinic_json_text(reply->data, "member_id"));
    for (int i = 0; i < 2; i++) {
        reply = ask(bench, "kiosk-1", &request);
        assert_true(reply->is_accepted);
        assert_string_equal(clinic_json_text(reply->data, "member_id"), member_id);
        assert_int_equal(reply->sequence, 1);
    }
    assert_int_equal(event_log_head(bench->store), 1);
    assert_int_equal(bench->committed, 1);
    clinic_request_done(&request);
}

static void an_id_cannot_be_used_for_something_else(void **state)
{
    struct bench *bench = *state;
    struct clinic_request first = make_patient(bench, "Ana Lima", "1990-04-02");
    struct clinic_request other = make_patient(bench, "Bo Chen", "1985-01-30");
    other.id = first.id;

    assert_true(ask(bench, "kiosk-1", &first)->is_accepted);
    assert_rejected(ask(bench, "kiosk-1", &other), CLINIC_CODE_REQUEST_MISMATCH);
    // Nor by another node: it is not told what the first one was answered.
    const struct clinic_reply *reply = ask(bench, "desk-1", &first);
    assert_rejected(reply, CLINIC_CODE_REQUEST_MISMATCH);
    assert_null(reply->data);
    clinic_request_done(&first);
    clinic_request_done(&other);
}

static void a_forgotten_request_is_refused_when_it_is_replayed(void **state)
{
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");

    assert_true(ask(bench, "kiosk-1", &request)->is_accepted);
    bench->wall_ms += INT64_C(86400000) * (MEMORY_KEPT_DAYS + 1);
    intake_prune(bench->intake);
    assert_rejected(ask(bench, "kiosk-1", &request), CLINIC_CODE_REQUEST_EXPIRED);
    assert_int_equal(event_log_head(bench->store), 1);

    // The clock of the node fell back, but its ids did not: a new request is none of the old ones.
    struct clinic_request later = make_patient(bench, "Bo Chen", "1985-01-30");
    assert_true(ask(bench, "kiosk-1", &later)->is_accepted);
    clinic_request_done(&request);
    clinic_request_done(&later);
}

static void within_the_time_nothing_is_forgotten(void **state)
{
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");

    assert_true(ask(bench, "kiosk-1", &request)->is_accepted);
    bench->wall_ms += INT64_C(86400000) * (MEMORY_KEPT_DAYS - 1);
    intake_prune(bench->intake);
    assert_true(ask(bench, "kiosk-1", &request)->is_accepted);
    assert_int_equal(event_log_head(bench->store), 1);
    clinic_request_done(&request);
}

static void erase(struct bench *bench, const char *session, const char *patient_id,
                  const char *member_id)
{
    struct clinic_request request = make(bench, CLINIC_REQUEST_PATIENT_DELETE);

    (void)snprintf(request.session, sizeof request.session, "%s", session);
    cJSON_AddStringToObject(request.data, "patient_id", patient_id);
    cJSON_AddStringToObject(request.data, "member_id", member_id);
    cJSON_AddStringToObject(request.data, "pin", "2718281");
    cJSON_AddStringToObject(request.data, "reason", "request");
    assert_true(ask(bench, "desk-1", &request)->is_accepted);
    clinic_request_done(&request);
}

static void the_remembered_reply_is_forgotten_with_the_patient(void **state)
{
    struct bench *bench = *state;
    char session[CLINIC_SESSION_BYTES], member_id[16];
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");

    const struct clinic_reply *reply = ask(bench, "kiosk-1", &request);
    (void)snprintf(member_id, sizeof member_id, "%s", clinic_json_text(reply->data, "member_id"));
    sign_in(bench, CLINIC_STAFF_ADMIN, session);
    erase(bench, session, clinic_json_text(request.data, "patient_id"), member_id);
    assert_rejected(ask(bench, "kiosk-1", &request), CLINIC_CODE_PATIENT_DELETED);
    clinic_request_done(&request);
}

static const struct clinic_reply *ask_desk(struct bench *bench, const char *session,
                                           enum clinic_request_kind kind, const char *data)
{
    struct clinic_request request = make(bench, kind);

    cJSON_Delete(request.data);
    request.data = cJSON_Parse(data);
    (void)snprintf(request.session, sizeof request.session, "%s", session);
    const struct clinic_reply *reply = ask(bench, "desk-1", &request);
    clinic_request_done(&request);
    return reply;
}

// The visit that was to be at that time is still to be closed. Its answer can no longer be sealed.
static void a_deleted_patients_visit_can_still_be_closed(void **state)
{
    static const char visit[] = "019f0000-0000-7000-8000-0000000000a1";
    struct bench *bench = *state;
    char session[CLINIC_SESSION_BYTES], member_id[16], text[400];
    struct clinic_request patient = make_patient(bench, "Ana Lima", "1990-04-02");
    const char *patient_id = clinic_json_text(patient.data, "patient_id");

    const struct clinic_reply *reply = ask(bench, "kiosk-1", &patient);
    (void)snprintf(member_id, sizeof member_id, "%s", clinic_json_text(reply->data, "member_id"));
    sign_in(bench, CLINIC_STAFF_ADMIN, session);
    assert_true(
        ask_desk(bench, session, CLINIC_REQUEST_DOCTOR_CREATE,
                 "{\"doctor_id\":\"019f0000-0000-7000-8000-0000000000d1\",\"name\":\"Dr. Gray\","
                 "\"specialty\":\"Surgery\",\"slot_minutes\":30}")
            ->is_accepted);
    (void)snprintf(text, sizeof text,
                   "{\"appointment_id\":\"%s\",\"patient_id\":\"%s\","
                   "\"doctor_id\":\"019f0000-0000-7000-8000-0000000000d1\","
                   "\"start\":\"2026-11-18T20:00\",\"override_reason\":\"late\"}",
                   visit, patient_id);
    assert_true(ask_desk(bench, session, CLINIC_REQUEST_APPOINTMENT_SCHEDULE, text)->is_accepted);
    bench->wall_ms += INT64_C(11) * 60 * 60 * 1000;
    erase(bench, session, patient_id, member_id);

    struct clinic_request request = make(bench, CLINIC_REQUEST_APPOINTMENT_CLOSE);
    (void)snprintf(request.session, sizeof request.session, "%s", session);
    cJSON_AddStringToObject(request.data, "appointment_id", visit);
    cJSON_AddStringToObject(request.data, "outcome", "no-show");
    for (int i = 0; i < 2; i++)
        assert_true(ask(bench, "desk-1", &request)->is_accepted);
    clinic_request_done(&request);
    clinic_request_done(&patient);
}

// The intake takes what this returns for a fault of the store, and a gateway with such a fault ends.
static void an_answer_whose_owner_has_no_key_is_remembered_without_its_data(void **state)
{
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");
    const struct clinic_id owner = clinic_id_next(&bench->ids, bench->wall_ms);
    struct clinic_reply reply = { .id = request.id, .is_accepted = true };
    struct clinic_reply kept = { 0 };
    enum memory_verdict verdict;

    reply.data = cJSON_Parse("{\"name\":\"Ana\"}");
    assert_int_equal(store_begin(bench->store), CLINIC_OK);
    assert_int_equal(memory_keep(bench->store, "desk-1", &request, &reply, &owner, bench->wall_ms),
                     CLINIC_OK);
    assert_int_equal(memory_look(bench->store, "desk-1", &request, &verdict, &kept), CLINIC_OK);
    store_rollback(bench->store);
    assert_int_equal(verdict, MEMORY_ANSWERED);
    assert_true(kept.is_accepted);
    assert_null(clinic_json_member(kept.data, "name"));
    clinic_reply_done(&kept);
    clinic_reply_done(&reply);
    clinic_request_done(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_request_three_times_makes_one_patient),
        TEST(an_id_cannot_be_used_for_something_else),
        TEST(a_forgotten_request_is_refused_when_it_is_replayed),
        TEST(within_the_time_nothing_is_forgotten),
        TEST(the_remembered_reply_is_forgotten_with_the_patient),
        TEST(a_deleted_patients_visit_can_still_be_closed),
        TEST(an_answer_whose_owner_has_no_key_is_remembered_without_its_data),
    };
    return cmocka_run_group_tests_name("intake: memory", tests, NULL, NULL);
}
