#include "table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { COLUMN_GAP = 2 };

struct table {
    size_t columns;
    size_t count;
    size_t room;
    char **cells;
};

struct table *table_open(size_t columns)
{
    if (columns == 0 || columns > TABLE_COLUMNS_MAX)
        return NULL;
    struct table *table = calloc(1, sizeof *table);
    if (table != NULL)
        table->columns = columns;
    return table;
}

void table_close(struct table *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i]);
    free(table->cells);
    free(table);
}

static bool make_room(struct table *table)
{
    if (table->count < table->room)
        return true;
    size_t room = table->room == 0 ? 64 : table->room * 2;
    char **cells = reallocarray(table->cells, room, sizeof *cells);
    if (cells == NULL)
        return false;
    table->cells = cells;
    table->room = room;
    return true;
}

void table_cell(struct table *table, const char *text)
{
    if (table->count >= TABLE_CELLS_MAX || !make_room(table))
        return;
    char *copy = strdup(text);
    if (copy != NULL)
        table->cells[table->count++] = copy;
}

static bool is_harmful(utf8proc_int32_t point)
{
    bool turns_direction =
        (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    return turns_direction || utf8proc_category(point) == UTF8PROC_CATEGORY_CC;
}

// The next character of the text: how many bytes, how many cells. False: it must not be shown.
static bool next_character(const char *text, size_t *ret_bytes, int *ret_cells)
{
    utf8proc_int32_t point = 0;
    utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
    bool is_good = length > 0 && !is_harmful(point);
    *ret_bytes = length > 0 ? (size_t)length : 1;
    *ret_cells = is_good ? utf8proc_charwidth(point) : 1;
    return is_good;
}

static size_t text_width(const char *text)
{
    size_t width = 0;
    while (*text != '\0') {
        size_t bytes = 0;
        int cells = 0;
        (void)next_character(text, &bytes, &cells);
        width += (size_t)cells;
        text += bytes;
    }
    return width;
}

void table_print_text(const char *text, FILE *out)
{
    while (*text != '\0') {
        size_t bytes = 0;
        int cells = 0;
        if (next_character(text, &bytes, &cells))
            (void)fwrite(text, 1, bytes, out);
        else
            (void)fputc('?', out);
        text += bytes;
    }
}

static void measure(const struct table *table, size_t widths[static TABLE_COLUMNS_MAX])
{
    for (size_t i = 0; i < table->count; i++) {
        size_t width = text_width(table->cells[i]);
        if (width > widths[i % table->columns])
            widths[i % table->columns] = width;
    }
}

void table_print(const struct table *table, const char *indent, FILE *out)
{
    size_t widths[TABLE_COLUMNS_MAX] = { 0 };
    measure(table, widths);
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % table->columns;
        bool is_last = column + 1 == table->columns || i + 1 == table->count;
        if (column == 0)
            (void)fputs(indent, out);
        table_print_text(table->cells[i], out);
        size_t padding = widths[column] + COLUMN_GAP - text_width(table->cells[i]);
        (void)fprintf(out, "%*s", is_last ? 0 : (int)padding, "");
        if (is_last)
            (void)fputc('\n', out);
    }
}
