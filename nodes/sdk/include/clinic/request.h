// request.h - what a node asks of the gateway, and the gateway's reply.
#pragma once

#include "catalogue.h"
#include "id.h"
#include "status.h"

enum { CLINIC_SESSION_BYTES = 44 }; // 32 random bytes in base64url without padding, and the NUL

struct clinic_request {
    struct clinic_id id;
    enum clinic_request_kind kind;      // from the topic
    int64_t time_ms;                    // when it was made, by the node's clock
    char session[CLINIC_SESSION_BYTES]; // empty: nobody is signed in
    struct clinic_id
        after;   // the request that must be applied before this one, or none; see outbox.h
    cJSON *data; // owned by the request
};

// Releases what the request owns; accepts a request of all zero.
void clinic_request_done(struct clinic_request *request);

// The caller frees *ret_json.
enum clinic_status clinic_request_encode(const struct clinic_request *request, char **ret_json);

// Reads a request of the kind that its topic named, strictly: unknown members are refused. Where the id
// could be read, ret_request->id is set even on failure, so that the sender can be told; none otherwise.
// On CLINIC_OK the caller owns the content of *ret_request.
enum clinic_status clinic_request_decode(enum clinic_request_kind kind, const char *bytes,
                                         size_t length, struct clinic_request *ret_request,
                                         struct clinic_problem *reterr_problem);

struct clinic_reply {
    struct clinic_id id; // the request's
    bool is_accepted;
    bool is_temporary;             // rejected for now: the same request may succeed later
    uint64_t sequence;             // of the last event that the request caused; 0: none
    cJSON *data;                   // may be NULL; also of a rejection (stale_version: the record)
    struct clinic_problem problem; // of a rejection
};

// Releases what the reply owns; accepts a reply of all zero.
void clinic_reply_done(struct clinic_reply *reply);

// The caller frees *ret_json.
enum clinic_status clinic_reply_encode(const struct clinic_reply *reply, char **ret_json);

// Strict, but members it does not know are ignored. is_temporary is found from the code.
enum clinic_status clinic_reply_decode(const char *bytes, size_t length,
                                       struct clinic_reply *ret_reply,
                                       struct clinic_problem *reterr_problem);
