// rebuild.h - state is a fold over the log: recompute every domain table, and compare or replace.
#pragma once

#include "services/service.h"
#include "store/store.h"

struct rebuild_table {
    const char *name;
    int64_t live_rows;
    int64_t rebuilt_rows;
    bool is_equal;
};

enum { REBUILD_TABLES_MAX = 64 };

struct rebuild_report {
    uint64_t events;
    uint64_t erased; // events whose personal data is gone for good
    struct rebuild_table tables[REBUILD_TABLES_MAX];
    size_t table_count;
    bool is_equal;
};

// Folds the log of `live` into a new database in a temporary folder beside it, and compares all domain tables.
// Where `adopts`, the live tables are then replaced, in one transaction; no gateway may be running.
enum clinic_status rebuild_run(struct store *live, const struct site *site, bool adopts,
                               struct rebuild_report *ret_report,
                               char reterr_problem[static STORE_PROBLEM_BYTES]);
