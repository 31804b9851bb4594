#include "dialog.h"

#include <string.h>

static const enum sics_command questions[] = {
    [DIALOG_RESETTING] = SICS_RESET,
    [DIALOG_IDENTIFYING] = SICS_READ_SERIAL,
    [DIALOG_WEIGHING] = SICS_WEIGH,
};

static void go_on(struct dialog *dialog, enum dialog_phase phase, int64_t due_at_ms)
{
    dialog->phase = phase;
    dialog->is_waiting = false;
    dialog->due_at_ms = due_at_ms;
}

void dialog_begin(struct dialog *dialog, int64_t now_ms)
{
    *dialog = (struct dialog){ .phase = DIALOG_RESETTING, .due_at_ms = now_ms };
}

int64_t dialog_due_ms(const struct dialog *dialog)
{
    const int64_t patience_ms =
        dialog->phase == DIALOG_RESETTING ? DIALOG_RESET_PATIENCE_MS : DIALOG_PATIENCE_MS;
    return dialog->is_waiting ? dialog->asked_at_ms + patience_ms : dialog->due_at_ms;
}

const char *dialog_ask(struct dialog *dialog, int64_t now_ms)
{
    if (now_ms < dialog_due_ms(dialog))
        return NULL;
    if (dialog->is_waiting && ++dialog->failures >= DIALOG_FAILURES_MAX) {
        dialog->failures = 0;
        dialog->phase = DIALOG_RESETTING;
    }
    dialog->is_waiting = true;
    dialog->asked_at_ms = now_ms;
    return sics_command_line(questions[dialog->phase]);
}

// A damaged serial number must not make another scale of this one: only what was said twice counts.
static enum dialog_news identify(struct dialog *dialog, const struct sics_answer *answer,
                                 int64_t now_ms)
{
    const bool is_second =
        dialog->phase == DIALOG_IDENTIFYING && strcmp(dialog->serial, answer->serial) == 0;
    memcpy(dialog->serial, answer->serial, sizeof dialog->serial);
    go_on(dialog, is_second ? DIALOG_WEIGHING : DIALOG_IDENTIFYING, now_ms);
    return is_second ? DIALOG_IDENTITY : DIALOG_NOTHING;
}

static enum dialog_news take_serial(struct dialog *dialog, struct sics_answer *answer,
                                    int64_t now_ms)
{
    if (dialog->phase == DIALOG_WEIGHING) {
        // Unasked: it was switched on again. Whatever it had been asked for is forgotten.
        go_on(dialog, DIALOG_RESETTING, now_ms);
        return DIALOG_NOTHING;
    }
    dialog->failures = 0;
    return identify(dialog, answer, now_ms);
}

// A scale that knows neither @ nor I4 can still weigh.
static enum dialog_news take_no_serial(struct dialog *dialog, struct sics_answer *answer,
                                       int64_t now_ms)
{
    if (dialog->phase == DIALOG_WEIGHING || answer->status == SICS_BUSY
        || answer->status == SICS_TRANSMISSION)
        return DIALOG_NOTHING; // asked again when its time is up
    if (dialog->phase == DIALOG_RESETTING) {
        go_on(dialog, DIALOG_IDENTIFYING, now_ms);
        return DIALOG_NOTHING;
    }
    *answer = (struct sics_answer){ .kind = SICS_SERIAL, .status = SICS_STABLE };
    go_on(dialog, DIALOG_WEIGHING, now_ms);
    return DIALOG_IDENTITY;
}

static enum dialog_news take_weight(struct dialog *dialog, int64_t now_ms)
{
    const int64_t due_at_ms = dialog->asked_at_ms + DIALOG_EVERY_MS;
    if (dialog->phase != DIALOG_WEIGHING)
        return DIALOG_NOTHING; // of a question before the reset
    dialog->failures = 0;
    go_on(dialog, DIALOG_WEIGHING, due_at_ms > now_ms ? due_at_ms : now_ms);
    return DIALOG_READING;
}

static enum dialog_news take_answer(struct dialog *dialog, struct sics_answer *answer,
                                    int64_t now_ms, const char **ret_reason)
{
    switch (answer->kind) {
    case SICS_WEIGHT:
        return take_weight(dialog, now_ms);
    case SICS_SERIAL:
        return answer->status == SICS_STABLE ? take_serial(dialog, answer, now_ms)
                                             : take_no_serial(dialog, answer, now_ms);
    case SICS_ERROR:
        *ret_reason = "the scale did not understand the question";
        return dialog->phase == DIALOG_WEIGHING ? DIALOG_MISUNDERSTOOD
                                                : take_no_serial(dialog, answer, now_ms);
    case SICS_TARED:
    case SICS_ZEROED:
        break; // somebody else's, or a key of the scale
    }
    return DIALOG_NOTHING;
}

enum dialog_news dialog_take(struct dialog *dialog, char byte, int64_t now_ms,
                             struct sics_answer *ret_answer, const char **ret_reason)
{
    const char *line = NULL;
    struct sics_answer answer;
    if (!sics_reader_take(&dialog->reader, byte, &line))
        return DIALOG_NOTHING;
    if (!sics_parse(line, &answer, ret_reason))
        return DIALOG_MISUNDERSTOOD;
    const enum dialog_news news = take_answer(dialog, &answer, now_ms, ret_reason);
    if (news != DIALOG_NOTHING)
        *ret_answer = answer;
    return news;
}

const char *dialog_line(const struct dialog *dialog)
{
    return dialog->reader.line;
}
