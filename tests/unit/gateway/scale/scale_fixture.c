#include "scale_fixture.h"

static char newest_task[CLINIC_ID_TEXT_BYTES]; // of the step that was begun last

void cell_add(struct service_fixture *fixture)
{
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE,
                    "{\"node\":\"scale-1\",\"channel\":1,\"capacity_mg\":5000000,"
                    "\"bin_mg\":100000,\"variation_permyriad\":200,\"most\":500}");
}

bool cell_set(struct service_fixture *fixture, const char *fields)
{
    int64_t version = 0;

    assert_true(clinic_json_integer(cell_row(fixture, 1), "version", &version));
    return services_ask(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE,
                        "{\"node\":\"scale-1\",\"channel\":1,\"expected_version\":%d,%s}",
                        (int)version, fields);
}

bool step_ask(struct service_fixture *fixture, const char *step, const char *more)
{
    const bool is_accepted =
        services_ask(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE_SET_UP,
                     "{\"node\":\"scale-1\",\"channel\":1,\"step\":\"%s\"%s}", step, more);

    if (is_accepted)
        (void)snprintf(newest_task, sizeof newest_task, "%s", reply_text(fixture, "task_id"));
    return is_accepted;
}

bool step_answer(struct service_fixture *fixture, const char *node, const char *task_id,
                 const char *outcome, const char *more)
{
    const struct caller desk = fixture->caller;
    char session[CLINIC_SESSION_BYTES];

    memcpy(session, fixture->session, sizeof session);
    services_at(fixture, node, CLINIC_ROLE_SCALE);
    const bool is_accepted = services_ask(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE_ANSWER,
                                          "{\"channel\":1,\"task_id\":\"%s\",\"outcome\":\"%s\"%s}",
                                          task_id == NULL ? newest_task : task_id, outcome, more);
    fixture->caller = desk;
    memcpy(fixture->session, session, sizeof session);
    return is_accepted;
}

void step_do(struct service_fixture *fixture, const char *step, const char *asked,
             const char *outcome, const char *answered)
{
    if (!step_ask(fixture, step, asked))
        fail_msg("%s: %s", step, fixture->reply.problem.message);
    if (!step_answer(fixture, "scale-1", NULL, outcome, answered))
        fail_msg("%s, %s: %s", step, outcome, fixture->reply.problem.message);
}

void cell_set_up(struct service_fixture *fixture)
{
    cell_add(fixture);
    step_do(fixture, "tare", "", "done", ",\"tare_counts\":84213,\"noise_mg\":0");
    step_do(fixture, "calibrate", ",\"mass_mg\":1000000", "done",
            ",\"span_counts\":420000,\"span_mg\":1000000");
    step_do(fixture, "sample", ",\"count\":500", "done",
            ",\"unit_mg\":8000,\"noise_mg\":90,\"accuracy_permille\":998");
}

const cJSON *cell_row(struct service_fixture *fixture, int channel)
{
    const bool is_there = services_ask(fixture, CLINIC_REQUEST_EQUIPMENT_SCALE_READ,
                                       "{\"node\":\"scale-1\",\"channel\":%d}", channel);

    return is_there ? fixture->reply.data : NULL;
}

static const cJSON *find_part(struct service_fixture *fixture, const char *part)
{
    const cJSON *row = cell_row(fixture, 1);

    return part == NULL ? row : clinic_json_member(row, part);
}

int64_t cell_number(struct service_fixture *fixture, const char *part, const char *member)
{
    int64_t number = NOTHING;

    (void)clinic_json_integer(find_part(fixture, part), member, &number);
    return number;
}

const char *cell_text(struct service_fixture *fixture, const char *part, const char *member)
{
    const char *text = clinic_json_text(find_part(fixture, part), member);

    return text == NULL ? "none" : text;
}

void item_put(struct service_fixture *fixture, const char *item_id, const char *name,
              const char *node, int channel)
{
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"%s\",\"name\":\"%s\",\"unit\":\"piece\",\"location\":\"\","
                    "\"minimum\":20,\"par\":60,\"bins\":[{\"bin_id\":\"%s\",\"node\":\"%s\","
                    "\"channel\":%d}]}",
                    item_id, name, item_id, node, channel);
}

static bool find_mark(const struct service_fixture *fixture, const char *node,
                      struct scale_mark *ret_mark)
{
    struct scale_mark mark = { 0 };

    while (scale_next_config(fixture->store, &mark, &mark) == CLINIC_OK) {
        if (strcmp(mark.node, node) == 0) {
            *ret_mark = mark;
            return true;
        }
    }
    return false;
}

char *config_text(const struct service_fixture *fixture, const char *node)
{
    char *json = NULL;
    struct scale_mark mark;

    if (!find_mark(fixture, node, &mark))
        return NULL;
    assert_int_equal(scale_print_config(fixture->store, &mark, fixture->wall_ms, &json), CLINIC_OK);
    return json;
}

uint64_t config_version(const struct service_fixture *fixture, const char *node)
{
    struct scale_mark mark = { 0 };

    return find_mark(fixture, node, &mark) ? mark.version : 0;
}
