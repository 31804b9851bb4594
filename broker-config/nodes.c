#include "nodes.h"

#include "acl.h"
#include "conf.h"
#include "key.h"

#include <clinic/seal.h>
#include <clinic/text.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool nodes_check_name(const char *name, enum clinic_node_role role, struct failure *failure)
{
    if (!clinic_text_is_node_name(name))
        return failed(failure, "a node's name is 1 to 32 of a-z, 0-9 and -");
    if (strcmp(name, ACL_CANARY) == 0 || strcmp(name, AUTHORITY_BROKER) == 0)
        return failed(failure, "the name \"%s\" is taken by the broker's own use; choose another",
                      name);
    if (role == CLINIC_ROLE_CLINIC && !acl_is_clinic_name(name))
        return failed(
            failure, "a clinic named \"%s\" could forge topics of that name; choose another", name);
    return true;
}

static bool write_key(const char *folder, mbedtls_pk_context *key, struct failure *failure)
{
    char pem[KEY_PEM_BYTES];
    const bool is_written =
        key_print(key, pem, failure)
        && layout_write_node(folder, LAYOUT_NODE_KEY, pem, strlen(pem), failure);
    clinic_wipe(pem, sizeof pem);
    return is_written;
}

static bool write_ca(const struct authority *authority, const char *folder, struct failure *failure)
{
    char *pem = NULL;
    size_t length = 0;
    if (!authority_read_ca(authority, &pem, &length, failure))
        return false;
    const bool is_written = layout_write_node(folder, LAYOUT_NODE_CA, pem, length, failure);
    free(pem);
    return is_written;
}

static bool write_settings(const struct authority *authority, const char *folder, const char *name,
                           struct failure *failure)
{
    char host[256];
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        return failed(failure, "out of memory");
    // The gateway runs beside the broker and must find it without a name server.
    if (strcmp(name, AUTHORITY_GATEWAY) == 0)
        (void)snprintf(host, sizeof host, "%s", settings_local_host(&authority->settings));
    else
        settings_public_host(&authority->settings, host);
    conf_print_node(&authority->settings, name, host, out);
    const bool is_written =
        fclose(out) == 0 ? layout_write_node(folder, LAYOUT_NODE_SETTINGS, text, length, failure)
                         : failed(failure, "out of memory");
    free(text);
    return is_written;
}

static bool fill_folder(struct authority *authority, const char *folder, const char *name,
                        mbedtls_pk_context *key, int64_t days, struct authority_issue *ret_issue,
                        struct failure *failure)
{
    return key_make(key, failure) && write_key(folder, key, failure)
           && authority_issue_client(authority, name, key, days, ret_issue, failure)
           && layout_write_node(folder, LAYOUT_NODE_CERTIFICATE, ret_issue->pem,
                                strlen(ret_issue->pem), failure)
           && write_ca(authority, folder, failure)
           && write_settings(authority, folder, name, failure);
}

// What an interrupted `add` has left has never been handed out, and is removed.
static bool make_folder(struct authority *authority, const char *name, int64_t days,
                        struct authority_issue *ret_issue, struct failure *failure)
{
    char folder[FILES_PATH_BYTES];
    char temporary[FILES_PATH_BYTES];
    layout_node_folder(&authority->layout, name, folder);
    (void)snprintf(temporary, sizeof temporary, "%.900s.new", folder);
    if (!files_remove_folder(temporary, failure) || !files_remove_folder(folder, failure)
        || !files_make_folder(temporary, 0700, FILES_NO_GROUP, failure))
        return false;

    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    const bool is_made = fill_folder(authority, temporary, name, &key, days, ret_issue, failure)
                         && files_rename(temporary, folder, failure);
    mbedtls_pk_free(&key);
    return is_made;
}

static bool save_node(struct authority *authority, const struct clinic_registry_node *node,
                      struct failure *failure)
{
    const enum clinic_status status = clinic_registry_put(&authority->registry, node);
    if (status != CLINIC_OK)
        return failed(failure, "cannot register %s: %s", node->name, clinic_status_text(status));
    return authority_save_registry(authority, failure);
}

bool nodes_add(struct authority *authority, const char *name, enum clinic_node_role role,
               int64_t days, struct failure *failure)
{
    const struct clinic_registry_node *there = clinic_registry_find(&authority->registry, name);
    if (there != NULL && there->is_revoked)
        return failed(failure,
                      "\"%s\" was revoked, and its name stays with it in the audit trail; "
                      "choose another",
                      name);
    if (there != NULL)
        return failed(failure,
                      "there is a node \"%s\" already; clinic-broker renew gives it a new "
                      "certificate",
                      name);
    if (authority->registry.count >= CLINIC_REGISTRY_NODES_MAX)
        return failed(failure, "there are %d nodes, the limit", CLINIC_REGISTRY_NODES_MAX);

    struct authority_issue issue;
    if (!make_folder(authority, name, days, &issue, failure))
        return false;
    struct clinic_registry_node node = { .role = role, .expires_at_ms = issue.expires_at_ms };
    (void)snprintf(node.name, sizeof node.name, "%s", name);
    (void)snprintf(node.serial, sizeof node.serial, "%s", issue.serial);
    return save_node(authority, &node, failure);
}

static bool find(const struct authority *authority, const char *name,
                 struct clinic_registry_node *ret_node, struct failure *failure)
{
    const struct clinic_registry_node *node = clinic_registry_find(&authority->registry, name);
    if (node == NULL)
        return failed(failure,
                      "there is no node \"%.64s\"; clinic-broker list shows those there are", name);
    *ret_node = *node;
    return true;
}

static bool renew_certificate(struct authority *authority, struct clinic_registry_node *node,
                              mbedtls_pk_context *key, int64_t days, bool wants_new_key,
                              struct failure *failure)
{
    char folder[FILES_PATH_BYTES];
    char path[FILES_PATH_BYTES];
    layout_node_folder(&authority->layout, node->name, folder);
    layout_node_path(&authority->layout, node->name, LAYOUT_NODE_KEY, path);
    const bool has_key = wants_new_key ? key_make(key, failure) && write_key(folder, key, failure)
                                       : key_load(key, path, failure);
    struct authority_issue issue;
    if (!has_key || !authority_issue_client(authority, node->name, key, days, &issue, failure)
        || !layout_write_node(folder, LAYOUT_NODE_CERTIFICATE, issue.pem, strlen(issue.pem),
                              failure)
        || !write_ca(authority, folder, failure)
        || !write_settings(authority, folder, node->name, failure))
        return false;
    node->expires_at_ms = issue.expires_at_ms;
    (void)snprintf(node->serial, sizeof node->serial, "%s", issue.serial);
    return true;
}

bool nodes_renew(struct authority *authority, const char *name, int64_t days, bool wants_new_key,
                 struct failure *failure)
{
    struct clinic_registry_node node;
    if (!find(authority, name, &node, failure))
        return false;
    if (node.is_revoked)
        return failed(failure, "\"%s\" was revoked; add a node under another name", name);

    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    const bool is_renewed = renew_certificate(authority, &node, &key, days, wants_new_key, failure)
                            && save_node(authority, &node, failure);
    mbedtls_pk_free(&key);
    return is_renewed;
}

bool nodes_revoke(struct authority *authority, const char *name, bool *ret_was_revoked,
                  struct failure *failure)
{
    struct clinic_registry_node node;
    if (!find(authority, name, &node, failure))
        return false;
    *ret_was_revoked = node.is_revoked;
    if (node.is_revoked)
        return true;
    node.is_revoked = true;
    return save_node(authority, &node, failure);
}
