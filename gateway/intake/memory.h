// memory.h - requests that were answered, with their replies: the same id again changes nothing.
//
// Kept for 30 days. What is older leaves a mark for its node, the greatest id forgotten: ids of one node only grow,
// so a request at or below the mark was answered once and is refused as expired, whatever any clock says.
//
// Accepted replies with personal data are sealed with the patient's key; rejections are kept without data.
#pragma once

#include "../services/service.h"
#include "../store/query.h"

#include <clinic/request.h>

struct store;

enum { MEMORY_KEPT_DAYS = DECISION_DAYS_MAX };

extern const char *const memory_schema[];
extern const struct statements memory_statements;

enum memory_verdict {
    MEMORY_NEW,      // decide it
    MEMORY_ANSWERED, // *ret_reply is the answer of then
    MEMORY_EXPIRED,  // answered so long ago that the answer is forgotten
    MEMORY_MISMATCH, // the id was used for another request, or by another node
    MEMORY_GAP,      // `after` names a request that has not been applied
};

// On MEMORY_ANSWERED the caller owns the content of *ret_reply.
enum clinic_status memory_look(struct store *store, const char *node,
                               const struct clinic_request *request,
                               enum memory_verdict *ret_verdict, struct clinic_reply *ret_reply);

// `owner`: whose key seals an accepted reply; none: nothing personal in it.
enum clinic_status memory_keep(struct store *store, const char *node,
                               const struct clinic_request *request,
                               const struct clinic_reply *reply, const struct clinic_id *owner,
                               int64_t now_ms);

// Inside a transaction: forgets up to `limit` of the oldest requests that are over the time.
enum clinic_status memory_prune(struct store *store, int64_t now_ms, int limit, int *ret_pruned);
