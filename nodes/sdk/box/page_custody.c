// page_custody.c - what became of the requests in the outbox: in the clinic, at headquarters, or refused.
#include "page_scope.h"

#include <clinic/json.h>
#include <clinic/node.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cJSON *describe(const struct page_custody *custody)
{
    char id[CLINIC_ID_TEXT_BYTES];
    clinic_id_print(&custody->id, id);
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "id", id);
    cJSON_AddStringToObject(body, "custody", custody->state);
    if (custody->sequence != 0)
        cJSON_AddNumberToObject(body, "sequence", (double)custody->sequence);
    if (custody->code[0] != '\0')
        cJSON_AddStringToObject(body, "code", custody->code);
    return body;
}

static void tell(struct clinic_page *page, const struct page_custody *custody)
{
    cJSON *body = describe(custody);
    page_stream_send_all(page, "custody", body);
    cJSON_Delete(body);
}

// ---- replies that somebody waits for

void page_custody_await(struct clinic_page *page, const char *id, uint64_t stream)
{
    struct page_awaited *awaited = &page->awaited[page->awaited_next];
    if (stream == 0 || !clinic_id_parse(id, &awaited->id))
        return;
    awaited->stream = stream;
    page->awaited_next = (page->awaited_next + 1) % PAGE_AWAITED_MAX;
}

// True: the page that asked has been told.
static bool send_reply(struct clinic_page *page, const struct clinic_reply *reply)
{
    for (size_t i = 0; i < PAGE_AWAITED_MAX; i++) {
        struct page_awaited *awaited = &page->awaited[i];
        if (awaited->stream == 0 || !clinic_id_equal(&awaited->id, &reply->id))
            continue;
        const bool is_heard = page_stream_is_open(page, awaited->stream);
        page_pending_send_reply(page, awaited->stream, reply);
        awaited->stream = 0;
        return is_heard;
    }
    return false;
}

// ---- where they are

static void keep(struct clinic_page *page, const struct clinic_reply *reply)
{
    struct page_custody *custody = &page->custody[page->custody_next];
    *custody = (struct page_custody){ .id = reply->id,
                                      .state = reply->is_accepted ? "clinic" : "rejected",
                                      .sequence = reply->sequence };
    if (!reply->is_accepted)
        (void)snprintf(custody->code, sizeof custody->code, "%s", reply->problem.code);
    page->custody_next = (page->custody_next + 1) % PAGE_CUSTODY_MAX;
    tell(page, custody);
}

static void on_settled(void *context, const struct clinic_reply *reply)
{
    struct clinic_page *page = context;
    const bool is_heard = send_reply(page, reply);
    keep(page, reply);
    // Whoever waited for it in the browser has seen the refusal; elsewhere it stays for `outbox`. It may be gone already.
    if (!reply->is_accepted && (is_heard || page->config.drops_rejected))
        (void)clinic_outbox_drop(clinic_node_outbox(clinic_box_node(page->config.box)), &reply->id);
}

void page_custody_step(struct clinic_page *page)
{
    const uint64_t upstream = clinic_node_upstream(clinic_box_node(page->config.box));
    for (size_t i = 0; i < PAGE_CUSTODY_MAX && upstream > 0; i++) {
        struct page_custody *custody = &page->custody[i];
        if (custody->state == NULL || custody->sequence == 0 || custody->sequence > upstream
            || strcmp(custody->state, "clinic") != 0)
            continue;
        custody->state = "headquarters";
        tell(page, custody);
    }
}

void page_custody_tell(struct clinic_page *page, uint64_t stream)
{
    for (size_t i = 0; i < PAGE_CUSTODY_MAX; i++) {
        const struct page_custody *custody =
            &page->custody[(page->custody_next + i) % PAGE_CUSTODY_MAX];
        if (custody->state == NULL)
            continue;
        cJSON *body = describe(custody);
        page_stream_send(page, stream, "custody", body);
        cJSON_Delete(body);
    }
}

// ---- beginning

struct refused {
    struct clinic_id ids[64];
    size_t count;
};

static bool note_refused(void *context, enum clinic_outbox_row_state state,
                         const struct clinic_request *request, const struct clinic_problem *problem)
{
    struct refused *refused = context;
    (void)problem;
    if (state == CLINIC_OUTBOX_REJECTED)
        refused->ids[refused->count++] = request->id;
    return refused->count < sizeof refused->ids / sizeof refused->ids[0];
}

// What was refused as the program ended, or before it dropped such rows.
static void drop_refused(struct clinic_outbox *outbox)
{
    struct refused refused = { .count = 0 };
    do {
        refused.count = 0;
        if (clinic_outbox_each(outbox, note_refused, &refused) != CLINIC_OK)
            return;
        for (size_t i = 0; i < refused.count; i++)
            if (clinic_outbox_drop(outbox, &refused.ids[i]) != CLINIC_OK)
                return;
    } while (refused.count > 0);
}

void page_custody_open(struct clinic_page *page)
{
    if (page->config.drops_rejected)
        drop_refused(clinic_node_outbox(clinic_box_node(page->config.box)));
    clinic_box_observe(page->config.box, on_settled, page);
}

void page_custody_close(struct clinic_page *page)
{
    clinic_box_observe(page->config.box, NULL, NULL);
}
