#include "memory.h"

#include "../services/service.h"
#include "../store/vault.h"

#include <clinic/seal.h>

#include <stdlib.h>
#include <string.h>

const char *const memory_schema[] = {
    "CREATE TABLE request ("
    " position INTEGER PRIMARY KEY,"
    " id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),"
    " node TEXT NOT NULL,"
    " fingerprint INTEGER NOT NULL," // of kind and data
    " recorded_at_ms INTEGER NOT NULL,"
    " owner BLOB,"         // whose key seals the reply
    " reply BLOB NOT NULL" // JSON, sealed where there is an owner
    ") STRICT;"
    "CREATE TABLE request_mark ("
    " node TEXT PRIMARY KEY,"
    " id BLOB NOT NULL CHECK (length(id) = 16)"
    ") STRICT, WITHOUT ROWID;",
    NULL,
};

enum { FIND, KEEP, MARK, RAISE_MARK, OLDEST, FORGET };

static const char *const sql[] = {
    [FIND] = "SELECT node, fingerprint, owner, reply FROM request WHERE id = ?1",
    [KEEP] = "INSERT INTO request (id, node, fingerprint, recorded_at_ms, owner, reply)"
             " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [MARK] = "SELECT id FROM request_mark WHERE node = ?1",
    [RAISE_MARK] = "INSERT INTO request_mark (node, id) VALUES (?1, ?2)"
                   " ON CONFLICT (node) DO UPDATE SET id = max(id, excluded.id)",
    [OLDEST] = "SELECT position, node, id, recorded_at_ms FROM request ORDER BY position LIMIT 1",
    [FORGET] = "DELETE FROM request WHERE position = ?1",
};
const struct statements memory_statements = { sql, ARRAY_SIZE(sql) };

// Tells two requests of one id apart; `after` and the session may differ between sendings.
static enum clinic_status take_fingerprint(const struct clinic_request *request,
                                           int64_t *ret_fingerprint)
{
    uint8_t digest[CLINIC_DIGEST_BYTES];
    char *text = clinic_json_print(request->data);

    if (text == NULL)
        return CLINIC_NOMEM;
    uint32_t kind = (uint32_t)request->kind;
    struct clinic_piece pieces[] = { { &kind, sizeof kind }, { text, strlen(text) } };
    clinic_digest(pieces, ARRAY_SIZE(pieces), digest);
    free(text);
    memcpy(ret_fingerprint, digest, sizeof *ret_fingerprint);
    return CLINIC_OK;
}

static enum clinic_status parse_kept(const char *json, size_t length,
                                     struct clinic_reply *ret_reply)
{
    struct clinic_problem problem;

    return clinic_reply_decode(json, length, ret_reply, &problem);
}

// The patient may have been deleted since: then the answer is gone with the key.
static void answer_deleted(const struct clinic_request *request, struct clinic_reply *ret_reply)
{
    memset(ret_reply, 0, sizeof *ret_reply);
    ret_reply->id = request->id;
    clinic_problem_set(&ret_reply->problem, CLINIC_CODE_PATIENT_DELETED, NULL,
                       "The record that this request was about has been deleted.");
}

static enum clinic_status unseal_kept(struct store *store, const struct clinic_request *request,
                                      const struct clinic_id *owner, const uint8_t *sealed,
                                      size_t sealed_bytes, struct clinic_reply *ret_reply)
{
    uint8_t key[CLINIC_KEY_BYTES];

    if (sealed_bytes < CLINIC_SEAL_OVERHEAD_BYTES)
        return CLINIC_DAMAGED;
    enum clinic_status status = vault_key(store, owner, key);
    if (status == CLINIC_REFUSED) {
        answer_deleted(request, ret_reply);
        return CLINIC_OK;
    }
    if (status != CLINIC_OK)
        return status;

    size_t length = sealed_bytes - CLINIC_SEAL_OVERHEAD_BYTES;
    char *json = malloc(length + 1);
    if (json == NULL)
        status = CLINIC_NOMEM;
    if (status == CLINIC_OK)
        status = clinic_unseal(key, request->id.bytes, sizeof request->id.bytes, sealed,
                               sealed_bytes, json);
    if (status == CLINIC_OK)
        status = parse_kept(json, length, ret_reply);
    free(json);
    clinic_wipe(key, sizeof key);
    return status;
}

