// submit.c - a node that registers patients through its outbox and writes down what it was promised.
#include "loop.h"
#include "people.h"
#include "sim.h"
#include "submitter.h"

#include <clinic/json.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum { BURST_MAX = 64, OUTBOX_FULL_PAUSE_MS = 20, SESSION_FILE_BYTES = 4096 };

static const struct flag flags[] = {
    { "folder", FLAG_TEXT, offsetof(struct submit_settings, folder), true, 0, 0,
      "The node's folder, made by clinic-broker." },
    { "ledger", FLAG_TEXT, offsetof(struct submit_settings, ledger), true, 0, 0,
      "File of what was promised; a run continues from it." },
    { "count", FLAG_INTEGER, offsetof(struct submit_settings, count), false, 1, PROGRESS_MAX,
      "Requests in all, those in the ledger included (100)." },
    { "rate", FLAG_INTEGER, offsetof(struct submit_settings, rate), false, 0, 1000000,
      "Requests a second; 0: as fast as they are answered (10)." },
    { "seed", FLAG_INTEGER, offsetof(struct submit_settings, seed), false, 0, INT64_MAX,
      "Which patients (1)." },
    { "update-share", FLAG_PERCENT, offsetof(struct submit_settings, update_share), false, 0, 0,
      "How many of the requests change an earlier patient (0)." },
    { "session-file", FLAG_TEXT, offsetof(struct submit_settings, session_file), false, 0, 0,
      "What clinic-desk sign-in left in the state folder, for a desk." },
    { "ahead", FLAG_INTEGER, offsetof(struct submit_settings, ahead), false, 1, 100000,
      "At most so many unanswered (256)." },
};

static const struct clinic_node_handler handler = { .on_reply = submitter_take_reply };

static bool load_session(struct submitter *submitter)
{
    const char *path = submitter->settings->session_file;
    char bytes[SESSION_FILE_BYTES];
    struct clinic_problem problem;
    cJSON *json = NULL;
    if (path == NULL)
        return true;
    FILE *file = fopen(path, "re");
    size_t length = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
    if (file != NULL)
        (void)fclose(file);
    if (clinic_json_parse(bytes, length, &json, &problem) != CLINIC_OK)
        return false;
    const char *session = clinic_json_text(json, "session");
    bool is_good = session != NULL && strlen(session) < sizeof submitter->session;
    if (is_good)
        (void)snprintf(submitter->session, sizeof submitter->session, "%s", session);
    cJSON_Delete(json);
    return is_good;
}

// ---- the run

// The next request's data; what it is depends on seed and number, and on who can be updated now.
static cJSON *next_request(struct submitter *submitter, enum clinic_request_kind *ret_kind,
                           struct clinic_id *ret_patient)
{
    struct progress *progress = &submitter->progress;
    uint64_t seed = (uint64_t)submitter->settings->seed;
    uint64_t number = progress->asked_count;
    struct dice dice = dice_of(seed ^ UINT64_C(0x5EED), number);
    bool wants_update = (int64_t)dice_below(&dice, 100) < submitter->settings->update_share;
    size_t index = SIZE_MAX;
    if (wants_update && progress->patient_count > 0)
        index = progress_updatable(progress, dice_below(&dice, progress->patient_count));

    if (index == SIZE_MAX) {
        *ret_kind = CLINIC_REQUEST_PATIENT_CREATE;
        *ret_patient = clinic_id_next(&submitter->ids, clinic_wall_ms(submitter->clock));
        return people_make(seed, number);
    }
    *ret_kind = CLINIC_REQUEST_PATIENT_UPDATE;
    *ret_patient = progress->patients[index].id;
    cJSON *change = people_change(seed, number);
    cJSON_AddNumberToObject(change, "expected_version", progress->patients[index].version);
    return change;
}

static enum clinic_status submit_one(struct submitter *submitter)
{
    enum clinic_request_kind kind = CLINIC_REQUEST_NONE;
    struct clinic_id patient;
    struct clinic_id id;
    char text[CLINIC_ID_TEXT_BYTES];
    cJSON *data = next_request(submitter, &kind, &patient);
    if (data == NULL)
        return CLINIC_NOMEM;
    clinic_id_print(&patient, text);
    cJSON_AddStringToObject(data, "patient_id", text);
    enum clinic_status status =
        clinic_node_submit(submitter->node, kind, data,
                           submitter->session[0] == '\0' ? NULL : submitter->session, &id);
    if (status == CLINIC_OK)
        submitter_note_put(submitter, &id, kind, &patient);
    return status;
}

// How many should have been put by now at the wanted rate.
static size_t due_count(const struct submitter *submitter)
{
    const struct submit_settings *settings = submitter->settings;
    int64_t ran_ms = clinic_monotonic_ms(submitter->clock) - submitter->begun_at_ms;
    size_t due = settings->rate == 0
                     ? SIZE_MAX / 2
                     : submitter->put_before + 1 + (size_t)(ran_ms * settings->rate / 1000);
    return due < (size_t)settings->count ? due : (size_t)settings->count;
}

