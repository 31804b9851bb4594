// page_guard.c - who may speak to the page, and what every answer bears.
#include "page_scope.h"

#include <clinic/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A page of this program needs nothing from anywhere else, and nobody else needs it. blob: is what the page's own scripts
// have put together: the picture of a report, which comes in pieces.
#define GUARDS                                                                                     \
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "           \
    "img-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "             \
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"                              \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "X-Frame-Options: DENY\r\n"                                                                    \
    "Referrer-Policy: no-referrer\r\n"                                                             \
    "Cross-Origin-Resource-Policy: same-origin\r\n"                                                \
    "Cross-Origin-Opener-Policy: same-origin\r\n"                                                  \
    "Permissions-Policy: camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), "   \
    "midi=(), payment=(), serial=(), usb=()\r\n"
#define NEVER_KEPT GUARDS "Cache-Control: no-store\r\n"

// ---- answers

static void answer_json(struct http_exchange *exchange, int status, const char *headers,
                        const cJSON *body)
{
    char *text = clinic_json_print(body);
    struct http_answer answer = { .status = status,
                                  .headers = headers,
                                  .media_type = "application/json",
                                  .bytes = text,
                                  .length = text == NULL ? 0 : strlen(text) };
    if (text == NULL)
        answer.status = 500;
    http_answer(exchange, &answer);
    free(text);
}

void page_answer_json(struct http_exchange *exchange, int status, const cJSON *body)
{
    answer_json(exchange, status, NEVER_KEPT, body);
}

cJSON *page_problem(const char *code, const char *field, const char *message)
{
    cJSON *error = cJSON_CreateObject();
    cJSON_AddStringToObject(error, "code", code);
    cJSON_AddStringToObject(error, "field", field == NULL ? "" : field);
    cJSON_AddStringToObject(error, "message", message);
    return error;
}

static cJSON *problem_body(const char *code, const char *field, const char *message)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddItemToObject(body, "error", page_problem(code, field, message));
    return body;
}

void page_answer_problem(struct http_exchange *exchange, int status, const char *code,
                         const char *field, const char *message)
{
    cJSON *body = problem_body(code, field, message);
    page_answer_json(exchange, status, body);
    cJSON_Delete(body);
}

void page_answer_not_allowed(struct http_exchange *exchange, const char *allow)
{
    char headers[2048];
    cJSON *body = problem_body("method", NULL, "this is not asked for in this way");
    (void)snprintf(headers, sizeof headers, NEVER_KEPT "Allow: %s\r\n", allow);
    answer_json(exchange, 405, headers, body);
    cJSON_Delete(body);
}

void page_answer_file(struct http_exchange *exchange, int status,
                      const struct clinic_page_file *file, bool is_packed)
{
    char headers[2048];
    (void)snprintf(headers, sizeof headers,
                   GUARDS "Cache-Control: no-cache\r\nVary: Accept-Encoding\r\nETag: %s\r\n%s",
                   file->tag, is_packed ? "Content-Encoding: gzip\r\n" : "");
    http_answer(exchange,
                &(struct http_answer){ .status = status,
                                       .headers = headers,
                                       .media_type = status == 304 ? NULL : file->media_type,
                                       .bytes = is_packed ? file->packed : file->bytes,
                                       .length = is_packed ? file->packed_length : file->length,
                                       .is_lasting = true });
}

void page_answer_texts(struct http_exchange *exchange, const char *json, size_t length)
{
    http_answer(exchange, &(struct http_answer){ .status = 200,
                                                 .headers = GUARDS "Cache-Control: no-cache\r\n",
                                                 .media_type = "application/json",
                                                 .bytes = json,
                                                 .length = length });
}

void page_begin_events(struct http_exchange *exchange)
{
    http_stream_begin(exchange, NEVER_KEPT, "text/event-stream");
}

// ---- who

static void forbid(struct http_exchange *exchange, const char *message)
{
    page_answer_problem(exchange, 403, clinic_codes[CLINIC_CODE_FORBIDDEN].name, NULL, message);
}

static bool is_our_host(const struct clinic_page *page, const struct http_text *host)
{
    return http_text_equals(host, page->hosts[0]) || http_text_equals(host, page->hosts[1]);
}

// "http://" and a host of ours. Absent: the browser does not call it a request across origins.
static bool is_our_origin(const struct clinic_page *page, const struct http_text *origin)
{
    static const char scheme[] = "http://";
    const size_t length = sizeof scheme - 1;
    if (origin->bytes == NULL)
        return true;
    const struct http_text host = { origin->bytes + length,
                                    origin->length < length ? 0 : origin->length - length };
    return origin->length > length && memcmp(origin->bytes, scheme, length) == 0
           && is_our_host(page, &host);
}

// Another program's port on this box is the same *site*, but not us.
static bool is_our_site(const struct http_text *site)
{
    return site->bytes == NULL || http_text_equals(site, "same-origin")
           || http_text_equals(site, "none");
}

bool page_guard_allows(const struct clinic_page *page, struct http_exchange *exchange,
                       const struct http_head *head)
{
    // A name that somebody else's DNS gave this address is in the Host header, as the browser believes it.
    if (!is_our_host(page, &head->headers[HTTP_HOST]))
        forbid(exchange, "this page is at http://127.0.0.1");
    else if (!is_our_origin(page, &head->headers[HTTP_ORIGIN])
             || !is_our_site(&head->headers[HTTP_FETCH_SITE]))
        forbid(exchange, "only this program's own page may ask");
    else
        return true;
    return false;
}

bool page_guard_has_token(const struct clinic_page *page, struct http_exchange *exchange,
                          const struct http_head *head)
{
    const struct http_text *token = &head->headers[HTTP_TOKEN];
    unsigned difference = token->length == PAGE_TOKEN_BYTES - 1 ? 0 : 1;
    // Takes the same time wherever the first wrong character is.
    for (size_t i = 0; i < PAGE_TOKEN_BYTES - 1 && i < token->length; i++)
        difference |= (unsigned char)token->bytes[i] ^ (unsigned char)page->token[i];
    if (difference != 0)
        forbid(exchange, "the token is not of this start of the program");
    return difference == 0;
}
