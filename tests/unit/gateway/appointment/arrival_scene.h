// arrival_scene.h - what tests of who has come begin with.
#pragma once

#include "appointment_fixture.h"

// A doctor of half-hour slots, and Ana with a visit at 14:00.
struct arrival_scene {
    char doctor[CLINIC_ID_TEXT_BYTES];
    char ana[CLINIC_ID_TEXT_BYTES];
    char member_id[16];
    char visit[CLINIC_ID_TEXT_BYTES];
    int64_t start_ms;
};

struct arrival_scene open_arrival_scene(struct service_fixture *fixture);

void register_with_phone(struct service_fixture *fixture, const char *name, const char *birth_date,
                         const char *phone, char ret_id[static CLINIC_ID_TEXT_BYTES]);

void go_to_kiosk(struct service_fixture *fixture, int64_t wall_ms);
