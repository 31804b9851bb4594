// status.c - `status`: one screen that says how the gateway is.
#include "command.h"

#include "../control.h"
#include "../couriers/position.h"
#include "../store/event_log.h"

#include <clinic/clock.h>
#include <clinic/json.h>

#include <stdio.h>
#include <stdlib.h>

enum { MINUTE_MS = 60 * 1000 };

static const char *text(const cJSON *object, const char *name)
{
    const char *value = clinic_json_text(object, name);

    return value == NULL ? "-" : value;
}

static long long number(const cJSON *object, const char *name)
{
    int64_t value = 0;

    (void)clinic_json_integer(object, name, &value); // 0 where a later release has dropped it
    return (long long)value;
}

static double mebibytes(const cJSON *object, const char *name)
{
    return (double)number(object, name) / (1024.0 * 1024.0);
}

static void print_node(const cJSON *node)
{
    bool is_revoked = clinic_json_boolean(node, "is_revoked", false);

    printf("  %-20s  %-8s  %-10s  %-24s  %6lld  %.10s\n", text(node, "node"), text(node, "role"),
           is_revoked ? "revoked" : text(node, "state"), text(node, "since"),
           number(node, "waiting"), text(node, "certificate_expires"));
}

// Nothing while the clock goes as it should.
static void print_clock(long long lead_ms)
{
    if (lead_ms > EVENT_LOG_LEAD_MAX_MS)
        printf("clock     %lld minutes behind the log; recorded times stand still\n",
               lead_ms / MINUTE_MS);
}

static void print_screen(const cJSON *json)
{
    const cJSON *store = clinic_json_member(json, "store");
    const cJSON *bus = clinic_json_member(json, "bus");
    const cJSON *upstream = clinic_json_member(json, "upstream");
    const cJSON *intake = clinic_json_member(json, "intake");
    const cJSON *node;

    printf("gateway   running, version %s, process %lld, since %s\n", text(json, "version"),
           number(json, "pid"), text(json, "started"));
    printf("log       %lld events, last commit %s\n", number(json, "head"),
           text(json, "last_commit"));
    print_clock(number(store, "lead_ms"));
    printf("bus       %s, published up to %lld\n", text(bus, "state"), number(bus, "position"));
    if (upstream != NULL)
        printf("upstream  %s: %s, confirmed up to %lld, %lld behind\n", text(json, "upstream_url"),
               text(upstream, "state"), number(upstream, "position"), number(upstream, "lag"));
    else
        puts("upstream  none is set");
    printf("requests  %lld accepted, %lld rejected, %lld repeated, %lld unreadable, %lld faults\n",
           number(intake, "accepted"), number(intake, "rejected"), number(intake, "repeated"),
           number(intake, "undecodable"), number(intake, "faults"));
    printf("disk      database %.1f MiB, write-ahead log %.1f MiB, free %.0f MiB%s\n",
           mebibytes(store, "file_bytes"), mebibytes(store, "wal_bytes"),
           mebibytes(json, "free_bytes"),
           clinic_json_boolean(json, "has_room", true) ? "" : "  TOO LITTLE: requests are refused");
    printf("\n  %-20s  %-8s  %-10s  %-24s  %6s  %s\n", "node", "role", "state", "since", "outbox",
           "certificate until");
    cJSON_ArrayForEach(node, clinic_json_member(json, "nodes")) print_node(node);
}

static enum command_exit print_running(const struct command_line *line, const char *json_text)
{
    cJSON *json = cJSON_Parse(json_text); // our own words; may be longer than a message on the bus

    if (line->is_json) {
        puts(json_text);
    } else if (json != NULL) {
        print_screen(json);
    } else {
        fputs("clinic-gateway: the gateway's answer cannot be read\n", stderr);
        return COMMAND_FAILED;
    }
    cJSON_Delete(json);
    return COMMAND_OK;
}

// What the database itself tells where no gateway is running.
static enum command_exit print_stopped(const struct command_line *line)
{
    char at[CLINIC_INSTANT_TEXT_BYTES] = "-";
    uint64_t bus = 0, upstream = 0;
    struct store *store = command_open_store(line, STORE_READ);

    if (store == NULL)
        return COMMAND_FAILED;
    uint64_t head = event_log_head(store);
    const int64_t lead_ms = event_log_lead_ms(store);
    if (head > 0)
        clinic_instant_print(event_log_head_time_ms(store), at);
    enum clinic_status status = position_load(store, "bus", &bus);
    if (status == CLINIC_OK)
        status = position_load(store, "upstream", &upstream);
    store_close(store);
    if (status != CLINIC_OK) {
        fprintf(stderr, "clinic-gateway: %s\n", clinic_status_text(status));
        return COMMAND_FAILED;
    }
    if (line->is_json) {
        printf("{\"running\":false,\"head\":%llu,\"store\":{\"lead_ms\":%lld}}\n",
               (unsigned long long)head, (long long)lead_ms);
    } else {
        printf("gateway   NOT running\nlog       %llu events, the last of %s\nbus       published "
               "up to "
               "%llu at least\nupstream  confirmed up to %llu at least\n",
               (unsigned long long)head, at, (unsigned long long)bus, (unsigned long long)upstream);
        print_clock(lead_ms);
    }
    return COMMAND_FAILED;
}

enum command_exit command_status(const struct command_line *line)
{
    char *json = NULL;

    if (!command_is_done(line))
        return COMMAND_USAGE;
    if (control_ask(line->config->store_folder, &json) != CLINIC_OK)
        return print_stopped(line);
    enum command_exit result = print_running(line, json);
    free(json);
    return result;
}
