// page_pending.c - a POST that waits for its reply: the browser gets it now, or its stream later.
#include "page_scope.h"

#include <clinic/json.h>
#include <clinic/node.h>

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ASK_WITHIN_MS = 15 * 1000 };

// ---- replies

static int status_of(const cJSON *reply)
{
    const cJSON *error = clinic_json_member(reply, "error");
    const char *name = error == NULL ? NULL : clinic_json_text(error, "code");
    const char *field = error == NULL ? NULL : clinic_json_text(error, "field");
    enum clinic_code code = CLINIC_CODE_COUNT;
    if (error == NULL)
        return 200;
    if (name != NULL && clinic_code_find(name, &code)) {
        if (code == CLINIC_CODE_RATE_LIMITED)
            return 429;
        if (clinic_codes[code].is_temporary)
            return 503;
    }
    return field != NULL && field[0] != '\0' ? 422 : 409;
}

static void send_later(struct clinic_page *page, uint64_t stream, const cJSON *reply, int status)
{
    cJSON *body = cJSON_Duplicate(reply, true);
    cJSON_AddNumberToObject(body, "http", status);
    page_stream_send(page, stream, "reply", body);
    cJSON_Delete(body);
}

void page_pending_send_reply(struct clinic_page *page, uint64_t stream,
                             const struct clinic_reply *reply)
{
    char *text = NULL;
    cJSON *body = NULL;
    if (clinic_reply_encode(reply, &text) == CLINIC_OK)
        body = cJSON_Parse(text);
    free(text);
    if (body != NULL)
        send_later(page, stream, body, status_of(body));
    cJSON_Delete(body);
}

// ---- a POST that waits

static void release(struct page_pending *pending)
{
    struct clinic_page *page = pending->page;
    struct event *answer_by = pending->answer_by;
    if (pending->call != NULL)
        clinic_box_cancel(page->config.box, pending->call);
    (void)event_del(answer_by);
    cJSON_Delete(pending->told);
    *pending = (struct page_pending){ .page = page, .answer_by = answer_by };
}

static struct http_exchange *taken_exchange(struct page_pending *pending)
{
    struct http_exchange *exchange = pending->exchange;
    pending->exchange = NULL;
    (void)event_del(pending->answer_by);
    return exchange;
}

static void deliver(struct page_pending *pending, const cJSON *reply, int status)
{
    if (pending->exchange != NULL)
        page_answer_json(taken_exchange(pending), status, reply);
    else
        send_later(pending->page, pending->stream, reply, status);
}

static void deliver_problem(struct page_pending *pending, int status, const char *code,
                            const char *message)
{
    cJSON *body = cJSON_CreateObject();
    if (pending->id[0] != '\0')
        cJSON_AddStringToObject(body, "id", pending->id);
    cJSON_AddItemToObject(body, "error", page_problem(code, NULL, message));
    deliver(pending, body, status);
    cJSON_Delete(body);
}

static void answer_custody(struct page_pending *pending, const char *custody)
{
    cJSON *body = pending->told == NULL ? cJSON_CreateObject() : pending->told;
    pending->told = NULL;
    cJSON_AddStringToObject(body, "id", pending->id);
    cJSON_AddStringToObject(body, "custody", custody);
    if (pending->exchange != NULL)
        page_answer_json(taken_exchange(pending), 202, body);
    cJSON_Delete(body);
}

// It is in the outbox: the reply comes by page_custody.c, maybe tomorrow.
static void leave_in_outbox(struct page_pending *pending)
{
    page_custody_await(pending->page, pending->id, pending->stream);
    answer_custody(pending, "here");
    release(pending);
}

static bool is_online(const struct clinic_page *page)
{
    struct clinic_node *node = clinic_box_node(page->config.box);
    return clinic_node_state(node) == CLINIC_BUS_ONLINE && clinic_node_gateway_is_online(node);
}

static void on_late(evutil_socket_t fd, short what, void *context)
{
    struct page_pending *pending = context;
    struct clinic_id id;
    (void)fd;
    (void)what;
    if (!pending->type->is_direct) {
        leave_in_outbox(pending);
    } else if (!clinic_box_call_id(pending->call, &id) || !is_online(pending->page)) {
        deliver_problem(pending, 503, "offline", "there is no connection to the clinic now");
        release(pending);
    } else {
        clinic_id_print(&id, pending->id);
        answer_custody(pending, "asked");
    }
}

// The browser does not wait any more.
static void on_gone(void *owner)
{
    struct page_pending *pending = owner;
    pending->exchange = NULL;
    if (pending->type->is_direct)
        release(pending);
    else
        leave_in_outbox(pending);
}

// ---- what the box says

static int status_of_end(const char *done, const char *code)
{
    if (code != NULL && strcmp(code, clinic_codes[CLINIC_CODE_STORAGE_FULL].name) == 0)
        return 507;
    if (code != NULL && strcmp(code, clinic_codes[CLINIC_CODE_BUSY].name) == 0)
        return 429;
    if (strcmp(done, clinic_outcome_names[CLINIC_OUTCOME_USAGE]) == 0)
        return 400;
    return strcmp(done, clinic_outcome_names[CLINIC_OUTCOME_UNAVAILABLE]) == 0 ? 503 : 500;
}

