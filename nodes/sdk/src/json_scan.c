#include "json_scan.h"

#include <clinic/json.h>
#include <clinic/text.h>

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { NUMBER_BYTES_MAX = 63 };

enum token {
    BAD_TOKEN = 0,
    OPEN_OBJECT,
    CLOSE_OBJECT,
    OPEN_ARRAY,
    CLOSE_ARRAY,
    COLON,
    COMMA,
    STRING,
    NUMBER,
    LITERAL,
    END,
    TOKEN_COUNT,
};

enum state {
    REFUSED = 0,
    WANT_VALUE,
    WANT_ITEM_OR_CLOSE,
    WANT_NAME,
    WANT_NAME_OR_CLOSE,
    WANT_COLON,
    AFTER_ITEM,
    AFTER_MEMBER,
    AFTER_ALL,
    DONE,
    // What a cell of the table may ask for beyond a plain change of state.
    PUSH,
    POP,
    VALUE_ENDS,
    STATE_COUNT = PUSH,
};

#define A_VALUE                                                                                    \
    [OPEN_OBJECT] = PUSH, [OPEN_ARRAY] = PUSH, [STRING] = VALUE_ENDS, [NUMBER] = VALUE_ENDS,       \
    [LITERAL] = VALUE_ENDS

static const uint8_t table[STATE_COUNT][TOKEN_COUNT] = {
    [WANT_VALUE] = { A_VALUE },
    [WANT_ITEM_OR_CLOSE] = { A_VALUE, [CLOSE_ARRAY] = POP },
    [WANT_NAME] = { [STRING] = WANT_COLON },
    [WANT_NAME_OR_CLOSE] = { [STRING] = WANT_COLON, [CLOSE_OBJECT] = POP },
    [WANT_COLON] = { [COLON] = WANT_VALUE },
    [AFTER_ITEM] = { [COMMA] = WANT_VALUE, [CLOSE_ARRAY] = POP },
    [AFTER_MEMBER] = { [COMMA] = WANT_NAME, [CLOSE_OBJECT] = POP },
    [AFTER_ALL] = { [END] = DONE },
};

static const uint8_t token_of_byte[256] = {
    ['{'] = OPEN_OBJECT, ['}'] = CLOSE_OBJECT, ['['] = OPEN_ARRAY, [']'] = CLOSE_ARRAY,
    [':'] = COLON,       [','] = COMMA,        ['"'] = STRING,     ['-'] = NUMBER,
    ['0'] = NUMBER,      ['1'] = NUMBER,       ['2'] = NUMBER,     ['3'] = NUMBER,
    ['4'] = NUMBER,      ['5'] = NUMBER,       ['6'] = NUMBER,     ['7'] = NUMBER,
    ['8'] = NUMBER,      ['9'] = NUMBER,       ['t'] = LITERAL,    ['f'] = LITERAL,
    ['n'] = LITERAL,
};

struct scanner {
    const unsigned char *at;
    const unsigned char *end;
    uint32_t objects; // bit n: the container at depth n + 1 is an object
    unsigned depth;
};

static unsigned char peek(const struct scanner *scanner)
{
    return scanner->at < scanner->end ? *scanner->at : '\0';
}

static bool take(struct scanner *scanner, unsigned char byte)
{
    if (peek(scanner) != byte)
        return false;
    scanner->at++;
    return true;
}

// ---- strings

static bool take_hex(struct scanner *scanner, unsigned *ret_value)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++, scanner->at++) {
        unsigned char byte = peek(scanner);
        if (byte >= '0' && byte <= '9')
            value = value << 4 | (unsigned)(byte - '0');
        else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
            value = value << 4 | (unsigned)((byte | 0x20) - 'a' + 10);
        else
            return false;
    }
    *ret_value = value;
    return true;
}

static bool take_unicode_escape(struct scanner *scanner)
{
    unsigned first, second;
    if (!take_hex(scanner, &first) || first == 0)
        return false;
    bool is_high = first >= 0xd800 && first <= 0xdbff;
    bool is_low = first >= 0xdc00 && first <= 0xdfff;
    if (!is_high)
        return !is_low;
    return take(scanner, '\\') && take(scanner, 'u') && take_hex(scanner, &second)
           && second >= 0xdc00 && second <= 0xdfff;
}

