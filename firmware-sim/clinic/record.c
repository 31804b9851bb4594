// record.c - a desk that writes down every event that it may read, exactly once whatever kills it.
//
//   event <sequence> <type> <id>
//
// A line is the position of its type as well: the node subscribes from the last line that is in the file.
// What was not yet on the disk when it was killed comes again, what was does not.
#include "ledger.h"
#include "loop.h"
#include "sim.h"

#include <clinic/node.h>

#include <inttypes.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct record_settings {
    const char *folder;
    const char *ledger;
    int64_t until_sequence;
};

static const struct flag flags[] = {
    { "folder", FLAG_TEXT, offsetof(struct record_settings, folder), true, 0, 0,
      "The node's folder, made by clinic-broker." },
    { "ledger", FLAG_TEXT, offsetof(struct record_settings, ledger), true, 0, 0,
      "File of the events; a run continues from it." },
    { "until-sequence", FLAG_INTEGER, offsetof(struct record_settings, until_sequence), false, 0,
      INT64_MAX, "End when this event or a later one is in the file; 0: never (0)." },
};

struct recorder {
    struct ledger *ledger;
    struct clinic_node *node;
    uint64_t positions[CLINIC_EVENT_KIND_COUNT];
    uint64_t last_sequence;
    uint64_t count;
    uint64_t disorders; // events that came after a later one
    bool has_failed;
};

static void note(struct recorder *recorder, enum clinic_event_kind kind, uint64_t sequence)
{
    recorder->disorders += sequence <= recorder->last_sequence ? 1 : 0;
    if (sequence > recorder->last_sequence)
        recorder->last_sequence = sequence;
    if (sequence > recorder->positions[kind])
        recorder->positions[kind] = sequence;
    recorder->count++;
}

static bool read_line(void *context, const char *line)
{
    uint64_t sequence = 0;
    char type[64];
    if (sscanf(line, "event %" SCNu64 " %63s", &sequence, type) != 2)
        return false;
    const struct clinic_event_type *found = clinic_event_type_find(type);
    if (found != NULL)
        note(context, found->kind, sequence);
    return found != NULL;
}

static void on_event(void *context, const struct clinic_event *event)
{
    struct recorder *recorder = context;
    char id[CLINIC_ID_TEXT_BYTES];
    clinic_id_print(&event->id, id);
    ledger_add(recorder->ledger, "event %" PRIu64 " %s %s", event->sequence,
               clinic_event_types[event->kind].type, id);
    note(recorder, event->kind, event->sequence);
}

static const struct clinic_node_handler handler = { .on_event = on_event };

static bool subscribe(struct recorder *recorder)
{
    enum clinic_status status = CLINIC_OK;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT && status == CLINIC_OK; kind++)
        if (clinic_event_types[kind].readers & CLINIC_BIT(CLINIC_ROLE_DESK))
            status = clinic_node_subscribe(recorder->node, (enum clinic_event_kind)kind,
                                           recorder->positions[kind], false);
    return status == CLINIC_OK;
}

static void run(struct recorder *recorder, uint64_t until_sequence)
{
    clinic_node_step(recorder->node);
    while (!recorder->has_failed && !loop_is_over()
           && (until_sequence == 0 || recorder->last_sequence < until_sequence)) {
        loop_wait(clinic_node_fd(recorder->node), -1);
        clinic_node_step(recorder->node);
        if (!ledger_flush(recorder->ledger))
            recorder->has_failed = true;
    }
}

static enum sim_exit play(const void *context)
{
    const struct record_settings *settings = context;
    struct recorder recorder = { 0 };
    char problem[600] = "the node refused a subscription";
    loop_begin();
    bool is_good = ledger_open(settings->ledger, read_line, &recorder, &recorder.ledger, problem)
                   && clinic_node_open(settings->folder, CLINIC_VERSION, &handler, &recorder,
                                       &recorder.node, problem, sizeof problem)
                          == CLINIC_OK
                   && subscribe(&recorder);
    if (is_good) {
        run(&recorder, (uint64_t)settings->until_sequence);
        is_good = ledger_flush(recorder.ledger);
        (void)printf("events %" PRIu64 " last %" PRIu64 " disorders %" PRIu64 "\n", recorder.count,
                     recorder.last_sequence, recorder.disorders);
    } else {
        (void)fprintf(stderr, "clinic-sim: %s\n", problem);
    }
    clinic_node_close(recorder.node);
    ledger_close(recorder.ledger);
    return is_good ? SIM_DONE : SIM_FAILED;
}

static void defaults(void *settings)
{
    *(struct record_settings *)settings = (struct record_settings){ 0 };
}

const struct part record_part = {
    .name = "record",
    .help = "writes down every event that a desk may read, once",
    .flags = flags,
    .flag_count = ARRAY_SIZE(flags),
    .defaults = defaults,
    .settings_bytes = sizeof(struct record_settings),
    .play = play,
};
