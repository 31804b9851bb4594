// channel.c - load cells between the table and memory.
#include "scale_scope.h"

#include <clinic/text.h>

#include <stdio.h>
#include <string.h>

// Columns of COLUMNS in scale.c; parameters of SCALE_SAVE count from 1.
enum {
    COLUMN_SETTINGS = 4,
    COLUMN_ITEM = COLUMN_SETTINGS + SETTING_COUNT,
    COLUMN_LABEL,
    COLUMN_GOODS,
    COLUMN_TASK,
    COLUMN_LAST = COLUMN_TASK + 5,
};

// ---- from the table

static void read_text(struct query *query, int column, char *text, size_t bytes)
{
    (void)snprintf(text, bytes, "%s", query_column_text(query, column));
}

static int64_t read_known(struct query *query, int column)
{
    return query_column_is_null(query, column) ? NOT_KNOWN : query_column_integer(query, column);
}

// A bin may change places with another item's before anybody has told the scale what the new goods weigh.
static void forget_other_goods(struct channel *channel)
{
    if (channel->item_id[0] == '\0' || channel->goods[0] == '\0'
        || strcmp(channel->item_id, channel->goods) == 0)
        return;
    for (size_t i = SETTING_UNIT_MG; i < SETTING_COUNT; i++)
        channel->settings[i] = NOT_KNOWN;
}

static void read_channel(struct query *query, struct channel *channel)
{
    *channel = (struct channel){
        .number = query_column_integer(query, 1),
        .version = query_column_integer(query, 2),
        .is_there = query_column_integer(query, 3) != 0,
        .task = { .id = query_column_id(query, COLUMN_TASK),
                  .step = (enum scale_step)query_column_integer(query, COLUMN_TASK + 1),
                  .mass_mg = read_known(query, COLUMN_TASK + 2),
                  .count = read_known(query, COLUMN_TASK + 3),
                  .asked_at_ms = query_column_integer(query, COLUMN_TASK + 4) },
        .last = { .task_id = query_column_id(query, COLUMN_LAST),
                  .step = (enum scale_step)query_column_integer(query, COLUMN_LAST + 1),
                  .outcome = (enum scale_outcome)query_column_integer(query, COLUMN_LAST + 2),
                  .answered_at_ms = query_column_integer(query, COLUMN_LAST + 3),
                  .accuracy_permille = read_known(query, COLUMN_LAST + 4) },
    };
    for (int i = 0; i < SETTING_COUNT; i++)
        channel->settings[i] = read_known(query, COLUMN_SETTINGS + i);
    read_text(query, 0, channel->node, sizeof channel->node);
    read_text(query, COLUMN_ITEM, channel->item_id, sizeof channel->item_id);
    read_text(query, COLUMN_LABEL, channel->label, sizeof channel->label);
    read_text(query, COLUMN_GOODS, channel->goods, sizeof channel->goods);
    forget_other_goods(channel);
}

static void clear(struct channel *channel, const char *node, int64_t number)
{
    *channel = (struct channel){ .number = number };
    for (size_t i = 0; i < SETTING_COUNT; i++)
        channel->settings[i] = NOT_KNOWN;
    (void)snprintf(channel->node, sizeof channel->node, "%s", node);
}

enum clinic_status channel_load(struct store *store, const char *node, int64_t number,
                                struct channel *ret_channel)
{
    struct query *query = query_start(store, scale_sql[SCALE_LOAD]);

    query_bind_text(query, 1, node);
    query_bind_integer(query, 2, number);
    if (query_next(query))
        read_channel(query, ret_channel);
    else
        clear(ret_channel, node, number);
    return query_end(query);
}

enum clinic_status channel_load_node(struct store *store, const char *node,
                                     struct channel ret_channels[static CHANNELS_MAX],
                                     size_t *ret_count)
{
    size_t count = 0;
    struct query *query = query_start(store, scale_sql[SCALE_LOAD_NODE]);

    query_bind_text(query, 1, node);
    while (count < CHANNELS_MAX && query_next(query))
        read_channel(query, &ret_channels[count++]);
    *ret_count = count;
    return query_end(query);
}

// ---- into the table

static void bind_known(struct query *query, int parameter, int64_t value)
{
    if (value == NOT_KNOWN)
        query_bind_null(query, parameter);
    else
        query_bind_integer(query, parameter, value);
}

