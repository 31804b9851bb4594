// The table of services: complete, and quick however large the clinic grows.
#include "service_fixture.h"

static void every_request_but_the_replay_has_one_service(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        int deciders = 0;
        for (size_t i = 0; i < service_count; i++) {
            for (size_t j = 0; j < service_list[i]->ability_count; j++)
                deciders += service_list[i]->abilities[j].kind == (enum clinic_request_kind)kind;
        }
        if (kind <= CLINIC_REQUEST_EVENTS_REPLAY)
            assert_int_equal(deciders, kind == CLINIC_REQUEST_EVENTS_REPLAY ? 0 : 1);
    }
}

// Events, services and actions as the project's mission lists them, as far as they are built.
static void the_missions_actions_are_all_declared(void **state)
{
    static const struct {
        enum clinic_event_kind kind;
        const char *service;
        const char *action;
    } wanted[] = {
        { CLINIC_PATIENT_CREATED, "Notification", "welcome message to the patient" },
        { CLINIC_PATIENT_CREATED, "Business Analytics", "new-patient count +1" },
        { CLINIC_PATIENT_UPDATED, "Patient Portal", "refresh its cached copy" },
        { CLINIC_PATIENT_UPDATED, "Audit", "log the update" },
        { CLINIC_PATIENT_DELETED, "Business Analytics", "adjust statistics" },
    };

    (void)state;
    for (size_t w = 0; w < ARRAY_SIZE(wanted); w++) {
        bool is_found = false;
        for (size_t i = 0; i < service_count; i++) {
            for (size_t j = 0; j < service_list[i]->reaction_count; j++)
                is_found |= service_list[i]->reactions[j].kind == wanted[w].kind
                            && strcmp(service_list[i]->title, wanted[w].service) == 0
                            && strcmp(service_list[i]->reactions[j].action, wanted[w].action) == 0;
        }
        if (!is_found)
            fail_msg("nobody does: %s, %s", wanted[w].service, wanted[w].action);
    }
}

static bool is_of_a_service(const char *sql)
{
    for (size_t i = 0; i < service_count; i++) {
        for (size_t j = 0; j < service_list[i]->statements.count; j++) {
            if (service_list[i]->statements.sql[j] == sql)
                return true;
        }
    }
    return false;
}

// "SCAN CONSTANT ROW" is a subquery without a table.
static void refuse_scans(void *context, const char *sql, const char *plan)
{
    int *explained = context;

    if (!is_of_a_service(sql))
        return;
    (*explained)++;
    const char *scan = strstr(plan, "SCAN");
    if ((scan != NULL && strncmp(scan, "SCAN CONSTANT ROW", 17) != 0)
        || strstr(plan, "TEMP B-TREE") != NULL)
        fail_msg("%s\n%s", sql, plan);
}

static void no_statement_reads_a_whole_table_or_sorts(void **state)
{
    struct service_fixture *fixture = *state;
    int explained = 0;
    int declared = 0;

    assert_int_equal(store_explain(fixture->store, refuse_scans, &explained), CLINIC_OK);
    for (size_t i = 0; i < service_count; i++)
        declared += (int)service_list[i]->statements.count;
    assert_true(explained > 40 && explained <= declared);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_but_the_replay_has_one_service),
        cmocka_unit_test(the_missions_actions_are_all_declared),
        TEST(no_statement_reads_a_whole_table_or_sorts),
    };
    return cmocka_run_group_tests_name("services", tests, NULL, NULL);
}
