#include "actor.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { FAULTS_A_ROUND = 4 };

void actor_set_arguments(struct actor *actor, const char *const argv[])
{
    size_t i = 0;

    for (; argv[i] != NULL; i++) {
        assert_true(i < ACTOR_ARGUMENTS_MAX - 1);
        (void)snprintf(actor->arguments[i], ACTOR_ARGUMENT_BYTES, "%s", argv[i]);
    }
    actor->arguments[i][0] = '\0';
}

static void plan(struct actor *actor, struct dice *dice)
{
    const struct actor_habits *habits = &actor->habits;

    actor->due_at_ms = process_now_ms() + dice_between(dice, habits->up_min_ms, habits->up_max_ms);
}

void actor_start(struct actor *actor, struct dice *dice)
{
    const char *argv[ACTOR_ARGUMENTS_MAX] = { NULL };

    for (size_t i = 0; actor->arguments[i][0] != '\0'; i++)
        argv[i] = actor->arguments[i];
    process_start(actor->process, actor->log_path, argv);
    actor->state = ACTOR_UP;
    actor->starts++;
    plan(actor, dice);
}

void actor_kill(struct actor *actor)
{
    if (actor->before_kill != NULL && actor->state == ACTOR_UP)
        actor->before_kill(actor->context);
    (void)process_end(actor->process, SIGKILL);
    actor->state = ACTOR_DOWN;
    actor->kills++;
}

static void stop(struct actor *actor, struct dice *dice)
{
    (void)kill(actor->process->pid, SIGSTOP);
    actor->state = ACTOR_STOPPED;
    actor->stops++;
    actor->due_at_ms =
        process_now_ms()
        + dice_between(dice, actor->habits.stopped_max_ms / 4, actor->habits.stopped_max_ms);
}

static void wake(struct actor *actor, struct dice *dice)
{
    (void)kill(actor->process->pid, SIGCONT);
    actor->state = ACTOR_UP;
    plan(actor, dice);
}

static void kill_for_a_while(struct actor *actor, struct dice *dice)
{
    actor_kill(actor);
    actor->due_at_ms = process_now_ms() + dice_between(dice, 0, actor->habits.down_max_ms);
}

// Both kinds of fault where the actor's habits have both.
static bool is_stop_next(struct actor *actor, struct dice *dice)
{
    if (!actor->habits.is_killed || !actor->habits.is_stopped)
        return actor->habits.is_stopped;
    if (actor->turn % FAULTS_A_ROUND == 0)
        actor->stop_turn = (unsigned)dice_between(dice, 0, FAULTS_A_ROUND - 1);
    return actor->turn++ % FAULTS_A_ROUND == actor->stop_turn;
}

static void look_alive(struct actor *actor)
{
    int status = 0;

    if (actor->state == ACTOR_UP && process_wait(actor->process, 0, &status))
        fail_msg("%s ended by itself (%s %d); see %s", actor->name,
                 WIFEXITED(status) ? "exit code" : "signal",
                 WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), actor->log_path);
}

void actor_act(struct actor *actor, struct dice *dice)
{
    look_alive(actor);
    if (process_now_ms() < actor->due_at_ms)
        return;
    switch (actor->state) {
    case ACTOR_DOWN:
        actor_start(actor, dice);
        break;
    case ACTOR_UP:
        if (is_stop_next(actor, dice))
            stop(actor, dice);
        else
            kill_for_a_while(actor, dice);
        break;
    case ACTOR_STOPPED:
        if (actor->habits.is_killed && dice_between(dice, 0, 1) == 0)
            kill_for_a_while(actor, dice);
        else
            wake(actor, dice);
        break;
    }
}

void actor_restore(struct actor *actor, struct dice *dice)
{
    if (actor->state == ACTOR_STOPPED)
        wake(actor, dice);
    else if (actor->state == ACTOR_DOWN)
        actor_start(actor, dice);
}
