// disk.h - a disk of the test's own, small enough to fill, under the gateway's data folder.
//
// It is a tmpfs in a mount namespace of the test's, so that nothing of it outlives the test.
#pragma once

#include <fixture.h>

// Moves the data folder onto the small disk; the gateway is down. False: mounting is not permitted here.
bool disk_begin(struct fixture *fixture, int mebibytes);
void disk_end(struct fixture *fixture); // the gateway is down

// Takes all room but about so much. Once more takes what has become free since.
void disk_fill(const struct fixture *fixture, int64_t leave_bytes);
void disk_make_room(const struct fixture *fixture);
