#include "station.h"

#include "report.h"

#include <clinic/clock.h>
#include <clinic/log.h>

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { TICK_MS = 500 };

static bool has_port(const struct station *station, size_t i)
{
    return station->ports.ports[i].device[0] != '\0';
}

// ---- memory

// A memory that cannot be kept costs a reading told twice, or the drift since; weighing goes on.
static void remember(struct station *station)
{
    for (size_t i = 0; i < PORTS_MAX; i++)
        station->memory.channels[i] = station->channels[i].memory;
    const enum clinic_status status = memory_save(station->ports.node.state, &station->memory);
    const int error = errno;
    if (status != CLINIC_OK && !station->is_memory_failing)
        clinic_log(CLINIC_LOG_ERROR, "%s/scale.json: %s", station->ports.node.state,
                   status == CLINIC_IO ? strerror(error) : clinic_status_text(status));
    station->is_memory_failing = status != CLINIC_OK;
}

// ---- telling

static bool submit(struct station *station, enum clinic_request_kind kind, cJSON *data)
{
    const enum clinic_status status = clinic_node_submit(station->node, kind, data, NULL, NULL);
    if (status != CLINIC_OK && !station->is_outbox_failing)
        clinic_log(CLINIC_LOG_ERROR, "the outbox: %s", clinic_status_text(status));
    station->is_outbox_failing = status != CLINIC_OK;
    return status == CLINIC_OK;
}

static void log_state(const struct channel *channel, enum weigh_state state)
{
    if (state == channel->memory.weigh.state)
        return;
    clinic_log(state == WEIGH_STABLE ? CLINIC_LOG_INFO : CLINIC_LOG_WARNING, "scale%u: %s",
               channel->number, report_state_name(state));
}

static void tell(struct station *station, struct channel *channel, int64_t now_ms)
{
    struct weigh_memory news;
    if (!channel_has_news(channel, &news) || report_state_name(news.state) == NULL
        || !submit(station, CLINIC_REQUEST_EQUIPMENT_MEASURE, report_reading(channel, &news)))
        return;
    log_state(channel, news.state);
    channel_told(channel, &news, now_ms);
    remember(station);
}

// Nothing is repeated while something waits: a day without the clinic must not fill the outbox.
static void repeat(struct station *station, struct channel *channel, int64_t now_ms)
{
    struct clinic_outbox_counts counts;
    if (!channel_is_to_repeat(channel, now_ms))
        return;
    clinic_outbox_count(clinic_node_outbox(station->node), &counts);
    if (counts.waiting == 0)
        (void)submit(station, CLINIC_REQUEST_EQUIPMENT_MEASURE,
                     report_reading(channel, &channel->memory.weigh)); // else the next time
}

static void answer(struct station *station, struct channel *channel, int64_t now_ms)
{
    struct setup_answer answer;
    if (!channel_is_answered(channel, now_ms, &answer))
        return;
    clinic_log(CLINIC_LOG_INFO, "scale%u: %s: %s", channel->number,
               setup_step_name(channel->setup.task.step), setup_outcome_name(answer.outcome));
    // Where it cannot be put the gateway lets the step expire, and staff start it again.
    (void)submit(station, CLINIC_REQUEST_EQUIPMENT_SCALE_ANSWER, report_answer(channel, &answer));
    remember(station);
}

// ---- the scales

static void identify(struct station *station, struct channel *channel, const char *serial)
{
    char quoted[4 * SICS_SERIAL_BYTES];
    const bool was_known = channel->memory.serial[0] != '\0';
    const bool is_changed = channel_identify(channel, serial);
    if (!was_known && channel->memory.serial[0] != '\0')
        remember(station);
    if (!is_changed)
        return;
    (void)clinic_log_quote(serial, strlen(serial), quoted, sizeof quoted);
    if (channel->is_foreign)
        clinic_log(CLINIC_LOG_WARNING,
                   "scale%u: \"%s\" is not the scale that was set up: nothing is counted until it "
                   "is tared from the desk",
                   channel->number, quoted);
    else
        clinic_log(CLINIC_LOG_INFO, "scale%u: \"%s\" is the scale that was set up", channel->number,
                   quoted);
}

