// browser.h - what a browser does with a page's program, over raw sockets: requests with the headers of a page, and the
// stream.
//
// Texts of JSON may be written with single quotes for double ones. Waits have a deadline and fail the test.
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BROWSER_ANSWER_BYTES = 640 * 1024, BROWSER_HEARD_BYTES = 4 * 1024 * 1024 };

struct browser {
    int port;
    char token[80];
    char session[64]; // goes with each POST; empty: nobody is signed in
    int stream;       // descriptor; -1: not open
    char stream_name[24];
    char *heard; // all of the stream, terminated
    size_t heard_bytes;

    // The last answer.
    int status;
    char *head; // status line and headers, terminated
    char *body; // terminated
    size_t body_bytes;
    cJSON *json; // NULL: it was none
    int64_t took_ms;
    char bytes[BROWSER_ANSWER_BYTES];
};

// Asks for /api/start and opens the stream. The caller closes it.
struct browser *browser_open(int port);
void browser_close(struct browser *browser);

// Sends the request as it is, whatever it is, and reads until the program ends the connection. Returns the status; 0:
// there was no answer.
int browser_send(struct browser *browser, const void *bytes, size_t length);

// A request with "Host", "Connection: close" and these further header lines, each ended by CRLF.
int browser_ask(struct browser *browser, const char *method, const char *path, const char *headers,
                const char *body);
int browser_get(struct browser *browser, const char *path);

// POST /api/<name> as the page does it; `data` may be a format.
int browser_post(struct browser *browser, const char *name, const char *data, ...)
    __attribute__((format(printf, 3, 4)));
// The same for who waits: where the program does not know yet, the reply on the stream counts as the answer.
int browser_request(struct browser *browser, const char *name, const char *data, ...)
    __attribute__((format(printf, 3, 4)));
void browser_sign_in(struct browser *browser);

// A header of the last answer, in one of a few static buffers; NULL: it has none.
const char *browser_header(const struct browser *browser, const char *name);
// The text of {"error":{"code"}} of the last answer; "": there is none.
const char *browser_code(const struct browser *browser);
const char *browser_id(const struct browser *browser); // of the last answer

// ---- the stream

void browser_listen(struct browser *browser);
void browser_hang_up(struct browser *browser);
size_t browser_mark(const struct browser *browser);
// Waits for an event of that name, after the mark, whose data holds the text; the tree is the caller's.
cJSON *browser_expect(struct browser *browser, size_t mark, const char *event, const char *text);
// The same, and lets go of it.
void browser_await(struct browser *browser, size_t mark, const char *event, const char *text);
// Waits for the comment by which a stream shows that it lives.
void browser_await_comment(struct browser *browser, size_t mark);
// How many of them have come by now.
size_t browser_count(struct browser *browser, size_t mark, const char *event, const char *text);

// A connection to the program; -1: it is not there.
int browser_connect(int port);
