#include "decide.h"

#include "../services/audit/audit.h"
#include "../store/store.h"
#include "memory.h"
#include "replay.h"

#include <clinic/log.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

void entry_reject(struct entry *entry, const struct clinic_problem *problem)
{
    enum clinic_code code;

    clinic_reply_done(&entry->reply);
    memset(&entry->reply, 0, sizeof entry->reply);
    entry->reply.id = entry->request.id;
    entry->reply.problem = *problem;
    entry->reply.is_temporary =
        clinic_code_find(problem->code, &code) && clinic_codes[code].is_temporary;
}

void entry_reject_for(struct entry *entry, enum clinic_code code, const char *message)
{
    struct clinic_problem problem;

    clinic_problem_set(&problem, code, NULL, "%s", message);
    entry_reject(entry, &problem);
}

// True for what a request's own fault cannot explain: the whole transaction is in question then.
static bool is_store_fault(enum clinic_status status)
{
    switch (status) {
    case CLINIC_IO:
    case CLINIC_FULL:
    case CLINIC_DAMAGED:
    case CLINIC_NOMEM:
    case CLINIC_BUSY:
        return true;
    case CLINIC_OK:
    case CLINIC_INVALID:
    case CLINIC_TOO_NEW:
    case CLINIC_NOT_FOUND:
    case CLINIC_EXISTS:
    case CLINIC_OFFLINE:
    case CLINIC_REFUSED:
        return false;
    }
    return true;
}

static const struct ability *find_ability(const struct intake_config *config,
                                          enum clinic_request_kind kind)
{
    if (kind == replay_ability.kind)
        return &replay_ability;
    return config->find_ability != NULL ? config->find_ability(kind) : services_find_ability(kind);
}

static void log_poison(struct transaction *transaction, const struct entry *entry,
                       enum clinic_status status)
{
    const struct clinic_request_type *type = &clinic_request_types[entry->request.kind];
    char id[CLINIC_ID_TEXT_BYTES];

    clinic_id_print(&entry->request.id, id);
    transaction->counts->faults++;
    clinic_log(CLINIC_LOG_ERROR, "%s/%s of %s, request %s, failed in its handler: %s", type->entity,
               type->action, entry->caller.node, id, clinic_status_text(status));
}

static void reject_full(struct entry *entry)
{
    entry_reject_for(entry, CLINIC_CODE_STORAGE_FULL,
                     "The gateway's disk is full. The request is kept here and sent again.");
}

// Takes back what the handler wrote. Without a savepoint that is only possible for the whole transaction, which is then
// begun again with them.
static enum clinic_status undo(struct transaction *transaction)
{
    if (!transaction->has_savepoints) {
        transaction->needs_savepoints = true;
        return CLINIC_BUSY;
    }
    store_rollback_to_savepoint(transaction->config->store); // which ends it as well
    return CLINIC_OK;
}

static enum clinic_status keep(const struct transaction *transaction)
{
    return transaction->has_savepoints ? store_release(transaction->config->store) : CLINIC_OK;
}

static void note_accepted(struct transaction *transaction, const struct decision *decision)
{
    if (!clinic_id_is_none(&decision->last_event))
        transaction->has_events = true;
    if (decision->needs_checkpoint)
        transaction->needs_checkpoint = true;
}

// CLINIC_OK: the reply is there, accepted or not.
static enum clinic_status run_handler(struct transaction *transaction, struct entry *entry,
                                      const struct ability *ability, struct decision *decision)
{
    struct store *store = transaction->config->store;
    const int64_t changes = store_changes(store);
    enum clinic_status status = CLINIC_OK;

    if (transaction->has_savepoints)
        status = store_savepoint(store);
    if (status == CLINIC_OK)
        status = ability->decide(decision);
    if (is_store_fault(status))
        return status;

    const bool has_written = store_changes(store) != changes;
    const bool has_failed = status != CLINIC_OK && status != CLINIC_REFUSED;
    const bool must_not_write = transaction->storing == STORING_NOTHING;
    const bool keeps = status == CLINIC_OK || (status == CLINIC_REFUSED && decision->keeps_writes);
    const bool undoes = has_written && (must_not_write || !keeps);
    const enum clinic_status ended = undoes ? undo(transaction) : keep(transaction);
    if (ended != CLINIC_OK)
        return ended;

    if (undoes && must_not_write) {
        reject_full(entry);
        return CLINIC_OK;
    }
    if (has_failed) {
        log_poison(transaction, entry, status);
        entry_reject_for(entry, CLINIC_CODE_INTERNAL,
                         "The gateway could not do this. It has been recorded for the support.");
    }
    entry->reply.is_accepted = status == CLINIC_OK;
    if (status == CLINIC_OK)
        note_accepted(transaction, decision);
    return CLINIC_OK;
}

// Refusals of these kinds are somebody's attempt; the others are everyday mistakes.
static bool is_audited_refusal(const struct clinic_reply *reply)
{
    static const enum clinic_code codes[] = {
        CLINIC_CODE_FORBIDDEN,      CLINIC_CODE_SESSION_EXPIRED,  CLINIC_CODE_SESSION_REQUIRED,
        CLINIC_CODE_SIGN_IN_FAILED, CLINIC_CODE_SIGN_IN_LOCKED,   CLINIC_CODE_CONFIRM_MISMATCH,
        CLINIC_CODE_RATE_LIMITED,   CLINIC_CODE_REQUEST_MISMATCH, CLINIC_CODE_REQUEST_EXPIRED,
        CLINIC_CODE_INTERNAL,
    };
    for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
        if (strcmp(reply->problem.code, clinic_codes[codes[i]].name) == 0)
            return true;
    }
    return false;
}

