#include <clinic/inbox.h>

#include "inbox_hold.h"

#include <stdlib.h>
#include <string.h>

enum {
    ASK_FIRST_MS = 2000, // without a reply so long: ask again
    ASK_MAX_MS = 10 * 1000,
    LOOK_EVERY_MS = 30 * 1000,
    REPLAY_LIMIT = 100,
};

// What is known of one topic: everything up to `position` was delivered, and up to `through` there is nothing
// else, which only a replay can tell.
struct topic {
    bool is_wanted;
    bool is_asked;     // is part of the question that is open
    uint64_t position; // CLINIC_FROM_NOW: what "now" is has to be found out
    uint64_t through;
};

struct clinic_inbox {
    const struct clinic_inbox_handler *handler;
    void *context;
    const struct clinic_clock *clock;
    struct clinic_id_maker *ids;
    struct clinic_inbox_counts counts;
    struct topic topics[CLINIC_EVENT_KIND_COUNT];
    struct hold hold;

    bool is_resumed;           // ever: before that nobody can be asked
    bool is_catching_up;       // what arrives live is held
    struct clinic_id question; // the open one, or none
    int64_t ask_at_ms;         // while catching up; monotonic
    int64_t look_at_ms;        // while not: for what was dropped with nothing behind it
    int64_t interval_ms;       // between two askings
    bool is_stuck;             // the last replay brought nothing new
    bool is_busy;              // events are being delivered, whose handler may want another topic
};

enum clinic_status clinic_inbox_open(const struct clinic_inbox_handler *handler, void *context,
                                     const struct clinic_clock *clock, struct clinic_id_maker *ids,
                                     struct clinic_inbox **ret_inbox)
{
    struct clinic_inbox *inbox = calloc(1, sizeof *inbox);
    if (inbox == NULL)
        return CLINIC_NOMEM;
    inbox->handler = handler;
    inbox->context = context;
    inbox->clock = clock;
    inbox->ids = ids;
    inbox->interval_ms = ASK_FIRST_MS;
    *ret_inbox = inbox;
    return CLINIC_OK;
}

void clinic_inbox_close(struct clinic_inbox *inbox)
{
    if (inbox == NULL)
        return;
    hold_done(&inbox->hold);
    free(inbox);
}

// ---- asking

static bool wants_anything(const struct clinic_inbox *inbox)
{
    bool wants = false;
    for (size_t i = 0; i < CLINIC_EVENT_KIND_COUNT; i++)
        wants = wants || inbox->topics[i].is_wanted;
    return wants;
}

// From here on live events are held. Where the last replay brought nothing new, another one at once would not
// either.
static void catch_up(struct clinic_inbox *inbox, bool at_once)
{
    inbox->is_catching_up = true;
    inbox->question = (struct clinic_id){ 0 };
    inbox->ask_at_ms = clinic_monotonic_ms(inbox->clock) + (at_once ? 0 : inbox->interval_ms);
}

static uint64_t known_through(const struct topic *topic)
{
    if (topic->position == CLINIC_FROM_NOW)
        return CLINIC_JSON_INTEGER_MAX; // no event is asked for, only how far the log has come
    return topic->position > topic->through ? topic->position : topic->through;
}

static bool add_position(struct clinic_inbox *inbox, cJSON *positions, size_t kind)
{
    struct topic *topic = &inbox->topics[kind];
    topic->is_asked = topic->is_wanted;
    if (!topic->is_wanted)
        return true;
    cJSON *position = cJSON_CreateObject();
    if (position == NULL || !cJSON_AddItemToArray(positions, position)) {
        cJSON_Delete(position);
        return false;
    }
    return cJSON_AddStringToObject(position, "type", clinic_event_types[kind].type) != NULL
           && cJSON_AddNumberToObject(position, "after", (double)known_through(topic)) != NULL;
}

static cJSON *make_question(struct clinic_inbox *inbox)
{
    cJSON *data = cJSON_CreateObject();
    cJSON *positions = cJSON_AddArrayToObject(data, "positions");
    bool is_whole =
        positions != NULL && cJSON_AddNumberToObject(data, "limit", REPLAY_LIMIT) != NULL;
    for (size_t kind = 1; kind < CLINIC_EVENT_KIND_COUNT && is_whole; kind++)
        is_whole = add_position(inbox, positions, kind);
    if (is_whole)
        return data;
    cJSON_Delete(data);
    return NULL;
}

