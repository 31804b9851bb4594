// A whole exchange with a gateway, over a line that loses, doubles and delays.
#include "outbox_fixture.h"

#include <stdlib.h>

enum { MESSAGES = 40, LINE = 64 };

struct gateway {
    struct clinic_id applied[MESSAGES + 1]; // in the order of applying
    int numbers[MESSAGES + 1];
    int count;
    bool ignores_after;
};

struct line {
    struct clinic_id ids[LINE];
    struct clinic_id afters[LINE];
    int numbers[LINE];
    int count;
};

static int find_applied(const struct gateway *gateway, const struct clinic_id *id)
{
    for (int i = 0; i < gateway->count; i++) {
        if (clinic_id_equal(&gateway->applied[i], id))
            return i;
    }
    return -1;
}

// NULL: accepted.
static const char *decide(struct gateway *gateway, const struct line *line, int at, unsigned *seed)
{
    if (find_applied(gateway, &line->ids[at]) >= 0)
        return NULL;
    if (rand_r(seed) % 20 == 0)
        return "storage.full";
    if (!gateway->ignores_after && !clinic_id_is_none(&line->afters[at])
        && find_applied(gateway, &line->afters[at]) < 0)
        return "order.gap";
    gateway->applied[gateway->count] = line->ids[at];
    gateway->numbers[gateway->count++] = line->numbers[at];
    return NULL;
}

static void send_some(struct fixture *fixture, struct line *line, unsigned *seed)
{
    const struct clinic_request *request = NULL;
    while (line->count < LINE && clinic_outbox_next(fixture->outbox, &request) == CLINIC_OK) {
        for (int copies = rand_r(seed) % 4 == 0 ? rand_r(seed) % 3 : 1; copies > 0; copies--) {
            if (line->count == LINE)
                break;
            line->ids[line->count] = request->id;
            line->afters[line->count] = request->after;
            line->numbers[line->count++] = number_of(request);
        }
    }
}

static void answer_some(struct fixture *fixture, struct gateway *gateway, struct line *line,
                        unsigned *seed)
{
    for (int i = 0; i < line->count; i++) {
        const char *code = decide(gateway, line, i, seed);
        if (rand_r(seed) % 6 != 0)
            (void)reply(fixture, &line->ids[i], code); // one of ours or answered before
    }
    line->count = 0;
}

// Runs until all is answered; true: all was applied once and in order.
static bool exchange(struct fixture *fixture, bool ignores_after, unsigned seed)
{
    struct gateway gateway = { .ignores_after = ignores_after };
    struct line line = { 0 };
    int made = 0;
    for (int round = 0; round < 20000 && (made < MESSAGES || count(fixture).waiting > 0); round++) {
        if (made < MESSAGES && rand_r(&seed) % 2 == 0)
            (void)put(fixture, made++);
        send_some(fixture, &line, &seed);
        if (rand_r(&seed) % 3 != 0)
            answer_some(fixture, &gateway, &line, &seed);
        if (rand_r(&seed) % 60 == 0)
            reopen(fixture);
        if (rand_r(&seed) % 60 == 0)
            clinic_outbox_rewind(fixture->outbox);
        fixture->monotonic_ms += rand_r(&seed) % 300;
    }
    assert_int_equal(count(fixture).waiting, 0);
    assert_int_equal(gateway.count, MESSAGES);
    bool is_ordered = true;
    for (int i = 0; i < MESSAGES; i++)
        is_ordered = is_ordered && gateway.numbers[i] == i;
    return is_ordered;
}

static void every_request_is_applied_once_and_in_order_whatever_is_lost(void **state)
{
    for (unsigned seed = 1; seed <= 15; seed++) {
        if (!exchange(*state, false, seed))
            fail_msg("out of order with seed %u", seed);
    }
}

static void a_gateway_that_ignores_the_order_is_found_out(void **state)
{
    bool is_ordered = true;
    for (unsigned seed = 1; seed <= 15 && is_ordered; seed++)
        is_ordered = exchange(*state, true, seed);
    assert_false(is_ordered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_request_is_applied_once_and_in_order_whatever_is_lost),
        TEST(a_gateway_that_ignores_the_order_is_found_out),
    };
    return cmocka_run_group_tests_name("outbox: exchange", tests, NULL, NULL);
}
