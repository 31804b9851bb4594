#include "flags.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct flag *find(const struct flag *flags, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(word, "--", 2) == 0 && strcmp(word + 2, flags[i].name) == 0)
            return &flags[i];
    return NULL;
}

static bool set_integer(const struct flag *flag, const char *text, void *settings)
{
    char *end = NULL;
    int64_t max = flag->type == FLAG_PERCENT ? 100 : flag->max;
    errno = 0;
    int64_t value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < flag->min || value > max)
        return false;
    memcpy((char *)settings + flag->offset, &value, sizeof value);
    return true;
}

static bool set(const struct flag *flag, const char *text, void *settings)
{
    if (flag->type != FLAG_TEXT)
        return set_integer(flag, text, settings);
    memcpy((char *)settings + flag->offset, &text, sizeof text);
    return text[0] != '\0';
}

static bool has(const struct flag *flag, const void *settings)
{
    const char *text = NULL;
    if (flag->type != FLAG_TEXT)
        return true;
    memcpy(&text, (const char *)settings + flag->offset, sizeof text);
    return text != NULL;
}

bool flags_parse(const struct flag *flags, size_t count, int argc, char **argv, void *settings,
                 char reterr_problem[static FLAGS_PROBLEM_BYTES])
{
    for (int i = 0; i < argc; i += 2) {
        const struct flag *flag = find(flags, count, argv[i]);
        bool is_good = flag != NULL && i + 1 < argc && set(flag, argv[i + 1], settings);
        if (!is_good) {
            (void)snprintf(reterr_problem, FLAGS_PROBLEM_BYTES, "%s %s; --help lists the options",
                           argv[i],
                           flag == NULL ? "is no option" : "needs a value within its limits");
            return false;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (flags[i].is_required && !has(&flags[i], settings)) {
            (void)snprintf(reterr_problem, FLAGS_PROBLEM_BYTES, "--%s is needed", flags[i].name);
            return false;
        }
    return true;
}

static const char *word_for(const struct flag *flag)
{
    switch (flag->type) {
    case FLAG_TEXT:
        return "TEXT";
    case FLAG_INTEGER:
        return "N";
    case FLAG_PERCENT:
        return "PERCENT";
    }
    return "";
}

void flags_print(const struct flag *flags, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        char left[60];
        (void)snprintf(left, sizeof left, "--%s %s", flags[i].name, word_for(&flags[i]));
        (void)fprintf(out, "  %-26s %s%s\n", left, flags[i].help,
                      flags[i].is_required ? " Needed." : "");
    }
}
