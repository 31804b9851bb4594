#include "rig.h"

#include <clinic/clock.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const int64_t build_time_s = 1767225600;             // 2026-01-01
static const int64_t wall_at_0_ms = INT64_C(1795392000000); // 2026-11-23

// ---- the firmware

static void watch(struct rig *rig)
{
    for (unsigned i = 0; i < HAL_CELLS; i++) {
        const struct scale_bin bin = scale_bin(&rig->scale, i);
        if (bin.state == WEIGH_UNKNOWN)
            continue;
        const struct rig_taken now = { i + 1, bin.state, bin.quantity };
        size_t last = rig->taken_count;
        while (last > 0 && rig->taken[last - 1].channel != i + 1)
            last--;
        const bool is_known = last > 0 && rig->taken[last - 1].state == now.state
                              && rig->taken[last - 1].quantity == now.quantity;
        if (is_known)
            continue;
        assert_true(rig->taken_count < RIG_TAKEN);
        rig->taken[rig->taken_count++] = now;
    }
}

static void start(void *context, struct hal *hal)
{
    struct rig *rig = context;
    scale_init(&rig->scale, hal, &rig->identity);
}

static void step(void *context)
{
    struct rig *rig = context;
    scale_step(&rig->scale);
    if (board_state(rig->board) == BOARD_RUNS)
        watch(rig);
}

void rig_open(struct rig *rig, const struct rig_options *options)
{
    struct cell_traits cell = cell_common;
    const char *node = options->node == NULL ? "scale-1" : options->node;
    cell.drift_mg_per_day = options->drift_mg_per_day;
    struct board_config config = {
        .seed = options->seed,
        .cells = options->cells,
        .cell = &cell,
        .clock_at_start_ms = options->clock_at_start_ms,
    };
    memset(rig, 0, sizeof *rig);
    for (unsigned i = 0; i < HAL_CELLS; i++)
        config.bins[i] = (struct shelf_bin_traits){
            .bin_mg = RIG_BIN_MG,
            .unit_mg = options->unit_mg == 0 ? RIG_UNIT_MG : options->unit_mg,
            .variation_permyriad = options->variation_permyriad,
            .units = options->units,
        };
    sim_flash_init(&rig->flash, options->seed);
    hub_init(&rig->hub, &rig->pipe, node);
    rig->hub.wall_at_0_ms = wall_at_0_ms;
    const struct pipe_peer peer = hub_peer(&rig->hub);
    pipe_init(&rig->pipe, &options->faults, &peer, options->seed);
    config.network = pipe_network(&rig->pipe);
    rig->identity = (struct scale_identity){
        .node = node, .prefix = "clinic", .version = "1.0", .build_time_s = build_time_s
    };
    rig->firmware = (struct run_firmware){ .start = start, .step = step, .context = rig };
    rig->board = board_open(&config, &rig->flash);
    assert_non_null(rig->board);
}

void rig_close(struct rig *rig)
{
    if (rig->hub.violations != 0)
        print_error("%s\n", rig->hub.violation);
    assert_int_equal(rig->hub.violations, 0);
    assert_int_equal(rig->flash.violations, 0);
    board_close(rig->board);
    hub_done(&rig->hub);
}

// ---- what happens

void rig_run_ms(struct rig *rig, int64_t ms)
{
    run_for(rig->board, &rig->firmware, ms * 1000);
}

void rig_run_s(struct rig *rig, int64_t s)
{
    rig_run_ms(rig, s * 1000);
}

void rig_do(struct rig *rig, enum shelf_verb verb, unsigned bin, int32_t amount)
{
    const struct shelf_action action = { .verb = verb, .bin = bin, .amount = amount };
    assert_true(shelf_do(board_shelf(rig->board), &action, board_now_us(rig->board)));
}

void rig_cut_power(struct rig *rig, int64_t for_s)
{
    board_cut_power(rig->board);
    rig_run_s(rig, for_s);
    board_give_power(rig->board);
}

void rig_press(struct rig *rig)
{
    board_press(rig->board, 120000);
    rig_run_ms(rig, 500);
}

// ---- configs

struct rig_channel rig_common(unsigned channel, const char *label)
{
    return (struct rig_channel){
        .channel = channel,
        .label = label,
        .unit_mg = RIG_UNIT_MG,
        .variation_permyriad = 100,
        .most = 100,
        .sample = 100,
        .has_tare = true,
        .tare_counts = RIG_TARE_COUNTS,
        .span_counts = 420000,
    };
}