// The call ended without a reply.
static void take_end(struct page_pending *pending, const cJSON *answer)
{
    const char *done = clinic_json_text(answer, "done");
    const char *message = clinic_json_text(answer, "message");
    const char *code = clinic_json_text(answer, "code");
    const int status = status_of_end(done, code);
    const char *fallback = status == 503   ? "offline"
                           : status == 400 ? clinic_codes[CLINIC_CODE_INVALID_FIELD].name
                                           : clinic_codes[CLINIC_CODE_INTERNAL].name;
    deliver_problem(pending, status, code == NULL ? fallback : code,
                    message == NULL ? "" : message);
}

static void on_answer(void *context, const cJSON *answer, bool is_last)
{
    struct page_pending *pending = context;
    const char *queued = clinic_json_text(answer, "queued");
    const cJSON *reply = clinic_json_member(answer, "reply");
    if (queued != NULL)
        (void)snprintf(pending->id, sizeof pending->id, "%s", queued);
    if (reply != NULL) {
        deliver(pending, reply, status_of(reply));
        pending->is_replied = true;
    }
    if (!is_last)
        return;
    pending->call = NULL;
    if (!pending->is_replied)
        take_end(pending, answer);
    // While the call is being started its place is still in use.
    if (pending->is_started)
        release(pending);
}

static struct page_pending *find_place(struct clinic_page *page)
{
    for (size_t i = 0; i < PAGE_PENDING_MAX; i++)
        if (!page->pending[i].is_used)
            return &page->pending[i];
    return NULL;
}

// Takes `data` over.
static cJSON *make_call(const struct clinic_request_type *type, const char *session, cJSON *data)
{
    char name[80];
    cJSON *call = cJSON_CreateObject();
    (void)snprintf(name, sizeof name, "%s/%s", type->entity, type->action);
    cJSON_AddStringToObject(call, "call", type->is_direct ? "ask" : "submit");
    cJSON_AddStringToObject(call, "request", name);
    if (session != NULL)
        cJSON_AddStringToObject(call, "session", session);
    cJSON_AddItemToObject(call, "data", data);
    if (type->is_direct)
        cJSON_AddNumberToObject(call, "timeout_ms", ASK_WITHIN_MS);
    return call;
}

static void start_call(struct page_pending *pending, const cJSON *call)
{
    static const struct timeval within = { .tv_usec = CLINIC_PAGE_ANSWER_MS * 1000 };
    const struct clinic_box_caller caller = { .on_answer = on_answer, .context = pending };
    struct clinic_page *page = pending->page;
    struct clinic_box_call *started = clinic_box_start(page->config.box, call, &caller);
    pending->is_started = true;
    pending->call = started;
    if (started == NULL) {
        release(pending);
        return;
    }
    (void)event_add(pending->answer_by, &within);
    if (!pending->type->is_direct && !is_online(page))
        leave_in_outbox(pending);
    // So that the request goes out at once.
    clinic_box_step(page->config.box);
    clinic_page_step(page);
}

void page_pending_start(struct clinic_page *page, struct http_exchange *exchange,
                        const struct http_request *request, const struct clinic_request_type *type,
                        const char *session, cJSON *data, cJSON *told)
{
    struct page_pending *pending = find_place(page);
    if (pending == NULL) {
        page_answer_problem(exchange, 429, clinic_codes[CLINIC_CODE_BUSY].name, NULL,
                            "too much at a time; try again in a moment");
        cJSON_Delete(data);
        cJSON_Delete(told);
        return;
    }
    pending->is_used = true;
    pending->told = told;
    pending->exchange = exchange;
    pending->type = type;
    pending->stream = page_stream_find(page, &request->head->headers[HTTP_STREAM]);
    http_exchange_watch(exchange, on_gone, pending);
    cJSON *call = make_call(type, session, data);
    start_call(pending, call);
    cJSON_Delete(call);
}

// ---- beginning and end

bool page_pending_open(struct clinic_page *page)
{
    for (size_t i = 0; i < PAGE_PENDING_MAX; i++) {
        struct page_pending *pending = &page->pending[i];
        pending->page = page;
        pending->answer_by = event_new(page->config.base, -1, 0, on_late, pending);
        if (pending->answer_by == NULL)
            return false;
    }
    return true;
}

void page_pending_close(struct clinic_page *page)
{
    for (size_t i = 0; i < PAGE_PENDING_MAX; i++) {
        struct page_pending *pending = &page->pending[i];
        if (pending->call != NULL)
            clinic_box_cancel(page->config.box, pending->call);
        cJSON_Delete(pending->told);
        if (pending->answer_by != NULL)
            event_free(pending->answer_by);
    }
}
