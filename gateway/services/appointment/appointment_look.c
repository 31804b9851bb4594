// appointment_look.c - what a kiosk shows before somebody checks in: enough to say "yes, that is me", no more.
#include "../doctor/doctor.h"
#include "../patient/patient.h"
#include "appointment_scope.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_OF_PHONE = 2 };

// The last four digits may be what somebody has to know.
static void mask_phone(const char *phone, char ret_masked[static PATIENT_PHONE_BYTES])
{
    const size_t length = strlen(phone);

    (void)snprintf(ret_masked, PATIENT_PHONE_BYTES, "%s", phone);
    for (size_t i = 0; i + SHOWN_OF_PHONE < length; i++)
        ret_masked[i] = '*';
}

static int character_bytes(const char *text)
{
    int bytes = text[0] != '\0';

    while (bytes > 0 && ((unsigned char)text[bytes] & 0xC0) == 0x80)
        bytes++;
    return bytes;
}

// "ana@mail.example.org" becomes "a***@m***.org": a domain can be a family's name.
static void mask_email(const char *email, char ret_masked[static PATIENT_EMAIL_BYTES])
{
    const char *at = strrchr(email, '@');
    const char *dot = strrchr(email, '.');

    ret_masked[0] = '\0';
    if (at == NULL)
        return;
    (void)snprintf(ret_masked, PATIENT_EMAIL_BYTES, "%.*s***@%.*s***%s", character_bytes(email),
                   email, character_bytes(at + 1), at + 1, dot == NULL || dot < at ? "" : dot);
}

static bool fill(cJSON *data, const struct appointment_row *row, const struct doctor *doctor,
                 const struct patient_contact *contact)
{
    char phone[PATIENT_PHONE_BYTES];
    char email[PATIENT_EMAIL_BYTES];
    const struct appointment *appointment = &row->appointment;
    const char *queue_number = row->queue_number[0] == '\0' ? NULL : row->queue_number;

    mask_phone(contact->phone, phone);
    mask_email(contact->email, email);
    return json_add_id(data, "appointment_id", &appointment->appointment_id)
           && json_add_id(data, "patient_id", &appointment->patient_id)
           && json_add_instant(data, "start", appointment->start_ms)
           && json_add_text(data, "doctor", doctor->name) && json_add_text(data, "phone", phone)
           && json_add_text(data, "email", email)
           && json_add_text(data, "state", appointment_state_name(appointment->state))
           && json_add_text(data, "queue_number", queue_number)
           && json_add_text(data, "email_consent", contact->email_consent)
           && json_add_text(data, "sms_consent", contact->sms_consent);
}

enum clinic_status appointment_look(struct decision *decision)
{
    struct appointment_row row;
    struct doctor doctor;
    struct patient_contact contact;

    enum clinic_status status = appointment_identify(decision, &row);
    if (status == CLINIC_OK)
        status = doctor_find(decision->store, &row.appointment.doctor_id, &doctor);
    if (status == CLINIC_OK)
        status = patient_find_contact(decision->store, &row.appointment.patient_id, &contact);
    if (status != CLINIC_OK)
        return status;
    decision->reply->data = cJSON_CreateObject();
    return fill(decision->reply->data, &row, &doctor, &contact) ? CLINIC_OK : CLINIC_NOMEM;
}
