#include "base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(const uint8_t *bytes, size_t count, char *ret_text)
{
    for (size_t i = 0; i < count; i += 3) {
        const size_t left = count - i;
        const unsigned group = (unsigned)bytes[i] << 16
                               | (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0)
                               | (left > 2 ? bytes[i + 2] : 0);
        *ret_text++ = alphabet[group >> 18];
        *ret_text++ = alphabet[group >> 12 & 63];
        *ret_text++ = (char)(left > 1 ? alphabet[group >> 6 & 63] : '=');
        *ret_text++ = (char)(left > 2 ? alphabet[group & 63] : '=');
    }
    *ret_text = '\0';
}

static bool value_of(char character, unsigned *ret_value)
{
    const char *found = character == '\0' ? NULL : strchr(alphabet, character);

    if (found == NULL)
        return false;
    *ret_value = (unsigned)(found - alphabet);
    return true;
}

// Four characters, of which the last `padding` are signs of equality.
static bool decode_group(const char *text, size_t padding, uint8_t bytes[static 3])
{
    unsigned group = 0;

    for (size_t i = 0; i < 4; i++) {
        unsigned value = 0;
        if (i < 4 - padding && !value_of(text[i], &value))
            return false;
        group = group << 6 | value;
    }
    bytes[0] = (uint8_t)(group >> 16);
    bytes[1] = (uint8_t)(group >> 8);
    bytes[2] = (uint8_t)group;
    return (padding < 1 || bytes[2] == 0) && (padding < 2 || bytes[1] == 0);
}

bool base64_decode(const char *text, uint8_t *ret_bytes, size_t max, size_t *ret_count)
{
    const size_t length = strlen(text);
    size_t padding = 0;

    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    const size_t count = length / 4 * 3 - padding;
    if (length % 4 != 0 || (length > 0 && count > max))
        return false;
    for (size_t i = 0; i < length; i += 4) {
        uint8_t bytes[3];
        const bool is_last = i + 4 == length;
        if (!decode_group(text + i, is_last ? padding : 0, bytes))
            return false;
        memcpy(ret_bytes + i / 4 * 3, bytes, is_last ? 3 - padding : 3);
    }
    *ret_count = count;
    return true;
}
