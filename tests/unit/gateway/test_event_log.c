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

static void previous_names_the_event_before_on_the_same_topic(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_commit_stock(fixture, 2);
    fixture_commit_patient(fixture, 1, "Ana");
    fixture_reopen(fixture);
    fixture_commit_stock(fixture, 1);
    fixture_commit_patient(fixture, 2, "Ben");

    struct seen seen = read_all(fixture, (struct event_filter){ .after = 3 });
    assert_int_equal(seen.last.sequence, 5);
    assert_int_equal(seen.last.previous, 3);
    seen = read_all(fixture, (struct event_filter){ .after = 3, .through = 4 });
    assert_int_equal(seen.last.previous, 2);
    assert_int_equal(event_log_head(fixture->store), 5);
    assert_int_equal(event_log_newest(fixture->store, CLINIC_PATIENT_CREATED), 5);
    assert_int_equal(event_log_newest(fixture->store, CLINIC_EQUIPMENT_LOW_STOCK), 4);
    assert_int_equal(event_log_newest(fixture->store, CLINIC_PATIENT_DELETED), 0);
}

// ---- filters

static void assert_sequences(struct seen seen, const uint64_t *sequences, size_t count)
{
    assert_int_equal(seen.count, count);
    assert_memory_equal(seen.sequences, sequences, count * sizeof *sequences);
}

#define ASSERT_READS(fixture, filter, ...)                                                         \
    do {                                                                                           \
        const uint64_t expected[] = { __VA_ARGS__ };                                               \
        assert_sequences(read_all(fixture, (struct event_filter)filter), expected,                 \
                         sizeof expected / sizeof *expected);                                      \
    } while (0)
#define FILTER(...)                                                                                \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

// 1, 2: stock; 3: patient 1; 4: stock; 5: patient 2; 6: stock
static void write_six(struct store_fixture *fixture)
{
    fixture_commit_stock(fixture, 2);
    fixture_commit_patient(fixture, 1, "Ana");
    fixture_commit_stock(fixture, 1);
    fixture_commit_patient(fixture, 2, "Ben");
    fixture_commit_stock(fixture, 1);
}

static void a_filter_picks_by_position_kind_and_subject(void **state)
{
    struct store_fixture *fixture = *state;
    const uint64_t stock = UINT64_C(1) << CLINIC_EQUIPMENT_LOW_STOCK;
    const uint64_t created = UINT64_C(1) << CLINIC_PATIENT_CREATED;
    const uint64_t deleted = UINT64_C(1) << CLINIC_PATIENT_DELETED;
    char subject[CLINIC_SUBJECT_BYTES] = "patient/";
    const struct clinic_id second = fixture_id(2);
    clinic_id_print(&second, subject + strlen(subject));
    write_six(fixture);

    ASSERT_READS(fixture, FILTER(.after = 0), 1, 2, 3, 4, 5, 6);
    ASSERT_READS(fixture, FILTER(.after = 2, .through = 5), 3, 4, 5);
    ASSERT_READS(fixture, FILTER(.through = 99), 1, 2, 3, 4, 5, 6);
    ASSERT_READS(fixture, FILTER(.kinds = stock), 1, 2, 4, 6);
    ASSERT_READS(fixture, FILTER(.kinds = stock, .after = 2, .through = 4), 4);
    ASSERT_READS(fixture, FILTER(.kinds = stock | created, .after = 1), 2, 3, 4, 5, 6);
    ASSERT_READS(fixture, FILTER(.kinds = created | deleted), 3, 5);
    ASSERT_READS(fixture, FILTER(.subject = "equipment/gloves", .after = 1), 2, 4, 6);
    ASSERT_READS(fixture, FILTER(.subject = subject), 5);
    assert_int_equal(read_all(fixture, (struct event_filter){ .kinds = deleted }).count, 0);
    assert_int_equal(read_all(fixture, (struct event_filter){ .after = 6 }).count, 0);
    assert_int_equal(read_all(fixture, (struct event_filter){ .after = UINT64_MAX }).count, 0);
    assert_int_equal(
        read_all(fixture, (struct event_filter){ .after = UINT64_MAX, .kinds = stock }).count, 0);
    assert_int_equal(
        read_all(fixture, (struct event_filter){ .subject = subject, .kinds = stock }).count, 0);
    assert_int_equal(read_all(fixture, (struct event_filter){ .subject = "nobody/1" }).count, 0);
}

static void positions_by_kind_replace_the_common_one(void **state)
{
    struct store_fixture *fixture = *state;
    const uint64_t stock = UINT64_C(1) << CLINIC_EQUIPMENT_LOW_STOCK;
    uint64_t after[CLINIC_EVENT_KIND_COUNT] = { 0 };
    after[CLINIC_EQUIPMENT_LOW_STOCK] = 2;
    after[CLINIC_PATIENT_CREATED] = 3;
    write_six(fixture);

    ASSERT_READS(fixture, FILTER(.after_by_kind = after), 4, 5, 6);
    ASSERT_READS(fixture, FILTER(.after_by_kind = after, .kinds = stock), 4, 6);
    ASSERT_READS(fixture, FILTER(.after_by_kind = after, .subject = "equipment/gloves"), 4, 6);
    after[CLINIC_EQUIPMENT_LOW_STOCK] = UINT64_MAX;
    ASSERT_READS(fixture, FILTER(.after_by_kind = after), 5);
}

