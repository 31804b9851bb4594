// query.h - the small query interface that services see; SQLite itself stays inside store/.
//
// Statements are declared as static strings in a module's list, checked when the store opens, prepared when they are
// first used, and found again by the string's address. Of those prepared the last used are kept. Use:
//
//   struct query *query = query_start(store, sql[FIND_PATIENT]);
//   query_bind_id(query, 1, &patient_id);
//   while (query_next(query))
//       name = query_column_text(query, 0);
//   enum clinic_status status = query_end(query);
//
// Errors stick: after the first one, binds do nothing, query_next() is false, and query_end() tells it.
// CLINIC_EXISTS is a broken unique key or check, CLINIC_FULL a full disk, CLINIC_DAMAGED a corrupt file.
#pragma once

#include <clinic/id.h>
#include <clinic/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct query;

// A module's statements.
struct statements {
    const char *const *sql;
    size_t count;
};

// `sql` must be one of the strings given to store_open() (the same address): anything else aborts.
struct query *query_start(struct store *store, const char *sql);

// Parameters count from 1. Texts and blobs must live until query_end(). NULL text binds NULL.
void query_bind_integer(struct query *query, int parameter, int64_t value);
void query_bind_text(struct query *query, int parameter, const char *text);
void query_bind_blob(struct query *query, int parameter, const void *bytes, size_t length);
void query_bind_id(struct query *query, int parameter,
                   const struct clinic_id *id); // none binds NULL
void query_bind_null(struct query *query, int parameter);

bool query_next(struct query *query);
enum clinic_status query_end(struct query *query);

// For statements without rows: one step and end. *ret_changes (may be NULL): rows changed.
enum clinic_status query_run(struct query *query, int64_t *ret_changes);

// Columns count from 0; text and blob are valid until the next query_next() or query_end(). Text is NULL for NULL.
int64_t query_column_integer(struct query *query, int column);
const char *query_column_text(struct query *query, int column);
const void *query_column_blob(struct query *query, int column, size_t *ret_length);
struct clinic_id query_column_id(struct query *query, int column); // none for NULL
bool query_column_is_null(struct query *query, int column);
