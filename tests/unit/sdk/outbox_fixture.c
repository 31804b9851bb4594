#include "outbox_fixture.h"

#include "folder.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int64_t wall_ms(void *context)
{
    return ((struct fixture *)context)->wall_ms;
}

static int64_t monotonic_ms(void *context)
{
    return ((struct fixture *)context)->monotonic_ms;
}

enum clinic_status try_open(struct fixture *fixture)
{
    return clinic_outbox_open(&fixture->config, &fixture->clock, &fixture->outbox,
                              &fixture->was_set_aside);
}

void open_outbox(struct fixture *fixture)
{
    assert_int_equal(try_open(fixture), CLINIC_OK);
}

void close_outbox(struct fixture *fixture)
{
    clinic_outbox_close(fixture->outbox);
    fixture->outbox = NULL;
}

void reopen(struct fixture *fixture)
{
    close_outbox(fixture);
    open_outbox(fixture);
}

struct clinic_request numbered_request(struct clinic_outbox *outbox, int number)
{
    struct clinic_request request = { .id = clinic_outbox_next_id(outbox),
                                      .kind = CLINIC_REQUEST_PATIENT_CREATE,
                                      .time_ms = 1700000000000 + number,
                                      .session = "session-of-somebody" };
    char name[64];
    (void)snprintf(name, sizeof name, "Zebedee Quux %d", number);
    request.data = cJSON_CreateObject();
    assert_non_null(cJSON_AddStringToObject(request.data, "name", name));
    assert_non_null(cJSON_AddNumberToObject(request.data, "number", number));
    return request;
}

enum clinic_status try_put(struct fixture *fixture, int number, struct clinic_id *ret_id)
{
    struct clinic_request request = numbered_request(fixture->outbox, number);
    const enum clinic_status status = clinic_outbox_put(fixture->outbox, &request);
    if (ret_id != NULL)
        *ret_id = request.id;
    clinic_request_done(&request);
    return status;
}

struct clinic_id put(struct fixture *fixture, int number)
{
    struct clinic_id id;
    assert_int_equal(try_put(fixture, number, &id), CLINIC_OK);
    return id;
}

int number_of(const struct clinic_request *request)
{
    int64_t number = -1;
    assert_true(clinic_json_integer(request->data, "number", &number));
    return (int)number;
}

int next(struct fixture *fixture)
{
    const struct clinic_request *request = NULL;
    const enum clinic_status status = clinic_outbox_next(fixture->outbox, &request);
    if (status == CLINIC_NOT_FOUND)
        return -1;
    assert_int_equal(status, CLINIC_OK);
    return number_of(request);
}

enum clinic_status reply(struct fixture *fixture, const struct clinic_id *id, const char *code)
{
    struct clinic_reply answer = { .id = *id, .is_accepted = code == NULL };
    enum clinic_code known;
    if (code != NULL) {
        (void)snprintf(answer.problem.code, sizeof answer.problem.code, "%s", code);
        (void)snprintf(answer.problem.message, sizeof answer.problem.message, "Because of Quux.");
        answer.is_temporary = clinic_code_find(code, &known) && clinic_codes[known].is_temporary;
    }
    return clinic_outbox_settle(fixture->outbox, &answer, NULL);
}

struct clinic_outbox_counts count(struct fixture *fixture)
{
    struct clinic_outbox_counts counts;
    clinic_outbox_count(fixture->outbox, &counts);
    return counts;
}

size_t read_file(const char *path, char **ret_bytes)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    struct stat facts;
    assert_int_equal(fstat(fileno(file), &facts), 0);
    *ret_bytes = calloc(1, (size_t)facts.st_size + 1);
    const size_t length = fread(*ret_bytes, 1, (size_t)facts.st_size, file);
    assert_int_equal(fclose(file), 0);
    return length;
}

void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

int files_with(const struct fixture *fixture, const void *bytes, size_t length)
{
    int found = 0;
    DIR *folder = opendir(fixture->folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[512];
        char *content = NULL;
        (void)snprintf(path, sizeof path, "%s/%s", fixture->folder, entry->d_name);
        struct stat facts;
        assert_int_equal(stat(path, &facts), 0);
        if (!S_ISREG(facts.st_mode))
            continue;
        const size_t content_length = read_file(path, &content);
        found += content_length > 0 && memmem(content, content_length, bytes, length) != NULL;
        free(content);
    }
    (void)closedir(folder);
    return found;
}

int files_set_aside(const struct fixture *fixture)
{
    int found = 0;
    DIR *folder = opendir(fixture->folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const char *time = strstr(entry->d_name, "db.damaged-");
        found += time != NULL && strchr(time + strlen("db.damaged-"), '-') == NULL;
    }
    (void)closedir(folder);
    return found;
}

void run_sql(const struct fixture *fixture, const char *sql)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(fixture->config.path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

int outbox_set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    folder_make("clinic-outbox", fixture->folder, sizeof fixture->folder);
    fixture->config = (struct clinic_outbox_config){ .key = { 7 },
                                                     .window = 4,
                                                     .rows_max = 1000,
                                                     .bytes_max = 1000000,
                                                     .retransmit_after_ms = 2000 };
    (void)snprintf(fixture->config.path, sizeof fixture->config.path, "%s/outbox.db",
                   fixture->folder);
    fixture->wall_ms = 1700000000000;
    fixture->monotonic_ms = 5000;
    fixture->clock = (struct clinic_clock){ wall_ms, monotonic_ms, fixture };
    open_outbox(fixture);
    *state = fixture;
    return 0;
}

int outbox_tear_down(void **state)
{
    struct fixture *fixture = *state;
    close_outbox(fixture);
    folder_remove(fixture->folder);
    free(fixture);
    return 0;
}
