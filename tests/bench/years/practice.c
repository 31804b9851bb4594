#include "practice.h"

#include "../../../gateway/schema.h"
#include "../../../gateway/services/staff/staff.h"
#include "../../../gateway/store/store.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DATA_BYTES = 48 * 1024 };

static const int64_t SESSION_MS = INT64_C(11) * 3600 * 1000; // a little less than they last

const char practice_pin[] = "4711-years";

struct seat {
    const char *node;
    const char *role;
    const char *person; // NULL: nobody signs in there
    enum clinic_staff_role staff_role;
};

static const struct seat seats[PRACTICE_SEAT_COUNT] = {
    [PRACTICE_RECEPTION] = { "desk-1", "desk", "reception", CLINIC_STAFF_RECEPTION },
    [PRACTICE_DOCTOR] = { "desk-2", "desk", "doctor", CLINIC_STAFF_DOCTOR },
    [PRACTICE_ADMIN] = { "desk-3", "desk", "admin", CLINIC_STAFF_ADMIN },
    [PRACTICE_KIOSK] = { "kiosk-1", "kiosk", NULL, CLINIC_STAFF_NONE },
    [PRACTICE_SCALE] = { "scale-1", "scale", NULL, CLINIC_STAFF_NONE },
};

// ---- opening

static int64_t read_clock(void *context)
{
    return ((const struct practice *)context)->now_ms;
}

static bool fail(char reterr_problem[static PRACTICE_PROBLEM_BYTES], const char *what,
                 enum clinic_status status)
{
    (void)snprintf(reterr_problem, PRACTICE_PROBLEM_BYTES, "%.400s: %s", what,
                   clinic_status_text(status));
    return false;
}

static bool open_store(struct practice *practice,
                       char reterr_problem[static PRACTICE_PROBLEM_BYTES])
{
    struct store_config config = {
        .folder = practice->folder,
        .mode = STORE_SERVE,
        .clock = &practice->clock,
    };
    config.steps = schema_steps(&config.step_count);
    config.statements = schema_statements(&config.statement_count);
    return store_open(&config, &practice->store, reterr_problem) == CLINIC_OK;
}

// The list of nodes that clinic-broker would have written.
static bool write_registry(const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return false;
    for (size_t i = 0; i < PRACTICE_SEAT_COUNT; i++)
        fprintf(file,
                "[%s]\nrole = %s\nserial = %02zu\nexpires = 2099-01-01T00:00:00.000Z\n"
                "revoked = no\n",
                seats[i].node, seats[i].role, i + 1);
    return fclose(file) == 0;
}

static bool open_authority(struct practice *practice,
                           char reterr_problem[static PRACTICE_PROBLEM_BYTES])
{
    char path[PRACTICE_PATH_BYTES + 32];

    (void)snprintf(path, sizeof path, "%s/nodes.ini", practice->folder);
    if (!write_registry(path))
        return fail(reterr_problem, path, CLINIC_IO);
    return authority_open(path, &practice->authority, reterr_problem, PRACTICE_PROBLEM_BYTES)
           == CLINIC_OK;
}

static bool add_accounts(struct practice *practice,
                         char reterr_problem[static PRACTICE_PROBLEM_BYTES])
{
    for (size_t i = 0; i < PRACTICE_SEAT_COUNT; i++) {
        if (seats[i].person == NULL)
            continue;
        const enum clinic_status status =
            staff_add(practice->store, seats[i].person, seats[i].staff_role, practice_pin,
                      practice->now_ms, reterr_problem, PRACTICE_PROBLEM_BYTES);
        if (status != CLINIC_OK && status != CLINIC_EXISTS)
            return false;
    }
    return true;
}

// ---- replies

static void count_refusal(struct practice *practice, enum clinic_request_kind kind,
                          const char *code)
{
    size_t i = 0;

    practice->refused++;
    while (i < practice->refusal_count
           && (practice->refusals[i].kind != kind || strcmp(practice->refusals[i].code, code) != 0))
        i++;
    if (i == PRACTICE_REFUSALS_MAX)
        return;
    if (i == practice->refusal_count) {
        practice->refusal_count++;
        practice->refusals[i].kind = kind;
        (void)snprintf(practice->refusals[i].code, sizeof practice->refusals[i].code, "%s", code);
    }
    practice->refusals[i].count++;
}

