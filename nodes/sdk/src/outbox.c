#include <clinic/outbox.h>

#include "outbox_content.h"
#include "outbox_file.h"

#include <stdlib.h>
#include <string.h>

enum {
    PAUSE_FIRST_MS = 200,
    PAUSE_MAX_MS = 30 * 1000,
    GAP_REWIND_MS =
        200, // between two rewinds for order.gap, which comes for a whole window at once
    TIMEOUT_MAX_MS = 60 * 1000,
};

// Sending is go-back-N, so what has been sent is one number: all waiting rows up to `sent_through`.
struct clinic_outbox {
    struct clinic_outbox_config config;
    const struct clinic_clock *clock;
    struct outbox_file *file;
    struct clinic_id_maker ids;
    struct clinic_outbox_counts counts;

    int64_t sent_through;
    int64_t unanswered;      // rows up to sent_through that still wait
    int64_t waits_since_ms;  // for the next reply; all instants are of the monotonic clock
    int64_t timeout_ms;      // grows while no reply comes
    int64_t pause_ms;        // grows while the gateway says "later"; 0: it did not
    int64_t paused_until_ms; // 0: not paused
    int64_t rewound_at_ms;   // for order.gap
    int64_t gap_at_ms;       // when a further order.gap is heeded; 0: there was none
    bool has_progress;       // since rewound_at_ms

    struct clinic_request current; // lent by clinic_outbox_next()
};

// ---- opening

static enum clinic_status read_row(const struct clinic_outbox *outbox, const struct outbox_row *row,
                                   struct clinic_request *ret_request,
                                   struct clinic_problem *ret_problem)
{
    struct clinic_request request = { 0 };
    enum clinic_status status = content_read_request(outbox->config.key, row, &request);
    if (status == CLINIC_OK && row->state == CLINIC_OUTBOX_REJECTED)
        status = content_read_answer(outbox->config.key, row, ret_problem);
    if (status != CLINIC_OK) {
        clinic_request_done(&request);
        return status;
    }
    *ret_request = request;
    return CLINIC_OK;
}

static enum clinic_status is_readable(const struct clinic_outbox *outbox,
                                      const struct outbox_row *row)
{
    struct clinic_request request = { 0 };
    struct clinic_problem problem;
    const enum clinic_status status = read_row(outbox, row, &request, &problem);
    clinic_request_done(&request);
    return status;
}

// Takes out the rows that cannot be read (another key, flipped bits) and keeps a copy of the whole file.
static enum clinic_status drop_unreadable(struct clinic_outbox *outbox, bool *ret_set_aside)
{
    int64_t position = 0;
    struct outbox_row row = { 0 };
    enum clinic_status status = CLINIC_OK;
    while (status == CLINIC_OK
           && (status = outbox_file_row_after(outbox->file, position, &row)) == CLINIC_OK) {
        position = row.position;
        status = is_readable(outbox, &row);
        outbox_row_done(&row);
        if (status != CLINIC_DAMAGED)
            continue;
        status = *ret_set_aside
                     ? CLINIC_OK
                     : outbox_file_copy_aside(outbox->file, clinic_wall_ms(outbox->clock));
        *ret_set_aside = true;
        if (status == CLINIC_OK)
            status = outbox_file_delete(outbox->file, position);
    }
    return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
}

// Counting must be cheap: programs do it at every turn of their loop.
static void find_oldest(struct clinic_outbox *outbox)
{
    struct outbox_row oldest = { 0 };
    const enum clinic_status status = outbox_file_waiting_after(outbox->file, 0, &oldest);
    outbox->counts.oldest_put_at_ms = status == CLINIC_OK ? oldest.put_at_ms : 0;
    outbox_row_done(&oldest);
}

static enum clinic_status load_totals(struct clinic_outbox *outbox)
{
    struct outbox_totals totals = { 0 };
    enum clinic_status status = outbox_file_totals(outbox->file, &totals);
    if (status != CLINIC_OK)
        return status;
    outbox->ids.last = totals.last_id;
    outbox->counts = (struct clinic_outbox_counts){ .waiting = totals.waiting,
                                                    .rejected = totals.rejected,
                                                    .bytes = totals.bytes };
    find_oldest(outbox);
    // The last run may have been killed before it came to this. On a full disk it has to wait.
    if (totals.waiting == 0)
        (void)outbox_file_forget(outbox->file);
    return CLINIC_OK;
}

