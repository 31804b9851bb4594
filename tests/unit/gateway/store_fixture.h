// store_fixture.h - a store in a folder of its own, with a clock that the test sets.
#pragma once

#include <event_log.h>
#include <store.h>
#include <vault.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

// What the tests use beside the store's own tables.
extern const char *const fixture_schema[];

enum fixture_statement {
    PUT_NOTE,      // (id, name, weight): note
    FIND_NOTE,     // (id) → name, weight
    LIST_NOTES,    // → id, name
    REMOVE_NOTES,  //
    CHANGE_EVENTS, // against the log's trigger
    REMOVE_EVENTS,
    FIXTURE_STATEMENT_COUNT
};
extern const char *const fixture_sql[FIXTURE_STATEMENT_COUNT];

struct store_fixture {
    char folder[64];
    int64_t wall_ms; // 0: the machine's own
    int64_t monotonic_ms;
    struct clinic_clock clock;
    struct schema_step steps[4];
    size_t step_count;
    int64_t reserve_bytes;
    struct store *store;
    char problem[STORE_PROBLEM_BYTES];
};

// cmocka set-up and tear-down: a folder with an open store; the folder alone.
int fixture_open(void **state);
int fixture_folder(void **state);
int fixture_close(void **state);

enum clinic_status fixture_try_mode(struct store_fixture *fixture, enum store_mode mode,
                                    struct store **ret_store);
enum clinic_status fixture_try(struct store_fixture *fixture); // STORE_SERVE, into fixture->store
void fixture_reopen(struct store_fixture *fixture);
void fixture_shut(struct store_fixture *fixture);

void fixture_path(const struct store_fixture *fixture, const char *name, char path[static 128]);
// The name of the first file in the folder that begins so; false: there is none.
bool fixture_find(const struct store_fixture *fixture, const char *prefix, char name[static 256]);
// The whole content of a file; the caller frees it. NULL: there is no such file.
uint8_t *fixture_read(const struct store_fixture *fixture, const char *name, size_t *ret_length);
void fixture_write(const struct store_fixture *fixture, const char *name, const void *bytes,
                   size_t length);
// True if any file in the folder holds these bytes.
bool fixture_holds(const struct store_fixture *fixture, const void *bytes, size_t length);

// A connection that knows nothing of the store's rules; opened on `name`, closed by the caller.
sqlite3 *fixture_raw(const struct store_fixture *fixture, const char *name);
void fixture_sql_raw(const struct store_fixture *fixture, const char *sql);
int64_t fixture_number(const struct store_fixture *fixture, const char *sql);

struct clinic_id fixture_id(uint8_t number);

// Events of one transaction: stock of an item, which is public, and a patient, who is not.
enum clinic_status fixture_append_stock(struct store *store, struct clinic_event *ret_event);
enum clinic_status fixture_append_patient(struct store *store, const struct clinic_id *patient,
                                          const char *name, struct clinic_event *ret_event);
// A transaction each.
void fixture_commit_stock(struct store_fixture *fixture, int count);
void fixture_commit_patient(struct store_fixture *fixture, uint8_t number, const char *name);
