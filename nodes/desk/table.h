// table.h - rows of text in aligned columns on a terminal.
//
// Widths are those of a terminal's cells: an ideograph takes two, a combining mark none. Text may come from
// anybody, so control characters and those that turn the writing direction are replaced.
#pragma once

#include <stddef.h>
#include <stdio.h>

enum { TABLE_COLUMNS_MAX = 16, TABLE_CELLS_MAX = 1100 * TABLE_COLUMNS_MAX };

struct table;

// NULL: out of memory, or more columns than TABLE_COLUMNS_MAX.
struct table *table_open(size_t columns);
void table_close(struct table *table); // accepts NULL

// Fills the next cell, row by row. A cell beyond TABLE_CELLS_MAX is left out.
void table_cell(struct table *table, const char *text);

void table_print(const struct table *table, const char *indent, FILE *out);

// One text made safe for a terminal.
void table_print_text(const char *text, FILE *out);
