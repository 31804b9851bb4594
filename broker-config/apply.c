#include "apply.h"

#include "canary.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool explain_end(int status, struct failure *failure)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFEXITED(status))
        return failed(failure, "the restart command ended with status %d", WEXITSTATUS(status));
    return failed(failure, "the restart command was ended by signal %d", WTERMSIG(status));
}

static bool run_shell(const char *command, struct failure *failure)
{
    const pid_t child = fork();
    if (child < 0)
        return failed(failure, "cannot start the restart command: %s", strerror(errno));
    if (child == 0) {
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return failed(failure, "cannot wait for the restart command: %s", strerror(errno));
    }
    return explain_end(status, failure);
}

bool apply_prove(struct authority *authority, int64_t wait_ms, FILE *out, struct failure *failure)
{
    if (!canary_run(authority, wait_ms, out, failure))
        return false;
    if (authority->ledger.applied == authority->ledger.generation)
        return true;
    authority->ledger.applied = authority->ledger.generation;
    return authority_save_ledger(authority, failure);
}

bool apply_change(struct authority *authority, int64_t wait_ms, FILE *out, struct failure *failure)
{
    if (authority->settings.restart[0] == '\0') {
        (void)fprintf(out,
                      "Start or restart the broker (mosquitto -c %s/%s), then run\n"
                      "clinic-broker canary --dir %s\n",
                      authority->layout.dir, layout_name(LAYOUT_BROKER_CONF),
                      authority->layout.dir);
        return true;
    }
    (void)fprintf(out, "restarting the broker: %s\n", authority->settings.restart);
    (void)fflush(out);
    struct failure reason = { "" };
    if (run_shell(authority->settings.restart, &reason)
        && apply_prove(authority, wait_ms, out, &reason))
        return true;
    return failed(failure, "the files are written, but the broker does not use them: %.500s",
                  reason.text);
}
