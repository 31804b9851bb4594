// json.h - JSON from strangers, made safe to use with cJSON.
//
// cJSON accepts invalid UTF-8, raw control characters, duplicate keys, trailing bytes, `007`, 1e999 and
// \u0000 that cuts a string. Nothing of that passes here, so code behind this door may trust its tree.
#pragma once

#include "problem.h"
#include "status.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CLINIC_JSON_BYTES_MAX = 64 * 1024,
    CLINIC_JSON_DEPTH_MAX = 16,
    CLINIC_JSON_MEMBERS_MAX = 256, // of one object
};

// JSON numbers are doubles; integers beyond this, up or down, are no longer exact.
#define CLINIC_JSON_INTEGER_MAX ((INT64_C(1) << 53) - 1)

// Parses a text that RFC 8259 allows, within the limits above, without duplicate keys and without
// \u0000, whose numbers are finite. On success the caller owns *ret_json (cJSON_Delete).
enum clinic_status clinic_json_parse(const char *bytes, size_t length, cJSON **ret_json,
                                     struct clinic_problem *reterr_problem);

// The member's value, or NULL/false/`fallback` where it is absent or of another type. Names match
// exactly. Strings belong to the tree.
const char *clinic_json_text(const cJSON *object, const char *name);
bool clinic_json_integer(const cJSON *object, const char *name, int64_t *ret_value);
bool clinic_json_boolean(const cJSON *object, const char *name, bool fallback);
const cJSON *clinic_json_member(const cJSON *object, const char *name);

// Compact text; the caller frees it with free(). NULL: out of memory.
char *clinic_json_print(const cJSON *json);
