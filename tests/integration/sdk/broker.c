#include "broker.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { START_MS = 10 * 1000 };

int64_t monotonic_ms(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int listen_somewhere(int backlog, int *ret_port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(fd, backlog), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void run(char *const arguments[])
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        execvp(arguments[0], arguments);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

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
    (void)snprintf(broker->folder, sizeof broker->folder, "/tmp/clinic-bus-XXXXXX");
    assert_non_null(mkdtemp(broker->folder));
    run((char *[]){ CERTIFICATES_SCRIPT, broker->folder, NULL });
    assert_int_equal(close(listen_somewhere(1, &broker->port)), 0);
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

static bool is_listening(const struct broker *broker)
{
    const struct sockaddr_in address = { .sin_family = AF_INET,
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                         .sin_port = htons((uint16_t)broker->port) };
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    const bool is_connected = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    assert_int_equal(close(fd), 0);
    return is_connected;
}

static void become_broker(const struct broker *broker)
{
    char log[128];
    char config[128];
    (void)snprintf(log, sizeof log, "%s/mosquitto.log", broker->folder);
    (void)snprintf(config, sizeof config, "%s/mosquitto.conf", broker->folder);
    const int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd >= 0 && dup2(fd, STDERR_FILENO) >= 0) {
        execlp("mosquitto", "mosquitto", "-c", config, (char *)NULL);
        execl("/usr/sbin/mosquitto", "mosquitto", "-c", config, (char *)NULL);
    }
    _exit(127);
}

void broker_start(struct broker *broker, const char *certificate)
{
    write_config(broker, certificate);
    broker->pid = fork();
    assert_true(broker->pid >= 0);
    if (broker->pid == 0)
        become_broker(broker);
    const int64_t deadline_ms = monotonic_ms() + START_MS;
    while (!is_listening(broker)) {
        assert_int_equal(waitpid(broker->pid, NULL, WNOHANG), 0);
        assert_true(monotonic_ms() < deadline_ms);
        (void)poll(NULL, 0, 2);
    }
}

void broker_kill(struct broker *broker)
{
    if (broker->pid == 0)
        return;
    assert_int_equal(kill(broker->pid, SIGKILL), 0);
    assert_int_equal(waitpid(broker->pid, NULL, 0), broker->pid);
    broker->pid = 0;
}

void broker_done(struct broker *broker)
{
    broker_kill(broker);
    run((char *[]){ "rm", "-rf", broker->folder, NULL });
}
