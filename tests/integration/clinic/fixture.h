// fixture.h - a whole clinic in a temporary folder: the broker with the very files that clinic-broker
// writes, the gateway, and the folders of some nodes.
//
//   desk-1, desk-2 (desk), kiosk-1 (kiosk), scale-1 (scale), board-1 (board), gateway, and "auditor": a
//   second identity in the gateway's role, so that a test sees all that crosses the bus.
//
// It is a CMocka group fixture; fixture_check() is the teardown of each test: the log must verify and
// the state rebuilt from it must equal the live one.
#pragma once

#include "peer.h"
#include "process.h"

enum { FIXTURE_PEERS_MAX = 16 };

struct fixture {
    char folder[128]; // everything that any program of this clinic writes is below it
    int port;
    struct process broker;
    struct process gateway;
    struct peer *auditor; // subscribed to everything
    struct peer *peers[FIXTURE_PEERS_MAX];
    size_t peer_count;
};

// PIN of every account that a fixture makes. "ada" (admin) is always there.
#define FIXTURE_PIN "2718281"

// CMocka fixtures of a group; *state is the struct fixture.
int fixture_setup(void **state);
int fixture_teardown(void **state);

// CMocka teardown of each test: closes the test's peers, starts again what a test left dead, verifies.
int fixture_check(void **state);

#define fixture_test(function) cmocka_unit_test_teardown(function, fixture_check)

// Path of a file below the folder, in one of a few static buffers.
const char *fixture_path(const struct fixture *fixture, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// ---- programs

void fixture_start_broker(struct fixture *fixture);  // back when it listens
void fixture_start_gateway(struct fixture *fixture); // back when its status says online
// Returns the wait status.
int fixture_end_broker(struct fixture *fixture, int signal);
int fixture_end_gateway(struct fixture *fixture, int signal);

// Runs clinic-gateway with its config and a command of at most two words.
void fixture_run_gateway(struct fixture *fixture, struct process_output *ret_output,
                         const char *command, const char *argument);

// The same, and its exit code must be 0.
void fixture_must_run_gateway(struct fixture *fixture, struct process_output *ret_output,
                              const char *command, const char *argument);

void fixture_add_staff(struct fixture *fixture, const char *name, const char *role);

// ---- nodes

// Connected, subscribed to its own replies; closed after the test.
struct peer *fixture_peer(struct fixture *fixture, const char *node);

// The same with somebody signed in; every PIN is FIXTURE_PIN.
struct peer *fixture_desk(struct fixture *fixture, const char *node, const char *staff);

// Hands a peer to the fixture, to be closed after the test. Returns it.
struct peer *fixture_keep(struct fixture *fixture, struct peer *peer);

// Registers a patient through a desk with somebody signed in and returns the reply, which must be
// accepted. The id is made and given back.
const cJSON *fixture_register(struct peer *desk, const char *name,
                              char ret_patient_id[static CLINIC_ID_TEXT_BYTES]);
