#include "fuzz.h"

#include <clinic/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_fail(const char *claim, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: not true: %s\n", file, line, claim);
    abort();
}

void fuzz_require_known_problem(const struct clinic_problem *problem)
{
    enum clinic_code code;
    FUZZ_REQUIRE(memchr(problem->code, '\0', sizeof problem->code) != NULL);
    FUZZ_REQUIRE(memchr(problem->field, '\0', sizeof problem->field) != NULL);
    FUZZ_REQUIRE(memchr(problem->message, '\0', sizeof problem->message) != NULL);
    FUZZ_REQUIRE(clinic_code_find(problem->code, &code));
    FUZZ_REQUIRE(problem->message[0] != '\0');
    FUZZ_REQUIRE(clinic_text_is_utf8(problem->message, strlen(problem->message)));
    FUZZ_REQUIRE(clinic_text_is_utf8(problem->field, strlen(problem->field)));
}
