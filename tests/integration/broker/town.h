// town.h - a folder that clinic-broker has made, and a real Mosquitto that runs with the very files.
#pragma once

#include "peer.h"
#include "process.h"

struct town {
    char folder[128];
    char dir[160]; // for --dir
    int port;
    struct process broker;
    struct process_output output; // of the last run of clinic-broker
};

// Has the nodes desk-1, kiosk-1 and kiosk-2; the broker does not run yet.
int town_make(void **state);
int town_remove(void **state); // also ends the broker

// A path below the folder; static until some calls later.
const char *town_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Runs clinic-broker; --dir is added. Returns its exit code.
int town_run(struct town *town, const char *const *arguments);
#define RUN(town, ...) town_run((town), (const char *const[]){ __VA_ARGS__, NULL })

// Starts the broker with a configuration file and waits until it listens.
void town_start_with(struct town *town, const char *conf);
void town_start(struct town *town);
void town_restart(struct town *town);

struct peer *town_connect(const struct town *town, const char *node);

// Waits until the broker's log holds the text.
void town_expect_log(const struct town *town, const char *text);

// The file's text; the caller frees it.
char *town_read(const char *path);
void town_write(const char *path, const char *text);
