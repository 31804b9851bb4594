#include "plain_broker.h"

#include "folder.h"
#include "port.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { START_MS = 10 * 1000, LOOK_EVERY_MS = 2, PATH_BYTES = 160 };

static void write_config(const struct plain_broker *broker, const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fprintf(file,
                        "listener %d 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
                        "persistence true\npersistence_location %s/\nlog_type all\n",
                        broker->port, broker->folder)
                > 0);
    assert_int_equal(fclose(file), 0);
}

void plain_broker_start(struct plain_broker *broker)
{
    char config[PATH_BYTES];
    char log[PATH_BYTES];
    const char *command[PROCESS_BROKER_ARGUMENTS];
    const int64_t deadline_ms = process_now_ms() + START_MS;
    int status = 0;

    (void)snprintf(config, sizeof config, "%s/mosquitto.conf", broker->folder);
    (void)snprintf(log, sizeof log, "%s/mosquitto.log", broker->folder);
    process_broker_command(config, command);
    process_start(&broker->process, log, command);
    while (!port_answers(broker->port)) {
        assert_false(process_wait(&broker->process, 0, &status));
        assert_true(process_now_ms() < deadline_ms);
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
}

void plain_broker_init(struct plain_broker *broker)
{
    char config[PATH_BYTES];

    *broker = (struct plain_broker){ 0 };
    folder_make("scale-mqtt", broker->folder, sizeof broker->folder);
    assert_int_equal(chmod(broker->folder, 0777), 0); // started by root, it is not root any more
    broker->port = port_free();
    (void)snprintf(config, sizeof config, "%s/mosquitto.conf", broker->folder);
    write_config(broker, config);
    plain_broker_start(broker);
}

void plain_broker_end(struct plain_broker *broker, int signal)
{
    (void)process_end(&broker->process, signal); // how it ends is no matter here
}

void plain_broker_done(struct plain_broker *broker)
{
    plain_broker_end(broker, SIGKILL);
    folder_remove(broker->folder);
}
