// json_object.h - reads an object by a table of its members.
//
// Members that are not in the table are passed over; one that is may come once only, and must be of its type and within its
// limits. Nothing nests here: what is an object or array itself is handed out with json_read_value().
#pragma once

#include "json.h"

enum { JSON_MEMBERS_MAX = 32, JSON_NAME_BYTES = 24 };

struct json_member {
    const char *name; // shorter than JSON_NAME_BYTES
    bool (*read)(const struct json *value, const struct json_member *member, void *ret_field);
    size_t offset; // of the field in the struct
    int32_t least; // of a number; of a text: bytes
    int32_t most;
    bool is_required;
};

// False: *reterr_member names the member that is wrong or missing, "JSON" if it is no object, and *ret_struct may be half
// filled. Fields of absent members are left alone.
bool json_object_read(const struct json *object, const struct json_member *members, unsigned count,
                      void *ret_struct, const char **reterr_member);

// For a table; each says what the field is.
bool json_read_int32(const struct json *value, const struct json_member *member, void *ret_field);
// char[most + 1]; without control characters.
bool json_read_line(const struct json *value, const struct json_member *member, void *ret_field);
bool json_read_uuid(const struct json *value, const struct json_member *member, void *ret_field);
bool json_read_instant(const struct json *value, const struct json_member *member, void *ret_field);
bool json_read_value(const struct json *value, const struct json_member *member, void *ret_field);