static enum clinic_status look_at_row(struct store *store, struct query *query, const char *node,
                                      const struct clinic_request *request,
                                      enum memory_verdict *ret_verdict,
                                      struct clinic_reply *ret_reply)
{
    int64_t fingerprint;
    enum clinic_status status = take_fingerprint(request, &fingerprint);
    if (status != CLINIC_OK)
        return status;
    if (strcmp(query_column_text(query, 0), node) != 0
        || query_column_integer(query, 1) != fingerprint) {
        *ret_verdict = MEMORY_MISMATCH;
        return CLINIC_OK;
    }

    size_t length;
    const void *reply = query_column_blob(query, 3, &length);
    struct clinic_id owner = query_column_id(query, 2);
    status = clinic_id_is_none(&owner)
                 ? parse_kept(reply, length, ret_reply)
                 : unseal_kept(store, request, &owner, reply, length, ret_reply);
    if (status == CLINIC_OK)
        *ret_verdict = MEMORY_ANSWERED;
    return status;
}

static enum clinic_status is_applied(struct store *store, const struct clinic_id *id,
                                     const char *node, bool *ret_is_applied)
{
    struct query *query = query_start(store, sql[FIND]);
    query_bind_id(query, 1, id);
    bool is_known = query_next(query) && strcmp(query_column_text(query, 0), node) == 0;
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK)
        *ret_is_applied = is_known;
    return status;
}

static enum clinic_status read_mark(struct store *store, const char *node,
                                    struct clinic_id *ret_mark)
{
    struct query *query = query_start(store, sql[MARK]);
    query_bind_text(query, 1, node);
    struct clinic_id mark = { { 0 } };
    if (query_next(query))
        mark = query_column_id(query, 0);
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK)
        *ret_mark = mark;
    return status;
}

static enum clinic_status look_at_order(struct store *store, const char *node,
                                        const struct clinic_request *request,
                                        enum memory_verdict *ret_verdict)
{
    struct clinic_id mark;
    enum clinic_status status = read_mark(store, node, &mark);
    if (status != CLINIC_OK)
        return status;
    if (clinic_id_compare(&request->id, &mark) <= 0) {
        *ret_verdict = MEMORY_EXPIRED;
        return CLINIC_OK;
    }

    bool is_in_order = true;
    if (!clinic_id_is_none(&request->after) && clinic_id_compare(&request->after, &mark) > 0)
        status = is_applied(store, &request->after, node, &is_in_order);
    if (status == CLINIC_OK)
        *ret_verdict = is_in_order ? MEMORY_NEW : MEMORY_GAP;
    return status;
}

enum clinic_status memory_look(struct store *store, const char *node,
                               const struct clinic_request *request,
                               enum memory_verdict *ret_verdict, struct clinic_reply *ret_reply)
{
    bool is_known = false;
    enum clinic_status status = CLINIC_OK;

    struct query *query = query_start(store, sql[FIND]);
    query_bind_id(query, 1, &request->id);
    if (query_next(query)) {
        is_known = true;
        status = look_at_row(store, query, node, request, ret_verdict, ret_reply);
    }
    enum clinic_status ended = query_end(query);
    if (status == CLINIC_OK)
        status = ended;
    if (status == CLINIC_OK && !is_known)
        status = look_at_order(store, node, request, ret_verdict);
    return status;
}

static enum clinic_status insert(struct store *store, const char *node,
                                 const struct clinic_request *request,
                                 const struct clinic_id *owner, const void *reply, size_t length,
                                 int64_t now_ms)
{
    int64_t fingerprint;
    enum clinic_status status = take_fingerprint(request, &fingerprint);
    if (status != CLINIC_OK)
        return status;
    struct query *query = query_start(store, sql[KEEP]);
    query_bind_id(query, 1, &request->id);
    query_bind_text(query, 2, node);
    query_bind_integer(query, 3, fingerprint);
    query_bind_integer(query, 4, now_ms);
    query_bind_id(query, 5, owner);
    query_bind_blob(query, 6, reply, length);
    return query_run(query, NULL);
}

