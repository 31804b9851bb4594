// json_add.h - what events and replies are put together from: single members, and the rows of a query as a list.
//
// False and CLINIC_NOMEM: out of memory. NULL instead of an object or a list is out of memory too, so that what
// cJSON has just created need not be looked at first.
#pragma once

#include "service.h"

bool json_add_id(cJSON *object, const char *name, const struct clinic_id *id); // none is left out
bool json_add_instant(cJSON *object, const char *name, int64_t at_ms);
bool json_add_text(cJSON *object, const char *name, const char *text); // NULL is left out

// Ends a query whose rows were put into JSON; `has_memory`: that went well.
enum clinic_status json_add_end(struct query *query, bool has_memory);

// Makes an item of the row that the query stands on. NULL: out of memory.
typedef cJSON *(*json_make_row)(struct query *query);

// Adds all rows to the list, and ends the query.
enum clinic_status json_add_rows(cJSON *list, struct query *query, json_make_row make_row);

// Adds up to `limit` rows as the list `name`, and "more": whether the query has another. Ends the query.
enum clinic_status json_add_page(cJSON *object, const char *name, struct query *query,
                                 json_make_row make_row, int64_t limit);