static void listen(struct station *station, size_t i, int64_t now_ms)
{
    struct sics_answer answer;
    enum dialog_news news = DIALOG_NOTHING;
    instrument_step(&station->instruments[i], now_ms);
    while ((news = instrument_take(&station->instruments[i], now_ms, &answer)) != DIALOG_NOTHING) {
        if (news == DIALOG_IDENTITY)
            identify(station, &station->channels[i], answer.serial);
        else
            channel_take(&station->channels[i], &answer, now_ms);
    }
    channel_step(&station->channels[i], now_ms);
}

static void step_port(struct station *station, size_t i, int64_t now_ms)
{
    struct channel *channel = &station->channels[i];
    listen(station, i, now_ms);
    answer(station, channel, now_ms);
    tell(station, channel, now_ms);
    repeat(station, channel, now_ms);
    if (channel_has_drifted(channel))
        remember(station);
}

// ---- the bus

// False: it cannot be used; *reterr_member says what is wrong with it.
static bool apply_config(struct station *station, const cJSON *json, const char **reterr_member)
{
    struct config config;
    char *text = clinic_json_print(json);
    *reterr_member = "memory";
    const bool is_good = text != NULL && settings_read(text, strlen(text), &config, reterr_member);
    free(text);
    if (!is_good)
        return false;
    const int64_t now_ms = clinic_monotonic_ms(clinic_clock_system());
    for (size_t i = 0; i < PORTS_MAX; i++)
        channel_set(&station->channels[i], &config.settings.channels[i], &config.tasks[i], now_ms);
    station->settings = config.settings;
    return true;
}

static void on_config(void *context, const cJSON *json)
{
    struct station *station = context;
    const char *member = NULL;
    int64_t version = 0;
    if (clinic_json_integer(json, "version", &version) && version == station->settings.version)
        return; // retained: it comes with every connection
    if (!apply_config(station, json, &member)) {
        clinic_log(CLINIC_LOG_WARNING, "the config is refused: %s", member);
        return;
    }
    memory_done(&station->memory);
    station->memory.config = cJSON_Duplicate(json, true);
    remember(station);
    clinic_log(CLINIC_LOG_INFO, "config %" PRId64, station->settings.version);
}

// Kept for a person by the outbox; here nobody looks.
static void on_reply(void *context, enum clinic_request_kind kind, const struct clinic_reply *reply)
{
    struct station *station = context;
    const char *code = reply->is_accepted ? "" : reply->problem.code;
    if (!reply->is_accepted)
        (void)clinic_outbox_drop(clinic_node_outbox(station->node), &reply->id); // no ask: gone
    if (!reply->is_accepted && strcmp(code, station->refusal) != 0)
        clinic_log(CLINIC_LOG_WARNING, "%s/%s is refused: %s", clinic_request_types[kind].entity,
                   clinic_request_types[kind].action, code);
    (void)snprintf(station->refusal, sizeof station->refusal, "%s", code);
}

// Every attempt has its states; of interest are the way in, the way out, and why there is none.
static void on_state(void *context, enum clinic_bus_state state, const char *reason)
{
    struct station *station = context;
    const bool was_online = station->is_online;
    if (state == CLINIC_BUS_CONNECTING)
        return;
    station->is_online = state == CLINIC_BUS_ONLINE;
    if (station->is_online == was_online && strcmp(reason, station->bus_reason) == 0)
        return;
    (void)snprintf(station->bus_reason, sizeof station->bus_reason, "%s", reason);
    clinic_log(station->is_online && !was_online ? CLINIC_LOG_INFO : CLINIC_LOG_WARNING, "%s: %s",
               station->is_online ? "online" : "offline", reason);
}

static const struct clinic_node_handler handler = {
    .on_reply = on_reply,
    .on_config = on_config,
    .on_state = on_state,
};

