#include "options.h"

#include "canary.h"
#include "nodes.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAYS_MAX = 20 * 365,
    WAIT_S = 10,
    WAIT_S_MAX = 600,
};

#define DEFAULT_DIR "/etc/clinic/broker"
#define BIT(command) (1u << (command))
#define ALL (BIT(COMMAND_COUNT) - 1)

struct command_row {
    const char *name;
    bool takes_node;
    const char *help;
};

static const struct command_row commands[COMMAND_COUNT] = {
    [COMMAND_INIT] = { "init", false,
                       "Makes the certificate authority, the broker's files and the gateway's "
                       "folder." },
    [COMMAND_ADD] = { "add", true,
                      "Adds a node: a folder with its key, certificate and settings." },
    [COMMAND_RENEW] = { "renew", true,
                        "Gives a node a new certificate and revokes the old one. The name "
                        "\"broker\" "
                        "means the broker's own." },
    [COMMAND_REVOKE] = { "revoke", true, "Shuts a node out for good." },
    [COMMAND_LIST] = { "list", false, "Lists the nodes." },
    [COMMAND_CHECK] = { "check", false,
                        "Checks that all files agree, and tells what expires when." },
    [COMMAND_CANARY] = { "canary", false,
                         "Proves on the running broker that what is forbidden is refused." },
};

static bool take_number(const char *value, int64_t max, int64_t *ret_number)
{
    char *end = NULL;
    errno = 0;
    const long long number = strtoll(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || number < 1 || number > max)
        return false;
    *ret_number = number;
    return true;
}

static bool take_dir(struct options *options, const char *value, struct failure *failure)
{
    options->dir = value;
    return value[0] != '\0' || failed(failure, "--dir is empty");
}

static bool take_role(struct options *options, const char *value, struct failure *failure)
{
    char roles[128];
    options_list_roles(roles, sizeof roles);
    if (clinic_node_role_find(value, &options->role) && options->role != CLINIC_ROLE_GATEWAY)
        return true;
    if (options->role == CLINIC_ROLE_GATEWAY)
        return failed(failure, "a broker has one gateway, made by init; the other roles are %s",
                      roles);
    return failed(failure, "there is no role \"%.40s\"; roles are %s", value, roles);
}

static bool take_days(struct options *options, const char *value, struct failure *failure)
{
    return take_number(value, DAYS_MAX, &options->days)
           || failed(failure, "--days is from 1 to %d", DAYS_MAX);
}

static bool take_wait(struct options *options, const char *value, struct failure *failure)
{
    return take_number(value, WAIT_S_MAX, &options->wait_s)
           || failed(failure, "--wait is from 1 to %d seconds", WAIT_S_MAX);
}

static bool take_json(struct options *options, const char *value, struct failure *failure)
{
    (void)value;
    (void)failure;
    options->wants_json = true;
    return true;
}

static bool take_new_key(struct options *options, const char *value, struct failure *failure)
{
    (void)value;
    (void)failure;
    options->wants_new_key = true;
    return true;
}

static bool take_help(struct options *options, const char *value, struct failure *failure)
{
    (void)value;
    (void)failure;
    options->wants_help = true;
    return true;
}

static bool take_name(struct options *options, const char *value, struct failure *failure)
{
    return settings_add(options->settings.names, value, failure);
}

static bool take_ip(struct options *options, const char *value, struct failure *failure)
{
    return settings_add(options->settings.ips, value, failure);
}

static bool take_port(struct options *options, const char *value, struct failure *failure)
{
    return take_number(value, 65535, &options->settings.port)
           || failed(failure, "--port is from 1 to 65535");
}

