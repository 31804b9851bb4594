#include "staff_scope.h"

#include "../json_add.h"
#include "../tidy.h"

#include <stdio.h>

static void read_account(struct query *query, struct staff_account *account)
{
    account->member.id = query_column_id(query, 0);
    (void)snprintf(account->member.name, sizeof account->member.name, "%s",
                   query_column_text(query, 1));
    account->member.role = (enum clinic_staff_role)query_column_integer(query, 2);
    (void)snprintf(account->pin_hash, sizeof account->pin_hash, "%s", query_column_text(query, 3));
    account->failures = query_column_integer(query, 4);
    account->locked_until_ms = query_column_integer(query, 5);
}

static enum clinic_status read_one(struct query *query, struct staff_account *ret_account)
{
    *ret_account = (struct staff_account){ 0 };
    if (query_next(query))
        read_account(query, ret_account);
    return query_end(query);
}

enum clinic_status staff_find_name(struct store *store, const char *name,
                                   struct staff_account *ret_account)
{
    char folded[NAME_FOLDED_BYTES];
    struct query *query = query_start(store, staff_sql[STAFF_FIND_NAME]);

    name_fold(name, folded);
    query_bind_text(query, 1, folded);
    return read_one(query, ret_account);
}

enum clinic_status staff_find_id(struct store *store, const struct clinic_id *staff_id,
                                 struct staff_account *ret_account)
{
    struct query *query = query_start(store, staff_sql[STAFF_FIND_ID]);

    query_bind_id(query, 1, staff_id);
    return read_one(query, ret_account);
}

// ---- trying a PIN

// A lock that lies further ahead than locks last was set before the clock was put back: it is over.
static bool is_locked(const struct staff_account *account, int64_t now_ms)
{
    return account->locked_until_ms > now_ms && account->locked_until_ms - now_ms <= STAFF_LOCK_MS;
}

// Until when, for pages: they say it in the language of who stands there.
static enum clinic_status refuse_locked(struct decision *decision,
                                        const struct staff_account *account)
{
    cJSON *data = cJSON_CreateObject();
    int64_t left_ms = account->locked_until_ms - decision->now_ms;
    int minutes = (int)((left_ms + STAFF_MINUTE_MS - 1) / STAFF_MINUTE_MS);

    if (!json_add_instant(data, "until", account->locked_until_ms)) {
        cJSON_Delete(data);
        return CLINIC_NOMEM;
    }
    decision->reply->data = data;
    return decision_refuse(decision, CLINIC_CODE_SIGN_IN_LOCKED, NULL,
                           "Too many wrong PINs. Try again in %d minute%s.", minutes,
                           minutes == 1 ? "" : "s");
}

static enum clinic_status count_failure(struct decision *decision,
                                        const struct staff_account *account)
{
    int64_t failures = account->failures + 1;
    bool is_last = failures >= STAFF_FAILURES_MAX;
    struct query *query = query_start(decision->store, staff_sql[STAFF_COUNT_FAILURE]);

    query_bind_id(query, 1, &account->member.id);
    query_bind_integer(query, 2, is_last ? 0 : failures);
    query_bind_integer(query, 3, is_last ? decision->now_ms + STAFF_LOCK_MS : 0);
    decision->keeps_writes = true;
    return query_run(query, NULL);
}

static enum clinic_status reset_failures(struct decision *decision,
                                         const struct staff_account *account)
{
    if (account->failures == 0 && account->locked_until_ms == 0)
        return CLINIC_OK;
    struct query *query = query_start(decision->store, staff_sql[STAFF_RESET_FAILURES]);
    query_bind_id(query, 1, &account->member.id);
    return query_run(query, NULL);
}

enum clinic_status staff_try_pin(struct decision *decision, const struct staff_account *account,
                                 const char *pin)
{
    bool is_known = !clinic_id_is_none(&account->member.id);
    bool is_right = false;

    if (is_locked(account, decision->now_ms))
        return refuse_locked(decision, account);
    enum clinic_status status = pin_matches(pin, is_known ? account->pin_hash : NULL, &is_right);
    if (status == CLINIC_OK && is_right)
        return reset_failures(decision, account);
    if (status == CLINIC_OK && is_known)
        status = count_failure(decision, account);
    if (status != CLINIC_OK)
        return status;
    return decision_refuse(decision, CLINIC_CODE_SIGN_IN_FAILED, NULL,
                           "The name or the PIN is wrong.");
}

// ---- a new account

static enum clinic_status insert_row(struct store *store, const struct clinic_id *staff_id,
                                     const char *name, enum clinic_staff_role role,
                                     const char *hash, int64_t now_ms)
{
    char folded[NAME_FOLDED_BYTES];
    struct query *query = query_start(store, staff_sql[STAFF_INSERT]);

    name_fold(name, folded);
    query_bind_id(query, 1, staff_id);
    query_bind_text(query, 2, name);
    query_bind_text(query, 3, folded);
    query_bind_integer(query, 4, role);
    query_bind_text(query, 5, hash);
    query_bind_integer(query, 6, now_ms);
    return query_run(query, NULL);
}

static bool check_name(const char *text, char name[static STAFF_NAME_BYTES],
                       struct clinic_problem *reterr_problem)
{
    char folded[NAME_FOLDED_BYTES] = "";

    if (tidy_text(text, name, STAFF_NAME_BYTES))
        name_fold(name, folded);
    if (folded[0] != '\0')
        return true;
    clinic_problem_set(reterr_problem, CLINIC_CODE_INVALID_FIELD, "name",
                       "An account name has letters or digits, and at most %d bytes.",
                       STAFF_NAME_BYTES - 1);
    return false;
}

static enum clinic_status refuse_taken(struct store *store, const char *name,
                                       struct clinic_problem *reterr_problem)
{
    struct staff_account account;
    enum clinic_status status = staff_find_name(store, name, &account);

    if (status != CLINIC_OK || clinic_id_is_none(&account.member.id))
        return status;
    clinic_problem_set(
        reterr_problem, CLINIC_CODE_EXISTS, "name",
        "There is an account of this name, or one that differs only in case, accents "
        "or punctuation.");
    return CLINIC_EXISTS;
}

enum clinic_status staff_insert(struct store *store, const char *name, enum clinic_staff_role role,
                                const char *pin, const char *pin_field, int64_t now_ms,
                                struct clinic_id *ret_id, struct clinic_problem *reterr_problem)
{
    struct clinic_id_maker maker = { 0 };
    char tidy[STAFF_NAME_BYTES];
    char hash[PIN_HASH_BYTES];

    if (!check_name(name, tidy, reterr_problem) || !pin_check(pin, pin_field, reterr_problem))
        return CLINIC_INVALID;
    enum clinic_status status = refuse_taken(store, tidy, reterr_problem);
    if (status == CLINIC_OK)
        status = pin_hash(pin, hash);
    if (status != CLINIC_OK)
        return status;
    *ret_id = clinic_id_next(&maker, now_ms);
    return insert_row(store, ret_id, tidy, role, hash, now_ms);
}
