// The ten events of the mission, each from a node's request to every action that it causes, over the real broker.
#include "day.h"
#include "evidence.h"

#include <clinic/catalogue.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool is_conversation(const char *topic)
{
    return strncmp(topic, "clinic/request/", 15) == 0 || strncmp(topic, "clinic/reply/", 13) == 0;
}

static void assert_nobody_is_named(const struct peer *auditor)
{
    const struct peer_message *message = NULL;

    for (size_t i = 0; (message = peer_message(auditor, i)) != NULL; i++) {
        for (const char *const *secret = day_secrets; *secret != NULL; secret++) {
            if (!is_conversation(message->topic) && strstr(message->payload, *secret) != NULL)
                fail_msg("%s carries %s: %s", message->topic, *secret, message->payload);
        }
    }
}

static void assert_published(struct peer *auditor)
{
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        char topic[80];
        (void)snprintf(topic, sizeof topic, "clinic/%s", clinic_event_types[kind].topic);
        (void)peer_expect(auditor, 0, topic, clinic_event_types[kind].type);
    }
    peer_catch_up(auditor);
}

static int64_t count_of(struct peer *desk, const char *metric)
{
    int64_t sum = 0;
    const cJSON *row = NULL;
    const cJSON *reply =
        peer_ask(desk, "analytics/read", "{'from':'2026-01-01','to':'2026-12-31'}");

    assert_accepted(reply);
    cJSON_ArrayForEach(row, clinic_json_member(clinic_json_member(reply, "data"), "rows"))
    {
        int64_t count = 0;
        (void)clinic_json_integer(row, "count", &count);
        sum += strcmp(clinic_json_text(row, "metric"), metric) == 0 ? count : 0;
    }
    return sum;
}

static void assert_counted(struct peer *desk)
{
    static const struct {
        const char *metric;
        int64_t count;
    } wanted[] = {
        { "patients.new", 2 },
        { "patients.deleted", 1 },
        { "appointments.scheduled.new", 2 },
        { "appointments.scheduled.existing", 1 },
        { "appointments.rescheduled", 1 },
        { "appointments.canceled", 2 },
        { "appointments.fulfilled", 1 },
        { "waiting.visits", 1 },
        { "stock.low", 1 },
        { "stock.out", 1 },
        { "feedback.count", 1 },
    };

    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const int64_t count = count_of(desk, wanted[i].metric);
        if (count != wanted[i].count)
            fail_msg("%s: %lld instead of %lld", wanted[i].metric, (long long)count,
                     (long long)wanted[i].count);
    }
}

static void each_of_the_events_goes_all_the_way_and_names_nobody(void **state)
{
    struct fixture *fixture = *state;
    char doctors[80];
    struct day day;

    day_live(fixture, &day);
    assert_published(fixture->auditor);
    assert_counted(day.desk);
    // Out of stock: that is told at any hour.
    (void)peer_expect(fixture->auditor, 0, "clinic/notification/staff", "Gloves M");
    (void)snprintf(doctors, sizeof doctors, "clinic/notification/doctor/%s", day.doctor);
    (void)peer_expect(fixture->auditor, 0, doctors, "text");
    assert_nobody_is_named(fixture->auditor);
}

// The bookings of a patient who leaves are canceled in the same transaction, and the log says why.
static void a_deletion_cancels_what_is_booked_and_the_log_says_why(void **state)
{
    struct fixture *fixture = *state;
    struct day day;

    day_begin(fixture, &day);
    day_register_patients(&day);
    day_hire(&day);
    day_book(&day);
    const size_t from = peer_mark(fixture->auditor);
    day_erase(&day);
    const struct peer_message *deleted =
        peer_expect(fixture->auditor, from, "clinic/patient/deleted", day.leaving.id);
    cJSON *event = cJSON_Parse(deleted->payload);
    const struct peer_message *canceled = peer_expect(
        fixture->auditor, from, "clinic/appointment/canceled", clinic_json_text(event, "id"));
    assert_non_null(strstr(canceled->payload, "causationid"));
    assert_non_null(strstr(canceled->payload, day.leaving.id));
    cJSON_Delete(event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(each_of_the_events_goes_all_the_way_and_names_nobody),
        fixture_test(a_deletion_cancels_what_is_booked_and_the_log_says_why),
    };
    return cmocka_run_group_tests_name("ten events", tests, fixture_setup, fixture_teardown);
}
