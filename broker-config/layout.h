// layout.h - what is where below the folder that --dir names, and who may read it.
#pragma once

#include "files.h"

enum layout_file {
    LAYOUT_SETTINGS,
    LAYOUT_REGISTRY,
    LAYOUT_LOCK,
    LAYOUT_CA_KEY,
    LAYOUT_CA_CERTIFICATE,
    LAYOUT_LEDGER,
    LAYOUT_CANARY_KEY,
    LAYOUT_CANARY_CERTIFICATE,
    LAYOUT_CANARY_REVOKED,
    LAYOUT_BROKER_CONF,
    LAYOUT_BROKER_ACL,
    LAYOUT_BROKER_CRL,
    LAYOUT_BROKER_CA,
    LAYOUT_BROKER_CERTIFICATE,
    LAYOUT_BROKER_KEY,
    LAYOUT_BROKER_WATCH,
    LAYOUT_FILE_COUNT,
};

enum layout_node_file {
    LAYOUT_NODE_KEY,
    LAYOUT_NODE_CERTIFICATE,
    LAYOUT_NODE_CA,
    LAYOUT_NODE_SETTINGS,
    LAYOUT_NODE_FILE_COUNT,
};

struct layout {
    char dir[FILES_PATH_BYTES / 2];
    gid_t broker_group; // what the broker runs as where it drops root's rights; or FILES_NO_GROUP
};

// Makes the path absolute: it is written into mosquitto.conf.
bool layout_init(struct layout *layout, const char *dir, struct failure *failure);

// Relative to the folder, for messages.
const char *layout_name(enum layout_file file);
const char *layout_node_name(enum layout_node_file file);

void layout_path(const struct layout *layout, enum layout_file file,
                 char path[static FILES_PATH_BYTES]);
void layout_node_folder(const struct layout *layout, const char *node,
                        char path[static FILES_PATH_BYTES]);
void layout_node_path(const struct layout *layout, const char *node, enum layout_node_file file,
                      char path[static FILES_PATH_BYTES]);

bool layout_make_folders(const struct layout *layout, struct failure *failure);

// Writes with the mode, and for the broker's files the group, that belong to the file.
bool layout_write(const struct layout *layout, enum layout_file file, const void *bytes,
                  size_t length, struct failure *failure);

// `folder` is the node's, which need not be in place yet.
bool layout_write_node(const char *folder, enum layout_node_file file, const void *bytes,
                       size_t length, struct failure *failure);

// Checks that a secret has not become readable for others.
bool layout_is_private(const struct layout *layout, enum layout_file file);