// Returns how long nothing needs to be put; -1: until an answer comes.
static int64_t submit_due(struct submitter *submitter)
{
    const struct progress *progress = &submitter->progress;
    size_t due = due_count(submitter);
    for (int i = 0; i < BURST_MAX; i++) {
        if (progress->asked_count >= (size_t)submitter->settings->count
            || progress_open_count(progress) >= (size_t)submitter->settings->ahead)
            return -1;
        if (progress->asked_count >= due)
            return 1 + 1000 / submitter->settings->rate;
        enum clinic_status status = submit_one(submitter);
        if (status == CLINIC_FULL)
            return OUTBOX_FULL_PAUSE_MS;
        if (status != CLINIC_OK)
            submitter->has_failed = true;
        if (submitter->has_failed)
            return 0;
    }
    return 0;
}

static bool is_finished(const struct submitter *submitter)
{
    return submitter->progress.asked_count >= (size_t)submitter->settings->count
           && progress_open_count(&submitter->progress) == 0;
}

static void run(struct submitter *submitter)
{
    clinic_node_step(submitter->node);
    while (!is_finished(submitter) && !submitter->has_failed && !loop_is_over()) {
        int64_t wait_ms = submit_due(submitter);
        // The puts are on the disk before any of their answers can be taken in.
        if (!ledger_flush(submitter->ledger))
            submitter->has_failed = true;
        loop_wait(clinic_node_fd(submitter->node), wait_ms);
        clinic_node_step(submitter->node);
        if (!ledger_flush(submitter->ledger))
            submitter->has_failed = true;
    }
}

static int compare_waits(const void *a, const void *b)
{
    int32_t first = *(const int32_t *)a;
    int32_t second = *(const int32_t *)b;
    return (first > second) - (first < second);
}

static void print_waits(const struct progress *progress)
{
    int32_t *waits = calloc(progress->asked_count + 1, sizeof *waits);
    size_t count = 0;
    for (size_t i = 0; waits != NULL && i < progress->asked_count; i++)
        if (progress->asked[i].waited_us >= 0)
            waits[count++] = progress->asked[i].waited_us;
    if (count > 0) {
        qsort(waits, count, sizeof *waits, compare_waits);
        (void)printf("latency_us p50 %" PRId32 " p99 %" PRId32 " max %" PRId32 "\n",
                     waits[count / 2], waits[count * 99 / 100], waits[count - 1]);
    }
    free(waits);
}

static void print_summary(const struct submitter *submitter)
{
    const struct progress *progress = &submitter->progress;
    int64_t ran_ms = clinic_monotonic_ms(submitter->clock) - submitter->begun_at_ms;
    (void)printf("put %zu accepted %zu rejected %zu unknown %zu open %zu seconds %.3f\n",
                 progress->asked_count, progress->accepted, progress->rejected, progress->unknown,
                 progress_open_count(progress), (double)ran_ms / 1000);
    print_waits(progress);
}

static bool open_all(struct submitter *submitter)
{
    char problem[600] = "no session in the session file; sign in with clinic-desk first";
    bool is_open = load_session(submitter)
                   && ledger_open(submitter->settings->ledger, submitter_read_line, submitter,
                                  &submitter->ledger, problem)
                   && clinic_node_open(submitter->settings->folder, CLINIC_VERSION, &handler,
                                       submitter, &submitter->node, problem, sizeof problem)
                          == CLINIC_OK;
    if (!is_open)
        (void)fprintf(stderr, "clinic-sim: %s\n", problem);
    return is_open;
}

static enum sim_exit play(const void *settings)
{
    struct submitter submitter = { .settings = settings, .clock = clinic_clock_system() };
    loop_begin();
    bool is_good = open_all(&submitter) && submitter_recover(&submitter);
    if (is_good) {
        submitter.put_before = submitter.progress.asked_count;
        submitter.begun_at_ms = clinic_monotonic_ms(submitter.clock);
        run(&submitter);
        print_summary(&submitter);
        is_good = is_finished(&submitter) && submitter.progress.unknown == 0;
    }
    clinic_node_close(submitter.node);
    ledger_close(submitter.ledger);
    progress_done(&submitter.progress);
    return is_good ? SIM_DONE : SIM_FAILED;
}

static void defaults(void *settings)
{
    *(struct submit_settings *)settings =
        (struct submit_settings){ .count = 100, .rate = 10, .seed = 1, .ahead = 256 };
}

const struct part submit_part = {
    .name = "submit",
    .help = "registers patients through a node's outbox",
    .flags = flags,
    .flag_count = ARRAY_SIZE(flags),
    .defaults = defaults,
    .settings_bytes = sizeof(struct submit_settings),
    .play = play,
};
