#include "intake.h"

#include "../store/store.h"
#include "decide.h"
#include "memory.h"

#include <clinic/log.h>

#include <stdlib.h>
#include <string.h>

enum {
    QUEUE_MAX = 512,
    QUEUE_BYTES_MAX = 256 * 1024,
    PRUNED_AT_ONCE = 200,
};

struct intake {
    struct intake_config config;
    const struct intake_handler *handler;
    void *context;
    struct entry *queue; // QUEUE_MAX
    size_t queued;
    size_t queued_bytes;
    struct intake_counts counts;
    bool owes_checkpoint; // something was erased and is in the WAL still
    bool has_failed;      // the rest of what has arrived is not even looked at
};

enum clinic_status intake_open(const struct intake_config *config,
                               const struct intake_handler *handler, void *context,
                               struct intake **ret_intake)
{
    struct intake *intake = calloc(1, sizeof *intake);
    if (intake == NULL)
        return CLINIC_NOMEM;
    intake->config = *config;
    intake->handler = handler;
    intake->context = context;
    intake->queue = calloc(QUEUE_MAX, sizeof *intake->queue);
    if (intake->queue == NULL) {
        intake_close(intake);
        return CLINIC_NOMEM;
    }
    *ret_intake = intake;
    return CLINIC_OK;
}

static void entry_done(struct entry *entry)
{
    clinic_request_done(&entry->request);
    clinic_reply_done(&entry->reply);
}

static void clear_queue(struct intake *intake)
{
    for (size_t i = 0; i < intake->queued; i++)
        entry_done(&intake->queue[i]);
    intake->queued = 0;
    intake->queued_bytes = 0;
}

void intake_close(struct intake *intake)
{
    if (intake == NULL)
        return;
    if (intake->queue != NULL)
        clear_queue(intake);
    free(intake->queue);
    free(intake);
}

void intake_count(const struct intake *intake, struct intake_counts *ret_counts)
{
    *ret_counts = intake->counts;
}

// ---- taking in

// Only the request's outline: nothing of its contents is ever logged.
static void log_undecodable(const char *node, const struct clinic_request_type *type, size_t length,
                            const struct clinic_problem *problem)
{
    clinic_log(CLINIC_LOG_NOTICE, "a request of %s (%s/%s, %zu bytes) cannot be read: %s", node,
               type == NULL ? "unknown" : type->entity, type == NULL ? "action" : type->action,
               length, problem->code);
}

static void decode(struct entry *entry, const char *node, const struct clinic_request_type *type,
                   const char *payload, size_t length)
{
    struct clinic_problem problem;
    enum clinic_request_kind kind = type == NULL ? CLINIC_REQUEST_NONE : type->kind;
    enum clinic_status status =
        clinic_request_decode(kind, payload, length, &entry->request, &problem);

    if (status == CLINIC_OK && type != NULL)
        return;
    entry->is_decided = true;
    if (clinic_id_is_none(&entry->request.id))
        log_undecodable(node, type, length, &problem);
    else if (type == NULL)
        entry_reject_for(entry, CLINIC_CODE_UNKNOWN_ACTION,
                         "The gateway does not know this action.");
    else
        entry_reject(entry, &problem);
}

void intake_take(struct intake *intake, const char *node, const struct clinic_request_type *type,
                 const char *payload, size_t length, const void *correlation,
                 size_t correlation_bytes)
{
    struct entry *entry = &intake->queue[intake->queued];

    if (intake->has_failed)
        return;
    memset(entry, 0, sizeof *entry);
    (void)strncpy(entry->caller.node, node, sizeof entry->caller.node - 1);
    decode(entry, node, type, payload, length);
    if (entry->is_decided && clinic_id_is_none(&entry->request.id)) {
        intake->counts.undecodable++;
        entry_done(entry);
        return;
    }
    intake->counts.requests++;
    if (correlation_bytes > 0 && correlation_bytes <= sizeof entry->correlation) {
        memcpy(entry->correlation, correlation, correlation_bytes);
        entry->correlation_bytes = correlation_bytes;
    }
    intake->queued++;
    intake->queued_bytes += length;
    if (intake->queued == QUEUE_MAX || intake->queued_bytes > QUEUE_BYTES_MAX)
        intake_flush(intake);
}

// ---- the transaction

static enum clinic_status decide_all(struct intake *intake, struct transaction *transaction)
{
    struct store *store = intake->config.store;

    enum clinic_status status = store_begin(store);
    if (status != CLINIC_OK)
        return status;
    for (size_t i = 0; status == CLINIC_OK && i < intake->queued; i++)
        status = decide(transaction, &intake->queue[i]);
    if (status == CLINIC_OK && transaction->storing > STORING_NOTHING)
        return store_commit(store);
    store_rollback(store);
    return status;
}

// Before the transaction is tried once more: what was decided in vain is undone.
static void undo_replies(struct intake *intake)
{
    for (size_t i = 0; i < intake->queued; i++) {
        struct entry *entry = &intake->queue[i];
        if (entry->is_decided)
            continue;
        clinic_reply_done(&entry->reply);
        memset(&entry->reply, 0, sizeof entry->reply);
    }
}

static void reject_all(struct intake *intake, enum clinic_code code, const char *message)
{
    for (size_t i = 0; i < intake->queued; i++)
        entry_reject_for(&intake->queue[i], code, message);
}

static void let_replies_out(struct intake *intake)
{
    for (size_t i = 0; i < intake->queued; i++) {
        struct entry *entry = &intake->queue[i];
        if (entry->reply.is_accepted)
            intake->counts.accepted++;
        else
            intake->counts.rejected++;
        intake->handler->on_reply(intake->context, entry->caller.node, &entry->reply,
                                  entry->correlation, entry->correlation_bytes);
    }
}

