#include "store_fixture.h"

#include <folder.h>
#include <store_schema.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char note_table[] = "CREATE TABLE note ("
                                 " id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),"
                                 " name TEXT UNIQUE,"
                                 " weight INTEGER CHECK (weight >= 0)"
                                 ") STRICT;";
const char *const fixture_schema[] = { note_table, NULL };

const char *const fixture_sql[FIXTURE_STATEMENT_COUNT] = {
    [PUT_NOTE] = "INSERT INTO note (id, name, weight) VALUES (?1, ?2, ?3)",
    [FIND_NOTE] = "SELECT name, weight FROM note WHERE id = ?1",
    [LIST_NOTES] = "SELECT id, name FROM note ORDER BY id",
    [REMOVE_NOTES] = "DELETE FROM note",
    [CHANGE_EVENTS] = "UPDATE event SET subject = 'other/1'",
    [REMOVE_EVENTS] = "DELETE FROM event",
};
static const struct statements statements = { fixture_sql, FIXTURE_STATEMENT_COUNT };

// ---- the store

static int64_t wall_ms(void *context)
{
    const struct store_fixture *fixture = context;
    return fixture->wall_ms != 0 ? fixture->wall_ms : clinic_wall_ms(clinic_clock_system());
}

static int64_t monotonic_ms(void *context)
{
    const struct store_fixture *fixture = context;
    return fixture->monotonic_ms != 0 ? fixture->monotonic_ms
                                      : clinic_monotonic_ms(clinic_clock_system());
}

int fixture_folder(void **state)
{
    struct store_fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    folder_make("store", fixture->folder, sizeof fixture->folder);
    fixture->clock = (struct clinic_clock){ wall_ms, monotonic_ms, fixture };
    fixture->steps[0] = (struct schema_step){ "log", store_schema };
    fixture->steps[1] = (struct schema_step){ "notes", fixture_schema };
    fixture->step_count = 2;
    *state = fixture;
    return 0;
}

int fixture_open(void **state)
{
    fixture_folder(state);
    fixture_reopen(*state);
    return 0;
}

enum clinic_status fixture_try_mode(struct store_fixture *fixture, enum store_mode mode,
                                    struct store **ret_store)
{
    const struct store_config config = {
        .folder = fixture->folder,
        .mode = mode,
        .steps = fixture->steps,
        .step_count = fixture->step_count,
        .statements = &statements,
        .statement_count = 1,
        .reserve_bytes = fixture->reserve_bytes,
        .clock = &fixture->clock,
    };
    return store_open(&config, ret_store, fixture->problem);
}

enum clinic_status fixture_try(struct store_fixture *fixture)
{
    assert_null(fixture->store);
    return fixture_try_mode(fixture, STORE_SERVE, &fixture->store);
}

void fixture_shut(struct store_fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
}

void fixture_reopen(struct store_fixture *fixture)
{
    fixture_shut(fixture);
    const enum clinic_status status = fixture_try(fixture);
    if (status != CLINIC_OK)
        fail_msg("cannot open: %s", fixture->problem);
}

// Calls `visit` for each file until it returns true; tells whether it did.
static bool any_file(const struct store_fixture *fixture,
                     bool (*visit)(const struct store_fixture *fixture, const char *name,
                                   void *context),
                     void *context)
{
    bool is_found = false;
    struct dirent **entries = NULL;
    const int count = scandir(fixture->folder, &entries, NULL, alphasort);
    assert_true(count >= 0);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.' && !is_found)
            is_found = visit(fixture, entries[i]->d_name, context);
        free(entries[i]);
    }
    free(entries);
    return is_found;
}

int fixture_close(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_shut(fixture);
    folder_remove(fixture->folder);
    free(fixture);
    return 0;
}

// ---- files

void fixture_path(const struct store_fixture *fixture, const char *name, char path[static 128])
{
    assert_true(snprintf(path, 128, "%s/%s", fixture->folder, name) < 128);
}

struct search {
    const void *bytes;
    size_t length;
    char *name;
};

static bool begins_so(const struct store_fixture *fixture, const char *name, void *context)
{
    (void)fixture;
    const struct search *search = context;
    if (strncmp(name, search->bytes, search->length) != 0)
        return false;
    (void)snprintf(search->name, 256, "%s", name);
    return true;
}

bool fixture_find(const struct store_fixture *fixture, const char *prefix, char name[static 256])
{
    struct search search = { prefix, strlen(prefix), name };
    return any_file(fixture, begins_so, &search);
}

