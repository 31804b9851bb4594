// settings.h - broker.ini: what `init` was told about this broker, and every later command needs.
#pragma once

#include "certificate.h"
#include "layout.h"

#include <clinic/settings.h>
#include <clinic/topic.h>

enum { SETTINGS_LIST_BYTES = 180 }; // a line of an INI file holds 198

struct settings {
    char names[SETTINGS_LIST_BYTES]; // host names, with blanks between them
    char ips[SETTINGS_LIST_BYTES];   // addresses, the same
    int64_t port;
    char bind[64]; // empty: every address
    char site[CLINIC_PREFIX_BYTES];
    char prefix[CLINIC_PREFIX_BYTES];
    char user[33];                     // whom mosquitto becomes when root starts it
    char restart[SETTINGS_LIST_BYTES]; // a shell command; empty: a person restarts the broker
};

extern const struct clinic_setting settings_table[];
extern const size_t settings_count;

bool settings_load(const struct layout *layout, struct settings *ret_settings,
                   struct failure *failure);
bool settings_save(const struct layout *layout, const struct settings *settings,
                   struct failure *failure);

// Whether each value is one, in words that say what to give instead.
bool settings_check(const struct settings *settings, struct failure *failure);

// Adds a word to a list of words.
bool settings_add(char list[static SETTINGS_LIST_BYTES], const char *word, struct failure *failure);

// Where nodes find the broker: its first name, or else its first address.
void settings_public_host(const struct settings *settings, char host[static 256]);

// Where a program on the same machine finds it, without asking a name server.
const char *settings_local_host(const struct settings *settings);

// The group of the user that mosquitto becomes, FILES_NO_GROUP where it stays who we are.
bool settings_broker_group(const struct settings *settings, gid_t *ret_group,
                           struct failure *failure);

// The names and addresses of the broker's certificate, with those of the same machine.
struct settings_sans {
    struct certificate_san sans[CERTIFICATE_SANS_MAX];
    size_t count;
    char words[2 * SETTINGS_LIST_BYTES]; // what the names point into
    unsigned char addresses[CERTIFICATE_SANS_MAX][16];
};
bool settings_list_sans(const struct settings *settings, struct settings_sans *ret_sans,
                        struct failure *failure);
