#include "ticket.h"

#include <clinic/file.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATH_BYTES = 1100, FILE_BYTES = 40, LAST_MAX = 9999999 };

static void file_path(const struct tickets *tickets, char ret_path[static PATH_BYTES])
{
    (void)snprintf(ret_path, PATH_BYTES, "%s/tickets", tickets->state_folder);
}

// ---- the file: "2026-11-23 17"

static bool is_day(const char *text)
{
    static const char shape[] = "0000-00-00";
    for (size_t i = 0; shape[i] != '\0'; i++) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !is_digit : text[i] != shape[i])
            return false;
    }
    return true;
}

static void take_file(struct tickets *tickets, const char *text)
{
    char *end = NULL;
    if (!is_day(text) || text[TICKET_DAY_BYTES - 1] != ' ')
        return;
    const long long last = strtoll(text + TICKET_DAY_BYTES, &end, 10);
    if (*end != '\n' || last < 0 || last > LAST_MAX)
        return;
    memcpy(tickets->day, text, TICKET_DAY_BYTES - 1);
    tickets->last = last;
}

static enum clinic_status save(const struct tickets *tickets)
{
    char path[PATH_BYTES];
    char text[FILE_BYTES];
    file_path(tickets, path);
    (void)snprintf(text, sizeof text, "%s %" PRId64 "\n", tickets->day, tickets->last);
    return clinic_file_replace(path, text);
}

void tickets_open(const char *state_folder, char letter, struct tickets *ret_tickets)
{
    char path[PATH_BYTES];
    char text[FILE_BYTES] = "";
    *ret_tickets = (struct tickets){ .letter = letter };
    (void)snprintf(ret_tickets->state_folder, sizeof ret_tickets->state_folder, "%s", state_folder);
    file_path(ret_tickets, path);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return;
    const ssize_t length = read(fd, text, sizeof text - 1);
    (void)close(fd); // read only
    if (length > 0)
        take_file(ret_tickets, text);
}

// ---- counting

static void day_at(int64_t now_ms, char ret_day[static TICKET_DAY_BYTES])
{
    const time_t now = (time_t)(now_ms / 1000);
    struct tm local;
    if (localtime_r(&now, &local) == NULL
        || strftime(ret_day, TICKET_DAY_BYTES, "%Y-%m-%d", &local) != TICKET_DAY_BYTES - 1)
        (void)snprintf(ret_day, TICKET_DAY_BYTES, "0000-00-00");
}

enum clinic_status tickets_next(struct tickets *tickets, int64_t now_ms,
                                char ret_ticket[static TICKET_BYTES])
{
    char day[TICKET_DAY_BYTES];
    day_at(now_ms, day);
    if (strcmp(day, tickets->day) > 0) {
        memcpy(tickets->day, day, sizeof day);
        tickets->last = 0;
    }
    tickets->last = tickets->last % LAST_MAX + 1;
    (void)snprintf(ret_ticket, TICKET_BYTES, "%c%u", tickets->letter,
                   (unsigned)tickets->last % (LAST_MAX + 1U));
    return save(tickets);
}
