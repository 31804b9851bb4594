#include "intake_fixture.h"

#include "../../../gateway/rebuild.h"
#include "../../../gateway/schema.h"
#include "../../../gateway/services/staff/staff.h"

#include <folder.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t start_ms = INT64_C(1795000000000); // November 2026
static const char registry[] =
    "[desk-1]\nrole = desk\nserial = 01\nexpires = 2030-01-01T00:00:00.000Z\nrevoked = no\n"
    "[kiosk-1]\nrole = kiosk\nserial = 02\nexpires = 2030-01-01T00:00:00.000Z\nrevoked = no\n"
    "[scale-1]\nrole = scale\nserial = 03\nexpires = 2030-01-01T00:00:00.000Z\nrevoked = no\n"
    "[lost-1]\nrole = desk\nserial = 04\nexpires = 2030-01-01T00:00:00.000Z\nrevoked = yes\n";

static int64_t wall(void *context)
{
    return ((struct bench *)context)->wall_ms;
}

static void keep_reply(void *context, const char *node, const struct clinic_reply *reply,
                       const void *correlation, size_t correlation_bytes)
{
    struct bench *bench = context;

    (void)node;
    (void)correlation;
    (void)correlation_bytes;
    assert_true(bench->reply_count < REPLIES_MAX);
    struct clinic_reply *kept = &bench->replies[bench->reply_count++];
    *kept = *reply;
    kept->data = cJSON_Duplicate(reply->data, true);
}

static void count_commit(void *context)
{
    ((struct bench *)context)->committed++;
}

static void never_fault(void *context, enum clinic_status status, const char *problem)
{
    (void)context;
    fail_msg("fault %d: %s", (int)status, problem);
}

static const struct intake_handler handler = {
    .on_reply = keep_reply,
    .on_committed = count_commit,
    .on_fault = never_fault,
};

static void open_store(struct bench *bench)
{
    char problem[STORE_PROBLEM_BYTES];
    struct store_config config = {
        .folder = bench->folder,
        .mode = STORE_SERVE,
        .clock = &bench->clock,
    };

    config.steps = schema_steps(&config.step_count);
    config.statements = schema_statements(&config.statement_count);
    if (store_open(&config, &bench->store, problem) != CLINIC_OK)
        fail_msg("%s", problem);
}

// ---- a handler that breaks the rules: it writes, and only then refuses or fails

enum clinic_status careless_result;

static enum clinic_status write_and_refuse(struct decision *decision)
{
    cJSON *data = cJSON_CreateObject();
    struct clinic_id id = decision->request->id;
    char text[CLINIC_ID_TEXT_BYTES];
    char subject[CLINIC_SUBJECT_BYTES];

    clinic_id_print(&id, text);
    subject_print("patient", &id, subject);
    cJSON_AddStringToObject(data, "patient_id", text);
    cJSON_AddStringToObject(data, "reason", "error");
    cJSON_AddStringToObject(data, "mode", "erased");
    enum clinic_status status =
        decision_append(decision, CLINIC_PATIENT_DELETED, subject, NULL, NULL, data);
    if (status != CLINIC_OK || careless_result != CLINIC_REFUSED)
        return status == CLINIC_OK ? careless_result : status;
    return decision_refuse(decision, CLINIC_CODE_EXISTS, NULL, "Too late.");
}

static const struct ability *find_careless(enum clinic_request_kind kind)
{
    static const struct ability careless = { .kind = CLINIC_REQUEST_PATIENT_DELETE,
                                             .decide = write_and_refuse };

    return careless_result != CLINIC_OK && kind == careless.kind ? &careless
                                                                 : services_find_ability(kind);
}

void write_registry(struct bench *bench, const char *text, char path[static 128])
{
    char beside[160];
    (void)snprintf(path, 128, "%s/nodes.ini", bench->folder);
    (void)snprintf(beside, sizeof beside, "%s.new", path);
    FILE *file = fopen(beside, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(beside, path), 0);
}

static void open_intake(struct bench *bench)
{
    char path[128], problem[512];

    write_registry(bench, registry, path);
    assert_int_equal(authority_open(path, &bench->authority, problem, sizeof problem), CLINIC_OK);
    struct intake_config config = {
        .store = bench->store,
        .authority = bench->authority,
        .site = &bench->site,
        .clock = &bench->clock,
        .find_ability = find_careless,
    };
    assert_int_equal(intake_open(&config, &handler, bench, &bench->intake), CLINIC_OK);
}

