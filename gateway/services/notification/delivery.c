#include "delivery.h"

#include "../doctor/doctor.h"
#include "notification_scope.h"
#include "quiet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t KEPT_MS = INT64_C(90) * 24 * 60 * 60 * 1000;

enum { PRUNED_AT_ONCE = 50 };

static const char *const state_names[] = {
    [DELIVERY_WAITING] = "waiting", [DELIVERY_BY_HAND] = "by-hand", [DELIVERY_FAILED] = "failed",
    [DELIVERY_EXPIRED] = "expired", [DELIVERY_SENT] = "sent",       [DELIVERY_DROPPED] = "dropped",
    [DELIVERY_HANDLED] = "handled",
};

// How long after each attempt that failed the next one comes.
static const int64_t delays_ms[] = { 60 * 1000, 5 * 60 * 1000, 30 * 60 * 1000, 120 * 60 * 1000 };

const char *delivery_state_name(enum delivery_state state)
{
    return state_names[state];
}

// ---- ids

void message_id_print(const struct message_id *id, char ret_text[static MESSAGE_ID_BYTES])
{
    (void)snprintf(ret_text, MESSAGE_ID_BYTES, "%016llu-%d", (unsigned long long)id->sequence,
                   id->ordinal);
}

bool message_id_parse(const char *text, struct message_id *ret_id)
{
    char again[MESSAGE_ID_BYTES];
    struct message_id id = { 0 };

    if (strspn(text, "0123456789") != 16 || text[16] != '-' || strlen(text) > 20)
        return false;
    id.sequence = strtoull(text, NULL, 10);
    id.ordinal = (int)strtol(text + 17, NULL, 10);
    message_id_print(&id, again);
    if (id.ordinal < 0 || strcmp(text, again) != 0)
        return false;
    *ret_id = id;
    return true;
}

struct query *message_query(struct store *store, enum notification_sql sql,
                            const struct message_id *id)
{
    struct query *query = query_start(store, notification_sql[sql]);

    query_bind_integer(query, 1, (int64_t)id->sequence);
    query_bind_integer(query, 2, id->ordinal);
    return query;
}

// ---- beginning and ending without an attempt

enum clinic_status delivery_begin(struct store *store, const struct message_id *id,
                                  const char *channel, bool is_urgent, int64_t next_at_ms,
                                  int64_t expires_at_ms)
{
    const bool is_by_hand = strcmp(channel, "print") == 0;
    struct query *query = message_query(store, DELIVERY_INSERT, id);

    query_bind_text(query, 3, channel);
    query_bind_integer(query, 4, is_urgent);
    query_bind_integer(query, 5, is_by_hand ? DELIVERY_BY_HAND : DELIVERY_WAITING);
    query_bind_integer(query, 6, next_at_ms);
    query_bind_integer(query, 7, expires_at_ms);
    return query_run(query, NULL);
}

// Only what the list would call by the same name without it.
static enum clinic_status prune(struct store *store, int64_t now_ms)
{
    struct query *query = query_start(store, notification_sql[DELIVERY_PRUNE]);

    query_bind_integer(query, 1, now_ms - KEPT_MS);
    query_bind_integer(query, 2, PRUNED_AT_ONCE);
    return query_run(query, NULL);
}

enum clinic_status delivery_tend(struct decision *decision)
{
    struct query *query = query_start(decision->store, notification_sql[DELIVERY_EXPIRE]);

    query_bind_integer(query, 1, decision->now_ms);
    enum clinic_status status = query_run(query, NULL);
    return status == CLINIC_OK ? prune(decision->store, decision->now_ms) : status;
}

// ---- taking

