#include "../service.h"

static const char *const schema[] = { NULL };
static const char *const tables[] = { NULL };

const struct service equipment_service = {
    .name = "equipment",
    .title = "Equipment Management",
    .schema = schema,
    .tables = tables,
};
