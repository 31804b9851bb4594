#include "equipment_fixture.h"

void shelf_add(struct service_fixture *fixture, const char *item_id, int minimum, int par,
               const char *bins)
{
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_ITEM,
                    "{\"item_id\":\"%s\",\"name\":\"Some %s\",\"unit\":\"box\","
                    "\"location\":\"Room 2\",\"minimum\":%d,\"par\":%d,\"bins\":%s}",
                    item_id, item_id, minimum, par, bins);
}

void shelf_add_gloves(struct service_fixture *fixture)
{
    shelf_add(fixture, "gloves", 20, 60,
              "[{\"bin_id\":\"left\",\"node\":\"scale-1\",\"channel\":1}]");
    scale_weighs(fixture, "scale-1", 1, 40);
}

static void measure(struct service_fixture *fixture, const char *node, const char *data)
{
    const struct caller desk = fixture->caller;
    char session[CLINIC_SESSION_BYTES];

    memcpy(session, fixture->session, sizeof session);
    services_at(fixture, node, CLINIC_ROLE_SCALE);
    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_MEASURE, "%s", data);
    fixture->caller = desk;
    memcpy(fixture->session, session, sizeof session);
}

void scale_weighs(struct service_fixture *fixture, const char *node, int channel, int quantity)
{
    char data[100];

    (void)snprintf(data, sizeof data, "{\"channel\":%d,\"state\":\"stable\",\"quantity\":%d}",
                   channel, quantity);
    measure(fixture, node, data);
}

void scale_says(struct service_fixture *fixture, const char *node, int channel, const char *state)
{
    char data[100];

    (void)snprintf(data, sizeof data, "{\"channel\":%d,\"state\":\"%s\"}", channel, state);
    measure(fixture, node, data);
}

void scale_goes_on(struct service_fixture *fixture, int channel, int quantity, int64_t ms)
{
    for (int64_t passed = 0; passed < ms; passed += SCALE_STEP_MS) {
        scale_weighs(fixture, "scale-1", channel, quantity);
        services_pass(fixture, SCALE_STEP_MS, SCALE_STEP_MS);
    }
}

const cJSON *shelf_row(struct service_fixture *fixture, const char *item_id)
{
    const cJSON *row;

    assert_accepted(fixture, CLINIC_REQUEST_EQUIPMENT_LIST, "{}");
    cJSON_ArrayForEach(row, clinic_json_member(fixture->reply.data, "items"))
    {
        if (strcmp(clinic_json_text(row, "item_id"), item_id) == 0)
            return row;
    }
    return NULL;
}

void assert_stock(struct service_fixture *fixture, const char *item_id, int quantity,
                  const char *state)
{
    int64_t found = -1;
    const cJSON *row = shelf_row(fixture, item_id);

    assert_non_null(row);
    assert_true(clinic_json_integer(row, "quantity", &found));
    assert_int_equal(found, quantity);
    assert_string_equal(clinic_json_text(row, "state"), state);
}

int64_t event_count(const struct service_fixture *fixture, enum clinic_event_kind kind)
{
    return sql_number(fixture, "SELECT count(*) FROM event WHERE kind = %d", (int)kind);
}

void assert_newest(const struct service_fixture *fixture, enum clinic_event_kind kind,
                   const char *member, const char *wanted)
{
    char *found = sql_text(fixture,
                           "SELECT coalesce(data ->> '%s', 'none') FROM event WHERE kind = %d"
                           " ORDER BY sequence DESC LIMIT 1",
                           member, (int)kind);

    assert_non_null(found);
    assert_string_equal(found, wanted);
    free(found);
}
