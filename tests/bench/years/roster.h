// roster.h - the clinic's twelve doctors: when they work, and which of their slots are taken. The generator's own
// book, so that it asks for times that are free, as a desk does that has the slots on its screen.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ROSTER_DOCTORS = 12,
    ROSTER_SLOT_MINUTES = 20,
    ROSTER_MORNING_SLOTS = 12,   // from 08:00
    ROSTER_AFTERNOON_SLOTS = 15, // from 13:00
    ROSTER_LOCAL_BYTES = 17,     // "2026-11-23T09:00" and the NUL
    ROSTER_TEXT_BYTES = 4096,
};

struct roster {
    int first_day;
    size_t day_count;
    uint32_t *taken; // a bit a slot, by day and doctor
};

// Of so many days from the first. False: out of memory.
bool roster_open(struct roster *roster, int first_day, size_t day_count);
void roster_close(struct roster *roster);

bool roster_is_working_day(int day); // of the clinic

// A free slot of the doctor on that day; `chance` chooses. Marks it taken. False: none.
bool roster_take(struct roster *roster, int doctor, int day, uint64_t chance, int *ret_slot);
void roster_give_back(struct roster *roster, int doctor, int day, int slot);

int roster_minute(int slot); // of the day
void roster_print_local(int day, int slot, char ret_local[static ROSTER_LOCAL_BYTES]);

// Members of the JSON of requests: a doctor's weekly hours, vacations of these years, the clinic's holidays.
void roster_print_hours(int doctor, char ret_json[static ROSTER_TEXT_BYTES]);
void roster_print_time_off(int doctor, int first_year, int last_year,
                           char ret_json[static ROSTER_TEXT_BYTES]);
void roster_print_holidays(int first_year, int last_year, char ret_json[static ROSTER_TEXT_BYTES]);
