// Invented patients are such as the gateway takes, and the same for the same seed.
#include "people.h"

#include <clinic/catalogue.h>
#include <clinic/json.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PEOPLE = 3000 };

#define PATIENT "0193a2b4-0000-7000-8000-000000000001"

static void check(enum clinic_request_kind kind, cJSON *data)
{
    const struct clinic_request_type *type = &clinic_request_types[kind];
    struct clinic_problem problem;
    assert_non_null(data);
    cJSON_AddStringToObject(data, "patient_id", PATIENT);
    if (kind == CLINIC_REQUEST_PATIENT_UPDATE)
        cJSON_AddNumberToObject(data, "expected_version", 1);
    if (!clinic_fields_check(type->fields, type->field_count, data, false, &problem))
        fail_msg("%s: %s", problem.field, problem.message);
    cJSON_Delete(data);
}

static void every_one_of_them_passes_the_catalogue(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < PEOPLE; i++) {
        check(CLINIC_REQUEST_PATIENT_CREATE, people_make(7, i));
        check(CLINIC_REQUEST_PATIENT_UPDATE, people_change(7, i));
    }
}

static void the_same_seed_and_number_is_the_same_person(void **state)
{
    (void)state;
    cJSON *first = people_make(7, 42);
    cJSON *again = people_make(7, 42);
    cJSON *other = people_make(8, 42);
    assert_true(cJSON_Compare(first, again, true));
    assert_false(cJSON_Compare(first, other, true));
    cJSON_Delete(first);
    cJSON_Delete(again);
    cJSON_Delete(other);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// Too many of one name and birth date would be refused as the same person.
static void hardly_two_share_name_and_birth_date(void **state)
{
    static char *keys[PEOPLE];
    int shared = 0;
    (void)state;
    for (uint64_t i = 0; i < PEOPLE; i++) {
        cJSON *person = people_make(9, i);
        assert_true(asprintf(&keys[i], "%s %s", clinic_json_text(person, "birth_date"),
                             clinic_json_text(person, "name"))
                    > 0);
        cJSON_Delete(person);
    }
    qsort(keys, PEOPLE, sizeof *keys, compare_texts);
    for (int i = 1; i < PEOPLE; i++)
        shared += strcmp(keys[i - 1], keys[i]) == 0;
    for (int i = 0; i < PEOPLE; i++)
        free(keys[i]);
    assert_true(shared <= PEOPLE / 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_one_of_them_passes_the_catalogue),
        cmocka_unit_test(the_same_seed_and_number_is_the_same_person),
        cmocka_unit_test(hardly_two_share_name_and_birth_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
