#include <clinic/outbox.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

// A test's folder, outbox and clock.
struct fixture {
    char folder[64];
    struct clinic_outbox_config config;
    int64_t wall_ms;
    int64_t monotonic_ms;
    struct clinic_clock clock;
    struct clinic_outbox *outbox;
    bool was_set_aside;
};

static int64_t wall_ms(void *context)
{
    return ((struct fixture *)context)->wall_ms;
}

static int64_t monotonic_ms(void *context)
{
    return ((struct fixture *)context)->monotonic_ms;
}

// ---- helpers

static enum clinic_status try_open(struct fixture *fixture)
{
    return clinic_outbox_open(&fixture->config, &fixture->clock, &fixture->outbox,
                              &fixture->was_set_aside);
}

static void open_outbox(struct fixture *fixture)
{
    assert_int_equal(try_open(fixture), CLINIC_OK);
}

static void close_outbox(struct fixture *fixture)
{
    clinic_outbox_close(fixture->outbox);
    fixture->outbox = NULL;
}

static void reopen(struct fixture *fixture)
{
    close_outbox(fixture);
    open_outbox(fixture);
}

static struct clinic_request numbered_request(struct clinic_outbox *outbox, int number)
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

static enum clinic_status try_put(struct fixture *fixture, int number, struct clinic_id *ret_id)
{
    struct clinic_request request = numbered_request(fixture->outbox, number);
    const enum clinic_status status = clinic_outbox_put(fixture->outbox, &request);
    if (ret_id != NULL)
        *ret_id = request.id;
    clinic_request_done(&request);
    return status;
}

static struct clinic_id put(struct fixture *fixture, int number)
{
    struct clinic_id id;
    assert_int_equal(try_put(fixture, number, &id), CLINIC_OK);
    return id;
}

static int number_of(const struct clinic_request *request)
{
    int64_t number = -1;
    assert_true(clinic_json_integer(request->data, "number", &number));
    return (int)number;
}

// The number of the next request to be sent, or -1.
static int next(struct fixture *fixture)
{
    const struct clinic_request *request = NULL;
    const enum clinic_status status = clinic_outbox_next(fixture->outbox, &request);
    if (status == CLINIC_NOT_FOUND)
        return -1;
    assert_int_equal(status, CLINIC_OK);
    return number_of(request);
}

static enum clinic_status reply(struct fixture *fixture, const struct clinic_id *id,
                                const char *code)
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

static struct clinic_outbox_counts count(struct fixture *fixture)
{
    struct clinic_outbox_counts counts;
    clinic_outbox_count(fixture->outbox, &counts);
    return counts;
}

static size_t read_file(const char *path, char **ret_bytes)
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

static void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

// In how many files of the folder the bytes are.
static int files_with(const struct fixture *fixture, const void *bytes, size_t length)
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

// Files that were set aside, their journals not counted.
static int files_set_aside(const struct fixture *fixture)
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

static void run_sql(const struct fixture *fixture, const char *sql)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(fixture->config.path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/clinic-outbox-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
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

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    close_outbox(fixture);
    DIR *folder = opendir(fixture->folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    (void)closedir(folder);
    assert_int_equal(rmdir(fixture->folder), 0);
    free(fixture);
    return 0;
}

// ---- what is kept

static void what_is_put_comes_out_in_order_and_whole(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id first = put(fixture, 1);
    const struct clinic_id second = put(fixture, 2);
    reopen(fixture);
    assert_false(fixture->was_set_aside);

    const struct clinic_request *request = NULL;
    assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_OK);
    assert_true(clinic_id_equal(&request->id, &first));
    assert_true(clinic_id_is_none(&request->after));
    assert_int_equal(request->kind, CLINIC_REQUEST_PATIENT_CREATE);
    assert_int_equal(request->time_ms, 1700000000001);
    assert_string_equal(request->session, "session-of-somebody");
    assert_string_equal(clinic_json_text(request->data, "name"), "Zebedee Quux 1");

    assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_OK);
    assert_true(clinic_id_equal(&request->id, &second));
    assert_true(clinic_id_equal(&request->after, &first));
    assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_NOT_FOUND);
}

