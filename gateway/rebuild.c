#include "rebuild.h"

#include "schema.h"
#include "store/event_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EVENTS_A_TRANSACTION = 1000 };

struct fold {
    struct store *target;
    const struct site *site;
    struct rebuild_report *report;
    enum clinic_status status;
};

static enum clinic_status begin_next(struct fold *fold)
{
    enum clinic_status status = store_commit(fold->target);

    return status == CLINIC_OK ? store_begin(fold->target) : status;
}

static bool fold_event(void *context, const struct clinic_event *event,
                       const struct event_origin *origin, bool is_erased)
{
    struct fold *fold = context;
    struct reaction_scene scene = {
        .store = fold->target,
        .site = fold->site,
        .origin = origin,
        .is_erased = is_erased,
    };

    fold->status = services_react(&scene, event);
    fold->report->events++;
    fold->report->erased += is_erased;
    if (fold->status == CLINIC_OK && fold->report->events % EVENTS_A_TRANSACTION == 0)
        fold->status = begin_next(fold);
    return fold->status == CLINIC_OK;
}

static enum clinic_status fold_log(struct store *live, struct fold *fold)
{
    struct event_filter all = { .after = 0 };

    enum clinic_status status = store_begin(fold->target);
    if (status == CLINIC_OK)
        status = event_log_read(live, &all, fold_event, fold);
    if (status == CLINIC_OK)
        status = fold->status;
    if (status == CLINIC_OK)
        status = store_commit(fold->target);
    return status;
}

static enum clinic_status compare_table(struct store *live, struct store *target, const char *name,
                                        struct rebuild_table *ret_table)
{
    uint8_t live_digest[32], rebuilt_digest[32];

    ret_table->name = name;
    enum clinic_status status = store_table_digest(live, name, live_digest, &ret_table->live_rows);
    if (status == CLINIC_OK)
        status = store_table_digest(target, name, rebuilt_digest, &ret_table->rebuilt_rows);
    if (status == CLINIC_OK)
        ret_table->is_equal = memcmp(live_digest, rebuilt_digest, sizeof live_digest) == 0;
    return status;
}

static enum clinic_status compare(struct store *live, struct store *target,
                                  struct rebuild_report *report)
{
    size_t count;
    const char *const *tables = schema_domain_tables(&count);
    enum clinic_status status = CLINIC_OK;

    report->is_equal = true;
    for (size_t i = 0; status == CLINIC_OK && i < count && i < REBUILD_TABLES_MAX; i++) {
        status = compare_table(live, target, tables[i], &report->tables[i]);
        report->table_count = i + 1;
        report->is_equal = report->is_equal && report->tables[i].is_equal;
    }
    return status;
}

static enum clinic_status open_target(struct store *live, const char *folder,
                                      struct store **ret_target, char *reterr_problem)
{
    struct store_config config = {
        .folder = folder,
        .mode = STORE_SERVE,
        .clock = store_clock(live),
    };
    config.steps = schema_steps(&config.step_count);
    config.statements = schema_statements(&config.statement_count);
    return store_open(&config, ret_target, reterr_problem);
}

static void remove_folder(const char *folder)
{
    static const char *const files[] = { "clinic.db", "clinic.db-wal", "clinic.db-shm", "vault.key",
                                         "ballast",   "lock",          "check-needed" };
    char path[1200];

    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        (void)unlink(path); // most of them may not be there
    }
    (void)rmdir(folder);
}

static enum clinic_status rebuild_into(struct store *live, const struct site *site,
                                       const char *folder, bool adopts,
                                       struct rebuild_report *report, char *reterr_problem)
{
    struct store *target = NULL;
    enum clinic_status status = open_target(live, folder, &target, reterr_problem);
    if (status != CLINIC_OK)
        return status;

    // One view of the live file from the first event to the last comparison, though a gateway may go on writing.
    struct fold fold = { .target = target, .site = site, .report = report };
    status = store_begin_reading(live);
    if (status == CLINIC_OK)
        status = fold_log(live, &fold);
    if (status == CLINIC_OK)
        status = compare(live, target, report);
    store_rollback(live);
    if (status == CLINIC_OK && adopts && !report->is_equal) {
        size_t count;
        const char *const *tables = schema_domain_tables(&count);
        status = store_adopt(live, target, tables, count);
    }
    if (status != CLINIC_OK)
        (void)snprintf(reterr_problem, STORE_PROBLEM_BYTES, "after %llu events: %s",
                       (unsigned long long)report->events, clinic_status_text(status));
    store_close(target);
    return status;
}

enum clinic_status rebuild_run(struct store *live, const struct site *site, bool adopts,
                               struct rebuild_report *ret_report,
                               char reterr_problem[static STORE_PROBLEM_BYTES])
{
    char folder[1100];

    memset(ret_report, 0, sizeof *ret_report);
    (void)snprintf(folder, sizeof folder, "%s/rebuild-XXXXXX", store_folder(live));
    if (mkdtemp(folder) == NULL) {
        (void)snprintf(reterr_problem, STORE_PROBLEM_BYTES, "%.400s cannot be made", folder);
        return CLINIC_IO;
    }
    enum clinic_status status =
        rebuild_into(live, site, folder, adopts, ret_report, reterr_problem);
    remove_folder(folder);
    return status;
}
