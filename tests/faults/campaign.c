#include "campaign.h"

#include <port.h>

#include <clinic/json.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SIM PROGRAM_FOLDER "/clinic-sim"
#define GATEWAY PROGRAM_FOLDER "/clinic-gateway"

enum {
    LOOK_EVERY_MS = 10,
    SETTLE_WITHIN_MS = 240000,
    RATE = 15, // requests a second of each node
    STATUS_BYTES_MAX = 65536,
};

enum { GATEWAY_ACTOR, BROKER, KIOSK_1, DESK_1, DESK_2, RECORDER, LINK, HEADQUARTERS, ARCHIVE };

static const char *const submitter_nodes[BOOKS_SUBMITTERS] = { "kiosk-1", "desk-1", "desk-2" };

static const struct actor_habits habits[CAMPAIGN_ACTORS] = {
    [GATEWAY_ACTOR] = { true, true, 1500, 7000, 1500, 3000 },
    [BROKER] = { true, true, 3000, 12000, 1500, 2500 },
    [KIOSK_1] = { true, true, 1500, 8000, 2000, 2000 },
    [DESK_1] = { true, true, 1500, 8000, 2000, 2000 },
    [DESK_2] = { true, true, 1500, 8000, 2000, 2000 },
    [RECORDER] = { true, true, 1500, 8000, 2000, 3000 },
    [LINK] = { true, true, 2000, 6000, 3000, 9000 },
    [HEADQUARTERS] = { false, true, 5000, 15000, 0, 2000 },
    [ARCHIVE] = { false, true, 5000, 15000, 0, 2000 },
};

// ---- making

static void append(const char *path, const char *text)
{
    FILE *file = fopen(path, "ae");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void make_headquarters(struct campaign *campaign)
{
    const struct fixture *fixture = campaign->fixture;
    const char *dir = fixture_path(fixture, "hq");
    char settings[400];
    char port[8];

    campaign->headquarters_port = port_free();
    campaign->link_port = port_free();
    (void)snprintf(port, sizeof port, "%d", campaign->headquarters_port);
    fixture_run_broker_tool("init", "--dir", dir, "--name", "localhost", "--ip", "127.0.0.1",
                            "--port", port, "--site", "headquarters", "--bind", "127.0.0.1",
                            "--prefix", "clinics");
    fixture_run_broker_tool("add", "test", "--role", "clinic", "--dir", dir);
    fixture_run_broker_tool("add", "reader", "--role", "archive", "--dir", dir);
    (void)snprintf(settings, sizeof settings,
                   "[upstream]\nurl = mqtts://localhost:%d\nfolder = hq/nodes/test\n"
                   "prefix = clinics\n",
                   campaign->link_port);
    append(fixture_path(fixture, "gateway.ini"), settings);
}

// What `clinic-desk sign-in` leaves.
static void sign_in(struct fixture *fixture, const char *desk)
{
    char text[200];
    struct peer *peer = fixture_desk(fixture, desk, "ada");

    (void)snprintf(text, sizeof text, "{\"session\":\"%s\"}\n", peer_session(peer));
    append(fixture_path(fixture, "books/%s.session", desk), text);
}

static void sign_all_in(struct fixture *fixture)
{
    sign_in(fixture, "desk-1");
    sign_in(fixture, "desk-2");
    while (fixture->peer_count > 0)
        peer_close(fixture->peers[--fixture->peer_count]);
    // Nobody reads what it is sent from now on.
    peer_close(fixture->auditor);
    fixture->auditor = NULL;
}

// ---- the gateway's own counts, before it loses them

static bool ask_status(const char *socket_path, char text[static STATUS_BYTES_MAX])
{
    const struct timeval patience = { .tv_usec = 500000 };
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t used = 0;

    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) {
        for (ssize_t got; (got = read(fd, text + used, STATUS_BYTES_MAX - 1 - used)) > 0;)
            used += (size_t)got;
    }
    (void)close(fd);
    text[used] = '\0';
    return used > 0;
}

static void count_repeated(void *context)
{
    static char text[STATUS_BYTES_MAX];
    struct campaign *campaign = context;
    int64_t repeated = 0;

    if (!ask_status(fixture_path(campaign->fixture, "data/control.sock"), text))
        return; // it has only just been started
    cJSON *status = cJSON_Parse(text);
    if (clinic_json_integer(clinic_json_member(status, "intake"), "repeated", &repeated))
        campaign->repeated += repeated;
    cJSON_Delete(status);
}

// ---- actors

static struct actor *cast(struct campaign *campaign, int number, const char *name,
                          struct process *process)
{
    struct actor *actor = &campaign->actors[number];

    actor->name = name;
    actor->habits = habits[number];
    actor->process = process;
    (void)snprintf(actor->log_path, sizeof actor->log_path, "%s",
                   fixture_path(campaign->fixture, "logs/%s.log", name));
    return actor;
}