static void a_reader_may_stop(void **state)
{
    struct store_fixture *fixture = *state;
    const struct event_filter all = { 0 };
    struct seen seen = { .stop_at = 2 };
    write_six(fixture);
    assert_int_equal(event_log_read(fixture->store, &all, see, &seen), CLINIC_OK);
    assert_int_equal(seen.count, 2);
}

static bool append_another(void *context, const struct clinic_event *event,
                           const struct event_origin *origin, bool is_erased)
{
    (void)event;
    (void)origin;
    (void)is_erased;
    struct clinic_event another;
    assert_int_equal(fixture_append_stock(context, &another), CLINIC_OK);
    clinic_event_done(&another);
    return true;
}

static void what_is_appended_while_reading_is_left_for_the_next_time(void **state)
{
    struct store_fixture *fixture = *state;
    const struct event_filter all = { 0 };
    fixture_commit_stock(fixture, 3);
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(event_log_read(fixture->store, &all, append_another, fixture->store),
                     CLINIC_OK);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    assert_int_equal(event_log_head(fixture->store), 6);
}

static void only_the_public_part_is_read_where_that_is_wanted(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_commit_patient(fixture, 1, "Zoë Quill");
    const struct seen seen = read_all(fixture, (struct event_filter){ .is_public_only = true });
    assert_string_equal(seen.name, "");
    assert_false(seen.is_erased);
}

// ---- time

static void the_log_never_runs_backwards(void **state)
{
    struct store_fixture *fixture = *state;
    fixture->wall_ms = 9000;
    fixture_commit_stock(fixture, 1);
    fixture->wall_ms = 4000;
    fixture_reopen(fixture);
    fixture_commit_stock(fixture, 1);

    const struct seen held = read_all(fixture, (struct event_filter){ .after = 1 });
    assert_int_equal(held.last.recorded_at_ms, 9000);
    assert_true(held.last.is_clock_held);
    assert_int_equal(event_log_head_time_ms(fixture->store), 9000);
    assert_int_equal(event_log_lead_ms(fixture->store), 5000);

    fixture->wall_ms = 9001;
    fixture_commit_stock(fixture, 1);
    const struct seen going = read_all(fixture, (struct event_filter){ .after = 2 });
    assert_int_equal(going.last.recorded_at_ms, 9001);
    assert_false(going.last.is_clock_held);
    assert_int_equal(event_log_lead_ms(fixture->store), 0);
    fixture->wall_ms = 9500;
    assert_int_equal(event_log_lead_ms(fixture->store), 0);
}

static void ids_rise_though_the_clock_falls(void **state)
{
    struct store_fixture *fixture = *state;
    fixture->wall_ms = 9000;
    fixture_commit_stock(fixture, 1);
    const struct clinic_id first = read_all(fixture, (struct event_filter){ 0 }).last.id;
    fixture->wall_ms = 4000;
    fixture_reopen(fixture);
    fixture_commit_stock(fixture, 1);
    const struct clinic_id second = read_all(fixture, (struct event_filter){ 0 }).last.id;
    assert_true(clinic_id_compare(&second, &first) > 0);
}

static void nothing_happens_later_than_it_was_recorded(void **state)
{
    struct store_fixture *fixture = *state;
    fixture->wall_ms = 400; // the node said 1000
    fixture_commit_stock(fixture, 1);
    const struct seen seen = read_all(fixture, (struct event_filter){ 0 });
    assert_int_equal(seen.last.time_ms, 400);
}

// ---- what is not appended

static void an_event_outside_the_catalogue_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    const struct event_origin origin = { .node = "desk-1" };
    static const struct {
        int kind;
        const char *subject;
        const char *data;
    } rows[] = {
        { CLINIC_EVENT_NONE, "equipment/x", "{}" },
        { CLINIC_EVENT_KIND_COUNT, "equipment/x", "{}" },
        { CLINIC_EQUIPMENT_LOW_STOCK, "equipment/x", "{}" },
        { CLINIC_EQUIPMENT_LOW_STOCK, "equipment/x", NULL },
        { CLINIC_PATIENT_DELETED, "patient/x",
          "{\"patient_id\":\"01020304-0506-7008-800a-0b0c0d0e0f01\",\"reason\":\"whim\","
          "\"mode\":\"erased\"}" },
        { CLINIC_PATIENT_DELETED, "patient/x",
          "{\"patient_id\":\"01020304-0506-7008-800a-0b0c0d0e0f01\",\"reason\":\"request\","
          "\"mode\":\"erased\",\"name\":\"Ana\"}" },
        { CLINIC_PATIENT_DELETED, "",
          "{\"patient_id\":\"01020304-0506-7008-800a-0b0c0d0e0f01\",\"reason\":\"request\","
          "\"mode\":\"erased\"}" },
    };
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clinic_event event = {
            .kind = (enum clinic_event_kind)rows[i].kind,
            .data = rows[i].data == NULL ? NULL : cJSON_Parse(rows[i].data),
        };
        (void)snprintf(event.subject, sizeof event.subject, "%s", rows[i].subject);
        assert_int_equal(event_log_append(fixture->store, &event, &origin, NULL), CLINIC_INVALID);
        clinic_event_done(&event);
    }
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    assert_int_equal(event_log_head(fixture->store), 0);
}