static void take_reply(void *context, const char *node, const struct clinic_reply *reply,
                       const void *correlation, size_t correlation_bytes)
{
    struct practice *practice = context;
    const bool is_last = practice->answered_count + 1 == practice->asked_count;

    (void)node;
    (void)correlation;
    (void)correlation_bytes;
    assert(practice->answered_count < practice->asked_count);
    if (!reply->is_accepted)
        count_refusal(practice, practice->asked[practice->answered_count], reply->problem.code);
    practice->answered_count++;
    if (!is_last)
        return;
    clinic_reply_done(&practice->reply);
    practice->reply = *reply;
    practice->reply.data = cJSON_Duplicate(reply->data, true);
}

static void ignore_commit(void *context)
{
    (void)context;
}

static void give_up(void *context, enum clinic_status status, const char *problem)
{
    (void)context;
    fprintf(stderr, "the store failed: %s (%s)\n", clinic_status_text(status), problem);
    exit(EXIT_FAILURE);
}

static const struct intake_handler handler = {
    .on_reply = take_reply,
    .on_committed = ignore_commit,
    .on_fault = give_up,
};

bool practice_open(struct practice *practice, const char *folder, int64_t now_ms,
                   char reterr_problem[static PRACTICE_PROBLEM_BYTES])
{
    *practice = (struct practice){ .now_ms = now_ms };
    practice->clock = (struct clinic_clock){ read_clock, read_clock, practice };
    practice->site = (struct site){
        .id = "years",
        .name = "Clinique du Parc",
        .phone = "+33 1 23 45 67 89",
        .country = "FR",
        .zone = "Europe/Paris",
        .language = "fr",
        .booking_days = 90,
    };
    (void)snprintf(practice->folder, sizeof practice->folder, "%s", folder);
    practice->text = malloc(CLINIC_JSON_BYTES_MAX);
    if (practice->text == NULL)
        return fail(reterr_problem, folder, CLINIC_NOMEM);
    if (!open_store(practice, reterr_problem) || !open_authority(practice, reterr_problem)
        || !add_accounts(practice, reterr_problem))
        return false;

    const struct intake_config config = {
        .store = practice->store,
        .authority = practice->authority,
        .site = &practice->site,
        .clock = &practice->clock,
    };
    const enum clinic_status status = intake_open(&config, &handler, practice, &practice->intake);
    return status == CLINIC_OK || fail(reterr_problem, folder, status);
}

void practice_close(struct practice *practice)
{
    intake_close(practice->intake);
    authority_close(practice->authority);
    store_close(practice->store);
    clinic_reply_done(&practice->reply);
    free(practice->text);
}

// ---- asking

struct clinic_id practice_new_id(struct practice *practice)
{
    return clinic_id_next(&practice->ids, practice->now_ms);
}

static size_t write_request(struct practice *practice, enum practice_seat seat, int64_t time_ms,
                            const char *format, va_list arguments)
    __attribute__((format(printf, 4, 0)));

static size_t write_request(struct practice *practice, enum practice_seat seat, int64_t time_ms,
                            const char *format, va_list arguments)
{
    char data[DATA_BYTES];
    char id_text[CLINIC_ID_TEXT_BYTES];
    char time[CLINIC_INSTANT_TEXT_BYTES];
    const struct clinic_id id = practice_new_id(practice);
    const char *session = practice->seats[seat].session;
    const int data_length = vsnprintf(data, sizeof data, format, arguments);

    assert(data_length >= 0 && data_length < DATA_BYTES);
    (void)data_length;
    clinic_id_print(&id, id_text);
    clinic_instant_print(time_ms, time);
    const int length = snprintf(practice->text, CLINIC_JSON_BYTES_MAX,
                                "{\"id\":\"%s\",\"time\":\"%s\"%s%s%s,\"data\":%s}", id_text, time,
                                session[0] == '\0' ? "" : ",\"session\":\"", session,
                                session[0] == '\0' ? "" : "\"", data);
    assert(length > 0 && length < CLINIC_JSON_BYTES_MAX);
    return (size_t)length;
}

