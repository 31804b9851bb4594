// broker.h - a real Mosquitto for a test, in a folder of its own, with certificates good and bad.
#pragma once

#include "process.h"

struct broker {
    char folder[64];
    int port;
    struct process process;
};

// Makes the folder and the certificates and asks the kernel for a port; starts nothing.
void broker_init(struct broker *broker);

// Starts it with that certificate ("broker" is the good one) and waits until it listens.
void broker_start(struct broker *broker, const char *certificate);

// kill -9, and waits for its end. Harmless if it does not run.
void broker_kill(struct broker *broker);

// Kills it and removes the folder.
void broker_done(struct broker *broker);
