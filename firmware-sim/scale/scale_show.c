// scale_show.c - the display and its button: a short press shows the next bin, and behind the last one what is wrong.
//
// "saved here" and "at clinic" are what the firmware promises: it is in the flash; the gateway has said that it is
// committed. A "!" at the end says that the last page has something to tell.
#include "scale_scope.h"

#include "print.h"

enum {
    SHOW_EVERY_MS = 250,
    PRESS_LEAST_MS = 30, // shorter: the contact bounces
    PAGE_PROBLEM = HAL_CELLS,
};

// ---- what is wrong

static void print_count(struct print *print, const char *text, uint32_t count)
{
    print_text(print, text);
    print_text(print, " ");
    print_number(print, count);
}

// The worst first. False: nothing is.
static bool print_problem(const struct scale *scale, struct print *print)
{
    const char *link = link_problem(&scale->link);

    if (scale->counts.flash_failures > 0) {
        print_count(print, "flash refused:", scale->counts.flash_failures);
    } else if (link != NULL) {
        print_text(print, link);
    } else if (scale->config_problem != NULL) {
        print_text(print, "config refused: ");
        print_text(print, scale->config_problem);
    } else if (scale->refusal[0] != '\0') {
        print_text(print, "refused: ");
        print_text(print, scale->refusal);
    } else {
        return false;
    }
    return true;
}

static bool has_problem(const struct scale *scale)
{
    char text[HAL_PANEL_BYTES];
    struct print print;

    print_begin(&print, text, sizeof text);
    return print_problem(scale, &print);
}

// ---- a bin

static void print_state(const struct scale *scale, unsigned channel, struct print *print)
{
    const struct scale_bin bin = scale_bin(scale, channel);

    if (setup_is_busy(&scale->bins[channel].setup)) {
        print_text(print, " hold still");
        return;
    }
    if (!bin.is_counted) {
        print_text(print, " not set up");
        return;
    }
    switch (bin.state) {
    case WEIGH_UNKNOWN:
        print_text(print, " ...");
        return;
    case WEIGH_STABLE:
        print_text(print, " ");
        print_number(print, bin.quantity);
        break;
    case WEIGH_LIFTED:
        print_text(print, " lifted");
        break;
    case WEIGH_OVERLOAD:
        print_text(print, " overload");
        break;
    case WEIGH_FAULT:
        print_text(print, " fault");
        break;
    }
    print_text(print, bin.is_waiting ? " saved here" : " at clinic");
}

// What follows the label is never cut, so it is written first.
static void print_bin(const struct scale *scale, unsigned channel, struct print *print)
{
    const char *label = scale->settings.channels[channel].label;
    char state_text[HAL_PANEL_BYTES];
    struct print state;

    print_begin(&state, state_text, sizeof state_text);
    print_state(scale, channel, &state);
    if (has_problem(scale))
        print_text(&state, " !");
    if (label[0] == '\0')
        print_count(print, "bin", channel + 1);
    else
        print_start_of(print, label, print->size - 1 - state.length);
    print_text(print, state.text);
}

// ---- pages

static bool has_page(const struct scale *scale, unsigned page)
{
    return page == PAGE_PROBLEM ? has_problem(scale) : scale->settings.channels[page].is_used;
}

// From `page` on; PAGE_PROBLEM also where there is no page at all.
static unsigned find_page(const struct scale *scale, unsigned page)
{
    for (unsigned i = 0; i <= PAGE_PROBLEM; i++) {
        const unsigned next = (page + i) % (PAGE_PROBLEM + 1);
        if (has_page(scale, next))
            return next;
    }
    return PAGE_PROBLEM;
}

static void print_page(struct scale *scale, struct print *print)
{
    scale->page = (uint8_t)find_page(scale, scale->page);
    if (scale->page != PAGE_PROBLEM)
        print_bin(scale, scale->page, print);
    else if (!print_problem(scale, print))
        print_text(print, "no config yet");
}

static void look_at_button(struct scale *scale, bool is_pressed)
{
    if (is_pressed == scale->is_pressed)
        return;
    if (!is_pressed && scale->now_ms - scale->pressed_at_ms >= PRESS_LEAST_MS) {
        scale->page = (uint8_t)find_page(scale, scale->page + 1U);
        scale->shown_at_ms = scale->now_ms - SHOW_EVERY_MS;
    }
    scale->is_pressed = is_pressed;
    scale->pressed_at_ms = scale->now_ms;
}

void scale_show(struct scale *scale)
{
    char text[HAL_PANEL_BYTES];
    struct print print;

    print_begin(&print, text, sizeof text);
    const bool is_due = scale->now_ms - scale->shown_at_ms >= SHOW_EVERY_MS;
    if (is_due) {
        print_page(scale, &print);
        scale->shown_at_ms = scale->now_ms;
    }
    look_at_button(scale, hal_panel(scale->hal, is_due ? text : NULL));
}
