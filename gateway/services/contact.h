// contact.h - how to address and reach a person: what people type, brought into its stored form.
//
// The catalogue has checked types and lengths before. Each refuses what is surely wrong, naming the field, and
// gives a new value that the caller owns.
#pragma once

#include "service.h"

enum { CONTACT_NAME_BYTES = 201, CONTACT_EMAIL_BYTES = 255 };

// A name as typed, in one spelling of its characters and spaces.
enum clinic_status contact_take_name(struct decision *decision, const cJSON *value,
                                     cJSON **ret_value);

// The domain in lower case. Whether the address exists only a message can tell.
enum clinic_status contact_take_email(struct decision *decision, const cJSON *value,
                                      cJSON **ret_value);

// E.164; national numbers are those of the clinic's country.
enum clinic_status contact_take_phone(struct decision *decision, const cJSON *value,
                                      cJSON **ret_value);

// ISO 639, lower case.
enum clinic_status contact_take_language(struct decision *decision, const cJSON *value,
                                         cJSON **ret_value);
