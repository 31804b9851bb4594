// intake_fixture.h - a request's way in, on a real database with all services.
#pragma once

#include "../../../gateway/intake/intake.h"
#include "../../../gateway/intake/memory.h"
#include "../../../gateway/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { REPLIES_MAX = 64 };

struct bench {
    char folder[64];
    int64_t wall_ms;
    struct clinic_clock clock;
    struct site site;
    struct store *store;
    struct authority *authority;
    struct intake *intake;
    struct clinic_id_maker ids;
    struct clinic_reply replies[REPLIES_MAX];
    size_t reply_count;
    int committed;
};

// cmocka set-up and tear-down. In the registry are desk-1, kiosk-1, scale-1, and lost-1, a desk that is revoked. After
// each test the log verifies, and the state rebuilt from it equals the live one.
int intake_set_up(void **state);
int intake_tear_down(void **state);
#define TEST(function) cmocka_unit_test_setup_teardown(function, intake_set_up, intake_tear_down)

// As clinic-broker does: another file in its place.
void write_registry(struct bench *bench, const char *text, char path[static 128]);

// While this is not CLINIC_OK, patient/delete is decided by a handler that writes first and then returns it.
extern enum clinic_status careless_result;

// ---- asking

// The caller releases them.
struct clinic_request make(struct bench *bench, enum clinic_request_kind kind);
struct clinic_request make_patient(struct bench *bench, const char *name, const char *birth_date);

// Hands the request in; intake_flush() decides all that were.
void take(struct bench *bench, const char *node, const struct clinic_request *request);

// The reply is valid until the next ask().
const struct clinic_reply *ask(struct bench *bench, const char *node,
                               const struct clinic_request *request);
void forget_replies(struct bench *bench);
void assert_rejected(const struct clinic_reply *reply, enum clinic_code code);

// At desk-1, with a new account of this role whose PIN is 2718281. Once a test and role.
void sign_in(struct bench *bench, enum clinic_staff_role role,
             char session[static CLINIC_SESSION_BYTES]);
