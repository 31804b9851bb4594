#include "conf.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

struct option_row {
    const char *option;
    const char *value;
    const char *why;
};

// Options of the broker as a whole.
static const struct option_row global_rows[] = {
    { "per_listener_settings", "false", NULL },
    { "allow_anonymous", "false", NULL },
    { "persistence", "false",
      "Nothing is kept on disk: nodes and gateway keep what is not confirmed, and so may lose "
      "us." },
    { "set_tcp_nodelay", "true", "Without it a reply waits tens of milliseconds for an ACK." },
    { "max_packet_size", "69632",
      "64 KiB of payload with topic and properties; a larger packet ends the connection." },
    { "max_inflight_messages", "256", NULL },
    { "max_queued_messages", "1000", "Beyond it messages are dropped; nodes ask for them again." },
    { "queue_qos0_messages", "false", NULL },
    { "persistent_client_expiration", "1d", "Sessions are not relied on." },
    { "sys_interval", "0", NULL },
    { "log_dest", "stderr", NULL },
    { "log_type", "error", "No type that shows topics or payloads." },
    { "log_type", "warning", NULL },
    { "log_type", "notice", NULL },
    { "log_type", "information", NULL },
    { "log_timestamp", "true", NULL },
    { "log_timestamp_format", "%Y-%m-%dT%H:%M:%S", NULL },
    { "connection_messages", "true", NULL },
};

// Options of the one listener.
static const struct option_row listener_rows[] = {
    { "max_connections", "1000", "A peer may hold one for a minute and a half before it is cut." },
    { "require_certificate", "true", NULL },
    { "use_identity_as_username", "true", "The certificate's common name is who somebody is." },
    { "use_username_as_clientid", "true", "Or one node could take over another's session." },
    { "tls_version", "tlsv1.2", "The oldest that is let in." },
};

struct file_row {
    const char *option;
    enum layout_file file;
};

static const struct file_row file_rows[] = {
    { "cafile", LAYOUT_BROKER_CA },
    { "certfile", LAYOUT_BROKER_CERTIFICATE },
    { "keyfile", LAYOUT_BROKER_KEY },
    { "crlfile", LAYOUT_BROKER_CRL },
};

static void print_rows(const struct option_row *rows, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].why != NULL)
            (void)fprintf(out, "# %s\n", rows[i].why);
        (void)fprintf(out, "%s %s\n", rows[i].option, rows[i].value);
    }
}

static void print_path(const struct layout *layout, const char *option, enum layout_file file,
                       FILE *out)
{
    char path[FILES_PATH_BYTES];
    layout_path(layout, file, path);
    (void)fprintf(out, "%s %s\n", option, path);
}

// The plugin lies where it is built or installed: ../lib as seen from this program. NULL: it is not there.
static FILE *open_watch(void)
{
    char path[FILES_PATH_BYTES];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    char *program = strrchr(path, '/');
    if (program == NULL)
        return NULL;
    char plugin[FILES_PATH_BYTES + 32];
    (void)snprintf(plugin, sizeof plugin, "%.*s/../lib/clinic-watch.so", (int)(program - path),
                   path);
    return fopen(plugin, "re");
}

void conf_print_watch(FILE *out)
{
    char bytes[4096];
    FILE *plugin = open_watch();
    if (plugin == NULL)
        return;
    for (size_t length; (length = fread(bytes, 1, sizeof bytes, plugin)) > 0;)
        (void)fwrite(bytes, 1, length, out); // the caller sees errors when it closes `out`
    (void)fclose(plugin);                    // only read from
}

static void print_watch(const struct layout *layout, FILE *out)
{
    FILE *plugin = open_watch();
    if (plugin == NULL) {
        (void)fputs("# clinic-watch.so is not installed: refused publishes are not logged.\n", out);
        return;
    }
    (void)fclose(plugin);
    (void)fputs("# Logs what the ACL refuses, which mosquitto does only at log type debug.\n", out);
    print_path(layout, "plugin", LAYOUT_BROKER_WATCH, out);
    print_path(layout, "plugin_opt_acl_file", LAYOUT_BROKER_ACL, out);
}

void conf_print_broker(const struct layout *layout, const struct settings *settings, FILE *out)
{
    (void)fputs(
        "# Written by clinic-broker; do not edit. Changes are applied by restart: at SIGHUP\n"
        "# mosquitto lets everybody in if it cannot read its ACL or CRL.\n",
        out);
    print_rows(global_rows, sizeof global_rows / sizeof global_rows[0], out);
    if (layout->broker_group != FILES_NO_GROUP)
        (void)fprintf(out, "user %s\n", settings->user);
    else if (geteuid() == 0)
        (void)fputs("user root\n", out);
    print_path(layout, "acl_file", LAYOUT_BROKER_ACL, out);
    print_watch(layout, out);

    (void)fprintf(out, "\nlistener %" PRId64 "%s%s\n", settings->port,
                  settings->bind[0] == '\0' ? "" : " ", settings->bind);
    for (size_t i = 0; i < sizeof file_rows / sizeof file_rows[0]; i++)
        print_path(layout, file_rows[i].option, file_rows[i].file, out);
    print_rows(listener_rows, sizeof listener_rows / sizeof listener_rows[0], out);
}

void conf_print_node(const struct settings *settings, const char *name, const char *host, FILE *out)
{
    (void)fprintf(out,
                  "[node]\nname = %s\nhost = %s\nport = %" PRId64 "\nprefix = %s\n"
                  "ca = %s\ncertificate = %s\nkey = %s\nstate = state\n",
                  name, host, settings->port, settings->prefix, layout_node_name(LAYOUT_NODE_CA),
                  layout_node_name(LAYOUT_NODE_CERTIFICATE), layout_node_name(LAYOUT_NODE_KEY));
}
