#include "settings.h"

#include <clinic/text.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTION "broker"
#define TEXT(member)                                                                               \
    .section = SECTION, .key = #member, .type = CLINIC_SETTING_TEXT,                               \
    .offset = offsetof(struct settings, member), .size = sizeof(((struct settings *)NULL)->member)

const struct clinic_setting settings_table[] = {
    { TEXT(names), .fallback = "", .help = "Host names of the broker, with blanks between them." },
    { TEXT(ips), .fallback = "", .help = "IP addresses of the broker, with blanks between them." },
    { .section = SECTION,
      .key = "port",
      .type = CLINIC_SETTING_INTEGER,
      .offset = offsetof(struct settings, port),
      .min = 1,
      .max = 65535,
      .fallback = "8883",
      .help = "TCP port of the broker." },
    { TEXT(bind), .fallback = "", .help = "Address to listen on; empty: all." },
    { TEXT(site), .help = "Name of the clinic, in certificates." },
    { TEXT(prefix), .fallback = "clinic", .help = "First level of every topic." },
    { TEXT(user), .fallback = "mosquitto",
      .help = "User that mosquitto becomes if started by root." },
    { TEXT(restart), .fallback = "", .help = "Shell command that restarts the broker." },
};
const size_t settings_count = sizeof settings_table / sizeof settings_table[0];

bool settings_load(const struct layout *layout, struct settings *ret_settings,
                   struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    layout_path(layout, LAYOUT_SETTINGS, path);
    if (!files_exists(path))
        return failed(failure, "there is no broker in %.500s yet; begin with clinic-broker init",
                      layout->dir);
    *ret_settings = (struct settings){ .port = 0 };
    if (clinic_settings_load(path, settings_table, settings_count, ret_settings, problem)
        != CLINIC_OK)
        return failed(failure, "%s", problem);
    return settings_check(ret_settings, failure);
}

bool settings_save(const struct layout *layout, const struct settings *settings,
                   struct failure *failure)
{
    char text[2048];
    const int length =
        snprintf(text, sizeof text,
                 "# Written by clinic-broker init. After a change: clinic-broker renew broker.\n"
                 "[" SECTION "]\nnames = %s\nips = %s\nport = %" PRId64 "\nbind = %s\nsite = %s\n"
                 "prefix = %s\nuser = %s\nrestart = %s\n",
                 settings->names, settings->ips, settings->port, settings->bind, settings->site,
                 settings->prefix, settings->user, settings->restart);
    if (length < 0 || (size_t)length >= sizeof text)
        return failed(failure, "the settings are too long");
    return layout_write(layout, LAYOUT_SETTINGS, text, (size_t)length, failure);
}

bool settings_add(char list[static SETTINGS_LIST_BYTES], const char *word, struct failure *failure)
{
    const size_t used = strlen(list);
    const int added =
        snprintf(list + used, SETTINGS_LIST_BYTES - used, "%s%s", used == 0 ? "" : " ", word);
    if (added < 0 || (size_t)added >= SETTINGS_LIST_BYTES - used)
        return failed(failure, "too many names or addresses, at most %d bytes together",
                      SETTINGS_LIST_BYTES - 1);
    return true;
}

static bool is_host_name(const char *name)
{
    const size_t length = strlen(name);
    if (length == 0 || name[0] == '-' || name[0] == '.' || name[length - 1] == '-')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '.')
            return false;
    }
    return true;
}

static bool parse_ip(const char *text, unsigned char bytes[static 16], size_t *ret_length)
{
    if (inet_pton(AF_INET, text, bytes) == 1)
        *ret_length = 4;
    else if (inet_pton(AF_INET6, text, bytes) == 1)
        *ret_length = 16;
    else
        return false;
    return true;
}

// What an INI file would not give back as it was: its reader trims values and ends them at " ;".
static bool is_one_line(const char *text)
{
    return !clinic_text_has_control(text, false) && strstr(text, " ;") == NULL && text[0] != ' '
           && text[0] != ';' && (text[0] == '\0' || text[strlen(text) - 1] != ' ');
}

static bool is_user_name(const char *text)
{
    return text[0] != '\0'
           && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(text);
}

