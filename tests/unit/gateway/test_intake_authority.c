// Who may ask: by certificate, registry and session.
#include "intake_fixture.h"

#include <stdio.h>
#include <unistd.h>

static void who_may_ask_is_decided_by_certificate_and_session(void **state)
{
    struct bench *bench = *state;
    char reception[CLINIC_SESSION_BYTES];
    struct clinic_request find = make(bench, CLINIC_REQUEST_PATIENT_FIND);
    cJSON_AddStringToObject(find.data, "text", "ana");

    assert_rejected(ask(bench, "scale-1", &find), CLINIC_CODE_FORBIDDEN);
    assert_rejected(ask(bench, "unknown-1", &find), CLINIC_CODE_FORBIDDEN);
    assert_rejected(ask(bench, "lost-1", &find), CLINIC_CODE_FORBIDDEN);
    assert_rejected(ask(bench, "desk-1", &find), CLINIC_CODE_SESSION_REQUIRED);
    sign_in(bench, CLINIC_STAFF_RECEPTION, reception);
    (void)snprintf(find.session, sizeof find.session, "%s", reception);
    assert_true(ask(bench, "desk-1", &find)->is_accepted);
    // The session belongs to the desk where it began.
    assert_rejected(ask(bench, "kiosk-1", &find), CLINIC_CODE_FORBIDDEN);
    clinic_request_done(&find);
}

static void a_changed_registry_is_in_force_and_a_broken_one_is_not(void **state)
{
    static const char other[] = "[kiosk-1]\nrole = kiosk\nserial = 02\n"
                                "expires = 2030-01-01T00:00:00.000Z\nrevoked = yes\n"
                                "[kiosk-2]\nrole = kiosk\nserial = 05\n"
                                "expires = 2030-01-01T00:00:00.000Z\nrevoked = no\n";
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");
    char path[128], problem[512] = "";

    assert_rejected(ask(bench, "kiosk-2", &request), CLINIC_CODE_FORBIDDEN);
    assert_int_equal(authority_refresh(bench->authority, problem, sizeof problem), CLINIC_EXISTS);
    write_registry(bench, other, path);
    assert_int_equal(authority_refresh(bench->authority, problem, sizeof problem), CLINIC_OK);
    assert_rejected(ask(bench, "kiosk-1", &request), CLINIC_CODE_FORBIDDEN);
    assert_true(ask(bench, "kiosk-2", &request)->is_accepted);

    write_registry(bench, "[kiosk-1]\nrole = emperor\n", path);
    assert_int_equal(authority_refresh(bench->authority, problem, sizeof problem), CLINIC_INVALID);
    assert_string_not_equal(problem, "");
    // Told once, and the list before stays in force, the revocation above all.
    assert_int_equal(authority_refresh(bench->authority, problem, sizeof problem), CLINIC_EXISTS);
    assert_rejected(ask(bench, "kiosk-1", &request), CLINIC_CODE_FORBIDDEN);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(authority_refresh(bench->authority, problem, sizeof problem), CLINIC_IO);
    assert_rejected(ask(bench, "kiosk-1", &request), CLINIC_CODE_FORBIDDEN);
    clinic_request_done(&request);
}

static void a_request_that_waited_is_judged_by_when_it_was_made(void **state)
{
    struct bench *bench = *state;
    char session[CLINIC_SESSION_BYTES];

    sign_in(bench, CLINIC_STAFF_RECEPTION, session);
    struct clinic_request queued = make_patient(bench, "Ana Lima", "1990-04-02");
    (void)snprintf(queued.session, sizeof queued.session, "%s", session);
    bench->wall_ms += INT64_C(3) * 86400000;
    assert_true(ask(bench, "desk-1", &queued)->is_accepted);

    struct clinic_request late = make_patient(bench, "Bo Chen", "1985-01-30");
    (void)snprintf(late.session, sizeof late.session, "%s", session);
    assert_rejected(ask(bench, "desk-1", &late), CLINIC_CODE_SESSION_EXPIRED);
    clinic_request_done(&queued);
    clinic_request_done(&late);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_may_ask_is_decided_by_certificate_and_session),
        TEST(a_changed_registry_is_in_force_and_a_broken_one_is_not),
        TEST(a_request_that_waited_is_judged_by_when_it_was_made),
    };
    return cmocka_run_group_tests_name("intake: authority", tests, NULL, NULL);
}
