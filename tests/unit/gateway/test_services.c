// The table of services: complete, and quick however large the clinic grows.
#include "../../../gateway/schema.h"
#include "../../../gateway/services/service.h"

#include <folder.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_request_but_the_replay_has_one_service(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        int deciders = 0;
        for (size_t i = 0; i < service_count; i++) {
            for (size_t j = 0; j < service_list[i]->ability_count; j++)
                deciders += service_list[i]->abilities[j].kind == (enum clinic_request_kind)kind;
        }
        if (deciders != (kind == CLINIC_REQUEST_EVENTS_REPLAY ? 0 : 1))
            fail_msg("%s/%s has %d services", clinic_request_types[kind].entity,
                     clinic_request_types[kind].action, deciders);
    }
}

// Events, services and actions as the project's mission lists them. Services may do more; none of these may be missing.
static const struct {
    const char *event;
    const char *service;
    const char *action;
} mission[] = {
    { "PatientCreated", "Notification", "welcome message to the patient" },
    { "PatientCreated", "Business Analytics", "new-patient count +1" },
    { "PatientUpdated", "Patient Portal", "refresh its cached copy" },
    { "PatientUpdated", "Audit", "log the update" },
    { "PatientDeleted", "Appointment", "cancel or remove the patient's appointments" },
    { "PatientDeleted", "Patient Reports", "delete linked reports" },
    { "PatientDeleted", "Business Analytics", "adjust statistics" },
    { "AppointmentScheduled", "Notification", "confirmation to patient and doctor" },
    { "AppointmentScheduled", "Doctor ID Management", "mark the slot booked" },
    { "AppointmentScheduled", "Appointment", "no double booking" },
    { "AppointmentScheduled", "Business Analytics",
      "appointment count +1, new or existing patient" },
    { "AppointmentRescheduled", "Notification", "message to patient and doctor" },
    { "AppointmentRescheduled", "Doctor ID Management", "free the old slot, book the new" },
    { "AppointmentRescheduled", "Appointment", "update details" },
    { "AppointmentCanceled", "Notification", "message to patient and doctor" },
    { "AppointmentCanceled", "Doctor ID Management", "free the slot" },
    { "AppointmentCanceled", "Business Analytics", "metrics" },
    { "DoctorCreated", "Doctor ID Management",
      "initialise the slots, with holidays and vacations" },
    { "DoctorCreated", "Notification", "welcome message to the doctor" },
    { "EquipmentLowStock", "Notification", "alert staff to restock" },
    { "EquipmentLowStock", "Equipment Management", "log it for restocking reports" },
    { "FeedbackSubmitted", "Notification", "ask the doctor to review and respond" },
    { "FeedbackSubmitted", "Patient Feedback", "store it for analysis" },
    { "ReportUpdated", "Notification", "tell the patient if relevant" },
    { "ReportUpdated", "Patient Portal", "show the updated report" },
};

static int count_reactions(const struct service *service, const char *event, const char *action)
{
    int count = 0;

    for (size_t i = 0; i < service->reaction_count; i++) {
        const struct reaction *reaction = &service->reactions[i];
        count += strcmp(clinic_event_types[reaction->kind].name, event) == 0
                 && strcmp(reaction->action, action) == 0;
    }
    return count;
}

static void the_missions_actions_are_all_declared(void **state)
{
    int missing = 0;

    (void)state;
    for (size_t m = 0; m < ARRAY_SIZE(mission); m++) {
        int found = 0;
        for (size_t i = 0; i < service_count; i++) {
            if (strcmp(service_list[i]->title, mission[m].service) == 0)
                found += count_reactions(service_list[i], mission[m].event, mission[m].action);
        }
        if (found != 1)
            print_error("%d times: %s, %s, %s\n", found, mission[m].event, mission[m].service,
                        mission[m].action);
        missing += found != 1;
    }
    assert_int_equal(missing, 0);
}

// ---- statements

// Where a scan is right, and why it stays short.
static const struct {
    const char *sql;
    const char *why;
} allowed[] = {
    { "SELECT position, node, id, recorded_at_ms FROM request ORDER BY position LIMIT 1",
      "the oldest: the first row of the primary key, and no other" },
};

static bool is_allowed(const char *sql)
{
    for (size_t i = 0; i < ARRAY_SIZE(allowed); i++) {
        if (strcmp(sql, allowed[i].sql) == 0)
            return true;
    }
    return false;
}

// "SCAN CONSTANT ROW" is a subquery without a table.
static bool reads_all(const char *plan)
{
    for (const char *scan = plan; (scan = strstr(scan, "SCAN")) != NULL; scan++) {
        if (strncmp(scan, "SCAN CONSTANT ROW", 17) != 0)
            return true;
    }
    return strstr(plan, "TEMP B-TREE") != NULL;
}

struct explained {
    int statements;
    int refused;
};

static void explain(void *context, const char *sql, const char *plan)
{
    struct explained *explained = context;

    explained->statements++;
    if (!reads_all(plan) || is_allowed(sql))
        return;
    explained->refused++;
    print_error("%s\n%s\n", sql, plan);
}

// ---- the whole schema: services, the intake, the couriers, the log

