#include "print.h"

#include <string.h>

size_t text_length(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0')
        length++;
    return length;
}

bool text_equal(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

void print_begin(struct print *print, char *text, size_t size)
{
    *print = (struct print){ .text = text, .size = size };
    text[0] = '\0';
}

static void add(struct print *print, const char *bytes, size_t length)
{
    if (print->is_cut || length >= print->size - print->length) {
        print->is_cut = true;
        return;
    }
    memcpy(print->text + print->length, bytes, length);
    print->length += length;
    print->text[print->length] = '\0';
}

void print_text(struct print *print, const char *text)
{
    add(print, text, text_length(text));
}

void print_number(struct print *print, int64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (number < 0)
        digits[--at] = '-';
    add(print, digits + at, sizeof digits - at);
}

void print_padded(struct print *print, uint32_t number, unsigned digits)
{
    char text[10];

    for (unsigned i = digits; i > 0; i--) {
        text[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
    add(print, text, digits);
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

void print_start_of(struct print *print, const char *text, size_t bytes)
{
    size_t length = text_length(text);

    if (length > bytes) {
        length = bytes;
        while (length > 0 && continues(text[length]))
            length--;
    }
    add(print, text, length);
}

static void add_escaped(struct print *print, char byte)
{
    static const char digits[] = "0123456789abcdef";
    const char escape[] = { '\\', byte };
    const char code[] = { '\\', 'u', '0', '0', digits[(byte >> 4) & 0xF], digits[byte & 0xF] };

    if (byte == '"' || byte == '\\')
        add(print, escape, sizeof escape);
    else if ((unsigned char)byte < 0x20)
        add(print, code, sizeof code);
    else
        add(print, &byte, 1);
}

void print_quoted(struct print *print, const char *text)
{
    print_text(print, "\"");
    for (; *text != '\0'; text++)
        add_escaped(print, *text);
    print_text(print, "\"");
}
