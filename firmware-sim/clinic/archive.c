// archive.c - headquarters' reader: every event that the clinics send up, once.
//
//   event <source> <sequence> <type> <id>
//
// A broker between two programs promises at least once, so receivers drop what they have by (source, id).
// It cannot bring back what it handed to a reader that was killed in that moment: a reader that must have
// all compares the sequences (they have no gaps) and says so.
#include "ledger.h"
#include "loop.h"
#include "seen.h"
#include "sim.h"

#include <clinic/node.h>
#include <clinic/seal.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct archive_settings {
    const char *folder;
    const char *ledger;
    const char *events;
    const char *prefix;
    int64_t until_sequence;
};

static const struct flag flags[] = {
    { "folder", FLAG_TEXT, offsetof(struct archive_settings, folder), true, 0, 0,
      "The node's folder, made by headquarters' clinic-broker (role archive)." },
    { "ledger", FLAG_TEXT, offsetof(struct archive_settings, ledger), true, 0, 0,
      "File of the events; a run continues from it." },
    { "events", FLAG_TEXT, offsetof(struct archive_settings, events), false, 0, 0,
      "File for the whole events, a JSON line each; a kill may leave one there twice." },
    { "prefix", FLAG_TEXT, offsetof(struct archive_settings, prefix), false, 0, 0,
      "Topics below this are read (clinics)." },
    { "until-sequence", FLAG_INTEGER, offsetof(struct archive_settings, until_sequence), false, 0,
      INT64_MAX, "End when this sequence of any clinic is in the file; 0: never (0)." },
};

struct archive {
    struct clinic_bus *bus;
    struct ledger *ledger;
    FILE *events; // NULL: not wanted
    struct seen seen;
    uint64_t count;
    uint64_t duplicates;
    uint64_t others; // messages that are no events we know
    uint64_t last_sequence;
    bool has_failed;
};

static bool remember(struct archive *archive, const char *source, const char *id, uint64_t sequence)
{
    uint8_t digest[CLINIC_DIGEST_BYTES];
    const struct clinic_piece pieces[] = { { source, strlen(source) + 1 }, { id, strlen(id) } };
    clinic_digest(pieces, ARRAY_SIZE(pieces), digest);
    enum seen_result result = seen_add(&archive->seen, digest);
    if (result == SEEN_FULL)
        archive->has_failed = true;
    if (result != SEEN_NEW)
        return false;
    archive->count++;
    if (sequence > archive->last_sequence)
        archive->last_sequence = sequence;
    return true;
}

static bool read_line(void *context, const char *line)
{
    char source[CLINIC_SOURCE_BYTES];
    char type[64];
    char id[CLINIC_ID_TEXT_BYTES];
    uint64_t sequence = 0;
    _Static_assert(CLINIC_SOURCE_BYTES == 64, "the format below");
    return sscanf(line, "event %63s %" SCNu64 " %63s %36s", source, &sequence, type, id) == 4
           && remember(context, source, id, sequence);
}

static void keep_whole(struct archive *archive, const struct clinic_bus_message *message)
{
    if (archive->events == NULL)
        return;
    for (size_t i = 0; i < message->length; i++)
        (void)fputc(message->payload[i] == '\n' ? ' ' : message->payload[i], archive->events);
    (void)fputc('\n', archive->events);
}

static void on_message(void *context, const struct clinic_bus_message *message)
{
    struct archive *archive = context;
    struct clinic_event event = { 0 };
    struct clinic_problem problem;
    char source[CLINIC_SOURCE_BYTES];
    if (clinic_event_decode(message->payload, message->length, &event, source, &problem)
        != CLINIC_OK) {
        archive->others++;
        return;
    }
    char id[CLINIC_ID_TEXT_BYTES];
    clinic_id_print(&event.id, id);
    if (remember(archive, source, id, event.sequence)) {
        keep_whole(archive, message);
        ledger_add(archive->ledger, "event %s %" PRIu64 " %s %s", source, event.sequence,
                   clinic_event_types[event.kind].type, id);
    } else {
        archive->duplicates++;
    }
    clinic_event_done(&event);
}

