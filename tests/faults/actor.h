// actor.h - a program that is killed, stopped and started again at random moments.
//
// Of four faults one is SIGSTOP (after which it is either woken or killed as it stands) and three are SIGKILL,
// in random order, so that even a short campaign has both kinds. It is ended by pid, never by name.
#pragma once

#include "dice.h"

#include <process.h>

enum { ACTOR_ARGUMENTS_MAX = 20, ACTOR_ARGUMENT_BYTES = 300 };

struct actor_habits {
    bool is_killed;
    bool is_stopped;
    int64_t up_min_ms; // from one fault to the next
    int64_t up_max_ms;
    int64_t down_max_ms;
    int64_t stopped_max_ms;
};

enum actor_state { ACTOR_DOWN, ACTOR_UP, ACTOR_STOPPED };

struct actor {
    const char *name;
    struct actor_habits habits;
    struct process *process;
    void (*before_kill)(void *context); // may be NULL
    void *context;
    enum actor_state state;
    int64_t due_at_ms; // of the next fault or start; monotonic
    unsigned turn;
    unsigned stop_turn; // which of the four faults under way is SIGSTOP
    unsigned starts;
    unsigned kills;
    unsigned stops;
    char log_path[ACTOR_ARGUMENT_BYTES];
    char arguments[ACTOR_ARGUMENTS_MAX][ACTOR_ARGUMENT_BYTES];
};

// Copies the arguments, which end with NULL.
void actor_set_arguments(struct actor *actor, const char *const argv[]);

void actor_start(struct actor *actor, struct dice *dice);

// What is due now: a fault, an awakening or a start. A program that ended without being killed fails the test.
void actor_act(struct actor *actor, struct dice *dice);

// Peace: wakes it, or starts it where it is down. From now on it may end by itself.
void actor_restore(struct actor *actor, struct dice *dice);

void actor_kill(struct actor *actor);