// Without a task its columns stay NULL, as a parameter is that nothing was bound to.
static void bind_task(struct query *query, const struct scale_task *task)
{
    const int first = COLUMN_TASK + 1;

    if (clinic_id_is_none(&task->id))
        return;
    query_bind_id(query, first, &task->id);
    query_bind_integer(query, first + 1, task->step);
    bind_known(query, first + 2, task->mass_mg);
    bind_known(query, first + 3, task->count);
    query_bind_integer(query, first + 4, task->asked_at_ms);
}

static void bind_last(struct query *query, const struct scale_ending *last)
{
    const int first = COLUMN_LAST + 1;

    if (clinic_id_is_none(&last->task_id))
        return;
    query_bind_id(query, first, &last->task_id);
    query_bind_integer(query, first + 1, last->step);
    query_bind_integer(query, first + 2, last->outcome);
    query_bind_integer(query, first + 3, last->answered_at_ms);
    bind_known(query, first + 4, last->accuracy_permille);
}

enum clinic_status channel_save(struct store *store, const struct channel *channel)
{
    struct query *query = query_start(store, scale_sql[SCALE_SAVE]);

    query_bind_text(query, 1, channel->node);
    query_bind_integer(query, 2, channel->number);
    query_bind_integer(query, 3, channel->version);
    query_bind_integer(query, 4, channel->is_there);
    for (int i = 0; i < SETTING_COUNT; i++)
        bind_known(query, COLUMN_SETTINGS + 1 + i, channel->settings[i]);
    query_bind_text(query, COLUMN_ITEM + 1, channel->item_id);
    query_bind_text(query, COLUMN_LABEL + 1, channel->label);
    query_bind_text(query, COLUMN_GOODS + 1, channel->goods);
    bind_task(query, &channel->task);
    bind_last(query, &channel->last);
    return query_run(query, NULL);
}

void channel_end_task(struct channel *channel, enum scale_outcome outcome, int64_t at_ms)
{
    channel->last = (struct scale_ending){
        .task_id = channel->task.id,
        .step = channel->task.step,
        .outcome = outcome,
        .answered_at_ms = at_ms,
        .accuracy_permille = NOT_KNOWN,
    };
    channel->task = (struct scale_task){ 0 };
}

// ---- questions

bool channel_is_calibrated(const struct channel *channel)
{
    return channel->settings[SETTING_TARE_COUNTS] != NOT_KNOWN
           && channel->settings[SETTING_SPAN_COUNTS] != NOT_KNOWN;
}

bool channel_counts_nothing(const struct channel *channel)
{
    // What is not known is less than any number.
    return channel->settings[SETTING_UNITS_PER_BOX] < channel->settings[SETTING_BOX_AT_LEAST];
}

bool channel_is_set_up(const struct channel *channel)
{
    return channel->is_there && channel_is_calibrated(channel)
           && channel->settings[SETTING_UNIT_MG] != NOT_KNOWN && !channel_counts_nothing(channel);
}

// ---- what others see

void scale_print_label(const char *name, char ret_label[static SCALE_LABEL_BYTES])
{
    (void)snprintf(ret_label, SCALE_LABEL_BYTES, "%.*s", SCALE_LABEL_BYTES - 1, name);
    clinic_text_drop_cut_end(ret_label);
}

static enum clinic_status read_accuracy(struct store *store, const char *node, int64_t channel,
                                        int64_t *ret_permille)
{
    struct query *query = query_start(store, scale_sql[SCALE_READ_ACCURACY]);

    query_bind_text(query, 1, node);
    query_bind_integer(query, 2, channel);
    *ret_permille = query_next(query) ? query_column_integer(query, 0) : SCALE_ACCURACY_UNKNOWN;
    return query_end(query);
}

enum clinic_status scale_look(struct store *store, const char *node, int64_t channel,
                              struct scale_sight *ret_sight)
{
    struct channel found;
    enum clinic_status status = channel_load(store, node, channel, &found);

    if (status != CLINIC_OK)
        return status;
    ret_sight->is_set_up = channel_is_set_up(&found);
    return read_accuracy(store, node, channel, &ret_sight->accuracy_permille);
}

enum clinic_status scale_note_accuracy(struct store *store, const char *node, int64_t channel,
                                       int64_t accuracy_permille)
{
    struct query *query = query_start(store, scale_sql[SCALE_NOTE_ACCURACY]);

    query_bind_text(query, 1, node);
    query_bind_integer(query, 2, channel);
    query_bind_integer(query, 3, accuracy_permille);
    return query_run(query, NULL);
}