static void an_answered_request_is_gone(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id id = put(fixture, 1);
    assert_int_equal(count(fixture).waiting, 1);
    assert_int_equal(count(fixture).oldest_put_at_ms, fixture->wall_ms);
    assert_int_equal(next(fixture), 1);
    assert_int_equal(reply(fixture, &id, NULL), CLINIC_OK);
    assert_int_equal(reply(fixture, &id, NULL), CLINIC_NOT_FOUND);
    assert_int_equal(count(fixture).waiting, 0);
    assert_int_equal(count(fixture).bytes, 0);
    assert_int_equal(count(fixture).oldest_put_at_ms, 0);
    reopen(fixture);
    assert_int_equal(count(fixture).waiting, 0);
    assert_int_equal(next(fixture), -1);
}

static bool remember_rejected(void *context, enum clinic_outbox_row_state state,
                              const struct clinic_request *request,
                              const struct clinic_problem *problem)
{
    struct clinic_problem *seen = context;
    if (state == CLINIC_OUTBOX_REJECTED) {
        assert_int_equal(number_of(request), 1);
        *seen = *problem;
    }
    return true;
}

static void a_rejected_request_is_kept_until_it_is_dropped(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id rejected = put(fixture, 1);
    const struct clinic_id waiting = put(fixture, 2);
    assert_int_equal(next(fixture), 1);
    assert_int_equal(reply(fixture, &rejected, "invalid.field"), CLINIC_OK);
    assert_int_equal(reply(fixture, &rejected, NULL), CLINIC_NOT_FOUND);
    reopen(fixture);
    assert_int_equal(count(fixture).rejected, 1);
    assert_int_equal(count(fixture).waiting, 1);

    struct clinic_problem seen = { 0 };
    assert_int_equal(clinic_outbox_each(fixture->outbox, remember_rejected, &seen), CLINIC_OK);
    assert_string_equal(seen.code, "invalid.field");
    assert_string_equal(seen.message, "Because of Quux.");

    const struct clinic_request *request = NULL;
    assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_OK);
    assert_true(clinic_id_is_none(&request->after)); // the one before it is answered

    assert_int_equal(clinic_outbox_drop(fixture->outbox, &waiting), CLINIC_NOT_FOUND);
    assert_int_equal(clinic_outbox_drop(fixture->outbox, &rejected), CLINIC_OK);
    assert_int_equal(clinic_outbox_drop(fixture->outbox, &rejected), CLINIC_NOT_FOUND);
    assert_int_equal(count(fixture).rejected, 0);
}

static void an_unknown_code_is_final(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id id = put(fixture, 1);
    assert_int_equal(reply(fixture, &id, "from.the.future"), CLINIC_OK);
    assert_int_equal(count(fixture).rejected, 1);
}

static void an_id_is_taken_once(void **state)
{
    struct fixture *fixture = *state;
    struct clinic_request request = numbered_request(fixture->outbox, 1);
    assert_int_equal(clinic_outbox_put(fixture->outbox, &request), CLINIC_OK);
    assert_int_equal(clinic_outbox_put(fixture->outbox, &request), CLINIC_EXISTS);
    assert_int_equal(count(fixture).waiting, 1);
    clinic_request_done(&request);
}

static void ids_go_on_where_the_clock_fell_back_over_a_restart(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id id = put(fixture, 1);
    assert_int_equal(reply(fixture, &id, NULL), CLINIC_OK);
    close_outbox(fixture);
    fixture->wall_ms = 1000;
    open_outbox(fixture);
    const struct clinic_id later = clinic_outbox_next_id(fixture->outbox);
    assert_true(clinic_id_compare(&later, &id) > 0);
}

static void limits_are_refused_and_nothing_is_stored(void **state)
{
    struct fixture *fixture = *state;
    close_outbox(fixture);
    fixture->config.rows_max = 2;
    open_outbox(fixture);
    (void)put(fixture, 1);
    const struct clinic_id second = put(fixture, 2);
    assert_int_equal(try_put(fixture, 3, NULL), CLINIC_FULL);
    // A rejected one still takes its place.
    assert_int_equal(reply(fixture, &second, "forbidden"), CLINIC_OK);
    assert_int_equal(try_put(fixture, 3, NULL), CLINIC_FULL);

    close_outbox(fixture);
    fixture->config.rows_max = 1000;
    fixture->config.bytes_max = 1000;
    open_outbox(fixture);
    int stored = 2;
    while (try_put(fixture, stored, NULL) == CLINIC_OK)
        stored++;
    assert_in_range(count(fixture).bytes, 500, 1000);
    reopen(fixture);
    assert_int_equal(count(fixture).waiting + count(fixture).rejected, stored);
}

