// rebuild.c - `rebuild`: the domain tables, recomputed from the log.
#include "command.h"

#include "../rebuild.h"

#include <stdio.h>

static void print_report(const struct rebuild_report *report)
{
    printf("%llu events folded, %llu of them erased\n", (unsigned long long)report->events,
           (unsigned long long)report->erased);
    for (size_t i = 0; i < report->table_count; i++) {
        const struct rebuild_table *table = &report->tables[i];
        printf("  %-20s  %8lld rows live, %8lld rebuilt: %s\n", table->name,
               (long long)table->live_rows, (long long)table->rebuilt_rows,
               table->is_equal ? "equal" : "DIFFERENT");
    }
}

enum command_exit command_rebuild(const struct command_line *original)
{
    struct command_line line = *original;
    struct rebuild_report report;
    char problem[STORE_PROBLEM_BYTES] = "";

    bool only_compares = command_take_flag(&line, "--compare");
    if (!command_is_done(&line))
        return COMMAND_USAGE;
    struct store *store = command_open_store(&line, only_compares ? STORE_READ : STORE_SERVE);
    if (store == NULL)
        return COMMAND_FAILED;
    enum clinic_status status =
        rebuild_run(store, &line.config->site, !only_compares, &report, problem);
    store_close(store);
    if (status != CLINIC_OK) {
        fprintf(stderr, "clinic-gateway: rebuild: %s\n",
                problem[0] != '\0' ? problem : clinic_status_text(status));
        return COMMAND_FAILED;
    }

    print_report(&report);
    if (report.is_equal) {
        puts("the live state is what the log says");
        return COMMAND_OK;
    }
    if (only_compares) {
        puts("the live state differs; stop the gateway and run `rebuild` to replace it");
        return COMMAND_DIFFERENT;
    }
    puts("the live tables were replaced by the rebuilt ones");
    return COMMAND_OK;
}
