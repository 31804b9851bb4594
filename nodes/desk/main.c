// clinic-desk - the front desk's command line, and the program that keeps the box's connection.
//
// Where to read: command_table.c lists the commands; command_line.c takes a line apart by them; below, a
// command becomes a call; carry.c carries it out (over the socket of serve.c, or alone); calls.c and its
// siblings say what each call does; render.c shows the answers.
#include "carry.h"
#include "command.h"
#include "desk_settings.h"
#include "render.h"
#include "secret.h"
#include "serve.h"
#include "session_file.h"
#include "set_up.h"
#include "transfer.h"

#include <clinic/clock.h>
#include <clinic/id.h>
#include <clinic/json.h>
#include <clinic/seal.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct run {
    struct command_line line;
    struct desk_settings settings;
    struct session_file session; // empty: nobody is signed in
    struct render render;
    int64_t timeout_ms;
    int64_t ends_at_ms; // monotonic: when waiting for a scale is over
    cJSON *reply;       // the data of the last accepted one, where more requests follow it; owned
};

// Asked for again and again by a command that waits for a scale.
static const struct command read_channel = { .call = "ask",
                                             .request = CLINIC_REQUEST_EQUIPMENT_SCALE_READ };
enum { SUBMIT_MS = 5000, PAUSE_MS = 1000 };

static bool has_more_requests(const struct command *command)
{
    return command->transfer != TRANSFER_NONE || command->awaits_scale;
}

static int complain(const char *problem, enum clinic_outcome outcome)
{
    (void)fprintf(stderr, "clinic-desk: %s\n", problem);
    return (int)outcome;
}

// ---- before the call

static bool read_secrets(struct command_line *line)
{
    char secret[SECRET_BYTES];
    char problem[SECRET_PROBLEM_BYTES];
    for (size_t i = 0; i < line->secret_count; i++) {
        const char *field = line->secrets[i].field;
        const char *prompt = strcmp(field, "pin") == 0 ? "Your PIN" : "PIN of the new account";
        if (!secret_read(line->secrets[i].path, prompt, secret, problem)) {
            (void)complain(problem, CLINIC_OUTCOME_USAGE);
            return false;
        }
        cJSON_AddStringToObject(line->data, field, secret);
        clinic_wipe(secret, sizeof secret);
    }
    return true;
}

static void put_new_id(struct command_line *line, struct clinic_id_maker *maker, const char *field)
{
    char text[CLINIC_ID_TEXT_BYTES];
    if (cJSON_HasObjectItem(line->data, field))
        return;
    const struct clinic_id id = clinic_id_next(maker, clinic_wall_ms(clinic_clock_system()));
    clinic_id_print(&id, text);
    cJSON_AddStringToObject(line->data, field, text);
}

// What the command makes, and what is described in it as an object: `patient` is a new one, whose id is `patient_id`.
static void make_ids(struct command_line *line)
{
    struct clinic_id_maker maker = { 0 };
    const struct clinic_field *fields = NULL;
    size_t count = 0;
    char name[80];
    if (line->command->made_id != NULL)
        put_new_id(line, &maker, line->command->made_id);
    command_fields(line->command, &fields, &count);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].type != CLINIC_FIELD_OBJECT
            || !cJSON_HasObjectItem(line->data, fields[i].name))
            continue;
        (void)snprintf(name, sizeof name, "%s_id", fields[i].name);
        put_new_id(line, &maker, name);
    }
}

// Takes `data` over.
static cJSON *make_call(const struct run *run, const struct command *command, cJSON *data)
{
    cJSON *call = cJSON_CreateObject();
    cJSON_AddStringToObject(call, "call", command->call);
    if (command->request != CLINIC_REQUEST_NONE) {
        const struct clinic_request_type *type = &clinic_request_types[command->request];
        char name[80];
        (void)snprintf(name, sizeof name, "%s/%s", type->entity, type->action);
        cJSON_AddStringToObject(call, "request", name);
        if (command->request != CLINIC_REQUEST_STAFF_SIGN_IN && run->session.session[0] != '\0')
            cJSON_AddStringToObject(call, "session", run->session.session);
    }
    cJSON_AddItemToObject(call, "data", data);
    if (run->timeout_ms >= 0)
        cJSON_AddNumberToObject(call, "timeout_ms", (double)run->timeout_ms);
    return call;
}

// ---- after it

static void keep_session(struct run *run, const cJSON *reply)
{
    const cJSON *data = clinic_json_member(reply, "data");
    if (data == NULL || session_file_save(run->settings.node.state, data) != CLINIC_OK)
        (void)complain("signed in, but the session could not be kept in the state folder; are "
                       "its permissions right?",
                       CLINIC_OUTCOME_FAULT);
}

