// rows.h - how a row of the catalogue is written, and the pieces that several entities share. The headers of this
// folder hold rows for ../catalogue_tables.c, which alone includes them.
#pragma once

#include <clinic/catalogue.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define FIELDS(array) .fields = (array), .field_count = ARRAY_SIZE(array)
#define REPLY(array) .reply_fields = (array), .reply_field_count = ARRAY_SIZE(array)

// JSON numbers are doubles; beyond this they are no longer exact.
#define INTEGER_MAX CLINIC_JSON_INTEGER_MAX

// ---- a field: { STRING("name", 1, 200, "Full name."), REQUIRED, PERSONAL }

#define REQUIRED .is_required = true
#define PERSONAL .is_personal = true
#define NULLABLE .is_nullable = true

#define FIELD_OF(field_type, field_name, field_help)                                               \
    .name = (field_name), .type = (field_type), .help = (field_help)
#define SIZED(field_type, field_name, least, most, field_help)                                     \
    FIELD_OF(field_type, field_name, field_help), .min = (least), .max = (most)

#define STRING(name_, least, most, help_) SIZED(CLINIC_FIELD_STRING, name_, least, most, help_)
#define TEXT(name_, least, most, help_) SIZED(CLINIC_FIELD_TEXT, name_, least, most, help_)
#define CODE(name_, least, most, help_) SIZED(CLINIC_FIELD_CODE, name_, least, most, help_)
#define BASE64(name_, least, most, help_) SIZED(CLINIC_FIELD_BASE64, name_, least, most, help_)
#define INTEGER(name_, least, most, help_) SIZED(CLINIC_FIELD_INTEGER, name_, least, most, help_)
#define BOOLEAN(name_, help_) FIELD_OF(CLINIC_FIELD_BOOLEAN, name_, help_)
#define UUID(name_, help_) FIELD_OF(CLINIC_FIELD_UUID, name_, help_)
#define DATE(name_, help_) FIELD_OF(CLINIC_FIELD_DATE, name_, help_)
#define CLOCK(name_, help_) FIELD_OF(CLINIC_FIELD_CLOCK, name_, help_)
#define LOCAL(name_, help_) FIELD_OF(CLINIC_FIELD_LOCAL, name_, help_)
#define INSTANT(name_, help_) FIELD_OF(CLINIC_FIELD_INSTANT, name_, help_)
#define CHOICE(name_, choices_, help_)                                                             \
    FIELD_OF(CLINIC_FIELD_CHOICE, name_, help_), .choices = (choices_)
#define OBJECT(name_, array, help_) FIELD_OF(CLINIC_FIELD_OBJECT, name_, help_), FIELDS(array)
#define LIST(name_, item, least, most, help_)                                                      \
    SIZED(CLINIC_FIELD_LIST, name_, least, most, help_), .fields = &(item), .field_count = 1

// The item of a list of objects; its name is what a command line calls it.
#define ITEM(item, item_name, array)                                                               \
    static const struct clinic_field item = { .name = (item_name),                                 \
                                              .type = CLINIC_FIELD_OBJECT,                         \
                                              FIELDS(array) }

// ---- fields that many rows have

#define VERSION_FIELD                                                                              \
    {                                                                                              \
        INTEGER("version", 1, INTEGER_MAX, "Version of the record after this."), REQUIRED          \
    }
#define EXPECTED_VERSION_FIELD                                                                     \
    {                                                                                              \
        INTEGER("expected_version", 1, INTEGER_MAX, "The version that the change was made from."), \
            REQUIRED                                                                               \
    }
#define LIMIT_FIELD                                                                                \
    {                                                                                              \
        INTEGER("limit", 1, 100, "At most so many rows; 20 if absent.")                            \
    }
#define MORE_FIELD                                                                                 \
    {                                                                                              \
        BOOLEAN("more", "There are more than fit."), REQUIRED                                      \
    }
#define PIN_FIELD                                                                                  \
    {                                                                                              \
        STRING("pin", 4, 64, "The PIN of who asks, entered again."), REQUIRED                      \
    }

// ---- who may ask, who may read

#define DESK CLINIC_BIT(CLINIC_ROLE_DESK)
#define KIOSK CLINIC_BIT(CLINIC_ROLE_KIOSK)
#define SCALE CLINIC_BIT(CLINIC_ROLE_SCALE)
#define BOARD CLINIC_BIT(CLINIC_ROLE_BOARD)
#define EVERY_NODE (DESK | KIOSK | SCALE | BOARD)

#define ADMIN CLINIC_BIT(CLINIC_STAFF_ADMIN)
#define MANAGEMENT (ADMIN | CLINIC_BIT(CLINIC_STAFF_MANAGER))
#define DOCTORS (MANAGEMENT | CLINIC_BIT(CLINIC_STAFF_DOCTOR))
#define RECEPTION (MANAGEMENT | CLINIC_BIT(CLINIC_STAFF_RECEPTION))
#define CARE (DOCTORS | RECEPTION)
#define SUPPLY (MANAGEMENT | CLINIC_BIT(CLINIC_STAFF_STOCK))
#define ANYBODY (CARE | SUPPLY)

#define EVENT(event_kind, event_name, entity, what)                                                \
    .kind = (event_kind), .name = (event_name), .type = "clinic." entity "." what,                 \
    .topic = entity "/" what
#define REQUEST(request_kind, entity_name, action_name)                                            \
    .kind = (request_kind), .entity = (entity_name), .action = (action_name)

static const struct clinic_field field_name_item = { CODE("field", 1, 40, "Name of a field.") };
#define CHANGED_FIELD                                                                              \
    {                                                                                              \
        LIST("changed", field_name_item, 1, 20, "Names of the fields that changed."), REQUIRED     \
    }
