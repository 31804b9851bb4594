// room.h - a supply room in virtual time, from the pins of its load cells to the gateway's event log.
//
// The scales are the firmware on simulated boards, the gateway is its own services on a real store; what lies between is
// MQTT in bytes and a broker in memory. One clock: the boards' time drives the gateway's, which tends its services and
// hands out configs every `slice_ms`.
//
// In the room there is one item, "gloves": at least 20, never more than 60, in one or several bins.
#pragma once

#include "rig.h"
#include <equipment_fixture.h>

#include <scale/scale.h>

#define SECONDS(count) (INT64_C(1000) * (count))

enum { ROOM_SCALES = 2, ROOM_OUTCOME_BYTES = 20 };

struct room {
    struct service_fixture *gateway;
    struct scale_mark mark; // configs up to here have been handed to the broker
    struct rig scales[ROOM_SCALES];
    size_t scale_count;
    int64_t began_at_ms; // of the gateway's clock
    int64_t now_ms;      // since then
    int64_t slice_ms;
    bool is_quiet;        // see room_be_quiet()
    bool is_gateway_away; // the broker is there, but nobody answers
    struct chance chance;
};

// Which bin, on which scale; both from 0.
struct place {
    unsigned scale;
    unsigned bin;
};

extern const struct place room_bin; // the first one

// cmocka set-up and tear-down; *state is the room. The seed is printed, and taken from CLINIC_SEED where that is set.
// At the end the state rebuilt from the log must be the live one, and no scale may have broken a rule of MQTT.
int room_open(void **state);
int room_close(void **state);

// The next scale, "scale-1" first; name and seed are the room's.
void room_add_scale(struct room *room, const struct rig_options *options);

// "gloves" in these bins.
void room_add_item(struct room *room, const struct place *places, size_t count);

// ---- time

void room_pass(struct room *room, int64_t ms);

// From now on samples come four times a second and the firmware runs when one is there: enough for weeks in which nobody
// comes. It ends with room_be_awake().
void room_be_quiet(struct room *room);
void room_be_awake(struct room *room);

// ---- people

struct rig *room_scale(struct room *room, struct place place);
void room_do(struct room *room, struct place place, enum shelf_verb verb, int32_t amount);
void room_hold(struct room *room, struct place place, enum shelf_verb verb, int32_t amount,
               int64_t for_ms);

void room_cut_power(struct room *room, struct place place, int64_t for_ms);
void room_restart_gateway(struct room *room);

// ---- the front desk

// Adds the channel, for at most `most` units of a variation that staff believe.
void room_add_channel(struct room *room, struct place place, int32_t variation_permyriad, int most);

// Starts a step and waits for what comes of it, "done" or another word. `more`: its members, as ",\"count\":20".
void room_step(struct room *room, struct place place, const char *step, const char *more,
               char ret_outcome[static ROOM_OUTCOME_BYTES]);

// Member of the channel in equipment/scale-read, or of its "settings" or "last"; INT64_MIN: absent.
int64_t room_channel_number(struct room *room, struct place place, const char *part,
                            const char *member);
bool room_is_set_up(struct room *room, struct place place);

// The whole of it, as somebody does who stands at the scale: tare, a kilogram, 40 gloves. Then so many lie in the bin and the
// gateway knows.
void room_set_up(struct room *room, struct place place, int units);

// One scale, with so many gloves in its only bin, and the gateway knows of them.
void room_furnish(struct room *room, const struct rig_options *options, int units);

// ---- what came of it

int64_t room_events(const struct room *room, enum clinic_event_kind kind);
void room_assert_stock(struct room *room, int quantity, const char *state);
