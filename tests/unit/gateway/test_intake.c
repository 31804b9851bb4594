// A request's way in, on a real database with all services: known, allowed, decided, remembered.
#include "../../../gateway/intake/intake.h"
#include "../../../gateway/intake/memory.h"
#include "../../../gateway/rebuild.h"
#include "../../../gateway/schema.h"
#include "../../../gateway/services/staff.h"
#include "../../../gateway/store/store.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { REPLIES_MAX = 64 };

static const int64_t start_ms = INT64_C(1795000000000); // November 2026
static const char registry[] =
    "[desk-1]\nrole = desk\nserial = 01\nexpires = 2030-01-01T00:00:00.000Z\nrevoked = no\n"
    "[kiosk-1]\nrole = kiosk\nserial = 02\nexpires = 2030-01-01T00:00:00.000Z\nrevoked = no\n"
    "[scale-1]\nrole = scale\nserial = 03\nexpires = 2030-01-01T00:00:00.000Z\nrevoked = no\n"
    "[lost-1]\nrole = desk\nserial = 04\nexpires = 2030-01-01T00:00:00.000Z\nrevoked = yes\n";

struct bench {
    char folder[64];
    int64_t wall_ms;
    struct clinic_clock clock;
    struct site site;
    struct store *store;
    struct authority *authority;
    struct intake *intake;
    struct clinic_id_maker ids;
    struct clinic_reply replies[REPLIES_MAX];
    size_t reply_count;
    int committed;
};

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

static enum clinic_status careless_result;

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
    static const struct ability careless = { CLINIC_REQUEST_PATIENT_DELETE, write_and_refuse,
                                             false };

    return careless_result != CLINIC_OK && kind == careless.kind ? &careless
                                                                 : services_find_ability(kind);
}

