// main.c - the gateway's program: options, then one command of the table below.
//
// Read next: serve.c (the loop), intake/intake.c (a request's way in), services/service.h (what an event causes),
// store/event_log.h (the log), couriers/ (what leaves the machine).
#include "commands/command.h"
#include "store/event_log.h"

#include <clinic/asyncapi.h>
#include <clinic/log.h>
#include <clinic/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_DEFAULT "/etc/clinic/gateway.ini"

static enum command_exit run_serve(const struct command_line *line)
{
    if (!command_is_done(line))
        return COMMAND_USAGE;
    if (line->config->logs_debug)
        clinic_log_set_level(CLINIC_LOG_DEBUG);
    return (enum command_exit)serve_run(line->config);
}

static enum command_exit run_check(const struct command_line *line)
{
    char problem[STORE_PROBLEM_BYTES] = "";

    if (!command_is_done(line))
        return COMMAND_USAGE;
    enum clinic_status status = serve_check(line->config, problem);
    if (status != CLINIC_OK) {
        fprintf(stderr, "clinic-gateway: %s\n",
                problem[0] != '\0' ? problem : clinic_status_text(status));
        return COMMAND_FAILED;
    }
    printf("%s: the settings are in order\n", line->config_path);
    return COMMAND_OK;
}

static enum command_exit run_verify(const struct command_line *line)
{
    struct event_log_report report;
    char problem[STORE_PROBLEM_BYTES] = "";

    if (!command_is_done(line))
        return COMMAND_USAGE;
    struct store *store = command_open_store(line, STORE_READ);
    if (store == NULL)
        return COMMAND_FAILED;
    enum clinic_status file = store_check(store, problem);
    enum clinic_status log = event_log_verify(store, 1, &report);
    store_close(store);

    if (file != CLINIC_OK)
        printf("the database file is damaged: %s\n", problem);
    if (log != CLINIC_OK)
        printf("the log fails at event %llu: %s\n", (unsigned long long)report.bad_sequence,
               report.problem[0] != '\0' ? report.problem : clinic_status_text(log));
    if (file != CLINIC_OK || log != CLINIC_OK)
        return COMMAND_DAMAGED;
    printf("%llu events, no gap, nothing altered; %llu erased; chain ",
           (unsigned long long)report.events, (unsigned long long)report.erased);
    for (size_t i = 0; i < sizeof report.chain; i++)
        printf("%02x", report.chain[i]);
    putchar('\n');
    return COMMAND_OK;
}

static enum command_exit run_reactions(const struct command_line *line)
{
    if (!command_is_done(line))
        return COMMAND_USAGE;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        for (size_t i = 0; i < service_count; i++) {
            const struct service *service = service_list[i];
            for (size_t j = 0; j < service->reaction_count; j++) {
                if (service->reactions[j].kind == (enum clinic_event_kind)kind)
                    printf("%-22s  %-22s  %s\n", clinic_event_types[kind].name, service->title,
                           service->reactions[j].action);
            }
        }
    }
    return COMMAND_OK;
}

static enum command_exit run_backup(const struct command_line *line)
{
    char problem[STORE_PROBLEM_BYTES] = "";

    if (line->count != 1) {
        fputs("usage: clinic-gateway backup FILE\n", stderr);
        return COMMAND_USAGE;
    }
    struct store *store = command_open_store(line, STORE_READ);
    if (store == NULL)
        return COMMAND_FAILED;
    enum clinic_status status = store_backup(store, line->arguments[0], problem);
    store_close(store);
    if (status != CLINIC_OK) {
        fprintf(stderr, "clinic-gateway: %s\n",
                problem[0] != '\0' ? problem : clinic_status_text(status));
        return COMMAND_FAILED;
    }
    printf("%s is a complete copy of the database.\nIt can be read only with %s/vault.key, which "
           "never "
           "changes:\nkeep one copy of that in another place than the backups.\n",
           line->arguments[0], line->config->store_folder);
    return COMMAND_OK;
}

