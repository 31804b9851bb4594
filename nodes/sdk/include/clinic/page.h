// page.h - a box's page for the box's own browser: an HTTP server on 127.0.0.1 in front of the calls of box.h.
//
//   GET  /…                        the program's files, by gzip to who takes that; "/" is "/index.html", "/board" is
//                                  "/board.html"
//   GET  /i18n/<language>/<part>.json  texts; of the program, else of the folder for further languages
//   GET  /api/start                {"token":"…","node":"…","role":"kiosk","version":"…","languages":["de","en"],
//                                   "requests":{"patient/create":["reception",…],…},"page":{…}}
//   GET  /api/stream               server-sent events (WHATWG HTML, 9.2), below
//   GET  /api/outbox               {"rows":[{"id","state":"waiting","request":"patient/create","time","error"}],"more":false}:
//                                  what this box keeps, oldest first, without what was entered; `error` of rejected ones
//   POST /api/outbox/drop          {"id":"…"}: forgets a rejected one; 200 {}, or 404
//   POST /api/<entity>/<action>    {"session":"…","data":{…}}; session is left out where nobody is signed in
//
// A POST is answered within CLINIC_PAGE_ANSWER_MS whatever the bus does; what takes longer comes on the stream:
//
//   200  the gateway's reply, accepted            {"id":"…","status":"accepted","sequence":1042,"data":{…}}
//   202  not known yet                            {"id":"…","custody":"here"}   a submit: durable in this box's outbox;
//                                                                               and what the program adds (on_request)
//                                                 {"id":"…","custody":"asked"}  an ask: nothing was kept
//   400  the body is not what it should be; 403 token, host or origin; 404 not a request of this page; 405; 413
//   409  rejected, 422 rejected for a field       {"id":"…","status":"rejected","error":{"code","field","message"}};
//                                                 without id and status where this program refused it: nothing was kept
//   411  a body whose length is not told; 431 more than 8 KiB of headers
//   429  too much at a time (48 POSTs, 8 streams); 503 an ask without a connection; 507 the outbox or the disk is full
//   All but 200, 202 and 304 have {"error":{"code","field","message"}}.
//
// The stream's events, each with a JSON object as data:
//   hello    {"stream":"…"}                       first; sent with POSTs as X-Clinic-Stream
//   status   as clinic_box_describe(), first and whenever it changed
//   event    {"sequence","type","subject","id","time","recordedtime","data"}    what the role may read
//   notice   {"audience":"staff","notice":{…}}
//   reply    {"id":"…","http":409, and the members that the POST's answer would have had}   of this stream's own requests
//   custody  {"id":"…","custody":"clinic","sequence":1042}, then "headquarters"; or "rejected" with "code". Of every
//            request of this box's outbox, to all streams; a new one is told the latest 256 first. Never with data.
//
// A comment every 15 s shows that the stream lives. A reader that is 1 MiB behind, or takes nothing for 10 s, is cut off.
//
// Who may speak to it: requests name Host 127.0.0.1:<port> or localhost:<port>, no foreign Origin, no
// Sec-Fetch-Site of another site or port (against pages of other sites in the same browser, and DNS rebinding), and for
// /api/ beyond start the token of this start of the program as X-Clinic-Token. There is no cookie.
//
// A page belongs to the thread of its event base. It does not log addresses, bodies or queries.
#pragma once

#include "box.h"

struct clinic_page;
struct event_base;

enum {
    CLINIC_PAGE_ANSWER_MS = 90,
    CLINIC_PAGE_STREAMS_MAX = 8,
    CLINIC_PAGE_BODY_MAX = 80 * 1024,
    CLINIC_PAGE_OUTBOX_ROWS_MAX = 200,
};

// Compiled into the program by clinic_add_page() (nodes/sdk/box/page.cmake).
struct clinic_page_file {
    const char *path; // "/kiosk.js"
    const char *media_type;
    const char *tag; // of its content: its ETag, weak since it stands for both forms
    const unsigned char *bytes;
    size_t length;
    const unsigned char *packed; // the same by gzip, for who takes that
    size_t packed_length;
};
extern const struct clinic_page_file clinic_page_files[];
extern const size_t clinic_page_file_count;

// Settings of a page, and rows for the table of the program whose struct has such a member.
struct clinic_page_settings {
    int64_t port;
    char languages[1024];
};
// NOLINTBEGIN(bugprone-macro-parentheses): names of a type and a member bear none
#define CLINIC_PAGE_SETTINGS(program, member, port_text)                                           \
    { .section = "page",                                                                           \
      .key = "port",                                                                               \
      .type = CLINIC_SETTING_INTEGER,                                                              \
      .offset = offsetof(program, member.port),                                                    \
      .min = 0,                                                                                    \
      .max = 65535,                                                                                \
      .fallback = (port_text),                                                                     \
      .help = "Where the page is, at 127.0.0.1; 0: a port that is free." },                        \
    {                                                                                              \
        .section = "page", .key = "languages", .type = CLINIC_SETTING_PATH,                        \
        .offset = offsetof(program, member.languages),                                             \
        .size = sizeof(((program *)NULL)->member.languages), .fallback = "languages",              \
        .help = "Folder with texts of further languages, <language>/<part>.json."                  \
    }
// NOLINTEND(bugprone-macro-parentheses)

struct clinic_page_config {
    struct event_base *base; // borrowed, as are the box and everything below
    struct clinic_box *box;
    int64_t port;     // 0: one that is free
    const char *role; // as /api/start tells it
    const struct clinic_page_file *files;
    size_t file_count;
    const char *
        languages_folder; // <language>/<part>.json of further languages; it need not exist. NULL: none
    const enum clinic_request_kind *requests; // what the page may ask for
    size_t request_count;
    bool drops_rejected; // nobody will look at them: forgotten as soon as they are known
    const cJSON *start;  // "page" of /api/start; NULL: {}
    // Before a request is put or asked: may add to `data`, and to `told` what a 202 tells the page besides id and
    // custody; or refuse. May be NULL.
    bool (*on_request)(void *context, enum clinic_request_kind kind, cJSON *data, cJSON *told,
                       struct clinic_problem *reterr_problem);
    void *context;
};

// Listens; CLINIC_IO: the port is taken, reterr_problem says so. The config is copied, what it points to is not.
enum clinic_status clinic_page_open(const struct clinic_page_config *config,
                                    struct clinic_page **ret_page, char *reterr_problem,
                                    size_t problem_bytes);
void clinic_page_close(struct clinic_page *page); // before the box; accepts NULL

int64_t clinic_page_port(const struct clinic_page *page);

// To be called after every clinic_box_step(): custody and status are looked at.
void clinic_page_step(struct clinic_page *page);
