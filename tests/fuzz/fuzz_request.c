// The first byte stands for the topic: it chooses the kind. The rest is the payload.
#include "fuzz.h"

#include <clinic/request.h>

#include <stdlib.h>
#include <string.h>

static void require_same(const struct clinic_request *a, const struct clinic_request *b)
{
    FUZZ_REQUIRE(clinic_id_equal(&a->id, &b->id));
    FUZZ_REQUIRE(clinic_id_equal(&a->after, &b->after));
    FUZZ_REQUIRE(a->kind == b->kind);
    FUZZ_REQUIRE(a->time_ms == b->time_ms);
    FUZZ_REQUIRE(strcmp(a->session, b->session) == 0);
    FUZZ_REQUIRE(cJSON_Compare(a->data, b->data, 1));
}

static void require_round_trip(const struct clinic_request *request)
{
    struct clinic_request again;
    struct clinic_problem problem;
    char *json = NULL;
    FUZZ_REQUIRE(clinic_request_encode(request, &json) == CLINIC_OK);
    FUZZ_REQUIRE(clinic_request_decode(request->kind, json, strlen(json), &again, &problem)
                 == CLINIC_OK);
    require_same(request, &again);
    clinic_request_done(&again);
    free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return 0;
    enum clinic_request_kind kind =
        (enum clinic_request_kind)(bytes[0] % (CLINIC_REQUEST_KIND_COUNT + 1));
    struct clinic_request request;
    struct clinic_problem problem;
    enum clinic_status status =
        clinic_request_decode(kind, (const char *)bytes + 1, length - 1, &request, &problem);
    if (status == CLINIC_OK) {
        FUZZ_REQUIRE(request.kind == kind);
        require_round_trip(&request);
    } else {
        FUZZ_REQUIRE(status == CLINIC_INVALID);
        FUZZ_REQUIRE(request.data == NULL);
        fuzz_require_known_problem(&problem);
    }
    clinic_request_done(&request);
    return 0;
}