static void take(struct practice *practice, enum practice_seat seat, enum clinic_request_kind kind,
                 size_t length)
{
    // A full queue is flushed by the intake itself.
    if (practice->answered_count == practice->asked_count)
        practice->asked_count = practice->answered_count = 0;
    assert(practice->asked_count < PRACTICE_ASKED_MAX);
    practice->asked[practice->asked_count++] = kind;
    practice->requests++;
    intake_take(practice->intake, seats[seat].node, &clinic_request_types[kind], practice->text,
                length, NULL, 0);
}

static void flush(struct practice *practice)
{
    intake_flush(practice->intake);
    assert(practice->answered_count == practice->asked_count);
}

bool practice_send(struct practice *practice, enum practice_seat seat,
                   enum clinic_request_kind kind, size_t length)
{
    take(practice, seat, kind, length);
    flush(practice);
    return practice->reply.is_accepted;
}

static size_t write_now(struct practice *practice, enum practice_seat seat, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static size_t write_now(struct practice *practice, enum practice_seat seat, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const size_t length = write_request(practice, seat, practice->now_ms, format, arguments);
    va_end(arguments);
    return length;
}

static void sign_in(struct practice *practice, enum practice_seat seat)
{
    if (seats[seat].person == NULL || practice->now_ms < practice->seats[seat].until_ms)
        return;
    flush(practice);
    practice->seats[seat].session[0] = '\0';
    const size_t length = write_now(practice, seat, "{\"name\":\"%s\",\"pin\":\"%s\"}",
                                    seats[seat].person, practice_pin);
    if (!practice_send(practice, seat, CLINIC_REQUEST_STAFF_SIGN_IN, length)) {
        fprintf(stderr, "%s cannot sign in: %s\n", seats[seat].person,
                practice->reply.problem.message);
        exit(EXIT_FAILURE);
    }
    (void)snprintf(practice->seats[seat].session, sizeof practice->seats[seat].session, "%s",
                   clinic_json_text(practice->reply.data, "session"));
    practice->seats[seat].until_ms = practice->now_ms + SESSION_MS;
}

size_t practice_write(struct practice *practice, enum practice_seat seat, const char *format, ...)
{
    va_list arguments;

    sign_in(practice, seat);
    va_start(arguments, format);
    const size_t length = write_request(practice, seat, practice->now_ms, format, arguments);
    va_end(arguments);
    return length;
}

void practice_ask(struct practice *practice, enum practice_seat seat, enum clinic_request_kind kind,
                  int64_t time_ms, const char *format, ...)
{
    va_list arguments;

    sign_in(practice, seat);
    va_start(arguments, format);
    const size_t length = write_request(practice, seat, time_ms, format, arguments);
    va_end(arguments);
    take(practice, seat, kind, length);
}

void practice_go_on(struct practice *practice, int64_t now_ms)
{
    practice->now_ms = now_ms;
    flush(practice);
    intake_tend(practice->intake);
    intake_prune(practice->intake);
}

bool practice_answer(struct practice *practice, enum practice_seat seat,
                     enum clinic_request_kind kind, const char *format, ...)
{
    va_list arguments;

    flush(practice);
    sign_in(practice, seat);
    va_start(arguments, format);
    const size_t length = write_request(practice, seat, practice->now_ms, format, arguments);
    va_end(arguments);
    return practice_send(practice, seat, kind, length);
}

void practice_print_refusals(const struct practice *practice)
{
    for (size_t i = 0; i < practice->refusal_count; i++) {
        const struct practice_refusal *refusal = &practice->refusals[i];
        const struct clinic_request_type *type = &clinic_request_types[refusal->kind];
        printf("  refused: %s/%s %s: %" PRIu64 "\n", type->entity, type->action, refusal->code,
               refusal->count);
    }
}
