#include "desk_page.h"

// There is one page in a program; it borrows these.
static enum clinic_request_kind requests[CLINIC_REQUEST_KIND_COUNT];
static cJSON *start;

// All that a desk may ask; who of the staff may is the gateway's to say. What was missed is the node's own business.
static size_t list_requests(void)
{
    size_t count = 0;
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++)
        if ((clinic_request_types[kind].nodes & CLINIC_BIT(CLINIC_ROLE_DESK))
            && kind != CLINIC_REQUEST_EVENTS_REPLAY)
            requests[count++] = (enum clinic_request_kind)kind;
    return count;
}

// What is left empty is left out.
static cJSON *describe(const struct desk_settings *settings)
{
    cJSON *page = cJSON_CreateObject();
    cJSON_AddNumberToObject(page, "idle_ms", 1000.0 * (double)settings->idle_s);
    if (settings->language[0] != '\0')
        cJSON_AddStringToObject(page, "language", settings->language);
    return page;
}

struct clinic_page *desk_page_open(struct event_base *base, struct clinic_box *box,
                                   const struct desk_settings *settings, char *reterr_problem,
                                   size_t problem_bytes)
{
    start = describe(settings);
    const struct clinic_page_config config = { .base = base,
                                               .box = box,
                                               .port = settings->page.port,
                                               .role = clinic_node_role_name(CLINIC_ROLE_DESK),
                                               .files = clinic_page_files,
                                               .file_count = clinic_page_file_count,
                                               .languages_folder = settings->page.languages,
                                               .requests = requests,
                                               .request_count = list_requests(),
                                               .start = start };
    struct clinic_page *page = NULL;
    if (clinic_page_open(&config, &page, reterr_problem, problem_bytes) != CLINIC_OK)
        return NULL;
    return page;
}

void desk_page_close(struct clinic_page *page)
{
    clinic_page_close(page);
    cJSON_Delete(start);
    start = NULL;
}
