// Any bytes → the JSON door. What passes prints, and parses to the same.
#include "fuzz.h"

#include <clinic/json.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct clinic_problem problem;
    cJSON *json = NULL;
    enum clinic_status status = clinic_json_parse((const char *)bytes, length, &json, &problem);
    if (status != CLINIC_OK) {
        FUZZ_REQUIRE(status == CLINIC_INVALID);
        FUZZ_REQUIRE(json == NULL);
        fuzz_require_known_problem(&problem);
        return 0;
    }

    cJSON *again = NULL;
    char *printed = clinic_json_print(json);
    FUZZ_REQUIRE(printed != NULL);
    status = clinic_json_parse(printed, strlen(printed), &again, &problem);
    // Numbers may grow when they are printed: 1e300 does not, 1e14 does.
    FUZZ_REQUIRE(status == CLINIC_OK || strcmp(problem.code, "invalid.size") == 0);
    FUZZ_REQUIRE(status != CLINIC_OK || cJSON_Compare(json, again, 1));
    free(printed);
    cJSON_Delete(again);
    cJSON_Delete(json);
    return 0;
}
