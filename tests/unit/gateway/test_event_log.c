#include "store_fixture.h"

#include <clinic/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- reading back

struct seen {
    size_t count;
    size_t stop_at;
    uint64_t sequences[64];
    struct clinic_event last; // without data
    struct event_origin origin;
    char name[64]; // personal, of the last
    bool is_erased;
};

static bool see(void *context, const struct clinic_event *event, const struct event_origin *origin,
                bool is_erased)
{
    struct seen *seen = context;
    seen->sequences[seen->count++] = event->sequence;
    seen->last = *event;
    seen->last.data = NULL;
    seen->origin = *origin;
    seen->is_erased = is_erased;
    const char *name = clinic_json_text(event->data, "name");
    (void)snprintf(seen->name, sizeof seen->name, "%s", name == NULL ? "" : name);
    return seen->count != seen->stop_at;
}

static struct seen read_all(struct store_fixture *fixture, struct event_filter filter)
{
    struct seen seen = { 0 };
    assert_int_equal(event_log_read(fixture->store, &filter, see, &seen), CLINIC_OK);
    return seen;
}

static void an_appended_event_comes_back_whole(void **state)
{
    struct store_fixture *fixture = *state;
    fixture->wall_ms = 5000;
    fixture_commit_stock(fixture, 1);
    fixture_commit_patient(fixture, 7, "Zoë Quill");
    fixture_reopen(fixture);

    const struct seen seen = read_all(fixture, (struct event_filter){ 0 });
    const struct clinic_id correlation = fixture_id(201);
    const struct clinic_id causation = fixture_id(202);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.last.kind, CLINIC_PATIENT_CREATED);
    assert_int_equal(seen.last.sequence, 2);
    assert_int_equal(seen.last.previous, 0);
    assert_int_equal(seen.last.time_ms, 1000);
    assert_int_equal(seen.last.recorded_at_ms, 5000);
    assert_false(seen.last.is_clock_held);
    assert_true(clinic_id_equal(&seen.last.correlation, &correlation));
    assert_true(clinic_id_equal(&seen.last.causation, &causation));
    assert_string_equal(seen.origin.node, "desk-1");
    assert_string_equal(seen.origin.person, "ana");
    assert_string_equal(seen.name, "Zoë Quill");
    assert_false(seen.is_erased);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_appended_event_comes_back_whole, fixture_open,
                                        fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
