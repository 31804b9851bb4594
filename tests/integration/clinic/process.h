// process.h - programs that a test starts, kills and ends: by pid, never by name.
//
// A child dies with the test (PR_SET_PDEATHSIG), so a test that crashes or is killed leaves nothing
// running. What a child prints goes into a file that tests may read.
//
// Errors of the machine (no fork, no file) fail the running test.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
    pid_t pid; // 0: not running
    char log_path[300];
};

// Appends the program's stdout and stderr to the file.
void process_start(struct process *process, const char *log_path, const char *const argv[]);

// The command that runs mosquitto with this configuration, which stays the caller's. Where root starts it, it would
// give up root's rights, and the kernel PR_SET_PDEATHSIG with them: a killed test would leave it running.
// So it gets neither to begin with.
enum { PROCESS_BROKER_ARGUMENTS = 9 };
void process_broker_command(const char *config, const char *ret_argv[PROCESS_BROKER_ARGUMENTS]);

// Sends the signal and waits for the end; after ten seconds without one, SIGKILL. Harmless when it has ended.
// Returns the wait status of waitpid().
int process_end(struct process *process, int signal);

// Waits for it to end by itself; 0 ms: only looks. False: it still runs.
bool process_wait(struct process *process, int64_t within_ms, int *ret_status);

struct process_output {
    int exit_code;     // -1: a signal ended it
    char text[524288]; // what it printed, cut to fit
};

// Runs a program to its end, at most a minute.
void process_run(struct process_output *ret_output, const char *const argv[]);

// The same, and its exit code must be 0.
void process_must_run(const char *const argv[]);

int64_t process_now_ms(void); // monotonic
