#include "schema.h"

#include "couriers/position.h"
#include "intake/memory.h"
#include "services/service.h"
#include "store/store_schema.h"

#include <assert.h>

// Where the scripts of a step come from: a module of the gateway, or a service's own declaration.
struct step_source {
    const char *name;
    const char *const *scripts;
    const struct service *service;
};

// Append only: a row's position is the version that it leads to.
static const struct step_source sources[] = {
    { "the log and the vault", store_schema, NULL },
    { "remembered requests", memory_schema, NULL },
    { "positions of the couriers", position_schema, NULL },
    { "staff", NULL, &staff_service },
    { "patients", NULL, &patient_service },
    { "messages", NULL, &notification_service },
    { "analytics", NULL, &analytics_service },
    { "portal", NULL, &portal_service },
    { "audit", NULL, &audit_service },
    { "doctors", NULL, &doctor_service },
    { "appointments", NULL, &appointment_service },
    { "equipment", NULL, &equipment_service },
    { "reports", NULL, &report_service },
    { "feedback", NULL, &feedback_service },
    { "wrong guesses", NULL, &guess_service },
    { "scales", NULL, &scale_service },
    { "tickets of kiosks", appointment_kiosk_schema, NULL },
    { "provisional patients", patient_provisional_schema, NULL },
};

enum { STATEMENT_LISTS_MAX = 32, DOMAIN_TABLES_MAX = 64 };

const struct schema_step *schema_steps(size_t *ret_count)
{
    static struct schema_step steps[ARRAY_SIZE(sources)];

    for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
        const struct step_source *source = &sources[i];
        steps[i].name = source->name;
        steps[i].sql = source->service == NULL ? source->scripts : source->service->schema;
    }
    *ret_count = ARRAY_SIZE(sources);
    return steps;
}

const struct statements *schema_statements(size_t *ret_count)
{
    static struct statements lists[STATEMENT_LISTS_MAX];
    size_t count = 0;

    lists[count++] = memory_statements;
    lists[count++] = position_statements;
    for (size_t i = 0; i < service_count; i++) {
        assert(count < STATEMENT_LISTS_MAX);
        lists[count++] = service_list[i]->statements;
    }
    *ret_count = count;
    return lists;
}

const char *const *schema_domain_tables(size_t *ret_count)
{
    static const char *tables[DOMAIN_TABLES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < service_count; i++) {
        for (const char *const *table = service_list[i]->tables; table != NULL && *table != NULL;
             table++) {
            assert(count < DOMAIN_TABLES_MAX);
            tables[count++] = *table;
        }
    }
    *ret_count = count;
    return tables;
}