enum clinic_status clinic_outbox_open(const struct clinic_outbox_config *config,
                                      const struct clinic_clock *clock,
                                      struct clinic_outbox **ret_outbox, bool *ret_set_aside)
{
    struct clinic_outbox *outbox = calloc(1, sizeof *outbox);
    if (outbox == NULL)
        return CLINIC_NOMEM;
    outbox->config = *config;
    outbox->clock = clock;
    outbox->timeout_ms = config->retransmit_after_ms;
    outbox->rewound_at_ms = clinic_monotonic_ms(clock) - GAP_REWIND_MS;

    bool is_set_aside = false;
    enum clinic_status status =
        outbox_file_open(config->path, clinic_wall_ms(clock), &outbox->file, &is_set_aside);
    if (status == CLINIC_OK)
        status = drop_unreadable(outbox, &is_set_aside);
    if (status == CLINIC_OK)
        status = load_totals(outbox);
    if (status != CLINIC_OK) {
        clinic_outbox_close(outbox);
        return status;
    }
    *ret_outbox = outbox;
    *ret_set_aside = is_set_aside;
    return CLINIC_OK;
}

void clinic_outbox_close(struct clinic_outbox *outbox)
{
    if (outbox == NULL)
        return;
    outbox_file_close(outbox->file);
    clinic_request_done(&outbox->current);
    clinic_wipe(&outbox->config, sizeof outbox->config);
    free(outbox);
}

// ---- putting

struct clinic_id clinic_outbox_next_id(struct clinic_outbox *outbox)
{
    return clinic_id_next(&outbox->ids, clinic_wall_ms(outbox->clock));
}

static bool is_full(const struct clinic_outbox *outbox, size_t sealed_bytes)
{
    const struct clinic_outbox_counts *counts = &outbox->counts;
    return counts->waiting + counts->rejected >= outbox->config.rows_max
           || counts->bytes + (int64_t)sealed_bytes > outbox->config.bytes_max;
}

enum clinic_status clinic_outbox_put(struct clinic_outbox *outbox,
                                     const struct clinic_request *request)
{
    struct outbox_row row = { .id = request->id,
                              .kind = request->kind,
                              .put_at_ms = clinic_wall_ms(outbox->clock) };
    enum clinic_status status =
        content_seal_request(outbox->config.key, request, &row.sealed, &row.sealed_bytes);
    if (status == CLINIC_OK && is_full(outbox, row.sealed_bytes))
        status = CLINIC_FULL;
    if (status == CLINIC_OK)
        status = outbox_file_insert(outbox->file, &row);
    if (status == CLINIC_OK) {
        if (outbox->counts.waiting == 0)
            outbox->counts.oldest_put_at_ms = row.put_at_ms;
        outbox->counts.waiting++;
        outbox->counts.bytes += (int64_t)row.sealed_bytes;
        if (clinic_id_compare(&request->id, &outbox->ids.last) > 0)
            outbox->ids.last = request->id;
    }
    outbox_row_done(&row);
    return status;
}

// ---- sending

static void start_again(struct clinic_outbox *outbox)
{
    outbox->sent_through = 0;
    outbox->unanswered = 0;
}

static void rewind_for_gap(struct clinic_outbox *outbox, int64_t now_ms)
{
    outbox->rewound_at_ms = now_ms;
    outbox->gap_at_ms = 0;
    outbox->has_progress = false;
    start_again(outbox);
}

// Starts again where the time for an answer is over.
static void look_for_losses(struct clinic_outbox *outbox, int64_t now_ms)
{
    if (outbox->gap_at_ms != 0 && now_ms >= outbox->gap_at_ms) {
        outbox->gap_at_ms = 0;
        if (!outbox->has_progress)
            rewind_for_gap(outbox, now_ms);
    }
    if (outbox->unanswered == 0 || now_ms - outbox->waits_since_ms < outbox->timeout_ms)
        return;
    outbox->timeout_ms *= 2;
    if (outbox->timeout_ms > TIMEOUT_MAX_MS)
        outbox->timeout_ms = TIMEOUT_MAX_MS;
    start_again(outbox);
}

static bool may_send(const struct clinic_outbox *outbox)
{
    return outbox->unanswered < outbox->counts.waiting
           && outbox->unanswered < outbox->config.window;
}