static enum clinic_status insert_sealed(struct store *store, const char *node,
                                        const struct clinic_request *request,
                                        const struct clinic_id *owner, const char *json,
                                        int64_t now_ms)
{
    uint8_t key[CLINIC_KEY_BYTES];
    size_t length = strlen(json);
    enum clinic_status status = vault_key(store, owner, key);
    if (status != CLINIC_OK)
        return status;

    uint8_t *sealed = malloc(length + CLINIC_SEAL_OVERHEAD_BYTES);
    if (sealed == NULL)
        status = CLINIC_NOMEM;
    if (status == CLINIC_OK)
        status =
            clinic_seal(key, request->id.bytes, sizeof request->id.bytes, json, length, sealed);
    if (status == CLINIC_OK)
        status = insert(store, node, request, owner, sealed, length + CLINIC_SEAL_OVERHEAD_BYTES,
                        now_ms);
    free(sealed);
    clinic_wipe(key, sizeof key);
    return status;
}

// False: there is no owner, or the owner's key is destroyed or was never made (nothing was said of them yet).
static enum clinic_status has_key(struct store *store, const struct clinic_id *owner, bool *ret_has)
{
    uint8_t key[CLINIC_KEY_BYTES];

    *ret_has = false;
    if (clinic_id_is_none(owner))
        return CLINIC_OK;
    enum clinic_status status = vault_key(store, owner, key);
    clinic_wipe(key, sizeof key);
    *ret_has = status == CLINIC_OK;
    return status == CLINIC_REFUSED || status == CLINIC_NOT_FOUND ? CLINIC_OK : status;
}

enum clinic_status memory_keep(struct store *store, const char *node,
                               const struct clinic_request *request,
                               const struct clinic_reply *reply, const struct clinic_id *owner,
                               int64_t now_ms)
{
    static const struct clinic_id nobody;
    struct clinic_reply kept = *reply;
    bool is_sealed = false;
    char *json;

    enum clinic_status status = reply->is_accepted ? has_key(store, owner, &is_sealed) : CLINIC_OK;
    // The record that goes with a rejection (a stale version, similar patients) may be anybody's. A deleted
    // patient's visits can still be closed, but what would be said of them can no longer be sealed.
    if (!reply->is_accepted || (!is_sealed && !clinic_id_is_none(owner)))
        kept.data = NULL;
    if (status == CLINIC_OK)
        status = clinic_reply_encode(&kept, &json);
    if (status != CLINIC_OK)
        return status;
    if (is_sealed)
        status = insert_sealed(store, node, request, owner, json, now_ms);
    else
        status = insert(store, node, request, &nobody, json, strlen(json), now_ms);
    free(json);
    return status;
}

static enum clinic_status forget(struct store *store, int64_t position, const char *node,
                                 const struct clinic_id *id)
{
    struct query *query = query_start(store, sql[RAISE_MARK]);
    query_bind_text(query, 1, node);
    query_bind_id(query, 2, id);
    enum clinic_status status = query_run(query, NULL);
    if (status != CLINIC_OK)
        return status;
    query = query_start(store, sql[FORGET]);
    query_bind_integer(query, 1, position);
    return query_run(query, NULL);
}

// *ret_is_due is false when the oldest row, if any, is still to be kept.
static enum clinic_status forget_oldest(struct store *store, int64_t before_ms, bool *ret_is_due)
{
    char node[33] = "";
    struct clinic_id id = { { 0 } };
    int64_t position = 0;
    bool is_due = false;

    struct query *query = query_start(store, sql[OLDEST]);
    if (query_next(query) && query_column_integer(query, 3) < before_ms) {
        is_due = true;
        position = query_column_integer(query, 0);
        strncpy(node, query_column_text(query, 1), sizeof node - 1);
        id = query_column_id(query, 2);
    }
    enum clinic_status status = query_end(query);
    if (status == CLINIC_OK && is_due)
        status = forget(store, position, node, &id);
    if (status == CLINIC_OK)
        *ret_is_due = is_due;
    return status;
}

enum clinic_status memory_prune(struct store *store, int64_t now_ms, int limit, int *ret_pruned)
{
    const int64_t before_ms = now_ms - INT64_C(86400000) * MEMORY_KEPT_DAYS;
    enum clinic_status status = CLINIC_OK;
    bool is_due = true;
    int pruned = 0;

    while (status == CLINIC_OK && is_due && pruned < limit) {
        status = forget_oldest(store, before_ms, &is_due);
        if (status == CLINIC_OK && is_due)
            pruned++;
    }
    if (status == CLINIC_OK)
        *ret_pruned = pruned;
    return status;
}