// A session that the gateway does not know any more is of no use to the next command either.
static bool ends_session(const struct run *run, const cJSON *reply, bool is_accepted)
{
    const cJSON *error = clinic_json_member(reply, "error");
    const char *code = error == NULL ? NULL : clinic_json_text(error, "code");
    if (run->line.command->request == CLINIC_REQUEST_STAFF_SIGN_OUT && is_accepted)
        return true;
    return code != NULL && strcmp(code, clinic_codes[CLINIC_CODE_SESSION_EXPIRED].name) == 0;
}

static void take_reply(struct run *run, const cJSON *reply)
{
    const char *status = clinic_json_text(reply, "status");
    bool is_accepted = status != NULL && strcmp(status, "accepted") == 0;
    if (run->line.command->request == CLINIC_REQUEST_STAFF_SIGN_IN && is_accepted)
        keep_session(run, reply);
    else if (ends_session(run, reply, is_accepted))
        session_file_remove(run->settings.node.state);
}

static void print_json(const cJSON *answer)
{
    char *text = clinic_json_print(answer);
    if (text != NULL)
        (void)puts(text);
    (void)fflush(stdout);
    free(text);
}

// True: there is nothing to say of it.
static bool take_part(struct run *run, const cJSON *reply, const cJSON *answer)
{
    const char *status = reply == NULL ? NULL : clinic_json_text(reply, "status");
    const char *done = clinic_json_text(answer, "done");
    if (status != NULL && strcmp(status, "accepted") == 0) {
        cJSON_Delete(run->reply);
        run->reply = cJSON_Duplicate(clinic_json_member(reply, "data"), true);
        return true;
    }
    return done != NULL && strcmp(done, clinic_outcome_names[CLINIC_OUTCOME_ACCEPTED]) == 0;
}

static void on_answer(void *context, const cJSON *answer)
{
    struct run *run = context;
    const cJSON *reply = clinic_json_member(answer, "reply");
    if (reply != NULL && run->line.command->request != CLINIC_REQUEST_NONE)
        take_reply(run, reply);
    // What comes in between is not for the eye.
    if (has_more_requests(run->line.command) && take_part(run, reply, answer))
        return;
    if (run->line.settings.is_json)
        print_json(answer);
    else
        render_answer(&run->render, answer);
}

static void print_person(const struct run *run)
{
    if (run->line.settings.is_json || strcmp(run->line.command->name, "status") != 0)
        return;
    if (run->session.session[0] == '\0')
        (void)printf("  signed in  nobody\n");
    else
        (void)printf("  signed in  %s (%s) until %s\n", run->session.name, run->session.role,
                     run->session.expires);
}

// ---- the run

static enum clinic_outcome carry_data(struct run *run, const struct command *command, cJSON *data)
{
    const struct carry carry = { .folder = run->line.settings.folder,
                                 .state_folder = run->settings.node.state,
                                 .timeout_ms = run->timeout_ms,
                                 .on_answer = on_answer,
                                 .context = run };
    cJSON *call = make_call(run, command, data);
    enum clinic_outcome outcome = carry_out(&carry, call);
    cJSON_Delete(call);
    return outcome;
}

static enum clinic_outcome ask_part(struct run *run, const struct command *command, cJSON *data,
                                    cJSON **ret_reply)
{
    enum clinic_outcome outcome = carry_data(run, command, data);
    if (outcome == CLINIC_OUTCOME_ACCEPTED && run->reply == NULL)
        return CLINIC_OUTCOME_FAULT;
    *ret_reply = run->reply;
    run->reply = NULL;
    return outcome;
}

static enum clinic_outcome ask_chunk(void *context, cJSON *data, cJSON **ret_reply)
{
    struct run *run = context;
    return ask_part(run, run->line.command, data, ret_reply);
}

static enum clinic_outcome carry_file(struct run *run)
{
    char problem[TRANSFER_PROBLEM_BYTES];
    char *summary = NULL;
    const struct transfer_asker asker = { ask_chunk, run };
    enum clinic_outcome outcome =
        transfer_run(run->line.command->transfer, run->line.data, &asker, &summary, problem);
    if (outcome != CLINIC_OUTCOME_ACCEPTED && problem[0] != '\0')
        (void)complain(problem, outcome);
    if (outcome == CLINIC_OUTCOME_ACCEPTED)
        (void)puts(summary);
    free(summary);
    cJSON_Delete(run->reply);
    run->reply = NULL;
    return outcome;
}

// ---- a step of a scale's set-up

static enum clinic_outcome ask_channel(void *context, cJSON *data, cJSON **ret_reply)
{
    return ask_part(context, &read_channel, data, ret_reply);
}

