#include "fuzz.h"

#include <clinic/request.h>

#include <stdlib.h>
#include <string.h>

static void require_same(const struct clinic_reply *a, const struct clinic_reply *b)
{
    FUZZ_REQUIRE(clinic_id_equal(&a->id, &b->id));
    FUZZ_REQUIRE(a->is_accepted == b->is_accepted);
    FUZZ_REQUIRE(a->is_temporary == b->is_temporary);
    FUZZ_REQUIRE(a->sequence == b->sequence);
    FUZZ_REQUIRE(strcmp(a->problem.code, b->problem.code) == 0);
    FUZZ_REQUIRE(strcmp(a->problem.field, b->problem.field) == 0);
    FUZZ_REQUIRE(strcmp(a->problem.message, b->problem.message) == 0);
    FUZZ_REQUIRE((a->data == NULL) == (b->data == NULL));
    FUZZ_REQUIRE(a->data == NULL || cJSON_Compare(a->data, b->data, 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct clinic_reply reply, again;
    struct clinic_problem problem;
    enum clinic_status status = clinic_reply_decode((const char *)bytes, length, &reply, &problem);
    if (status != CLINIC_OK) {
        FUZZ_REQUIRE(status == CLINIC_INVALID);
        fuzz_require_known_problem(&problem);
        return 0;
    }

    char *json = NULL;
    status = clinic_reply_encode(&reply, &json);
    FUZZ_REQUIRE(status == CLINIC_OK || status == CLINIC_FULL); // data is free: numbers may grow
    if (status == CLINIC_OK) {
        FUZZ_REQUIRE(clinic_reply_decode(json, strlen(json), &again, &problem) == CLINIC_OK);
        require_same(&reply, &again);
        clinic_reply_done(&again);
    }
    free(json);
    clinic_reply_done(&reply);
    return 0;
}