// The others of broker.ini are texts; settings_check() judges them.
#define TEXT_OPTION(member)                                                                        \
    static bool take_##member(struct options *options, const char *value, struct failure *failure) \
    {                                                                                              \
        const size_t size = sizeof options->settings.member;                                       \
        const int length = snprintf(options->settings.member, size, "%s", value);                  \
        return (length >= 0 && (size_t)length < size)                                              \
               || failed(failure, "--" #member " is too long, at most %zu bytes", size - 1);       \
    }
TEXT_OPTION(bind)
TEXT_OPTION(site)
TEXT_OPTION(prefix)
TEXT_OPTION(user)
TEXT_OPTION(restart)

struct option_row {
    const char *name;
    const char *value; // NULL: a flag
    unsigned commands;
    bool (*take)(struct options *options, const char *value, struct failure *failure);
    const char *help;
};

static const struct option_row rows[] = {
    { "name", "HOST", BIT(COMMAND_INIT), take_name,
      "Host name that nodes reach the broker by; may be given again." },
    { "ip", "ADDRESS", BIT(COMMAND_INIT), take_ip, "Address, the same; may be given again." },
    { "port", "N", BIT(COMMAND_INIT), take_port, "TCP port; 8883 if not given." },
    { "bind", "ADDRESS", BIT(COMMAND_INIT), take_bind, "Listens on this address only." },
    { "site", "NAME", BIT(COMMAND_INIT), take_site, "Name of the clinic; must be given." },
    { "prefix", "NAME", BIT(COMMAND_INIT), take_prefix,
      "First level of every topic; clinic if not given." },
    { "user", "NAME", BIT(COMMAND_INIT), take_user,
      "User that mosquitto becomes when root starts it; mosquitto if not given." },
    { "restart", "COMMAND", BIT(COMMAND_INIT), take_restart,
      "Shell command that restarts the broker; run after every change." },
    { "role", "ROLE", BIT(COMMAND_ADD), take_role, "What the node is; must be given." },
    { "days", "N", BIT(COMMAND_ADD) | BIT(COMMAND_RENEW), take_days,
      "How long the certificate is good; 730 if not given." },
    { "new-key", NULL, BIT(COMMAND_RENEW), take_new_key,
      "Makes a new private key, too. What waits in the node's outbox is sealed with the old one." },
    { "json", NULL, BIT(COMMAND_LIST), take_json, "Prints JSON." },
    { "wait", "SECONDS",
      BIT(COMMAND_CANARY) | BIT(COMMAND_INIT) | BIT(COMMAND_ADD) | BIT(COMMAND_RENEW)
          | BIT(COMMAND_REVOKE),
      take_wait, "How long the broker may take to come up; 10 if not given." },
    { "dir", "FOLDER", ALL, take_dir, "Where everything is; " DEFAULT_DIR " if not given." },
    { "help", NULL, ALL, take_help, "Prints this." },
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

void options_list_roles(char *text, size_t text_bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (int role = CLINIC_ROLE_NONE + 1; role < CLINIC_NODE_ROLE_COUNT; role++) {
        if (role == CLINIC_ROLE_GATEWAY)
            continue;
        const int added = snprintf(text + used, text_bytes - used, "%s%s", used == 0 ? "" : ", ",
                                   clinic_node_role_name((enum clinic_node_role)role));
        if (added < 0 || (size_t)added >= text_bytes - used)
            return;
        used += (size_t)added;
    }
}

static void print_row(const struct option_row *row, FILE *out)
{
    char head[64];
    (void)snprintf(head, sizeof head, "--%s%s%s", row->name, row->value == NULL ? "" : " ",
                   row->value == NULL ? "" : row->value);
    (void)fprintf(out, "  %-20s %s\n", head, row->help);
}

void options_print_usage(FILE *out)
{
    (void)fputs("usage: clinic-broker COMMAND [NODE] [OPTIONS]\n\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        (void)fprintf(out, "  %-14s %s\n", commands[i].name, commands[i].help);
    (void)fputs("\nclinic-broker COMMAND --help tells the options of a command.\n", out);
}

void options_print_help(enum command command, FILE *out)
{
    (void)fprintf(out, "usage: clinic-broker %s%s [OPTIONS]\n%s\n\n", commands[command].name,
                  commands[command].takes_node ? " NODE" : "", commands[command].help);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if ((rows[i].commands & BIT(command)) != 0)
            print_row(&rows[i], out);
    }
    if (command == COMMAND_ADD) {
        char roles[128];
        options_list_roles(roles, sizeof roles);
        (void)fprintf(out, "\nRoles: %s.\n", roles);
    }
}

static bool find_command(const char *name, enum command *ret_command)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            *ret_command = (enum command)i;
            return true;
        }
    }
    return false;
}

