#include "tidy.h"

#include <string.h>
#include <utf8proc.h>

enum { CODE_POINTS_MAX = 1024 };

static bool is_space(utf8proc_int32_t code_point)
{
    utf8proc_category_t category = utf8proc_category(code_point);

    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL
           || category == UTF8PROC_CATEGORY_ZP || code_point == '\t' || code_point == '\n';
}

// A space is written only once the next character that is none is known: that trims as well.
static bool write_tidy(const utf8proc_int32_t *code_points, size_t count, char *ret_tidy,
                       size_t bytes)
{
    size_t used = 0;
    bool has_gap = false;

    for (size_t i = 0; i < count; i++) {
        utf8proc_uint8_t encoded[4];
        if (is_space(code_points[i])) {
            has_gap = used > 0;
            continue;
        }
        size_t length = (size_t)utf8proc_encode_char(code_points[i], encoded);
        if (used + has_gap + length >= bytes)
            return false;
        if (has_gap)
            ret_tidy[used++] = ' ';
        memcpy(ret_tidy + used, encoded, length);
        used += length;
        has_gap = false;
    }
    ret_tidy[used] = '\0';
    return used > 0;
}

bool tidy_text(const char *text, char *ret_tidy, size_t bytes)
{
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_int32_t code_points[CODE_POINTS_MAX];

    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)strlen(text),
                           code_points, CODE_POINTS_MAX, options);
    if (count < 0 || count > CODE_POINTS_MAX)
        return false;
    count = utf8proc_normalize_utf32(code_points, count, options);
    return count >= 0 && write_tidy(code_points, (size_t)count, ret_tidy, bytes);
}