// ---- life

static void recall(struct station *station)
{
    const char *member = NULL;
    const int64_t now_ms = clinic_monotonic_ms(clinic_clock_system());
    const bool is_there = memory_load(station->ports.node.state, &station->memory) == CLINIC_OK;
    for (size_t i = 0; i < PORTS_MAX; i++)
        channel_init(&station->channels[i], (unsigned)i + 1, &station->memory.channels[i], now_ms);
    if (!is_there)
        clinic_log(CLINIC_LOG_INFO, "nothing is remembered: waiting for the config");
    else if (station->memory.config != NULL
             && !apply_config(station, station->memory.config, &member))
        clinic_log(CLINIC_LOG_WARNING, "the config of before cannot be read: %s", member);
}

struct station *station_open(const char *folder, char *reterr_problem, size_t problem_bytes)
{
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES] = "out of memory";
    struct station *station = calloc(1, sizeof *station);
    if (station == NULL || !ports_load(folder, &station->ports, problem)) {
        (void)snprintf(reterr_problem, problem_bytes, "%s", problem);
        free(station);
        return NULL;
    }
    for (size_t i = 0; i < PORTS_MAX; i++)
        instrument_init(&station->instruments[i], station->ports.ports[i].device,
                        station->ports.ports[i].baud);
    if (clinic_node_open(folder, CLINIC_VERSION, &handler, station, &station->node, reterr_problem,
                         problem_bytes)
        != CLINIC_OK) {
        station_close(station);
        return NULL;
    }
    recall(station);
    return station;
}

void station_close(struct station *station)
{
    if (station == NULL)
        return;
    for (size_t i = 0; i < PORTS_MAX; i++)
        instrument_close(&station->instruments[i]);
    clinic_node_close(station->node);
    memory_done(&station->memory);
    free(station);
}

// ---- the loop

enum { POLL_NODE, POLL_SIGNAL, POLL_PORTS, POLL_COUNT = POLL_PORTS + PORTS_MAX };

static int64_t due_ms(const struct station *station, int64_t now_ms)
{
    int64_t due = now_ms + TICK_MS;
    for (size_t i = 0; i < PORTS_MAX; i++)
        if (has_port(station, i) && instrument_due_ms(&station->instruments[i]) < due)
            due = instrument_due_ms(&station->instruments[i]);
    return due;
}

// A descriptor of -1 is passed over by poll().
static void wait(const struct station *station, struct pollfd polled[static POLL_COUNT])
{
    const int64_t now_ms = clinic_monotonic_ms(clinic_clock_system());
    const int64_t wait_ms = due_ms(station, now_ms) - now_ms;
    for (size_t i = 0; i < PORTS_MAX; i++)
        polled[POLL_PORTS + i] =
            (struct pollfd){ .fd = instrument_fd(&station->instruments[i]), .events = POLLIN };
    (void)poll(polled, POLL_COUNT, wait_ms > 0 ? (int)wait_ms : 0); // then all are stepped anyway
}

static int open_signals(void)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
        return -1;
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool station_run(struct station *station)
{
    struct pollfd polled[POLL_COUNT] = {
        [POLL_NODE] = { .fd = clinic_node_fd(station->node), .events = POLLIN },
        [POLL_SIGNAL] = { .fd = open_signals(), .events = POLLIN },
    };
    if (polled[POLL_SIGNAL].fd < 0)
        return false;
    do {
        clinic_node_step(station->node);
        // Behind the step: a config that came in it begins what is looked at here, and time does not go back.
        const int64_t now_ms = clinic_monotonic_ms(clinic_clock_system());
        for (size_t i = 0; i < PORTS_MAX; i++)
            if (has_port(station, i))
                step_port(station, i, now_ms);
        wait(station, polled);
    } while ((polled[POLL_SIGNAL].revents & POLLIN) == 0);
    (void)close(polled[POLL_SIGNAL].fd);
    return true;
}
