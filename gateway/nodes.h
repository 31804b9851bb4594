// nodes.h - which nodes are there, by the retained status that each of them keeps on the bus.
#pragma once

#include <clinic/registry.h>

#include <cjson/cJSON.h>
#include <stdint.h>

struct nodes;

enum { NODES_MAX = CLINIC_REGISTRY_NODES_MAX };

struct nodes *nodes_open(void);        // NULL: out of memory
void nodes_close(struct nodes *nodes); // accepts NULL

// A status message of a node; one that cannot be understood is ignored, as are nodes beyond NODES_MAX.
void nodes_take(struct nodes *nodes, const char *node, const char *payload, size_t length);

// Adds the nodes of the registry as the list "nodes" of system/status, each with what it last said of itself, and
// "more": there are more than `limit`. False: out of memory.
bool nodes_describe(const struct nodes *nodes, const struct clinic_registry *registry, size_t limit,
                    cJSON *object);
