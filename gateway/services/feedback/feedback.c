#include "../service.h"

static const char *const schema[] = { NULL };
static const char *const tables[] = { NULL };

const struct service feedback_service = {
    .name = "feedback",
    .title = "Patient Feedback",
    .schema = schema,
    .tables = tables,
};