bool settings_check(const struct settings *settings, struct failure *failure)
{
    unsigned char bytes[16];
    size_t length = 0;
    struct settings_sans sans;
    if (settings->names[0] == '\0' && settings->ips[0] == '\0')
        return failed(failure, "give the broker a --name or an --ip that nodes can reach it by");
    if (settings->port < 1 || settings->port > 65535)
        return failed(failure, "a port is from 1 to 65535");
    if (settings->bind[0] != '\0' && !parse_ip(settings->bind, bytes, &length))
        return failed(failure, "--bind is not an IP address");
    if (!clinic_text_is_node_name(settings->site))
        return failed(failure, "--site is 1 to 32 of a-z, 0-9 and -");
    if (!clinic_text_is_node_name(settings->prefix))
        return failed(failure, "--prefix is 1 to 32 of a-z, 0-9 and -");
    if (!is_user_name(settings->user))
        return failed(failure, "--user is the name of a user");
    if (!clinic_text_is_utf8(settings->restart, strlen(settings->restart))
        || !is_one_line(settings->restart))
        return failed(failure,
                      "--restart is one line without \" ;\"; use && or a script of your own");
    return settings_list_sans(settings, &sans, failure);
}

static bool has_san(const struct settings_sans *list, const struct certificate_san *san)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->sans[i].is_ip == san->is_ip && list->sans[i].length == san->length
            && memcmp(list->sans[i].bytes, san->bytes, san->length) == 0)
            return true;
    }
    return false;
}

static bool add_san(struct settings_sans *list, struct certificate_san san, struct failure *failure)
{
    if (has_san(list, &san))
        return true;
    if (list->count == CERTIFICATE_SANS_MAX)
        return failed(failure, "too many names and addresses, at most %d", CERTIFICATE_SANS_MAX);
    list->sans[list->count++] = san;
    return true;
}

static bool add_ip(struct settings_sans *list, const char *word, struct failure *failure)
{
    unsigned char bytes[16] = { 0 };
    size_t length = 0;
    if (!parse_ip(word, bytes, &length))
        return failed(failure, "\"%.60s\" is not an IP address", word);
    if (list->count == CERTIFICATE_SANS_MAX)
        return failed(failure, "too many names and addresses, at most %d", CERTIFICATE_SANS_MAX);
    unsigned char *slot = list->addresses[list->count];
    memcpy(slot, bytes, sizeof bytes);
    return add_san(list, (struct certificate_san){ true, slot, length }, failure);
}

static bool add_name(struct settings_sans *list, const char *word, struct failure *failure)
{
    unsigned char bytes[16];
    size_t length = 0;
    if (!is_host_name(word) || parse_ip(word, bytes, &length))
        return failed(failure, "\"%.60s\" is not a host name; an address is given with --ip", word);
    return add_san(list, (struct certificate_san){ false, word, strlen(word) }, failure);
}

bool settings_list_sans(const struct settings *settings, struct settings_sans *ret_sans,
                        struct failure *failure)
{
    ret_sans->count = 0;
    (void)snprintf(ret_sans->words, sizeof ret_sans->words, "%s", settings->names);
    char *rest = NULL;
    for (char *word = strtok_r(ret_sans->words, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest)) {
        if (!add_name(ret_sans, word, failure))
            return false;
    }
    char ips[SETTINGS_LIST_BYTES];
    (void)snprintf(ips, sizeof ips, "%s", settings->ips);
    for (char *word = strtok_r(ips, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        if (!add_ip(ret_sans, word, failure))
            return false;
    }
    return add_name(ret_sans, "localhost", failure)
           && add_ip(ret_sans, settings_local_host(settings), failure);
}

void settings_public_host(const struct settings *settings, char host[static 256])
{
    const char *list = settings->names[0] != '\0' ? settings->names : settings->ips;
    (void)snprintf(host, 256, "%.*s", (int)strcspn(list, " "), list);
}

const char *settings_local_host(const struct settings *settings)
{
    const bool is_any = settings->bind[0] == '\0' || strcmp(settings->bind, "0.0.0.0") == 0
                        || strcmp(settings->bind, "::") == 0;
    return is_any ? "127.0.0.1" : settings->bind;
}

bool settings_broker_group(const struct settings *settings, gid_t *ret_group,
                           struct failure *failure)
{
    *ret_group = FILES_NO_GROUP;
    if (geteuid() != 0 || strcmp(settings->user, "root") == 0)
        return true;
    const struct passwd *user = getpwnam(settings->user);
    if (user == NULL)
        return failed(failure, "there is no user \"%s\" here; install mosquitto or give --user",
                      settings->user);
    *ret_group = user->pw_gid;
    return true;
}
