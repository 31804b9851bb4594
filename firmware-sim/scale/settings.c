#include "settings.h"

#include "json_object.h"
#include "print.h"

#include <string.h>

enum {
    WEIGHT_MOST_MG = 1000000000,
    COUNTS_MOST = 1 << 30,
    UNITS_MOST = 1000000,
    TARE_ABSENT = INT32_MIN, // no converter gives it
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(array)[0])

// ---- what the messages consist of

struct root {
    int64_t version;
    int64_t time_ms;
    struct json channels;
};

struct channel {
    int32_t number;
    struct channel_settings settings;
    struct json task; // .at NULL: absent
};

struct task {
    struct config_task task;
    char step[16];
};

static bool read_version(const struct json *value, const struct json_member *member,
                         void *ret_field)
{
    int64_t version = 0;

    (void)member;
    if (!json_integer(value, &version) || version < 1)
        return false;
    *(int64_t *)ret_field = version;
    return true;
}

static bool read_span(const struct json *value, const struct json_member *member, void *ret_field)
{
    return json_read_int32(value, member, ret_field) && *(int32_t *)ret_field != 0;
}

#define VALUE(type, name_, field)                                                                  \
    .name = (name_), .read = json_read_value, .offset = offsetof(type, field)
#define NUMBER(type, name_, field, least_, most_)                                                  \
    .name = (name_), .read = json_read_int32, .offset = offsetof(type, field), .least = (least_),  \
    .most = (most_)
#define OTHER(type, name_, field, read_, most_)                                                    \
    .name = (name_), .read = (read_), .offset = offsetof(type, field), .most = (most_)

static const struct json_member root_members[] = {
    { OTHER(struct root, "version", version, read_version, 0), .is_required = true },
    { OTHER(struct root, "time", time_ms, json_read_instant, 0), .is_required = true },
    { VALUE(struct root, "channels", channels), .is_required = true },
};

static const struct json_member channel_members[] = {
    { NUMBER(struct channel, "channel", number, 1, HAL_CELLS), .is_required = true },
    { OTHER(struct channel, "label", settings.label, json_read_line, SETTINGS_LABEL_BYTES - 1) },
    { NUMBER(struct channel, "unit_mg", settings.goods.unit_mg, 1, WEIGHT_MOST_MG) },
    { NUMBER(struct channel, "units_per_box", settings.goods.units_per_box, 0, UNITS_MOST) },
    { NUMBER(struct channel, "variation_permyriad", settings.goods.variation_permyriad, 0, 10000) },
    { NUMBER(struct channel, "most", settings.goods.most, 1, UNITS_MOST) },
    { NUMBER(struct channel, "sample", settings.goods.sample, 1, UNITS_MOST) },
    { NUMBER(struct channel, "noise_mg", settings.goods.noise_mg, 0, WEIGHT_MOST_MG) },
    { NUMBER(struct channel, "capacity_mg", settings.capacity_mg, 1, WEIGHT_MOST_MG),
      .is_required = true },
    { NUMBER(struct channel, "bin_mg", settings.bin_mg, 0, WEIGHT_MOST_MG), .is_required = true },
    { NUMBER(struct channel, "tare_counts", settings.calibration.tare_counts, -COUNTS_MOST,
             COUNTS_MOST) },
    { OTHER(struct channel, "span_counts", settings.calibration.span_counts, read_span,
            COUNTS_MOST),
      .least = -COUNTS_MOST },
    { NUMBER(struct channel, "span_mg", settings.calibration.span_mg, 1, WEIGHT_MOST_MG) },
    { VALUE(struct channel, "task", task) },
};

static const struct json_member task_members[] = {
    { OTHER(struct task, "id", task.id, json_read_uuid, 0), .is_required = true },
    { OTHER(struct task, "step", step, json_read_line, sizeof((struct task *)NULL)->step - 1),
      .is_required = true },
    { NUMBER(struct task, "mass_mg", task.mass_mg, 1, WEIGHT_MOST_MG) },
    { NUMBER(struct task, "count", task.count, 1, UNITS_MOST) },
};

_Static_assert(ARRAY_SIZE(channel_members) <= JSON_MEMBERS_MAX, "a bit each");

// ---- reading

static bool read_task(const struct json *value, struct config_task *ret_task,
                      const char **reterr_member)
{
    struct task task;

    memset(&task, 0, sizeof task);
    if (!json_object_read(value, task_members, ARRAY_SIZE(task_members), &task, reterr_member))
        return false;
    *reterr_member = "step";
    if (!setup_step_find(task.step, &task.task.step) || uuid_is_none(&task.task.id))
        return false;
    *reterr_member = "mass_mg";
    if (task.task.step == SETUP_CALIBRATE && task.task.mass_mg == 0)
        return false;
    *reterr_member = "count";
    if (task.task.step == SETUP_SAMPLE && task.task.count == 0)
        return false;
    *ret_task = task.task;
    return true;
}

