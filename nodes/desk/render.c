#include "render.h"

#include "render_data.h"
#include "table.h"

#include <clinic/json.h>

#include <inttypes.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { CLOCK_START = 11 }; // of an instant as people read it

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = object == NULL ? NULL : clinic_json_text(object, name);
    return text == NULL ? "" : text;
}

static int64_t integer_of(const cJSON *object, const char *name)
{
    int64_t value = 0;
    if (object != NULL)
        (void)clinic_json_integer(object, name, &value);
    return value;
}

// Of a rejection: the catalogue does not say what comes with one (stale_version: the record as it is now).
static void print_rejection(const cJSON *data, FILE *out)
{
    const cJSON *member = NULL;
    cJSON_ArrayForEach(member, data)
    {
        if (cJSON_IsObject(member))
            render_members(member, out);
    }
}

// ---- answers

static const struct clinic_request_type *request_of(const cJSON *answer)
{
    char entity[40];
    const char *name = text_of(answer, "request");
    size_t length = strcspn(name, "/");
    if (length >= sizeof entity || name[length] == '\0')
        return NULL;
    (void)snprintf(entity, sizeof entity, "%.*s", (int)length, name);
    return clinic_request_type_find(entity, name + length + 1);
}

static void print_error(const cJSON *error, FILE *out)
{
    const char *field = text_of(error, "field");
    (void)fprintf(out, "rejected (");
    table_print_text(text_of(error, "code"), out);
    (void)fprintf(out, "%s", field[0] == '\0' ? "" : ", ");
    table_print_text(field, out);
    (void)fprintf(out, "): ");
    table_print_text(text_of(error, "message"), out);
    (void)fputc('\n', out);
}

static void render_reply(struct render *render, const cJSON *answer)
{
    const cJSON *reply = clinic_json_member(answer, "reply");
    const struct clinic_request_type *type = request_of(answer);
    const cJSON *data = clinic_json_member(reply, "data");
    bool is_accepted = strcmp(text_of(reply, "status"), "accepted") == 0;
    if (render->is_flush)
        (void)fprintf(render->out, "%s  ", text_of(answer, "request"));
    if (!is_accepted)
        print_error(clinic_json_member(reply, "error"), render->notes);
    else if (type != NULL && !type->is_direct && integer_of(reply, "sequence") > 0)
        (void)fprintf(render->out, "accepted as event %" PRId64 "\n",
                      integer_of(reply, "sequence"));
    else if (type != NULL && (!type->is_direct || type->reply_field_count == 0))
        (void)fprintf(render->out, "accepted\n");
    if (data != NULL && !is_accepted)
        print_rejection(data, render->notes);
    else if (data != NULL && type != NULL)
        render_data(type->reply_fields, type->reply_field_count, data, render->out);
}

static void print_clock(const char *instant, FILE *out)
{
    char text[RENDER_VALUE_BYTES];
    render_instant(instant, text);
    if (strlen(text) > CLOCK_START)
        table_print_text(text + CLOCK_START, out);
}

static void render_event(struct render *render, const cJSON *answer)
{
    const cJSON *event = clinic_json_member(answer, "event");
    const cJSON *data = clinic_json_member(event, "data");
    print_clock(text_of(event, "recordedtime"), render->out);
    (void)fprintf(render->out, "  event %-6" PRId64 " %-26s %s", integer_of(event, "sequence"),
                  text_of(event, "type"), text_of(event, "subject"));
    char value[RENDER_VALUE_BYTES];
    const cJSON *member = NULL;
    cJSON_ArrayForEach(member, data)
    {
        // The subject has said the id already.
        if (cJSON_IsObject(member) || strstr(member->string, "_id") != NULL)
            continue;
        render_value(member, value);
        (void)fprintf(render->out, "  %s=", member->string);
        table_print_text(value, render->out);
    }
    (void)fputc('\n', render->out);
    (void)fflush(render->out);
}

static void render_notice(struct render *render, const cJSON *answer)
{
    const cJSON *notice = clinic_json_member(answer, "notice");
    char *text = cJSON_PrintUnformatted(notice);
    (void)fprintf(render->out, "          notice for %s: ", text_of(answer, "audience"));
    if (text_of(notice, "text")[0] != '\0')
        table_print_text(text_of(notice, "text"), render->out);
    else
        table_print_text(text == NULL ? "" : text, render->out);
    (void)fputc('\n', render->out);
    (void)fflush(render->out);
    cJSON_free(text);
}

