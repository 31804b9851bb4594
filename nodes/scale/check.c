#include "check.h"

#include "dialog.h"
#include "ports.h"
#include "serial.h"

#include <clinic/clock.h>

#include <errno.h>
#include <poll.h>
#include <string.h>

enum { PATIENCE_MS = 5000, PROBLEM_BYTES = 200 };

static int64_t now(void)
{
    return clinic_monotonic_ms(clinic_clock_system());
}

// What has arrived; DIALOG_IDENTITY ends the search.
static enum dialog_news take(struct dialog *dialog, int fd, struct sics_answer *answer,
                             char problem[static PROBLEM_BYTES])
{
    char bytes[64];
    const char *reason = NULL;
    const int length = serial_read(fd, bytes, sizeof bytes);
    for (int i = 0; i < length; i++) {
        const enum dialog_news news = dialog_take(dialog, bytes[i], now(), answer, &reason);
        if (news == DIALOG_MISUNDERSTOOD)
            (void)snprintf(problem, PROBLEM_BYTES,
                           "what it says is not MT-SICS (%s); is the speed right?", reason);
        if (news == DIALOG_IDENTITY)
            return news;
    }
    return DIALOG_NOTHING;
}

static bool find_serial(int fd, struct sics_answer *answer, char problem[static PROBLEM_BYTES])
{
    struct dialog dialog;
    const int64_t end_ms = now() + PATIENCE_MS;
    (void)snprintf(problem, PROBLEM_BYTES, "it does not answer");
    dialog_begin(&dialog, now());
    while (now() < end_ms) {
        const char *question = dialog_ask(&dialog, now());
        if (question != NULL && !serial_write(fd, question))
            return false;
        struct pollfd polled = { .fd = fd, .events = POLLIN };
        const int64_t wait_ms = dialog_due_ms(&dialog) - now();
        (void)poll(&polled, 1, wait_ms > 0 ? (int)wait_ms : 0);
        if (take(&dialog, fd, answer, problem) == DIALOG_IDENTITY)
            return true;
    }
    return false;
}

static bool check_port(const struct port *port, size_t number, FILE *out)
{
    struct sics_answer answer;
    char problem[PROBLEM_BYTES];
    const int fd = serial_open(port->device, port->baud);
    const bool is_found = fd >= 0 && find_serial(fd, &answer, problem);
    if (fd < 0)
        (void)snprintf(problem, sizeof problem, "%s", strerror(errno));
    serial_close(fd);
    (void)fprintf(out, "scale%zu: %s: %s%s\n", number, port->device,
                  is_found ? "serial number " : "", is_found ? answer.serial : problem);
    return is_found;
}

bool check(const char *folder, FILE *out)
{
    struct ports ports;
    char problem[CLINIC_SETTINGS_PROBLEM_BYTES];
    if (!ports_load(folder, &ports, problem)) {
        (void)fprintf(stderr, "clinic-scale: %s\n", problem);
        return false;
    }
    (void)fprintf(out, "%s/node.ini: the settings are in order\n", folder);
    bool is_good = true;
    for (size_t i = 0; i < PORTS_MAX; i++)
        if (ports.ports[i].device[0] != '\0' && !check_port(&ports.ports[i], i + 1, out))
            is_good = false;
    return is_good;
}