// As clinic-broker does: another file in its place.
static void write_registry(struct bench *bench, const char *text, char path[static 128])
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

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    (void)snprintf(bench->folder, sizeof bench->folder, "/tmp/intake-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    bench->wall_ms = start_ms;
    bench->clock = (struct clinic_clock){ wall, wall, bench };
    bench->site =
        (struct site){ "test", "Test Clinic", "+33100000000", "FR", "Europe/Paris", "en", 90 };
    open_store(bench);
    open_intake(bench);
    *state = bench;
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void forget_replies(struct bench *bench)
{
    for (size_t i = 0; i < bench->reply_count; i++)
        clinic_reply_done(&bench->replies[i]);
    bench->reply_count = 0;
}

// After each test: the log verifies, and the state rebuilt from it equals the live one.
static int teardown(void **state)
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
    (void)nftw(bench->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(bench);
    return 0;
}

// ---- asking

static struct clinic_request make(struct bench *bench, enum clinic_request_kind kind)
{
    struct clinic_request request = {
        .id = clinic_id_next(&bench->ids, bench->wall_ms),
        .kind = kind,
        .time_ms = bench->wall_ms,
        .data = cJSON_CreateObject(),
    };
    return request;
}

static struct clinic_request make_patient(struct bench *bench, const char *name,
                                          const char *birth_date)
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

static void take(struct bench *bench, const char *node, const struct clinic_request *request)
{
    char *json = NULL;

    assert_int_equal(clinic_request_encode(request, &json), CLINIC_OK);
    intake_take(bench->intake, node, &clinic_request_types[request->kind], json, strlen(json), NULL,
                0);
    free(json);
}

// The reply is valid until the next ask().
static const struct clinic_reply *ask(struct bench *bench, const char *node,
                                      const struct clinic_request *request)
{
    forget_replies(bench);
    take(bench, node, request);
    intake_flush(bench->intake);
    assert_int_equal(bench->reply_count, 1);
    assert_true(clinic_id_equal(&bench->replies[0].id, &request->id));
    return &bench->replies[0];
}

static void assert_rejected(const struct clinic_reply *reply, enum clinic_code code)
{
    assert_false(reply->is_accepted);
    assert_string_equal(reply->problem.code, clinic_codes[code].name);
}

static void sign_in(struct bench *bench, enum clinic_staff_role role,
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

// ---- tests

static void the_same_request_three_times_makes_one_patient(void **state)
{
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");
    char member_id[16];

    const struct clinic_reply *reply = ask(bench, "kiosk-1", &request);
    assert_true(reply->is_accepted);
    (void)snprintf(member_id, sizeof member_id, "%s", clinic_json_text(reply->data, "member_id"));
    for (int i = 0; i < 2; i++) {
        reply = ask(bench, "kiosk-1", &request);
        assert_true(reply->is_accepted);
        assert_string_equal(clinic_json_text(reply->data, "member_id"), member_id);
        assert_int_equal(reply->sequence, 1);
    }
    assert_int_equal(event_log_head(bench->store), 1);
    assert_int_equal(bench->committed, 1);
    clinic_request_done(&request);
}

static void one_bad_request_does_not_spoil_its_neighbours(void **state)
{
    struct bench *bench = *state;
    struct clinic_request requests[3] = {
        make_patient(bench, "Ana Lima", "1990-04-02"),
        make_patient(bench, "Tomorrow's Child", "2199-01-01"),
        make_patient(bench, "Bo Chen", "1985-01-30"),
    };

    for (size_t i = 0; i < 3; i++)
        take(bench, "kiosk-1", &requests[i]);
    intake_flush(bench->intake);
    assert_int_equal(bench->reply_count, 3);
    assert_true(bench->replies[0].is_accepted);
    assert_false(bench->replies[1].is_accepted);
    assert_true(bench->replies[2].is_accepted);
    assert_int_equal(event_log_head(bench->store), 2);
    for (size_t i = 0; i < 3; i++)
        clinic_request_done(&requests[i]);
}

static void a_request_waits_for_the_one_it_names(void **state)
{
    struct bench *bench = *state;
    struct clinic_request first = make_patient(bench, "Ana Lima", "1990-04-02");
    struct clinic_request second = make_patient(bench, "Bo Chen", "1985-01-30");
    second.after = first.id;

    const struct clinic_reply *reply = ask(bench, "kiosk-1", &second);
    assert_rejected(reply, CLINIC_CODE_ORDER_GAP);
    assert_true(reply->is_temporary);
    assert_true(ask(bench, "kiosk-1", &first)->is_accepted);
    assert_true(ask(bench, "kiosk-1", &second)->is_accepted);
    clinic_request_done(&first);
    clinic_request_done(&second);
}

static void an_order_holds_within_one_transaction(void **state)
{
    struct bench *bench = *state;
    struct clinic_request first = make_patient(bench, "Ana Lima", "1990-04-02");
    struct clinic_request second = make_patient(bench, "Bo Chen", "1985-01-30");
    second.after = first.id;

    take(bench, "kiosk-1", &first);
    take(bench, "kiosk-1", &second);
    intake_flush(bench->intake);
    assert_true(bench->replies[0].is_accepted);
    assert_true(bench->replies[1].is_accepted);
    clinic_request_done(&first);
    clinic_request_done(&second);
}

static void an_id_cannot_be_used_for_something_else(void **state)
{
    struct bench *bench = *state;
    struct clinic_request first = make_patient(bench, "Ana Lima", "1990-04-02");
    struct clinic_request other = make_patient(bench, "Bo Chen", "1985-01-30");
    other.id = first.id;

    assert_true(ask(bench, "kiosk-1", &first)->is_accepted);
    assert_rejected(ask(bench, "kiosk-1", &other), CLINIC_CODE_REQUEST_MISMATCH);
    // Nor by another node: it is not told what the first one was answered.
    const struct clinic_reply *reply = ask(bench, "desk-1", &first);
    assert_rejected(reply, CLINIC_CODE_REQUEST_MISMATCH);
    assert_null(reply->data);
    clinic_request_done(&first);
    clinic_request_done(&other);
}

static void a_forgotten_request_is_refused_when_it_is_replayed(void **state)
{
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");

    assert_true(ask(bench, "kiosk-1", &request)->is_accepted);
    bench->wall_ms += INT64_C(86400000) * (MEMORY_KEPT_DAYS + 1);
    intake_prune(bench->intake);
    assert_rejected(ask(bench, "kiosk-1", &request), CLINIC_CODE_REQUEST_EXPIRED);
    assert_int_equal(event_log_head(bench->store), 1);

    // The clock of the node fell back, but its ids did not: a new request is none of the old ones.
    struct clinic_request later = make_patient(bench, "Bo Chen", "1985-01-30");
    assert_true(ask(bench, "kiosk-1", &later)->is_accepted);
    clinic_request_done(&request);
    clinic_request_done(&later);
}

static void within_the_time_nothing_is_forgotten(void **state)
{
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");

    assert_true(ask(bench, "kiosk-1", &request)->is_accepted);
    bench->wall_ms += INT64_C(86400000) * (MEMORY_KEPT_DAYS - 1);
    intake_prune(bench->intake);
    assert_true(ask(bench, "kiosk-1", &request)->is_accepted);
    assert_int_equal(event_log_head(bench->store), 1);
    clinic_request_done(&request);
}

static void who_may_ask_is_decided_by_certificate_and_session(void **state)
{
    struct bench *bench = *state;
    char reception[CLINIC_SESSION_BYTES];
    struct clinic_request find = make(bench, CLINIC_REQUEST_PATIENT_FIND);
    cJSON_AddStringToObject(find.data, "text", "ana");

    assert_rejected(ask(bench, "scale-1", &find), CLINIC_CODE_FORBIDDEN);
    assert_rejected(ask(bench, "unknown-1", &find), CLINIC_CODE_FORBIDDEN);
    assert_rejected(ask(bench, "lost-1", &find), CLINIC_CODE_FORBIDDEN);
    assert_rejected(ask(bench, "desk-1", &find), CLINIC_CODE_SESSION_REQUIRED);
    sign_in(bench, CLINIC_STAFF_RECEPTION, reception);
    (void)snprintf(find.session, sizeof find.session, "%s", reception);
    assert_true(ask(bench, "desk-1", &find)->is_accepted);
    // The session belongs to the desk where it began.
    assert_rejected(ask(bench, "kiosk-1", &find), CLINIC_CODE_FORBIDDEN);
    clinic_request_done(&find);
}

static void a_changed_registry_is_in_force_and_a_broken_one_is_not(void **state)
{
    static const char other[] = "[kiosk-1]\nrole = kiosk\nserial = 02\n"
                                "expires = 2030-01-01T00:00:00.000Z\nrevoked = yes\n"
                                "[kiosk-2]\nrole = kiosk\nserial = 05\n"
                                "expires = 2030-01-01T00:00:00.000Z\nrevoked = no\n";
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");
    char path[128], problem[512] = "";

    assert_rejected(ask(bench, "kiosk-2", &request), CLINIC_CODE_FORBIDDEN);
    assert_int_equal(authority_refresh(bench->authority, problem, sizeof problem), CLINIC_EXISTS);
    write_registry(bench, other, path);
    assert_int_equal(authority_refresh(bench->authority, problem, sizeof problem), CLINIC_OK);
    assert_rejected(ask(bench, "kiosk-1", &request), CLINIC_CODE_FORBIDDEN);
    assert_true(ask(bench, "kiosk-2", &request)->is_accepted);

    write_registry(bench, "[kiosk-1]\nrole = emperor\n", path);
    assert_int_equal(authority_refresh(bench->authority, problem, sizeof problem), CLINIC_INVALID);
    assert_string_not_equal(problem, "");
    // Told once, and the list before stays in force, the revocation above all.
    assert_int_equal(authority_refresh(bench->authority, problem, sizeof problem), CLINIC_EXISTS);
    assert_rejected(ask(bench, "kiosk-1", &request), CLINIC_CODE_FORBIDDEN);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(authority_refresh(bench->authority, problem, sizeof problem), CLINIC_IO);
    assert_rejected(ask(bench, "kiosk-1", &request), CLINIC_CODE_FORBIDDEN);
    clinic_request_done(&request);
}

static void a_request_that_waited_is_judged_by_when_it_was_made(void **state)
{
    struct bench *bench = *state;
    char session[CLINIC_SESSION_BYTES];

    sign_in(bench, CLINIC_STAFF_RECEPTION, session);
    struct clinic_request queued = make_patient(bench, "Ana Lima", "1990-04-02");
    (void)snprintf(queued.session, sizeof queued.session, "%s", session);
    bench->wall_ms += INT64_C(3) * 86400000;
    assert_true(ask(bench, "desk-1", &queued)->is_accepted);

    struct clinic_request late = make_patient(bench, "Bo Chen", "1985-01-30");
    (void)snprintf(late.session, sizeof late.session, "%s", session);
    assert_rejected(ask(bench, "desk-1", &late), CLINIC_CODE_SESSION_EXPIRED);
    clinic_request_done(&queued);
    clinic_request_done(&late);
}

static void erase(struct bench *bench, const char *session, const char *patient_id,
                  const char *member_id)
{
    struct clinic_request request = make(bench, CLINIC_REQUEST_PATIENT_DELETE);

    (void)snprintf(request.session, sizeof request.session, "%s", session);
    cJSON_AddStringToObject(request.data, "patient_id", patient_id);
    cJSON_AddStringToObject(request.data, "member_id", member_id);
    cJSON_AddStringToObject(request.data, "pin", "2718281");
    cJSON_AddStringToObject(request.data, "reason", "request");
    assert_true(ask(bench, "desk-1", &request)->is_accepted);
    clinic_request_done(&request);
}

static void the_remembered_reply_is_forgotten_with_the_patient(void **state)
{
    struct bench *bench = *state;
    char session[CLINIC_SESSION_BYTES], member_id[16];
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");

    const struct clinic_reply *reply = ask(bench, "kiosk-1", &request);
    (void)snprintf(member_id, sizeof member_id, "%s", clinic_json_text(reply->data, "member_id"));
    sign_in(bench, CLINIC_STAFF_ADMIN, session);
    erase(bench, session, clinic_json_text(request.data, "patient_id"), member_id);
    assert_rejected(ask(bench, "kiosk-1", &request), CLINIC_CODE_PATIENT_DELETED);
    clinic_request_done(&request);
}

// Between two good ones in one transaction; `result` is what the careless handler returns.
static void assert_only_the_careless_one_is_undone(struct bench *bench, enum clinic_status result,
                                                   enum clinic_code code)
{
    char session[CLINIC_SESSION_BYTES];
    struct clinic_request careless = make(bench, CLINIC_REQUEST_PATIENT_DELETE);
    struct clinic_request good[2] = {
        make_patient(bench, "Ana Lima", "1990-04-02"),
        make_patient(bench, "Bo Chen", "1985-01-30"),
    };

    cJSON_AddStringToObject(careless.data, "patient_id", "01a2058d-3ce1-7c8d-86a3-646e6d196866");
    cJSON_AddStringToObject(careless.data, "member_id", "000000017");
    cJSON_AddStringToObject(careless.data, "pin", "2718281");
    cJSON_AddStringToObject(careless.data, "reason", "error");
    sign_in(bench, CLINIC_STAFF_ADMIN, session);
    (void)snprintf(careless.session, sizeof careless.session, "%s", session);
    forget_replies(bench);
    careless_result = result;
    take(bench, "kiosk-1", &good[0]);
    take(bench, "desk-1", &careless);
    take(bench, "kiosk-1", &good[1]);
    intake_flush(bench->intake);
    careless_result = CLINIC_OK;

    assert_int_equal(bench->reply_count, 3);
    assert_true(bench->replies[0].is_accepted);
    assert_rejected(&bench->replies[1], code);
    assert_true(bench->replies[2].is_accepted);
    assert_int_equal(event_log_head(bench->store), 2);
    assert_int_equal(event_log_newest(bench->store, CLINIC_PATIENT_DELETED), 0);
    // The same id is answered the same from memory.
    assert_rejected(ask(bench, "desk-1", &careless), code);
    clinic_request_done(&careless);
    for (size_t i = 0; i < 2; i++)
        clinic_request_done(&good[i]);
}

static void what_was_written_before_a_refusal_is_undone_alone(void **state)
{
    assert_only_the_careless_one_is_undone(*state, CLINIC_REFUSED, CLINIC_CODE_EXISTS);
}

static void a_failing_handler_is_undone_alone_and_recorded(void **state)
{
    struct bench *bench = *state;
    struct intake_counts counts;

    assert_only_the_careless_one_is_undone(bench, CLINIC_INVALID, CLINIC_CODE_INTERNAL);
    intake_count(bench->intake, &counts);
    assert_int_equal(counts.faults, 1);
}

static void a_message_without_an_id_is_counted_and_the_next_one_works(void **state)
{
    static const char *const rubbish[] = { "", "{", "[]", "null", "{\"id\":7}", "\xff\xfe" };
    struct bench *bench = *state;
    struct intake_counts counts;

    for (size_t i = 0; i < ARRAY_SIZE(rubbish); i++)
        intake_take(bench->intake, "kiosk-1", &clinic_request_types[CLINIC_REQUEST_PATIENT_CREATE],
                    rubbish[i], strlen(rubbish[i]), NULL, 0);
    intake_flush(bench->intake);
    assert_int_equal(bench->reply_count, 0);
    intake_count(bench->intake, &counts);
    assert_int_equal(counts.undecodable, ARRAY_SIZE(rubbish));

    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");
    assert_true(ask(bench, "kiosk-1", &request)->is_accepted);
    clinic_request_done(&request);
}

static void an_unknown_action_is_answered(void **state)
{
    struct bench *bench = *state;
    struct clinic_request request = make_patient(bench, "Ana Lima", "1990-04-02");
    char *json = NULL;

    assert_int_equal(clinic_request_encode(&request, &json), CLINIC_OK);
    intake_take(bench->intake, "kiosk-1", NULL, json, strlen(json), NULL, 0);
    intake_flush(bench->intake);
    assert_int_equal(bench->reply_count, 1);
    assert_rejected(&bench->replies[0], CLINIC_CODE_UNKNOWN_ACTION);
    free(json);
    clinic_request_done(&request);
}

static void replay_gives_what_came_after_and_nothing_personal(void **state)
{
    struct bench *bench = *state;
    struct clinic_request patients[2] = {
        make_patient(bench, "Ana Lima", "1990-04-02"),
        make_patient(bench, "Bo Chen", "1985-01-30"),
    };
    struct clinic_request replay = make(bench, CLINIC_REQUEST_EVENTS_REPLAY);
    cJSON *position = cJSON_CreateObject();

    cJSON_AddStringToObject(position, "type", "clinic.patient.created");
    cJSON_AddNumberToObject(position, "after", 1);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(replay.data, "positions"), position);
    for (size_t i = 0; i < 2; i++)
        assert_true(ask(bench, "kiosk-1", &patients[i])->is_accepted);

    assert_rejected(ask(bench, "kiosk-1", &replay), CLINIC_CODE_FORBIDDEN);
    const struct clinic_reply *reply = ask(bench, "desk-1", &replay);
    assert_true(reply->is_accepted);
    char *text = clinic_json_print(reply->data);
    assert_non_null(text);
    assert_non_null(strstr(text, "\"sequence\":\"0000000000000002\""));
    assert_null(strstr(text, "\"sequence\":\"0000000000000001\""));
    assert_null(strstr(text, "Chen"));
    free(text);
    for (size_t i = 0; i < 2; i++)
        clinic_request_done(&patients[i]);
    clinic_request_done(&replay);
}

#define bench_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        bench_test(the_same_request_three_times_makes_one_patient),
        bench_test(one_bad_request_does_not_spoil_its_neighbours),
        bench_test(a_request_waits_for_the_one_it_names),
        bench_test(an_order_holds_within_one_transaction),
        bench_test(an_id_cannot_be_used_for_something_else),
        bench_test(a_forgotten_request_is_refused_when_it_is_replayed),
        bench_test(within_the_time_nothing_is_forgotten),
        bench_test(who_may_ask_is_decided_by_certificate_and_session),
        bench_test(a_changed_registry_is_in_force_and_a_broken_one_is_not),
        bench_test(a_request_that_waited_is_judged_by_when_it_was_made),
        bench_test(the_remembered_reply_is_forgotten_with_the_patient),
        bench_test(what_was_written_before_a_refusal_is_undone_alone),
        bench_test(a_failing_handler_is_undone_alone_and_recorded),
        bench_test(a_message_without_an_id_is_counted_and_the_next_one_works),
        bench_test(an_unknown_action_is_answered),
        bench_test(replay_gives_what_came_after_and_nothing_personal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