static bool pause_a_second(void *context)
{
    const struct run *run = context;
    const struct timespec pause = { .tv_sec = PAUSE_MS / 1000 };
    if (clinic_monotonic_ms(clinic_clock_system()) + PAUSE_MS > run->ends_at_ms)
        return false;
    (void)nanosleep(&pause, NULL); // a second that a signal cuts short is no harm
    return true;
}

// Takes the channel over.
static void print_step(const struct run *run, enum clinic_outcome outcome, cJSON *channel,
                       const char *text)
{
    if (!run->line.settings.is_json) {
        if (text[0] != '\0')
            (void)fprintf(outcome == CLINIC_OUTCOME_ACCEPTED ? stdout : stderr, "%s\n", text);
        cJSON_Delete(channel);
        return;
    }
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "channel", channel);
    cJSON_AddStringToObject(answer, "done", clinic_outcome_names[outcome]);
    cJSON_AddStringToObject(answer, "message", text);
    print_json(answer);
    cJSON_Delete(answer);
}

static enum clinic_outcome carry_step(struct run *run)
{
    char text[SET_UP_TEXT_BYTES];
    cJSON *begun = NULL;
    cJSON *channel = NULL;
    cJSON *options = cJSON_Duplicate(run->line.data, true);
    struct set_up set_up = { .node = clinic_json_text(options, "node"),
                             .read = ask_channel,
                             .pause = pause_a_second,
                             .context = run };
    run->ends_at_ms = clinic_monotonic_ms(clinic_clock_system()) + run->timeout_ms;
    run->timeout_ms = run->timeout_ms < SUBMIT_MS ? run->timeout_ms : SUBMIT_MS;
    (void)clinic_json_integer(options, "channel", &set_up.channel);
    enum clinic_outcome outcome = ask_part(run, run->line.command, run->line.data, &begun);
    run->line.data = NULL;
    if (outcome == CLINIC_OUTCOME_ACCEPTED) {
        set_up.task_id = clinic_json_text(begun, "task_id");
        outcome = set_up_wait(&set_up, &channel, text);
        print_step(run, outcome, channel, text);
    }
    cJSON_Delete(begun);
    cJSON_Delete(options);
    return outcome;
}

static int carry_command(struct run *run)
{
    char problem[COMMAND_PROBLEM_BYTES];
    run->timeout_ms = run->line.settings.timeout_ms;
    if (run->timeout_ms < 0)
        run->timeout_ms = run->line.command->timeout_ms;
    if (!read_secrets(&run->line))
        return CLINIC_OUTCOME_USAGE;
    make_ids(&run->line);
    if (!command_line_check(&run->line, problem))
        return complain(problem, CLINIC_OUTCOME_USAGE);
    if (session_file_load(run->settings.node.state, &run->session) != CLINIC_OK)
        run->session.session[0] = '\0';

    run->render = (struct render){ .out = stdout,
                                   .notes = stderr,
                                   .is_flush = strcmp(run->line.command->name, "flush") == 0 };
    enum clinic_outcome outcome = CLINIC_OUTCOME_ACCEPTED;
    if (run->line.command->transfer != TRANSFER_NONE) {
        outcome = carry_file(run);
    } else if (run->line.command->awaits_scale) {
        outcome = carry_step(run);
    } else {
        outcome = carry_data(run, run->line.command, run->line.data);
        run->line.data = NULL;
    }
    render_done(&run->render);
    print_person(run);
    return (int)outcome;
}

static int run_command(struct run *run)
{
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    const char *folder = run->line.settings.folder;
    if (folder == NULL)
        return complain("which node? Give --folder DIR or set CLINIC_NODE to the folder that "
                        "clinic-broker made",
                        CLINIC_OUTCOME_USAGE);
    if (desk_settings_load(folder, &run->settings, problem) != CLINIC_OK)
        return complain(problem, CLINIC_OUTCOME_FAULT);
    if (run->line.command->call == NULL)
        return serve(folder, &run->settings);
    return carry_command(run);
}

static void print_help(const struct command *command)
{
    command_help(command, stdout);
    if (command != NULL && command->call == NULL) {
        (void)printf("\nSettings, in node.ini of the node's folder:\n\n");
        desk_settings_print(stdout);
    }
}

int main(int argc, char **argv)
{
    struct run run = { 0 };
    char problem[COMMAND_PROBLEM_BYTES];
    (void)setlocale(LC_ALL, "");
    if (!command_line_parse(argc, argv, &run.line, problem))
        return complain(problem, CLINIC_OUTCOME_USAGE);
    int exit_code = CLINIC_OUTCOME_ACCEPTED;
    if (run.line.settings.wants_help)
        print_help(run.line.command);
    else
        exit_code = run_command(&run);
    command_line_done(&run.line);
    return exit_code;
}
