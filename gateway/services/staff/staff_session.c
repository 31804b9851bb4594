#include "staff_scope.h"

#include <clinic/seal.h>

#include <stdio.h>
#include <string.h>

enum { TOKEN_BYTES = 32 };

static const int64_t HOUR_MS = INT64_C(60) * STAFF_MINUTE_MS;
static const int64_t SESSION_HOURS = 12;
static const int64_t KEPT_HOURS = 30 * 24; // as long as a request may wait in an outbox

static void encode_base64url(const uint8_t *bytes, size_t count, char *text)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned window = 0;
    unsigned bits = 0;

    for (size_t i = 0; i < count; i++) {
        window = (window << 8 | bytes[i]) & 0xFFFF;
        for (bits += 8; bits >= 6; bits -= 6)
            *text++ = alphabet[window >> (bits - 6) & 0x3F];
    }
    if (bits > 0)
        *text++ = alphabet[window << (6 - bits) & 0x3F];
    *text = '\0';
}

static void digest(const char *session, uint8_t ret_digest[static CLINIC_DIGEST_BYTES])
{
    const struct clinic_piece piece = { session, strlen(session) };

    clinic_digest(&piece, 1, ret_digest);
}

static enum clinic_status prune(struct store *store, int64_t now_ms)
{
    struct query *query = query_start(store, staff_sql[STAFF_SESSION_PRUNE]);

    query_bind_integer(query, 1, now_ms - KEPT_HOURS * HOUR_MS);
    return query_run(query, NULL);
}

enum clinic_status staff_begin_session(struct store *store, const struct clinic_id *staff_id,
                                       const char *node, int64_t now_ms,
                                       char ret_session[static CLINIC_SESSION_BYTES],
                                       int64_t *ret_ends_at_ms)
{
    uint8_t token[TOKEN_BYTES];
    uint8_t token_digest[CLINIC_DIGEST_BYTES];
    const int64_t ends_at_ms = now_ms + SESSION_HOURS * HOUR_MS;

    enum clinic_status status = prune(store, now_ms);
    if (status != CLINIC_OK)
        return status;
    clinic_random(token, sizeof token);
    encode_base64url(token, sizeof token, ret_session);
    digest(ret_session, token_digest);

    struct query *query = query_start(store, staff_sql[STAFF_SESSION_INSERT]);
    query_bind_blob(query, 1, token_digest, sizeof token_digest);
    query_bind_id(query, 2, staff_id);
    query_bind_text(query, 3, node);
    query_bind_integer(query, 4, now_ms);
    query_bind_integer(query, 5, ends_at_ms);
    *ret_ends_at_ms = ends_at_ms;
    return query_run(query, NULL);
}

enum clinic_status staff_end_session(struct store *store, const char *session, const char *node,
                                     int64_t now_ms)
{
    uint8_t token_digest[CLINIC_DIGEST_BYTES];
    struct query *query = query_start(store, staff_sql[STAFF_SESSION_END]);

    digest(session, token_digest);
    query_bind_blob(query, 1, token_digest, sizeof token_digest);
    query_bind_text(query, 2, node);
    query_bind_integer(query, 3, now_ms);
    return query_run(query, NULL);
}

enum clinic_status staff_find_session(struct store *store, const char *session, const char *node,
                                      int64_t time_ms, struct staff_member *ret_member)
{
    uint8_t token_digest[CLINIC_DIGEST_BYTES];
    bool is_found = false;
    struct query *query = query_start(store, staff_sql[STAFF_SESSION_FIND]);

    digest(session, token_digest);
    query_bind_blob(query, 1, token_digest, sizeof token_digest);
    query_bind_text(query, 2, node);
    query_bind_integer(query, 3, time_ms);
    if (query_next(query)) {
        is_found = true;
        ret_member->id = query_column_id(query, 0);
        (void)snprintf(ret_member->name, sizeof ret_member->name, "%s",
                       query_column_text(query, 1));
        ret_member->role = (enum clinic_staff_role)query_column_integer(query, 2);
    }
    enum clinic_status status = query_end(query);
    return status == CLINIC_OK && !is_found ? CLINIC_NOT_FOUND : status;
}
