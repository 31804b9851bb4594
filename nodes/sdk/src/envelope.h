// envelope.h - the members around `data` in events, requests and replies, and the payloads of the other
// topics, as rows of the same kind as the catalogue's: one source for checking and describing them.
#pragma once

#include <clinic/catalogue.h>

struct envelope {
    const struct clinic_field *fields;
    size_t count;
};

extern const struct envelope clinic_event_envelope;
extern const struct envelope clinic_request_envelope;
extern const struct envelope clinic_reply_envelope;
extern const struct envelope clinic_status_payload;
extern const struct envelope clinic_notice_payload;
extern const struct envelope clinic_config_payload; // its rows are with those of the catalogue

// True if `text` is "/clinic/<site>", where the site is [A-Za-z0-9._-].
bool clinic_source_is_valid(const char *text);