static void a_request_that_is_too_large_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct clinic_request request = numbered_request(fixture->outbox, 1);
    char *text = calloc(1, CLINIC_JSON_BYTES_MAX + 1);
    memset(text, 'x', CLINIC_JSON_BYTES_MAX);
    assert_non_null(cJSON_AddStringToObject(request.data, "text", text));
    assert_int_not_equal(clinic_outbox_put(fixture->outbox, &request), CLINIC_OK);
    assert_int_equal(count(fixture).waiting, 0);
    free(text);
    clinic_request_done(&request);
}

// ---- sending

static void the_window_bounds_what_is_unanswered(void **state)
{
    struct fixture *fixture = *state;
    struct clinic_id ids[6];
    for (int i = 0; i < 6; i++)
        ids[i] = put(fixture, i);
    for (int i = 0; i < 4; i++)
        assert_int_equal(next(fixture), i);
    assert_int_equal(next(fixture), -1);
    assert_int_equal(reply(fixture, &ids[0], NULL), CLINIC_OK);
    assert_int_equal(next(fixture), 4);
    assert_int_equal(next(fixture), -1);
}

static void without_a_reply_it_starts_again_after_a_growing_time(void **state)
{
    struct fixture *fixture = *state;
    (void)put(fixture, 1);
    (void)put(fixture, 2);
    static const int64_t waits_ms[] = { 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        assert_int_equal(next(fixture), 1);
        assert_int_equal(next(fixture), 2);
        assert_int_equal(next(fixture), -1);
        assert_int_equal(clinic_outbox_due_ms(fixture->outbox),
                         fixture->monotonic_ms + waits_ms[i]);
        fixture->monotonic_ms += waits_ms[i] - 1;
        assert_int_equal(next(fixture), -1);
        fixture->monotonic_ms++;
    }
    clinic_outbox_rewind(fixture->outbox);
    assert_int_equal(next(fixture), 1);
    assert_int_equal(next(fixture), 2);
    assert_int_equal(clinic_outbox_due_ms(fixture->outbox), fixture->monotonic_ms + 2000);
}

static void an_empty_outbox_is_never_due(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(clinic_outbox_due_ms(fixture->outbox), -1);
    const struct clinic_id id = put(fixture, 1);
    assert_true(clinic_outbox_due_ms(fixture->outbox) <= fixture->monotonic_ms);
    assert_int_equal(next(fixture), 1);
    assert_int_equal(reply(fixture, &id, NULL), CLINIC_OK);
    assert_int_equal(clinic_outbox_due_ms(fixture->outbox), -1);
}

static void a_full_gateway_makes_it_pause_ever_longer(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id first = put(fixture, 1);
    const struct clinic_id second = put(fixture, 2);
    static const int64_t pauses_ms[] = {
        200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000
    };
    for (size_t i = 0; i < sizeof pauses_ms / sizeof pauses_ms[0]; i++) {
        assert_int_equal(next(fixture), 1);
        assert_int_equal(next(fixture), 2);
        assert_int_equal(reply(fixture, &first, "storage.full"), CLINIC_OK);
        // The rest of the window is refused as well, which is no second reason to wait.
        assert_int_equal(reply(fixture, &second, "order.gap"), CLINIC_OK);
        assert_int_equal(reply(fixture, &second, "storage.full"), CLINIC_OK);
        assert_int_equal(next(fixture), -1);
        assert_int_equal(clinic_outbox_due_ms(fixture->outbox),
                         fixture->monotonic_ms + pauses_ms[i]);
        fixture->monotonic_ms += pauses_ms[i];
    }
    assert_int_equal(next(fixture), 1);
    assert_int_equal(reply(fixture, &first, NULL), CLINIC_OK);
    assert_int_equal(next(fixture), 2);
    assert_int_equal(reply(fixture, &second, "busy"), CLINIC_OK);
    assert_int_equal(clinic_outbox_due_ms(fixture->outbox), fixture->monotonic_ms + 200);
}

