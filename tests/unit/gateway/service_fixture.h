// service_fixture.h - all services on a real store in a folder of their own, asked as the intake asks them.
//
// Every request is checked against the catalogue, and so is every accepted reply. When a test is over the log
// is folded into a second store, whose domain tables must be the same.
#pragma once

#include <service.h>
#include <store.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct service_fixture {
    char folder[64];
    int64_t wall_ms; // what the clock says; the test sets it
    struct clinic_clock clock;
    struct site site;
    struct caller caller;
    const struct clinic_registry *registry; // NULL: every name is that of a node
    const struct self_report *self;         // NULL: no gateway is running
    char session[CLINIC_SESSION_BYTES];     // sent with the requests
    int64_t request_time_ms;                // 0: the wall clock's
    struct clinic_id_maker ids;
    struct store *store;
    struct clinic_reply reply; // of the last request
    struct clinic_id reply_owner;
    char subject[CLINIC_SUBJECT_BYTES];
    bool needs_checkpoint;
};

// cmocka set-up and tear-down. It is 2026-11-23 09:00 in Paris, at a desk where reception is signed in.
int services_open(void **state);
int services_close(void **state);

// Opens the same store again, as after a restart.
void services_reopen(struct service_fixture *fixture);

// Puts the process into a zone.
void services_set_zone(const char *zone);

// Who asks from now on.
void services_at(struct service_fixture *fixture, const char *node, enum clinic_node_role role);
void services_as(struct service_fixture *fixture, enum clinic_staff_role role, const char *name,
                 const char *pin); // adds the account where it is new
struct clinic_id services_new_id(struct service_fixture *fixture);

// Asks with the data that `format` gives as JSON. True: accepted.
bool services_ask(struct service_fixture *fixture, enum clinic_request_kind kind,
                  const char *format, ...) __attribute__((format(printf, 3, 4)));
#define assert_accepted(fixture, ...)                                                              \
    do {                                                                                           \
        if (!services_ask((fixture), __VA_ARGS__))                                                 \
            fail_msg("refused: %s (%s) %s", (fixture)->reply.problem.code,                         \
                     (fixture)->reply.problem.field, (fixture)->reply.problem.message);            \
    } while (0)
#define assert_refused(fixture, wanted, ...)                                                       \
    do {                                                                                           \
        assert_false(services_ask((fixture), __VA_ARGS__));                                        \
        assert_string_equal((fixture)->reply.problem.code, clinic_codes[(wanted)].name);           \
    } while (0)

// Asks with a request as a node has made it, which stays the caller's. True: accepted.
bool services_ask_as_sent(struct service_fixture *fixture, const struct clinic_request *request);

// For a test that runs a part of a decision by itself.
struct decision services_decision(struct service_fixture *fixture,
                                  const struct clinic_request *request, struct clinic_reply *reply);

// Appends an event with the data that `format` gives as JSON, by whoever is there, and all services react to it. `owner`:
// the patient or doctor whose key seals what is personal; NULL: nothing is.
void services_happen(struct service_fixture *fixture, enum clinic_event_kind kind,
                     const char *subject, const char *owner, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

// Lets time pass in steps; after each the services do what time brings about, as the gateway does every second.
void services_pass(struct service_fixture *fixture, int64_t ms, int64_t step_ms);

// Registers a patient and writes the id as text.
void services_register(struct service_fixture *fixture, const char *name, const char *birth_date,
                       char ret_id[static CLINIC_ID_TEXT_BYTES]);
// Of the last reply.
const char *reply_text(const struct service_fixture *fixture, const char *name);

// The first column of the first row, by a connection of its own.
int64_t sql_number(const struct service_fixture *fixture, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// The caller frees it; NULL for NULL or no row.
char *sql_text(const struct service_fixture *fixture, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void assert_sql_text(const struct service_fixture *fixture, const char *wanted, const char *sql);

// True if any file in the store's folder, or below it, holds these bytes.
bool services_hold(const struct service_fixture *fixture, const char *text);
