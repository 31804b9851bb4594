#include "uuid.h"

#include <string.h>

#define TIME_MAX ((INT64_C(1) << 48) - 1)

enum { TIME_BYTES = 6 };

static int64_t time_of(const struct uuid *uuid)
{
    int64_t time = 0;

    for (unsigned i = 0; i < TIME_BYTES; i++)
        time = time << 8 | uuid->bytes[i];
    return time;
}

static void put_time(struct uuid *uuid, int64_t time)
{
    for (unsigned i = TIME_BYTES; i > 0; i--) {
        uuid->bytes[i - 1] = (uint8_t)time;
        time >>= 8;
    }
}

// Version and variant sit in the upper bits of two bytes, which do not count.
static uint8_t fixed_bits(unsigned i)
{
    return i == 6 ? 0x70 : i == 8 ? 0x80 : 0;
}

static uint8_t counting_mask(unsigned i)
{
    return i == 6 ? 0x0F : i == 8 ? 0x3F : 0xFF;
}

// Adds one to the number that the counting bits are.
static void count_on(struct uuid *uuid)
{
    for (unsigned i = UUID_BYTES; i > 0; i--) {
        const uint8_t mask = counting_mask(i - 1);
        const uint8_t next = (uint8_t)((uuid->bytes[i - 1] + 1) & mask);

        uuid->bytes[i - 1] = (uint8_t)(next | fixed_bits(i - 1));
        if (next != 0)
            return;
    }
}

static int64_t within(int64_t wall_ms)
{
    return wall_ms < 0 ? 0 : wall_ms > TIME_MAX ? TIME_MAX : wall_ms;
}

void uuid_next(struct uuid *last, int64_t wall_ms, const uint8_t random[UUID_RANDOM_BYTES])
{
    if (!uuid_is_none(last) && within(wall_ms) <= time_of(last)) {
        count_on(last);
        return;
    }
    put_time(last, within(wall_ms));
    for (unsigned i = TIME_BYTES; i < UUID_BYTES; i++)
        last->bytes[i] = (uint8_t)((random[i - TIME_BYTES] & counting_mask(i)) | fixed_bits(i));
}

void uuid_raise(struct uuid *last, const struct uuid *seen)
{
    if (memcmp(seen->bytes, last->bytes, UUID_BYTES) > 0)
        *last = *seen;
}

static bool is_dash_after(unsigned i)
{
    return i == 3 || i == 5 || i == 7 || i == 9;
}

void uuid_print(const struct uuid *uuid, char text[UUID_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    for (unsigned i = 0; i < UUID_BYTES; i++) {
        *text++ = digits[uuid->bytes[i] >> 4];
        *text++ = digits[uuid->bytes[i] & 0xF];
        if (is_dash_after(i))
            *text++ = '-';
    }
    *text = '\0';
}

static int digit_of(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool uuid_read(const char *text, struct uuid *ret_uuid)
{
    struct uuid uuid;

    for (unsigned i = 0; i < UUID_BYTES; i++) {
        const int high = digit_of(text[0]);
        const int low = high < 0 ? -1 : digit_of(text[1]);
        if (low < 0)
            return false;
        uuid.bytes[i] = (uint8_t)(high << 4 | low);
        text += 2;
        if (is_dash_after(i) && *text++ != '-')
            return false;
    }
    if (*text != '\0')
        return false;
    *ret_uuid = uuid;
    return true;
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, UUID_BYTES) == 0;
}

bool uuid_is_none(const struct uuid *uuid)
{
    static const struct uuid none;

    return uuid_equal(uuid, &none);
}
