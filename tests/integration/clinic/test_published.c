// What really crosses the bus is what the AsyncAPI document says, by other people's tools.
#include "day.h"
#include "evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define VALIDATE ASYNCAPI_FOLDER "/validate.sh"

static void write_line(FILE *file, const struct peer_message *message)
{
    cJSON *line = cJSON_CreateObject();

    cJSON_AddStringToObject(line, "topic", message->topic);
    cJSON_AddStringToObject(line, "payload", message->payload);
    char *text = clinic_json_print(line);
    assert_non_null(text);
    assert_true(fprintf(file, "%s\n", text) > 0);
    free(text);
    cJSON_Delete(line);
}

static void write_lines(struct fixture *fixture, size_t from, const char *path)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    for (size_t n = from; peer_message(fixture->auditor, n) != NULL; n++) {
        const struct peer_message *message = peer_message(fixture->auditor, n);
        if (strncmp(message->topic, "clinic/", 7) == 0)
            write_line(file, message);
    }
    assert_int_equal(fclose(file), 0);
}

static void write_document(struct fixture *fixture, const char *path)
{
    static struct process_output output;
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fixture_must_run_gateway(fixture, &output, "asyncapi", NULL);
    assert_true(fputs(output.text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void what_crosses_the_bus_is_what_the_document_says(void **state)
{
    struct fixture *fixture = *state;
    const char *lines = fixture_path(fixture, "published.jsonl");
    const char *document = fixture_path(fixture, "asyncapi.json");
    const size_t from = peer_mark(fixture->auditor);

    struct day day;
    day_live(fixture, &day);
    assert_accepted(peer_ask(day.desk, "staff/sign-out", "{}"));
    (void)peer_expect(fixture->auditor, from, "clinic/patient/deleted", "clinic.patient.deleted");
    peer_catch_up(fixture->auditor);
    write_lines(fixture, from, lines);
    write_document(fixture, document);
    assert_true(evidence_lines(fixture, "published.jsonl", "clinic.patient.created") >= 2);
    process_must_run((const char *const[]){ VALIDATE, ASYNCAPI_WORK, document, lines, NULL });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(what_crosses_the_bus_is_what_the_document_says),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
