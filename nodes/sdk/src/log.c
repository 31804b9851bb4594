#include <clinic/log.h>
#include <clinic/text.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 1000 };

static enum clinic_log_level highest_level = CLINIC_LOG_INFO;

void clinic_log_set_level(enum clinic_log_level highest)
{
    highest_level = highest;
}

static const char *prefix_of(enum clinic_log_level level)
{
    bool is_for_people = isatty(STDERR_FILENO) != 0;
    switch (level) {
    case CLINIC_LOG_ERROR:
        return is_for_people ? "error: " : "<3>";
    case CLINIC_LOG_WARNING:
        return is_for_people ? "warning: " : "<4>";
    case CLINIC_LOG_NOTICE:
        return is_for_people ? "notice: " : "<5>";
    case CLINIC_LOG_INFO:
        return is_for_people ? "" : "<6>";
    case CLINIC_LOG_DEBUG:
        return is_for_people ? "debug: " : "<7>";
    }
    return "";
}

// One statement stays one line, and a terminal is never sent an escape sequence.
static void replace_controls(char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x20 || byte == 0x7f)
            *text = '?';
    }
}

void clinic_log(enum clinic_log_level level, const char *format, ...)
{
    if (level > highest_level)
        return;

    char line[LINE_BYTES + 1];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof line)
        clinic_text_drop_cut_end(line);
    replace_controls(line);
    (void)fprintf(stderr, "%s%s\n", prefix_of(level), line); // nowhere to report it
}

const char *clinic_log_quote(const char *text, size_t length, char *quoted, size_t quoted_bytes)
{
    static const char digits[] = "0123456789abcdef";
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        // A backslash is escaped too, so that the reader can tell it from one of ours.
        bool is_plain = byte >= 0x20 && byte < 0x7f && byte != '\\';
        size_t needed = is_plain ? 1 : 4;
        if (used + needed + 1 > quoted_bytes)
            break;
        if (is_plain) {
            quoted[used] = (char)byte;
        } else {
            memcpy(quoted + used, "\\x", 2);
            quoted[used + 2] = digits[byte >> 4];
            quoted[used + 3] = digits[byte & 0xf];
        }
        used += needed;
    }
    if (quoted_bytes > 0)
        quoted[used] = '\0';
    return quoted;
}
