// page_outbox.c - what this box keeps, without what was entered: whoever stands there need not be who entered it.
#include "calls.h"
#include "page_scope.h"

#include <clinic/json.h>
#include <clinic/node.h>

struct listing {
    cJSON *rows;
    bool is_cut;
};

static bool list_row(void *context, enum clinic_outbox_row_state state,
                     const struct clinic_request *request, const struct clinic_problem *problem)
{
    struct listing *listing = context;
    if (cJSON_GetArraySize(listing->rows) >= CLINIC_PAGE_OUTBOX_ROWS_MAX) {
        listing->is_cut = true;
        return false;
    }
    cJSON_AddItemToArray(listing->rows, calls_outbox_row(state, request, problem));
    return true;
}

static struct clinic_outbox *outbox_of(const struct clinic_page *page)
{
    return clinic_node_outbox(clinic_box_node(page->config.box));
}

void page_outbox_list(struct clinic_page *page, struct http_exchange *exchange,
                      const struct http_request *request)
{
    cJSON *body = cJSON_CreateObject();
    struct listing listing = { .rows = cJSON_AddArrayToObject(body, "rows") };
    (void)request;
    const enum clinic_status status = clinic_outbox_each(outbox_of(page), list_row, &listing);
    cJSON_AddBoolToObject(body, "more", listing.is_cut);
    if (status == CLINIC_OK)
        page_answer_json(exchange, 200, body);
    else
        page_answer_problem(exchange, 500, clinic_codes[CLINIC_CODE_INTERNAL].name, NULL,
                            clinic_status_text(status));
    cJSON_Delete(body);
}

void page_outbox_drop(struct clinic_page *page, struct http_exchange *exchange,
                      const struct http_request *request)
{
    struct clinic_id id;
    cJSON *body = page_api_body(exchange, request);
    if (body == NULL)
        return;
    const char *text = clinic_json_text(body, "id");
    const bool is_id = text != NULL && clinic_id_parse(text, &id);
    cJSON_Delete(body);
    if (!is_id) {
        page_answer_problem(exchange, 400, clinic_codes[CLINIC_CODE_INVALID_FIELD].name, "id",
                            "it is not the id of a request");
    } else if (clinic_outbox_drop(outbox_of(page), &id) == CLINIC_OK) {
        body = cJSON_CreateObject();
        page_answer_json(exchange, 200, body);
        cJSON_Delete(body);
    } else {
        page_answer_problem(exchange, 404, clinic_codes[CLINIC_CODE_NOT_FOUND].name, "id",
                            "there is no rejected request of that id");
    }
}
