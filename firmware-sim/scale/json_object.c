#include "json_object.h"

#include "instant.h"
#include "print.h"
#include "uuid.h"

// The index in the table; `count`: it is not there, or its name is longer than any that is.
static unsigned find(const struct json *name, const struct json_member *members, unsigned count)
{
    char text[JSON_NAME_BYTES];
    unsigned i = 0;

    if (!json_text(name, text, sizeof text))
        return count;
    while (i < count && !text_equal(text, members[i].name))
        i++;
    return i;
}

static const char *missing(const struct json_member *members, unsigned count, uint32_t seen)
{
    for (unsigned i = 0; i < count; i++) {
        if (members[i].is_required && (seen >> i & 1) == 0)
            return members[i].name;
    }
    return NULL;
}

bool json_object_read(const struct json *object, const struct json_member *members, unsigned count,
                      void *ret_struct, const char **reterr_member)
{
    struct json_walk walk;
    struct json name;
    struct json value;
    uint32_t seen = 0;

    *reterr_member = "JSON";
    if (json_type(object) != JSON_OBJECT || !json_enter(object, &walk))
        return false;
    while (json_next(&walk, &name, &value)) {
        const unsigned i = find(&name, members, count);
        if (i == count)
            continue;
        *reterr_member = members[i].name;
        if ((seen >> i & 1) != 0
            || !members[i].read(&value, &members[i], (char *)ret_struct + members[i].offset))
            return false;
        seen |= UINT32_C(1) << i;
    }
    *reterr_member = missing(members, count, seen);
    return *reterr_member == NULL;
}

// ---- readers

bool json_read_int32(const struct json *value, const struct json_member *member, void *ret_field)
{
    int64_t number = 0;

    if (!json_integer(value, &number) || number < member->least || number > member->most)
        return false;
    *(int32_t *)ret_field = (int32_t)number;
    return true;
}

bool json_read_line(const struct json *value, const struct json_member *member, void *ret_field)
{
    char *text = ret_field;

    if (!json_text(value, text, (size_t)member->most + 1))
        return false;
    if (text_length(text) < (size_t)member->least)
        return false;
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return false;
    }
    return true;
}

bool json_read_uuid(const struct json *value, const struct json_member *member, void *ret_field)
{
    char text[UUID_TEXT_BYTES];

    (void)member;
    return json_text(value, text, sizeof text) && uuid_read(text, ret_field);
}

bool json_read_instant(const struct json *value, const struct json_member *member, void *ret_field)
{
    char text[INSTANT_TEXT_BYTES];

    (void)member;
    return json_text(value, text, sizeof text) && instant_read(text, ret_field);
}

bool json_read_value(const struct json *value, const struct json_member *member, void *ret_field)
{
    (void)member;
    *(struct json *)ret_field = *value;
    return true;
}
