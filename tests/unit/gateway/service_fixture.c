#include "service_fixture.h"

#include "../../../gateway/schema.h"

#include <audit/audit.h>
#include <event_log.h>
#include <folder.h>
#include <staff/staff.h>

#include <ftw.h>
#include <sqlite3.h>
#include <time.h>

enum { SQL_BYTES = 1024, DATA_BYTES = 64 * 1024, FOLDERS_OPEN_MAX = 16 };

// 2026-11-23 09:00 in Paris.
static const int64_t START_MS = INT64_C(1795420800000);

// ---- the store

static int64_t read_clock(void *context)
{
    return ((const struct service_fixture *)context)->wall_ms;
}

static void open_store(struct service_fixture *fixture, const char *folder,
                       struct store **ret_store)
{
    char problem[STORE_PROBLEM_BYTES];
    struct store_config config = {
        .folder = folder,
        .mode = STORE_SERVE,
        .clock = &fixture->clock,
    };

    config.steps = schema_steps(&config.step_count);
    config.statements = schema_statements(&config.statement_count);
    if (store_open(&config, ret_store, problem) != CLINIC_OK)
        fail_msg("%s", problem);
}

void services_set_zone(const char *zone)
{
    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
}

int services_open(void **state)
{
    struct service_fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    services_set_zone("Europe/Paris");
    fixture->wall_ms = START_MS;
    fixture->clock = (struct clinic_clock){ read_clock, read_clock, fixture };
    fixture->site = (struct site){
        .id = "test",
        .name = "Clinique du Parc",
        .phone = "+33 1 23 45 67 89",
        .country = "FR",
        .zone = "Europe/Paris",
        .language = "fr",
        .booking_days = 90,
    };
    folder_make("services", fixture->folder, sizeof fixture->folder);
    open_store(fixture, fixture->folder, &fixture->store);
    services_at(fixture, "desk-1", CLINIC_ROLE_DESK);
    fixture->caller.staff_role = CLINIC_STAFF_RECEPTION;
    (void)snprintf(fixture->caller.person, sizeof fixture->caller.person, "Rita");
    *state = fixture;
    return 0;
}

void services_reopen(struct service_fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
    open_store(fixture, fixture->folder, &fixture->store);
}

// ---- rebuilt state is live state

struct fold {
    struct store *target;
    const struct site *site;
};

static bool fold_event(void *context, const struct clinic_event *event,
                       const struct event_origin *origin, bool is_erased)
{
    const struct fold *fold = context;
    const struct reaction_scene scene = { fold->target, fold->site, origin, is_erased };

    assert_int_equal(services_react(&scene, event), CLINIC_OK);
    return true;
}

static void assert_same_table(struct store *live, struct store *rebuilt, const char *table)
{
    uint8_t live_digest[32];
    uint8_t rebuilt_digest[32];
    int64_t live_rows;
    int64_t rebuilt_rows;

    assert_int_equal(store_table_digest(live, table, live_digest, &live_rows), CLINIC_OK);
    assert_int_equal(store_table_digest(rebuilt, table, rebuilt_digest, &rebuilt_rows), CLINIC_OK);
    if (live_rows != rebuilt_rows || memcmp(live_digest, rebuilt_digest, sizeof live_digest) != 0)
        fail_msg("table %s: %lld rows live, %lld rebuilt, or their content differs", table,
                 (long long)live_rows, (long long)rebuilt_rows);
}

static void assert_rebuild_is_equal(struct service_fixture *fixture)
{
    char folder[64];
    struct store *rebuilt;
    const struct event_filter all = { 0 };
    struct event_log_report report;

    folder_make("services", folder, sizeof folder);
    open_store(fixture, folder, &rebuilt);
    struct fold fold = { rebuilt, &fixture->site };
    assert_int_equal(store_begin(rebuilt), CLINIC_OK);
    assert_int_equal(event_log_read(fixture->store, &all, fold_event, &fold), CLINIC_OK);
    assert_int_equal(store_commit(rebuilt), CLINIC_OK);
    for (size_t i = 0; i < service_count; i++) {
        for (const char *const *table = service_list[i]->tables; *table != NULL; table++)
            assert_same_table(fixture->store, rebuilt, *table);
    }
    store_close(rebuilt);
    folder_remove(folder);
    assert_int_equal(event_log_verify(fixture->store, 1, &report), CLINIC_OK);
}

int services_close(void **state)
{
    struct service_fixture *fixture = *state;

    assert_rebuild_is_equal(fixture);
    store_close(fixture->store);
    clinic_reply_done(&fixture->reply);
    folder_remove(fixture->folder);
    free(fixture);
    return 0;
}

// ---- asking

void services_at(struct service_fixture *fixture, const char *node, enum clinic_node_role role)
{
    fixture->caller = (struct caller){ .node_role = role };
    fixture->session[0] = '\0';
    (void)snprintf(fixture->caller.node, sizeof fixture->caller.node, "%s", node);
}