static void a_gap_rewinds_at_most_once_in_200_ms(void **state)
{
    struct fixture *fixture = *state;
    struct clinic_id ids[4];
    for (int i = 0; i < 4; i++)
        ids[i] = put(fixture, i);
    for (int i = 0; i < 4; i++)
        assert_int_equal(next(fixture), i);
    // The first was lost, the three behind it are refused; two of these refusals come late.
    assert_int_equal(reply(fixture, &ids[1], "order.gap"), CLINIC_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(next(fixture), i);
    assert_int_equal(reply(fixture, &ids[2], "order.gap"), CLINIC_OK);
    assert_int_equal(reply(fixture, &ids[3], "order.gap"), CLINIC_OK);
    assert_int_equal(next(fixture), -1);
    assert_int_equal(clinic_outbox_due_ms(fixture->outbox), fixture->monotonic_ms + 200);

    // Nothing came of it: the first was lost again.
    fixture->monotonic_ms += 200;
    for (int i = 0; i < 4; i++)
        assert_int_equal(next(fixture), i);
    assert_int_equal(reply(fixture, &ids[3], "order.gap"), CLINIC_OK);
    assert_int_equal(reply(fixture, &ids[0], NULL), CLINIC_OK);
    fixture->monotonic_ms += 200;
    assert_int_equal(next(fixture), -1); // there is progress
}

// ---- a whole exchange with a gateway, over a line that loses, doubles and delays

enum { MESSAGES = 40, LINE = 64 };

struct gateway {
    struct clinic_id applied[MESSAGES + 1]; // in the order of applying
    int numbers[MESSAGES + 1];
    int count;
    bool ignores_after;
};

struct line {
    struct clinic_id ids[LINE];
    struct clinic_id afters[LINE];
    int numbers[LINE];
    int count;
};

static int find_applied(const struct gateway *gateway, const struct clinic_id *id)
{
    for (int i = 0; i < gateway->count; i++) {
        if (clinic_id_equal(&gateway->applied[i], id))
            return i;
    }
    return -1;
}

// NULL: accepted.
static const char *decide(struct gateway *gateway, const struct line *line, int at, unsigned *seed)
{
    if (find_applied(gateway, &line->ids[at]) >= 0)
        return NULL;
    if (rand_r(seed) % 20 == 0)
        return "storage.full";
    if (!gateway->ignores_after && !clinic_id_is_none(&line->afters[at])
        && find_applied(gateway, &line->afters[at]) < 0)
        return "order.gap";
    gateway->applied[gateway->count] = line->ids[at];
    gateway->numbers[gateway->count++] = line->numbers[at];
    return NULL;
}

static void send_some(struct fixture *fixture, struct line *line, unsigned *seed)
{
    const struct clinic_request *request = NULL;
    while (line->count < LINE && clinic_outbox_next(fixture->outbox, &request) == CLINIC_OK) {
        for (int copies = rand_r(seed) % 4 == 0 ? rand_r(seed) % 3 : 1; copies > 0; copies--) {
            if (line->count == LINE)
                break;
            line->ids[line->count] = request->id;
            line->afters[line->count] = request->after;
            line->numbers[line->count++] = number_of(request);
        }
    }
}

static void answer_some(struct fixture *fixture, struct gateway *gateway, struct line *line,
                        unsigned *seed)
{
    for (int i = 0; i < line->count; i++) {
        const char *code = decide(gateway, line, i, seed);
        if (rand_r(seed) % 6 != 0)
            (void)reply(fixture, &line->ids[i], code); // one of ours or answered before
    }
    line->count = 0;
}

// Runs until all is answered; true: all was applied once and in order.
static bool exchange(struct fixture *fixture, bool ignores_after, unsigned seed)
{
    struct gateway gateway = { .ignores_after = ignores_after };
    struct line line = { 0 };
    int made = 0;
    for (int round = 0; round < 20000 && (made < MESSAGES || count(fixture).waiting > 0); round++) {
        if (made < MESSAGES && rand_r(&seed) % 2 == 0)
            (void)put(fixture, made++);
        send_some(fixture, &line, &seed);
        if (rand_r(&seed) % 3 != 0)
            answer_some(fixture, &gateway, &line, &seed);
        if (rand_r(&seed) % 60 == 0)
            reopen(fixture);
        if (rand_r(&seed) % 60 == 0)
            clinic_outbox_rewind(fixture->outbox);
        fixture->monotonic_ms += rand_r(&seed) % 300;
    }
    assert_int_equal(count(fixture).waiting, 0);
    assert_int_equal(gateway.count, MESSAGES);
    bool is_ordered = true;
    for (int i = 0; i < MESSAGES; i++)
        is_ordered = is_ordered && gateway.numbers[i] == i;
    return is_ordered;
}

static void every_request_is_applied_once_and_in_order_whatever_is_lost(void **state)
{
    for (unsigned seed = 1; seed <= 15; seed++) {
        if (!exchange(*state, false, seed))
            fail_msg("out of order with seed %u", seed);
    }
}

static void a_gateway_that_ignores_the_order_is_found_out(void **state)
{
    bool is_ordered = true;
    for (unsigned seed = 1; seed <= 15 && is_ordered; seed++)
        is_ordered = exchange(*state, true, seed);
    assert_false(is_ordered);
}

// ---- faults

// A child puts as fast as it can and tells through the pipe what it was promised.
static void put_until_killed(struct fixture *fixture, int pipe_fd)
{
    close_outbox(fixture); // its lock is shared with the parent's
    if (try_open(fixture) != CLINIC_OK)
        _exit(1);
    for (int number = 0;; number++) {
        if (try_put(fixture, number, NULL) != CLINIC_OK
            || write(pipe_fd, &number, sizeof number) != (ssize_t)sizeof number)
            _exit(1);
    }
}

static void nothing_put_is_lost_by_kill_9(void **state)
{
    struct fixture *fixture = *state;
    unsigned seed = 42;
    for (int round = 0; round < 8; round++) {
        close_outbox(fixture);
        int fds[2];
        assert_int_equal(pipe(fds), 0);
        const pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            put_until_killed(fixture, fds[1]);
        assert_int_equal(close(fds[1]), 0);
        int promised = -1;
        const int wanted = rand_r(&seed) % 40;
        while (promised < wanted)
            assert_int_equal(read(fds[0], &promised, sizeof promised), sizeof promised);
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        while (read(fds[0], &promised, sizeof promised) == (ssize_t)sizeof promised)
            ;
        assert_int_equal(close(fds[0]), 0);

        open_outbox(fixture);
        assert_false(fixture->was_set_aside);
        assert_in_range(count(fixture).waiting, promised + 1, promised + 2);
        for (int number = 0; count(fixture).waiting > 0; number++) {
            const struct clinic_request *request = NULL;
            assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_OK);
            assert_int_equal(number_of(request), number);
            const struct clinic_id id = request->id;
            assert_int_equal(reply(fixture, &id, NULL), CLINIC_OK);
        }
    }
}