// What is erased must be gone from the WAL as well before anybody is told so.
static void checkpoint(struct intake *intake)
{
    intake->owes_checkpoint = store_checkpoint(intake->config.store) != CLINIC_OK;
    if (intake->owes_checkpoint)
        clinic_log(CLINIC_LOG_WARNING,
                   "a reader holds the write-ahead log: erased data leaves it later");
}

static enum clinic_status attempt(struct intake *intake, enum storing storing, bool has_savepoints,
                                  struct transaction *ret_transaction)
{
    *ret_transaction = (struct transaction){
        .config = &intake->config,
        .counts = &intake->counts,
        .now_ms = clinic_wall_ms(intake->config.clock),
        .storing = storing,
        .has_savepoints = has_savepoints,
    };
    return decide_all(intake, ret_transaction);
}

// Savepoints are a quarter of what a request costs, and handlers refuse before they write: so the first attempt does
// without them.
static enum clinic_status transact(struct intake *intake, enum storing storing,
                                   struct transaction *ret_transaction)
{
    enum clinic_status status = attempt(intake, storing, false, ret_transaction);

    if (!ret_transaction->needs_savepoints)
        return status;
    undo_replies(intake);
    return attempt(intake, storing, true, ret_transaction);
}

void intake_flush(struct intake *intake)
{
    struct transaction transaction;

    if (intake->queued == 0)
        return;
    intake->counts.transactions++;
    enum storing storing = store_has_room(intake->config.store) ? STORING_ALL : STORING_TRAIL;
    enum clinic_status status = transact(intake, storing, &transaction);
    while (status == CLINIC_FULL && storing > STORING_NOTHING) {
        // Once more with less to store: reads go on, the rest is told that the disk is full.
        undo_replies(intake);
        status = transact(intake, --storing, &transaction);
    }
    if (status == CLINIC_BUSY || status == CLINIC_NOMEM || status == CLINIC_FULL) {
        reject_all(intake, status == CLINIC_FULL ? CLINIC_CODE_STORAGE_FULL : CLINIC_CODE_BUSY,
                   "The gateway cannot store this now. The request is kept here and sent again.");
    } else if (status != CLINIC_OK) {
        // The outcome is unknown: nobody is told anything, every node asks again after the restart.
        clear_queue(intake);
        intake->has_failed = true;
        intake->handler->on_fault(intake->context, status, clinic_status_text(status));
        return;
    }
    if (status == CLINIC_OK && transaction.needs_checkpoint)
        checkpoint(intake);
    let_replies_out(intake);
    clear_queue(intake);
    if (status == CLINIC_OK && transaction.has_events)
        intake->handler->on_committed(intake->context);
}

// Nobody asks: the gateway itself decides. Returns whether anything was to be kept.
static enum clinic_status tend_services(struct intake *intake, bool *ret_has_written)
{
    struct store *store = intake->config.store;
    const struct caller gateway = { .node = "gateway", .node_role = CLINIC_ROLE_GATEWAY };
    struct clinic_reply reply = { 0 };
    const int64_t now_ms = clinic_wall_ms(intake->config.clock);
    const struct clinic_request request = { .time_ms = now_ms };
    const int64_t changes = store_changes(store);
    struct decision decision = {
        .store = store,
        .site = intake->config.site,
        .caller = &gateway,
        .request = &request,
        .now_ms = now_ms,
        .reply = &reply,
    };

    enum clinic_status status = services_tend(&decision);
    *ret_has_written = store_changes(store) != changes;
    clinic_reply_done(&reply);
    return status;
}

// A full disk or a busy moment is no fault: the next second tries again.
static void tend_in_transaction(struct intake *intake)
{
    struct store *store = intake->config.store;
    bool has_written = false;

    if (!store_has_room(store) || store_begin(store) != CLINIC_OK)
        return;
    enum clinic_status status = tend_services(intake, &has_written);
    if (status == CLINIC_OK && has_written)
        status = store_commit(store);
    else
        store_rollback(store);
    if (status == CLINIC_IO || status == CLINIC_DAMAGED) {
        intake->has_failed = true;
        intake->handler->on_fault(intake->context, status, clinic_status_text(status));
    } else if (status == CLINIC_OK && has_written) {
        intake->handler->on_committed(intake->context);
    } else if (status != CLINIC_OK && status != CLINIC_FULL && status != CLINIC_BUSY) {
        clinic_log(CLINIC_LOG_ERROR, "what time brings about could not be decided: %s",
                   clinic_status_text(status));
    }
}

void intake_tend(struct intake *intake)
{
    if (intake->has_failed)
        return;
    if (intake->config.find_ability == NULL)
        tend_in_transaction(intake);
    if (intake->owes_checkpoint)
        intake->owes_checkpoint = store_checkpoint(intake->config.store) != CLINIC_OK;
}

void intake_prune(struct intake *intake)
{
    struct store *store = intake->config.store;
    int pruned = 0;

    if (store_begin(store) != CLINIC_OK)
        return; // tried again with the next quiet moment
    enum clinic_status status =
        memory_prune(store, clinic_wall_ms(intake->config.clock), PRUNED_AT_ONCE, &pruned);
    if (status == CLINIC_OK)
        status = store_commit(store);
    else
        store_rollback(store);
    if (status == CLINIC_OK && pruned > 0)
        clinic_log(CLINIC_LOG_DEBUG, "%d remembered requests are over their time", pruned);
}
