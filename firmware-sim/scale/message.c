#include "message.h"

#include "instant.h"
#include "json_object.h"
#include "print.h"

#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(array)[0])

// ---- writing

static void add_member(struct print *print, const char *name)
{
    if (print->text[print->length - 1] != '{')
        print_text(print, ",");
    print_quoted(print, name);
    print_text(print, ":");
}

static void add_text(struct print *print, const char *name, const char *text)
{
    add_member(print, name);
    print_quoted(print, text);
}

static void add_number(struct print *print, const char *name, int64_t number)
{
    add_member(print, name);
    print_number(print, number);
}

static void add_id(struct print *print, const char *name, const struct uuid *id)
{
    char text[UUID_TEXT_BYTES];

    uuid_print(id, text);
    add_text(print, name, text);
}

static void add_instant(struct print *print, const char *name, int64_t wall_ms)
{
    char text[INSTANT_TEXT_BYTES];

    instant_print(wall_ms, text);
    add_text(print, name, text);
}

static void begin(struct print *print, char *text, size_t size)
{
    print_begin(print, text, size);
    print_text(print, "{");
}

static size_t end(struct print *print)
{
    print_text(print, "}");
    return print->is_cut ? 0 : print->length;
}

static void begin_request(struct print *print, const struct uuid *id, int64_t time_ms,
                          unsigned channel)
{
    add_id(print, "id", id);
    add_instant(print, "time", time_ms);
    add_member(print, "data");
    print_text(print, "{");
    add_number(print, "channel", channel + 1);
}

size_t message_of_reading(const struct record_reading *reading, unsigned channel, char *text,
                          size_t size)
{
    static const char *const states[] = {
        [WEIGH_STABLE] = "stable",
        [WEIGH_LIFTED] = "lifted",
        [WEIGH_OVERLOAD] = "overload",
        [WEIGH_FAULT] = "fault",
    };
    struct print print;

    if (reading->state >= ARRAY_SIZE(states) || states[reading->state] == NULL)
        return 0;
    begin(&print, text, size);
    begin_request(&print, &reading->id, reading->time_ms, channel);
    add_text(&print, "state", states[reading->state]);
    if (reading->state == WEIGH_STABLE) {
        add_number(&print, "quantity", reading->quantity);
        add_number(&print, "accuracy_permille", reading->accuracy_permille);
    }
    print_text(&print, "}");
    return end(&print);
}

// What the step measured; numbers of steps that failed mean nothing.
static void add_measured(struct print *print, const struct record_answer *record)
{
    const struct setup_answer *answer = &record->answer;
    const bool is_done = answer->outcome == SETUP_DONE;

    if (record->step == SETUP_TARE && is_done)
        add_number(print, "tare_counts", answer->tare_counts);
    if (record->step == SETUP_CALIBRATE && is_done) {
        add_number(print, "span_counts", answer->span_counts);
        add_number(print, "span_mg", answer->span_mg);
    }
    if (record->step == SETUP_SAMPLE && (is_done || answer->outcome == SETUP_INEXACT)) {
        add_number(print, "unit_mg", answer->unit_mg);
        add_number(print, "accuracy_permille", answer->accuracy_permille);
    }
}

size_t message_of_answer(const struct record_answer *answer, unsigned channel, char *text,
                         size_t size)
{
    const char *outcome = setup_outcome_name(answer->answer.outcome);
    struct print print;

    if (outcome == NULL)
        return 0;
    begin(&print, text, size);
    begin_request(&print, &answer->id, answer->time_ms, channel);
    add_id(&print, "task_id", &answer->task_id);
    add_text(&print, "outcome", outcome);
    add_number(&print, "noise_mg", answer->answer.noise_mg);
    add_measured(&print, answer);
    print_text(&print, "}");
    return end(&print);
}

size_t message_of_status(const char *state, int64_t since_ms, const char *version, unsigned outbox,
                         char *text, size_t size)
{
    struct print print;

    begin(&print, text, size);
    add_text(&print, "state", state);
    add_instant(&print, "since", since_ms);
    add_text(&print, "version", version);
    add_number(&print, "outbox", outbox);
    return end(&print);
}

// ---- reading

struct reply {
    struct uuid id;
    char status[12];
    struct json data; // .at NULL: absent
    struct json error;
};

struct error {
    char code[MESSAGE_CODE_BYTES];
};

struct data {
    int64_t time_ms;
};

#define ROW(type, name_, field, read_)                                                             \
    .name = (name_), .read = (read_), .offset = offsetof(type, field)

static const struct json_member reply_members[] = {
    { ROW(struct reply, "id", id, json_read_uuid), .is_required = true },
    { ROW(struct reply, "status", status, json_read_line),
      .most = sizeof((struct reply *)NULL)->status - 1, .is_required = true },
    { ROW(struct reply, "data", data, json_read_value) },
    { ROW(struct reply, "error", error, json_read_value) },
};

static const struct json_member error_members[] = {
    { ROW(struct error, "code", code, json_read_line), .least = 1, .most = MESSAGE_CODE_BYTES - 1,
      .is_required = true },
};

static const struct json_member data_members[] = {
    { ROW(struct data, "time", time_ms, json_read_instant) },
};

// A code that this release does not know is final: asking again for ever would help nobody.
static bool is_temporary(const char *code)
{
    static const char *const temporary[] = { "order.gap", "storage.full", "busy", "rate.limited" };

    for (unsigned i = 0; i < ARRAY_SIZE(temporary); i++) {
        if (text_equal(code, temporary[i]))
            return true;
    }
    return false;
}

static bool read_error(const struct json *value, struct message_reply *reply)
{
    const char *wrong;
    struct error error;

    if (value->at == NULL
        || !json_object_read(value, error_members, ARRAY_SIZE(error_members), &error, &wrong))
        return false;
    memcpy(reply->code, error.code, sizeof reply->code);
    reply->is_temporary = is_temporary(error.code);
    return true;
}

// The time is a present: a reply without it, or with one that cannot be read, is as good.
static int64_t read_time(const struct json *value)
{
    const char *wrong;
    struct data data = { 0 };

    if (value->at == NULL
        || !json_object_read(value, data_members, ARRAY_SIZE(data_members), &data, &wrong))
        return 0;
    return data.time_ms;
}

bool message_read_reply(const char *json, size_t length, struct message_reply *ret_reply)
{
    const char *wrong;
    struct reply reply = { .status = "" };
    struct message_reply result = { .code = "" };

    if (!json_check(json, length))
        return false;
    const struct json whole = json_whole(json, length);
    if (!json_object_read(&whole, reply_members, ARRAY_SIZE(reply_members), &reply, &wrong))
        return false;
    result.id = reply.id;
    result.is_accepted = text_equal(reply.status, "accepted");
    if (!result.is_accepted
        && (!text_equal(reply.status, "rejected") || !read_error(&reply.error, &result)))
        return false;
    result.time_ms = read_time(&reply.data);
    *ret_reply = result;
    return true;
}
