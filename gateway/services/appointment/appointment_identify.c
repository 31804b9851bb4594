// appointment_identify.c - whose visit it is that somebody at a kiosk has come for.
//
// Who asks proves nothing but a number on a card, or a birth date and the end of a phone number. Unknown, wrong, nothing
// booked, and two patients to whom it fits alike (twins with one phone) are the same answer: please see the reception.
#include "../guess.h"
#include "../patient/patient.h"
#include "appointment_scope.h"

#include <string.h>

enum {
    MINUTE_MS = 60 * 1000,
    EARLY_MS = 120 * MINUTE_MS, // so long before the start a patient may come
    LATE_MS = 30 * MINUTE_MS,   // and so long after it
    CANDIDATES_MAX = 8,
};

// Who it may be.
struct candidates {
    struct clinic_id patient_ids[CANDIDATES_MAX];
    size_t count;
};

bool appointment_is_in_window(const struct appointment *appointment, int64_t at_ms)
{
    return appointment->start_ms >= at_ms - LATE_MS && appointment->start_ms <= at_ms + EARLY_MS;
}

// ---- who

static enum clinic_status has_phone_end(struct store *store, const struct clinic_id *patient_id,
                                        const char *phone_end, bool *ret_has)
{
    struct patient_contact contact;
    enum clinic_status status = patient_find_contact(store, patient_id, &contact);
    if (status != CLINIC_OK)
        return status;

    const size_t length = strlen(contact.phone);
    const size_t wanted = strlen(phone_end);
    *ret_has = length > wanted && strcmp(contact.phone + length - wanted, phone_end) == 0;
    return CLINIC_OK;
}

// By the card. What is given besides must be right as well.
static enum clinic_status find_member(struct store *store, const cJSON *data,
                                      struct candidates *ret_candidates)
{
    char born[PATIENT_DAY_BYTES];
    const char *birth_date = clinic_json_text(data, "birth_date");
    const char *phone_end = clinic_json_text(data, "phone_end");
    struct clinic_id *patient_id = &ret_candidates->patient_ids[0];
    bool is_right = true;

    enum clinic_status status =
        patient_find_member(store, clinic_json_text(data, "member_id"), patient_id, born);
    if (status == CLINIC_OK && phone_end != NULL)
        status = has_phone_end(store, patient_id, phone_end, &is_right);
    if (status != CLINIC_OK)
        return status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
    if (birth_date != NULL && strcmp(birth_date, born) != 0)
        is_right = false;
    ret_candidates->count = is_right;
    return CLINIC_OK;
}

static enum clinic_status find_candidates(struct decision *decision,
                                          struct candidates *ret_candidates)
{
    const cJSON *data = decision->request->data;
    const char *birth_date = clinic_json_text(data, "birth_date");
    const char *phone_end = clinic_json_text(data, "phone_end");

    ret_candidates->count = 0;
    if (clinic_json_member(data, "member_id") != NULL)
        return find_member(decision->store, data, ret_candidates);
    if (birth_date != NULL && phone_end != NULL)
        return patient_find_born(decision->store, birth_date, phone_end,
                                 ret_candidates->patient_ids, CANDIDATES_MAX,
                                 &ret_candidates->count);
    return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, "member_id",
                           "A member ID is needed, or a birth date and the end of a phone number.");
}

// ---- which visit

// The first one that is not over. CLINIC_NOT_FOUND: none.
static enum clinic_status find_visit(struct decision *decision, const struct clinic_id *patient_id,
                                     struct appointment_row *ret_row)
{
    const int64_t asked_at_ms = decision_asked_at_ms(decision);
    const struct clinic_id named = id_member(decision->request->data, "appointment_id");
    struct query *query = query_start(decision->store, appointment_sql[SQL_IN_WINDOW]);

    query_bind_id(query, 1, patient_id);
    query_bind_integer(query, 2, asked_at_ms - LATE_MS);
    query_bind_integer(query, 3, asked_at_ms + EARLY_MS);
    query_bind_id(query, 4, &named);
    return appointment_first(query, ret_row);
}

static enum clinic_status find_visits(struct decision *decision,
                                      const struct candidates *candidates,
                                      struct appointment_row *ret_row, int *ret_count)
{
    enum clinic_status status = CLINIC_OK;

    *ret_count = 0;
    for (size_t i = 0; i < candidates->count && status == CLINIC_OK; i++) {
        status = find_visit(decision, &candidates->patient_ids[i], ret_row);
        *ret_count += status == CLINIC_OK;
        if (status == CLINIC_NOT_FOUND)
            status = CLINIC_OK;
    }
    return status;
}

enum clinic_status appointment_identify(struct decision *decision, struct appointment_row *ret_row)
{
    struct candidates candidates;
    int visits = 0;

    enum clinic_status status = guess_refuse_locked(decision);
    if (status == CLINIC_OK)
        status = find_candidates(decision, &candidates);
    if (status == CLINIC_OK && candidates.count == 1)
        subject_print("patient", &candidates.patient_ids[0], decision->subject);
    if (status == CLINIC_OK)
        status = find_visits(decision, &candidates, ret_row, &visits);
    if (status == CLINIC_OK && visits != 1)
        return guess_refuse_wrong(decision, "No visit was found. Please see the reception.");
    if (status == CLINIC_OK)
        status = guess_forget(decision);
    if (status == CLINIC_OK) {
        subject_print("patient", &ret_row->appointment.patient_id, decision->subject);
        decision->reply_owner = ret_row->appointment.patient_id;
    }
    return status;
}
