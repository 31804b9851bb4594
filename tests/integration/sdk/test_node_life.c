// A node from its opening to its end.
#include "node_fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>

static void what_prevents_opening_is_said(void **state)
{
    (void)state;
    char problem[512];
    struct clinic_node *second = NULL;
    start_node();
    assert_int_equal(
        clinic_node_open(broker.folder, "1", &handler, &program, &second, problem, sizeof problem),
        CLINIC_BUSY);
    assert_non_null(strstr(problem, "outbox.db"));
    assert_int_equal(
        clinic_node_open("/nonexistent", "1", &handler, &program, &second, problem, sizeof problem),
        CLINIC_IO);
    assert_string_equal(problem, "/nonexistent/node.ini: No such file or directory.");
    stop_node();
    write_settings("../desk");
    assert_int_equal(
        clinic_node_open(broker.folder, "1", &handler, &program, &second, problem, sizeof problem),
        CLINIC_INVALID);
    assert_null(second);
}

static void the_status_tells_of_the_node_and_its_outbox(void **state)
{
    (void)state;
    broker_start(&broker, "broker");
    start_gateway(&broker, "2026-01-01T00:00:00.000Z");
    gateway.is_silent = true;
    start_node();
    UNTIL(strstr(gateway.node_status, "\"state\":\"online\"") != NULL);
    assert_non_null(strstr(gateway.node_status, "\"version\":\"1.2\",\"outbox\":0"));
    submit_patient();
    submit_patient();
    UNTIL(strstr(gateway.node_status, "\"outbox\":2") != NULL);
    stop_node();
    UNTIL(strstr(gateway.node_status, "\"state\":\"offline\"") != NULL);
    if (strstr(gateway.node_status, "\"outbox\":2") == NULL)
        fail_msg("%s", gateway.node_status);
}

static struct clinic_node *stopped;

static void on_alarm(int signal_number)
{
    (void)signal_number;
    clinic_node_stop(stopped); // NOLINT(bugprone-signal-handler): safe, as its header says
}

static void a_signal_handler_can_end_run(void **state)
{
    (void)state;
    start_node();
    stopped = program.node;
    assert_true(signal(SIGALRM, on_alarm) != SIG_ERR);
    const struct itimerval soon = { .it_value = { .tv_usec = 100000 } };
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    const int64_t begin_ms = process_now_ms();
    clinic_node_run(program.node, WAIT_MS);
    assert_in_range(process_now_ms() - begin_ms, 50, 5000);
    clinic_node_run(program.node, 50); // the stop is spent
    assert_true(process_now_ms() - begin_ms >= 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_prevents_opening_is_said),
        TEST(the_status_tells_of_the_node_and_its_outbox),
        TEST(a_signal_handler_can_end_run),
    };
    return cmocka_run_group_tests(tests, node_init, node_done);
}
