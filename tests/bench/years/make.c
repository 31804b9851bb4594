// make.c - writes the data folder of a clinic that has worked for so many months.
//
//   bench-years-make FOLDER MONTHS LAST_DAY [SEED]
//
// Everything goes through the gateway's intake at a simulated time, in bunches of ten minutes: what is found in the
// folder is what a gateway would have left there. Ends in the early morning of LAST_DAY (YYYY-MM-DD).
// Read next: years.h, visits.c.
#include "calendar.h"
#include "years.h"

#include "../../../gateway/store/store.h"

#include <local_time.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Of a working day. Over five years these make 20 000 patients, 250 000 visits and 1.5 million events.
static const struct {
    deed_run *run;
    int least;
    int most;
} day_plan[] = {
    { patient_comes_new, 10, 17 },     { visit_is_booked, 185, 209 }, { patient_changes, 10, 20 },
    { patient_is_looked_up, 80, 120 }, { shelf_is_used, 170, 230 },   { patient_goes, 0, 1 },
};

enum {
    DAYS_BEHIND = 120, // beyond the last day there are bookings
    SCALE_ON_MINUTE = 8 * 60,
    OPEN_MINUTE = 7 * 60 + 30,
    LAST_MINUTE = 7 * 60,
    OFFICE_FIRST_MINUTE = 8 * 60,
    OFFICE_LAST_MINUTE = 18 * 60,
    REFUSED_MAX_PER_MILLE = 10,
};

static const int64_t BUNCH_MS = 10 * 60000;

// ---- what the deeds use

uint32_t years_add(struct years_list *list, size_t row_bytes)
{
    if (list->count == list->room) {
        list->room = list->room == 0 ? 4096 : list->room * 2;
        list->rows = realloc(list->rows, list->room * row_bytes);
        if (list->rows == NULL) {
            fputs("out of memory\n", stderr);
            exit(EXIT_FAILURE);
        }
    }
    memset((char *)list->rows + list->count * row_bytes, 0, row_bytes);
    return (uint32_t)list->count++;
}

struct years_patient *years_patient(const struct years *years, uint32_t patient)
{
    return (struct years_patient *)years->patients.rows + patient;
}

struct years_visit *years_visit(const struct years *years, uint32_t visit)
{
    return (struct years_visit *)years->visits.rows + visit;
}

struct years_paper *years_paper(const struct years *years, uint32_t paper)
{
    return (struct years_paper *)years->papers.rows + paper;
}

int64_t years_chance(struct years *years, int64_t least, int64_t most)
{
    return dice_between(&years->dice, least, most);
}

bool years_happens(struct years *years, int percent)
{
    return years_chance(years, 1, 100) <= percent;
}

int64_t years_office_hours(struct years *years, int day)
{
    while (!roster_is_working_day(day))
        day++;
    return local_minute_from(day,
                             (int)years_chance(years, OFFICE_FIRST_MINUTE, OFFICE_LAST_MINUTE));
}

// ---- the days

static void open_day(struct years *years, uint32_t subject, int64_t at_ms)
{
    const int day = local_day_number_at(at_ms);

    (void)subject;
    queue_add(&years->queue, local_minute_from(day + 1, OPEN_MINUTE), open_day, 0);
    if (!roster_is_working_day(day))
        return;
    for (size_t i = 0; i < sizeof day_plan / sizeof day_plan[0]; i++) {
        for (int64_t n = years_chance(years, day_plan[i].least, day_plan[i].most); n > 0; n--)
            queue_add(&years->queue, years_office_hours(years, day), day_plan[i].run, 0);
    }
    for (uint32_t channel = 0; channel < YEARS_SCALE_CHANNELS; channel++)
        queue_add(&years->queue, local_minute_from(day, SCALE_ON_MINUTE), scale_speaks, channel);
}

static void open_clinic(struct years *years)
{
    patients_open(years);
    visits_open(years);
    shelf_open(years);
    practice_go_on(&years->practice, years->practice.now_ms + BUNCH_MS);
    queue_add(&years->queue, local_minute_from(years->first_day, OPEN_MINUTE), open_day, 0);
}

static void run_days(struct years *years, int64_t end_ms)
{
    struct deed deed;

    while (queue_next_ms(&years->queue) < end_ms) {
        const int64_t bunch_ms = (queue_next_ms(&years->queue) / BUNCH_MS + 1) * BUNCH_MS;
        while (queue_take(&years->queue, bunch_ms, &deed))
            deed.run(years, deed.subject, deed.at_ms);
        practice_go_on(&years->practice, bunch_ms);
    }
}

// ---- the program

static void report(struct years *years, int64_t began_ms)
{
    struct store_figures figures;
    const double seconds = (double)(clinic_monotonic_ms(clinic_clock_system()) - began_ms) / 1000.0;
    const uint64_t events = event_log_head(years->practice.store);

    store_measure(years->practice.store, &figures);
    printf("  %zu patients, %zu visits, %" PRIu64 " events of %" PRIu64 " requests in %.0f s (%.0f "
           "requests/s); %.0f MiB\n",
           years->patients.count, years->visits.count, events, years->practice.requests, seconds,
           (double)years->practice.requests / seconds,
           (double)(figures.file_bytes + figures.wal_bytes) / 1048576.0);
    practice_print_refusals(&years->practice);
}

static bool make(struct years *years, const char *folder)
{
    char problem[PRACTICE_PROBLEM_BYTES] = "";
    const int64_t began_ms = clinic_monotonic_ms(clinic_clock_system());

    if (!roster_open(&years->roster, years->first_day,
                     (size_t)years->last_day - (size_t)years->first_day + DAYS_BEHIND)
        || !practice_open(&years->practice, folder, local_minute_from(years->first_day, 0),
                          problem)) {
        fprintf(stderr, "%s: %s\n", folder, problem);
        return false;
    }
    open_clinic(years);
    run_days(years, local_minute_from(years->last_day, LAST_MINUTE));
    report(years, began_ms);
    const bool is_sound =
        years->practice.refused * 1000 <= years->practice.requests * REFUSED_MAX_PER_MILLE;
    if (!is_sound)
        fprintf(stderr, "too much was refused: the clinic is not what it should be\n");
    practice_close(&years->practice);
    return is_sound;
}

static void close_years(struct years *years)
{
    queue_done(&years->queue);
    roster_close(&years->roster);
    free(years->patients.rows);
    free(years->visits.rows);
    free(years->papers.rows);
}

int main(int argc, char **argv)
{
    struct years years = { 0 };

    if (argc < 4 || !calendar_span(argv[2], argv[3], &years.first_day, &years.last_day)) {
        fputs("usage: bench-years-make FOLDER MONTHS LAST_DAY [SEED]\n", stderr);
        return 2;
    }
    years.dice.state = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
    const bool is_made = make(&years, argv[1]);
    close_years(&years);
    return is_made ? EXIT_SUCCESS : EXIT_FAILURE;
}
