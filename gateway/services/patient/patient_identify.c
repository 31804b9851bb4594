// patient_identify.c - who it may be that stands at a kiosk.
//
// Who asks proves nothing but a number on a card, or a birth date and the end of a phone number.
#include "../guess.h"
#include "patient_scope.h"

#include <string.h>

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
                                      struct patient_candidates *ret_candidates)
{
    char born[PATIENT_DAY_BYTES];
    const char *birth_date = clinic_json_text(data, "birth_date");
    const char *phone_end = clinic_json_text(data, "phone_end");
    struct clinic_id *patient_id = &ret_candidates->ids[0];
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

static enum clinic_status find(struct decision *decision, struct patient_candidates *ret_candidates)
{
    const cJSON *data = decision->request->data;
    const char *birth_date = clinic_json_text(data, "birth_date");
    const char *phone_end = clinic_json_text(data, "phone_end");

    ret_candidates->count = 0;
    if (clinic_json_member(data, "member_id") != NULL)
        return find_member(decision->store, data, ret_candidates);
    if (birth_date != NULL && phone_end != NULL)
        return patient_find_born(decision->store, birth_date, phone_end, ret_candidates->ids,
                                 PATIENT_CANDIDATES_MAX, &ret_candidates->count);
    return decision_refuse(decision, CLINIC_CODE_INVALID_MISSING, "member_id",
                           "A member ID is needed, or a birth date and the end of a phone number.");
}

enum clinic_status patient_identify(struct decision *decision,
                                    struct patient_candidates *ret_candidates)
{
    enum clinic_status status = guess_refuse_locked(decision);

    if (status == CLINIC_OK)
        status = find(decision, ret_candidates);
    if (status == CLINIC_OK && ret_candidates->count == 1)
        subject_print("patient", &ret_candidates->ids[0], decision->subject);
    return status;
}
