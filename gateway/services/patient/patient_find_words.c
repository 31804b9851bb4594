// patient_find_words.c - patients by the beginnings of words of their names.
//
// Entries of one beginning lie side by side in the word index, patients' rows all over the file. So what several
// beginnings have in common is found among the ids, and a row is read only where a beginning has too many.
#include "name.h"
#include "patient_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BEGINNINGS_MAX = 8,
    // So many entries of one beginning are looked at; a search that needs more must be narrowed.
    EXAMINED_MAX = 5000,
};

// The first byte sequence after every word that begins so.
#define AFTER_ALL "\xF4\x8F\xBF\xBF"

struct beginning {
    char first[NAME_FOLDED_BYTES];
    char last[NAME_FOLDED_BYTES + sizeof AFTER_ALL];
    struct clinic_id *ids; // of patients who have such a word, sorted
    size_t count;
    bool is_cut; // there are more
};

static size_t split(const char *text, struct beginning beginnings[static BEGINNINGS_MAX])
{
    char folded[NAME_FOLDED_BYTES];
    const char *rest = folded;
    const char *next;
    size_t count = 0;
    size_t length;

    name_fold(text, folded);
    while (count < BEGINNINGS_MAX && (next = name_next_word(&rest, &length)) != NULL) {
        struct beginning *beginning = &beginnings[count++];
        (void)snprintf(beginning->first, sizeof beginning->first, "%.*s", (int)length, next);
        (void)snprintf(beginning->last, sizeof beginning->last, "%.*s%s", (int)length, next,
                       AFTER_ALL);
    }
    return count;
}

static struct query *start(struct store *store, const struct beginning *beginning)
{
    struct query *query = query_start(store, patient_sql[PATIENT_FIND_WORD]);

    query_bind_text(query, 1, beginning->first);
    query_bind_text(query, 2, beginning->last);
    query_bind_integer(query, 3, EXAMINED_MAX);
    return query;
}

static void keep(struct patient_ids *found, const struct clinic_id *id)
{
    for (size_t i = 0; i < found->count; i++) {
        if (clinic_id_equal(&found->ids[i], id))
            return;
    }
    found->ids[found->count++] = *id;
}

// Ends as soon as there are more than fit, so it matters little how many begin so.
static enum clinic_status find_one(struct store *store, const struct beginning *beginning,
                                   struct patient_ids *found)
{
    size_t examined = 0;
    struct query *query = start(store, beginning);

    while (found->count <= found->limit && query_next(query)) {
        const struct clinic_id id = query_column_id(query, 0);
        keep(found, &id);
        examined++;
    }
    found->has_more = found->count > found->limit || examined == EXAMINED_MAX;
    return query_end(query);
}

// ---- several

static int by_id(const void *a, const void *b)
{
    return clinic_id_compare(a, b);
}

static enum clinic_status collect(struct store *store, struct beginning *beginning)
{
    struct query *query = start(store, beginning);

    beginning->ids = malloc(EXAMINED_MAX * sizeof *beginning->ids);
    while (beginning->ids != NULL && query_next(query))
        beginning->ids[beginning->count++] = query_column_id(query, 0);
    const enum clinic_status status = query_end(query);
    if (status != CLINIC_OK || beginning->ids == NULL)
        return status == CLINIC_OK ? CLINIC_NOMEM : status;
    beginning->is_cut = beginning->count == EXAMINED_MAX;
    qsort(beginning->ids, beginning->count, sizeof *beginning->ids, by_id);
    return CLINIC_OK;
}

static bool begins_a_word(const char *words, const char *beginning)
{
    const size_t wanted = strlen(beginning);
    size_t length;

    for (const char *word; (word = name_next_word(&words, &length)) != NULL;) {
        if (length >= wanted && memcmp(word, beginning, wanted) == 0)
            return true;
    }
    return false;
}

static enum clinic_status has_word(struct store *store, const struct clinic_id *patient_id,
                                   const struct beginning *beginning, bool *ret_has)
{
    char *words;

    *ret_has = bsearch(patient_id, beginning->ids, beginning->count, sizeof *beginning->ids, by_id)
               != NULL;
    if (*ret_has || !beginning->is_cut)
        return CLINIC_OK;
    const enum clinic_status status = patient_words(store, patient_id, &words);
    if (status != CLINIC_OK)
        return status;
    *ret_has = begins_a_word(words, beginning->first);
    free(words);
    return CLINIC_OK;
}

static const struct beginning *choose_rarest(const struct beginning *beginnings, size_t count)
{
    const struct beginning *rarest = beginnings;

    for (size_t i = 1; i < count; i++) {
        if (beginnings[i].count < rarest->count)
            rarest = &beginnings[i];
    }
    return rarest;
}

static enum clinic_status find_common(struct store *store, const struct beginning *beginnings,
                                      size_t count, struct patient_ids *found)
{
    const struct beginning *rarest = choose_rarest(beginnings, count);
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < rarest->count && found->count <= found->limit; i++) {
        bool has_all = true;
        for (size_t j = 0; j < count && has_all && status == CLINIC_OK; j++)
            status = has_word(store, &rarest->ids[i], &beginnings[j], &has_all);
        if (status != CLINIC_OK)
            return status;
        if (has_all)
            keep(found, &rarest->ids[i]);
    }
    found->has_more = found->count > found->limit || rarest->is_cut;
    return CLINIC_OK;
}

static enum clinic_status find_several(struct store *store, struct beginning *beginnings,
                                       size_t count, struct patient_ids *found)
{
    enum clinic_status status = CLINIC_OK;

    for (size_t i = 0; i < count && status == CLINIC_OK; i++)
        status = collect(store, &beginnings[i]);
    if (status == CLINIC_OK)
        status = find_common(store, beginnings, count, found);
    for (size_t i = 0; i < count; i++)
        free(beginnings[i].ids);
    return status;
}

enum clinic_status patient_find_words(struct store *store, const char *text,
                                      struct patient_ids *found)
{
    struct beginning beginnings[BEGINNINGS_MAX] = { 0 };
    const size_t count = split(text, beginnings);

    if (count == 0)
        return CLINIC_OK; // nothing but signs finds nobody
    return count == 1 ? find_one(store, beginnings, found)
                      : find_several(store, beginnings, count, found);
}