struct whole {
    char folder[64];
    struct clinic_clock clock;
    struct store *store;
};

static int64_t stand_still(void *context)
{
    (void)context;
    return INT64_C(1795420800000); // 2026-11-23
}

// `steps`: so many of the schema's, as an older release had them; 0: all, and the statements.
static void open_store(struct whole *whole, size_t steps)
{
    char problem[STORE_PROBLEM_BYTES];
    struct store_config config = {
        .folder = whole->folder,
        .mode = STORE_SERVE,
        .clock = &whole->clock,
    };

    config.steps = schema_steps(&config.step_count);
    if (steps != 0)
        config.step_count = steps;
    else
        config.statements = schema_statements(&config.statement_count);
    if (store_open(&config, &whole->store, problem) != CLINIC_OK)
        fail_msg("%s", problem);
}

static int make_whole(void **state)
{
    struct whole *whole = calloc(1, sizeof *whole);

    assert_non_null(whole);
    whole->clock = (struct clinic_clock){ stand_still, stand_still, NULL };
    folder_make("schema", whole->folder, sizeof whole->folder);
    *state = whole;
    return 0;
}

static int open_whole(void **state)
{
    (void)make_whole(state);
    open_store(*state, 0);
    return 0;
}

static int close_whole(void **state)
{
    struct whole *whole = *state;

    store_close(whole->store);
    folder_remove(whole->folder);
    free(whole);
    return 0;
}

static void no_statement_reads_a_whole_table_or_sorts(void **state)
{
    struct whole *whole = *state;
    struct explained explained = { 0 };
    size_t declared = 0;
    size_t lists;
    const struct statements *statements = schema_statements(&lists);

    for (size_t i = 0; i < lists; i++)
        declared += statements[i].count;
    assert_int_equal(store_explain(whole->store, explain, &explained), CLINIC_OK);
    assert_true(explained.statements > (int)declared); // those of the log and the vault too
    assert_int_equal(explained.refused, 0);
}

// What one person did at one node: many rows are of either, few of both.
static void explain_both(void *context, const char *sql, const char *plan)
{
    int *found = context;

    if (strstr(sql, "person = ?2 AND person <> '' AND node = ?3") == NULL)
        return;
    (*found)++;
    if (strstr(plan, "(person=? AND node=? AND time_ms>? AND time_ms<?)") == NULL)
        fail_msg("%s\n%s", sql, plan);
}

static void the_trail_of_a_person_at_a_node_is_found_by_both(void **state)
{
    struct whole *whole = *state;
    int found = 0;

    assert_int_equal(store_explain(whole->store, explain_both, &found), CLINIC_OK);
    assert_int_equal(found, 2); // the changes and the accesses
}

// ---- clinics of older releases

// The first column of the only row, by a connection of its own.
static int64_t run_sql(const struct whole *whole, const char *sql)
{
    char path[96];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;

    (void)snprintf(path, sizeof path, "%s/clinic.db", whole->folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    const bool has_row = sqlite3_step(statement) == SQLITE_ROW;
    const int64_t value = has_row ? sqlite3_column_int64(statement, 0) : 0;
    if (sqlite3_finalize(statement) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    (void)sqlite3_close(db);
    return value;
}

static void a_clinic_from_before_tickets_and_kiosks_keeps_its_visits_and_patients(void **state)
{
    enum { STEPS_BEFORE = 16 };
    struct whole *whole = *state;

    open_store(whole, STEPS_BEFORE);
    (void)run_sql(whole, "INSERT INTO appointment (appointment_id, patient_id, doctor_id, start_ms,"
                         " end_ms, state, version, new_patient, overridden, queue_number,"
                         " arrived_at_ms) VALUES (zeroblob(16), zeroblob(16), zeroblob(16),"
                         " 1795420800000, 1795421700000, 2, 2, 1, 0, 'A01', 1795420800000)");
    (void)run_sql(whole, "INSERT INTO patient (patient_id, member_id, version, provisional, name,"
                         " birth_date, created_at_ms) VALUES (zeroblob(16), '000000011', 1, 1,"
                         " 'Ana', '1990-04-02', 1795420800000)");
    store_close(whole->store);
    open_store(whole, 0);
    assert_int_equal(run_sql(whole, "SELECT count(*) FROM appointment WHERE queue_number = 'A01'"
                                    " AND ticket IS NULL AND contact_changed = 0"),
                     1);
    assert_int_equal(run_sql(whole, "SELECT count(*) FROM patient INDEXED BY patient_provisional"
                                    " WHERE provisional = 1 AND name IS NOT NULL"),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_but_the_replay_has_one_service),
        cmocka_unit_test(the_missions_actions_are_all_declared),
        cmocka_unit_test_setup_teardown(no_statement_reads_a_whole_table_or_sorts, open_whole,
                                        close_whole),
        cmocka_unit_test_setup_teardown(the_trail_of_a_person_at_a_node_is_found_by_both,
                                        open_whole, close_whole),
        cmocka_unit_test_setup_teardown(
            a_clinic_from_before_tickets_and_kiosks_keeps_its_visits_and_patients, make_whole,
            close_whole),
    };
    return cmocka_run_group_tests_name("services", tests, NULL, NULL);
}
