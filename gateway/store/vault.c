#include "vault.h"
#include "store_scope.h"

#include <string.h>

enum { WRAPPED_BYTES = CLINIC_KEY_BYTES + CLINIC_SEAL_OVERHEAD_BYTES };

enum { CREATE_KEY, FIND_KEY, DESTROY_KEY, COUNT_KEYS, FIND_CHECK, CREATE_CHECK };
static const char *const sql[] = {
    [CREATE_KEY] = "INSERT INTO vault_key (owner, wrapped, created_at_ms) VALUES (?1, ?2, ?3)",
    [FIND_KEY] = "SELECT wrapped FROM vault_key WHERE owner = ?1",
    [DESTROY_KEY] = ("UPDATE vault_key SET wrapped = NULL, destroyed_at_ms = ?2"
                     " WHERE owner = ?1 AND wrapped IS NOT NULL"),
    [COUNT_KEYS] = "SELECT max(owner) IS NOT NULL FROM vault_key",
    [FIND_CHECK] = "SELECT value FROM vault_check WHERE only = 1",
    [CREATE_CHECK] = "INSERT INTO vault_check (only, value) VALUES (1, ?1)",
};
const struct statements vault_statements = { sql, ARRAY_SIZE(sql) };

// A wrapped key is bound to its owner: moved to another row, it does not open.
struct wrap_context {
    char purpose[16];
    struct clinic_id owner;
};

static struct wrap_context context_of(const struct clinic_id *owner)
{
    return (struct wrap_context){ .purpose = "clinic vault 1", .owner = *owner };
}

// ---- one key in memory: what one request appends belongs to one person

// Only for the length of a transaction: outside, another process may destroy the key meanwhile.
static void cache(struct store *store, const struct clinic_id *owner,
                  const uint8_t key[static CLINIC_KEY_BYTES])
{
    if (!store->is_in_transaction)
        return;
    store->cached_owner = *owner;
    memcpy(store->cached_key, key, CLINIC_KEY_BYTES);
}

void vault_forget_cached(struct store *store)
{
    store->cached_owner = (struct clinic_id){ 0 };
    clinic_wipe(store->cached_key, sizeof store->cached_key);
}

static bool is_cached(const struct store *store, const struct clinic_id *owner)
{
    return !clinic_id_is_none(owner) && clinic_id_equal(&store->cached_owner, owner);
}

// ---- keys

enum clinic_status vault_create(struct store *store, const struct clinic_id *owner)
{
    const struct wrap_context context = context_of(owner);
    uint8_t key[CLINIC_KEY_BYTES];
    uint8_t wrapped[WRAPPED_BYTES];
    clinic_random(key, sizeof key);
    enum clinic_status status =
        clinic_seal(store->vault_key, &context, sizeof context, key, sizeof key, wrapped);
    if (status == CLINIC_OK) {
        struct query *query = query_start(store, sql[CREATE_KEY]);
        query_bind_id(query, 1, owner);
        query_bind_blob(query, 2, wrapped, sizeof wrapped);
        query_bind_integer(query, 3, clinic_wall_ms(store->clock));
        status = query_run(query, NULL);
    }
    if (status == CLINIC_OK)
        cache(store, owner, key);
    clinic_wipe(key, sizeof key);
    return status;
}

static enum clinic_status unwrap(struct store *store, const struct clinic_id *owner,
                                 const void *wrapped, size_t length,
                                 uint8_t ret_key[static CLINIC_KEY_BYTES])
{
    const struct wrap_context context = context_of(owner);
    if (length == 0)
        return CLINIC_REFUSED;
    if (length != WRAPPED_BYTES)
        return CLINIC_DAMAGED;
    return clinic_unseal(store->vault_key, &context, sizeof context, wrapped, length, ret_key);
}

enum clinic_status vault_key(struct store *store, const struct clinic_id *owner,
                             uint8_t ret_key[static CLINIC_KEY_BYTES])
{
    if (is_cached(store, owner)) {
        memcpy(ret_key, store->cached_key, CLINIC_KEY_BYTES);
        return CLINIC_OK;
    }
    enum clinic_status found = CLINIC_NOT_FOUND;
    struct query *query = query_start(store, sql[FIND_KEY]);
    query_bind_id(query, 1, owner);
    if (query_next(query)) {
        size_t length = 0;
        const void *wrapped = query_column_blob(query, 0, &length);
        found = unwrap(store, owner, wrapped, length, ret_key);
    }
    const enum clinic_status status = query_end(query);
    if (status != CLINIC_OK)
        return status;
    if (found == CLINIC_OK)
        cache(store, owner, ret_key);
    return found;
}

enum clinic_status vault_destroy(struct store *store, const struct clinic_id *owner)
{
    vault_forget_cached(store);
    struct query *query = query_start(store, sql[DESTROY_KEY]);
    query_bind_id(query, 1, owner);
    query_bind_integer(query, 2, clinic_wall_ms(store->clock));
    return query_run(query, NULL);
}

// ---- is vault.key the right one

static enum clinic_status has_keys(struct store *store, bool *ret_has_keys)
{
    struct query *query = query_start(store, sql[COUNT_KEYS]);
    const bool has = query_next(query) && query_column_integer(query, 0) != 0;
    const enum clinic_status status = query_end(query);
    if (status == CLINIC_OK)
        *ret_has_keys = has;
    return status;
}

static enum clinic_status create_check(struct store *store,
                                       const uint8_t value[static CLINIC_DIGEST_BYTES])
{
    struct query *query = query_start(store, sql[CREATE_CHECK]);
    query_bind_blob(query, 1, value, CLINIC_DIGEST_BYTES);
    return query_run(query, NULL);
}

static enum clinic_status compare_check(struct store *store,
                                        const uint8_t value[static CLINIC_DIGEST_BYTES])
{
    enum clinic_status found = CLINIC_NOT_FOUND;
    struct query *query = query_start(store, sql[FIND_CHECK]);
    if (query_next(query)) {
        size_t length = 0;
        const void *stored = query_column_blob(query, 0, &length);
        const bool is_equal =
            length == CLINIC_DIGEST_BYTES && memcmp(stored, value, CLINIC_DIGEST_BYTES) == 0;
        found = is_equal ? CLINIC_OK : CLINIC_INVALID;
    }
    const enum clinic_status status = query_end(query);
    return status == CLINIC_OK ? found : status;
}

enum clinic_status vault_check(struct store *store, char reterr_problem[static STORE_PROBLEM_BYTES])
{
    static const char purpose[] = "clinic vault check 1";
    const struct clinic_piece pieces[] = {
        { purpose, sizeof purpose },
        { store->vault_key, sizeof store->vault_key },
    };
    uint8_t value[CLINIC_DIGEST_BYTES];
    clinic_digest(pieces, ARRAY_SIZE(pieces), value);

    enum clinic_status status = compare_check(store, value);
    bool has = false;
    if (status == CLINIC_NOT_FOUND) {
        status = has_keys(store, &has);
        if (status == CLINIC_OK && has)
            status = CLINIC_INVALID;
        else if (status == CLINIC_OK && store->mode == STORE_SERVE)
            status = create_check(store, value);
    }
    if (status == CLINIC_INVALID)
        store_problem(
            reterr_problem,
            "%.300s/vault.key is not the key this database was made with: put the saved copy of "
            "the right one back",
            store->folder);
    return status;
}
