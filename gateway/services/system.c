// system.c - how the gateway is, for who looks after it at a desk. Nothing of it is in the log or in a table.
#include "service.h"

static enum clinic_status tell(struct decision *decision)
{
    const struct self_report *self = decision->self;

    if (self == NULL)
        return CLINIC_OFFLINE; // asked without a running gateway around
    decision->reply->data = cJSON_CreateObject();
    return self->describe(self->context, decision->reply->data) ? CLINIC_OK : CLINIC_NOMEM;
}

static const struct ability abilities[] = {
    { CLINIC_REQUEST_SYSTEM_STATUS, tell, .is_audited = false },
};

static const char *const nothing[] = { NULL };

const struct service system_service = {
    .name = "system",
    .title = "System",
    .schema = nothing,
    .tables = nothing,
    .abilities = abilities,
    .ability_count = ARRAY_SIZE(abilities),
};
