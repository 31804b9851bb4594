// clinic-kiosk: its words and exit codes, what it lets a page ask, its tickets, and what it keeps.
#include "evidence.h"
#include "page.h"

#include <clinic/json.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DONE = 0, FAILED = 1, PSS_KIB_MAX = 8 * 1024 }; // USAGE is that of every program

static const char program[] = PROGRAM_FOLDER "/clinic-kiosk";
static const char log_file[] = "logs/kiosk.log";
static const char wrong[] = "100042177"; // well-formed, and nobody's

static const char *node_file(const struct fixture *fixture, const char *node, const char *file)
{
    return fixture_path(fixture, "broker/nodes/%s/%s", node, file);
}

static void add_setting(const struct fixture *fixture, const char *node, const char *text)
{
    FILE *file = fopen(node_file(fixture, node, "node.ini"), "a");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int setup(void **state)
{
    (void)unsetenv("CLINIC_NODE");
    if (fixture_setup(state) != 0)
        return -1;
    add_setting(*state, "kiosk-1", "\n[page]\nport = 0\n[kiosk]\nname = Clinic by the Park\n");
    add_setting(*state, "board-1", "\n[page]\nport = 0\n");
    return 0;
}

static struct browser *serve(struct fixture *fixture, struct process *process, const char *node)
{
    static const char ready[] = "ready: http:";
    const size_t before = evidence_lines(fixture, log_file, ready);
    const bool is_board = strcmp(node, "board-1") == 0;
    process_start(process, fixture_path(fixture, "%s", log_file),
                  (const char *const[]){ program, "--folder", node_file(fixture, node, "."),
                                         is_board ? "--board" : NULL, NULL });
    evidence_wait_lines(fixture, log_file, ready, before + 1);
    return browser_open(page_port(fixture, log_file));
}

static void end(struct process *process, struct browser *browser)
{
    browser_close(browser);
    assert_int_equal(process_end(process, SIGTERM), 0);
}

// ---- words and exit codes

static int run(const char *text, const char *const words[])
{
    static struct process_output output;
    const char *argv[8] = { program };
    for (size_t i = 0; words[i] != NULL; i++)
        argv[i + 1] = words[i];
    process_run(&output, argv);
    if (strstr(output.text, text) == NULL)
        fail_msg("\"%s\" is not in: %s", text, output.text);
    return output.exit_code;
}
#define KIOSK(text, ...) run((text), (const char *const[]){ __VA_ARGS__, NULL })

static void help_lists_every_setting(void **state)
{
    static const char *const settings[] = { "port",   "languages", "name",  "ticket",
                                            "idle_s", "extend_s",  "[node]" };
    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        assert_int_equal(KIOSK(settings[i], "--help"), DONE);
}

static void wrong_usage_is_told(void **state)
{
    (void)state;
    assert_int_equal(KIOSK("--help tells", "--bord"), USAGE);
    assert_int_equal(KIOSK("--help tells", "--folder"), USAGE);
    assert_int_equal(KIOSK("which node?", "--board"), USAGE);
}

static void check_reads_the_settings_and_ends(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(KIOSK("in order", "--check", "--folder", node_file(fixture, "kiosk-1", ".")),
                     DONE);
    assert_int_equal(KIOSK("node.ini", "--check", "--folder", "/nowhere"), FAILED);
    add_setting(fixture, "desk-2", "\n[kiosk]\nticket = Ana\n");
    assert_int_equal(KIOSK("one letter from A to Z", "--folder", node_file(fixture, "desk-2", ".")),
                     FAILED);
    add_setting(fixture, "desk-1", "\n[kiosk]\ntiket = P\n");
    assert_int_equal(KIOSK("tiket", "--folder", node_file(fixture, "desk-1", ".")), FAILED);
}

static void a_port_that_is_taken_is_told(void **state)
{
    struct fixture *fixture = *state;
    struct process process;
    char setting[60];
    struct browser *browser = serve(fixture, &process, "kiosk-1");
    (void)snprintf(setting, sizeof setting, "\n[page]\nport = %d\n", browser->port);
    add_setting(fixture, "scale-1", setting);
    assert_int_equal(KIOSK("cannot be served", "--folder", node_file(fixture, "scale-1", ".")),
                     FAILED);
    assert_int_equal(KIOSK("another program", "--folder", node_file(fixture, "kiosk-1", ".")),
                     FAILED);
    end(&process, browser);
}

// ---- what a page may ask

static void a_page_may_ask_what_its_screen_needs(void **state)
{
    static const char *const refused[] = { "patient/find", "patient/update", "patient/delete",
                                           "audit/read",   "staff/sign-in",  "appointment/list" };
    struct process process;
    struct browser *browser = serve(*state, &process, "kiosk-1");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(browser_post(browser, refused[i], "{}"), 404);
    page_await_clinic(browser);
    assert_int_equal(browser_request(browser, "doctor/list", "{}"), 200);
    assert_int_equal(browser_request(browser, "appointment/board", "{}"), 200);
    assert_int_equal(browser_request(browser, "appointment/find", "{'member_id':'%s'}", wrong),
                     409);
    assert_int_equal(browser_get(browser, "/kiosk/kiosk.js"), 200);
    end(&process, browser);
}

static void a_board_asks_for_nothing_else(void **state)
{
    struct process process;
    struct browser *browser = serve(*state, &process, "board-1");
    page_await_clinic(browser);
    assert_int_equal(browser_request(browser, "appointment/board", "{}"), 200);
    assert_int_equal(browser_post(browser, "doctor/list", "{}"), 404);
    assert_int_equal(browser_post(browser, "appointment/check-in", "{}"), 404);
    assert_int_equal(browser_get(browser, "/kiosk/kiosk.js"), 404);
    assert_int_equal(browser_get(browser, "/"), 200);
    assert_non_null(strstr(browser->body, "/board/board.js"));
    end(&process, browser);
}

// ---- tickets

static void check_in(struct browser *browser, const char *wanted_ticket)
{
    // The page has no say in it.
    assert_int_equal(
        browser_post(browser, "appointment/check-in", "{'member_id':'%s','ticket':'Z9'}", wrong),
        202);
    assert_string_equal(clinic_json_text(browser->json, "custody"), "here");
    assert_string_equal(clinic_json_text(browser->json, "ticket"), wanted_ticket);
}

static void tickets_count_on_over_a_restart_and_what_is_refused_is_not_kept(void **state)
{
    struct fixture *fixture = *state;
    struct process process;
    struct browser *browser = serve(fixture, &process, "kiosk-1");
    (void)fixture_end_broker(fixture, SIGKILL);
    check_in(browser, "P1");
    check_in(browser, "P2");
    browser_close(browser);
    (void)process_end(&process, SIGKILL);

    browser = serve(fixture, &process, "kiosk-1");
    check_in(browser, "P3");
    const size_t mark = browser_mark(browser);
    fixture_restart_broker(fixture);
    browser_await(browser, mark, "custody", "\"rejected\"");
    browser_await(browser, mark, "status", "\"waiting\":0");
    assert_int_equal(browser_get(browser, "/api/outbox"), 200);
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(browser->json, "rows")), 0);
    end(&process, browser);
    assert_false(evidence_in_file(fixture, log_file, wrong));
}

