#include "sics_scale.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum {
    STILL_STEPS = 4,    // of the resolution
    OVERLOAD_STEPS = 9, // beyond the capacity, as legal metrology has it
    UNDERLOAD_STEPS = 20,
    START_ZERO_PARTS = 5, // of the capacity may lie on it when its zero is set at the start
};

static const struct {
    const char *name;
    int64_t mg;
} units[] = {
    [SICS_SCALE_GRAMS] = { "g", 1000 },
    [SICS_SCALE_KILOGRAMS] = { "kg", 1000000 },
    [SICS_SCALE_MILLIGRAMS] = { "mg", 1 },
};

// ---- saying

__attribute__((format(printf, 2, 3))) static void say(struct sics_scale *scale, const char *format,
                                                      ...)
{
    char line[SICS_SCALE_INPUT_BYTES + 32];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 2, format, arguments);
    va_end(arguments);
    if (length < 0 || length >= (int)sizeof line - 2)
        return;
    line[length++] = '\r';
    line[length++] = '\n';
    size_t room = sizeof scale->output - scale->output_length;
    size_t taken = (size_t)length < room ? (size_t)length : room;
    memcpy(scale->output + scale->output_length, line, taken);
    scale->output_length += taken;
}

// To the resolution, padded to ten places.
static void print_weight(const struct sics_scale *scale, int64_t mg, char text[static 24])
{
    const int64_t step = scale->traits.resolution_mg;
    const int64_t unit = units[scale->traits.unit].mg;
    const int64_t rounded = (llabs(mg) + step / 2) / step * step;
    const char *sign = mg < 0 && rounded != 0 ? "-" : "";
    char number[48];
    char millionths[16];
    int places = 0;
    for (int64_t last_mg = unit; last_mg > step; last_mg /= 10)
        places++;
    (void)snprintf(millionths, sizeof millionths, "%06u",
                   (unsigned)(rounded % unit * 1000000 / unit));
    (void)snprintf(number, sizeof number, "%s%" PRId64 "%s%.*s", sign, rounded / unit,
                   places > 0 ? "." : "", places, millionths);
    (void)snprintf(text, 24, "%10.20s", number);
}

static bool is_still(const struct sics_scale *scale, int64_t now_ms)
{
    return now_ms - scale->still_since_ms >= SICS_SCALE_STILL_MS;
}

// Beyond its range it knows only in which direction. 0: within.
static char beyond(const struct sics_scale *scale)
{
    const int64_t step = scale->traits.resolution_mg;
    const int64_t gross = scale->load_mg - scale->zero_mg;
    if (gross > scale->traits.capacity_mg + OVERLOAD_STEPS * step)
        return '+';
    return gross < -UNDERLOAD_STEPS * step ? '-' : '\0';
}

static void say_weight(struct sics_scale *scale, int64_t now_ms)
{
    char text[24];
    const char direction = beyond(scale);
    if (direction != '\0') {
        say(scale, "S %c", direction);
        return;
    }
    print_weight(scale, scale->load_mg - scale->zero_mg - scale->tare_mg, text);
    say(scale, "S %c %s %s", is_still(scale, now_ms) ? 'S' : 'D', text,
        units[scale->traits.unit].name);
}

static void say_serial(struct sics_scale *scale)
{
    say(scale, "I4 A \"%s\"", scale->traits.serial);
}

// ---- weighing

static void sample(struct sics_scale *scale, int64_t now_ms)
{
    const int64_t load_mg = scale->traits.weight_mg(scale->traits.context, now_ms);
    if (load_mg < scale->lowest_mg)
        scale->lowest_mg = load_mg;
    if (load_mg > scale->highest_mg)
        scale->highest_mg = load_mg;
    if (scale->highest_mg - scale->lowest_mg > STILL_STEPS * scale->traits.resolution_mg) {
        scale->lowest_mg = load_mg;
        scale->highest_mg = load_mg;
        scale->still_since_ms = now_ms;
    }
    scale->load_mg = load_mg;
    scale->sampled_at_ms = now_ms;
}

// ---- commands

static void tare(struct sics_scale *scale)
{
    char text[24];
    scale->tare_mg = scale->load_mg - scale->zero_mg;
    print_weight(scale, scale->tare_mg, text);
    say(scale, "T S %s %s", text, units[scale->traits.unit].name);
}

