// What a command line says, by the rows of the table and the catalogue.
#include "command.h"

#include <clinic/json.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define PATIENT "0193a2b4-0000-7000-8000-000000000001"

enum { WORDS_MAX = 24 };

static char problem[COMMAND_PROBLEM_BYTES];

static bool parse(struct command_line *line, const char *const *words)
{
    static char copies[WORDS_MAX][300];
    char *argv[WORDS_MAX] = { copies[0] };
    int argc = 1;
    for (; words[argc - 1] != NULL; argc++) {
        (void)snprintf(copies[argc], sizeof copies[argc], "%s", words[argc - 1]);
        argv[argc] = copies[argc];
    }
    return command_line_parse(argc, argv, line, problem);
}

#define PARSE(line, ...) parse((line), (const char *const[]){ __VA_ARGS__, NULL })

static void a_patient_is_made_of_the_catalogues_fields(void **state)
{
    struct command_line line;
    (void)state;
    assert_true(PARSE(&line, "patient", "create", "--name", "Zoë Müller", "--birth-date=1990-04-02",
                      "--precondition", "asthma", "--precondition", "latex", "--is-distinct",
                      "--email-consent", "given"));
    assert_string_equal(line.command->name, "patient create");
    assert_string_equal(clinic_json_text(line.data, "name"), "Zoë Müller");
    assert_string_equal(clinic_json_text(line.data, "birth_date"), "1990-04-02");
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(line.data, "preconditions")), 2);
    assert_true(clinic_json_boolean(line.data, "is_distinct", false));
    assert_string_equal(clinic_json_text(line.data, "email_consent"), "given");
    command_line_done(&line);
}

static void what_is_taken_away_is_null_and_what_is_not_is_false(void **state)
{
    struct command_line line;
    (void)state;
    assert_true(PARSE(&line, "patient", "update", PATIENT, "--expected-version", "3", "--no-email",
                      "--no-preconditions", "--no-provisional"));
    assert_true(command_line_check(&line, problem));
    assert_string_equal(clinic_json_text(line.data, "patient_id"), PATIENT);
    assert_true(cJSON_IsNull(clinic_json_member(line.data, "email")));
    assert_true(cJSON_IsNull(clinic_json_member(line.data, "preconditions")));
    assert_true(cJSON_IsFalse(clinic_json_member(line.data, "provisional")));
    command_line_done(&line);
}

static void items_of_several_values_are_written_by_their_keys(void **state)
{
    struct command_line line;
    (void)state;
    assert_true(PARSE(&line, "doctor", "hours", PATIENT, "--expected-version", "1", "--window",
                      "weekday=1,from=09:00,to=12:00", "--window",
                      "weekday=1,from=14:00,to=18:00"));
    assert_true(command_line_check(&line, problem));
    const cJSON *hours = clinic_json_member(line.data, "hours");
    assert_int_equal(cJSON_GetArraySize(hours), 2);
    assert_int_equal(clinic_json_member(hours->child, "weekday")->valueint, 1);
    assert_string_equal(clinic_json_text(hours->child->next, "to"), "18:00");
    command_line_done(&line);

    assert_true(PARSE(&line, "doctor", "holiday", "--add", "date=2026-12-25,name=Noël\\, fermé",
                      "--remove", "2026-12-26"));
    assert_true(command_line_check(&line, problem));
    assert_string_equal(clinic_json_text(clinic_json_member(line.data, "add")->child, "name"),
                        "Noël, fermé");
    command_line_done(&line);
}

static void members_of_an_object_have_its_name_before_them(void **state)
{
    struct command_line line;
    (void)state;
    assert_true(PARSE(&line, "appointment", "schedule", "--patient-id", PATIENT, "--doctor-id",
                      PATIENT, "--start", "2026-11-24T09:00", "--patient-name", "Ana",
                      "--patient-birth-date", "1990-04-02", "--patient-precondition", "asthma",
                      "--patient-is-distinct"));
    cJSON_AddStringToObject(line.data, "appointment_id", PATIENT);
    assert_true(command_line_check(&line, problem));
    const cJSON *patient = clinic_json_member(line.data, "patient");
    assert_string_equal(clinic_json_text(patient, "name"), "Ana");
    assert_true(clinic_json_boolean(patient, "is_distinct", false));
    assert_int_equal(cJSON_GetArraySize(clinic_json_member(patient, "preconditions")), 1);
    cJSON_DeleteItemFromObject(line.data, "patient");
    cJSON_AddItemToObject(line.data, "patient", cJSON_CreateObject());
    assert_false(command_line_check(&line, problem));
    assert_memory_equal(problem, "--patient-name: ", 16);
    command_line_done(&line);
}

static void the_longest_command_is_meant(void **state)
{
    struct command_line line;
    (void)state;
    assert_true(PARSE(&line, "outbox", "drop", PATIENT));
    assert_string_equal(line.command->name, "outbox drop");
    command_line_done(&line);
    assert_true(PARSE(&line, "outbox"));
    assert_string_equal(line.command->name, "outbox");
    command_line_done(&line);
}

static void settings_stand_before_or_behind_the_command(void **state)
{
    struct command_line line;
    (void)state;
    assert_true(PARSE(&line, "--folder", "/a", "status", "--json", "--timeout", "7"));
    assert_string_equal(line.settings.folder, "/a");
    assert_true(line.settings.is_json);
    assert_int_equal(line.settings.timeout_ms, 7000);
    command_line_done(&line);
}