// The request that must be applied before the one in this row, if it still waits.
static enum clinic_status find_after(struct clinic_outbox *outbox, int64_t position,
                                     struct clinic_id *ret_after)
{
    struct outbox_row before = { 0 };
    const enum clinic_status status = outbox_file_waiting_before(outbox->file, position, &before);
    if (status == CLINIC_OK)
        *ret_after = before.id;
    outbox_row_done(&before);
    return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
}

static enum clinic_status take_next(struct clinic_outbox *outbox, int64_t now_ms)
{
    struct outbox_row row = { 0 };
    enum clinic_status status = outbox_file_waiting_after(outbox->file, outbox->sent_through, &row);
    if (status == CLINIC_OK)
        status = content_read_request(outbox->config.key, &row, &outbox->current);
    if (status == CLINIC_OK)
        status = find_after(outbox, row.position, &outbox->current.after);
    if (status == CLINIC_OK) {
        if (outbox->unanswered == 0)
            outbox->waits_since_ms = now_ms;
        outbox->sent_through = row.position;
        outbox->unanswered++;
    }
    outbox_row_done(&row);
    return status;
}

enum clinic_status clinic_outbox_next(struct clinic_outbox *outbox,
                                      const struct clinic_request **ret_request)
{
    const int64_t now_ms = clinic_monotonic_ms(outbox->clock);
    clinic_request_done(&outbox->current);
    if (now_ms < outbox->paused_until_ms)
        return CLINIC_NOT_FOUND;
    look_for_losses(outbox, now_ms);
    if (!may_send(outbox))
        return CLINIC_NOT_FOUND;
    const enum clinic_status status = take_next(outbox, now_ms);
    if (status == CLINIC_OK)
        *ret_request = &outbox->current;
    return status;
}

int64_t clinic_outbox_due_ms(const struct clinic_outbox *outbox)
{
    if (may_send(outbox))
        return outbox->paused_until_ms;
    if (outbox->unanswered == 0)
        return -1;
    const int64_t due_ms = outbox->waits_since_ms + outbox->timeout_ms;
    return outbox->gap_at_ms != 0 && outbox->gap_at_ms < due_ms ? outbox->gap_at_ms : due_ms;
}

void clinic_outbox_rewind(struct clinic_outbox *outbox)
{
    outbox->paused_until_ms = 0;
    outbox->timeout_ms = outbox->config.retransmit_after_ms;
    start_again(outbox);
}

// ---- replies

static void settle_waiting(struct clinic_outbox *outbox, const struct outbox_row *row)
{
    outbox->counts.waiting--;
    outbox->pause_ms = 0;
    outbox->paused_until_ms = 0;
    outbox->timeout_ms = outbox->config.retransmit_after_ms;
    outbox->waits_since_ms = clinic_monotonic_ms(outbox->clock);
    outbox->has_progress = true;
    if (row->position <= outbox->sent_through)
        outbox->unanswered--;
    find_oldest(outbox);
    // Ciphertext of what is answered would be left in the WAL. On a full disk it has to wait.
    if (outbox->counts.waiting == 0)
        (void)outbox_file_forget(outbox->file);
}

static enum clinic_status take_accepted(struct clinic_outbox *outbox, const struct outbox_row *row,
                                        const struct clinic_reply *reply)
{
    (void)reply;
    const enum clinic_status status = outbox_file_delete(outbox->file, row->position);
    if (status == CLINIC_OK) {
        outbox->counts.bytes -= (int64_t)row->sealed_bytes;
        settle_waiting(outbox, row);
    }
    return status;
}

static enum clinic_status take_rejected(struct clinic_outbox *outbox, const struct outbox_row *row,
                                        const struct clinic_reply *reply)
{
    uint8_t *sealed = NULL;
    size_t sealed_bytes = 0;
    enum clinic_status status =
        content_seal_answer(outbox->config.key, reply, &sealed, &sealed_bytes);
    if (status == CLINIC_OK)
        status = outbox_file_reject(outbox->file, row->position, sealed, sealed_bytes);
    free(sealed);
    if (status == CLINIC_OK) {
        outbox->counts.rejected++;
        settle_waiting(outbox, row);
    }
    return status;
}

// What lies behind a lost request is refused with order.gap, up to a whole window of it at once, and some of it
// still on its way when the oldest is sent again: all that is one gap.
static void take_gap(struct clinic_outbox *outbox, int64_t now_ms)
{
    if (now_ms - outbox->rewound_at_ms >= GAP_REWIND_MS)
        rewind_for_gap(outbox, now_ms);
    else
        outbox->gap_at_ms = outbox->rewound_at_ms + GAP_REWIND_MS;
}

