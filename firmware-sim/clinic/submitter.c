#include "submitter.h"

#include <clinic/json.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static int64_t now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); // cannot fail with this clock
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// ---- the ledger's lines, read back

static bool read_kind(const char *name, enum clinic_request_kind *ret_kind)
{
    static const enum clinic_request_kind kinds[] = { CLINIC_REQUEST_PATIENT_CREATE,
                                                      CLINIC_REQUEST_PATIENT_UPDATE };
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        const struct clinic_request_type *type = &clinic_request_types[kinds[i]];
        size_t length = strlen(type->entity);
        if (strncmp(name, type->entity, length) == 0 && name[length] == '/'
            && strcmp(name + length + 1, type->action) == 0) {
            *ret_kind = kinds[i];
            return true;
        }
    }
    return false;
}

static bool read_put(struct progress *progress, const struct clinic_id *id, const char *rest)
{
    char name[40];
    char patient_text[CLINIC_ID_TEXT_BYTES];
    struct clinic_id patient;
    enum clinic_request_kind kind = CLINIC_REQUEST_NONE;
    return sscanf(rest, "%39s %36s", name, patient_text) == 2 && read_kind(name, &kind)
           && clinic_id_parse(patient_text, &patient)
           && progress_put(progress, id, kind, &patient) != NULL;
}

bool submitter_read_line(void *context, const char *line)
{
    struct submitter *submitter = context;
    char verb[12];
    char id_text[CLINIC_ID_TEXT_BYTES];
    int used = 0;
    struct clinic_id id;
    if (sscanf(line, "%11s %36s %n", verb, id_text, &used) < 2 || !clinic_id_parse(id_text, &id))
        return false;
    if (strcmp(verb, "put") == 0)
        return read_put(&submitter->progress, &id, line + used);
    struct asked *asked = progress_find(&submitter->progress, &id);
    if (asked == NULL)
        return false;
    progress_answer(&submitter->progress, asked,
                    strcmp(verb, "accepted") == 0   ? PROGRESS_ACCEPTED
                    : strcmp(verb, "rejected") == 0 ? PROGRESS_REJECTED
                                                    : PROGRESS_UNKNOWN);
    return true;
}

// ---- lines written

void submitter_note_put(struct submitter *submitter, const struct clinic_id *id,
                        enum clinic_request_kind kind, const struct clinic_id *patient_id)
{
    char id_text[CLINIC_ID_TEXT_BYTES];
    char patient_text[CLINIC_ID_TEXT_BYTES];
    clinic_id_print(id, id_text);
    clinic_id_print(patient_id, patient_text);
    ledger_add(submitter->ledger, "put %s %s/%s %s", id_text, clinic_request_types[kind].entity,
               clinic_request_types[kind].action, patient_text);
    struct asked *asked = progress_put(&submitter->progress, id, kind, patient_id);
    if (asked == NULL)
        submitter->has_failed = true;
    else
        asked->put_at_us = now_us();
}

static void write_answer(struct submitter *submitter, struct asked *asked, bool is_accepted,
                         uint64_t sequence, const char *code)
{
    char id_text[CLINIC_ID_TEXT_BYTES];
    clinic_id_print(&asked->id, id_text);
    if (is_accepted)
        ledger_add(submitter->ledger, "accepted %s %" PRIu64, id_text, sequence);
    else
        ledger_add(submitter->ledger, "rejected %s %s", id_text, code);
    progress_answer(&submitter->progress, asked,
                    is_accepted ? PROGRESS_ACCEPTED : PROGRESS_REJECTED);
}

// The outbox may forget a rejection only once it is in the ledger.
static void forget_rejected(struct submitter *submitter, const struct clinic_id *id)
{
    if (!ledger_flush(submitter->ledger))
        submitter->has_failed = true;
    else
        (void)clinic_outbox_drop(clinic_node_outbox(submitter->node), id); // gone already is fine
}

void submitter_take_reply(void *context, enum clinic_request_kind kind,
                          const struct clinic_reply *reply)
{
    struct submitter *submitter = context;
    struct asked *asked = progress_find(&submitter->progress, &reply->id);
    (void)kind;
    if (asked == NULL)
        return;
    if (asked->put_at_us > 0)
        asked->waited_us = (int32_t)(now_us() - asked->put_at_us);
    write_answer(submitter, asked, reply->is_accepted, reply->sequence, reply->problem.code);
    if (!reply->is_accepted)
        forget_rejected(submitter, &reply->id);
}

// ---- the start: ledger and outbox brought together

static bool is_ours(const struct clinic_request *request)
{
    return request->kind == CLINIC_REQUEST_PATIENT_CREATE
           || request->kind == CLINIC_REQUEST_PATIENT_UPDATE;
}

static bool compare_row(void *context, enum clinic_outbox_row_state state,
                        const struct clinic_request *request, const struct clinic_problem *problem)
{
    struct submitter *submitter = context;
    struct clinic_id patient;
    const char *text = clinic_json_text(request->data, "patient_id");
    if (!is_ours(request) || text == NULL || !clinic_id_parse(text, &patient))
        return true;
    struct asked *asked = progress_find(&submitter->progress, &request->id);
    if (asked == NULL) {
        submitter_note_put(submitter, &request->id, request->kind, &patient);
        asked = progress_find(&submitter->progress, &request->id);
    }
    if (asked == NULL)
        return false;
    asked->is_in_outbox = true;
    asked->put_at_us = 0; // the wait over a kill says nothing about the gateway
    if (state == CLINIC_OUTBOX_REJECTED)
        write_answer(submitter, asked, false, 0, problem == NULL ? "-" : problem->code);
    return true;
}

static bool drop_answered(void *context, enum clinic_outbox_row_state state,
                          const struct clinic_request *request,
                          const struct clinic_problem *problem)
{
    (void)problem;
    struct clinic_id *ret_id = context;
    if (state != CLINIC_OUTBOX_REJECTED || !is_ours(request))
        return true;
    *ret_id = request->id;
    return false;
}

// One at a time: the walk borrows its rows.
static void drop_all_rejected(struct submitter *submitter)
{
    struct clinic_outbox *outbox = clinic_node_outbox(submitter->node);
    enum clinic_status status = CLINIC_OK;
    while (status == CLINIC_OK) {
        struct clinic_id id = { 0 };
        status = clinic_outbox_each(outbox, drop_answered, &id);
        if (clinic_id_is_none(&id))
            return;
        if (status == CLINIC_OK)
            status = clinic_outbox_drop(outbox, &id);
    }
}

static void settle_missing(struct submitter *submitter)
{
    struct progress *progress = &submitter->progress;
    bool was_damaged = clinic_node_outbox_was_set_aside(submitter->node);
    for (size_t i = progress->first_open; i < progress->asked_count; i++) {
        struct asked *asked = &progress->asked[i];
        if (asked->is_answered || asked->is_in_outbox)
            continue;
        if (!was_damaged) {
            write_answer(submitter, asked, true, 0, NULL);
            continue;
        }
        char id_text[CLINIC_ID_TEXT_BYTES];
        clinic_id_print(&asked->id, id_text);
        ledger_add(submitter->ledger, "unknown %s", id_text);
        progress_answer(progress, asked, PROGRESS_UNKNOWN);
    }
}

bool submitter_recover(struct submitter *submitter)
{
    if (clinic_outbox_each(clinic_node_outbox(submitter->node), compare_row, submitter) != CLINIC_OK
        || submitter->has_failed)
        return false;
    settle_missing(submitter);
    if (!ledger_flush(submitter->ledger))
        return false;
    drop_all_rejected(submitter);
    return true;
}
