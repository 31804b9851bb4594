#include "../service.h"

static const char *const schema[] = { NULL };
static const char *const tables[] = { NULL };

const struct service report_service = {
    .name = "report",
    .title = "Patient Reports",
    .schema = schema,
    .tables = tables,
};