// ---- memory

static long pss_kib(pid_t pid)
{
    char path[60];
    char line[200];
    long kib = -1;
    (void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        (void)sscanf(line, "Pss: %ld", &kib);
    (void)fclose(file); // read only
    return kib;
}

static void the_program_is_small_while_it_serves(void **state)
{
    struct process process;
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    struct browser *browser = serve(*state, &process, "kiosk-1");
    page_await_clinic(browser);
    assert_int_equal(browser_get(browser, "/"), 200);
    assert_int_equal(browser_get(browser, "/base.css"), 200);
    for (int i = 0; i < 20; i++)
        (void)browser_request(browser, "appointment/board", "{}");
    const long kib = pss_kib(process.pid);
    print_message("%ld KiB with a stream open\n", kib);
    assert_in_range(kib, 1, PSS_KIB_MAX);
    end(&process, browser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(help_lists_every_setting),
        fixture_test(wrong_usage_is_told),
        fixture_test(check_reads_the_settings_and_ends),
        fixture_test(a_port_that_is_taken_is_told),
        fixture_test(a_page_may_ask_what_its_screen_needs),
        fixture_test(a_board_asks_for_nothing_else),
        fixture_test(tickets_count_on_over_a_restart_and_what_is_refused_is_not_kept),
        fixture_test(the_program_is_small_while_it_serves),
    };
    return cmocka_run_group_tests_name("kiosk program", tests, setup, fixture_teardown);
}