static void zero(struct sics_scale *scale)
{
    scale->zero_mg = scale->load_mg;
    scale->tare_mg = 0;
    say(scale, "Z A");
}

static void finish(struct sics_scale *scale, int64_t now_ms)
{
    const char command = scale->pending;
    const char direction = beyond(scale);
    if (is_still(scale, now_ms) && direction != '\0')
        say(scale, "%c %c", command, direction);
    else if (is_still(scale, now_ms) && command == 'T')
        tare(scale);
    else if (is_still(scale, now_ms) && command == 'Z')
        zero(scale);
    else if (is_still(scale, now_ms))
        say_weight(scale, now_ms);
    else if (now_ms - scale->pending_since_ms >= SICS_SCALE_LIMIT_MS)
        say(scale, "%c I", command);
    else
        return;
    scale->pending = '\0';
}

static void wait_for(struct sics_scale *scale, char command, int64_t now_ms)
{
    scale->pending = command;
    scale->pending_since_ms = now_ms;
    if (command != 'R')
        finish(scale, now_ms);
}

static void obey(struct sics_scale *scale, const char *line, int64_t now_ms)
{
    static const struct {
        const char *line;
        char pending;
    } waiting[] = { { "S", 'S' }, { "T", 'T' }, { "Z", 'Z' }, { "SIR", 'R' } };
    scale->pending = '\0'; // whatever it was at is over
    for (size_t i = 0; i < ARRAY_SIZE(waiting); i++) {
        if (strcmp(line, waiting[i].line) == 0) {
            wait_for(scale, waiting[i].pending, now_ms);
            return;
        }
    }
    if (strcmp(line, "@") == 0)
        scale->tare_mg = 0;
    if (strcmp(line, "@") == 0 || strcmp(line, "I4") == 0)
        say_serial(scale);
    else if (strcmp(line, "SI") == 0)
        say_weight(scale, now_ms);
    else
        say(scale, "ES");
}

// ---- life

void sics_scale_init(struct sics_scale *scale, const struct sics_scale_traits *traits)
{
    *scale = (struct sics_scale){ .traits = *traits };
}

void sics_scale_switch(struct sics_scale *scale, bool is_on, int64_t now_ms)
{
    const struct sics_scale_traits traits = scale->traits;
    if (is_on == scale->is_on)
        return;
    *scale = (struct sics_scale){ .traits = traits, .is_on = is_on };
    if (!is_on)
        return;
    sample(scale, now_ms);
    scale->lowest_mg = scale->load_mg;
    scale->highest_mg = scale->load_mg;
    scale->still_since_ms = now_ms;
    if (!traits.keeps_zero && scale->load_mg < traits.capacity_mg / START_ZERO_PARTS)
        scale->zero_mg = scale->load_mg;
    say_serial(scale);
}

static void take_byte(struct sics_scale *scale, char byte, int64_t now_ms)
{
    if (byte == '\n' || byte == '\r') {
        scale->input[scale->input_length] = '\0';
        const bool is_line = scale->input_length > 0;
        scale->input_length = 0;
        if (is_line)
            obey(scale, scale->input, now_ms);
    } else if (scale->input_length < sizeof scale->input - 1) {
        scale->input[scale->input_length++] = byte;
    }
}

void sics_scale_take(struct sics_scale *scale, const char *bytes, size_t length, int64_t now_ms)
{
    for (size_t i = 0; i < length && scale->is_on; i++)
        take_byte(scale, bytes[i], now_ms);
}

void sics_scale_pass(struct sics_scale *scale, int64_t now_ms)
{
    if (!scale->is_on || now_ms - scale->sampled_at_ms < SICS_SCALE_EVERY_MS)
        return;
    sample(scale, now_ms);
    if (scale->pending == 'R')
        say_weight(scale, now_ms);
    else if (scale->pending != '\0')
        finish(scale, now_ms);
}

size_t sics_scale_output(struct sics_scale *scale, char *bytes, size_t room)
{
    const size_t length = scale->output_length < room ? scale->output_length : room;
    memcpy(bytes, scale->output, length);
    scale->output_length -= length;
    memmove(scale->output, scale->output + length, scale->output_length);
    return length;
}
