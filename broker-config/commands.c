#include "commands.h"

#include "apply.h"
#include "broker_files.h"
#include "check.h"
#include "list.h"
#include "nodes.h"
#include "options.h"

#include <string.h>

struct session {
    const struct options *options;
    const struct clinic_clock *clock;
    FILE *out;
    struct authority authority;
};

typedef bool operation(struct session *session, struct failure *failure);

static bool apply(struct session *session, struct failure *failure)
{
    const struct ledger *ledger = &session->authority.ledger;
    return ledger->applied == ledger->generation
           || apply_change(&session->authority, session->options->wait_s * 1000, session->out,
                           failure);
}

// Repairs what an interrupted run has left, changes, derives the broker's files and has them used. A change
// that is refused half-way is settled as well: a certificate that it has issued is put on the CRL.
static bool change(struct session *session, operation *operate, struct failure *failure)
{
    struct authority *authority = &session->authority;
    struct failure second = { "" };
    bool is_repaired = false;
    bool is_changed = false;
    if (!authority_open(authority, session->options->dir, session->clock, failure)
        || !broker_files_settle(authority, &is_repaired, failure))
        return false;
    if (is_repaired)
        (void)fprintf(session->out,
                      "the broker's files were not up to date and have been written\n");

    const bool is_done = operate(session, failure);
    struct failure *later = is_done ? failure : &second; // the first failure is the one to tell
    return broker_files_settle(authority, &is_changed, later) && apply(session, later) && is_done;
}

static int64_t days_of(const struct options *options)
{
    return options->days == 0 ? NODES_DAYS : options->days;
}

static void tell_folder(struct session *session, const char *node)
{
    char folder[FILES_PATH_BYTES];
    layout_node_folder(&session->authority.layout, node, folder);
    (void)fprintf(session->out, "copy %s to the device\n", folder);
}

static bool add(struct session *session, struct failure *failure)
{
    const struct options *options = session->options;
    if (!nodes_add(&session->authority, options->node, options->role, days_of(options), failure))
        return false;
    tell_folder(session, options->node);
    return true;
}

static bool renew(struct session *session, struct failure *failure)
{
    const struct options *options = session->options;
    if (strcmp(options->node, AUTHORITY_BROKER) == 0)
        return authority_renew_broker(&session->authority, failure)
               && broker_files_write(&session->authority, failure);
    if (!nodes_renew(&session->authority, options->node, days_of(options), options->wants_new_key,
                     failure))
        return false;
    tell_folder(session, options->node);
    return true;
}

static bool revoke(struct session *session, struct failure *failure)
{
    bool was_revoked = false;
    if (!nodes_revoke(&session->authority, session->options->node, &was_revoked, failure))
        return false;
    (void)fprintf(session->out, "%s %s revoked\n", session->options->node,
                  was_revoked ? "was already" : "is");
    return true;
}

static bool run_add(struct session *session, struct failure *failure)
{
    return change(session, add, failure);
}

static bool run_renew(struct session *session, struct failure *failure)
{
    return change(session, renew, failure);
}

static bool run_revoke(struct session *session, struct failure *failure)
{
    return change(session, revoke, failure);
}

// broker.ini is written last: an init that was interrupted before is completed when it is run again, with the
// keys that are there, and one that was completed is refused.
static bool run_init(struct session *session, struct failure *failure)
{
    struct authority *authority = &session->authority;
    const struct options *options = session->options;
    if (!authority_create(authority, options->dir, &options->settings, session->clock, failure))
        return false;
    if (clinic_registry_find(&authority->registry, AUTHORITY_GATEWAY) == NULL
        && !nodes_add(authority, AUTHORITY_GATEWAY, CLINIC_ROLE_GATEWAY, NODES_DAYS, failure))
        return false;
    if (!broker_files_write(authority, failure)
        || !settings_save(&authority->layout, &authority->settings, failure))
        return false;
    (void)fprintf(session->out, "%s holds the authority and the broker of site %s\n",
                  authority->layout.dir, authority->settings.site);
    return apply(session, failure);
}

static bool run_list(struct session *session, struct failure *failure)
{
    const int64_t now_ms = clinic_wall_ms(session->clock);
    if (!authority_open(&session->authority, session->options->dir, session->clock, failure))
        return false;
    if (!session->options->wants_json)
        list_print_table(&session->authority.registry, now_ms, session->out);
    else if (!list_print_json(&session->authority.registry, now_ms, session->out))
        return failed(failure, "out of memory");
    return true;
}

static bool run_check(struct session *session, struct failure *failure)
{
    return authority_open(&session->authority, session->options->dir, session->clock, failure)
           && (check_all(&session->authority, session->out)
               || failed(failure, "something is broken, see above"));
}

static bool run_canary(struct session *session, struct failure *failure)
{
    return authority_open(&session->authority, session->options->dir, session->clock, failure)
           && apply_prove(&session->authority, session->options->wait_s * 1000, session->out,
                          failure);
}

static operation *const operations[COMMAND_COUNT] = {
    [COMMAND_INIT] = run_init,     [COMMAND_ADD] = run_add,   [COMMAND_RENEW] = run_renew,
    [COMMAND_REVOKE] = run_revoke, [COMMAND_LIST] = run_list, [COMMAND_CHECK] = run_check,
    [COMMAND_CANARY] = run_canary,
};

static bool wants_usage(int argc, char *const *argv)
{
    return argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0);
}

enum commands_status commands_run(int argc, char *const *argv, const struct clinic_clock *clock,
                                  FILE *out, FILE *err)
{
    struct options options;
    struct failure failure = { "" };
    if (wants_usage(argc, argv)) {
        options_print_usage(out);
        return COMMANDS_DONE;
    }
    if (!options_parse(argc, argv, &options, &failure)) {
        (void)fprintf(err, "clinic-broker: %s\n", failure.text);
        return COMMANDS_USAGE;
    }
    if (options.wants_help) {
        options_print_help(options.command, out);
        return COMMANDS_DONE;
    }

    struct session session = { .options = &options, .clock = clock, .out = out };
    const bool is_done = operations[options.command](&session, &failure);
    authority_close(&session.authority);
    if (!is_done)
        (void)fprintf(err, "clinic-broker: %s\n", failure.text);
    return is_done ? COMMANDS_DONE : COMMANDS_FAILED;
}