static void on_state(void *context, enum clinic_bus_state state, const char *reason)
{
    (void)context;
    if (state == CLINIC_BUS_ONLINE)
        (void)fprintf(stderr, "clinic-sim: archive reads\n");
    else if (state == CLINIC_BUS_OFFLINE)
        (void)fprintf(stderr, "clinic-sim: offline: %s\n", reason);
}

static const struct clinic_bus_handler handler = { .on_message = on_message, .on_state = on_state };

static bool open_bus(struct archive *archive, const struct archive_settings *settings,
                     char *problem, size_t problem_bytes)
{
    struct clinic_node_settings node;
    struct clinic_bus_config config;
    char text[CLINIC_TOPIC_BYTES];
    char ini[1100];
    (void)snprintf(ini, sizeof ini, "%s/node.ini", settings->folder);
    if (clinic_settings_load(ini, clinic_node_setting_table, clinic_node_setting_count, &node,
                             problem)
        != CLINIC_OK)
        return false;
    clinic_node_describe_bus(&node, &config);
    config.window = node.window;
    (void)snprintf(text, sizeof text, "%s/#", settings->prefix);
    return clinic_bus_open(&config, &handler, archive, &archive->bus, problem, problem_bytes)
               == CLINIC_OK
           && clinic_bus_subscribe(archive->bus, text) == CLINIC_OK;
}

// The whole events go first: an event in the ledger is in both.
static void flush(struct archive *archive)
{
    if (archive->events != NULL
        && (fflush(archive->events) != 0 || fdatasync(fileno(archive->events)) != 0))
        archive->has_failed = true;
    if (!ledger_flush(archive->ledger))
        archive->has_failed = true;
}

static void run(struct archive *archive, uint64_t until_sequence)
{
    uint64_t flushed = archive->count;
    clinic_bus_step(archive->bus);
    while (!archive->has_failed && !loop_is_over()
           && (until_sequence == 0 || archive->last_sequence < until_sequence)) {
        loop_wait(clinic_bus_fd(archive->bus), -1);
        clinic_bus_step(archive->bus);
        if (archive->count != flushed)
            flush(archive);
        flushed = archive->count;
    }
}

static enum sim_exit play(const void *context)
{
    const struct archive_settings *settings = context;
    struct archive archive = { 0 };
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES] = "the file for the events cannot be opened";
    loop_begin();
    if (settings->events != NULL)
        archive.events = fopen(settings->events, "ae");
    bool is_good = (settings->events == NULL || archive.events != NULL)
                   && ledger_open(settings->ledger, read_line, &archive, &archive.ledger, problem)
                   && open_bus(&archive, settings, problem, sizeof problem);
    if (is_good) {
        run(&archive, (uint64_t)settings->until_sequence);
        (void)printf("events %" PRIu64 " last %" PRIu64 " duplicates %" PRIu64 " others %" PRIu64
                     "\n",
                     archive.count, archive.last_sequence, archive.duplicates, archive.others);
        is_good = !archive.has_failed;
    } else {
        (void)fprintf(stderr, "clinic-sim: %s\n", problem);
    }
    clinic_bus_close(archive.bus);
    ledger_close(archive.ledger);
    if (archive.events != NULL)
        (void)fclose(archive.events);
    seen_done(&archive.seen);
    return is_good ? SIM_DONE : SIM_FAILED;
}

static void defaults(void *settings)
{
    *(struct archive_settings *)settings = (struct archive_settings){ .prefix = "clinics" };
}

const struct part archive_part = {
    .name = "archive",
    .help = "reads what the clinics send up, once",
    .flags = flags,
    .flag_count = ARRAY_SIZE(flags),
    .defaults = defaults,
    .settings_bytes = sizeof(struct archive_settings),
    .play = play,
};
