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

// A JSON array: each node of the registry with what it last said of itself. The caller owns it. NULL: out of memory.
cJSON *nodes_describe(const struct nodes *nodes, const struct clinic_registry *registry);