static void ask(struct clinic_inbox *inbox, int64_t now_ms)
{
    // The same question again keeps its id, so that a slow answer to the first one is as good.
    if (clinic_id_is_none(&inbox->question))
        inbox->question = clinic_id_next(inbox->ids, clinic_wall_ms(inbox->clock));
    inbox->ask_at_ms = now_ms + inbox->interval_ms;
    inbox->interval_ms = inbox->interval_ms * 2 > ASK_MAX_MS ? ASK_MAX_MS : inbox->interval_ms * 2;

    struct clinic_request request = { .id = inbox->question,
                                      .kind = CLINIC_REQUEST_EVENTS_REPLAY,
                                      .time_ms = clinic_wall_ms(inbox->clock),
                                      .data = make_question(inbox) };
    if (request.data != NULL) // without memory: when its time is up
        inbox->handler->on_ask(inbox->context, &request);
    clinic_request_done(&request);
}

static bool is_idle(const struct clinic_inbox *inbox)
{
    return inbox->is_resumed && !inbox->is_catching_up && wants_anything(inbox);
}

// Every way into the inbox ends here. A question in the midst of a page would mix up what was asked when.
static void ask_if_due(struct clinic_inbox *inbox)
{
    const int64_t now_ms = clinic_monotonic_ms(inbox->clock);
    if (!inbox->is_busy && is_idle(inbox) && now_ms >= inbox->look_at_ms)
        catch_up(inbox, true);
    if (!inbox->is_busy && inbox->is_catching_up && now_ms >= inbox->ask_at_ms)
        ask(inbox, now_ms);
}

enum clinic_status clinic_inbox_want(struct clinic_inbox *inbox, enum clinic_event_kind kind,
                                     uint64_t position)
{
    if (kind <= CLINIC_EVENT_NONE || kind >= CLINIC_EVENT_KIND_COUNT)
        return CLINIC_INVALID;
    if (position > CLINIC_JSON_INTEGER_MAX && position != CLINIC_FROM_NOW)
        return CLINIC_INVALID;
    inbox->topics[kind] = (struct topic){ .is_wanted = true, .position = position };
    if (inbox->is_resumed) {
        catch_up(inbox, true);
        ask_if_due(inbox);
    }
    return CLINIC_OK;
}

void clinic_inbox_resume(struct clinic_inbox *inbox)
{
    inbox->is_resumed = true;
    if (!wants_anything(inbox))
        return;
    inbox->interval_ms = ASK_FIRST_MS;
    catch_up(inbox, true);
    ask_if_due(inbox);
}

int64_t clinic_inbox_due_ms(const struct clinic_inbox *inbox)
{
    if (inbox->is_catching_up)
        return inbox->ask_at_ms;
    return is_idle(inbox) ? inbox->look_at_ms : -1;
}

void clinic_inbox_step(struct clinic_inbox *inbox)
{
    ask_if_due(inbox);
}

// ---- delivering

static bool is_known(const struct topic *topic, uint64_t sequence)
{
    return sequence <= topic->position || sequence <= topic->through;
}

static void deliver(struct clinic_inbox *inbox, const struct clinic_event *event)
{
    // First the position: the handler may ask for it.
    inbox->topics[event->kind].position = event->sequence;
    inbox->counts.delivered++;
    inbox->handler->on_event(inbox->context, event);
}

// True if the event was delivered or need not be; false where one before it is missing.
static bool offer(struct clinic_inbox *inbox, const struct clinic_event *event)
{
    const struct topic *topic = &inbox->topics[event->kind];
    if (is_known(topic, event->sequence)) {
        inbox->counts.duplicates++;
        return true;
    }
    if (event->previous > known_through(topic)) {
        inbox->counts.gaps++;
        return false;
    }
    deliver(inbox, event);
    return true;
}

// Takes the event's content over.
static void take_live(struct clinic_inbox *inbox, struct clinic_event *event, bool is_retained)
{
    const bool is_live = inbox->is_resumed && !inbox->is_catching_up;
    inbox->is_busy = true;
    const bool is_done = is_live && offer(inbox, event);
    inbox->is_busy = false;
    if (is_done) {
        clinic_event_done(event);
        return;
    }
    hold_add(&inbox->hold, event, is_retained);
    if (is_live)
        catch_up(inbox, true);
}

void clinic_inbox_take(struct clinic_inbox *inbox, const char *payload, size_t length,
                       bool is_retained)
{
    struct clinic_event event;
    struct clinic_problem problem;
    char source[CLINIC_SOURCE_BYTES];
    if (clinic_event_decode(payload, length, &event, source, &problem) != CLINIC_OK)
        return;
    if (!inbox->topics[event.kind].is_wanted) {
        clinic_event_done(&event);
        return;
    }
    take_live(inbox, &event, is_retained);
    ask_if_due(inbox);
}

