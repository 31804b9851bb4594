// fixture.h - a whole clinic in a temporary folder: the broker with the very files that clinic-broker
// writes, the gateway, and the folders of some nodes.
//
// Nodes: gateway, desk-1, desk-2, kiosk-1, scale-1, board-1, and two for whom the fixture widens the broker's
// ACL, which is otherwise as written: "auditor" reads all that crosses the bus, and "scale-2" may
// publish any request of its own, so that what the gateway itself refuses is tested as well.
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
// Back when the gateway is online again. The test's peers have lost their connections.
void fixture_restart_broker(struct fixture *fixture);
// Returns the wait status.
int fixture_end_broker(struct fixture *fixture, int signal);
int fixture_end_gateway(struct fixture *fixture, int signal);

// Runs clinic-broker with these arguments; it must succeed.
#define fixture_run_broker_tool(...)                                                               \
    process_must_run((const char *const[]){ PROGRAM_FOLDER "/clinic-broker", __VA_ARGS__, NULL })

// Runs clinic-gateway with its config and a command of at most two words.
void fixture_run_gateway(struct fixture *fixture, struct process_output *ret_output,
                         const char *command, const char *argument);

// The same, and its exit code must be 0.
void fixture_must_run_gateway(struct fixture *fixture, struct process_output *ret_output,
                              const char *command, const char *argument);

void fixture_add_staff(struct fixture *fixture, const char *name, const char *role);

// ---- nodes

struct peer_identity fixture_identity(const struct fixture *fixture, const char *node);

// Connected, subscribed to its own replies; closed after the test.
struct peer *fixture_peer(struct fixture *fixture, const char *node);

// The same with somebody signed in; every PIN is FIXTURE_PIN.
struct peer *fixture_desk(struct fixture *fixture, const char *node, const char *staff);

// The auditor forgets what it saw and sees what the broker retains.
void fixture_reconnect_auditor(struct fixture *fixture);

// Hands a peer to the fixture, to be closed after the test. Returns it.
struct peer *fixture_keep(struct fixture *fixture, struct peer *peer);

// Registers a patient through a desk with somebody signed in and returns the reply, which must be
// accepted. The id is made and given back.
const cJSON *fixture_register(struct peer *desk, const char *name,
                              char ret_patient_id[static CLINIC_ID_TEXT_BYTES]);
