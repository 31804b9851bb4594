// set_up.h - waits for what a scale answers to a step of its set-up, and says it in words.
//
// The step itself has been asked for; from then on the channel is read again and again until the step is the last one that
// ended there. The gateway ends one that no scale answers, so this ends too.
#pragma once

#include <clinic/box.h>

#include <cjson/cJSON.h>

enum { SET_UP_TEXT_BYTES = 400, SET_UP_WAIT_MS = 130 * 1000 };

struct set_up {
    const char *node;
    int64_t channel;
    const char *task_id;
    // Carries out equipment/scale-read; takes `data` over. On CLINIC_OUTCOME_ACCEPTED the caller owns *ret_reply, the reply's data.
    // What else came of it has been told already.
    enum clinic_outcome (*read)(void *context, cJSON *data, cJSON **ret_reply);
    // Lets a second pass; false: the time is up.
    bool (*pause)(void *context);
    void *context;
};

// CLINIC_OUTCOME_ACCEPTED: the scale has measured; CLINIC_OUTCOME_REJECTED: it could not, or counts no pieces; CLINIC_OUTCOME_UNAVAILABLE: it
// did not answer. `ret_text` says which, for people; empty: it was told already. *ret_channel: the channel as it is now, NULL
// where it could not be read; the caller frees it.
enum clinic_outcome set_up_wait(const struct set_up *set_up, cJSON **ret_channel,
                                char ret_text[static SET_UP_TEXT_BYTES]);
