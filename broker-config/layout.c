#include "layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_row {
    const char *name;
    mode_t mode;
    bool is_of_broker; // mosquitto reads it, as its own user
};

static const struct file_row files[LAYOUT_FILE_COUNT] = {
    [LAYOUT_SETTINGS] = { "broker.ini", 0644, false },
    [LAYOUT_REGISTRY] = { "nodes.ini", 0644, false },
    [LAYOUT_LOCK] = { "lock", 0600, false },
    [LAYOUT_CA_KEY] = { "ca/ca.key", 0600, false },
    [LAYOUT_CA_CERTIFICATE] = { "ca/ca.crt", 0644, false },
    [LAYOUT_LEDGER] = { "ca/issued", 0600, false },
    [LAYOUT_CANARY_KEY] = { "canary/canary.key", 0600, false },
    [LAYOUT_CANARY_CERTIFICATE] = { "canary/canary.crt", 0644, false },
    [LAYOUT_CANARY_REVOKED] = { "canary/revoked.crt", 0644, false },
    [LAYOUT_BROKER_CONF] = { "broker/mosquitto.conf", 0640, true },
    [LAYOUT_BROKER_ACL] = { "broker/acl", 0640, true },
    [LAYOUT_BROKER_CRL] = { "broker/crl.pem", 0640, true },
    [LAYOUT_BROKER_CA] = { "broker/ca.crt", 0640, true },
    [LAYOUT_BROKER_CERTIFICATE] = { "broker/server.crt", 0640, true },
    [LAYOUT_BROKER_KEY] = { "broker/server.key", 0640, true },
    [LAYOUT_BROKER_WATCH] = { "broker/clinic-watch.so", 0640, true },
};

static const struct file_row node_files[LAYOUT_NODE_FILE_COUNT] = {
    [LAYOUT_NODE_KEY] = { "node.key", 0600, false },
    [LAYOUT_NODE_CERTIFICATE] = { "node.crt", 0644, false },
    [LAYOUT_NODE_CA] = { "ca.crt", 0644, false },
    [LAYOUT_NODE_SETTINGS] = { "node.ini", 0644, false },
};

static const struct file_row folders[] = {
    { "ca", 0700, false },
    { "canary", 0700, false },
    { "nodes", 0700, false },
    { "broker", 0750, true },
};

bool layout_init(struct layout *layout, const char *dir, struct failure *failure)
{
    char here[FILES_PATH_BYTES / 2] = "";
    if (dir[0] != '/' && getcwd(here, sizeof here) == NULL)
        return failed(failure, "cannot tell the current folder; give --dir as an absolute path");

    const int used =
        snprintf(layout->dir, sizeof layout->dir, "%s%s%s", here, dir[0] == '/' ? "" : "/", dir);
    if (used < 0 || (size_t)used >= sizeof layout->dir)
        return failed(failure, "--dir is too long, at most %zu bytes", sizeof layout->dir - 1);
    for (size_t length = (size_t)used; length > 1 && layout->dir[length - 1] == '/'; length--)
        layout->dir[length - 1] = '\0';

    // A line of mosquitto.conf takes the rest of the line as the path.
    for (const char *at = layout->dir; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ')
            return failed(failure, "--dir must not hold control characters");
    }
    layout->broker_group = FILES_NO_GROUP;
    return true;
}

const char *layout_name(enum layout_file file)
{
    return files[file].name;
}

const char *layout_node_name(enum layout_node_file file)
{
    return node_files[file].name;
}

void layout_path(const struct layout *layout, enum layout_file file,
                 char path[static FILES_PATH_BYTES])
{
    (void)snprintf(path, FILES_PATH_BYTES, "%s/%s", layout->dir, files[file].name);
}

void layout_node_folder(const struct layout *layout, const char *node,
                        char path[static FILES_PATH_BYTES])
{
    (void)snprintf(path, FILES_PATH_BYTES, "%s/nodes/%.64s", layout->dir, node);
}

void layout_node_path(const struct layout *layout, const char *node, enum layout_node_file file,
                      char path[static FILES_PATH_BYTES])
{
    (void)snprintf(path, FILES_PATH_BYTES, "%s/nodes/%.64s/%s", layout->dir, node,
                   node_files[file].name);
}

// The outermost folder may be somebody's already: its mode is left alone.
bool layout_make_folders(const struct layout *layout, struct failure *failure)
{
    if (!files_exists(layout->dir)
        && !files_make_folder(layout->dir, 0755, FILES_NO_GROUP, failure))
        return false;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[FILES_PATH_BYTES];
        (void)snprintf(path, sizeof path, "%s/%s", layout->dir, folders[i].name);
        const gid_t group = folders[i].is_of_broker ? layout->broker_group : FILES_NO_GROUP;
        if (!files_make_folder(path, folders[i].mode, group, failure))
            return false;
    }
    return true;
}

// Where the broker does not change its user there is no group to share with: 0640 becomes 0600.
static mode_t mode_of(const struct file_row *row, gid_t group)
{
    return row->is_of_broker && group == FILES_NO_GROUP ? row->mode & 0700 : row->mode;
}

bool layout_write(const struct layout *layout, enum layout_file file, const void *bytes,
                  size_t length, struct failure *failure)
{
    const struct file_row *row = &files[file];
    const gid_t group = row->is_of_broker ? layout->broker_group : FILES_NO_GROUP;
    char path[FILES_PATH_BYTES];
    layout_path(layout, file, path);
    return files_write(path, bytes, length, mode_of(row, group), group, failure);
}

bool layout_write_node(const char *folder, enum layout_node_file file, const void *bytes,
                       size_t length, struct failure *failure)
{
    char path[FILES_PATH_BYTES];
    (void)snprintf(path, sizeof path, "%.900s/%s", folder, node_files[file].name);
    return files_write(path, bytes, length, node_files[file].mode, FILES_NO_GROUP, failure);
}

bool layout_is_private(const struct layout *layout, enum layout_file file)
{
    char path[FILES_PATH_BYTES];
    layout_path(layout, file, path);
    struct stat status;
    return stat(path, &status) == 0 && (status.st_mode & 0777 & ~files[file].mode) == 0;
}
