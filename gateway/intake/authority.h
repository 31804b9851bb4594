// authority.h - who may ask for what: the node by the broker's registry, the person by the session.
#pragma once

#include "../services/service.h"

#include <clinic/registry.h>

struct authority;

// Reads the registry. On failure reterr_problem says what to do.
enum clinic_status authority_open(const char *registry_path, struct authority **ret_authority,
                                  char *reterr_problem, size_t problem_bytes);
void authority_close(struct authority *authority); // accepts NULL

// Reads the registry again if the file is another one than last time. A file that cannot be read or
// understood leaves the old list in force: CLINIC_INVALID or CLINIC_IO with the problem, once a change.
// CLINIC_EXISTS: nothing has changed.
enum clinic_status authority_refresh(struct authority *authority, char *reterr_problem,
                                     size_t problem_bytes);

const struct clinic_registry *authority_registry(const struct authority *authority);

// Fills in node and role. False: the registry does not know the node, or it is revoked.
bool authority_know_node(const struct authority *authority, const char *node,
                         struct caller *ret_caller);

// Checks what the catalogue demands of node and person for this request, and fills in the person.
// CLINIC_REFUSED: ret_problem tells.
enum clinic_status authority_check(struct store *store, const struct clinic_request *request,
                                   int64_t now_ms, struct caller *caller,
                                   struct clinic_problem *reterr_problem);
