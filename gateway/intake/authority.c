#include "authority.h"

#include "../services/staff/staff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct authority {
    char path[1024];
    struct clinic_registry registry;
    struct stat seen; // of the file that was read last, understood or not
};

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size
           && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

enum clinic_status authority_refresh(struct authority *authority, char *reterr_problem,
                                     size_t problem_bytes)
{
    struct stat now;
    struct clinic_registry registry;

    if (stat(authority->path, &now) != 0) {
        // Said once: a vanished file counts as seen until it is back.
        if (authority->seen.st_ino == 0)
            return CLINIC_EXISTS;
        memset(&authority->seen, 0, sizeof authority->seen);
        (void)snprintf(reterr_problem, problem_bytes, "%s is missing", authority->path);
        return CLINIC_IO;
    }
    if (is_same_file(&now, &authority->seen))
        return CLINIC_EXISTS;

    authority->seen = now;
    enum clinic_status status =
        clinic_registry_load(authority->path, &registry, reterr_problem, problem_bytes);
    if (status != CLINIC_OK)
        return status;
    clinic_registry_done(&authority->registry);
    authority->registry = registry;
    return CLINIC_OK;
}

enum clinic_status authority_open(const char *registry_path, struct authority **ret_authority,
                                  char *reterr_problem, size_t problem_bytes)
{
    struct authority *authority = calloc(1, sizeof *authority);
    if (authority == NULL)
        return CLINIC_NOMEM;
    (void)snprintf(authority->path, sizeof authority->path, "%s", registry_path);
    authority->seen.st_ino = 1; // so that a missing file is told

    enum clinic_status status = authority_refresh(authority, reterr_problem, problem_bytes);
    if (status != CLINIC_OK) {
        authority_close(authority);
        return status;
    }
    *ret_authority = authority;
    return CLINIC_OK;
}

void authority_close(struct authority *authority)
{
    if (authority == NULL)
        return;
    clinic_registry_done(&authority->registry);
    free(authority);
}

const struct clinic_registry *authority_registry(const struct authority *authority)
{
    return &authority->registry;
}

bool authority_know_node(const struct authority *authority, const char *node,
                         struct caller *ret_caller)
{
    const struct clinic_registry_node *known = clinic_registry_find(&authority->registry, node);
    if (known == NULL || known->is_revoked)
        return false;
    memset(ret_caller, 0, sizeof *ret_caller);
    (void)snprintf(ret_caller->node, sizeof ret_caller->node, "%s", known->name);
    ret_caller->node_role = known->role;
    return true;
}

static enum clinic_status refuse(struct clinic_problem *reterr_problem, enum clinic_code code,
                                 const char *message)
{
    clinic_problem_set(reterr_problem, code, NULL, "%s", message);
    return CLINIC_REFUSED;
}

// A request is judged by the time it was made: it may have waited for days in an outbox.
static enum clinic_status find_person(struct store *store, const struct clinic_request *request,
                                      int64_t now_ms, struct caller *caller,
                                      struct clinic_problem *reterr_problem)
{
    struct staff_member member;
    int64_t made_at_ms = request->time_ms < now_ms ? request->time_ms : now_ms;
    enum clinic_status status =
        staff_find_session(store, request->session, caller->node, made_at_ms, &member);
    if (status == CLINIC_NOT_FOUND)
        return refuse(reterr_problem, CLINIC_CODE_SESSION_EXPIRED,
                      "Nobody is signed in here any more. Sign in and ask again.");
    if (status != CLINIC_OK)
        return status;
    caller->staff_id = member.id;
    caller->staff_role = member.role;
    (void)snprintf(caller->person, sizeof caller->person, "%s", member.name);
    return CLINIC_OK;
}

enum clinic_status authority_check(struct store *store, const struct clinic_request *request,
                                   int64_t now_ms, struct caller *caller,
                                   struct clinic_problem *reterr_problem)
{
    const struct clinic_request_type *type = &clinic_request_types[request->kind];

    if ((type->nodes & CLINIC_BIT(caller->node_role)) == 0)
        return refuse(reterr_problem, CLINIC_CODE_FORBIDDEN, "This device may not ask for that.");
    if (request->session[0] != '\0') {
        enum clinic_status status = find_person(store, request, now_ms, caller, reterr_problem);
        if (status != CLINIC_OK)
            return status;
    }
    if (type->staff == 0 || (type->unattended & CLINIC_BIT(caller->node_role)) != 0)
        return CLINIC_OK;
    if (caller->staff_role == CLINIC_STAFF_NONE)
        return refuse(reterr_problem, CLINIC_CODE_SESSION_REQUIRED, "Sign in first.");
    if ((type->staff & CLINIC_BIT(caller->staff_role)) == 0)
        return refuse(reterr_problem, CLINIC_CODE_FORBIDDEN,
                      "Your role does not allow that. Ask somebody who may.");
    return CLINIC_OK;
}
