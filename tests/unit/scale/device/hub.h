// hub.h - a broker and a gateway in one, in memory, for one scale on a pipe.
//
// The broker keeps nothing but the retained config; the gateway applies each request once by its id and gives the same
// reply again. What it is sent is held against the SDK's catalogue as the real gateway does; a test looks at
// what was applied. `fate` decides what goes wrong.
//
// Without `decide` it accepts everything. With it a test can put the gateway's own services behind it, for weeks: of
// more than HUB_REQUESTS the oldest are forgotten then.
#pragma once

#include "pipe.h"

#include <clinic/request.h>

enum hub_fate {
    HUB_ANSWERS,
    HUB_ANSWERS_TWICE,
    HUB_LOSES_REQUEST,
    HUB_LOSES_REPLY, // it was applied
    HUB_HANGS_UP,    // the same, and the connection is over
    HUB_IS_BUSY,     // a temporary rejection
    HUB_REFUSES,     // for good
    HUB_TALKS_NONSENSE,
};

enum { HUB_REQUESTS = 512, HUB_NODE_BYTES = 33 };

struct hub_request {
    struct clinic_request request;
    bool is_refused;
    char *reply;         // as `decide` gave it
    unsigned deliveries; // how often it came
};

struct hub {
    struct pipe *pipe;
    enum hub_fate (*fate)(void *context, const struct clinic_request *request); // NULL: answers
    void *fate_context;
    // The reply as JSON, which the hub frees; called once for each id. NULL: there is nobody to ask.
    char *(*decide)(void *context, struct hub *hub, const struct clinic_request *request);
    void *decide_context;
    int64_t wall_at_0_ms; // of the gateway's clock; the pipe's time is added
    bool keeps_sessions;

    struct hub_request requests[HUB_REQUESTS]; // applied or refused for good, in that order
    size_t request_count;
    unsigned received; // requests, repetitions among them
    unsigned connects;
    unsigned violations; // of MQTT or of the catalogue
    char violation[200];
    char config[4096];
    char config_version[24];
    char status[256];
    char will[256];

    char node[HUB_NODE_BYTES];
    bool is_subscribed;
    bool has_session;
    uint16_t last_id;
    uint8_t input[8192];
    size_t input_length;
};

void hub_init(struct hub *hub, struct pipe *pipe, const char *node);
void hub_done(struct hub *hub);
struct pipe_peer hub_peer(struct hub *hub);

int64_t hub_wall_ms(const struct hub *hub);

// Keeps it, and tells it at once where somebody listens.
void hub_set_config(struct hub *hub, const char *json);
void hub_say(struct hub *hub, const char *topic_end, const char *payload); // "reply/<node>"
