// asyncapi_fields.h - rows of fields as JSON Schema (draft 7, which AsyncAPI's own schemas are built on).
#pragma once

#include "json_writer.h"

#include <clinic/catalogue.h>

// Writes the schema of an object. Closed: members that the rows lack are refused, as the gateway does
// in requests.
void asyncapi_write_object(struct json_writer *writer, const char *name,
                           const struct clinic_field *fields, size_t count, bool is_closed);
