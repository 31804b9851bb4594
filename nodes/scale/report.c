#include "report.h"

enum { QUANTITY_MAX = 1000000 }; // of the catalogue

static const char *const state_names[] = {
    [WEIGH_STABLE] = "stable",
    [WEIGH_LIFTED] = "lifted",
    [WEIGH_OVERLOAD] = "overload",
    [WEIGH_FAULT] = "fault",
};

const char *report_state_name(enum weigh_state state)
{
    return (unsigned)state < sizeof state_names / sizeof state_names[0] ? state_names[state] : NULL;
}

static int32_t bounded(int32_t quantity)
{
    if (quantity < 0)
        return 0;
    return quantity > QUANTITY_MAX ? QUANTITY_MAX : quantity;
}

cJSON *report_reading(const struct channel *channel, const struct weigh_memory *reading)
{
    cJSON *data = cJSON_CreateObject();
    cJSON_AddNumberToObject(data, "channel", channel->number);
    cJSON_AddStringToObject(data, "state", report_state_name(reading->state));
    if (reading->state != WEIGH_STABLE)
        return data;
    const int32_t quantity = bounded(reading->quantity);
    cJSON_AddNumberToObject(data, "quantity", quantity);
    cJSON_AddNumberToObject(data, "accuracy_permille",
                            setup_accuracy_permille(&channel->settings.goods, quantity));
    return data;
}

static void add_tare(cJSON *data, const struct setup_answer *answer)
{
    cJSON_AddNumberToObject(data, "tare_counts", answer->tare_counts);
}

static void add_span(cJSON *data, const struct setup_answer *answer)
{
    cJSON_AddNumberToObject(data, "span_counts", answer->span_counts);
    cJSON_AddNumberToObject(data, "span_mg", answer->span_mg);
}

static void add_unit(cJSON *data, const struct setup_answer *answer)
{
    cJSON_AddNumberToObject(data, "unit_mg", answer->unit_mg);
    cJSON_AddNumberToObject(data, "accuracy_permille", answer->accuracy_permille);
}

cJSON *report_answer(const struct channel *channel, const struct setup_answer *answer)
{
    static void (*const adders[])(cJSON *, const struct setup_answer *) = {
        [SETUP_TARE] = add_tare,
        [SETUP_CALIBRATE] = add_span,
        [SETUP_SAMPLE] = add_unit,
    };
    char task[UUID_TEXT_BYTES];
    cJSON *data = cJSON_CreateObject();
    uuid_print(&channel->task_id, task);
    cJSON_AddNumberToObject(data, "channel", channel->number);
    cJSON_AddStringToObject(data, "task_id", task);
    cJSON_AddStringToObject(data, "outcome", setup_outcome_name(answer->outcome));
    cJSON_AddNumberToObject(data, "noise_mg", answer->noise_mg);
    if (answer->outcome == SETUP_DONE || answer->outcome == SETUP_INEXACT)
        adders[channel->setup.task.step](data, answer);
    return data;
}
