#include "../service.h"

static const char *const schema[] = { NULL };
static const char *const tables[] = { NULL };

const struct service appointment_service = {
    .name = "appointment",
    .title = "Appointment",
    .schema = schema,
    .tables = tables,
};
