// asyncapi.h - the catalogue as an AsyncAPI 3.0 document: every topic and payload, for other people's tools.
#pragma once

#include "status.h"

// Describes the clinic's bus under that topic prefix, seen from the gateway: it receives requests and sends
// events. Personal fields of events are marked with x-personal; they are not on the clinic's bus.
// The caller frees *ret_json.
enum clinic_status clinic_asyncapi_print(const char *prefix, char **ret_json);
