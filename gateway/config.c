#include "config.h"

#include "services/notification/message_template.h"
#include "services/phone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MEMBER(member)                                                                             \
    .offset = offsetof(struct gateway_config, member),                                             \
    .size = sizeof(((struct gateway_config *)NULL)->member)

const struct clinic_setting config_table[] = {
    { "bus", "folder", CLINIC_SETTING_PATH, MEMBER(bus_folder), .fallback = NULL,
      .help = "Folder that clinic-broker made for the node 'gateway'." },
    { "bus", "registry", CLINIC_SETTING_PATH, MEMBER(registry), .fallback = NULL,
      .help = "clinic-broker's list of nodes, nodes.ini." },
    { "store", "folder", CLINIC_SETTING_PATH, MEMBER(store_folder), .fallback = NULL,
      .help = "Folder of the database and its key." },
    { "store", "reserve_bytes", CLINIC_SETTING_INTEGER, MEMBER(reserve_bytes), .min = 0,
      .max = INT64_C(1) << 40, .fallback = "67108864",
      .help = "New requests are refused while the disk has less room than this." },
    { "clinic", "id", CLINIC_SETTING_TEXT, MEMBER(site.id), .fallback = NULL,
      .help = "Short name of the site, [a-z0-9-]; part of every event's source. Never change it." },
    { "clinic", "name", CLINIC_SETTING_TEXT, MEMBER(site.name), .fallback = NULL,
      .help = "Name of the clinic in messages." },
    { "clinic", "phone", CLINIC_SETTING_TEXT, MEMBER(site.phone), .fallback = "",
      .help = "Phone number of the clinic in messages." },
    { "clinic", "country", CLINIC_SETTING_TEXT, MEMBER(site.country), .fallback = NULL,
      .help = "ISO 3166 code; national phone numbers are completed with it." },
    { "clinic", "zone", CLINIC_SETTING_TEXT, MEMBER(site.zone), .fallback = NULL,
      .help = "IANA time zone, e.g. Europe/Paris." },
    { "clinic", "language", CLINIC_SETTING_TEXT, MEMBER(site.language), .fallback = "en",
      .help = "Language of messages where the patient has none." },
    { "clinic", "booking_days", CLINIC_SETTING_INTEGER, MEMBER(site.booking_days), .min = 1,
      .max = 730, .fallback = "90", .help = "How many days ahead visits can be booked." },
    { "upstream", "url", CLINIC_SETTING_TEXT, MEMBER(upstream_url), .fallback = "",
      .help = "Where events go: mqtts://host:port. Empty: nowhere." },
    { "upstream", "folder", CLINIC_SETTING_PATH, MEMBER(upstream_folder), .fallback = "",
      .help = "Folder with ca.crt, node.crt, node.key and node.ini for headquarters' broker." },
    { "upstream", "prefix", CLINIC_SETTING_TEXT, MEMBER(upstream_prefix), .fallback = "clinics",
      .help = "First topic level at headquarters; the second is the node's name there." },
    { "log", "debug", CLINIC_SETTING_BOOLEAN, MEMBER(logs_debug), .fallback = "no",
      .help = "Log at debug level." },
};
const size_t config_count = ARRAY_SIZE(config_table);

// A zone that libc does not know is taken as UTC without a word, so its file is looked for.
static bool is_known_zone(const char *zone)
{
    char path[128];

    if (zone[0] == '\0' || zone[0] == '/' || strstr(zone, "..") != NULL)
        return false;
    (void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone); // zone is bounded
    return access(path, R_OK) == 0;
}

static enum clinic_status check_site(const struct site *site, const char *path,
                                     char *reterr_problem)
{
    const char *advice = NULL;

    if (!clinic_text_is_node_name(site->id))
        advice = "[clinic] id: use 1 to 32 of a-z, 0-9 and '-'.";
    else if (!is_known_zone(site->zone))
        advice = "[clinic] zone: not a time zone of this machine; give an IANA name such as "
                 "Europe/Paris (package tzdata).";
    else if (!phone_knows_country(site->country))
        advice = "[clinic] country: not an ISO 3166 code whose phone numbers are known here, such "
                 "as FR.";
    else if (strcmp(message_language(site->language, ""), site->language) != 0)
        advice = "[clinic] language: there are no messages in it; use one of those in "
                 "gateway/services/notification/messages, such as en.";
    if (advice == NULL)
        return CLINIC_OK;
    (void)snprintf(reterr_problem, CLINIC_SETTINGS_PROBLEM_BYTES, "%s: %s", path, advice);
    return CLINIC_INVALID;
}

static enum clinic_status load_node(const char *folder, struct clinic_node_settings *ret_settings,
                                    char *reterr_problem)
{
    char path[1100];

    (void)snprintf(path, sizeof path, "%s/node.ini", folder); // folder is bounded
    return clinic_settings_load(path, clinic_node_setting_table, clinic_node_setting_count,
                                ret_settings, reterr_problem);
}

enum clinic_status config_load(const char *path, struct gateway_config *ret_config,
                               char reterr_problem[static CLINIC_SETTINGS_PROBLEM_BYTES])
{
    memset(ret_config, 0, sizeof *ret_config);
    enum clinic_status status =
        clinic_settings_load(path, config_table, config_count, ret_config, reterr_problem);
    if (status == CLINIC_OK)
        status = check_site(&ret_config->site, path, reterr_problem);
    if (status == CLINIC_OK)
        status = load_node(ret_config->bus_folder, &ret_config->bus, reterr_problem);
    if (status != CLINIC_OK)
        return status;
    if (setenv("TZ", ret_config->site.zone, 1) != 0)
        return CLINIC_NOMEM;
    tzset();
    return CLINIC_OK;
}
