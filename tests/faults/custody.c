// custody.c - kill anything, lose nothing: a whole clinic whose programs are killed at random while it works.
//
//   custody [--seconds N] [--seed S]
//
// CLINIC_CAMPAIGN_SECONDS is the default of N. Then the books of all parts are compared (verdict.h), spoilt in every
// way we know (falsify.h) and compared again, which must not pass.
#include "campaign.h"
#include "falsify.h"
#include "verdict.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <cmocka.h>

enum {
    SECONDS = 60,
    LEAST_ANSWERED_IN_PHASE = 10,
    LEAST_KILLS = 3,
    LEAST_STOPS = 1,
    SECONDS_FOR_LEAST = 45,     // a shorter campaign is somebody's experiment
    SECONDS_FOR_REPEATED = 240, // whether a kill falls between a commit and its reply is chance
};

static int64_t seconds = SECONDS;
static uint64_t seed;
static struct campaign campaign;

static void print_actors(void)
{
    (void)printf("%-14s %8s %8s %8s\n", "", "started", "killed", "stopped");
    for (size_t i = 0; i < CAMPAIGN_ACTORS; i++) {
        const struct actor *actor = &campaign.actors[i];
        (void)printf("%-14s %8u %8u %8u\n", actor->name, actor->starts, actor->kills, actor->stops);
    }
}

static void print_promises(const struct books_promises *promises)
{
    size_t accepted = 0;
    size_t hidden = 0;

    for (size_t i = 0; i < promises->count; i++) {
        accepted += promises->rows[i].answer == BOOKS_ACCEPTED;
        hidden += promises->rows[i].answer == BOOKS_ACCEPTED && promises->rows[i].sequence == 0;
    }
    (void)printf(
        "%-14s %8zu promised, %8zu accepted (%zu answers hidden by a kill), %zu rejected\n",
        promises->node, promises->count, accepted, hidden, promises->count - accepted);
}

static void print_books(const struct books *books)
{
    for (size_t i = 0; i < BOOKS_SUBMITTERS; i++)
        print_promises(&books->submitters[i]);
    (void)printf("%-14s %8zu events\n", "log", books->log.count);
    (void)printf("%-14s %8zu events\n", "recorder", books->recorded.count);
    (void)printf("%-14s %8zu events\n", "archive", books->archived.count);
    (void)printf("%-14s %8" PRId64 " requests came once more and got the same reply\n", "gateway",
                 campaign.repeated);
    (void)fflush(stdout);
}

static void fail_with(const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->count && i < VERDICT_FINDINGS_MAX; i++)
        print_error("%s\n", verdict->findings[i]);
    fail_msg("%zu findings; again with --seed %" PRIu64 " --seconds %" PRId64, verdict->count, seed,
             seconds);
}

static void nothing_is_lost_and_nothing_is_doubled(void **state)
{
    static struct verdict verdict;
    struct books books;

    (void)printf("custody: seed %" PRIu64 ", %" PRId64 " s\n", seed, seconds);
    (void)fflush(stdout);
    campaign_begin(&campaign, *state, seed);
    campaign_rage(&campaign, seconds);
    print_actors();
    campaign_settle(&campaign);
    books_read(&campaign.paths, &books);
    print_books(&books);
    verdict_reach(&books, &verdict);
    books_done(&books);
    if (verdict.count > 0)
        fail_with(&verdict);
}

static int end_and_verify(void **state)
{
    campaign_end(&campaign);
    return fixture_check(state);
}

static void every_falsification_is_found(void **state)
{
    static struct verdict verdict;
    struct books books;

    (void)state;
    for (size_t i = 0; i < falsification_count; i++) {
        books_read(&campaign.paths, &books);
        falsifications[i].spoil(&books);
        verdict_reach(&books, &verdict);
        books_done(&books);
        if (verdict.count == 0)
            fail_msg("not found: %s", falsifications[i].name);
        (void)printf("found: %-48s %s\n", falsifications[i].name, verdict.findings[0]);
    }
}

// A campaign in which nothing happened proves nothing.
static void there_was_work_and_there_were_faults(void **state)
{
    (void)state;
    if (seconds < SECONDS_FOR_LEAST)
        skip();
    for (int phase = 0; phase < CAMPAIGN_PHASES; phase++) {
        (void)printf("phase %d: %" PRId64 " accepted\n", phase + 1,
                     campaign.answered_in_phase[phase]);
        assert_true(campaign.answered_in_phase[phase] >= LEAST_ANSWERED_IN_PHASE);
    }
    for (size_t i = 0; i < CAMPAIGN_ACTORS; i++) {
        const struct actor *actor = &campaign.actors[i];
        if (actor->habits.is_killed && actor->kills < LEAST_KILLS)
            fail_msg("%s was killed %u times only", actor->name, actor->kills);
        if (actor->habits.is_stopped && actor->stops < LEAST_STOPS)
            fail_msg("%s was never stopped", actor->name);
    }
    assert_true(campaign.repeated > 0 || seconds < SECONDS_FOR_REPEATED);
}

// ---- options

static bool take_number(const char *text, uint64_t *ret_number)
{
    char *end = NULL;

    if (text == NULL || text[0] < '0' || text[0] > '9')
        return false;
    *ret_number = strtoull(text, &end, 10);
    return *end == '\0';
}

static bool take_options(int argc, char **argv)
{
    uint64_t number = 0;

    for (int i = 1; i < argc; i += 2) {
        const bool is_seed = strcmp(argv[i], "--seed") == 0;
        if ((!is_seed && strcmp(argv[i], "--seconds") != 0) || !take_number(argv[i + 1], &number))
            return false;
        if (is_seed)
            seed = number;
        else
            seconds = (int64_t)number;
    }
    return seconds > 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(nothing_is_lost_and_nothing_is_doubled, end_and_verify),
        cmocka_unit_test(every_falsification_is_found),
        cmocka_unit_test(there_was_work_and_there_were_faults),
    };
    uint64_t number = 0;

    if (take_number(getenv("CLINIC_CAMPAIGN_SECONDS"), &number))
        seconds = (int64_t)number;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed || !take_options(argc, argv)) {
        (void)fputs("usage: custody [--seconds N] [--seed S]\n", stderr);
        return 2;
    }
    return cmocka_run_group_tests_name("custody", tests, fixture_setup, fixture_teardown);
}
