// events.c - `events`: prints the log, for people or as JSON lines.
#include "command.h"

#include "../store/event_log.h"

#include <clinic/clock.h>
#include <clinic/log.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLLOW_EVERY_MS = 200 };

struct printer {
    char source[CLINIC_SOURCE_BYTES];
    bool is_json;
    bool has_personal;
    uint64_t last;
    uint64_t left; // to print; 0: no limit was given
    bool is_limited;
    bool is_broken; // stdout is gone
};

static void print_json(const struct printer *printer, const struct clinic_event *event)
{
    char *json = NULL;
    enum clinic_event_scope scope = printer->has_personal ? CLINIC_SCOPE_ALL : CLINIC_SCOPE_PUBLIC;

    if (clinic_event_encode(event, printer->source, scope, &json) == CLINIC_OK)
        puts(json);
    free(json);
}

static void print_line(const struct clinic_event *event, const struct event_origin *origin,
                       bool is_erased)
{
    char at[CLINIC_INSTANT_TEXT_BYTES];

    clinic_instant_print(event->recorded_at_ms, at);
    printf("%8llu  %s  %-22s  %-46s  %s%s%s%s\n", (unsigned long long)event->sequence, at,
           clinic_event_types[event->kind].name, event->subject, origin->node,
           origin->person[0] != '\0' ? " by " : "", origin->person, is_erased ? "  (erased)" : "");
}

static bool print_event(void *context, const struct clinic_event *event,
                        const struct event_origin *origin, bool is_erased)
{
    struct printer *printer = context;

    if (printer->is_json)
        print_json(printer, event);
    else
        print_line(event, origin, is_erased);
    printer->last = event->sequence;
    printer->is_broken = fflush(stdout) != 0;
    if (printer->is_limited && --printer->left == 0)
        return false;
    return !printer->is_broken;
}

// True if there is a number, or no option at all.
static bool take_number(struct command_line *line, const char *name, uint64_t *number,
                        bool *ret_is_given)
{
    bool is_wrong = false;
    char *end;
    const char *text = command_take_option(line, name, &is_wrong);

    if (ret_is_given != NULL)
        *ret_is_given = text != NULL;
    if (text == NULL)
        return !is_wrong;
    *number = strtoull(text, &end, 10);
    if (*text != '\0' && *text != '-' && *end == '\0')
        return true;
    fprintf(stderr, "clinic-gateway: %s takes a number\n", name);
    return false;
}

static bool take_type(struct command_line *line, uint64_t *ret_kinds)
{
    bool is_wrong = false;
    const char *text;

    while ((text = command_take_option(line, "--type", &is_wrong)) != NULL) {
        const struct clinic_event_type *type = clinic_event_type_find(text);
        if (type == NULL) {
            fprintf(stderr, "clinic-gateway: there is no event type \"%s\"; see reactions\n", text);
            return false;
        }
        *ret_kinds |= UINT64_C(1) << type->kind;
    }
    return !is_wrong;
}

static enum command_exit print_all(struct store *store, struct event_filter *filter,
                                   struct printer *printer, bool follows)
{
    printer->last = filter->after;
    for (;;) {
        filter->after = printer->last;
        enum clinic_status status = event_log_read(store, filter, print_event, printer);
        if (status != CLINIC_OK) {
            fprintf(stderr, "clinic-gateway: %s\n", clinic_status_text(status));
            return COMMAND_FAILED;
        }
        if (!follows || printer->is_broken || (printer->is_limited && printer->left == 0))
            return COMMAND_OK;
        (void)poll(NULL, 0, FOLLOW_EVERY_MS); // SQLite tells no other process of a commit
        event_log_reload(store);
    }
}

enum command_exit command_events(const struct command_line *original)
{
    struct command_line line = *original;
    struct event_filter filter = { .after = 0 };
    struct printer printer = { .is_json = line.is_json };
    bool is_wrong = false;

    bool follows = command_take_flag(&line, "--follow");
    printer.has_personal = command_take_flag(&line, "--personal");
    filter.is_public_only = !printer.has_personal;
    filter.subject = command_take_option(&line, "--subject", &is_wrong);
    if (is_wrong || !take_number(&line, "--after", &filter.after, NULL)
        || !take_number(&line, "--limit", &printer.left, &printer.is_limited)
        || !take_type(&line, &filter.kinds) || !command_is_done(&line))
        return COMMAND_USAGE;
    if (printer.is_limited && printer.left == 0)
        return COMMAND_OK;
    (void)snprintf(printer.source, sizeof printer.source, "/clinic/%s", line.config->site.id);

    struct store *store = command_open_store(&line, STORE_READ);
    if (store == NULL)
        return COMMAND_FAILED;
    enum command_exit result = print_all(store, &filter, &printer, follows);
    store_close(store);
    return result;
}
