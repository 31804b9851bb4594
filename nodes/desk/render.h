// render.h - answers of a desk (desk.h) as text for people.
//
// Replies are laid out by the catalogue's reply fields, so a new field shows without a line of code here.
#pragma once

#include <clinic/catalogue.h>

#include <stdio.h>

struct render {
    FILE *out;          // what was asked for
    FILE *notes;        // everything else
    struct table *rows; // of an outbox being listed
    bool is_flush;
};

// One answer; the last one as well.
void render_answer(struct render *render, const cJSON *answer);
void render_done(struct render *render);
