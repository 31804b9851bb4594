// page_api.c - POST /api/<entity>/<action>: whether it may go; what it becomes is page_pending.c.
#include "page_scope.h"

#include <clinic/json.h>

#include <stdio.h>
#include <string.h>

static const struct clinic_request_type *find_type(const struct clinic_page *page,
                                                   const struct http_text *path)
{
    char name[100];
    for (size_t i = 0; i < page->config.request_count; i++) {
        const struct clinic_request_type *type = &clinic_request_types[page->config.requests[i]];
        (void)snprintf(name, sizeof name, "/api/%s/%s", type->entity, type->action);
        if (http_text_equals(path, name))
            return type;
    }
    return NULL;
}

static bool is_json(const struct http_text *media_type)
{
    static const char json[] = "application/json";
    const size_t length = sizeof json - 1;
    if (media_type->length < length || memcmp(media_type->bytes, json, length) != 0)
        return false;
    return media_type->length == length || media_type->bytes[length] == ';'
           || media_type->bytes[length] == ' ';
}

static void refuse(struct http_exchange *exchange, const struct clinic_problem *problem)
{
    const bool is_large = strcmp(problem->code, clinic_codes[CLINIC_CODE_INVALID_SIZE].name) == 0;
    page_answer_problem(exchange, is_large ? 413 : 400, problem->code, problem->field,
                        problem->message);
}

cJSON *page_api_body(struct http_exchange *exchange, const struct http_request *request)
{
    struct clinic_problem problem;
    cJSON *body = NULL;
    // A form of another site can have another media type only; this one makes its browser ask us first.
    if (!is_json(&request->head->headers[HTTP_CONTENT_TYPE]))
        clinic_problem_set(&problem, CLINIC_CODE_INVALID_JSON, NULL, "it is not application/json");
    else if (clinic_json_parse(request->body, request->body_bytes, &body, &problem) == CLINIC_OK)
        return body;
    refuse(exchange, &problem);
    return NULL;
}

static bool may_go(const struct clinic_page *page, const struct clinic_request_type *type,
                   cJSON *data, cJSON *told, struct clinic_problem *problem)
{
    const struct clinic_page_config *config = &page->config;
    if (config->on_request != NULL
        && !config->on_request(config->context, type->kind, data, told, problem))
        return false;
    return clinic_fields_check(type->fields, type->field_count, data, false, problem);
}

static void take_call(struct clinic_page *page, struct http_exchange *exchange,
                      const struct http_request *request, const struct clinic_request_type *type,
                      cJSON *body)
{
    struct clinic_problem problem = { .code = "" };
    cJSON *data = cJSON_DetachItemFromObjectCaseSensitive(body, "data");
    cJSON *told = cJSON_CreateObject();
    if (may_go(page, type, data, told, &problem)) {
        page_pending_start(page, exchange, request, type, clinic_json_text(body, "session"), data,
                           told);
        return;
    }
    page_answer_problem(exchange, problem.field[0] == '\0' ? 409 : 422, problem.code, problem.field,
                        problem.message);
    cJSON_Delete(data);
    cJSON_Delete(told);
}

void page_api_post(struct clinic_page *page, struct http_exchange *exchange,
                   const struct http_request *request)
{
    const struct clinic_request_type *type = find_type(page, &request->head->path);
    if (type == NULL) {
        page_answer_problem(exchange, 404, clinic_codes[CLINIC_CODE_UNKNOWN_ACTION].name, NULL,
                            "this page does not ask for that");
        return;
    }
    cJSON *body = page_api_body(exchange, request);
    if (body == NULL)
        return;
    if (cJSON_IsObject(clinic_json_member(body, "data"))) {
        take_call(page, exchange, request, type, body);
    } else {
        struct clinic_problem problem;
        clinic_problem_set(&problem, CLINIC_CODE_INVALID_MISSING, "data", "data is missing");
        refuse(exchange, &problem);
    }
    cJSON_Delete(body);
}

// ---- what there is

cJSON *page_api_requests(const struct clinic_page *page)
{
    cJSON *requests = cJSON_CreateObject();
    char name[80];
    for (size_t i = 0; i < page->config.request_count; i++) {
        const struct clinic_request_type *type = &clinic_request_types[page->config.requests[i]];
        (void)snprintf(name, sizeof name, "%s/%s", type->entity, type->action);
        cJSON *roles = cJSON_AddArrayToObject(requests, name);
        for (int role = 1; role < CLINIC_STAFF_ROLE_COUNT; role++)
            if (type->staff & CLINIC_BIT(role))
                cJSON_AddItemToArray(roles, cJSON_CreateString(clinic_staff_role_name(
                                                (enum clinic_staff_role)role)));
    }
    return requests;
}
