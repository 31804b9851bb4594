// command_help.c - what --help prints, from the same rows that parse.
#include "command.h"

#include <string.h>

static const char *const type_words[] = {
    [CLINIC_FIELD_STRING] = "TEXT",     [CLINIC_FIELD_TEXT] = "TEXT",
    [CLINIC_FIELD_CODE] = "CODE",       [CLINIC_FIELD_INTEGER] = "NUMBER",
    [CLINIC_FIELD_BOOLEAN] = "",        [CLINIC_FIELD_UUID] = "ID",
    [CLINIC_FIELD_DATE] = "YYYY-MM-DD", [CLINIC_FIELD_INSTANT] = "TIME",
    [CLINIC_FIELD_CHOICE] = "CHOICE",   [CLINIC_FIELD_LIST] = "TEXT",
    [CLINIC_FIELD_OBJECT] = "",         [CLINIC_FIELD_ANY] = "",
    [CLINIC_FIELD_CLOCK] = "HH:MM",     [CLINIC_FIELD_LOCAL] = "YYYY-MM-DDTHH:MM",
    [CLINIC_FIELD_BASE64] = "BASE64",
};

static void print_global(FILE *out)
{
    (void)fprintf(out,
                  "Options of every command:\n"
                  "  --folder DIR               the node's folder, made by clinic-broker; or the\n"
                  "                             environment's CLINIC_NODE\n"
                  "  --json                     JSON lines instead of text\n"
                  "  --timeout SECONDS          wait so long for an answer (0 to 3600)\n"
                  "  --help                     this page, or the page of the command before it\n"
                  "\n"
                  "Exit codes: 0 accepted or answered, 1 rejected, 2 wrong usage,\n"
                  "  3 queued (kept in the outbox; goes out on the next run or with `flush`),\n"
                  "  4 unavailable (no connection or no answer), 5 a fault on this box\n");
}

static void print_commands(FILE *out)
{
    (void)fprintf(out,
                  "clinic-desk %s - the front desk's work, from a terminal\n\n"
                  "Usage: clinic-desk [OPTIONS] COMMAND …\n\n",
                  CLINIC_VERSION);
    for (size_t i = 0; i < command_count; i++)
        (void)fprintf(out, "  %-24s %s\n", commands[i].name, commands[i].help);
    (void)fputc('\n', out);
    print_global(out);
}

static void print_choices(const struct clinic_field *field, FILE *out)
{
    if (field->choices == NULL)
        return;
    for (const char *const *choice = field->choices; *choice != NULL; choice++)
        (void)fprintf(out, "%s%s", choice == field->choices ? " One of " : ", ", *choice);
    (void)fputc('.', out);
}

static void print_notes(const struct command *command, const struct clinic_field *object,
                        const struct clinic_field *field, FILE *out)
{
    char removal[80];
    if (field->type == CLINIC_FIELD_LIST)
        (void)fprintf(out, " May be repeated.");
    if (command_field_is_secret(field))
        (void)fprintf(out, " Its first line is read; \"-\" is standard input.");
    else if (command->made_id != NULL && strcmp(command->made_id, field->name) == 0)
        (void)fprintf(out, " A new one if absent.");
    else if (field->is_required)
        (void)fprintf(out, " Needed.");
    if (object == NULL && command_removal_name(field, removal, sizeof removal))
        (void)fprintf(out, " %s %s.", removal, field->is_nullable ? "removes it" : "says false");
}

static const char *type_word(const struct clinic_field *field)
{
    if (command_field_is_secret(field) || command_field_is_file(field))
        return "FILE";
    if (field->type == CLINIC_FIELD_LIST && field->fields[0].type == CLINIC_FIELD_OBJECT)
        return "KEY=VALUE,…";
    return type_words[field->type == CLINIC_FIELD_LIST ? field->fields[0].type : field->type];
}

static void print_keys(const struct clinic_field *field, FILE *out)
{
    const struct clinic_field *item = field->fields; // of a list, the only one
    if (field->type != CLINIC_FIELD_LIST || item->type != CLINIC_FIELD_OBJECT)
        return;
    for (size_t i = 0; i < item->field_count; i++)
        (void)fprintf(out, "%s%s", i == 0 ? " Keys: " : ", ", item->fields[i].name);
    (void)fputc('.', out);
}

static void print_option(const struct command *command, const struct clinic_field *object,
                         const struct clinic_field *field, FILE *out)
{
    char name[80];
    char left[120];
    if (object == NULL && command->operand != NULL && strcmp(command->operand, field->name) == 0)
        return;
    if (field->type == CLINIC_FIELD_OBJECT) {
        (void)fprintf(out, "  %s\n", field->help);
        for (size_t i = 0; i < field->field_count; i++)
            print_option(command, field, &field->fields[i], out);
        return;
    }
    command_option_name(object, field, name, sizeof name);
    (void)snprintf(left, sizeof left, "%s %s", name, type_word(field));
    (void)fprintf(out, "  %-26s %s", left, field->help);
    print_choices(field, out);
    print_keys(field, out);
    print_notes(command, object, field, out);
    (void)fputc('\n', out);
}

static void print_operand(const char *operand, FILE *out)
{
    (void)fputc(' ', out);
    for (const char *c = operand; *c != '\0'; c++)
        (void)fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, out);
}

void command_help(const struct command *command, FILE *out)
{
    const struct clinic_field *fields = NULL;
    size_t count = 0;
    if (command == NULL) {
        print_commands(out);
        return;
    }
    command_fields(command, &fields, &count);
    (void)fprintf(out, "Usage: clinic-desk %s", command->name);
    if (command->operand != NULL)
        print_operand(command->operand, out);
    (void)fprintf(out, "%s\n\n%s\n\n", count > 0 ? " [OPTIONS]" : "", command->help);
    for (size_t i = 0; i < count; i++)
        print_option(command, NULL, &fields[i], out);
    if (count > 0)
        (void)fputc('\n', out);
    print_global(out);
}