static void a_second_process_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct clinic_outbox *second = NULL;
    bool is_set_aside = false;
    assert_int_equal(clinic_outbox_open(&fixture->config, &fixture->clock, &second, &is_set_aside),
                     CLINIC_BUSY);
    assert_null(second);
}

static void a_newer_file_is_refused_untouched(void **state)
{
    struct fixture *fixture = *state;
    (void)put(fixture, 1);
    close_outbox(fixture);
    run_sql(fixture, "PRAGMA user_version = 99; ALTER TABLE request ADD COLUMN novelty TEXT;");
    char *before = NULL;
    char *after = NULL;
    const size_t length = read_file(fixture->config.path, &before);
    assert_int_equal(try_open(fixture), CLINIC_TOO_NEW);
    assert_int_equal(read_file(fixture->config.path, &after), length);
    assert_memory_equal(before, after, length);
    assert_int_equal(files_set_aside(fixture), 0);
    free(before);
    free(after);
    assert_int_equal(unlink(fixture->config.path), 0);
}

// What may be left of a file. `ret_length` is that of the whole one.
typedef void (*damager)(char *bytes, size_t *length);

static void zero_the_header(char *bytes, size_t *length)
{
    (void)length;
    memset(bytes, 0, 100);
}

static void fill_with_garbage(char *bytes, size_t *length)
{
    for (size_t i = 0; i < *length; i++)
        bytes[i] = (char)(i * 7 + 3);
}

static void cut_in_half(char *bytes, size_t *length)
{
    (void)bytes;
    *length = *length / 2 + 100;
}

static void zero_the_last_page(char *bytes, size_t *length)
{
    memset(bytes + *length - 4096, 0, 4096);
}