static enum clinic_status audit(struct transaction *transaction, const struct entry *entry,
                                const struct ability *ability, const char *subject)
{
    const struct clinic_request_type *type = &clinic_request_types[entry->request.kind];
    char action[64];

    bool is_access =
        ability != NULL
        && (ability->is_audited || (ability->is_audited_if_refused && !entry->reply.is_accepted));
    if (!is_access && (entry->reply.is_accepted || !is_audited_refusal(&entry->reply)))
        return CLINIC_OK;
    (void)snprintf(action, sizeof action, "%s/%s", type->entity, type->action);
    const char *outcome = entry->reply.is_accepted ? "accepted" : entry->reply.problem.code;
    if (!entry->reply.is_accepted)
        clinic_log(CLINIC_LOG_NOTICE, "%s of %s refused: %s", action, entry->caller.node, outcome);
    const struct audit_access access = {
        .caller = &entry->caller,
        .action = action,
        .subject = subject,
        .outcome = outcome,
        .time_ms = transaction->now_ms,
    };
    if (transaction->storing > STORING_NOTHING)
        return audit_record_access(transaction->config->store, &access);
    // Not by whom: a log goes further than the trail does.
    clinic_log(CLINIC_LOG_WARNING, "audit without room on the disk: %s of %s: %s", action,
               entry->caller.node, outcome);
    return CLINIC_OK;
}

// What is known before any handler is asked. True: the reply is there.
static enum clinic_status answer_without_handler(struct transaction *transaction,
                                                 struct entry *entry, bool *ret_is_answered)
{
    static const struct {
        enum clinic_code code;
        const char *message;
    } refusals[] = {
        [MEMORY_EXPIRED] = { CLINIC_CODE_REQUEST_EXPIRED,
                             "This request was answered long ago. Look first, then ask anew." },
        [MEMORY_MISMATCH] = { CLINIC_CODE_REQUEST_MISMATCH,
                              "The id of this request belongs to another one." },
        [MEMORY_GAP] = { CLINIC_CODE_ORDER_GAP, "A request before this one is missing." },
    };
    enum memory_verdict verdict = MEMORY_NEW;

    if (clinic_request_types[entry->request.kind].is_direct)
        return CLINIC_OK;
    enum clinic_status status = memory_look(transaction->config->store, entry->caller.node,
                                            &entry->request, &verdict, &entry->reply);
    if (status != CLINIC_OK || verdict == MEMORY_NEW)
        return status;
    *ret_is_answered = true;
    if (verdict == MEMORY_ANSWERED) {
        transaction->counts->repeated++;
        return CLINIC_OK;
    }
    entry_reject_for(entry, refusals[verdict].code, refusals[verdict].message);
    return audit(transaction, entry, NULL, "");
}

static enum clinic_status decide_by_handler(struct transaction *transaction, struct entry *entry)
{
    const struct intake_config *config = transaction->config;
    struct decision decision = {
        .store = config->store,
        .site = config->site,
        .caller = &entry->caller,
        .request = &entry->request,
        .registry = authority_registry(config->authority),
        .self = config->self,
        .now_ms = transaction->now_ms,
        .reply = &entry->reply,
    };
    struct clinic_problem problem;
    const struct ability *ability = find_ability(config, entry->request.kind);
    assert(ability != NULL); // the catalogue's every request has a service; a unit test holds it

    entry->reply.id = entry->request.id;
    enum clinic_status status = authority_check(config->store, &entry->request, transaction->now_ms,
                                                &entry->caller, &problem);
    if (status == CLINIC_REFUSED) {
        entry_reject(entry, &problem);
        status = CLINIC_OK;
    } else if (status == CLINIC_OK) {
        status = run_handler(transaction, entry, ability, &decision);
    }
    if (status == CLINIC_OK && !(decision.is_known_access && entry->reply.is_accepted))
        status = audit(transaction, entry, ability, decision.subject);

    bool is_remembered = !clinic_request_types[entry->request.kind].is_direct
                         && (entry->reply.is_accepted || !entry->reply.is_temporary);
    if (status == CLINIC_OK && is_remembered)
        status = memory_keep(config->store, entry->caller.node, &entry->request, &entry->reply,
                             &decision.reply_owner, transaction->now_ms);
    return status;
}

enum clinic_status decide(struct transaction *transaction, struct entry *entry)
{
    bool is_answered = false;
    char node[33];

    memcpy(node, entry->caller.node, sizeof node);
    if (!authority_know_node(transaction->config->authority, node, &entry->caller)) {
        entry_reject_for(entry, CLINIC_CODE_FORBIDDEN,
                         "This device is not registered, or was revoked.");
        clinic_log(CLINIC_LOG_WARNING,
                   "%s asks, but the registry does not know it or has it revoked", node);
        memcpy(entry->caller.node, node, sizeof node);
        return CLINIC_OK;
    }
    if (entry->is_decided)
        return CLINIC_OK;

    enum clinic_status status = answer_without_handler(transaction, entry, &is_answered);
    if (status != CLINIC_OK || is_answered)
        return status;
    if (transaction->storing < STORING_ALL
        && !clinic_request_types[entry->request.kind].is_direct) {
        reject_full(entry);
        return CLINIC_OK;
    }
    return decide_by_handler(transaction, entry);
}
