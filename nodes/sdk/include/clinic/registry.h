// registry.h - the clinic's list of nodes: who may connect, in which role, until when.
//
// clinic-broker writes the file, the gateway reads it. It is an INI file with a section a node:
//
//   [desk-1]
//   role = desk
//   serial = 4f2a…          (hexadecimal, the certificate's)
//   expires = 2028-11-22T00:00:00.000Z
//   revoked = no
//
// Writing replaces the file as a whole (temporary file, fsync, rename), so a reader never sees half.
#pragma once

#include "catalogue.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CLINIC_NODE_NAME_BYTES = 33,   // 32 characters and the NUL
    CLINIC_SERIAL_TEXT_BYTES = 41, // 20 bytes in hexadecimal and the NUL
    CLINIC_REGISTRY_NODES_MAX = 1000,
};

struct clinic_registry_node {
    char name[CLINIC_NODE_NAME_BYTES];
    enum clinic_node_role role;
    char serial[CLINIC_SERIAL_TEXT_BYTES];
    int64_t expires_at_ms;
    bool is_revoked;
};

// Sorted by name; `nodes` is owned by the registry.
struct clinic_registry {
    struct clinic_registry_node *nodes;
    size_t count;
};

// On success the caller owns the content of *ret_registry and releases it with clinic_registry_done().
// A file that is half understood is CLINIC_INVALID as a whole: nobody is let in by a guess. The
// problem is a line for a person.
enum clinic_status clinic_registry_load(const char *path, struct clinic_registry *ret_registry,
                                        char *reterr_problem, size_t problem_bytes);
enum clinic_status clinic_registry_save(const char *path, const struct clinic_registry *registry);
void clinic_registry_done(struct clinic_registry *registry);

// NULL if there is none of that name.
const struct clinic_registry_node *clinic_registry_find(const struct clinic_registry *registry,
                                                        const char *name);

// Adds or replaces, keeps the order. CLINIC_FULL beyond CLINIC_REGISTRY_NODES_MAX.
enum clinic_status clinic_registry_put(struct clinic_registry *registry,
                                       const struct clinic_registry_node *node);
