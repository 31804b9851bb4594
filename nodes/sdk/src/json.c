#include <clinic/json.h>

#include "json_scan.h"

#include <math.h>
#include <string.h>

enum { SEEN_BITS = 1024 };

// A fingerprint of the names seen so far: only a name that meets one of its kind is compared with all
// the earlier ones.
struct seen {
    uint64_t words[SEEN_BITS / 64];
};

static bool is_first_of_its_kind(struct seen *seen, const char *name)
{
    uint32_t hash = 2166136261; // FNV-1a
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619;
    uint32_t bit = (hash ^ hash >> 16) % SEEN_BITS;
    uint64_t mask = UINT64_C(1) << bit % 64;
    bool is_first = (seen->words[bit / 64] & mask) == 0;
    seen->words[bit / 64] |= mask;
    return is_first;
}

static bool is_among_earlier(const cJSON *object, const cJSON *member)
{
    for (const cJSON *earlier = object->child; earlier != member; earlier = earlier->next) {
        if (strcmp(earlier->string, member->string) == 0)
            return true;
    }
    return false;
}

static const char *find_fault_in_names(const cJSON *object)
{
    struct seen seen = { { 0 } };
    int count = 0;
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        if (++count > CLINIC_JSON_MEMBERS_MAX)
            return "an object with too many members";
        if (!is_first_of_its_kind(&seen, member->string) && is_among_earlier(object, member))
            return "an object with the same name twice";
    }
    return NULL;
}

// Recurses at most CLINIC_JSON_DEPTH_MAX deep, since the scanner let nothing deeper through.
static const char *find_fault(const cJSON *json)
{
    if (cJSON_IsNumber(json) && !isfinite(json->valuedouble))
        return "a number out of range";
    const char *fault = cJSON_IsObject(json) ? find_fault_in_names(json) : NULL;
    for (const cJSON *child = json->child; child != NULL && fault == NULL; child = child->next)
        fault = find_fault(child);
    return fault;
}

enum clinic_status clinic_json_parse(const char *bytes, size_t length, cJSON **ret_json,
                                     struct clinic_problem *reterr_problem)
{
    if (length > CLINIC_JSON_BYTES_MAX) {
        clinic_problem_set(reterr_problem, CLINIC_CODE_INVALID_SIZE, NULL,
                           "At most %d bytes are accepted.", CLINIC_JSON_BYTES_MAX);
        return CLINIC_INVALID;
    }

    cJSON *json = NULL;
    const char *fault = clinic_json_scan(bytes, length);
    if (fault == NULL) {
        json = cJSON_ParseWithLengthOpts(bytes, length, NULL, 0);
        if (json == NULL)
            return CLINIC_NOMEM; // the text is good: nothing else can fail
        fault = find_fault(json);
    }
    if (fault != NULL) {
        cJSON_Delete(json);
        clinic_problem_set(reterr_problem, CLINIC_CODE_INVALID_JSON, NULL,
                           "Send well-formed JSON in UTF-8; this is %s.", fault);
        return CLINIC_INVALID;
    }
    *ret_json = json;
    return CLINIC_OK;
}

const char *clinic_json_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

bool clinic_json_integer(const cJSON *object, const char *name, int64_t *ret_value)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsNumber(member))
        return false;
    double value = member->valuedouble;
    if (fabs(value) > (double)CLINIC_JSON_INTEGER_MAX || value != trunc(value))
        return false; // what is not a number differs from its own integer part as well
    *ret_value = (int64_t)value;
    return true;
}

bool clinic_json_boolean(const cJSON *object, const char *name, bool fallback)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsBool(member) ? cJSON_IsTrue(member) != 0 : fallback;
}

const cJSON *clinic_json_member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

char *clinic_json_print(const cJSON *json)
{
    return cJSON_PrintUnformatted(json);
}