uint8_t *fixture_read(const struct store_fixture *fixture, const char *name, size_t *ret_length)
{
    char path[128];
    struct stat about;
    fixture_path(fixture, name, path);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    assert_int_equal(fstat(fd, &about), 0);
    uint8_t *bytes = malloc((size_t)about.st_size + 1);
    assert_non_null(bytes);
    assert_int_equal(read(fd, bytes, (size_t)about.st_size), about.st_size);
    (void)close(fd);
    *ret_length = (size_t)about.st_size;
    return bytes;
}

void fixture_write(const struct store_fixture *fixture, const char *name, const void *bytes,
                   size_t length)
{
    char path[128];
    fixture_path(fixture, name, path);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), (ssize_t)length);
    assert_int_equal(close(fd), 0);
}

static bool file_holds(const struct store_fixture *fixture, const char *name, void *context)
{
    const struct search *search = context;
    size_t length = 0;
    uint8_t *content = fixture_read(fixture, name, &length);
    assert_non_null(content);
    const bool holds = memmem(content, length, search->bytes, search->length) != NULL;
    free(content);
    return holds;
}

bool fixture_holds(const struct store_fixture *fixture, const void *bytes, size_t length)
{
    struct search search = { bytes, length, NULL };
    return any_file(fixture, file_holds, &search);
}

// ---- another hand on the file

sqlite3 *fixture_raw(const struct store_fixture *fixture, const char *name)
{
    char path[128];
    sqlite3 *db = NULL;
    fixture_path(fixture, name, path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

void fixture_sql_raw(const struct store_fixture *fixture, const char *sql)
{
    sqlite3 *db = fixture_raw(fixture, "clinic.db");
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int64_t fixture_number(const struct store_fixture *fixture, const char *sql)
{
    sqlite3 *db = fixture_raw(fixture, "clinic.db");
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return number;
}

// ---- events

struct clinic_id fixture_id(uint8_t number)
{
    return (
        struct clinic_id){ { 1, 2, 3, 4, 5, 6, 0x70, 8, 0x80, 10, 11, 12, 13, 14, 15, number } };
}

static const struct event_origin origin = { .node = "desk-1", .person = "ana" };

enum clinic_status fixture_append_stock(struct store *store, struct clinic_event *ret_event)
{
    *ret_event = (struct clinic_event){
        .kind = CLINIC_EQUIPMENT_LOW_STOCK,
        .subject = "equipment/gloves",
        .time_ms = 1000,
        .correlation = fixture_id(200),
        .data = cJSON_Parse("{\"item_id\":\"gloves\",\"name\":\"Gloves\",\"quantity\":4,"
                            "\"minimum\":10,\"unit\":\"box\",\"location\":\"room 2\"}"),
    };
    return event_log_append(store, ret_event, &origin, NULL);
}

enum clinic_status fixture_append_patient(struct store *store, const struct clinic_id *patient,
                                          const char *name, struct clinic_event *ret_event)
{
    char id[CLINIC_ID_TEXT_BYTES];
    clinic_id_print(patient, id);
    *ret_event = (struct clinic_event){
        .kind = CLINIC_PATIENT_CREATED,
        .time_ms = 1000,
        .correlation = fixture_id(201),
        .causation = fixture_id(202),
        .data = cJSON_CreateObject(),
    };
    (void)snprintf(ret_event->subject, sizeof ret_event->subject, "patient/%s", id);
    cJSON_AddStringToObject(ret_event->data, "patient_id", id);
    cJSON_AddBoolToObject(ret_event->data, "provisional", true);
    cJSON_AddStringToObject(ret_event->data, "name", name);
    return event_log_append(store, ret_event, &origin, patient);
}

void fixture_commit_stock(struct store_fixture *fixture, int count)
{
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    for (int i = 0; i < count; i++) {
        struct clinic_event event;
        assert_int_equal(fixture_append_stock(fixture->store, &event), CLINIC_OK);
        clinic_event_done(&event);
    }
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
}

void fixture_commit_patient(struct store_fixture *fixture, uint8_t number, const char *name)
{
    struct clinic_event event;
    const struct clinic_id patient = fixture_id(number);
    assert_int_equal(store_begin(fixture->store), CLINIC_OK);
    assert_int_equal(vault_create(fixture->store, &patient), CLINIC_OK);
    assert_int_equal(fixture_append_patient(fixture->store, &patient, name, &event), CLINIC_OK);
    clinic_event_done(&event);
    assert_int_equal(store_commit(fixture->store), CLINIC_OK);
}