static bool take_escape(struct scanner *scanner)
{
    unsigned char byte = peek(scanner);
    if (byte == '\0' || strchr("\"\\/bfnrtu", byte) == NULL)
        return false;
    scanner->at++;
    return byte != 'u' || take_unicode_escape(scanner);
}

static bool take_string(struct scanner *scanner)
{
    scanner->at++;
    while (scanner->at < scanner->end) {
        unsigned char byte = *scanner->at++;
        if (byte == '"')
            return true;
        if (byte < 0x20 || (byte == '\\' && !take_escape(scanner)))
            return false;
    }
    return false;
}

// ---- numbers and literals

static bool take_digits(struct scanner *scanner)
{
    const unsigned char *start = scanner->at;
    while (peek(scanner) >= '0' && peek(scanner) <= '9')
        scanner->at++;
    return scanner->at > start;
}

static bool take_number(struct scanner *scanner)
{
    const unsigned char *start = scanner->at;
    (void)take(scanner, '-');
    if (!take(scanner, '0') && !take_digits(scanner))
        return false;
    if (take(scanner, '.') && !take_digits(scanner))
        return false;
    if (take(scanner, 'e') || take(scanner, 'E')) {
        if (!take(scanner, '+'))
            (void)take(scanner, '-');
        if (!take_digits(scanner))
            return false;
    }
    return scanner->at - start <= NUMBER_BYTES_MAX;
}

static bool take_literal(struct scanner *scanner)
{
    static const char *const literals[] = { "true", "false", "null" };
    size_t left = (size_t)(scanner->end - scanner->at);
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        size_t length = strlen(literals[i]);
        if (left >= length && memcmp(scanner->at, literals[i], length) == 0) {
            scanner->at += length;
            return true;
        }
    }
    return false;
}

// ---- the whole

static enum token next_token(struct scanner *scanner)
{
    while (scanner->at < scanner->end
           && (*scanner->at == ' ' || *scanner->at == '\n' || *scanner->at == '\r'
               || *scanner->at == '\t'))
        scanner->at++;
    if (scanner->at == scanner->end)
        return END;

    enum token token = (enum token)token_of_byte[*scanner->at];
    bool is_whole = true;
    if (token == STRING)
        is_whole = take_string(scanner);
    else if (token == NUMBER)
        is_whole = take_number(scanner);
    else if (token == LITERAL)
        is_whole = take_literal(scanner);
    else
        scanner->at++;
    return is_whole ? token : BAD_TOKEN;
}

static enum state push(struct scanner *scanner, bool is_object)
{
    uint32_t bit = UINT32_C(1) << scanner->depth++;
    scanner->objects = is_object ? scanner->objects | bit : scanner->objects & ~bit;
    return is_object ? WANT_NAME_OR_CLOSE : WANT_ITEM_OR_CLOSE;
}

static enum state after_value(const struct scanner *scanner)
{
    if (scanner->depth == 0)
        return AFTER_ALL;
    return scanner->objects >> (scanner->depth - 1) & 1 ? AFTER_MEMBER : AFTER_ITEM;
}

const char *clinic_json_scan(const char *bytes, size_t length)
{
    if (!clinic_text_is_utf8(bytes, length))
        return "not UTF-8";

    struct scanner scanner = {
        .at = (const unsigned char *)bytes,
        .end = (const unsigned char *)bytes + length,
    };
    enum state state = WANT_VALUE;
    while (state != DONE && state != REFUSED) {
        enum token token = next_token(&scanner);
        state = (enum state)table[state][token];
        if (state == PUSH && scanner.depth == CLINIC_JSON_DEPTH_MAX)
            return "nested too deep";
        if (state == PUSH)
            state = push(&scanner, token == OPEN_OBJECT);
        if (state == POP) {
            assert(scanner.depth > 0); // only inside a container does the table let one close
            scanner.depth--;
        }
        if (state == POP || state == VALUE_ENDS)
            state = after_value(&scanner);
    }
    return state == DONE ? NULL : "not well-formed";
}
