#include "broker.h"

#include "folder.h"
#include "port.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

enum { START_MS = 10 * 1000, LOOK_EVERY_MS = 2 };

static void write_file(const struct broker *broker, const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", broker->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

void broker_init(struct broker *broker)
{
    *broker = (struct broker){ 0 };
    folder_make("clinic-bus", broker->folder, sizeof broker->folder);
    process_must_run((const char *const[]){ CERTIFICATES_SCRIPT, broker->folder, NULL });
    broker->port = port_free();
    write_file(broker, "acl",
               "user gateway\ntopic readwrite #\n"
               "pattern write clinic/node/%u/status\n"
               "pattern write clinic/request/%u/#\n"
               "pattern read clinic/reply/%u\n"
               "pattern read clinic/+/+\n"
               "pattern read clinic/node/+/status\n"
               "pattern read clinic/node/%u/config\n");
}

static void write_config(const struct broker *broker, const char *certificate)
{
    char text[2048];
    (void)snprintf(text, sizeof text,
                   "listener %d 127.0.0.1\n"
                   "cafile %s/ca.crt\ncertfile %s/%s.crt\nkeyfile %s/%s.key\n"
                   "require_certificate true\nuse_identity_as_username true\n"
                   "acl_file %s/acl\npersistence false\nset_tcp_nodelay true\n"
                   "max_inflight_messages 1000\nmax_queued_messages 10000\n"
                   "max_packet_size 102400\nlog_type all\n%s",
                   broker->port, broker->folder, broker->folder, certificate, broker->folder,
                   certificate, broker->folder, geteuid() == 0 ? "user root\n" : "");
    write_file(broker, "mosquitto.conf", text);
}

void broker_start(struct broker *broker, const char *certificate)
{
    char log[128];
    char config[128];
    const int64_t deadline_ms = process_now_ms() + START_MS;
    int status = 0;

    write_config(broker, certificate);
    (void)snprintf(log, sizeof log, "%s/mosquitto.log", broker->folder);
    (void)snprintf(config, sizeof config, "%s/mosquitto.conf", broker->folder);
    process_start(&broker->process, log, (const char *const[]){ "mosquitto", "-c", config, NULL });
    while (!port_answers(broker->port)) {
        assert_false(process_wait(&broker->process, 0, &status));
        assert_true(process_now_ms() < deadline_ms);
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}

void broker_kill(struct broker *broker)
{
    (void)process_end(&broker->process, SIGKILL); // how it ends is known
}

void broker_done(struct broker *broker)
{
    broker_kill(broker);
    folder_remove(broker->folder);
}