static void a_pin_is_never_an_argument(void **state)
{
    struct command_line line;
    (void)state;
    assert_false(PARSE(&line, "sign-in", "ana", "--pin", "1234"));
    assert_true(PARSE(&line, "staff", "create", "ben", "--role", "doctor", "--pin-file", "/p"));
    assert_int_equal(line.secret_count, 2);
    assert_string_equal(line.secrets[0].field, "new_pin");
    assert_null(line.secrets[0].path);
    assert_string_equal(line.secrets[1].field, "pin");
    assert_string_equal(line.secrets[1].path, "/p");
    command_line_done(&line);
}

static void words_behind_two_dashes_are_no_options(void **state)
{
    struct command_line line;
    (void)state;
    assert_true(PARSE(&line, "patient", "find", "--", "--name"));
    assert_string_equal(clinic_json_text(line.data, "text"), "--name");
    command_line_done(&line);
}

static void nonsense_is_refused_with_a_reason(void **state)
{
    static const char *const lines[][WORDS_MAX] = {
        { "patient" },
        { "patient", "marry" },
        { "patient", "find", "a", "b" },
        { "patient", "create", "--name" },
        { "patient", "create", "--name", "A", "--name", "B" },
        { "patient", "create", "--no-name" },
        { "patient", "update", PATIENT, "--email", "a@example.org", "--no-email" },
        { "patient", "update", PATIENT, "--expected-version", "two" },
        { "patient", "update", PATIENT, "--expected-version", "99999999999999999999" },
        { "--timeout", "-1", "status" },
        { "--timeout", "9999", "status" },
        { "--name", "A", "patient", "create" },
        { "status", "--colour" },
        { "doctor", "hours", PATIENT, "--window", "monday" },
        { "doctor", "hours", PATIENT, "--window", "weekday=one" },
        { "doctor", "hours", PATIENT, "--window", "weekday=1,weekday=2" },
        { "doctor", "hours", PATIENT, "--window", "day=1" },
        { "doctor", "holiday", "--ics-file", "/there/is/no/such.ics" },
        { "--json" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        struct command_line line;
        assert_false(parse(&line, lines[i]));
        assert_true(problem[0] != '\0');
    }
}

static void what_the_catalogue_refuses_is_told_by_the_option(void **state)
{
    struct command_line line;
    (void)state;
    assert_true(PARSE(&line, "patient", "create", "--name", "Ana", "--birth-date", "1990-02-30"));
    cJSON_AddStringToObject(line.data, "patient_id", PATIENT);
    assert_false(command_line_check(&line, problem));
    assert_memory_equal(problem, "--birth-date: ", 14);
    command_line_done(&line);

    assert_true(PARSE(&line, "portal", "read", "123", "--birth-date", "1990-02-03"));
    assert_false(command_line_check(&line, problem));
    assert_memory_equal(problem, "member_id: ", 11);
    command_line_done(&line);
}

// Where a row and the catalogue drift apart, an operand or an option would have no place to go.
static void every_row_fits_the_catalogue(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const struct clinic_field *fields = NULL;
        size_t count = 0;
        bool has_operand = commands[i].operand == NULL;
        bool has_made_id = commands[i].made_id == NULL;
        command_fields(&commands[i], &fields, &count);
        for (size_t j = 0; j < count; j++) {
            has_operand |= !has_operand && strcmp(fields[j].name, commands[i].operand) == 0;
            has_made_id |= !has_made_id && strcmp(fields[j].name, commands[i].made_id) == 0;
        }
        assert_true(has_operand && has_made_id);
    }
}

static void every_request_of_a_desk_has_a_command(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        bool is_there = false;
        for (size_t i = 0; i < command_count; i++)
            is_there |= commands[i].request == (enum clinic_request_kind)kind;
        assert_true(is_there || kind == CLINIC_REQUEST_EVENTS_REPLAY
                    || !(clinic_request_types[kind].nodes & CLINIC_BIT(CLINIC_ROLE_DESK)));
    }
}

static void every_command_has_a_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        assert_non_null(out);
        command_help(&commands[i], out);
        assert_int_equal(fclose(out), 0);
        assert_non_null(strstr(text, commands[i].help));
        assert_null(strstr(text, "--pin "));
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_patient_is_made_of_the_catalogues_fields),
        cmocka_unit_test(what_is_taken_away_is_null_and_what_is_not_is_false),
        cmocka_unit_test(items_of_several_values_are_written_by_their_keys),
        cmocka_unit_test(members_of_an_object_have_its_name_before_them),
        cmocka_unit_test(the_longest_command_is_meant),
        cmocka_unit_test(settings_stand_before_or_behind_the_command),
        cmocka_unit_test(a_pin_is_never_an_argument),
        cmocka_unit_test(words_behind_two_dashes_are_no_options),
        cmocka_unit_test(nonsense_is_refused_with_a_reason),
        cmocka_unit_test(what_the_catalogue_refuses_is_told_by_the_option),
        cmocka_unit_test(every_row_fits_the_catalogue),
        cmocka_unit_test(every_request_of_a_desk_has_a_command),
        cmocka_unit_test(every_command_has_a_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