static enum command_exit run_asyncapi(const struct command_line *original)
{
    struct command_line line = *original;
    char *json = NULL;
    bool is_wrong = false;

    const char *prefix = command_take_option(&line, "--prefix", &is_wrong);
    if (is_wrong || !command_is_done(&line))
        return COMMAND_USAGE;
    if (prefix != NULL && !clinic_text_is_node_name(prefix)) {
        fputs("clinic-gateway: --prefix is 1 to 32 of a-z, 0-9 and '-'\n", stderr);
        return COMMAND_USAGE;
    }
    enum clinic_status status = clinic_asyncapi_print(prefix == NULL ? "clinic" : prefix, &json);
    if (status == CLINIC_OK)
        puts(json);
    free(json);
    return status == CLINIC_OK ? COMMAND_OK : COMMAND_FAILED;
}

static const struct command commands[] = {
    { "serve", "", "Run the gateway (what it does without a command).", true, run_serve },
    { "--check", "", "Check the settings and end.", true, run_check },
    { "status", "", "One screen: log, couriers, nodes, disk.", true, command_status },
    { "events", "[--after N] [--type T]… [--subject S] [--limit N] [--follow] [--personal]",
      "Print the log.", true, command_events },
    { "verify", "", "Check the database file and the chain over the log.", true, run_verify },
    { "rebuild", "[--compare]", "Recompute the domain tables from the log.", true,
      command_rebuild },
    { "backup", "FILE", "Write a complete copy of the database.", true, run_backup },
    { "staff", "add NAME --role ROLE [--pin-file FILE]", "Add an account.", true, command_staff },
    { "reactions", "", "List event, service and action.", false, run_reactions },
    { "asyncapi", "[--prefix P]", "Print the AsyncAPI 3.0 document of the bus.", false,
      run_asyncapi },
};

static void print_help(void)
{
    puts("usage: clinic-gateway [--config FILE] [--json] [COMMAND]\n\ncommands:");
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        printf("  %s%s%s\n      %s\n", commands[i].name,
               commands[i].arguments[0] != '\0' ? " " : "", commands[i].arguments,
               commands[i].help);
    puts("\n--json prints events and status as JSON.\n\nsettings (" CONFIG_DEFAULT "):\n");
    clinic_settings_print(config_table, config_count, stdout);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static enum command_exit run(const struct command *command, const struct command_line *line)
{
    struct gateway_config config;
    struct command_line configured = *line;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES] = "";

    if (!command->needs_config)
        return command->run(line);
    enum clinic_status status = config_load(line->config_path, &config, problem);
    if (status != CLINIC_OK) {
        fprintf(stderr, "clinic-gateway: %s\n",
                problem[0] != '\0' ? problem : clinic_status_text(status));
        return COMMAND_USAGE;
    }
    configured.config = &config;
    return command->run(&configured);
}

int main(int argc, char **argv)
{
    bool is_wrong = false;
    struct command_line line = {
        .config_path = CONFIG_DEFAULT,
        .count = argc - 1,
        .arguments = argv + 1,
    };

    if (command_take_flag(&line, "--help")) {
        print_help();
        return COMMAND_OK;
    }
    const char *config_path = command_take_option(&line, "--config", &is_wrong);
    if (is_wrong)
        return COMMAND_USAGE;
    if (config_path != NULL)
        line.config_path = config_path;
    line.is_json = command_take_flag(&line, "--json");

    const struct command *command = find_command(line.count > 0 ? line.arguments[0] : "serve");
    if (command == NULL) {
        fprintf(stderr, "clinic-gateway: there is no command \"%s\"; see --help\n",
                line.arguments[0]);
        return COMMAND_USAGE;
    }
    if (line.count > 0) {
        line.count--;
        line.arguments++;
    }
    return (int)run(command, &line);
}
