#include "process.h"

#include <clinic/clock.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { END_WITHIN_MS = 10000, RUN_WITHIN_MS = 60000, LOOK_EVERY_MS = 5 };

int64_t process_now_ms(void)
{
    return clinic_monotonic_ms(clinic_clock_system());
}

// Between fork and exec: only what is safe there.
static void become(const char *const argv[], int output, pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)signal(SIGPIPE, SIG_DFL); // what ships is started by no test that ignores it
    if (getppid() != parent)
        _exit(127);
    const int input = open("/dev/null", O_RDONLY);
    if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0
        || dup2(output, STDERR_FILENO) < 0)
        _exit(127);
    (void)execvp(argv[0], (char *const *)argv);
    (void)dprintf(STDERR_FILENO, "cannot run %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static pid_t start(const char *const argv[], int output)
{
    const pid_t parent = getpid();
    const pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0)
        become(argv, output, parent);
    return pid;
}

void process_start(struct process *process, const char *log_path, const char *const argv[])
{
    const int output = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    assert_true(output >= 0);
    (void)snprintf(process->log_path, sizeof process->log_path, "%s", log_path);
    process->pid = start(argv, output);
    (void)close(output);
}

void process_broker_command(const char *config, const char *ret_argv[PROCESS_BROKER_ARGUMENTS])
{
    static const char *const as_mosquitto[] = { "setpriv", "--reuid=mosquitto", "--regid=mosquitto",
                                                "--init-groups", "--pdeathsig=KILL" };
    size_t count = 0;

    if (geteuid() == 0 && getpwnam("mosquitto") != NULL) {
        memcpy(ret_argv, as_mosquitto, sizeof as_mosquitto);
        count = sizeof as_mosquitto / sizeof as_mosquitto[0];
    }
    ret_argv[count++] = "mosquitto";
    ret_argv[count++] = "-c";
    ret_argv[count++] = config;
    ret_argv[count] = NULL;
}

// True once the child has ended.
static bool wait_until(pid_t pid, int64_t deadline_ms, int *ret_status)
{
    while (waitpid(pid, ret_status, WNOHANG) == 0) {
        if (process_now_ms() > deadline_ms)
            return false;
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
    return true;
}

int process_end(struct process *process, int signal)
{
    int status = 0;

    if (process->pid == 0)
        return 0;
    (void)kill(process->pid, signal);
    if (!wait_until(process->pid, process_now_ms() + END_WITHIN_MS, &status)) {
        (void)kill(process->pid, SIGKILL);
        (void)waitpid(process->pid, &status, 0);
    }
    process->pid = 0;
    return status;
}

bool process_wait(struct process *process, int64_t within_ms, int *ret_status)
{
    assert_true(process->pid > 0);
    if (!wait_until(process->pid, process_now_ms() + within_ms, ret_status))
        return false;
    process->pid = 0;
    return true;
}

// Reads until the child has closed its end or the time is over.
static void collect(int from, int64_t deadline_ms, struct process_output *output)
{
    size_t used = 0;

    for (;;) {
        struct pollfd readable = { .fd = from, .events = POLLIN };
        char rest[4096];
        const bool has_room = used < sizeof output->text - 1;
        if (process_now_ms() > deadline_ms || poll(&readable, 1, 1000) < 0)
            break;
        if (readable.revents == 0)
            continue;
        const ssize_t got = has_room
                                ? read(from, output->text + used, sizeof output->text - 1 - used)
                                : read(from, rest, sizeof rest);
        if (got <= 0)
            break;
        if (has_room)
            used += (size_t)got;
    }
    output->text[used] = '\0';
}

void process_run(struct process_output *ret_output, const char *const argv[])
{
    const int64_t deadline_ms = process_now_ms() + RUN_WITHIN_MS;
    int ends[2];
    int status = 0;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    const pid_t pid = start(argv, ends[1]);
    (void)close(ends[1]);
    collect(ends[0], deadline_ms, ret_output);
    (void)close(ends[0]);
    if (!wait_until(pid, deadline_ms, &status)) {
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, &status, 0);
    }
    ret_output->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void process_must_run(const char *const argv[])
{
    static struct process_output output;

    process_run(&output, argv);
    if (output.exit_code != 0)
        fail_msg("%s %s ended with %d:\n%s", argv[0], argv[1], output.exit_code, output.text);
}
