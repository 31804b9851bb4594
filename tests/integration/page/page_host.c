// page_host - a program with a page, as small as one can be: for tests of what no program of the clinic shows by itself.
//
//   page_host FOLDER ROLE [drops]     the page's port is chosen by the kernel; further languages are in FOLDER/languages
//
// It refuses patients called "Nobody", names those without a name, and tells of a request that waits: "ticket".
#include <clinic/box_loop.h>
#include <clinic/json.h>
#include <clinic/log.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const enum clinic_request_kind requests[] = {
    CLINIC_REQUEST_PATIENT_CREATE,
    CLINIC_REQUEST_DOCTOR_LIST,
};

static bool on_request(void *context, enum clinic_request_kind kind, cJSON *data, cJSON *told,
                       struct clinic_problem *reterr_problem)
{
    const char *name = clinic_json_text(data, "name");
    (void)context;
    if (kind != CLINIC_REQUEST_PATIENT_CREATE)
        return true;
    if (name == NULL)
        cJSON_AddStringToObject(data, "name", "Named By The Program");
    cJSON_AddStringToObject(told, "ticket", "P7");
    if (name == NULL || strcmp(name, "Nobody") != 0)
        return true;
    clinic_problem_set(reterr_problem, CLINIC_CODE_FORBIDDEN, NULL, "nobody is nobody");
    return false;
}

static int serve(struct clinic_box *box, const char *role, const char *languages, bool drops)
{
    char problem[200] = "out of memory";
    struct clinic_page *page = NULL;
    struct clinic_box_loop *loop = clinic_box_loop_open(box);
    cJSON *start = cJSON_CreateObject();
    cJSON_AddStringToObject(start, "first_language", "la");
    const struct clinic_page_config config = {
        .base = loop == NULL ? NULL : clinic_box_loop_base(loop),
        .box = box,
        .role = role,
        .files = clinic_page_files,
        .file_count = clinic_page_file_count,
        .languages_folder = languages,
        .requests = requests,
        .request_count = sizeof requests / sizeof requests[0],
        .drops_rejected = drops,
        .start = start,
        .on_request = on_request,
    };
    const bool is_good =
        loop != NULL && clinic_page_open(&config, &page, problem, sizeof problem) == CLINIC_OK;
    if (is_good) {
        clinic_box_loop_add_page(loop, page);
        clinic_log(CLINIC_LOG_INFO, "ready: http://127.0.0.1:%" PRId64 "/", clinic_page_port(page));
        (void)clinic_box_loop_run(loop);
    } else {
        clinic_log(CLINIC_LOG_ERROR, "%s", problem);
    }
    clinic_page_close(page);
    clinic_box_loop_close(loop);
    cJSON_Delete(start);
    return is_good ? 0 : 1;
}

int main(int argc, char **argv)
{
    char problem[600];
    char languages[1024];
    struct clinic_box *box = NULL;
    enum clinic_node_role role = CLINIC_ROLE_NONE;
    if (argc < 3 || !clinic_node_role_find(argv[2], &role))
        return 2;
    if (clinic_box_open(argv[1], role, &box, problem, sizeof problem) != CLINIC_OK) {
        clinic_log(CLINIC_LOG_ERROR, "%s", problem);
        return 1;
    }
    (void)snprintf(languages, sizeof languages, "%s/languages", argv[1]);
    const int code = serve(box, argv[2], languages, argc > 3);
    clinic_box_close(box);
    return code;
}
