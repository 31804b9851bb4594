// watch.c - a plugin of the broker that logs every publish that the ACL refuses.
//
// Mosquitto itself says so only at log type debug, together with two lines for each message that is let through:
// at a hundred messages a second a break-in would be written down and never found.
//
// It decides by the same file as the broker, read at start, and refuses as well: where a reload finds a
// broken file, after which mosquitto lets everybody publish anything, what was read before stays in force here.
//
// Runs on the broker's one thread.
#include "grants.h"

#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PROBLEM_BYTES = 400,
    LINES_MAX = 60, // in each WINDOW_S: a node gone wild must not fill the journal
    WINDOW_S = 60,
};

struct watch {
    const char *path; // the broker's
    struct grants *grants;
    time_t window_began_s;
    unsigned lines;
    unsigned unsaid;
};

static void begin_window(struct watch *watch, time_t now_s)
{
    if (watch->unsaid > 0)
        mosquitto_log_printf(MOSQ_LOG_WARNING, "Denied %u more PUBLISHes in the last %d s.",
                             watch->unsaid, WINDOW_S);
    watch->window_began_s = now_s;
    watch->lines = 0;
    watch->unsaid = 0;
}

static void log_refusal(struct watch *watch, const char *user, const char *topic)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    if (watch->lines == 0 || now.tv_sec - watch->window_began_s >= WINDOW_S)
        begin_window(watch, now.tv_sec);
    if (watch->lines == LINES_MAX) {
        watch->unsaid++;
        return;
    }
    watch->lines++;
    // The broker lets no control characters into a topic.
    mosquitto_log_printf(MOSQ_LOG_WARNING, "Denied PUBLISH from %s to '%.200s'.", user, topic);
}

static int on_acl_check(int event, void *data, void *context)
{
    const struct mosquitto_evt_acl_check *check = data;
    struct watch *watch = context;

    (void)event;
    if (check->access != MOSQ_ACL_WRITE)
        return MOSQ_ERR_PLUGIN_DEFER;
    const char *user = mosquitto_client_username(check->client);
    if (user != NULL && grants_let_publish(watch->grants, user, check->topic))
        return MOSQ_ERR_PLUGIN_DEFER;
    log_refusal(watch, user == NULL ? "nobody" : user, check->topic);
    return MOSQ_ERR_ACL_DENIED;
}

static bool load(struct watch *watch)
{
    char problem[PROBLEM_BYTES] = "";
    struct grants *grants = grants_load(watch->path, problem, sizeof problem);

    if (grants == NULL) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "Error: %s", problem);
        return false;
    }
    grants_free(watch->grants);
    watch->grants = grants;
    return true;
}

static int on_reload(int event, void *data, void *context)
{
    (void)event;
    (void)data;
    (void)load(context); // at worst the old ones stay in force, and the log has it
    return MOSQ_ERR_SUCCESS;
}

int mosquitto_plugin_version(int supported_version_count, const int *supported_versions)
{
    for (int i = 0; i < supported_version_count; i++) {
        if (supported_versions[i] == MOSQ_PLUGIN_VERSION)
            return MOSQ_PLUGIN_VERSION;
    }
    return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **userdata,
                          struct mosquitto_opt *options, int option_count)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return MOSQ_ERR_NOMEM;

    for (int i = 0; i < option_count; i++) {
        if (strcmp(options[i].key, "acl_file") == 0)
            watch->path = options[i].value;
    }
    if (watch->path == NULL || !load(watch)) {
        free(watch);
        return MOSQ_ERR_INVAL; // the broker does not start
    }
    *userdata = watch;
    const int code =
        mosquitto_callback_register(identifier, MOSQ_EVT_ACL_CHECK, on_acl_check, NULL, watch);
    return code != MOSQ_ERR_SUCCESS
               ? code
               : mosquitto_callback_register(identifier, MOSQ_EVT_RELOAD, on_reload, NULL, watch);
}

int mosquitto_plugin_cleanup(void *userdata, struct mosquitto_opt *options, int option_count)
{
    struct watch *watch = userdata;

    (void)options;
    (void)option_count;
    if (watch == NULL)
        return MOSQ_ERR_SUCCESS;
    grants_free(watch->grants);
    free(watch);
    return MOSQ_ERR_SUCCESS;
}
