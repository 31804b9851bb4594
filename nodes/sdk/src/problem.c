#include <clinic/problem.h>
#include <clinic/text.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct clinic_code_info clinic_codes[CLINIC_CODE_COUNT] = {
    [CLINIC_CODE_INVALID_JSON] = { "invalid.json", false, "The payload is not acceptable JSON." },
    [CLINIC_CODE_INVALID_SIZE] = { "invalid.size", false, "The payload is too large." },
    [CLINIC_CODE_INVALID_FIELD] = { "invalid.field", false,
                                    "A field is of the wrong type or outside its limits." },
    [CLINIC_CODE_INVALID_MISSING] = { "invalid.missing", false, "A required field is missing." },
    [CLINIC_CODE_INVALID_UNKNOWN_FIELD] = { "invalid.unknown-field", false,
                                            "A request holds a field that nobody defined." },
    [CLINIC_CODE_UNKNOWN_ACTION] = { "unknown.action", false, "This release has no such request." },
    [CLINIC_CODE_FORBIDDEN] = { "forbidden", false,
                                "This node or this person may not ask for that." },
    [CLINIC_CODE_SESSION_REQUIRED] = { "session.required", false, "Somebody must sign in first." },
    [CLINIC_CODE_SESSION_EXPIRED] = { "session.expired", false,
                                      "The session is over or not of this node." },
    [CLINIC_CODE_SIGN_IN_FAILED] = { "sign-in.failed", false, "The name or the PIN is wrong." },
    [CLINIC_CODE_SIGN_IN_LOCKED] = { "sign-in.locked", false,
                                     "Too many wrong PINs; the account is locked for a while." },
    [CLINIC_CODE_RATE_LIMITED] = { "rate.limited", true, "The node asks too often." },
    [CLINIC_CODE_NOT_FOUND] = { "not-found", false, "There is no such thing." },
    [CLINIC_CODE_EXISTS] = { "exists", false, "There is one of that id or name already." },
    [CLINIC_CODE_NO_CHANGE] = { "no_change", false, "Everything is as asked already." },
    [CLINIC_CODE_STALE_VERSION] = { "stale_version", false,
                                    "The record changed since it was read; the reply holds it." },
    [CLINIC_CODE_PATIENT_DUPLICATE] = { "patient.duplicate", false,
                                        "Similar patients exist; staff must decide." },
    [CLINIC_CODE_PATIENT_SEE_RECEPTION] = { "patient.see-reception", false,
                                            "Reception must help with this." },
    [CLINIC_CODE_PATIENT_DELETED] = { "patient.deleted", false, "The patient's record is erased." },
    [CLINIC_CODE_CONFIRM_MISMATCH] = { "confirm.mismatch", false,
                                       "What was typed to confirm does not match." },
    [CLINIC_CODE_REQUEST_EXPIRED] = { "request.expired", false,
                                      "The request is too old to be accepted." },
    [CLINIC_CODE_REQUEST_MISMATCH] = { "request.mismatch", false,
                                       "Another request with this id was seen before." },
    [CLINIC_CODE_ORDER_GAP] = { "order.gap", true,
                                "The request that must come before this one is not there yet." },
    [CLINIC_CODE_STORAGE_FULL] = { "storage.full", true, "The gateway's disk is full." },
    [CLINIC_CODE_BUSY] = { "busy", true, "The gateway cannot take it now." },
    [CLINIC_CODE_INTERNAL] = { "internal", false, "The gateway failed; it is recorded there." },
    [CLINIC_CODE_CONFLICT_DOCTOR] = { "conflict.doctor", false,
                                      "The doctor has another booking at that time." },
    [CLINIC_CODE_CONFLICT_PATIENT] = { "conflict.patient", false,
                                       "The patient has another booking at that time." },
    [CLINIC_CODE_SLOT_NO_SUCH_TIME] = { "slot.no-such-time", false,
                                        "Clocks are put forward over that time; it does not "
                                        "exist." },
    [CLINIC_CODE_SLOT_PAST] = { "slot.past", false, "That time is over." },
    [CLINIC_CODE_SLOT_TOO_FAR] = { "slot.too-far", false,
                                   "That day is beyond the booking horizon." },
    [CLINIC_CODE_SLOT_OUTSIDE_HOURS] = { "slot.outside-hours", false,
                                         "The doctor does not work at that time." },
    [CLINIC_CODE_SLOT_TIME_OFF] = { "slot.time-off", false, "The doctor is away that day." },
    [CLINIC_CODE_SLOT_HOLIDAY] = { "slot.holiday", false, "The clinic is closed that day." },
    [CLINIC_CODE_SLOT_OFF_GRID] = { "slot.off-grid", false, "No slot begins at that time." },
    [CLINIC_CODE_DOCTOR_INACTIVE] = { "doctor.inactive", false,
                                      "The doctor takes no more bookings." },
    [CLINIC_CODE_STATE_MISMATCH] = { "state.mismatch", false,
                                     "It is in a state in which that cannot be done." },
    [CLINIC_CODE_PATIENT_PRESENT] = { "patient.present", false,
                                      "The patient has a visit in progress." },
    [CLINIC_CODE_CALENDAR_INVALID] = { "calendar.invalid", false,
                                       "The iCalendar file cannot be used." },
    [CLINIC_CODE_ATTACHMENT_MISSING] = { "attachment.missing", false,
                                         "The file has not been uploaded completely." },
    [CLINIC_CODE_ATTACHMENT_MISMATCH] = { "attachment.mismatch", false,
                                          "What was uploaded does not have the digest or size that "
                                          "was said." },
    [CLINIC_CODE_FEEDBACK_CLOSED] = { "feedback.closed", false,
                                      "The feedback can no longer be changed." },
};

bool clinic_code_find(const char *name, enum clinic_code *ret_code)
{
    for (int code = 0; code < CLINIC_CODE_COUNT; code++) {
        if (strcmp(clinic_codes[code].name, name) == 0) {
            *ret_code = (enum clinic_code)code;
            return true;
        }
    }
    return false;
}

// A reply with anything else than one line of text would be refused by the node that waits for it.
static void replace_bad_bytes(char *text)
{
    if (clinic_text_is_utf8(text, strlen(text)) && !clinic_text_has_control(text, false))
        return;
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x20 || byte >= 0x7f)
            *text = '?';
    }
}

void clinic_problem_set(struct clinic_problem *problem, enum clinic_code code, const char *field,
                        const char *format, ...)
{
    // cppcheck-suppress ctuuninitvar; what it points at is written, never read
    (void)snprintf(problem->code, sizeof problem->code, "%s", clinic_codes[code].name);
    (void)snprintf(problem->field, sizeof problem->field, "%s", field == NULL ? "" : field);
    replace_bad_bytes(problem->field);

    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(problem->message, sizeof problem->message, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof problem->message)
        clinic_text_drop_cut_end(problem->message);
    replace_bad_bytes(problem->message);
}
