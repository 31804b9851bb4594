// asyncapi_schemas.h - the schemas of all payloads, made from the catalogue.
#pragma once

#include "json_writer.h"

#include <clinic/catalogue.h>

enum { ASYNCAPI_NAME_BYTES = 64 };

// "patient", "sign-in" become "PatientSignIn".
void asyncapi_request_name(const struct clinic_request_type *type,
                           char name[static ASYNCAPI_NAME_BYTES]);

// Writes the member "schemas" of the document's components.
void asyncapi_write_schemas(struct json_writer *writer);