static int add(char *text, size_t room, size_t at, const char *name, int32_t value)
{
    return value == 0 ? 0 : snprintf(text + at, room - at, ",\"%s\":%d", name, value);
}

static size_t print_channel(char *text, size_t room, const struct rig_channel *channel)
{
    size_t at =
        (size_t)snprintf(text, room, "{\"channel\":%u,\"capacity_mg\":5000000,\"bin_mg\":%d",
                         channel->channel, RIG_BIN_MG);
    if (channel->label != NULL)
        at += (size_t)snprintf(text + at, room - at, ",\"label\":\"%s\"", channel->label);
    at += (size_t)add(text, room, at, "unit_mg", channel->unit_mg);
    at += (size_t)add(text, room, at, "units_per_box", channel->units_per_box);
    at += (size_t)add(text, room, at, "variation_permyriad", channel->variation_permyriad);
    at += (size_t)add(text, room, at, "most", channel->most);
    at += (size_t)add(text, room, at, "sample", channel->sample);
    if (channel->has_tare)
        at += (size_t)snprintf(text + at, room - at, ",\"tare_counts\":%d", channel->tare_counts);
    if (channel->span_counts != 0)
        at += (size_t)snprintf(text + at, room - at, ",\"span_counts\":%d,\"span_mg\":1000000",
                               channel->span_counts);
    if (channel->task != NULL)
        at += (size_t)snprintf(text + at, room - at, ",\"task\":%s", channel->task);
    return at + (size_t)snprintf(text + at, room - at, "}");
}

void rig_configure(struct rig *rig, int64_t version, const struct rig_channel *channels,
                   size_t count)
{
    char text[4096];
    char time[CLINIC_INSTANT_TEXT_BYTES];
    clinic_instant_print(hub_wall_ms(&rig->hub), time);
    size_t at = (size_t)snprintf(text, sizeof text,
                                 "{\"version\":%lld,\"time\":\"%s\",\"later\":{},\"channels\":[",
                                 (long long)version, time);
    for (size_t i = 0; i < count; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at, i == 0 ? "" : ",");
        at += print_channel(text + at, sizeof text - at, &channels[i]);
    }
    at += (size_t)snprintf(text + at, sizeof text - at, "]}");
    assert_true(at < sizeof text);
    hub_set_config(&rig->hub, text);
}

// ---- what the hub has

int64_t rig_integer(const struct hub_request *request, const char *name)
{
    int64_t value = INT64_MIN;
    (void)clinic_json_integer(request->request.data, name, &value);
    return value;
}

static struct rig_taken taken_of(const struct hub_request *request)
{
    static const char *const names[] = { "", "stable", "lifted", "overload", "fault" };
    const char *name = clinic_json_text(request->request.data, "state");
    struct rig_taken taken = { .channel = (unsigned)rig_integer(request, "channel") };
    for (int i = WEIGH_STABLE; i <= WEIGH_FAULT; i++) {
        if (strcmp(name, names[i]) == 0)
            taken.state = (enum weigh_state)i;
    }
    if (taken.state == WEIGH_STABLE)
        taken.quantity = (int32_t)rig_integer(request, "quantity");
    return taken;
}

size_t rig_measures(const struct rig *rig, unsigned channel, struct rig_taken *ret_taken,
                    size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < rig->hub.request_count; i++) {
        if (rig->hub.requests[i].request.kind != CLINIC_REQUEST_EQUIPMENT_MEASURE)
            continue;
        const struct rig_taken taken = taken_of(&rig->hub.requests[i]);
        if (taken.channel != channel
            || (count > 0 && ret_taken[count - 1].state == taken.state
                && ret_taken[count - 1].quantity == taken.quantity))
            continue;
        assert_true(count < room);
        ret_taken[count++] = taken;
    }
    return count;
}

size_t rig_count(const struct rig *rig, enum clinic_request_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < rig->hub.request_count; i++)
        count += rig->hub.requests[i].request.kind == kind;
    return count;
}

const struct hub_request *rig_last(const struct rig *rig, enum clinic_request_kind kind)
{
    for (size_t i = rig->hub.request_count; i > 0; i--) {
        if (rig->hub.requests[i - 1].request.kind == kind)
            return &rig->hub.requests[i - 1];
    }
    return NULL;
}