static bool read_channel(const struct json *value, struct config *config,
                         const char **reterr_member)
{
    struct channel channel;

    memset(&channel, 0, sizeof channel); // padding and all, since it is kept in flash
    channel.settings.calibration.tare_counts = TARE_ABSENT;
    if (!json_object_read(value, channel_members, ARRAY_SIZE(channel_members), &channel,
                          reterr_member))
        return false;

    struct setup_calibration *calibration = &channel.settings.calibration;
    calibration->has_tare = calibration->tare_counts != TARE_ABSENT;
    if (!calibration->has_tare)
        calibration->tare_counts = 0;
    *reterr_member = "span_counts";
    if ((calibration->span_counts != 0) != (calibration->span_mg != 0)) // both or none
        return false;
    *reterr_member = "channel";
    struct channel_settings *settings = &config->settings.channels[channel.number - 1];
    if (settings->is_used)
        return false;
    channel.settings.is_used = true;
    memcpy(settings, &channel.settings, sizeof *settings);
    return channel.task.at == NULL
           || read_task(&channel.task, &config->tasks[channel.number - 1], reterr_member);
}

static bool read_channels(const struct json *value, struct config *config,
                          const char **reterr_member)
{
    struct json_walk walk;
    struct json name;
    struct json element;

    *reterr_member = "channels";
    if (json_type(value) != JSON_ARRAY || !json_enter(value, &walk))
        return false;
    while (json_next(&walk, &name, &element)) {
        if (!read_channel(&element, config, reterr_member))
            return false;
    }
    return true;
}

bool settings_read(const char *json, size_t length, struct config *ret_config,
                   const char **reterr_member)
{
    struct root root;

    memset(ret_config, 0, sizeof *ret_config);
    *reterr_member = "JSON";
    if (!json_check(json, length))
        return false;
    const struct json whole = json_whole(json, length);
    if (!json_object_read(&whole, root_members, ARRAY_SIZE(root_members), &root, reterr_member))
        return false;
    ret_config->settings.version = root.version;
    ret_config->time_ms = root.time_ms;
    return read_channels(&root.channels, ret_config, reterr_member);
}

// ---- what follows from them

bool settings_is_counted(const struct channel_settings *channel)
{
    return channel->is_used && channel->calibration.has_tare
           && channel->calibration.span_counts != 0 && channel->goods.unit_mg != 0;
}

struct weigh_settings settings_of_weighing(const struct channel_settings *channel)
{
    return (struct weigh_settings){
        .unit_mg = channel->goods.unit_mg,
        .units_per_box = channel->goods.units_per_box,
        .capacity_mg = channel->capacity_mg,
        .bin_mg = channel->bin_mg,
    };
}

static bool is_calibrated_alike(const struct setup_calibration *a,
                                const struct setup_calibration *b)
{
    return a->has_tare == b->has_tare && a->tare_counts == b->tare_counts
           && a->span_counts == b->span_counts && a->span_mg == b->span_mg;
}

static bool is_filled_alike(const struct setup_goods *a, const struct setup_goods *b)
{
    return a->unit_mg == b->unit_mg && a->units_per_box == b->units_per_box
           && a->variation_permyriad == b->variation_permyriad && a->most == b->most
           && a->sample == b->sample && a->noise_mg == b->noise_mg;
}

static bool is_same_channel(const struct channel_settings *a, const struct channel_settings *b)
{
    return a->is_used == b->is_used && is_calibrated_alike(&a->calibration, &b->calibration)
           && is_filled_alike(&a->goods, &b->goods) && a->capacity_mg == b->capacity_mg
           && a->bin_mg == b->bin_mg && text_equal(a->label, b->label);
}

bool settings_equal(const struct settings *a, const struct settings *b)
{
    bool is_equal = a->version == b->version;

    for (unsigned i = 0; i < HAL_CELLS; i++)
        is_equal = is_equal && is_same_channel(&a->channels[i], &b->channels[i]);
    return is_equal;
}

// FNV-1a.
uint32_t settings_basis(const struct channel_settings *channel)
{
    const int32_t parts[] = {
        channel->calibration.has_tare,    channel->calibration.tare_counts,
        channel->calibration.span_counts, channel->calibration.span_mg,
        channel->goods.unit_mg,           channel->goods.units_per_box,
    };
    uint32_t hash = 2166136261;

    for (unsigned i = 0; i < ARRAY_SIZE(parts); i++) {
        for (unsigned shift = 0; shift < 32; shift += 8)
            hash = (hash ^ ((uint32_t)parts[i] >> shift & 0xFF)) * 16777619;
    }
    return hash;
}
