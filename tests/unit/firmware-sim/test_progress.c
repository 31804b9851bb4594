// A submitting node knows what is still unanswered and whom it may update.
#include "progress.h"
#include "seen.h"

#include <clinic/seal.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct clinic_id id_of(uint8_t number)
{
    struct clinic_id id = { .bytes = { [15] = number } };
    return id;
}

static struct asked *put(struct progress *progress, uint8_t request, uint8_t patient)
{
    struct clinic_id request_id = id_of(request);
    struct clinic_id patient_id = id_of(patient);
    struct asked *asked =
        progress_put(progress, &request_id, CLINIC_REQUEST_PATIENT_CREATE, &patient_id);
    assert_non_null(asked);
    return asked;
}

static void answers_may_come_in_any_order(void **state)
{
    struct progress progress = { 0 };
    struct clinic_id second = id_of(2);
    (void)state;
    (void)put(&progress, 1, 101);
    (void)put(&progress, 2, 102);
    progress_answer(&progress, progress_find(&progress, &second), PROGRESS_ACCEPTED);
    assert_null(progress_find(&progress, &second));
    assert_int_equal(progress_open_count(&progress), 1);
    assert_int_equal(progress.first_open, 0);
    progress_answer(&progress, &progress.asked[0], PROGRESS_REJECTED);
    assert_int_equal(progress.first_open, 2);
    assert_int_equal(progress_open_count(&progress), 0);
    progress_done(&progress);
}

static void a_patient_with_a_request_under_way_is_left_alone(void **state)
{
    struct progress progress = { 0 };
    (void)state;
    progress_answer(&progress, put(&progress, 1, 101), PROGRESS_ACCEPTED);
    assert_int_equal(progress_updatable(&progress, 0), 0);
    assert_int_equal(progress.patients[0].version, 1);
    struct asked *update = put(&progress, 2, 101);
    assert_int_equal(progress_updatable(&progress, 0), SIZE_MAX);
    progress_answer(&progress, update, PROGRESS_ACCEPTED);
    assert_int_equal(progress.patients[0].version, 2);
    assert_int_equal(progress.patient_count, 1);
    progress_done(&progress);
}

static void a_refused_patient_is_never_updated(void **state)
{
    struct progress progress = { 0 };
    (void)state;
    progress_answer(&progress, put(&progress, 1, 101), PROGRESS_REJECTED);
    assert_int_equal(progress_updatable(&progress, 0), SIZE_MAX);
    progress_done(&progress);
}

static void a_set_knows_what_it_has_seen(void **state)
{
    struct seen seen = { 0 };
    uint8_t digest[CLINIC_DIGEST_BYTES];
    (void)state;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 5000; i++) {
            const struct clinic_piece piece = { &i, sizeof i };
            clinic_digest(&piece, 1, digest);
            assert_int_equal(seen_add(&seen, digest), round == 0 ? SEEN_NEW : SEEN_BEFORE);
        }
    assert_int_equal(seen.count, 5000);
    seen_done(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_may_come_in_any_order),
        cmocka_unit_test(a_patient_with_a_request_under_way_is_left_alone),
        cmocka_unit_test(a_refused_patient_is_never_updated),
        cmocka_unit_test(a_set_knows_what_it_has_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