static void break_the_tables(char *bytes, size_t *length)
{
    char *found = memmem(bytes, *length, "CREATE TABLE request", 20);
    assert_non_null(found);
    memcpy(found, "CREATE TABLE replies", 20);
}

static void a_damaged_file_is_set_aside_and_a_new_one_begun(void **state)
{
    struct fixture *fixture = *state;
    static const damager damagers[] = { zero_the_header, fill_with_garbage, cut_in_half,
                                        zero_the_last_page, break_the_tables };
    for (size_t i = 0; i < sizeof damagers / sizeof damagers[0]; i++) {
        (void)put(fixture, 1);
        (void)put(fixture, 2);
        close_outbox(fixture);
        char *bytes = NULL;
        size_t length = read_file(fixture->config.path, &bytes);
        damagers[i](bytes, &length);
        write_file(fixture->config.path, bytes, length);
        free(bytes);

        open_outbox(fixture);
        assert_true(fixture->was_set_aside);
        assert_int_equal(files_set_aside(fixture), (int)i + 1);
        assert_int_equal(count(fixture).waiting, 0);
        (void)put(fixture, 3);
        reopen(fixture);
        assert_false(fixture->was_set_aside);
        assert_int_equal(next(fixture), 3);
    }
}

static void any_flipped_byte_is_survived(void **state)
{
    struct fixture *fixture = *state;
    unsigned seed = 7;
    for (int round = 0; round < 60; round++) {
        close_outbox(fixture);
        (void)unlink(fixture->config.path);
        open_outbox(fixture);
        for (int number = 0; number < 5; number++)
            (void)put(fixture, number);
        close_outbox(fixture);
        char *bytes = NULL;
        const size_t length = read_file(fixture->config.path, &bytes);
        char *byte = &bytes[(size_t)rand_r(&seed) % length];
        *byte = (char)((unsigned char)*byte ^ 1u << rand_r(&seed) % 8);
        write_file(fixture->config.path, bytes, length);
        free(bytes);

        open_outbox(fixture);
        // All that is left is whole and in order; what is missing is told.
        int sent = 0;
        for (int number, last = -1; (number = next(fixture)) >= 0; last = number, sent++) {
            const struct clinic_request *request = NULL;
            assert_true(number > last);
            clinic_outbox_rewind(fixture->outbox);
            assert_int_equal(clinic_outbox_next(fixture->outbox, &request), CLINIC_OK);
            const struct clinic_id id = request->id;
            assert_int_equal(reply(fixture, &id, NULL), CLINIC_OK);
        }
        assert_true(sent == 5 || fixture->was_set_aside);
    }
}

static void one_altered_request_does_not_cost_the_others(void **state)
{
    struct fixture *fixture = *state;
    for (int number = 0; number < 3; number++)
        (void)put(fixture, number);
    close_outbox(fixture);
    run_sql(fixture, "UPDATE request SET sealed = zeroblob(length(sealed)) WHERE position = 2");
    open_outbox(fixture);
    assert_true(fixture->was_set_aside);
    assert_int_equal(files_set_aside(fixture), 1);
    assert_int_equal(next(fixture), 0);
    assert_int_equal(next(fixture), 2);
}

static void contents_cannot_be_swapped_between_requests(void **state)
{
    struct fixture *fixture = *state;
    (void)put(fixture, 0);
    (void)put(fixture, 1);
    close_outbox(fixture);
    run_sql(fixture, "UPDATE request SET sealed = (SELECT sealed FROM request WHERE position = 1)");
    open_outbox(fixture);
    assert_true(fixture->was_set_aside);
    assert_int_equal(count(fixture).waiting, 1);
}

static void another_key_sets_the_file_aside(void **state)
{
    struct fixture *fixture = *state;
    (void)put(fixture, 1);
    close_outbox(fixture);
    fixture->config.key[0] ^= 1;
    open_outbox(fixture);
    assert_true(fixture->was_set_aside);
    assert_int_equal(count(fixture).waiting, 0);
    assert_int_equal(files_set_aside(fixture), 1);
    (void)put(fixture, 2);
    assert_int_equal(next(fixture), 2);
}