// Everything that was published after the subscription comes from now on: if there was such an event, it knows
// the one before it. A retained one is history, and so is what the log held when the gateway was asked.
static void find_now(struct clinic_inbox *inbox, enum clinic_event_kind kind, uint64_t through)
{
    struct topic *topic = &inbox->topics[kind];
    if (!topic->is_wanted || topic->position != CLINIC_FROM_NOW)
        return;
    uint64_t now = through;
    for (size_t i = inbox->hold.count; i > 0; i--) {
        const struct held *held = &inbox->hold.held[i - 1];
        if (held->event.kind == kind && !held->is_retained)
            now = held->event.previous;
    }
    topic->position = now;
    topic->through = now;
}

static void release_held(struct clinic_inbox *inbox)
{
    size_t done = 0;
    // A handler may want another topic, which has to be caught up with first.
    while (done < inbox->hold.count && !inbox->is_catching_up) {
        if (!offer(inbox, &inbox->hold.held[done].event))
            catch_up(inbox, !inbox->is_stuck);
        else
            done++;
    }
    hold_drop(&inbox->hold, done);
    if (inbox->hold.has_overflown && !inbox->is_catching_up) {
        inbox->hold.has_overflown = false;
        catch_up(inbox, true);
    }
}

static void finish(struct clinic_inbox *inbox, uint64_t through)
{
    bool has_asked_all = true;
    hold_sort(&inbox->hold);
    for (size_t i = 1; i < CLINIC_EVENT_KIND_COUNT; i++) {
        struct topic *topic = &inbox->topics[i];
        has_asked_all = has_asked_all && (topic->is_asked || !topic->is_wanted);
        if (topic->is_asked)
            find_now(inbox, (enum clinic_event_kind)i, through);
    }
    if (!has_asked_all) {
        catch_up(inbox, true);
        return;
    }
    inbox->is_catching_up = false;
    inbox->interval_ms = ASK_FIRST_MS;
    inbox->look_at_ms = clinic_monotonic_ms(inbox->clock) + LOOK_EVERY_MS;
    release_held(inbox);
}

// ---- replies

static void take_replayed(struct clinic_inbox *inbox, const cJSON *json)
{
    struct clinic_event event;
    struct clinic_problem problem;
    char source[CLINIC_SOURCE_BYTES];
    if (clinic_event_read(json, &event, source, &problem) != CLINIC_OK)
        return; // of a type that this release lacks, and so not one that was asked for
    const struct topic *topic = &inbox->topics[event.kind];
    if (topic->is_asked && topic->position != CLINIC_FROM_NOW) {
        if (is_known(topic, event.sequence)) {
            inbox->counts.duplicates++;
        } else {
            inbox->counts.replayed++;
            inbox->is_stuck = false;
            deliver(inbox, &event);
        }
    }
    clinic_event_done(&event);
}

static void advance_through(struct clinic_inbox *inbox, uint64_t through)
{
    for (size_t i = 1; i < CLINIC_EVENT_KIND_COUNT; i++) {
        struct topic *topic = &inbox->topics[i];
        if (!topic->is_asked || topic->through >= through)
            continue;
        topic->through = through;
        inbox->is_stuck = false;
    }
}

// False: the reply is not what events/replay answers.
static bool take_page(struct clinic_inbox *inbox, const cJSON *data)
{
    int64_t through = 0;
    const cJSON *events = clinic_json_member(data, "events");
    if (!cJSON_IsArray(events) || !clinic_json_integer(data, "through", &through) || through < 0)
        return false;
    inbox->is_stuck = true;
    const cJSON *json = NULL;
    cJSON_ArrayForEach(json, events) take_replayed(inbox, json);
    advance_through(inbox, (uint64_t)through);
    if (!inbox->is_stuck)
        inbox->interval_ms = ASK_FIRST_MS;
    if (clinic_json_boolean(data, "more", false))
        catch_up(inbox, !inbox->is_stuck);
    else
        finish(inbox, (uint64_t)through);
    return true;
}

enum clinic_status clinic_inbox_take_reply(struct clinic_inbox *inbox,
                                           const struct clinic_reply *reply)
{
    if (clinic_id_is_none(&inbox->question) || !clinic_id_equal(&inbox->question, &reply->id))
        return CLINIC_NOT_FOUND;
    // A refusal or nonsense is as good as no reply: it is asked again when the time is up.
    inbox->is_busy = true;
    if (reply->is_accepted && reply->data != NULL && take_page(inbox, reply->data))
        inbox->question = (struct clinic_id){ 0 };
    inbox->is_busy = false;
    ask_if_due(inbox);
    return CLINIC_OK;
}

// ---- showing

uint64_t clinic_inbox_position(const struct clinic_inbox *inbox, enum clinic_event_kind kind)
{
    return inbox->topics[kind].position;
}

void clinic_inbox_count(const struct clinic_inbox *inbox, struct clinic_inbox_counts *ret_counts)
{
    *ret_counts = inbox->counts;
}