int intake_set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    folder_make("intake", bench->folder, sizeof bench->folder);
    bench->wall_ms = start_ms;
    bench->clock = (struct clinic_clock){ wall, wall, bench };
    bench->site =
        (struct site){ "test", "Test Clinic", "+33100000000", "FR", "Europe/Paris", "en", 90 };
    open_store(bench);
    open_intake(bench);
    *state = bench;
    return 0;
}

void forget_replies(struct bench *bench)
{
    for (size_t i = 0; i < bench->reply_count; i++)
        clinic_reply_done(&bench->replies[i]);
    bench->reply_count = 0;
}

int intake_tear_down(void **state)
{
    struct bench *bench = *state;
    struct event_log_report log;
    struct rebuild_report rebuilt;
    char problem[STORE_PROBLEM_BYTES];

    assert_int_equal(event_log_verify(bench->store, 1, &log), CLINIC_OK);
    assert_int_equal(rebuild_run(bench->store, &bench->site, false, &rebuilt, problem), CLINIC_OK);
    assert_true(rebuilt.is_equal);
    forget_replies(bench);
    intake_close(bench->intake);
    authority_close(bench->authority);
    store_close(bench->store);
    folder_remove(bench->folder);
    free(bench);
    return 0;
}

// ---- asking

struct clinic_request make(struct bench *bench, enum clinic_request_kind kind)
{
    struct clinic_request request = {
        .id = clinic_id_next(&bench->ids, bench->wall_ms),
        .kind = kind,
        .time_ms = bench->wall_ms,
        .data = cJSON_CreateObject(),
    };
    return request;
}

struct clinic_request make_patient(struct bench *bench, const char *name, const char *birth_date)
{
    struct clinic_request request = make(bench, CLINIC_REQUEST_PATIENT_CREATE);
    char id[CLINIC_ID_TEXT_BYTES];
    struct clinic_id patient = clinic_id_next(&bench->ids, bench->wall_ms);

    clinic_id_print(&patient, id);
    cJSON_AddStringToObject(request.data, "patient_id", id);
    cJSON_AddStringToObject(request.data, "name", name);
    cJSON_AddStringToObject(request.data, "birth_date", birth_date);
    return request;
}

void take(struct bench *bench, const char *node, const struct clinic_request *request)
{
    char *json = NULL;

    assert_int_equal(clinic_request_encode(request, &json), CLINIC_OK);
    intake_take(bench->intake, node, &clinic_request_types[request->kind], json, strlen(json), NULL,
                0);
    free(json);
}

const struct clinic_reply *ask(struct bench *bench, const char *node,
                               const struct clinic_request *request)
{
    forget_replies(bench);
    take(bench, node, request);
    intake_flush(bench->intake);
    assert_int_equal(bench->reply_count, 1);
    assert_true(clinic_id_equal(&bench->replies[0].id, &request->id));
    return &bench->replies[0];
}

void assert_rejected(const struct clinic_reply *reply, enum clinic_code code)
{
    assert_false(reply->is_accepted);
    assert_string_equal(reply->problem.code, clinic_codes[code].name);
}

void sign_in(struct bench *bench, enum clinic_staff_role role,
             char session[static CLINIC_SESSION_BYTES])
{
    char problem[200];
    struct clinic_request request = make(bench, CLINIC_REQUEST_STAFF_SIGN_IN);

    assert_int_equal(store_begin(bench->store), CLINIC_OK);
    assert_int_equal(staff_add(bench->store, clinic_staff_role_name(role), role, "2718281",
                               bench->wall_ms, problem, sizeof problem),
                     CLINIC_OK);
    assert_int_equal(store_commit(bench->store), CLINIC_OK);
    cJSON_AddStringToObject(request.data, "name", clinic_staff_role_name(role));
    cJSON_AddStringToObject(request.data, "pin", "2718281");
    const struct clinic_reply *reply = ask(bench, "desk-1", &request);
    assert_true(reply->is_accepted);
    (void)snprintf(session, CLINIC_SESSION_BYTES, "%s", clinic_json_text(reply->data, "session"));
    clinic_request_done(&request);
}
