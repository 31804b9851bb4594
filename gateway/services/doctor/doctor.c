#include "../service.h"

static const char *const schema[] = { NULL };
static const char *const tables[] = { NULL };

const struct service doctor_service = {
    .name = "doctor",
    .title = "Doctor ID Management",
    .schema = schema,
    .tables = tables,
};