static void a_full_disk_refuses_and_recovers(void **state)
{
    struct fixture *fixture = *state;
    struct rlimit before;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = { .rlim_cur = 100 * 1024, .rlim_max = before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int stored = 0;
    enum clinic_status status = CLINIC_OK;
    while (stored < 1000 && (status = try_put(fixture, stored, NULL)) == CLINIC_OK)
        stored++;
    const enum clinic_status again = try_put(fixture, stored, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);

    assert_int_equal(status, CLINIC_FULL);
    assert_int_equal(again, CLINIC_FULL);
    assert_int_equal(count(fixture).waiting, stored);
    (void)put(fixture, stored);
    reopen(fixture);
    assert_false(fixture->was_set_aside);
    assert_int_equal(count(fixture).waiting, stored + 1);
}

// ---- secrets

static size_t read_sealed(const struct fixture *fixture, uint8_t *sealed, size_t sealed_bytes)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(fixture->config.path, &database), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(database, "SELECT sealed FROM request", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const size_t length = (size_t)sqlite3_column_bytes(statement, 0);
    assert_true(length <= sealed_bytes);
    memcpy(sealed, sqlite3_column_blob(statement, 0), length);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
    return length;
}

static void no_file_ever_holds_a_name_nor_what_is_answered_its_ciphertext(void **state)
{
    struct fixture *fixture = *state;
    const struct clinic_id first = put(fixture, 1);
    uint8_t sealed[1024];
    const size_t length = read_sealed(fixture, sealed, sizeof sealed);
    assert_true(files_with(fixture, sealed, length) >= 1); // else the search below proves nothing
    assert_int_equal(files_with(fixture, "Zebedee", 7), 0);
    assert_int_equal(files_with(fixture, "session-of", 10), 0);

    const struct clinic_id second = put(fixture, 2);
    assert_int_equal(reply(fixture, &first, NULL), CLINIC_OK);
    assert_int_equal(reply(fixture, &second, "invalid.field"), CLINIC_OK);
    assert_int_equal(files_with(fixture, sealed, length), 0);
    assert_int_equal(files_with(fixture, "Quux", 4), 0);

    read_sealed(fixture, sealed, sizeof sealed);
    assert_true(files_with(fixture, sealed, length) >= 1);
    assert_int_equal(clinic_outbox_drop(fixture->outbox, &second), CLINIC_OK);
    assert_int_equal(files_with(fixture, sealed, length), 0);
}

static void files_are_the_owners_alone(void **state)
{
    struct fixture *fixture = *state;
    (void)put(fixture, 1);
    DIR *folder = opendir(fixture->folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct stat facts;
        assert_int_equal(fstatat(dirfd(folder), entry->d_name, &facts, 0), 0);
        if (S_ISREG(facts.st_mode))
            assert_int_equal(facts.st_mode & 077, 0);
    }
    (void)closedir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_put_comes_out_in_order_and_whole),
        TEST(an_answered_request_is_gone),
        TEST(a_rejected_request_is_kept_until_it_is_dropped),
        TEST(an_unknown_code_is_final),
        TEST(an_id_is_taken_once),
        TEST(ids_go_on_where_the_clock_fell_back_over_a_restart),
        TEST(limits_are_refused_and_nothing_is_stored),
        TEST(a_request_that_is_too_large_is_refused),
        TEST(the_window_bounds_what_is_unanswered),
        TEST(without_a_reply_it_starts_again_after_a_growing_time),
        TEST(an_empty_outbox_is_never_due),
        TEST(a_full_gateway_makes_it_pause_ever_longer),
        TEST(a_gap_rewinds_at_most_once_in_200_ms),
        TEST(every_request_is_applied_once_and_in_order_whatever_is_lost),
        TEST(a_gateway_that_ignores_the_order_is_found_out),
        TEST(nothing_put_is_lost_by_kill_9),
        TEST(a_second_process_is_refused),
        TEST(a_newer_file_is_refused_untouched),
        TEST(a_damaged_file_is_set_aside_and_a_new_one_begun),
        TEST(any_flipped_byte_is_survived),
        TEST(one_altered_request_does_not_cost_the_others),
        TEST(contents_cannot_be_swapped_between_requests),
        TEST(another_key_sets_the_file_aside),
        TEST(a_full_disk_refuses_and_recovers),
        TEST(no_file_ever_holds_a_name_nor_what_is_answered_its_ciphertext),
        TEST(files_are_the_owners_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
