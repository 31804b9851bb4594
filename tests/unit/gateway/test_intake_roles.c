// Every request, asked by every kind of node with every kind of person signed in there or nobody. What may be asked is
// written down here once more, by hand: a slip in the catalogue is no slip in this list.
#include "intake_fixture.h"

#include <stdio.h>
#include <string.h>

// A letter a person: reception, doctor, stock, manager, admin, and '-' for nobody.
static const char persons[CLINIC_STAFF_ROLE_COUNT + 1] = {
    [CLINIC_STAFF_NONE] = '-',  [CLINIC_STAFF_RECEPTION] = 'r', [CLINIC_STAFF_DOCTOR] = 'd',
    [CLINIC_STAFF_STOCK] = 's', [CLINIC_STAFF_MANAGER] = 'm',   [CLINIC_STAFF_ADMIN] = 'a',
};

// A letter a device that stands there alone: whoever is signed in is all the same to it.
static const char devices[CLINIC_NODE_ROLE_COUNT] = {
    [CLINIC_ROLE_KIOSK] = 'k',
    [CLINIC_ROLE_SCALE] = 's',
    [CLINIC_ROLE_BOARD] = 'b',
};

static const struct {
    const char *request;
    const char *at_desk;    // who may ask at a desk
    const char *by_devices; // which devices may ask by themselves
} allowed[] = {
    { "patient/create", "rdma", "k" },
    { "patient/update", "rdma", "" },
    { "patient/delete", "a", "" },
    { "patient/find", "rdma", "" },
    { "patient/read", "rdma", "" },
    { "patient/consent", "", "k" },
    { "patient/provisional", "rdma", "" },
    { "portal/read", "-rdsma", "k" },
    { "portal/report", "-rdsma", "k" },
    { "analytics/read", "ma", "" },
    { "audit/read", "ma", "" },
    { "staff/sign-in", "-rdsma", "" },
    { "staff/sign-out", "rdsma", "" },
    { "staff/create", "a", "" },
    { "events/replay", "-rdsma", "ksb" },
    { "doctor/create", "ma", "" },
    { "doctor/update", "ma", "" },
    { "doctor/hours", "ma", "" },
    { "doctor/time-off", "rdma", "" },
    { "doctor/holiday", "ma", "" },
    { "doctor/list", "-rdsma", "kb" },
    { "doctor/read", "rdma", "" },
    { "doctor/slots", "rdma", "" },
    { "doctor/calendar", "rdma", "" },
    { "doctor/conflicts", "rdma", "" },
    { "appointment/schedule", "rdma", "" },
    { "appointment/reschedule", "rdma", "" },
    { "appointment/cancel", "rdma", "" },
    { "appointment/keep", "rdma", "" },
    { "appointment/find", "", "k" },
    { "appointment/check-in", "rdma", "k" },
    { "appointment/call", "rdma", "" },
    { "appointment/close", "rdma", "" },
    { "appointment/list", "rdma", "" },
    { "appointment/read", "rdma", "" },
    { "appointment/board", "-rdsma", "kb" },
    { "equipment/item", "sma", "" },
    { "equipment/measure", "", "s" },
    { "equipment/adjust", "rdsma", "" },
    { "equipment/count", "rdsma", "" },
    { "equipment/order", "sma", "" },
    { "equipment/list", "rdsma", "" },
    { "equipment/restock-report", "rdsma", "" },
    { "equipment/scale", "sma", "" },
    { "equipment/scale-set-up", "sma", "" },
    { "equipment/scale-answer", "", "s" },
    { "equipment/scale-read", "rdsma", "" },
    { "equipment/bins", "rdsma", "" },
    { "feedback/submit", "rma", "k" }, // nobody rates himself
    { "feedback/answer", "dma", "" },
    { "feedback/list", "dma", "" },
    { "feedback/read", "dma", "" },
    { "feedback/analysis", "dma", "" },
    { "report/update", "dma", "" },
    { "report/release", "dma", "" },
    { "report/withdraw", "dma", "" },
    { "report/read", "dma", "" }, // medical texts are for who treats
    { "report/list", "dma", "" },
    { "report/upload", "dma", "" },
    { "report/download", "dma", "" },
    { "message/list", "rdma", "" },
    { "message/handle", "rdma", "" },
    { "system/status", "rdsma", "" },
};

static void each_request_has_a_row(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_SIZE(allowed), CLINIC_REQUEST_KIND_COUNT - 1);
    for (size_t kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        const struct clinic_request_type *type = &clinic_request_types[kind];
        char name[80];
        size_t rows = 0;

        (void)snprintf(name, sizeof name, "%s/%s", type->entity, type->action);
        for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
            rows += strcmp(allowed[i].request, name) == 0;
        if (rows != 1)
            fail_msg("%s has %zu rows", name, rows);
    }
}

static enum clinic_request_kind kind_of(const char *name)
{
    char known[80];
    size_t kind = 1;

    for (; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        (void)snprintf(known, sizeof known, "%s/%s", clinic_request_types[kind].entity,
                       clinic_request_types[kind].action);
        if (strcmp(known, name) == 0)
            break;
    }
    assert_true(kind < CLINIC_REQUEST_KIND_COUNT);
    return (enum clinic_request_kind)kind;
}

static bool is_allowed(size_t row, size_t node, size_t person)
{
    if (node == CLINIC_ROLE_DESK)
        return strchr(allowed[row].at_desk, persons[person]) != NULL;
    return devices[node] != '\0' && strchr(allowed[row].by_devices, devices[node]) != NULL;
}

// One cell of the table, asked as the intake asks.
static void check(struct bench *bench, size_t row, size_t node, size_t person, const char *session)
{
    struct clinic_problem problem = { 0 };
    struct caller caller = { .node = "desk-1", .node_role = (enum clinic_node_role)node };
    struct clinic_request request = make(bench, kind_of(allowed[row].request));

    assert_true(strlen(session) < sizeof request.session);
    memcpy(request.session, session, strlen(session) + 1);
    const enum clinic_status status =
        authority_check(bench->store, &request, bench->wall_ms, &caller, &problem);
    clinic_request_done(&request);
    if (status != (is_allowed(row, node, person) ? CLINIC_OK : CLINIC_REFUSED))
        fail_msg("%s by '%c' at node role %zu: status %d %s", allowed[row].request, persons[person],
                 node, (int)status, problem.code);
    if (status == CLINIC_OK)
        assert_int_equal(caller.staff_role, person);
}

static void nobody_may_ask_for_more_than_is_written_down(void **state)
{
    struct bench *bench = *state;
    char sessions[CLINIC_STAFF_ROLE_COUNT][CLINIC_SESSION_BYTES] = { "" };

    for (size_t person = CLINIC_STAFF_NONE + 1; person < CLINIC_STAFF_ROLE_COUNT; person++)
        sign_in(bench, (enum clinic_staff_role)person, sessions[person]);
    for (size_t row = 0; row < ARRAY_SIZE(allowed); row++)
        for (size_t node = 0; node < CLINIC_NODE_ROLE_COUNT; node++)
            for (size_t person = 0; person < CLINIC_STAFF_ROLE_COUNT; person++)
                check(bench, row, node, person, sessions[person]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_has_a_row),
        TEST(nobody_may_ask_for_more_than_is_written_down),
    };
    return cmocka_run_group_tests_name("intake: roles", tests, NULL, NULL);
}