static enum clinic_status take_temporary(struct clinic_outbox *outbox, const struct outbox_row *row,
                                         const struct clinic_reply *reply)
{
    const int64_t now_ms = clinic_monotonic_ms(outbox->clock);
    // Refused before the last start: what is sent from here on has not been answered yet.
    if (row->position > outbox->sent_through || now_ms < outbox->paused_until_ms)
        return CLINIC_OK;
    if (strcmp(reply->problem.code, clinic_codes[CLINIC_CODE_ORDER_GAP].name) == 0) {
        take_gap(outbox, now_ms);
        return CLINIC_OK;
    }
    outbox->pause_ms = outbox->pause_ms == 0 ? PAUSE_FIRST_MS : outbox->pause_ms * 2;
    if (outbox->pause_ms > PAUSE_MAX_MS)
        outbox->pause_ms = PAUSE_MAX_MS;
    outbox->paused_until_ms = now_ms + outbox->pause_ms;
    start_again(outbox);
    return CLINIC_OK;
}

enum clinic_status clinic_outbox_settle(struct clinic_outbox *outbox,
                                        const struct clinic_reply *reply,
                                        enum clinic_request_kind *ret_request_kind)
{
    struct outbox_row row = { 0 };
    enum clinic_status status = outbox_file_find(outbox->file, &reply->id, &row);
    if (status != CLINIC_OK)
        return status;
    if (row.state != CLINIC_OUTBOX_WAITING)
        status = CLINIC_NOT_FOUND;
    else if (reply->is_accepted)
        status = take_accepted(outbox, &row, reply);
    else if (reply->is_temporary)
        status = take_temporary(outbox, &row, reply);
    else
        status = take_rejected(outbox, &row, reply);
    if (status == CLINIC_OK && ret_request_kind != NULL)
        *ret_request_kind = row.kind;
    outbox_row_done(&row);
    return status;
}

// ---- showing

void clinic_outbox_count(const struct clinic_outbox *outbox,
                         struct clinic_outbox_counts *ret_counts)
{
    *ret_counts = outbox->counts;
}

typedef bool visit_row(void *context, enum clinic_outbox_row_state state,
                       const struct clinic_request *request, const struct clinic_problem *problem);

static enum clinic_status show(struct clinic_outbox *outbox, const struct outbox_row *row,
                               visit_row *visit, void *context, bool *ret_goes_on)
{
    struct clinic_request request = { 0 };
    struct clinic_problem problem = { 0 };
    const enum clinic_status status = read_row(outbox, row, &request, &problem);
    if (status == CLINIC_OK)
        *ret_goes_on = visit(context, row->state, &request, &problem);
    clinic_request_done(&request);
    return status;
}

enum clinic_status clinic_outbox_each(struct clinic_outbox *outbox,
                                      bool (*visit)(void *context,
                                                    enum clinic_outbox_row_state state,
                                                    const struct clinic_request *request,
                                                    const struct clinic_problem *problem),
                                      void *context)
{
    bool goes_on = true;
    enum clinic_status status = CLINIC_OK;
    for (int64_t position = 0; goes_on && status == CLINIC_OK;) {
        struct outbox_row row = { 0 };
        status = outbox_file_row_after(outbox->file, position, &row);
        if (status == CLINIC_OK)
            status = show(outbox, &row, visit, context, &goes_on);
        position = row.position;
        outbox_row_done(&row);
    }
    return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
}

enum clinic_status clinic_outbox_drop(struct clinic_outbox *outbox, const struct clinic_id *id)
{
    struct outbox_row row = { 0 };
    enum clinic_status status = outbox_file_find(outbox->file, id, &row);
    if (status == CLINIC_OK && row.state != CLINIC_OUTBOX_REJECTED)
        status = CLINIC_NOT_FOUND;
    if (status == CLINIC_OK)
        status = outbox_file_delete(outbox->file, row.position);
    if (status == CLINIC_OK) {
        outbox->counts.rejected--;
        outbox->counts.bytes -= (int64_t)row.sealed_bytes;
        if (outbox->counts.waiting == 0)
            (void)outbox_file_forget(outbox->file); // on a full disk it has to wait
    }
    outbox_row_done(&row);
    return status;
}