static const struct option_row *find_row(enum command command, const char *name, size_t length)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if ((rows[i].commands & BIT(command)) != 0 && strlen(rows[i].name) == length
            && memcmp(rows[i].name, name, length) == 0)
            return &rows[i];
    }
    return NULL;
}

// `argument` begins with --; its value may follow in the next argument. *index is moved past both.
static bool take_option(struct options *options, int argc, char *const *argv, int *index,
                        struct failure *failure)
{
    const char *name = argv[*index] + 2;
    const char *equals = strchr(name, '=');
    const size_t length = equals == NULL ? strlen(name) : (size_t)(equals - name);
    const struct option_row *row = find_row(options->command, name, length);
    if (row == NULL)
        return failed(failure, "%s has no option --%.*s; see clinic-broker %s --help",
                      commands[options->command].name, (int)(length < 40 ? length : 40), name,
                      commands[options->command].name);
    if (row->value == NULL && equals != NULL)
        return failed(failure, "--%s takes no value", row->name);

    const char *value = equals == NULL ? NULL : equals + 1;
    if (row->value != NULL && value == NULL) {
        if (*index + 1 >= argc)
            return failed(failure, "--%s needs a value: --%s %s", row->name, row->name, row->value);
        value = argv[++*index];
    }
    return row->take(options, value, failure);
}

static bool take_argument(struct options *options, const char *argument, struct failure *failure)
{
    if (!commands[options->command].takes_node)
        return failed(failure, "%s takes no argument \"%.40s\"", commands[options->command].name,
                      argument);
    if (options->node != NULL)
        return failed(failure, "one node at a time: \"%.40s\" is the second", argument);
    options->node = argument;
    return true;
}

// What only the whole line shows.
static bool check_whole(const struct options *options, struct failure *failure)
{
    char roles[128];
    options_list_roles(roles, sizeof roles);
    if (options->wants_help)
        return true;
    if (commands[options->command].takes_node && options->node == NULL)
        return failed(failure, "which node? clinic-broker %s NODE",
                      commands[options->command].name);
    if (options->command == COMMAND_INIT)
        return settings_check(&options->settings, failure);
    if (options->command != COMMAND_ADD)
        return true;
    if (options->role == CLINIC_ROLE_NONE)
        return failed(failure, "which --role? Roles are %s", roles);
    return nodes_check_name(options->node, options->role, failure);
}

bool options_parse(int argc, char *const *argv, struct options *ret_options,
                   struct failure *failure)
{
    struct options options = {
        .dir = DEFAULT_DIR,
        .wait_s = WAIT_S,
        .settings = { .port = 8883, .prefix = "clinic", .user = "mosquitto" },
    };
    if (argc < 2)
        return failed(failure, "which command? clinic-broker --help lists them");
    if (!find_command(argv[1], &options.command))
        return failed(failure, "there is no command \"%.40s\"; clinic-broker --help lists them",
                      argv[1]);
    for (int i = 2; i < argc; i++) {
        const bool is_option = argv[i][0] == '-' && argv[i][1] == '-';
        if (is_option ? !take_option(&options, argc, argv, &i, failure)
                      : !take_argument(&options, argv[i], failure))
            return false;
    }
    if (!check_whole(&options, failure))
        return false;
    *ret_options = options;
    return true;
}
