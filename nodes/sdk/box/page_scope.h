// page_scope.h - what the parts of the page server share:
//
//   page.c          its life, and which part a request is for
//   page_guard.c    who may speak, and what every answer bears
//   page_files.c    the program's files, and texts out of a folder
//   page_api.c      POST: whether it may go
//   page_pending.c  a POST until its reply
//   page_stream.c   what the pages that are open hear
//   page_custody.c  what became of what was kept
//   page_outbox.c   what is kept
//
// Below it: http_server.h (connections, answers), http_head.h (a request's head).
#pragma once

#include <clinic/page.h>

#include "http_server.h"

#include <clinic/request.h>

enum {
    PAGE_TOKEN_BYTES = 65, // 32 random bytes in hex, and the NUL
    PAGE_PENDING_MAX = 48, // POSTs that wait for a reply
    PAGE_CUSTODY_MAX = 256,
    PAGE_AWAITED_MAX = 256,
};

struct page_stream {
    struct clinic_page *page;
    struct http_exchange *exchange; // NULL: the place is free
    uint64_t number;                // never used again
};

// A POST until its reply: first a browser waits for the answer, then maybe a stream for the reply.
struct page_pending {
    struct clinic_page *page;
    bool is_used;
    struct http_exchange *exchange; // NULL: it has been answered, or the browser is gone
    struct clinic_box_call *call;   // NULL: it has ended
    const struct clinic_request_type *type;
    cJSON *told;                   // what an answer that it waits says besides; owned, may be NULL
    uint64_t stream;               // whose it is; 0: nobody's
    char id[CLINIC_ID_TEXT_BYTES]; // empty: not known
    bool is_started;               // the box has taken the call
    bool is_replied;
    struct event *answer_by;
};

// A request in the outbox whose reply a stream waits for.
struct page_awaited {
    struct clinic_id id;
    uint64_t stream;
};

struct page_custody {
    struct clinic_id id;
    const char *state; // "clinic", "headquarters", "rejected"; NULL: the place is free
    uint64_t sequence; // 0: none
    char code[32];     // of "rejected"
};

struct clinic_page {
    struct clinic_page_config config;
    struct http_server *http;
    struct clinic_box_call *watch;
    struct event *heartbeat;
    char token[PAGE_TOKEN_BYTES];
    char hosts[2][32]; // by which names a browser may call it
    char *status;      // as it was told last
    uint64_t stream_count;
    struct page_stream streams[CLINIC_PAGE_STREAMS_MAX];
    struct page_pending pending[PAGE_PENDING_MAX];
    // Rings: what is newer takes the place of the oldest.
    struct page_awaited awaited[PAGE_AWAITED_MAX];
    size_t awaited_next;
    struct page_custody custody[PAGE_CUSTODY_MAX];
    size_t custody_next;
};

// ---- answers (page_guard.c: they bear what every answer must)

// {"code","field","message"}; field may be NULL.
cJSON *page_problem(const char *code, const char *field, const char *message);
void page_answer_json(struct http_exchange *exchange, int status, const cJSON *body);
void page_answer_problem(struct http_exchange *exchange, int status, const char *code,
                         const char *field, const char *message);
void page_answer_not_allowed(struct http_exchange *exchange, const char *allow);
void page_answer_file(struct http_exchange *exchange, int status,
                      const struct clinic_page_file *file, bool is_packed);
void page_answer_texts(struct http_exchange *exchange, const char *json, size_t length);
void page_begin_events(struct http_exchange *exchange);

// Answers what may not be, and returns false.
bool page_guard_allows(const struct clinic_page *page, struct http_exchange *exchange,
                       const struct http_head *head);
bool page_guard_has_token(const struct clinic_page *page, struct http_exchange *exchange,
                          const struct http_head *head);

// ---- files

void page_files_answer(const struct clinic_page *page, struct http_exchange *exchange,
                       const struct http_request *request);
cJSON *page_files_languages(const struct clinic_page *page); // a sorted array of names

// ---- requests

void page_api_post(struct clinic_page *page, struct http_exchange *exchange,
                   const struct http_request *request);
// The body, a JSON object that the caller owns; NULL: what is wrong with it was answered.
cJSON *page_api_body(struct http_exchange *exchange, const struct http_request *request);
cJSON *page_api_requests(const struct clinic_page *page); // for /api/start

// Takes `data` and `told` over, and answers.
void page_pending_start(struct clinic_page *page, struct http_exchange *exchange,
                        const struct http_request *request, const struct clinic_request_type *type,
                        const char *session, cJSON *data, cJSON *told);
void page_pending_send_reply(struct clinic_page *page, uint64_t stream,
                             const struct clinic_reply *reply);
bool page_pending_open(struct clinic_page *page);
void page_pending_close(struct clinic_page *page);

// ---- streams

void page_stream_open(struct clinic_page *page, struct http_exchange *exchange,
                      const struct http_request *request);
uint64_t page_stream_find(const struct clinic_page *page, const struct http_text *name); // 0: none
bool page_stream_is_open(const struct clinic_page *page, uint64_t stream);
void page_stream_send(struct clinic_page *page, uint64_t stream, const char *event,
                      const cJSON *data);
void page_stream_send_all(struct clinic_page *page, const char *event, const cJSON *data);
void page_stream_step(struct clinic_page *page); // the status, if it changed
bool page_stream_watch(struct clinic_page *page);
void page_stream_close(struct clinic_page *page);

// ---- the outbox

void page_outbox_list(struct clinic_page *page, struct http_exchange *exchange,
                      const struct http_request *request);
void page_outbox_drop(struct clinic_page *page, struct http_exchange *exchange,
                      const struct http_request *request);

// ---- custody

// The reply to `id` goes to `stream` when it comes.
void page_custody_await(struct clinic_page *page, const char *id, uint64_t stream);
void page_custody_open(struct clinic_page *page);
void page_custody_step(struct clinic_page *page); // what has got to headquarters
// All that is known, to a stream that is new.
void page_custody_tell(struct clinic_page *page, uint64_t stream);
void page_custody_close(struct clinic_page *page);
