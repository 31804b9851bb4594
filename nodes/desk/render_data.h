// render_data.h - an object of the catalogue's fields as text for people.
#pragma once

#include <clinic/catalogue.h>

#include <stdio.h>

enum { RENDER_VALUE_BYTES = 2048 };

// A single value; a list becomes its words, a list of objects their number.
void render_value(const cJSON *value, char text[static RENDER_VALUE_BYTES]);

// As "2026-11-23 10:50:46" on this machine's clock: people read the one on their wall.
void render_instant(const char *instant, char text[static RENDER_VALUE_BYTES]);

// Names and values of what is simple, then the objects in it, then a table for each list of objects. An iCalendar text is
// written as it is; times are shown on this machine's clock.
void render_data(const struct clinic_field *fields, size_t count, const cJSON *data, FILE *out);

// The members of an object whose fields nobody has described.
void render_members(const cJSON *data, FILE *out);
