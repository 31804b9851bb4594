// Who is let in to the broker: only who holds a certificate of this clinic, valid today and not revoked.
#include "evidence.h"
#include "forge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define BROKER_LOG "logs/broker.log"

static void assert_let_in(struct fixture *fixture, const struct peer_identity *identity)
{
    struct peer *peer = fixture_keep(fixture, peer_try(identity));

    if (!peer_is_online(peer))
        fail_msg("%s is not let in: %s", identity->node, peer_problem(peer));
}

// Refused, and the broker's log has the reason.
static void assert_refused(struct fixture *fixture, const struct peer_identity *identity,
                           const char *reason)
{
    const size_t before = evidence_lines(fixture, BROKER_LOG, reason);
    struct peer *peer = fixture_keep(fixture, peer_try(identity));

    assert_false(peer_is_online(peer));
    evidence_wait_lines(fixture, BROKER_LOG, reason, before + 1);
}

static void a_certificate_of_this_clinic_is_let_in(void **state)
{
    struct fixture *fixture = *state;
    const struct peer_identity identity =
        forge_identity(fixture, &(struct forge_wish){ .node = "desk-1" });

    assert_let_in(fixture, &identity); // so the refusals below are not the forger's clumsiness
}

static void without_a_certificate_nobody_is_let_in(void **state)
{
    struct fixture *fixture = *state;
    struct peer_identity identity =
        forge_identity(fixture, &(struct forge_wish){ .node = "desk-1" });

    identity.certificate[0] = '\0';
    assert_refused(fixture, &identity, "peer did not return a certificate");
}

static void a_self_signed_certificate_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct peer_identity identity =
        forge_identity(fixture, &(struct forge_wish){ .node = "desk-1", .is_self_signed = true });

    assert_refused(fixture, &identity, "certificate verify failed");
}

static void a_certificate_of_another_authority_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct peer_identity identity =
        forge_identity(fixture, &(struct forge_wish){ .node = "desk-1", .is_of_another_ca = true });

    assert_refused(fixture, &identity, "certificate verify failed");
}

static void an_expired_certificate_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct peer_identity identity =
        forge_identity(fixture, &(struct forge_wish){ .node = "desk-1",
                                                      .valid_from = "20200101000000Z",
                                                      .valid_until = "20210101000000Z" });

    assert_refused(fixture, &identity, "certificate verify failed");
}

static void a_certificate_that_is_not_yet_valid_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct peer_identity identity =
        forge_identity(fixture, &(struct forge_wish){ .node = "desk-1",
                                                      .valid_from = "20900101000000Z",
                                                      .valid_until = "20910101000000Z" });

    assert_refused(fixture, &identity, "certificate verify failed");
}

static void a_revoked_certificate_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char dir[256];
    char folder[256];
    char copy[256];

    (void)snprintf(dir, sizeof dir, "%s", fixture_path(fixture, "broker"));
    (void)snprintf(folder, sizeof folder, "%s", fixture_path(fixture, "broker/nodes/lost-desk"));
    (void)snprintf(copy, sizeof copy, "%s", fixture_path(fixture, "broker/nodes/stolen-desk"));
    fixture_run_broker_tool("add", "lost-desk", "--role", "desk", "--dir", dir);
    fixture_restart_broker(fixture);
    process_must_run((const char *const[]){ "cp", "-r", folder, copy, NULL });
    const struct peer_identity identity = fixture_identity(fixture, "stolen-desk");
    assert_let_in(fixture, &identity);

    fixture_run_broker_tool("revoke", "lost-desk", "--dir", dir);
    fixture_restart_broker(fixture);
    assert_refused(fixture, &identity, "certificate verify failed");
}

static void a_certificate_for_a_name_that_nobody_registered_may_do_nothing(void **state)
{
    struct fixture *fixture = *state;
    const struct peer_identity identity =
        forge_identity(fixture, &(struct forge_wish){ .node = "ghost" });
    struct peer *peer = fixture_keep(fixture, peer_try(&identity));
    char id[CLINIC_ID_TEXT_BYTES];

    assert_true(peer_is_online(peer)); // the authority's key was stolen
    peer_new_id(id);
    assert_int_equal(peer_send(peer, id, "events/replay", "{}"), 0x87);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_certificate_of_this_clinic_is_let_in),
        fixture_test(without_a_certificate_nobody_is_let_in),
        fixture_test(a_self_signed_certificate_is_refused),
        fixture_test(a_certificate_of_another_authority_is_refused),
        fixture_test(an_expired_certificate_is_refused),
        fixture_test(a_certificate_that_is_not_yet_valid_is_refused),
        fixture_test(a_revoked_certificate_is_refused),
        fixture_test(a_certificate_for_a_name_that_nobody_registered_may_do_nothing),
    };
    return cmocka_run_group_tests_name("connecting", tests, fixture_setup, fixture_teardown);
}