void services_as(struct service_fixture *fixture, enum clinic_staff_role role, const char *name,
                 const char *pin)
{
    char problem[200];
    struct staff_member member;
    enum clinic_status status =
        staff_add(fixture->store, name, role, pin, fixture->wall_ms, problem, sizeof problem);

    assert_true(status == CLINIC_OK || status == CLINIC_EXISTS);
    fixture->caller.staff_role = CLINIC_STAFF_NONE;
    assert_accepted(fixture, CLINIC_REQUEST_STAFF_SIGN_IN, "{\"name\":\"%s\",\"pin\":\"%s\"}", name,
                    pin);
    (void)snprintf(fixture->session, sizeof fixture->session, "%s", reply_text(fixture, "session"));
    assert_int_equal(staff_find_session(fixture->store, fixture->session, fixture->caller.node,
                                        fixture->wall_ms, &member),
                     CLINIC_OK);
    fixture->caller.staff_id = member.id;
    fixture->caller.staff_role = member.role;
    (void)snprintf(fixture->caller.person, sizeof fixture->caller.person, "%s", member.name);
}

struct clinic_id services_new_id(struct service_fixture *fixture)
{
    return clinic_id_next(&fixture->ids, fixture->wall_ms);
}

static void check_fields(const struct clinic_field *fields, size_t count, const cJSON *data)
{
    struct clinic_problem problem;

    if (!clinic_fields_check(fields, count, data, false, &problem))
        fail_msg("%s: %s", problem.field, problem.message);
}

static void audit(struct service_fixture *fixture, const struct ability *ability,
                  const struct decision *decision, bool is_accepted)
{
    char action[64];
    const struct clinic_request_type *type = &clinic_request_types[ability->kind];

    if (!ability->is_audited && !(ability->is_audited_if_refused && !is_accepted))
        return;
    (void)snprintf(action, sizeof action, "%s/%s", type->entity, type->action);
    const struct audit_access access = {
        .caller = &fixture->caller,
        .action = action,
        .subject = decision->subject,
        .outcome = is_accepted ? "accepted" : fixture->reply.problem.code,
        .time_ms = fixture->wall_ms,
    };
    assert_int_equal(audit_record_access(fixture->store, &access), CLINIC_OK);
}

struct decision services_decision(struct service_fixture *fixture,
                                  const struct clinic_request *request, struct clinic_reply *reply)
{
    return (struct decision){
        .store = fixture->store,
        .site = &fixture->site,
        .caller = &fixture->caller,
        .request = request,
        .registry = fixture->registry,
        .self = fixture->self,
        .now_ms = fixture->wall_ms,
        .reply = reply,
    };
}

// As the intake does: a transaction, a savepoint that a refusal takes back, the trail, the commit.
static bool decide(struct service_fixture *fixture, const struct ability *ability,
                   struct decision *decision)
{
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(store_savepoint(fixture->store), CLINIC_OK);
    enum clinic_status status = ability->decide(decision);
    if (status != CLINIC_OK && status != CLINIC_REFUSED)
        fail_msg("the handler failed: %s", clinic_status_text(status));
    if (status == CLINIC_REFUSED && !decision->keeps_writes)
        store_rollback_to_savepoint(fixture->store);
    else
        assert_int_equal(store_release(fixture->store), CLINIC_OK);
    if (!(decision->is_known_access && status == CLINIC_OK))
        audit(fixture, ability, decision, status == CLINIC_OK);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    if (status == CLINIC_OK && decision->needs_checkpoint)
        assert_int_equal(store_checkpoint(fixture->store), CLINIC_OK);
    return status == CLINIC_OK;
}

bool services_ask_as_sent(struct service_fixture *fixture, const struct clinic_request *request)
{
    const struct clinic_request_type *type = &clinic_request_types[request->kind];
    const struct ability *ability = services_find_ability(request->kind);
    struct decision decision = services_decision(fixture, request, &fixture->reply);

    assert_non_null(ability);
    check_fields(type->fields, type->field_count, request->data);
    clinic_reply_done(&fixture->reply);
    fixture->reply = (struct clinic_reply){ .id = request->id };
    bool is_accepted = decide(fixture, ability, &decision);
    if (is_accepted && type->reply_field_count > 0)
        check_fields(type->reply_fields, type->reply_field_count, fixture->reply.data);
    fixture->reply.is_accepted = is_accepted;
    fixture->reply_owner = decision.reply_owner;
    fixture->needs_checkpoint = decision.needs_checkpoint;
    (void)snprintf(fixture->subject, sizeof fixture->subject, "%s", decision.subject);
    return is_accepted;
}

__attribute__((format(printf, 1, 0))) static cJSON *read_data(const char *format, va_list arguments)
{
    char text[DATA_BYTES];
    cJSON *data = NULL;
    struct clinic_problem problem;
    const int length = vsnprintf(text, sizeof text, format, arguments);

    assert_in_range(length, 0, DATA_BYTES - 1);
    if (clinic_json_parse(text, strlen(text), &data, &problem) != CLINIC_OK)
        fail_msg("%s: %s", text, problem.message);
    return data;
}