#define SET_ARGUMENTS(actor, ...)                                                                  \
    actor_set_arguments((actor), (const char *const[]){ __VA_ARGS__, NULL })

static void set_broker(struct actor *actor, const char *config)
{
    const char *argv[PROCESS_BROKER_ARGUMENTS];

    process_broker_command(config, argv);
    actor_set_arguments(actor, argv);
}

static void set_submitter(struct campaign *campaign, size_t n, const char *count)
{
    const struct fixture *fixture = campaign->fixture;
    struct actor *actor = &campaign->actors[KIOSK_1 + n];
    const char *node = submitter_nodes[n];
    const char *folder = fixture_path(fixture, "broker/nodes/%s", node);
    char rate[8];
    char seed[8];

    (void)snprintf(rate, sizeof rate, "%d", RATE);
    (void)snprintf(seed, sizeof seed, "%zu", n + 1); // other patients at each node
    if (strncmp(node, "desk", 4) != 0)
        SET_ARGUMENTS(actor, SIM, "submit", "--folder", folder, "--ledger",
                      campaign->paths.submitters[n], "--rate", rate, "--seed", seed, "--count",
                      count);
    else
        SET_ARGUMENTS(actor, SIM, "submit", "--folder", folder, "--ledger",
                      campaign->paths.submitters[n], "--rate", rate, "--seed", seed, "--count",
                      count, "--update-share", "40", "--session-file",
                      fixture_path(fixture, "books/%s.session", node));
}

static void cast_submitters(struct campaign *campaign)
{
    for (size_t i = 0; i < BOOKS_SUBMITTERS; i++) {
        (void)cast(campaign, KIOSK_1 + (int)i, submitter_nodes[i], &campaign->submitters[i]);
        set_submitter(campaign, i, "1000000");
    }
}

static void cast_recorder(struct campaign *campaign, const char *until)
{
    struct actor *actor = cast(campaign, RECORDER, "desk-3", &campaign->recorder);

    SET_ARGUMENTS(actor, SIM, "record", "--folder",
                  fixture_path(campaign->fixture, "broker/nodes/desk-3"), "--ledger",
                  campaign->paths.recorded, "--until-sequence", until);
}

static void cast_clinic(struct campaign *campaign)
{
    struct fixture *fixture = campaign->fixture;
    struct actor *gateway = cast(campaign, GATEWAY_ACTOR, "gateway", &fixture->gateway);
    struct actor *broker = cast(campaign, BROKER, "broker", &fixture->broker);

    gateway->before_kill = count_repeated;
    gateway->context = campaign;
    SET_ARGUMENTS(gateway, GATEWAY, "--config", fixture_path(fixture, "gateway.ini"), "serve");
    set_broker(broker, fixture_path(fixture, "broker/broker/mosquitto.conf"));
}

static void cast_headquarters(struct campaign *campaign)
{
    const struct fixture *fixture = campaign->fixture;
    char from[8];
    char to[8];

    (void)snprintf(from, sizeof from, "%d", campaign->link_port);
    (void)snprintf(to, sizeof to, "%d", campaign->headquarters_port);
    SET_ARGUMENTS(cast(campaign, LINK, "link", &campaign->link), LINK_PROGRAM, from, to);
    set_broker(cast(campaign, HEADQUARTERS, "headquarters", &campaign->headquarters),
               fixture_path(fixture, "hq/broker/mosquitto.conf"));
    SET_ARGUMENTS(cast(campaign, ARCHIVE, "archive", &campaign->archive), SIM, "archive",
                  "--folder", fixture_path(fixture, "hq/nodes/reader"), "--ledger",
                  campaign->paths.archived);
}

static void name_books(struct campaign *campaign)
{
    const struct fixture *fixture = campaign->fixture;
    struct books_paths *paths = &campaign->paths;

    assert_int_equal(mkdir(fixture_path(fixture, "books"), 0700), 0);
    (void)snprintf(paths->log, sizeof paths->log, "%s/books/log", fixture->folder);
    (void)snprintf(paths->recorded, sizeof paths->recorded, "%s/books/recorded", fixture->folder);
    (void)snprintf(paths->archived, sizeof paths->archived, "%s/books/archived", fixture->folder);
    for (size_t i = 0; i < BOOKS_SUBMITTERS; i++) {
        paths->nodes[i] = submitter_nodes[i];
        (void)snprintf(paths->submitters[i], sizeof paths->submitters[i], "%s/books/%s",
                       fixture->folder, submitter_nodes[i]);
    }
}

void campaign_begin(struct campaign *campaign, struct fixture *fixture, uint64_t seed)
{
    campaign->fixture = fixture;
    campaign->dice.state = seed;
    name_books(campaign);
    fixture_run_broker_tool("add", "desk-3", "--role", "desk", "--dir",
                            fixture_path(fixture, "broker"));
    fixture_restart_broker(fixture);
    sign_all_in(fixture);
    make_headquarters(campaign);
    (void)fixture_end_gateway(fixture, SIGTERM);
    (void)fixture_end_broker(fixture, SIGTERM);

    cast_clinic(campaign);
    cast_submitters(campaign);
    cast_recorder(campaign, "0");
    cast_headquarters(campaign);
    for (size_t i = 0; i < CAMPAIGN_ACTORS; i++)
        actor_start(&campaign->actors[i], &campaign->dice);
}

