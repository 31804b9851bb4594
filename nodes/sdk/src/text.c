#include <clinic/text.h>

#include <stdint.h>
#include <string.h>

// What may follow a first byte: how many continuation bytes, and the range of the first of them, which is
// where overlong forms, surrogates and too high code points are kept out (RFC 3629, section 4).
struct sequence {
    unsigned char first_min, first_max;
    unsigned char length;
    unsigned char second_min, second_max;
};

static const struct sequence sequences[] = {
    { 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
    { 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf }, { 0xf0, 0xf0, 4, 0x90, 0xbf },
    { 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

// Length of the well-formed sequence at `bytes`, whose first byte is not ASCII; 0: there is none.
static size_t sequence_length(const unsigned char *bytes, size_t left)
{
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        const struct sequence *row = &sequences[i];
        if (bytes[0] < row->first_min || bytes[0] > row->first_max)
            continue;
        if (left < row->length || bytes[1] < row->second_min || bytes[1] > row->second_max)
            return 0;
        for (size_t k = 2; k < row->length; k++) {
            if (!is_continuation(bytes[k]))
                return 0;
        }
        return row->length;
    }
    return 0;
}

static bool eight_are_ascii(const unsigned char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

bool clinic_text_is_utf8(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;
    while (at < length) {
        if (length - at >= 8 && eight_are_ascii(bytes + at)) {
            at += 8;
        } else if (bytes[at] < 0x80) {
            at++;
        } else {
            size_t step = sequence_length(bytes + at, length - at);
            if (step == 0)
                return false;
            at += step;
        }
    }
    return true;
}

static bool is_allowed_control(unsigned char byte, bool is_multiline)
{
    return is_multiline && (byte == '\n' || byte == '\t');
}

bool clinic_text_has_control(const char *text, bool is_multiline)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        bool is_c1 = at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f;
        bool is_control = *at < 0x20 || *at == 0x7f || is_c1;
        if (is_control && !is_allowed_control(*at, is_multiline))
            return true;
    }
    return false;
}

size_t clinic_text_code_points(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        if (!is_continuation((unsigned char)*text))
            count++;
    }
    return count;
}

void clinic_text_drop_cut_end(char *text)
{
    size_t length = strlen(text);
    size_t tail = 0;
    while (tail < 3 && tail < length && is_continuation((unsigned char)text[length - 1 - tail]))
        tail++;
    if (tail == length)
        return;
    char *last = text + length - 1 - tail;
    if (!clinic_text_is_utf8(last, tail + 1))
        *last = '\0';
}

bool clinic_text_is_node_name(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length >= 1 && length <= 32 && text[length] == '\0';
}
