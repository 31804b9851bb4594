// nodes.h - adds, renews and revokes nodes: the folder of each, and its row in the registry.
//
// Each of these ends with the registry saved; the caller then settles the broker's files.
#pragma once

#include "authority.h"

enum { NODES_DAYS = 730 };

// The new folder is built beside its place and renamed: it is there with all its files or not at all.
bool nodes_add(struct authority *authority, const char *name, enum clinic_node_role role,
               int64_t days, struct failure *failure);

// A new certificate in the node's folder; the old one is revoked. The private key stays, since what waits in
// the node's outbox is sealed with it, unless `wants_new_key`.
bool nodes_renew(struct authority *authority, const char *name, int64_t days, bool wants_new_key,
                 struct failure *failure);

// *ret_was_revoked: it was already, and nothing was changed.
bool nodes_revoke(struct authority *authority, const char *name, bool *ret_was_revoked,
                  struct failure *failure);

// False for names that no new node may have, with the reason.
bool nodes_check_name(const char *name, enum clinic_node_role role, struct failure *failure);
