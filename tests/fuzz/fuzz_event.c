#include "fuzz.h"

#include <clinic/event.h>

#include <stdlib.h>
#include <string.h>

static void require_same_envelope(const struct clinic_event *a, const struct clinic_event *b)
{
    FUZZ_REQUIRE(clinic_id_equal(&a->id, &b->id));
    FUZZ_REQUIRE(clinic_id_equal(&a->correlation, &b->correlation));
    FUZZ_REQUIRE(clinic_id_equal(&a->causation, &b->causation));
    FUZZ_REQUIRE(a->kind == b->kind);
    FUZZ_REQUIRE(strcmp(a->subject, b->subject) == 0);
    FUZZ_REQUIRE(a->time_ms == b->time_ms);
    FUZZ_REQUIRE(a->recorded_at_ms == b->recorded_at_ms);
    FUZZ_REQUIRE(a->is_clock_held == b->is_clock_held);
    FUZZ_REQUIRE(a->sequence == b->sequence);
    FUZZ_REQUIRE(a->previous == b->previous);
}

// Encodes and decodes; the caller releases the event that comes out.
static struct clinic_event carried_over(const struct clinic_event *event, const char *source,
                                        enum clinic_event_scope scope)
{
    struct clinic_event again;
    struct clinic_problem problem;
    char again_source[CLINIC_SOURCE_BYTES];
    char *json = NULL;
    FUZZ_REQUIRE(clinic_event_encode(event, source, scope, &json) == CLINIC_OK);
    FUZZ_REQUIRE(clinic_event_decode(json, strlen(json), &again, again_source, &problem)
                 == CLINIC_OK);
    FUZZ_REQUIRE(strcmp(source, again_source) == 0);
    require_same_envelope(event, &again);
    free(json);
    return again;
}

// What leaves in public is exactly the public part of a split.
static void require_nothing_personal(const struct clinic_event *event, const char *source)
{
    cJSON *public_data = NULL, *personal_data = NULL;
    FUZZ_REQUIRE(clinic_event_split(event->kind, event->data, &public_data, &personal_data)
                 == CLINIC_OK);
    struct clinic_event again = carried_over(event, source, CLINIC_SCOPE_PUBLIC);
    FUZZ_REQUIRE(cJSON_Compare(again.data, public_data, 1));
    FUZZ_REQUIRE(cJSON_GetArraySize(public_data) + cJSON_GetArraySize(personal_data)
                 == cJSON_GetArraySize(event->data));
    clinic_event_done(&again);
    cJSON_Delete(public_data);
    cJSON_Delete(personal_data);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct clinic_event event;
    struct clinic_problem problem;
    char source[CLINIC_SOURCE_BYTES];
    enum clinic_status status =
        clinic_event_decode((const char *)bytes, length, &event, source, &problem);
    if (status != CLINIC_OK) {
        FUZZ_REQUIRE(status == CLINIC_INVALID || status == CLINIC_NOT_FOUND);
        fuzz_require_known_problem(&problem);
        return 0;
    }
    struct clinic_event again = carried_over(&event, source, CLINIC_SCOPE_ALL);
    FUZZ_REQUIRE(cJSON_Compare(event.data, again.data, 1));
    clinic_event_done(&again);
    require_nothing_personal(&event, source);
    clinic_event_done(&event);
    return 0;
}
