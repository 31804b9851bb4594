#include <clinic/page.h>

#include "page_scope.h"

#include <clinic/json.h>
#include <clinic/node.h>
#include <clinic/seal.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

// ---- which part a request is for

static void answer_start(struct clinic_page *page, struct http_exchange *exchange,
                         const struct http_request *request)
{
    const struct clinic_page_config *config = &page->config;
    (void)request;
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "token", page->token);
    cJSON_AddStringToObject(body, "node", clinic_node_settings(clinic_box_node(config->box))->name);
    cJSON_AddStringToObject(body, "role", config->role);
    cJSON_AddStringToObject(body, "version", CLINIC_VERSION);
    cJSON_AddItemToObject(body, "languages", page_files_languages(page));
    cJSON_AddItemToObject(body, "requests", page_api_requests(page));
    cJSON_AddItemToObject(body, "page",
                          config->start == NULL ? cJSON_CreateObject()
                                                : cJSON_Duplicate(config->start, true));
    page_answer_json(exchange, 200, body);
    cJSON_Delete(body);
}

// What is not a request of the catalogue. A path has one way to be asked for.
static const struct {
    const char *path;
    enum http_method method;
    bool needs_token;
    void (*answer)(struct clinic_page *page, struct http_exchange *exchange,
                   const struct http_request *request);
} places[] = {
    { "/api/start", HTTP_GET, false, answer_start },
    { "/api/stream", HTTP_GET, true, page_stream_open },
    { "/api/outbox", HTTP_GET, true, page_outbox_list },
    { "/api/outbox/drop", HTTP_POST, true, page_outbox_drop },
};

static void answer_api(struct clinic_page *page, struct http_exchange *exchange,
                       const struct http_request *request)
{
    const struct http_head *head = request->head;
    size_t i = 0;
    while (i < ARRAY_SIZE(places) && !http_text_equals(&head->path, places[i].path))
        i++;
    const bool is_place = i < ARRAY_SIZE(places);
    const enum http_method method = is_place ? places[i].method : HTTP_POST;
    if ((!is_place || places[i].needs_token) && !page_guard_has_token(page, exchange, head))
        return;
    if (head->method != method)
        page_answer_not_allowed(exchange, method == HTTP_GET ? "GET" : "POST");
    else if (is_place)
        places[i].answer(page, exchange, request);
    else
        page_api_post(page, exchange, request);
}

static void on_request(void *context, struct http_exchange *exchange,
                       const struct http_request *request)
{
    struct clinic_page *page = context;
    const struct http_head *head = request->head;
    if (!page_guard_allows(page, exchange, head))
        return;
    if (head->path.length >= 5 && memcmp(head->path.bytes, "/api/", 5) == 0)
        answer_api(page, exchange, request);
    else if (head->method == HTTP_GET || head->method == HTTP_HEAD)
        page_files_answer(page, exchange, request);
    else
        page_answer_not_allowed(exchange, "GET, HEAD");
}

static void on_bad_request(void *context, struct http_exchange *exchange, int status)
{
    (void)context;
    page_answer_problem(
        exchange, status,
        clinic_codes[status == 413 ? CLINIC_CODE_INVALID_SIZE : CLINIC_CODE_INVALID_JSON].name,
        NULL, "this request cannot be read");
}

static const struct http_handler handler = { .on_request = on_request,
                                             .on_bad_request = on_bad_request };

// ---- its life

static void make_token(char token[static PAGE_TOKEN_BYTES])
{
    uint8_t bytes[(PAGE_TOKEN_BYTES - 1) / 2];
    clinic_random(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(token + 2 * i, 3, "%02x", bytes[i]);
}

static bool begin(struct clinic_page *page)
{
    const struct clinic_page_config *config = &page->config;
    make_token(page->token);
    if (!page_pending_open(page) || !page_stream_watch(page)) {
        errno = ENOMEM;
        return false;
    }
    page_custody_open(page);
    page->http = http_server_open(config->base, config->port, CLINIC_PAGE_BODY_MAX, &handler, page);
    if (page->http == NULL)
        return false;
    const int64_t port = http_server_port(page->http);
    (void)snprintf(page->hosts[0], sizeof page->hosts[0], "127.0.0.1:%" PRId64, port);
    (void)snprintf(page->hosts[1], sizeof page->hosts[1], "localhost:%" PRId64, port);
    return true;
}

enum clinic_status clinic_page_open(const struct clinic_page_config *config,
                                    struct clinic_page **ret_page, char *reterr_problem,
                                    size_t problem_bytes)
{
    struct clinic_page *page = calloc(1, sizeof *page);
    if (page == NULL) {
        (void)snprintf(reterr_problem, problem_bytes, "out of memory");
        return CLINIC_NOMEM;
    }
    page->config = *config;
    if (!begin(page)) {
        (void)snprintf(reterr_problem, problem_bytes,
                       "the page cannot be served at 127.0.0.1:%" PRId64 ": %s", config->port,
                       strerror(errno));
        clinic_page_close(page);
        return CLINIC_IO;
    }
    *ret_page = page;
    return CLINIC_OK;
}

void clinic_page_close(struct clinic_page *page)
{
    if (page == NULL)
        return;
    page_custody_close(page);
    http_server_close(page->http);
    page_pending_close(page);
    page_stream_close(page);
    clinic_wipe(page->token, sizeof page->token);
    free(page);
}

int64_t clinic_page_port(const struct clinic_page *page)
{
    return http_server_port(page->http);
}

void clinic_page_step(struct clinic_page *page)
{
    page_stream_step(page);
    page_custody_step(page);
}