static void render_state(struct render *render, const cJSON *answer)
{
    (void)fprintf(render->notes, "broker: %s (", text_of(answer, "state"));
    table_print_text(text_of(answer, "reason"), render->notes);
    (void)fprintf(render->notes, ")\n");
}

static void render_queued(struct render *render, const cJSON *answer)
{
    (void)render;
    (void)answer; // said at the end, where no answer came
}

static void render_row(struct render *render, const cJSON *answer)
{
    static const char *const head[] = { "state", "request", "id", "since", "about", "why" };
    const cJSON *row = clinic_json_member(answer, "row");
    const cJSON *error = clinic_json_member(row, "error");
    if (render->rows == NULL) {
        render->rows = table_open(ARRAY_SIZE(head));
        for (size_t i = 0; render->rows != NULL && i < ARRAY_SIZE(head); i++)
            table_cell(render->rows, head[i]);
    }
    if (render->rows == NULL)
        return;
    table_cell(render->rows, text_of(row, "state"));
    table_cell(render->rows, text_of(row, "request"));
    table_cell(render->rows, text_of(row, "id"));
    table_cell(render->rows, text_of(row, "time"));
    table_cell(render->rows, text_of(clinic_json_member(row, "data"), "patient_id"));
    table_cell(render->rows, text_of(error, "message"));
}

static void render_status(struct render *render, const cJSON *answer)
{
    const cJSON *status = clinic_json_member(answer, "status");
    FILE *out = render->out;
    (void)fprintf(out, "  node       %s\n", text_of(status, "node"));
    (void)fprintf(out, "  broker     %s (%s:%" PRId64 "; ", text_of(status, "broker"),
                  text_of(status, "host"), integer_of(status, "port"));
    table_print_text(text_of(status, "reason"), out);
    (void)fprintf(out, ")\n  gateway    %s\n",
                  clinic_json_boolean(status, "gateway_online", false) ? "running" : "not seen");
    (void)fprintf(out, "  outbox     %" PRId64 " waiting", integer_of(status, "waiting"));
    if (text_of(status, "waiting_since")[0] != '\0')
        (void)fprintf(out, " since %s", text_of(status, "waiting_since"));
    (void)fprintf(out, ", %" PRId64 " rejected\n", integer_of(status, "rejected"));
    if (clinic_json_boolean(status, "outbox_set_aside", false))
        (void)fprintf(out, "  attention  the outbox was damaged; it lies beside the new one\n");
}

static void print_outcome(struct render *render, const cJSON *answer)
{
    FILE *notes = render->notes;
    const char *message = text_of(answer, "message");
    if (strcmp(text_of(answer, "done"), "queued") == 0)
        (void)fprintf(notes,
                      "queued: kept on this box; it goes out on the next run or with "
                      "`clinic-desk flush`%s",
                      message[0] == '\0' ? "\n" : " (");
    table_print_text(message, notes);
    if (message[0] != '\0')
        (void)fprintf(notes, "%s\n", strcmp(text_of(answer, "done"), "queued") == 0 ? ")" : "");
}

static void render_last(struct render *render, const cJSON *answer)
{
    if (render->rows != NULL)
        table_print(render->rows, "  ", render->out);
    print_outcome(render, answer);
    int64_t rejected = integer_of(answer, "rejected");
    if (rejected > 0 && render->rows == NULL)
        (void)fprintf(render->notes,
                      "%" PRId64 " rejected request%s to look at: clinic-desk outbox\n", rejected,
                      rejected == 1 ? "" : "s");
}

static const struct {
    const char *member;
    void (*render)(struct render *render, const cJSON *answer);
} renderers[] = {
    { "reply", render_reply },   { "event", render_event },   { "notice", render_notice },
    { "state", render_state },   { "queued", render_queued }, { "row", render_row },
    { "status", render_status }, { "done", render_last },
};

void render_answer(struct render *render, const cJSON *answer)
{
    for (size_t i = 0; i < ARRAY_SIZE(renderers); i++)
        if (cJSON_HasObjectItem(answer, renderers[i].member)) {
            renderers[i].render(render, answer);
            return;
        }
}

void render_done(struct render *render)
{
    table_close(render->rows);
    render->rows = NULL;
}
