#include "arrival_scene.h"

void register_with_phone(struct service_fixture *fixture, const char *name, const char *birth_date,
                         const char *phone, char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    make_id(fixture, ret_id);
    assert_accepted(fixture, CLINIC_REQUEST_PATIENT_CREATE,
                    "{\"patient_id\":\"%s\",\"name\":\"%s\",\"birth_date\":\"%s\","
                    "\"phone\":\"%s\",\"email\":\"ana@mail.lopez.example\",\"is_distinct\":true}",
                    ret_id, name, birth_date, phone);
}

struct arrival_scene open_arrival_scene(struct service_fixture *fixture)
{
    struct arrival_scene scene;

    services_as(fixture, CLINIC_STAFF_ADMIN, "Ada", "4711");
    add_doctor(fixture, "Dr. Gray", 30, scene.doctor);
    services_as(fixture, CLINIC_STAFF_RECEPTION, "Rita", "1234");
    register_with_phone(fixture, "Ana López", "1990-04-02", "0612345678", scene.ana);
    (void)snprintf(scene.member_id, sizeof scene.member_id, "%s", reply_text(fixture, "member_id"));
    assert_booked(fixture, scene.ana, scene.doctor, TODAY "14:00", 1, "", scene.visit);
    scene.start_ms = appointment_number(fixture, scene.visit, "start_ms");
    return scene;
}

void go_to_kiosk(struct service_fixture *fixture, int64_t wall_ms)
{
    services_at(fixture, "kiosk-1", CLINIC_ROLE_KIOSK);
    fixture->wall_ms = wall_ms;
}
