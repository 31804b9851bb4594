// What the clinic's own people are told: stock, feedback, doctors' first day. No patient's name, no word of feedback.
#include "message_fixture.h"

static void speak_english(struct service_fixture *fixture)
{
    (void)snprintf(fixture->site.language, sizeof fixture->site.language, "en");
}

// ---- stock

static void item(struct service_fixture *fixture, const char *name, const char *location)
{
    services_happen(fixture, CLINIC_EQUIPMENT_ITEM_CHANGED, "equipment/gloves-m", NULL,
                    "{\"item_id\":\"gloves-m\",\"version\":1,\"name\":\"%s\",\"unit\":\"boxes\","
                    "\"location\":\"%s\",\"minimum\":20,\"par\":60,\"bins\":[]}",
                    name, location);
}

static void stock(struct service_fixture *fixture, int quantity, const char *state)
{
    services_happen(fixture, CLINIC_EQUIPMENT_STOCK_CHANGED, "equipment/gloves-m", NULL,
                    "{\"item_id\":\"gloves-m\",\"quantity\":%d,\"change\":-1,\"state\":\"%s\","
                    "\"cause\":\"count\"}",
                    quantity, state);
}

static void low_stock(struct service_fixture *fixture, int quantity)
{
    services_happen(fixture, CLINIC_EQUIPMENT_LOW_STOCK, "equipment/gloves-m", NULL,
                    "{\"item_id\":\"gloves-m\",\"name\":\"Gloves M\",\"quantity\":%d,"
                    "\"minimum\":20,\"unit\":\"boxes\",\"location\":\"Room 2\"}",
                    quantity);
}

static void staff_are_alerted_to_restock(void **state)
{
    struct service_fixture *fixture = *state;

    speak_english(fixture);
    item(fixture, "Gloves M", "Room 2");
    low_stock(fixture, 19);
    assert_message(fixture, "1", "body",
                   "Please restock Gloves M: 19 boxes left, the minimum is 20. Room 2");
    assert_message(fixture, "1", "audience || '/' || channel", "staff/screen");
}

static void a_place_that_nobody_named_leaves_nothing_behind(void **state)
{
    struct service_fixture *fixture = *state;

    speak_english(fixture);
    item(fixture, "Gloves M", "");
    stock(fixture, 0, "out");
    assert_message(fixture, "1", "body", "Gloves M: none left. Please restock at once.");
}

static void an_alert_waits_for_the_morning_unless_an_item_is_used_up(void **state)
{
    struct service_fixture *fixture = *state;

    item(fixture, "Gloves M", "Room 2");
    message_clock(fixture, 23);
    low_stock(fixture, 19);
    assert_int_equal(message_number(fixture, "1", "not_before_ms - created_at_ms"), 9 * HOUR_MS);
    stock(fixture, 0, "out");
    assert_message(fixture, "1", "template", "out-of-stock");
    assert_int_equal(message_number(fixture, "1", "not_before_ms - created_at_ms"), 0);
    low_stock(fixture, 0);
    assert_message(fixture, "1", "template", "low-stock");
    assert_int_equal(message_number(fixture, "1", "not_before_ms - created_at_ms"), 0);
}

static void that_an_item_is_used_up_is_told_once_until_there_is_some_again(void **state)
{
    static const struct {
        const char *state;
        int told;
    } steps[] = {
        { "ok", 0 },      { "out", 1 }, { "out", 1 }, { "unknown", 1 },
        { "out", 1 },     { "low", 1 }, { "out", 2 }, { "unknown", 2 },
        { "unknown", 2 }, { "ok", 2 },  { "out", 3 },
    };
    struct service_fixture *fixture = *state;

    item(fixture, "Gloves M", "Room 2");
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        stock(fixture, strcmp(steps[i].state, "out") == 0 ? 0 : 30, steps[i].state);
        if (i == 5)
            services_reopen(fixture);
        assert_int_equal(message_count(fixture, "template = 'out-of-stock'"), steps[i].told);
    }
    item(fixture, "Gloves, medium", "Room 3"); // a new name is no new stock
    stock(fixture, 0, "out");
    assert_int_equal(message_count(fixture, "template = 'out-of-stock'"), 3);
}

// ---- feedback

static void feedback(struct service_fixture *fixture, const char *patient_id, const char *doctor_id,
                     const char *kind, int version)
{
    const char *id = patient_id; // each gives it once

    services_happen(fixture, CLINIC_FEEDBACK_SUBMITTED, "feedback/x", patient_id,
                    "{\"feedback_id\":\"%s\",\"doctor_id\":\"%s\",\"rating\":1,\"verified\":false,"
                    "\"kind\":\"%s\",\"anonymous\":false,\"version\":%d,\"patient_id\":\"%s\","
                    "\"text\":\"Terrible {clinic}\"}",
                    id, doctor_id, kind, version, patient_id);
}

static void the_doctor_is_asked_to_review_without_a_word_of_the_feedback(void **state)
{
    struct service_fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];

    message_patient(fixture, "", patient);
    message_doctor(fixture, ",\"language\":\"en\"", doctor);
    feedback(fixture, patient, doctor, "visit", 1);
    assert_message(fixture, "1", "body",
                   "A patient has left feedback for you. Please review it and respond.");
    assert_message(fixture, "1", "audience || '/' || channel", "doctor/screen");
    assert_int_equal(message_number(fixture, "1", "patient_id IS NULL"), 1);
    // What is changed within two days is no second request.
    feedback(fixture, patient, doctor, "visit", 2);
    assert_int_equal(message_count(fixture, "template = 'doctor-feedback'"), 1);
}

static void general_feedback_goes_to_the_clinic(void **state)
{
    struct service_fixture *fixture = *state;
    char patient[CLINIC_ID_TEXT_BYTES];
    char doctor[CLINIC_ID_TEXT_BYTES];

    speak_english(fixture);
    message_patient(fixture, "", patient);
    message_doctor(fixture, "", doctor);
    feedback(fixture, patient, doctor, "general", 1);
    assert_message(fixture, "1", "audience || '/' || body",
                   "staff/There is new general feedback. Please review it and respond.");
    assert_int_equal(message_count(fixture, "template = 'doctor-feedback'"), 0);
}

// ---- doctors

static void a_doctor_is_welcomed_by_mail_or_on_the_screen(void **state)
{
    struct service_fixture *fixture = *state;
    char doctor[CLINIC_ID_TEXT_BYTES];

    speak_english(fixture);
    message_doctor(fixture, "", doctor);
    assert_message(fixture, "template = 'doctor-welcome'", "channel", "screen");
    message_doctor(fixture, ",\"email\":\"eva@example.org\",\"language\":\"es\"", doctor);
    assert_message(fixture, "template = 'doctor-welcome'", "channel", "email");
    assert_message(fixture, "template = 'doctor-welcome'", "body",
                   "¡Le damos la bienvenida a Clinique du Parc! Su agenda está lista para recibir "
                   "citas. ¿Preguntas? Tel. +33 1 23 45 67 89.");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, services_open, services_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(staff_are_alerted_to_restock),
        TEST(a_place_that_nobody_named_leaves_nothing_behind),
        TEST(an_alert_waits_for_the_morning_unless_an_item_is_used_up),
        TEST(that_an_item_is_used_up_is_told_once_until_there_is_some_again),
        TEST(the_doctor_is_asked_to_review_without_a_word_of_the_feedback),
        TEST(general_feedback_goes_to_the_clinic),
        TEST(a_doctor_is_welcomed_by_mail_or_on_the_screen),
    };
    return cmocka_run_group_tests_name("messages to staff", tests, NULL, NULL);
}
