#include "script.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct verb {
    const char *word;
    enum script_kind kind;
    bool needs_amount;
    enum shelf_verb shelf;
    enum amplifier_fault fault;
    bool is_on;
};

static const struct verb verbs[] = {
    { "take", SCRIPT_SHELF, true, .shelf = SHELF_TAKE },
    { "add", SCRIPT_SHELF, true, .shelf = SHELF_ADD },
    { "lift", SCRIPT_SHELF, false, .shelf = SHELF_LIFT },
    { "return", SCRIPT_SHELF, false, .shelf = SHELF_RETURN },
    { "lean", SCRIPT_SHELF, true, .shelf = SHELF_LEAN },
    { "steps", SCRIPT_SHELF, true, .shelf = SHELF_STEPS_BY },
    { "mass", SCRIPT_SHELF, true, .shelf = SHELF_MASS },
    { "empty", SCRIPT_SHELF, false, .shelf = SHELF_EMPTY },
    { "warm", SCRIPT_SHELF, true, .shelf = SHELF_WARM },
    { "unplug", SCRIPT_WIRES, false, .fault = AMPLIFIER_UNPLUGGED },
    { "cut", SCRIPT_WIRES, false, .fault = AMPLIFIER_BRIDGE_CUT },
    { "short", SCRIPT_WIRES, false, .fault = AMPLIFIER_DATA_LOW },
    { "plug", SCRIPT_WIRES, false, .fault = AMPLIFIER_WELL },
    { "power-off", SCRIPT_POWER, false, .is_on = false },
    { "power-on", SCRIPT_POWER, false, .is_on = true },
    { "offline", SCRIPT_NETWORK, false, .is_on = false },
    { "online", SCRIPT_NETWORK, false, .is_on = true },
    { "press", SCRIPT_BUTTON, false, .is_on = true },
};

const char *script_help(void)
{
    return "  take N, add N           units, by hand\n"
           "  lift, return            the bin with all that is in it\n"
           "  lean GRAMS              on the bin, 5 s or \"for\"\n"
           "  steps GRAMS             somebody walks by: the floor shakes, 5 s or \"for\"\n"
           "  mass GRAMS              something that is no unit, instead of the last such thing\n"
           "  empty                   all units out\n"
           "  warm DEGREES            the room, against the usual\n"
           "  unplug, short, cut      the amplifier is gone, its data wire grounded, the cell's "
           "cable cut\n"
           "  plug                    all of it is well again\n"
           "  power-off, power-on     the scale's own supply\n"
           "  offline, online         its network\n"
           "  press                   holds the button down, 1 s or \"for\"\n";
}

static bool complain(char *reterr_problem, const char *what, const char *word)
{
    (void)snprintf(reterr_problem, SCRIPT_PROBLEM_BYTES, "%s: \"%.60s\"", what, word);
    return false;
}

bool script_is_blank(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return *text == '\0' || *text == '#';
}

// ---- words

enum { WORDS = 16, WORD_BYTES = 40 };

struct words {
    char word[WORDS][WORD_BYTES];
    size_t count;
    size_t next;
};

static bool split(const char *text, struct words *words)
{
    memset(words, 0, sizeof *words);
    while (!script_is_blank(text)) {
        while (isspace((unsigned char)*text))
            text++;
        const size_t length = strcspn(text, " \t\r\n#");
        if (words->count == WORDS || length >= WORD_BYTES)
            return false;
        memcpy(words->word[words->count++], text, length);
        text += length;
    }
    return true;
}

static const char *peek(const struct words *words)
{
    return words->next < words->count ? words->word[words->next] : "";
}

static const char *take(struct words *words)
{
    return words->next < words->count ? words->word[words->next++] : "";
}

static bool take_if(struct words *words, const char *word)
{
    if (strcmp(peek(words), word) != 0)
        return false;
    words->next++;
    return true;
}

static bool read_number(const char *word, int64_t least, int64_t most, int64_t *ret_number,
                        const char **ret_rest)
{
    char *end = NULL;
    errno = 0;
    *ret_number = strtoll(word, &end, 10);
    *ret_rest = end;
    return errno == 0 && end != word && *ret_number >= least && *ret_number <= most;
}

static bool read_duration(const char *word, int64_t *ret_us)
{
    static const struct {
        const char *word;
        int64_t us;
    } units[] = { { "ms", 1000 },
                  { "s", 1000000 },
                  { "m", 60000000 },
                  { "h", INT64_C(3600000000) },
                  { "d", INT64_C(86400000000) } };
    int64_t number = 0;
    const char *rest = NULL;
    if (!read_number(word, 0, 1000000, &number, &rest))
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (strcmp(rest, units[i].word) == 0) {
            *ret_us = number * units[i].us;
            return true;
        }
    return false;
}

// ---- parts of a line

static bool read_scale(struct words *words, struct script_line *line)
{
    const char *word = peek(words);
    const size_t length = strlen(word);
    if (length < 2 || word[length - 1] != ':')
        return true;
    if (length > sizeof line->scale)
        return false;
    memcpy(line->scale, word, length - 1);
    words->next++;
    return true;
}

static bool read_verb(struct words *words, struct script_line *line, char *reterr_problem)
{
    const char *word = take(words);
    int64_t amount = 0;
    const char *rest = NULL;
    for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
        if (strcmp(word, verbs[i].word) != 0)
            continue;
        line->kind = verbs[i].kind;
        line->shelf.verb = verbs[i].shelf;
        line->fault = verbs[i].fault;
        line->is_on = verbs[i].is_on;
        if (!verbs[i].needs_amount)
            return true;
        if (!read_number(take(words), -100, 1000000, &amount, &rest) || *rest != '\0')
            return complain(reterr_problem, "this needs a number of at most 1000000", word);
        line->shelf.amount = (int32_t)amount;
        return true;
    }
    return complain(reterr_problem, "nobody knows how to", word);
}

static bool read_bin(struct words *words, struct script_line *line)
{
    int64_t number = 0;
    const char *rest = NULL;
    (void)take_if(words, "bin");
    if (!read_number(take(words), 1, SHELF_BINS, &number, &rest) || *rest != '\0')
        return false;
    line->shelf.bin = (unsigned)number - 1;
    return true;
}

static bool read_clause(struct words *words, struct script_line *line)
{
    if (take_if(words, "for"))
        return read_duration(take(words), &line->shelf.for_us);
    if (take_if(words, "after"))
        return read_duration(take(words), &line->delay_us);
    if (take_if(words, "at")) {
        line->is_absolute = true;
        return read_duration(take(words), &line->delay_us);
    }
    if (take_if(words, "from") || take_if(words, "to") || take_if(words, "in")
        || strcmp(peek(words), "bin") == 0 || isdigit((unsigned char)peek(words)[0]))
        return read_bin(words, line);
    return false;
}

bool script_parse(const char *text, struct script_line *ret_line,
                  char reterr_problem[static SCRIPT_PROBLEM_BYTES])
{
    struct script_line line = { 0 };
    struct words words;
    if (!split(text, &words) || !read_scale(&words, &line))
        return complain(reterr_problem, "too many or too long words", text);
    if (!read_verb(&words, &line, reterr_problem))
        return false;
    while (words.next < words.count) {
        const char *clause = peek(&words);
        if (!read_clause(&words, &line))
            return complain(reterr_problem, "this cannot be understood", clause);
    }
    *ret_line = line;
    return true;
}
