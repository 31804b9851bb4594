#include "sample.h"

#include <clinic/problem.h>
#include <clinic/status.h>
#include <clinic/text.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_code_has_a_dotted_name_of_its_own(void **state)
{
    (void)state;
    for (int code = 0; code < CLINIC_CODE_COUNT; code++) {
        const char *name = clinic_codes[code].name;
        enum clinic_code found;
        assert_non_null(name);
        assert_non_null(clinic_codes[code].meaning);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz.-_"), strlen(name));
        assert_true(strlen(name) < sizeof((struct clinic_problem *)NULL)->code);
        assert_true(clinic_code_find(name, &found));
        assert_int_equal(found, code);
    }
}

// Published codes never change: programs out there compare with them.
static void published_names_stay(void **state)
{
    (void)state;
    static const char *const names[CLINIC_CODE_COUNT] = {
        [CLINIC_CODE_INVALID_JSON] = "invalid.json",
        [CLINIC_CODE_INVALID_SIZE] = "invalid.size",
        [CLINIC_CODE_INVALID_FIELD] = "invalid.field",
        [CLINIC_CODE_INVALID_MISSING] = "invalid.missing",
        [CLINIC_CODE_INVALID_UNKNOWN_FIELD] = "invalid.unknown-field",
        [CLINIC_CODE_UNKNOWN_ACTION] = "unknown.action",
        [CLINIC_CODE_FORBIDDEN] = "forbidden",
        [CLINIC_CODE_SESSION_REQUIRED] = "session.required",
        [CLINIC_CODE_SESSION_EXPIRED] = "session.expired",
        [CLINIC_CODE_SIGN_IN_FAILED] = "sign-in.failed",
        [CLINIC_CODE_SIGN_IN_LOCKED] = "sign-in.locked",
        [CLINIC_CODE_RATE_LIMITED] = "rate.limited",
        [CLINIC_CODE_NOT_FOUND] = "not-found",
        [CLINIC_CODE_EXISTS] = "exists",
        [CLINIC_CODE_NO_CHANGE] = "no_change",
        [CLINIC_CODE_STALE_VERSION] = "stale_version",
        [CLINIC_CODE_PATIENT_DUPLICATE] = "patient.duplicate",
        [CLINIC_CODE_PATIENT_SEE_RECEPTION] = "patient.see-reception",
        [CLINIC_CODE_PATIENT_DELETED] = "patient.deleted",
        [CLINIC_CODE_CONFIRM_MISMATCH] = "confirm.mismatch",
        [CLINIC_CODE_REQUEST_EXPIRED] = "request.expired",
        [CLINIC_CODE_REQUEST_MISMATCH] = "request.mismatch",
        [CLINIC_CODE_ORDER_GAP] = "order.gap",
        [CLINIC_CODE_STORAGE_FULL] = "storage.full",
        [CLINIC_CODE_BUSY] = "busy",
        [CLINIC_CODE_INTERNAL] = "internal",
        [CLINIC_CODE_CONFLICT_DOCTOR] = "conflict.doctor",
        [CLINIC_CODE_CONFLICT_PATIENT] = "conflict.patient",
        [CLINIC_CODE_SLOT_NO_SUCH_TIME] = "slot.no-such-time",
        [CLINIC_CODE_SLOT_PAST] = "slot.past",
        [CLINIC_CODE_SLOT_TOO_FAR] = "slot.too-far",
        [CLINIC_CODE_SLOT_OUTSIDE_HOURS] = "slot.outside-hours",
        [CLINIC_CODE_SLOT_TIME_OFF] = "slot.time-off",
        [CLINIC_CODE_SLOT_HOLIDAY] = "slot.holiday",
        [CLINIC_CODE_SLOT_OFF_GRID] = "slot.off-grid",
        [CLINIC_CODE_DOCTOR_INACTIVE] = "doctor.inactive",
        [CLINIC_CODE_STATE_MISMATCH] = "state.mismatch",
        [CLINIC_CODE_PATIENT_PRESENT] = "patient.present",
        [CLINIC_CODE_CALENDAR_INVALID] = "calendar.invalid",
        [CLINIC_CODE_ATTACHMENT_MISSING] = "attachment.missing",
        [CLINIC_CODE_ATTACHMENT_MISMATCH] = "attachment.mismatch",
        [CLINIC_CODE_FEEDBACK_CLOSED] = "feedback.closed",
    };
    for (int code = 0; code < CLINIC_CODE_COUNT; code++)
        assert_string_equal(clinic_codes[code].name, names[code]);
}

static void an_unknown_code_is_not_found(void **state)
{
    (void)state;
    enum clinic_code untouched = CLINIC_CODE_BUSY;
    assert_false(clinic_code_find("conflict.moon", &untouched));
    assert_int_equal(untouched, CLINIC_CODE_BUSY);
}

static void a_problem_is_filled_whole(void **state)
{
    (void)state;
    struct clinic_problem problem;
    memset(&problem, 0xff, sizeof problem);
    clinic_problem_set(&problem, CLINIC_CODE_STORAGE_FULL, NULL, "%d bytes left.", 3);
    assert_string_equal(problem.code, "storage.full");
    assert_string_equal(problem.field, "");
    assert_string_equal(problem.message, "3 bytes left.");

    clinic_problem_set(&problem, CLINIC_CODE_INVALID_FIELD, "hours[0].from", "No.");
    assert_string_equal(problem.field, "hours[0].from");
}

static void a_long_message_is_cut_at_a_character(void **state)
{
    (void)state;
    for (int offset = 0; offset < 4; offset++) {
        char *wide = sample_repeat("🩺", 80);
        char text[400];
        (void)snprintf(text, sizeof text, "%.*s%s", offset, "xxx", wide);
        struct clinic_problem problem;
        clinic_problem_set(&problem, CLINIC_CODE_INTERNAL, text, "%s", text);
        free(wide);
        size_t length = strlen(problem.message);
        assert_true(length > sizeof problem.message - 5);
        assert_true(clinic_text_is_utf8(problem.message, length));
        assert_true(clinic_text_is_utf8(problem.field, strlen(problem.field)));
    }
}

static void bytes_that_are_no_text_are_replaced(void **state)
{
    (void)state;
    struct clinic_problem problem;
    clinic_problem_set(&problem, CLINIC_CODE_INTERNAL, NULL, "a%sb", "\xff");
    assert_string_equal(problem.message, "a?b");
    clinic_problem_set(&problem, CLINIC_CODE_INTERNAL, NULL, "two\nlines\x1b and \xc2\x85");
    assert_string_equal(problem.message, "two?lines? and ??");
}

static void every_status_has_a_text(void **state)
{
    (void)state;
    for (int status = CLINIC_OK; status <= CLINIC_REFUSED; status++)
        assert_string_not_equal(clinic_status_text((enum clinic_status)status), "unknown status");
    assert_string_equal(clinic_status_text((enum clinic_status)99), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_dotted_name_of_its_own),
        cmocka_unit_test(published_names_stay),
        cmocka_unit_test(an_unknown_code_is_not_found),
        cmocka_unit_test(a_problem_is_filled_whole),
        cmocka_unit_test(a_long_message_is_cut_at_a_character),
        cmocka_unit_test(bytes_that_are_no_text_are_replaced),
        cmocka_unit_test(every_status_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