static enum clinic_status find_due(struct store *store, const char *channel, bool is_urgent,
                                   int64_t now_ms, struct message_id *ret_id)
{
    bool is_found = false;
    struct query *query = query_start(store, notification_sql[DELIVERY_DUE]);

    query_bind_text(query, 1, channel);
    query_bind_integer(query, 2, is_urgent);
    query_bind_integer(query, 3, now_ms);
    if (query_next(query)) {
        is_found = true;
        ret_id->sequence = (uint64_t)query_column_integer(query, 0);
        ret_id->ordinal = (int)query_column_integer(query, 1);
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}

static enum clinic_status find_doctor_address(struct store *store, const struct clinic_id *id,
                                              char to[static DELIVERY_ADDRESS_BYTES])
{
    struct doctor doctor;
    enum clinic_status status = doctor_find(store, id, &doctor);

    if (status == CLINIC_OK)
        (void)snprintf(to, DELIVERY_ADDRESS_BYTES, "%s", doctor.email);
    return status;
}

static enum clinic_status find_patient_address(struct store *store, const struct clinic_id *id,
                                               const char *channel,
                                               char to[static DELIVERY_ADDRESS_BYTES])
{
    struct patient_contact contact;
    enum clinic_status status = patient_find_contact(store, id, &contact);

    if (status == CLINIC_OK && strcmp(channel, "email") == 0 && contact.may_email)
        (void)snprintf(to, DELIVERY_ADDRESS_BYTES, "%s", contact.email);
    else if (status == CLINIC_OK && strcmp(channel, "sms") == 0 && contact.may_sms)
        (void)snprintf(to, DELIVERY_ADDRESS_BYTES, "%s", contact.phone);
    return status;
}

static enum clinic_status load(struct store *store, const char *channel,
                               const struct message_id *id, struct delivery *delivery)
{
    struct clinic_id recipient = { 0 };
    bool is_doctor = false;
    struct query *query = message_query(store, MESSAGE_FIND, id);

    *delivery = (struct delivery){ .id = *id };
    if (query_next(query)) {
        recipient = query_column_id(query, 0);
        is_doctor = strcmp(query_column_text(query, 1), "doctor") == 0;
        (void)snprintf(delivery->language, sizeof delivery->language, "%s",
                       query_column_text(query, 2));
        (void)snprintf(delivery->text, sizeof delivery->text, "%s", query_column_text(query, 3));
    }
    enum clinic_status status = query_end(query);
    if (status != CLINIC_OK)
        return status;
    status = is_doctor ? find_doctor_address(store, &recipient, delivery->to)
                       : find_patient_address(store, &recipient, channel, delivery->to);
    // Who is not there any more has no address either.
    return status == CLINIC_NOT_FOUND || status == CLINIC_REFUSED ? CLINIC_OK : status;
}

enum clinic_status delivery_take(struct store *store, const char *channel, int64_t now_ms,
                                 struct delivery *ret_delivery)
{
    struct message_id id;

    enum clinic_status status = find_due(store, channel, true, now_ms, &id);
    if (status == CLINIC_NOT_FOUND && !quiet_is_at(now_ms))
        status = find_due(store, channel, false, now_ms, &id);
    return status == CLINIC_OK ? load(store, channel, &id, ret_delivery) : status;
}

// ---- reporting

static enum clinic_status count_attempts(struct store *store, const struct message_id *id,
                                         size_t *ret_attempts)
{
    struct query *query = message_query(store, DELIVERY_ATTEMPTS, id);

    *ret_attempts = query_next(query) ? (size_t)query_column_integer(query, 0) : 0;
    return query_end(query);
}

enum clinic_status delivery_report(struct store *store, const struct message_id *id,
                                   enum delivery_outcome outcome, int64_t now_ms)
{
    static const enum delivery_state states[] = {
        [DELIVERY_WAS_SENT] = DELIVERY_SENT,
        [DELIVERY_TRY_AGAIN] = DELIVERY_WAITING,
        [DELIVERY_NEVER] = DELIVERY_FAILED,
    };
    size_t attempts = 0;
    enum clinic_status status = count_attempts(store, id, &attempts);
    if (status != CLINIC_OK)
        return status;

    if (outcome == DELIVERY_TRY_AGAIN && attempts >= ARRAY_SIZE(delays_ms))
        outcome = DELIVERY_NEVER;
    struct query *query = message_query(store, DELIVERY_REPORT, id);
    query_bind_integer(query, 3, states[outcome]);
    query_bind_integer(query, 4,
                       outcome == DELIVERY_TRY_AGAIN ? now_ms + delays_ms[attempts] : now_ms);
    return query_run(query, NULL);
}
