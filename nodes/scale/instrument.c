#include "instrument.h"

#include "serial.h"

#include <clinic/log.h>

#include <errno.h>
#include <string.h>

void instrument_init(struct instrument *instrument, const char *path, int64_t baud)
{
    *instrument = (struct instrument){
        .path = path, .baud = baud, .fd = -1, .retry_ms = INSTRUMENT_RETRY_LEAST_MS
    };
}

void instrument_close(struct instrument *instrument)
{
    serial_close(instrument->fd);
    instrument->fd = -1;
}

int instrument_fd(const struct instrument *instrument)
{
    return instrument->fd;
}

int64_t instrument_due_ms(const struct instrument *instrument)
{
    if (instrument->fd < 0)
        return instrument->retry_at_ms;
    const int64_t stuck_at_ms = instrument->heard_at_ms + INSTRUMENT_STUCK_MS;
    const int64_t due_ms = dialog_due_ms(&instrument->dialog);
    return due_ms < stuck_at_ms ? due_ms : stuck_at_ms;
}

// A line that opens and fails at once is no better than one that does not open: only a reading sets the wait back.
static void fail(struct instrument *instrument, int64_t now_ms, const char *what)
{
    if (!instrument->has_complained)
        clinic_log(CLINIC_LOG_WARNING, "%s: %s; trying again", instrument->path, what);
    instrument->has_complained = true;
    instrument_close(instrument);
    instrument->retry_at_ms = now_ms + instrument->retry_ms;
    instrument->retry_ms *= 2;
    if (instrument->retry_ms > INSTRUMENT_RETRY_MOST_MS)
        instrument->retry_ms = INSTRUMENT_RETRY_MOST_MS;
}

static void open_line(struct instrument *instrument, int64_t now_ms)
{
    instrument->fd = serial_open(instrument->path, instrument->baud);
    if (instrument->fd < 0) {
        fail(instrument, now_ms, strerror(errno));
        return;
    }
    instrument->heard_at_ms = now_ms;
    instrument->length = 0;
    instrument->position = 0;
    dialog_begin(&instrument->dialog, now_ms);
}

static void send_question(struct instrument *instrument, int64_t now_ms)
{
    const char *question = dialog_ask(&instrument->dialog, now_ms);
    if (question != NULL && !serial_write(instrument->fd, question))
        fail(instrument, now_ms, strerror(errno));
}

void instrument_step(struct instrument *instrument, int64_t now_ms)
{
    if (instrument->fd < 0 && now_ms >= instrument->retry_at_ms)
        open_line(instrument, now_ms);
    if (instrument->fd >= 0 && now_ms >= instrument->heard_at_ms + INSTRUMENT_STUCK_MS)
        fail(instrument, now_ms, "no answer");
    if (instrument->fd >= 0)
        send_question(instrument, now_ms);
}

static void complain(struct instrument *instrument, const char *reason)
{
    char quoted[2 * SICS_LINE_BYTES];
    const char *line = dialog_line(&instrument->dialog);
    if (!instrument->has_complained)
        clinic_log(CLINIC_LOG_WARNING, "%s: \"%s\": %s", instrument->path,
                   clinic_log_quote(line, strlen(line), quoted, sizeof quoted), reason);
    instrument->has_complained = true;
}

static void hear(struct instrument *instrument, int64_t now_ms)
{
    if (instrument->has_complained)
        clinic_log(CLINIC_LOG_INFO, "%s: the scale answers", instrument->path);
    instrument->has_complained = false;
    instrument->retry_ms = INSTRUMENT_RETRY_LEAST_MS;
    instrument->heard_at_ms = now_ms;
}

static void fill(struct instrument *instrument, int64_t now_ms)
{
    const int length = serial_read(instrument->fd, instrument->bytes, sizeof instrument->bytes);
    if (length < 0)
        fail(instrument, now_ms, strerror(errno));
    instrument->position = 0;
    instrument->length = length > 0 ? (size_t)length : 0;
}

enum dialog_news instrument_take(struct instrument *instrument, int64_t now_ms,
                                 struct sics_answer *ret_answer)
{
    const char *reason = NULL;
    // One read a call: whoever sends without end must not keep the others waiting.
    if (instrument->fd >= 0 && instrument->position == instrument->length)
        fill(instrument, now_ms);
    while (instrument->fd >= 0 && instrument->position < instrument->length) {
        const enum dialog_news news =
            dialog_take(&instrument->dialog, instrument->bytes[instrument->position++], now_ms,
                        ret_answer, &reason);
        if (news == DIALOG_MISUNDERSTOOD)
            complain(instrument, reason);
        if (news == DIALOG_READING)
            hear(instrument, now_ms);
        if (news == DIALOG_READING || news == DIALOG_IDENTITY)
            return news;
    }
    return DIALOG_NOTHING;
}
