// scale_scope.h - what the files of scale.h share: one step's parts, in their order.
#pragma once

#include "scale.h"

// scale_keep.c: what is durable.

// Reads the flash; scale->clock and last_id go on where they were.
void scale_recall(struct scale *scale);
// Both count a refusal by the flash.
bool scale_store(struct scale *scale, enum record_key key, const void *record, size_t length);
bool scale_has_kept(struct scale *scale, bool is_kept);
void scale_keep_time(struct scale *scale);
bool scale_load_newest(struct scale *scale, unsigned channel, struct record_reading *ret_reading);
void scale_begin_bin(struct scale *scale, unsigned channel);

struct uuid scale_next_id(struct scale *scale);
void scale_hear_time(struct scale *scale, int64_t wall_ms); // as the gateway says

// scale_weigh.c: samples, news to the journal, drift.
void scale_weigh(struct scale *scale);

// scale_config.c: what the gateway wants; the steps of the set-up.
void scale_take_config(struct scale *scale, const char *json, size_t length);
void scale_set_up(struct scale *scale);

// scale_send.c: requests and replies, status.
void scale_send(struct scale *scale);
void scale_take_reply(struct scale *scale, const char *json, size_t length);

// scale_show.c: display and button.
void scale_show(struct scale *scale);
