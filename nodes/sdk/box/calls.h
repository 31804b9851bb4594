// calls.h - what box.c (the node and its calls' places) and *calls.c (what each call does) share.
#pragma once

#include <clinic/box.h>

#include <clinic/clock.h>
#include <clinic/node.h>

struct call_kind {
    const char *name;
    // Looks at the call's members and begins; may finish it at once.
    void (*start)(struct clinic_box *box, struct clinic_box_call *call, const cJSON *members);
    void (*step)(struct clinic_box *box,
                 struct clinic_box_call *call); // after every step of the node
    void (*expire)(struct clinic_box *box, struct clinic_box_call *call); // its time is up
};

struct clinic_box_call {
    const struct call_kind *kind; // NULL: the place is free
    struct clinic_box_caller caller;
    int64_t deadline_ms; // INT64_MAX: none
    const struct clinic_request_type *request;
    struct clinic_id id; // of its request; none: not sent yet
    char session[CLINIC_SESSION_BYTES];
    cJSON *data;            // of an ask that waits for the connection; owned
    int64_t events_left;    // of a watch; -1: no end
    int64_t rejected_count; // seen by a flush
    const char *code;       // of the last answer, where programs must tell its reason; NULL: none
};

struct clinic_box {
    struct clinic_node *node;
    enum clinic_node_role role;
    const struct clinic_clock *clock;
    char reason[200]; // of the last change of the connection
    bool is_following;
    void (*on_settled)(void *context, const struct clinic_reply *reply); // NULL: nobody observes
    void *observer;
    struct clinic_box_call calls[CLINIC_BOX_CALLS_MAX];
};

extern const struct call_kind submit_call;
extern const struct call_kind ask_call;
extern const struct call_kind flush_call;
extern const struct call_kind watch_call;
extern const struct call_kind status_call;
extern const struct call_kind outbox_call;
extern const struct call_kind drop_call;

// NULL if there is none of that name.
const struct call_kind *call_kind_find(const char *name);

// Takes `answer` over. call_finish() sends the last answer and frees the place; `message` may be NULL.
void call_answer(struct clinic_box_call *call, cJSON *answer);
void call_finish(struct clinic_box *box, struct clinic_box_call *call, enum clinic_outcome outcome,
                 const char *message);
void call_release(struct clinic_box_call *call); // in silence

// From the node's handlers.
void calls_take_reply(struct clinic_box *box, enum clinic_request_kind kind,
                      const struct clinic_reply *reply);
void calls_take_timeout(struct clinic_box *box, const struct clinic_id *id);
void calls_broadcast(struct clinic_box *box, cJSON *answer, bool is_event); // takes `answer` over

// {"state":"online","reason":"…"}
cJSON *calls_state(const struct clinic_box *box);
const char *calls_state_name(enum clinic_bus_state state);

bool calls_is_online(const struct clinic_box *box);
void calls_explain_silence(const struct clinic_box *box, char *message, size_t message_bytes);

// A row of the outbox, without what was entered: {"id","state","request","time"}, and "error" where it was rejected.
cJSON *calls_outbox_row(enum clinic_outbox_row_state state, const struct clinic_request *request,
                        const struct clinic_problem *problem);
