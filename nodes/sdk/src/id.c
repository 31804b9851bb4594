#include <clinic/id.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

// A UUIDv7 without its version and variant bits: 48 bits of time and 12 random ones above, 62 random
// ones below. Counting on from the last id is then an addition.
struct parts {
    uint64_t high;
    uint64_t low;
};

#define LOW_MASK ((UINT64_C(1) << 62) - 1)
#define TIME_MAX ((INT64_C(1) << 48) - 1)

static uint64_t read_64(const uint8_t bytes[8])
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

static void write_64(uint64_t value, uint8_t bytes[8])
{
    for (int i = 7; i >= 0; i--) {
        bytes[i] = (uint8_t)value;
        value >>= 8;
    }
}

static struct parts take_apart(const struct clinic_id *id)
{
    uint64_t first = read_64(id->bytes);
    return (struct parts){
        .high = first >> 16 << 12 | (first & 0xfff),
        .low = read_64(id->bytes + 8) & LOW_MASK,
    };
}

static struct clinic_id put_together(struct parts parts)
{
    struct clinic_id id = { { 0 } };
    write_64(parts.high >> 12 << 16 | UINT64_C(0x7000) | (parts.high & 0xfff), id.bytes);
    write_64(UINT64_C(1) << 63 | parts.low, id.bytes + 8);
    return id;
}

static struct parts fresh(int64_t wall_ms)
{
    uint8_t random[16];
    // The kernel's generator cannot fail for so few bytes; a call may only be interrupted at boot.
    while (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        if (errno != EINTR)
            abort();
    }
    return (struct parts){
        .high = (uint64_t)wall_ms << 12 | (read_64(random) & 0xfff),
        .low = read_64(random + 8) & LOW_MASK,
    };
}

static struct parts count_on(struct parts last)
{
    last.low = (last.low + 1) & LOW_MASK;
    if (last.low == 0)
        last.high++;
    return last;
}

struct clinic_id clinic_id_next(struct clinic_id_maker *maker, int64_t wall_ms)
{
    if (wall_ms < 0)
        wall_ms = 0;
    if (wall_ms > TIME_MAX)
        wall_ms = TIME_MAX;

    bool is_later = wall_ms > clinic_id_time_ms(&maker->last) || clinic_id_is_none(&maker->last);
    maker->last = put_together(is_later ? fresh(wall_ms) : count_on(take_apart(&maker->last)));
    return maker->last;
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

static bool dash_follows(size_t byte)
{
    return byte == 3 || byte == 5 || byte == 7 || byte == 9;
}

bool clinic_id_parse(const char *text, struct clinic_id *ret_id)
{
    struct clinic_id id;
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        int high = hex_value(text[0]);
        int low = high < 0 ? -1 : hex_value(text[1]);
        if (low < 0)
            return false;
        id.bytes[i] = (uint8_t)(high << 4 | low);
        text += 2;
        if (dash_follows(i) && *text++ != '-')
            return false;
    }
    if (*text != '\0')
        return false;
    *ret_id = id;
    return true;
}

void clinic_id_print(const struct clinic_id *id, char text[static CLINIC_ID_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof id->bytes; i++) {
        *text++ = digits[id->bytes[i] >> 4];
        *text++ = digits[id->bytes[i] & 0xf];
        if (dash_follows(i))
            *text++ = '-';
    }
    *text = '\0';
}

bool clinic_id_is_none(const struct clinic_id *id)
{
    static const struct clinic_id none;
    return clinic_id_equal(id, &none);
}

bool clinic_id_equal(const struct clinic_id *a, const struct clinic_id *b)
{
    return clinic_id_compare(a, b) == 0;
}

int clinic_id_compare(const struct clinic_id *a, const struct clinic_id *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

int64_t clinic_id_time_ms(const struct clinic_id *id)
{
    return (int64_t)(read_64(id->bytes) >> 16);
}
