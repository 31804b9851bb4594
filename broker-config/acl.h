// acl.h - who may write and read which topic, from the roles and the catalogue.
//
// Everything that is not listed is refused. A node may write its own requests of the actions that the
// catalogue lets its role ask, and nothing else but its own status: no event, no reply. A revoked node has
// no block at all.
#pragma once

#include "failure.h"

#include <clinic/registry.h>

#include <stdint.h>
#include <stdio.h>

// The canary's identity: it may write <prefix>/canary/<generation>, with the generation of this very
// file, and nothing else. So a broker that lets it do so has read this file and no older one.
#define ACL_CANARY "canary"

enum { ACL_CANARY_TOPIC_BYTES = 64 };
void acl_canary_topic(const char *prefix, uint32_t generation,
                      char topic[static ACL_CANARY_TOPIC_BYTES]);
// Nobody may write it.
void acl_canary_forbidden_topic(const char *prefix, char topic[static ACL_CANARY_TOPIC_BYTES]);

void acl_print(const char *prefix, const struct clinic_registry *registry, uint32_t generation,
               FILE *out);

// A clinic at headquarters writes below <prefix>/<its name>/; a name that is the first level of another
// kind of topic would let it forge events.
bool acl_is_clinic_name(const char *name);
