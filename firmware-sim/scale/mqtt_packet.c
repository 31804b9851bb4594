#include "mqtt_packet.h"

#include <string.h>

enum { HEADER_BYTES_MAX = 5, LENGTH_BITS = 7, LENGTH_MASK = 0x7F, LENGTH_GOES_ON = 0x80 };

void packet_u8(struct packet_output *output, uint8_t value)
{
    if (output->length < output->room)
        output->bytes[output->length] = value;
    output->length++;
}

void packet_u16(struct packet_output *output, uint16_t value)
{
    packet_u8(output, (uint8_t)(value >> 8));
    packet_u8(output, (uint8_t)value);
}

void packet_bytes(struct packet_output *output, const void *bytes, size_t length)
{
    if (length > 0 && output->length <= output->room && length <= output->room - output->length)
        memcpy(output->bytes + output->length, bytes, length);
    output->length += length;
}

size_t packet_text_bytes(const char *text)
{
    size_t length = 2;
    while (*text++ != '\0')
        length++;
    return length;
}

void packet_text(struct packet_output *output, const char *text)
{
    const size_t length = packet_text_bytes(text) - 2;
    packet_u16(output, (uint16_t)length);
    packet_bytes(output, text, length);
}

void packet_open(struct packet_output *output, enum packet_type type, uint8_t flags,
                 size_t remaining)
{
    packet_u8(output, (uint8_t)((unsigned)type << 4 | flags));
    for (; remaining > LENGTH_MASK; remaining >>= LENGTH_BITS)
        packet_u8(output, (uint8_t)(remaining | LENGTH_GOES_ON));
    packet_u8(output, (uint8_t)remaining);
}

bool packet_header_byte(struct packet_input *input, uint8_t byte)
{
    if (input->header_bytes++ == 0) {
        input->first = byte;
        return true;
    }
    const unsigned shift = (input->header_bytes - 2U) * LENGTH_BITS;
    input->length |= (uint32_t)(byte & LENGTH_MASK) << shift;
    input->is_announced = (byte & LENGTH_GOES_ON) == 0;
    return input->is_announced || input->header_bytes < HEADER_BYTES_MAX;
}

uint16_t packet_read_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

// How many bytes the character at the beginning takes; 0: it is ill-formed or no character of a topic's name.
static size_t topic_character(const uint8_t *bytes, size_t length)
{
    static const struct {
        uint8_t mask, lead;
        uint32_t least; // a smaller code point has a shorter form
    } forms[] = {
        { 0x80, 0x00, 0x1 }, { 0xE0, 0xC0, 0x80 }, { 0xF0, 0xE0, 0x800 }, { 0xF8, 0xF0, 0x10000 }
    };
    size_t tail = 0;

    while (tail < 4 && (bytes[0] & forms[tail].mask) != forms[tail].lead)
        tail++;
    if (tail == 4 || tail >= length)
        return 0;
    uint32_t code = bytes[0] & (uint8_t)~forms[tail].mask;
    for (size_t i = 1; i <= tail; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (bytes[i] & 0x3F);
    }
    const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < forms[tail].least || code > 0x10FFFF || is_surrogate || code == '+' || code == '#')
        return 0;
    return tail + 1;
}

bool packet_is_topic(const uint8_t *bytes, size_t length)
{
    size_t taken = 1;
    for (size_t at = 0; at < length && taken > 0; at += taken)
        taken = topic_character(bytes + at, length - at);
    return length > 0 && taken > 0;
}
