#include "http_head.h"

#include <string.h>
#include <strings.h>

enum { OK = 0, BAD_REQUEST = 400, LENGTH_REQUIRED = 411, TOO_LARGE = 413, OTHER_VERSION = 505 };

static const char *const header_names[HTTP_HEADER_COUNT] = {
    [HTTP_HOST] = "host",
    [HTTP_ORIGIN] = "origin",
    [HTTP_FETCH_SITE] = "sec-fetch-site",
    [HTTP_CONTENT_TYPE] = "content-type",
    [HTTP_CONTENT_LENGTH] = "content-length",
    [HTTP_TRANSFER_ENCODING] = "transfer-encoding",
    [HTTP_CONNECTION] = "connection",
    [HTTP_IF_NONE_MATCH] = "if-none-match",
    [HTTP_ACCEPT_ENCODING] = "accept-encoding",
    [HTTP_TOKEN] = "x-clinic-token",
    [HTTP_STREAM] = "x-clinic-stream",
};

static const char *const methods[HTTP_OTHER_METHOD] = {
    [HTTP_GET] = "GET",
    [HTTP_HEAD] = "HEAD",
    [HTTP_POST] = "POST",
};

bool http_text_equals(const struct http_text *text, const char *other)
{
    return text->bytes != NULL && strlen(other) == text->length
           && memcmp(text->bytes, other, text->length) == 0;
}

static bool is_word(const struct http_text *text, const char *lower_case)
{
    return text->bytes != NULL && strlen(lower_case) == text->length
           && strncasecmp(text->bytes, lower_case, text->length) == 0;
}

bool http_text_lists(const struct http_text *text, const char *lower_case)
{
    size_t at = 0;
    while (text->bytes != NULL && at < text->length) {
        size_t end = at;
        while (end < text->length && text->bytes[end] != ',')
            end++;
        struct http_text item = { text->bytes + at, end - at };
        while (item.length > 0 && item.bytes[0] == ' ') {
            item.bytes++;
            item.length--;
        }
        while (item.length > 0 && item.bytes[item.length - 1] == ' ')
            item.length--;
        if (is_word(&item, lower_case))
            return true;
        at = end + 1;
    }
    return false;
}

// RFC 9110, 5.6.2.
static bool is_token(const struct http_text *text)
{
    for (size_t i = 0; i < text->length; i++) {
        const char c = text->bytes[i];
        const bool is_alphanumeric =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!is_alphanumeric && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return text->length > 0;
}

static bool is_visible(const struct http_text *text, bool lets_blanks)
{
    for (size_t i = 0; i < text->length; i++) {
        const unsigned char c = (unsigned char)text->bytes[i];
        const bool is_blank = c == ' ' || c == '\t';
        if (c == 0x7f || (c <= ' ' && !(lets_blanks && is_blank)))
            return false;
    }
    return true;
}

// Takes what stands before `end` off the front of `rest`. False: `end` does not occur.
static bool cut(struct http_text *rest, const char *end, struct http_text *ret_part)
{
    const size_t end_length = strlen(end);
    const char *found =
        rest->length == 0 ? NULL : memmem(rest->bytes, rest->length, end, end_length);
    if (found == NULL)
        return false;
    *ret_part = (struct http_text){ rest->bytes, (size_t)(found - rest->bytes) };
    rest->bytes = found + end_length;
    rest->length -= ret_part->length + end_length;
    return true;
}

static int parse_first_line(struct http_text line, struct http_head *head)
{
    struct http_text method = { 0 };
    struct http_text target = { 0 };
    if (!cut(&line, " ", &method) || !is_token(&method) || !cut(&line, " ", &target))
        return BAD_REQUEST;
    if (target.length == 0 || target.bytes[0] != '/' || !is_visible(&target, false))
        return BAD_REQUEST;
    if (line.length != strlen("HTTP/1.1") || memcmp(line.bytes, "HTTP/", 5) != 0)
        return BAD_REQUEST;
    if (!http_text_equals(&line, "HTTP/1.1") && !http_text_equals(&line, "HTTP/1.0"))
        return OTHER_VERSION;
    head->closes = http_text_equals(&line, "HTTP/1.0");
    head->method = HTTP_GET;
    while (head->method < HTTP_OTHER_METHOD && !http_text_equals(&method, methods[head->method]))
        head->method++;
    if (!cut(&target, "?", &head->path))
        head->path = target;
    return OK;
}

static bool keep_header(struct http_head *head, const struct http_text *name,
                        const struct http_text *value)
{
    for (size_t i = 0; i < HTTP_HEADER_COUNT; i++) {
        if (!is_word(name, header_names[i]))
            continue;
        // A value that counts for us must not depend on which of two is read.
        if (head->headers[i].bytes != NULL)
            return false;
        head->headers[i] = *value;
    }
    return true;
}

static bool parse_header(struct http_text line, struct http_head *head)
{
    struct http_text name = { 0 };
    if (!cut(&line, ":", &name) || !is_token(&name) || !is_visible(&line, true))
        return false;
    while (line.length > 0 && (line.bytes[0] == ' ' || line.bytes[0] == '\t')) {
        line.bytes++;
        line.length--;
    }
    while (line.length > 0
           && (line.bytes[line.length - 1] == ' ' || line.bytes[line.length - 1] == '\t'))
        line.length--;
    return keep_header(head, &name, &line);
}

static int find_length(struct http_head *head)
{
    const struct http_text *length = &head->headers[HTTP_CONTENT_LENGTH];
    if (head->headers[HTTP_TRANSFER_ENCODING].bytes != NULL)
        return LENGTH_REQUIRED;
    if (length->bytes == NULL)
        return head->method == HTTP_POST ? LENGTH_REQUIRED : OK;
    if (length->length == 0)
        return BAD_REQUEST;
    for (size_t i = 0; i < length->length; i++)
        if (length->bytes[i] < '0' || length->bytes[i] > '9')
            return BAD_REQUEST;
    if (length->length > 8)
        return TOO_LARGE;
    for (size_t i = 0; i < length->length; i++)
        head->body_bytes = head->body_bytes * 10 + (size_t)(length->bytes[i] - '0');
    return OK;
}

int http_head_parse(const char *bytes, size_t length, struct http_head *ret_head)
{
    struct http_head head = { 0 };
    struct http_text rest = { bytes, length };
    struct http_text line = { 0 };
    if (!cut(&rest, "\r\n", &line))
        return BAD_REQUEST;
    int status = parse_first_line(line, &head);
    while (status == OK) {
        if (!cut(&rest, "\r\n", &line))
            return BAD_REQUEST;
        if (line.length == 0)
            break;
        if (!parse_header(line, &head))
            return BAD_REQUEST;
    }
    if (status == OK)
        status = find_length(&head);
    if (status != OK)
        return status;
    if (is_word(&head.headers[HTTP_CONNECTION], "close"))
        head.closes = true;
    *ret_head = head;
    return OK;
}
