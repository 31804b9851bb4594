#include "name.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum {
    FOLDED_CODE_POINTS_MAX = 2048,
    COMPARED_MAX = 64, // code points; longer names are compared by their words alone
    LONG_NAME = 8,
};

// ---- folding

// Letters that Unicode does not take apart into a letter and an accent, though people type them so.
static const struct {
    utf8proc_int32_t letter;
    const char *plain;
} plain_letters[] = {
    { 0x00E6, "ae" }, { 0x00F0, "d" }, { 0x00F8, "o" }, { 0x00FE, "th" }, { 0x0111, "d" },
    { 0x0127, "h" },  { 0x0131, "i" }, { 0x0142, "l" }, { 0x0153, "oe" }, { 0x0167, "t" },
};

static bool is_apostrophe(utf8proc_int32_t code_point)
{
    return code_point == '\'' || code_point == '`' || code_point == 0x02BC || code_point == 0x2018
           || code_point == 0x2019;
}

static bool is_letter_or_digit(utf8proc_int32_t code_point)
{
    utf8proc_category_t category = utf8proc_category(code_point);

    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO)
           || (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

static size_t encode_plain(utf8proc_int32_t code_point, utf8proc_uint8_t encoded[static 4])
{
    for (size_t i = 0; i < sizeof plain_letters / sizeof plain_letters[0]; i++) {
        if (plain_letters[i].letter == code_point) {
            size_t length = strlen(plain_letters[i].plain);
            memcpy(encoded, plain_letters[i].plain, length);
            return length;
        }
    }
    return (size_t)utf8proc_encode_char(code_point, encoded);
}

static void write_words(const utf8proc_int32_t *code_points, size_t count,
                        char folded[static NAME_FOLDED_BYTES])
{
    size_t used = 0;
    bool has_gap = false;

    for (size_t i = 0; i < count; i++) {
        utf8proc_uint8_t encoded[4];
        if (is_apostrophe(code_points[i]))
            continue;
        if (!is_letter_or_digit(code_points[i])) {
            has_gap = used > 0;
            continue;
        }
        size_t length = encode_plain(code_points[i], encoded);
        if (used + has_gap + length >= NAME_FOLDED_BYTES)
            break;
        if (has_gap)
            folded[used++] = ' ';
        memcpy(folded + used, encoded, length);
        used += length;
        has_gap = false;
    }
    folded[used] = '\0';
}

void name_fold(const char *name, char folded[static NAME_FOLDED_BYTES])
{
    utf8proc_int32_t code_points[FOLDED_CODE_POINTS_MAX];
    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)name, (utf8proc_ssize_t)strlen(name),
                           code_points, FOLDED_CODE_POINTS_MAX,
                           UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT
                               | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);

    folded[0] = '\0';
    if (count > 0 && count <= FOLDED_CODE_POINTS_MAX)
        write_words(code_points, (size_t)count, folded);
}

const char *name_next_word(const char **rest, size_t *ret_length)
{
    const char *word = *rest + strspn(*rest, " ");
    size_t length = strcspn(word, " ");

    *rest = word + length;
    *ret_length = length;
    return length == 0 ? NULL : word;
}

// ---- comparing

static size_t letters_in(const char *word, size_t length)
{
    size_t letters = 0;

    for (size_t i = 0; i < length; i++)
        letters += ((unsigned char)word[i] & 0xC0) != 0x80;
    return letters;
}

static bool has_word(const char *folded, const char *word, size_t length)
{
    size_t other_length;

    for (const char *other; (other = name_next_word(&folded, &other_length)) != NULL;) {
        if (other_length == length && memcmp(other, word, length) == 0)
            return true;
    }
    return false;
}

static bool shares_a_word(const char *folded_a, const char *folded_b)
{
    size_t length;

    for (const char *word; (word = name_next_word(&folded_a, &length)) != NULL;) {
        if (letters_in(word, length) >= 2 && has_word(folded_b, word, length))
            return true;
    }
    return false;
}

static size_t read_code_points(const char *text, utf8proc_int32_t code_points[static COMPARED_MAX])
{
    size_t count = 0;
    utf8proc_ssize_t length = 1;

    for (; *text != '\0' && count < COMPARED_MAX && length > 0; text += length)
        length = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &code_points[count++]);
    return *text == '\0' ? count : 0;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned smaller = a < b ? a : b;

    return smaller < c ? smaller : c;
}

// Levenshtein's distance, one row at a time.
static unsigned distance(const utf8proc_int32_t *a, size_t a_count, const utf8proc_int32_t *b,
                         size_t b_count)
{
    unsigned row[COMPARED_MAX + 1];

    for (size_t j = 0; j <= b_count; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= a_count; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_count; j++) {
            unsigned replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(replaced, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[b_count];
}

static bool is_a_slip_apart(const char *folded_a, const char *folded_b)
{
    utf8proc_int32_t a[COMPARED_MAX];
    utf8proc_int32_t b[COMPARED_MAX];
    size_t a_count = read_code_points(folded_a, a);
    size_t b_count = read_code_points(folded_b, b);
    size_t shorter = a_count < b_count ? a_count : b_count;
    size_t longer = a_count < b_count ? b_count : a_count;
    unsigned slips = shorter >= LONG_NAME ? 2 : 1;

    // In a name of two letters everything is one slip away.
    return shorter > 2 && longer - shorter <= slips && distance(a, a_count, b, b_count) <= slips;
}

bool name_is_similar(const char *folded_a, const char *folded_b)
{
    return shares_a_word(folded_a, folded_b) || is_a_slip_apart(folded_a, folded_b);
}