bool services_ask(struct service_fixture *fixture, enum clinic_request_kind kind,
                  const char *format, ...)
{
    va_list arguments;
    struct clinic_request request = {
        .id = services_new_id(fixture),
        .kind = kind,
        .time_ms = fixture->request_time_ms == 0 ? fixture->wall_ms : fixture->request_time_ms,
    };

    va_start(arguments, format);
    request.data = read_data(format, arguments);
    va_end(arguments);
    memcpy(request.session, fixture->session, sizeof request.session);
    bool is_accepted = services_ask_as_sent(fixture, &request);
    clinic_request_done(&request);
    return is_accepted;
}

void services_happen(struct service_fixture *fixture, enum clinic_event_kind kind,
                     const char *subject, const char *owner, const char *format, ...)
{
    va_list arguments;
    struct clinic_id owner_id = { 0 };
    struct clinic_reply reply = { 0 };
    const struct clinic_request request = {
        .id = services_new_id(fixture),
        .time_ms = fixture->request_time_ms == 0 ? fixture->wall_ms : fixture->request_time_ms,
    };
    struct decision decision = services_decision(fixture, &request, &reply);

    assert_true(owner == NULL || clinic_id_parse(owner, &owner_id));
    va_start(arguments, format);
    cJSON *data = read_data(format, arguments);
    va_end(arguments);
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    enum clinic_status status =
        decision_append(&decision, kind, subject, owner == NULL ? NULL : &owner_id, NULL, data);
    if (status != CLINIC_OK)
        fail_msg("%s was not taken in: %s", clinic_event_types[kind].name,
                 clinic_status_text(status));
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    clinic_reply_done(&reply);
}

static void tend(struct service_fixture *fixture)
{
    const struct caller gateway = { .node = "gateway", .node_role = CLINIC_ROLE_GATEWAY };
    const struct clinic_request request = { .time_ms = fixture->wall_ms };
    struct clinic_reply reply = { 0 };
    struct decision decision = services_decision(fixture, &request, &reply);
    const int64_t changes = store_changes(fixture->store);

    decision.caller = &gateway;
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(services_tend(&decision), CLINIC_OK);
    if (store_changes(fixture->store) != changes)
        assert_int_equal(store_commit(fixture->store), CLINIC_OK);
    else
        store_rollback(fixture->store);
    clinic_reply_done(&reply);
}

void services_pass(struct service_fixture *fixture, int64_t ms, int64_t step_ms)
{
    for (int64_t passed = 0; passed < ms; passed += step_ms) {
        fixture->wall_ms += step_ms;
        tend(fixture);
    }
}

void services_register(struct service_fixture *fixture, const char *name, const char *birth_date,
                       char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    const struct clinic_id id = services_new_id(fixture);

    clinic_id_print(&id, ret_id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_CREATE,
                    "{\"patient_id\":\"%s\",\"name\":\"%s\",\"birth_date\":\"%s\"}", ret_id, name,
                    birth_date);
}

const char *reply_text(const struct service_fixture *fixture, const char *name)
{
    const char *text = clinic_json_text(fixture->reply.data, name);

    assert_non_null(text);
    return text;
}

// ---- looking from outside

__attribute__((format(printf, 2, 0))) static char *run_sql(const struct service_fixture *fixture,
                                                           const char *format, va_list arguments)
{
    char path[128];
    char sql[SQL_BYTES];
    sqlite3 *db;
    sqlite3_stmt *statement;
    char *text = NULL;

    assert_in_range(vsnprintf(sql, sizeof sql, format, arguments), 0, SQL_BYTES - 1);
    (void)snprintf(path, sizeof path, "%s/clinic.db", fixture->folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
        text = strdup((const char *)sqlite3_column_text(statement, 0));
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return text;
}

char *sql_text(const struct service_fixture *fixture, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = run_sql(fixture, format, arguments);
    va_end(arguments);
    return text;
}

int64_t sql_number(const struct service_fixture *fixture, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = run_sql(fixture, format, arguments);
    va_end(arguments);
    assert_non_null(text);
    int64_t number = strtoll(text, NULL, 10);
    free(text);
    return number;
}

void assert_sql_text(const struct service_fixture *fixture, const char *wanted, const char *sql)
{
    char *text = sql_text(fixture, "%s", sql);

    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

static bool file_holds(const char *path, const char *text)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&bytes, &length);
    int c;

    assert_non_null(file);
    assert_non_null(memory);
    while ((c = getc(file)) != EOF)
        (void)putc(c, memory);
    (void)fclose(file);
    (void)fclose(memory);
    bool holds = memmem(bytes, length, text, strlen(text)) != NULL;
    free(bytes);
    return holds;
}

// nftw() has no context to hand on.
static const char *wanted_text;

static int look_into(const char *path, const struct stat *about, int type, struct FTW *place)
{
    (void)about;
    if (type != FTW_F || strcmp(path + place->base, "ballast") == 0)
        return 0;
    return file_holds(path, wanted_text);
}

bool services_hold(const struct service_fixture *fixture, const char *text)
{
    wanted_text = text;
    const int found = nftw(fixture->folder, look_into, FOLDERS_OPEN_MAX, FTW_PHYS);
    assert_in_range(found, 0, 1);
    return found == 1;
}
