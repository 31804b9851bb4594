// post.h - replies on their way to the bus.
//
// A reply that is lost is no harm: its node asks again and is given the same one. So the queue is bounded, what
// does not fit is dropped, and everything is dropped when the connection ends.
#pragma once

#include <clinic/bus.h>
#include <clinic/request.h>

struct post;

enum clinic_status post_open(struct clinic_bus *bus, const char *prefix, struct post **ret_post);
void post_close(struct post *post); // accepts NULL

void post_reply(struct post *post, const char *node, const struct clinic_reply *reply,
                const void *correlation, size_t correlation_bytes);

// Hands over what the bus takes now.
void post_pump(struct post *post);

bool post_is_empty(const struct post *post);
void post_forget(struct post *post);
uint64_t post_dropped(const struct post *post); // since open
