#include "kiosk.h"

#include "ticket.h"

#include <clinic/box_loop.h>
#include <clinic/clock.h>
#include <clinic/log.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct kiosk {
    struct clinic_box *box;
    struct clinic_box_loop *loop;
    struct clinic_page *page;
    struct clinic_page_file *files; // a board's: those of the kiosk's page are left out
    size_t file_count;
    cJSON *start;
    struct tickets tickets;
};

static const enum clinic_request_kind kiosk_requests[] = {
    CLINIC_REQUEST_APPOINTMENT_FIND,  CLINIC_REQUEST_APPOINTMENT_CHECK_IN,
    CLINIC_REQUEST_PATIENT_CREATE,    CLINIC_REQUEST_PATIENT_CONSENT,
    CLINIC_REQUEST_FEEDBACK_SUBMIT,   CLINIC_REQUEST_PORTAL_READ,
    CLINIC_REQUEST_PORTAL_REPORT,     CLINIC_REQUEST_DOCTOR_LIST,
    CLINIC_REQUEST_APPOINTMENT_BOARD,
};
static const enum clinic_request_kind board_requests[] = { CLINIC_REQUEST_APPOINTMENT_BOARD };

// ---- tickets

// Whether the gateway can be reached is known too late: every check-in takes a ticket along, and the page shows it
// where no answer comes. The page cannot choose one.
static bool add_ticket(void *context, enum clinic_request_kind kind, cJSON *data, cJSON *told,
                       struct clinic_problem *reterr_problem)
{
    struct kiosk *kiosk = context;
    char ticket[TICKET_BYTES];
    (void)reterr_problem; // nothing is refused
    if (kind != CLINIC_REQUEST_APPOINTMENT_CHECK_IN)
        return true;
    if (tickets_next(&kiosk->tickets, clinic_wall_ms(clinic_clock_system()), ticket) != CLINIC_OK)
        clinic_log(CLINIC_LOG_WARNING, "tickets are not written down: %s", strerror(errno));
    cJSON_DeleteItemFromObjectCaseSensitive(data, "ticket");
    cJSON_AddStringToObject(data, "ticket", ticket);
    cJSON_AddStringToObject(told, "ticket", ticket);
    return true;
}

// ---- which files

static bool is_of_kiosk(const struct clinic_page_file *file)
{
    return strncmp(file->path, "/kiosk/", 7) == 0 || strcmp(file->path, "/index.html") == 0;
}

// The screen is at "/" too, so that a box of either kind opens the same address.
static bool list_board_files(struct kiosk *kiosk)
{
    kiosk->files = calloc(clinic_page_file_count + 1, sizeof kiosk->files[0]);
    if (kiosk->files == NULL)
        return false;
    for (size_t i = 0; i < clinic_page_file_count; i++) {
        const struct clinic_page_file *file = &clinic_page_files[i];
        if (is_of_kiosk(file))
            continue;
        kiosk->files[kiosk->file_count++] = *file;
        if (strcmp(file->path, "/board.html") != 0)
            continue;
        kiosk->files[kiosk->file_count] = *file;
        kiosk->files[kiosk->file_count++].path = "/index.html";
    }
    return true;
}

// ---- opening, running, closing

static bool open_page(struct kiosk *kiosk, const struct kiosk_settings *settings, bool is_board)
{
    char problem[200] = "out of memory";
    struct clinic_page_config config = {
        .base = clinic_box_loop_base(kiosk->loop),
        .box = kiosk->box,
        .port = settings->page.port,
        .role = clinic_node_role_name(is_board ? CLINIC_ROLE_BOARD : CLINIC_ROLE_KIOSK),
        .files = is_board ? kiosk->files : clinic_page_files,
        .file_count = is_board ? kiosk->file_count : clinic_page_file_count,
        .languages_folder = settings->page.languages,
        .requests = is_board ? board_requests : kiosk_requests,
        .request_count = is_board ? ARRAY_SIZE(board_requests) : ARRAY_SIZE(kiosk_requests),
        .drops_rejected = true,
        .start = kiosk->start,
        .on_request = add_ticket,
        .context = kiosk,
    };
    if (kiosk->start != NULL
        && clinic_page_open(&config, &kiosk->page, problem, sizeof problem) == CLINIC_OK)
        return true;
    clinic_log(CLINIC_LOG_ERROR, "%s", problem);
    return false;
}

static bool open_kiosk(struct kiosk *kiosk, const char *folder,
                       const struct kiosk_settings *settings, bool is_board)
{
    char problem[600];
    const enum clinic_node_role role = is_board ? CLINIC_ROLE_BOARD : CLINIC_ROLE_KIOSK;
    if (clinic_box_open(folder, role, &kiosk->box, problem, sizeof problem) != CLINIC_OK) {
        clinic_log(CLINIC_LOG_ERROR, "%s", problem);
        return false;
    }
    if (clinic_node_outbox_was_set_aside(clinic_box_node(kiosk->box)))
        clinic_log(CLINIC_LOG_WARNING, "the outbox was damaged: a new one was begun");
    tickets_open(settings->node.state, settings->ticket[0], &kiosk->tickets);
    kiosk->start = kiosk_settings_describe(settings);
    kiosk->loop = clinic_box_loop_open(kiosk->box);
    if (kiosk->loop == NULL || (is_board && !list_board_files(kiosk))) {
        clinic_log(CLINIC_LOG_ERROR, "%s", strerror(errno));
        return false;
    }
    return open_page(kiosk, settings, is_board);
}

static void run(struct kiosk *kiosk)
{
    const enum clinic_status status = clinic_box_follow(kiosk->box);
    if (status != CLINIC_OK)
        clinic_log(CLINIC_LOG_WARNING, "no events will be shown: %s", clinic_status_text(status));
    clinic_box_loop_add_page(kiosk->loop, kiosk->page);
    clinic_log(CLINIC_LOG_INFO, "ready: http://127.0.0.1:%" PRId64 "/",
               clinic_page_port(kiosk->page));
    const int number = clinic_box_loop_run(kiosk->loop);
    clinic_log(CLINIC_LOG_INFO, "%s: closing", number == SIGTERM ? "SIGTERM" : "SIGINT");
}

static void close_kiosk(struct kiosk *kiosk)
{
    clinic_page_close(kiosk->page);
    clinic_box_loop_close(kiosk->loop);
    clinic_box_close(kiosk->box);
    cJSON_Delete(kiosk->start);
    free(kiosk->files);
}

bool kiosk_serve(const char *folder, const struct kiosk_settings *settings, bool is_board)
{
    struct kiosk kiosk = { .box = NULL };
    const bool is_good = open_kiosk(&kiosk, folder, settings, is_board);
    if (is_good)
        run(&kiosk);
    close_kiosk(&kiosk);
    return is_good;
}
