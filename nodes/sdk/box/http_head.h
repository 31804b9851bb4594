// http_head.h - the head of an HTTP request, taken apart strictly (RFC 9112), out of memory and without copies of it.
//
// What a browser never sends is refused rather than guessed at: bare line feeds, folded lines, control characters, a
// header of interest twice, a body of unknown length. Nothing is decoded: a path with "%" is a path with "%".
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER_METHOD };

// The headers that the page server looks at.
enum http_header {
    HTTP_HOST,
    HTTP_ORIGIN,
    HTTP_FETCH_SITE,
    HTTP_CONTENT_TYPE,
    HTTP_CONTENT_LENGTH,
    HTTP_TRANSFER_ENCODING,
    HTTP_CONNECTION,
    HTTP_IF_NONE_MATCH,
    HTTP_ACCEPT_ENCODING,
    HTTP_TOKEN,
    HTTP_STREAM,
    HTTP_HEADER_COUNT,
};

struct http_text {
    const char *bytes; // not ended by a NUL; NULL: absent
    size_t length;
};

struct http_head {
    enum http_method method;
    struct http_text path; // up to the "?", which with all behind it is passed over
    struct http_text headers[HTTP_HEADER_COUNT];
    size_t body_bytes;
    bool closes; // the connection ends with the answer
};

// `bytes` is the whole head, its empty line included; the texts point into it. Returns 0, or the status to refuse it
// with: 400, 411, 413 (the length of the body is no number of at most eight digits), 505.
int http_head_parse(const char *bytes, size_t length, struct http_head *ret_head);

bool http_text_equals(const struct http_text *text, const char *other);

// Whether a list such as "gzip, br" has the word, without a weight to it.
bool http_text_lists(const struct http_text *text, const char *lower_case);
