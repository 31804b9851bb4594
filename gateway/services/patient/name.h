// name.h - names of people in any script: how they are compared and searched.
//
// A folded name is its words without case, accents and punctuation, separated by single spaces: "Zoë
// O'Brien-Łukasz" becomes "zoe obrien lukasz". It is for comparing only and never shown.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { NAME_FOLDED_BYTES = 512 };

// `name` is well-formed UTF-8. Words that no longer fit are left out; the result may be empty (a name of
// pictures).
void name_fold(const char *name, char folded[static NAME_FOLDED_BYTES]);

// Walks over the words of a folded name: returns the next one, not terminated, and moves *rest past it.
// NULL: no more.
const char *name_next_word(const char **rest, size_t *ret_length);

// Two folded names that may belong to one person: they share a word of at least two letters, or differ
// by a slip of one letter (two in names of eight letters and more).
bool name_is_similar(const char *folded_a, const char *folded_b);
