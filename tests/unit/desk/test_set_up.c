// Waiting for a scale: what it answered, in words, and the exit code.
#include <clinic/json.h>
#include <set_up.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TASK "01935c1e-8b2a-7c3d-8e4f-123456789abc"
#define OTHER "01935c1e-8b2a-7c3d-8e4f-123456789abd"
#define OPEN "{\"task\":{\"id\":\"" TASK "\"}}"

// A gateway that answers one after the other, and then the last one again.
struct script {
    const char *const *replies;
    size_t count;
    size_t reads;
    size_t pauses;
    size_t pauses_max;
    enum clinic_outcome outcome;
};

static enum clinic_outcome read_next(void *context, cJSON *data, cJSON **ret_reply)
{
    struct script *script = context;
    const size_t turn = script->reads < script->count ? script->reads : script->count - 1;

    assert_string_equal(clinic_json_text(data, "node"), "scale-1");
    assert_int_equal(clinic_json_member(data, "channel")->valueint, 3);
    cJSON_Delete(data);
    script->reads++;
    if (script->outcome == CLINIC_OUTCOME_ACCEPTED)
        *ret_reply = cJSON_Parse(script->replies[turn]);
    return script->outcome;
}

static bool pause_once(void *context)
{
    struct script *script = context;

    return script->pauses++ < script->pauses_max;
}

static enum clinic_outcome wait_for(struct script *script, char text[static SET_UP_TEXT_BYTES])
{
    cJSON *channel = NULL;
    const struct set_up set_up = {
        .node = "scale-1",
        .channel = 3,
        .task_id = TASK,
        .read = read_next,
        .pause = pause_once,
        .context = script,
    };
    const enum clinic_outcome outcome = set_up_wait(&set_up, &channel, text);

    assert_int_equal(channel != NULL, script->outcome == CLINIC_OUTCOME_ACCEPTED);
    cJSON_Delete(channel);
    return outcome;
}

static void every_ending_has_its_words_and_its_exit_code(void **state)
{
    static const struct {
        const char *outcome;
        enum clinic_outcome is;
        const char *words;
    } rows[] = {
        { "done", CLINIC_OUTCOME_ACCEPTED, "has measured" },
        { "moving", CLINIC_OUTCOME_REJECTED, "did not stand still" },
        { "lifted", CLINIC_OUTCOME_REJECTED, "bin" },
        { "overload", CLINIC_OUTCOME_REJECTED, "more on the scale" },
        { "fault", CLINIC_OUTCOME_REJECTED, "silent" },
        { "too-light", CLINIC_OUTCOME_REJECTED, "heavier" },
        { "not-calibrated", CLINIC_OUTCOME_REJECTED, "tare" },
        { "inexact", CLINIC_OUTCOME_REJECTED, "--units-per-box 13" },
        { "expired", CLINIC_OUTCOME_UNAVAILABLE, "did not answer" },
        { "of-a-later-release", CLINIC_OUTCOME_REJECTED, "of-a-later-release" },
    };
    char reply[300];
    char text[SET_UP_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *const replies[] = { reply };
        struct script script = { .replies = replies, .count = 1 };
        (void)snprintf(reply, sizeof reply,
                       "{\"settings\":{\"box_at_least\":13},\"last\":{\"task_id\":\"" TASK
                       "\",\"outcome\":\"%s\",\"accuracy_permille\":160}}",
                       rows[i].outcome);
        assert_int_equal(wait_for(&script, text), rows[i].is);
        if (strstr(text, rows[i].words) == NULL)
            fail_msg("%s: %s", rows[i].outcome, text);
        assert_int_equal(script.reads, 1);
    }
}

static void an_open_step_is_waited_for(void **state)
{
    static const char *const replies[] = {
        OPEN, OPEN, "{\"task\":{\"id\":\"" TASK "\"},\"last\":{\"task_id\":\"" OTHER "\"}}",
        "{\"last\":{\"task_id\":\"" TASK "\",\"outcome\":\"done\"}}"
    };
    struct script script = { .replies = replies, .count = 4, .pauses_max = 9 };
    char text[SET_UP_TEXT_BYTES];

    (void)state;
    assert_int_equal(wait_for(&script, text), CLINIC_OUTCOME_ACCEPTED);
    assert_int_equal(script.reads, 4);
    assert_int_equal(script.pauses, 3);
}

static void waiting_ends(void **state)
{
    static const char *const open[] = { OPEN };
    struct script script = { .replies = open, .count = 1, .pauses_max = 5 };
    char text[SET_UP_TEXT_BYTES];

    (void)state;
    assert_int_equal(wait_for(&script, text), CLINIC_OUTCOME_UNAVAILABLE);
    assert_int_equal(script.reads, 6);
    assert_non_null(strstr(text, "not answered yet"));
}

static void another_step_is_not_ours(void **state)
{
    static const char *const another[] = { "{\"task\":{\"id\":\"" OTHER "\"}}" };
    struct script script = { .replies = another, .count = 1, .pauses_max = 5 };
    char text[SET_UP_TEXT_BYTES];

    (void)state;
    assert_int_equal(wait_for(&script, text), CLINIC_OUTCOME_UNAVAILABLE);
    assert_int_equal(script.reads, 1);
}

static void a_gateway_that_is_gone_has_been_told_already(void **state)
{
    struct script script = { .count = 1, .outcome = CLINIC_OUTCOME_UNAVAILABLE };
    char text[SET_UP_TEXT_BYTES] = "?";

    (void)state;
    assert_int_equal(wait_for(&script, text), CLINIC_OUTCOME_UNAVAILABLE);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_ending_has_its_words_and_its_exit_code),
        cmocka_unit_test(an_open_step_is_waited_for),
        cmocka_unit_test(waiting_ends),
        cmocka_unit_test(another_step_is_not_ours),
        cmocka_unit_test(a_gateway_that_is_gone_has_been_told_already),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