// ---- raging

static int64_t count_answered(const struct campaign *campaign)
{
    size_t count = 0;

    for (size_t i = 0; i < BOOKS_SUBMITTERS; i++)
        count += books_count_lines(campaign->paths.submitters[i], "accepted ");
    return (int64_t)count;
}

static void rage_until(struct campaign *campaign, int64_t end_ms)
{
    while (process_now_ms() < end_ms) {
        for (size_t i = 0; i < CAMPAIGN_ACTORS; i++)
            actor_act(&campaign->actors[i], &campaign->dice);
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}

void campaign_rage(struct campaign *campaign, int64_t seconds)
{
    const int64_t begun_at_ms = process_now_ms();
    int64_t before = 0;

    for (int phase = 0; phase < CAMPAIGN_PHASES; phase++) {
        rage_until(campaign, begun_at_ms + seconds * 1000 * (phase + 1) / CAMPAIGN_PHASES);
        const int64_t answered = count_answered(campaign);
        campaign->answered_in_phase[phase] = answered - before;
        before = answered;
    }
}

// ---- settling

static void await_end(struct actor *actor, int64_t within_ms)
{
    int status = 0;

    if (!process_wait(actor->process, within_ms, &status))
        fail_msg("%s does not come to its end; see %s", actor->name, actor->log_path);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("%s ended badly (status %d); see %s", actor->name, status, actor->log_path);
    actor->state = ACTOR_DOWN;
}

// Each is killed once more and then only waits for what it has already promised.
static void finish_submitters(struct campaign *campaign)
{
    char count[16];

    for (size_t i = 0; i < BOOKS_SUBMITTERS; i++) {
        struct actor *actor = &campaign->actors[KIOSK_1 + i];
        actor_kill(actor);
        (void)snprintf(count, sizeof count, "%zu",
                       books_count_lines(campaign->paths.submitters[i], "put "));
        set_submitter(campaign, i, count);
        actor_start(actor, &campaign->dice);
    }
    for (size_t i = 0; i < BOOKS_SUBMITTERS; i++)
        await_end(&campaign->actors[KIOSK_1 + i], SETTLE_WITHIN_MS);
}

static size_t print_log(struct campaign *campaign)
{
    struct process printer = { 0 };
    int status = 0;

    process_start(&printer, campaign->paths.log,
                  (const char *const[]){ GATEWAY, "--config",
                                         fixture_path(campaign->fixture, "gateway.ini"), "--json",
                                         "events", NULL });
    if (!process_wait(&printer, SETTLE_WITHIN_MS, &status) || status != 0)
        fail_msg("the log cannot be printed (status %d)", status);
    return books_count_lines(campaign->paths.log, "");
}

static void finish_recorder(struct campaign *campaign, size_t head)
{
    struct actor *actor = &campaign->actors[RECORDER];
    char until[16];

    actor_kill(actor);
    (void)snprintf(until, sizeof until, "%zu", head);
    SET_ARGUMENTS(actor, SIM, "record", "--folder",
                  fixture_path(campaign->fixture, "broker/nodes/desk-3"), "--ledger",
                  campaign->paths.recorded, "--until-sequence", until);
    actor_start(actor, &campaign->dice);
    await_end(actor, SETTLE_WITHIN_MS);
}

static void finish_archive(struct campaign *campaign, size_t head)
{
    const int64_t deadline_ms = process_now_ms() + SETTLE_WITHIN_MS;
    struct actor *actor = &campaign->actors[ARCHIVE];

    while (books_count_lines(campaign->paths.archived, "event ") < head) {
        if (process_now_ms() > deadline_ms)
            fail_msg("the archive does not get all of the log; see %s", actor->log_path);
        (void)poll(NULL, 0, 10 * LOOK_EVERY_MS);
    }
    (void)kill(actor->process->pid, SIGTERM);
    await_end(actor, SETTLE_WITHIN_MS);
}

void campaign_settle(struct campaign *campaign)
{
    for (size_t i = 0; i < CAMPAIGN_ACTORS; i++)
        actor_restore(&campaign->actors[i], &campaign->dice);
    finish_submitters(campaign);
    count_repeated(campaign);
    const size_t head = print_log(campaign);
    finish_recorder(campaign, head);
    finish_archive(campaign, head);
}

void campaign_end(struct campaign *campaign)
{
    for (size_t i = 0; i < CAMPAIGN_ACTORS; i++) {
        if (i != GATEWAY_ACTOR && i != BROKER)
            (void)process_end(campaign->actors[i].process, SIGKILL);
    }
}
