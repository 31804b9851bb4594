#include "page.h"

#include "evidence.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char ready[] = "ready: http://127.0.0.1:";

int page_port(const struct fixture *fixture, const char *log)
{
    FILE *file = fopen(fixture_path(fixture, "%s", log), "r");
    char line[1200];
    int port = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        const char *found = strstr(line, ready);
        if (found != NULL)
            assert_int_equal(sscanf(found + sizeof ready - 1, "%d/", &port), 1);
    }
    (void)fclose(file);
    return port;
}

int page_serve_desk(struct fixture *fixture, struct process *process, const char *node)
{
    char log[80];
    (void)snprintf(log, sizeof log, "logs/serve-%s.log", node);
    box_serve(fixture, process, node);
    return page_port(fixture, log);
}

int page_serve_kiosk(struct fixture *fixture, struct process *process, bool drops_rejected)
{
    static const char log[] = "logs/page-host.log";
    const size_t before = evidence_lines(fixture, log, ready);
    process_start(process, fixture_path(fixture, "%s", log),
                  (const char *const[]){ HOST_PROGRAM,
                                         fixture_path(fixture, "broker/nodes/kiosk-1"), "kiosk",
                                         drops_rejected ? "drops" : NULL, NULL });
    evidence_wait_lines(fixture, log, ready, before + 1);
    return page_port(fixture, log);
}

void page_await_clinic(struct browser *browser)
{
    // The first status of a stream may be of the time before.
    browser_await(browser, 0, "status", "\"gateway_online\":true");
}

void page_pause(const struct process *process)
{
    assert_int_equal(kill(process->pid, SIGSTOP), 0);
}

void page_resume(const struct process *process)
{
    assert_int_equal(kill(process->pid, SIGCONT), 0);
}

int page_begin_at_desk(void **state, struct process *process, struct browser **ret_browser)
{
    if (fixture_setup(state) != 0)
        return -1;
    *ret_browser = browser_open(page_serve_desk(*state, process, "desk-1"));
    page_await_clinic(*ret_browser);
    browser_sign_in(*ret_browser);
    return 0;
}

int page_end_at_desk(void **state, struct process *process, struct browser *browser)
{
    browser_close(browser);
    return process_end(process, SIGTERM) == 0 ? fixture_teardown(state) : -1;
}
