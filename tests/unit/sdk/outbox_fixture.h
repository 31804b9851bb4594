// outbox_fixture.h - an outbox in a folder of its own, with clocks that the test sets.
#pragma once

#include <clinic/outbox.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// A test's folder, outbox and clock.
struct fixture {
    char folder[64];
    struct clinic_outbox_config config;
    int64_t wall_ms;
    int64_t monotonic_ms;
    struct clinic_clock clock;
    struct clinic_outbox *outbox;
    bool was_set_aside;
};

// cmocka set-up and tear-down: an open outbox with a window of 4 and room for 1000 requests.
int outbox_set_up(void **state);
int outbox_tear_down(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, outbox_set_up, outbox_tear_down)

enum clinic_status try_open(struct fixture *fixture);
void open_outbox(struct fixture *fixture);
void close_outbox(struct fixture *fixture);
void reopen(struct fixture *fixture);

// ---- requests, told apart by their numbers

// The caller releases it.
struct clinic_request numbered_request(struct clinic_outbox *outbox, int number);
int number_of(const struct clinic_request *request);

enum clinic_status try_put(struct fixture *fixture, int number, struct clinic_id *ret_id);
struct clinic_id put(struct fixture *fixture, int number);

// The number of the next request to be sent, or -1.
int next(struct fixture *fixture);

// Settles a request as a reply does. `code`: why it is refused; NULL: it is accepted.
enum clinic_status reply(struct fixture *fixture, const struct clinic_id *id, const char *code);
struct clinic_outbox_counts count(struct fixture *fixture);

// ---- the files themselves

// 0: there is no such file. Otherwise the caller frees *ret_bytes.
size_t read_file(const char *path, char **ret_bytes);
void write_file(const char *path, const void *bytes, size_t length);

// In how many files of the folder the bytes are.
int files_with(const struct fixture *fixture, const void *bytes, size_t length);

// Files that were set aside, their journals not counted.
int files_set_aside(const struct fixture *fixture);

// By a connection of its own; the outbox is closed meanwhile.
void run_sql(const struct fixture *fixture, const char *sql);