static void personal_data_needs_an_owner_with_a_key(void **state)
{
    struct store_fixture *fixture = *state;
    struct clinic_event event;
    const struct clinic_id none = { 0 };
    const struct clinic_id nobody = fixture_id(1);
    const struct clinic_id gone = fixture_id(2);

    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(vault_create(fixture->store, &gone), CLINIC_OK);
    assert_int_equal(vault_destroy(fixture->store, &gone), CLINIC_OK);
    assert_int_equal(fixture_append_patient(fixture->store, &none, "Ana", &event), CLINIC_INVALID);
    clinic_event_done(&event);
    assert_int_equal(fixture_append_patient(fixture->store, &nobody, "Ana", &event),
                     CLINIC_NOT_FOUND);
    clinic_event_done(&event);
    assert_int_equal(fixture_append_patient(fixture->store, &gone, "Ana", &event), CLINIC_REFUSED);
    clinic_event_done(&event);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    assert_int_equal(event_log_head(fixture->store), 0);
}

static void outside_a_transaction_nothing_is_appended(void **state)
{
    struct store_fixture *fixture = *state;
    struct clinic_event event;
    assert_int_equal(fixture_append_stock(fixture->store, &event), CLINIC_INVALID);
    clinic_event_done(&event);
}

// ---- forgetting

static void an_erased_owner_s_events_stay_without_what_was_personal(void **state)
{
    struct store_fixture *fixture = *state;
    const struct clinic_id first = fixture_id(1);
    fixture_commit_patient(fixture, 1, "Zoë Quill");
    fixture_commit_patient(fixture, 2, "Ben");
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(vault_destroy(fixture->store, &first), CLINIC_OK);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);

    const struct seen erased = read_all(fixture, (struct event_filter){ .through = 1 });
    assert_true(erased.is_erased);
    assert_string_equal(erased.name, "");
    const struct seen other = read_all(fixture, (struct event_filter){ .after = 1 });
    assert_false(other.is_erased);
    assert_string_equal(other.name, "Ben");
}

static void sealed_data_opens_in_its_own_event_alone(void **state)
{
    struct store_fixture *fixture = *state;
    struct clinic_event event;
    struct seen seen = { 0 };
    const struct event_filter all = { 0 };
    const struct clinic_id patient = fixture_id(1);
    fixture_commit_patient(fixture, 1, "Ana");
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(fixture_append_patient(fixture->store, &patient, "Zoe", &event), CLINIC_OK);
    clinic_event_done(&event);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    fixture_sql_raw(fixture, "DROP TRIGGER event_keeps; UPDATE event SET sealed ="
                             " (SELECT sealed FROM event WHERE sequence = 2)");
    assert_int_equal(event_log_read(fixture->store, &all, see, &seen), CLINIC_DAMAGED);
    assert_int_equal(seen.count, 0);
}

static void no_file_holds_personal_data_in_clear(void **state)
{
    struct store_fixture *fixture = *state;
    static const char name[] = "Quillfeather";
    fixture_commit_patient(fixture, 1, name);
    assert_true(fixture_holds(fixture, "provisional", 11)); // the WAL is among what is searched
    assert_false(fixture_holds(fixture, name, strlen(name)));
    assert_int_equal(store_checkpoint(fixture->store), CLINIC_OK);
    assert_false(fixture_holds(fixture, name, strlen(name)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_appended_event_comes_back_whole),
        TEST(previous_names_the_event_before_on_the_same_topic),
        TEST(a_filter_picks_by_position_kind_and_subject),
        TEST(positions_by_kind_replace_the_common_one),
        TEST(a_reader_may_stop),
        TEST(what_is_appended_while_reading_is_left_for_the_next_time),
        TEST(only_the_public_part_is_read_where_that_is_wanted),
        TEST(the_log_never_runs_backwards),
        TEST(ids_rise_though_the_clock_falls),
        TEST(nothing_happens_later_than_it_was_recorded),
        TEST(an_event_outside_the_catalogue_is_refused),
        TEST(personal_data_needs_an_owner_with_a_key),
        TEST(outside_a_transaction_nothing_is_appended),
        TEST(an_erased_owner_s_events_stay_without_what_was_personal),
        TEST(sealed_data_opens_in_its_own_event_alone),
        TEST(no_file_holds_personal_data_in_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
