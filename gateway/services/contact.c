#include "contact.h"

#include "phone.h"
#include "tidy.h"

#include <ctype.h>
#include <string.h>

enum { EMAIL_LOCAL_MAX = 64 };

static enum clinic_status give(cJSON *value, cJSON **ret_value)
{
    if (value == NULL)
        return CLINIC_NOMEM;
    *ret_value = value;
    return CLINIC_OK;
}

enum clinic_status contact_take_name(struct decision *decision, const cJSON *value,
                                     cJSON **ret_value)
{
    char name[CONTACT_NAME_BYTES];

    if (!tidy_text(value->valuestring, name, sizeof name))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "name",
                               "A name has 1 to 200 bytes besides spaces.");
    return give(cJSON_CreateString(name), ret_value);
}

// Labels between dots, at least two, none of them empty.
static bool is_domain(const char *domain)
{
    size_t labels = 0;

    for (;;) {
        size_t length = strcspn(domain, ".");
        if (length == 0 || domain[0] == '-' || domain[length - 1] == '-')
            return false;
        labels++;
        if (domain[length] == '\0')
            return labels >= 2;
        domain += length + 1;
    }
}

// Only what is surely wrong is refused; whether an address exists only a message can tell.
static bool is_email(const char *email)
{
    const char *at = strchr(email, '@');

    return at != NULL && at != email && at - email <= EMAIL_LOCAL_MAX && strchr(at + 1, '@') == NULL
           && strpbrk(email, " \t\n<>,;\"\\") == NULL && is_domain(at + 1);
}

enum clinic_status contact_take_email(struct decision *decision, const cJSON *value,
                                      cJSON **ret_value)
{
    char email[CONTACT_EMAIL_BYTES];

    if (!tidy_text(value->valuestring, email, sizeof email) || !is_email(email))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "email",
                               "An e-mail address looks like name@example.org.");
    // Domains have no case; what is before the @ is the receiver's business.
    for (char *c = strchr(email, '@'); *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return give(cJSON_CreateString(email), ret_value);
}

enum clinic_status contact_take_phone(struct decision *decision, const cJSON *value,
                                      cJSON **ret_value)
{
    char phone[PHONE_BYTES];

    if (!phone_normalise(value->valuestring, decision->site->country, phone))
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "phone",
                               "This is not a phone number. Write foreign ones with + and the "
                               "country's code.");
    return give(cJSON_CreateString(phone), ret_value);
}

enum clinic_status contact_take_language(struct decision *decision, const cJSON *value,
                                         cJSON **ret_value)
{
    if (value->valuestring[strspn(value->valuestring, "abcdefghijklmnopqrstuvwxyz")] != '\0')
        return decision_refuse(decision, CLINIC_CODE_INVALID_FIELD, "language",
                               "A language is an ISO 639 code such as \"fr\".");
    return give(cJSON_CreateString(value->valuestring), ret_value);
}
