// The catalogue agrees with itself and with what the mission asks for.
#include <clinic/catalogue.h>
#include <clinic/request.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool has_length(enum clinic_field_type type)
{
    return type == CLINIC_FIELD_STRING || type == CLINIC_FIELD_TEXT || type == CLINIC_FIELD_CODE
           || type == CLINIC_FIELD_LIST;
}

static void assert_good_field(const struct clinic_field *field)
{
    assert_non_null(field->name);
    assert_string_not_equal(field->name, "");
    assert_int_equal(strspn(field->name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
                     strlen(field->name));
    assert_true(field->min <= field->max);
    if (has_length(field->type) && (field->min < 0 || field->max <= 0))
        fail_msg("%s: limits", field->name);
    if (field->max > CLINIC_JSON_INTEGER_MAX || field->min < -CLINIC_JSON_INTEGER_MAX)
        fail_msg("%s: not exact in JSON", field->name);
    assert_int_equal(field->type == CLINIC_FIELD_CHOICE, field->choices != NULL);
    if (field->type == CLINIC_FIELD_LIST)
        assert_int_equal(field->field_count, 1);
}

static void assert_good_fields(const struct clinic_field *fields, size_t count, bool is_top)
{
    assert_true(count <= 64);
    for (size_t i = 0; i < count; i++) {
        assert_good_field(&fields[i]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(fields[i].name, fields[k].name);
        // Sealing takes whole members of an event's data.
        if (!is_top)
            assert_false(fields[i].is_personal);
        if (is_top && fields[i].help == NULL)
            fail_msg("%s: no help", fields[i].name);
        assert_good_fields(fields[i].fields, fields[i].field_count, false);
    }
}

static void event_rows_agree_with_their_place(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        const struct clinic_event_type *row = &clinic_event_types[kind];
        assert_int_equal(row->kind, kind);
        assert_non_null(row->help);
        assert_true(row->readers != 0);
        assert_good_fields(row->fields, row->field_count, true);
        assert_ptr_equal(clinic_event_type_find(row->type), row);
        assert_ptr_equal(clinic_event_type_find_topic(row->topic), row);

        // type clinic.a.b is published on a/b
        char topic[64];
        (void)snprintf(topic, sizeof topic, "%s", row->type + strlen("clinic."));
        *strchr(topic, '.') = '/';
        assert_string_equal(topic, row->topic);
    }
    assert_null(clinic_event_type_find("clinic.patient.cloned"));
    assert_null(clinic_event_type_find_topic("patient/cloned"));
}

static void the_ten_events_of_the_mission_are_there(void **state)
{
    (void)state;
    static const char *const mission[][2] = {
        { "PatientCreated", "patient/created" },
        { "PatientUpdated", "patient/updated" },
        { "PatientDeleted", "patient/deleted" },
        { "AppointmentScheduled", "appointment/scheduled" },
        { "AppointmentRescheduled", "appointment/rescheduled" },
        { "AppointmentCanceled", "appointment/canceled" },
        { "DoctorCreated", "doctor/created" },
        { "EquipmentLowStock", "equipment/low-stock" },
        { "FeedbackSubmitted", "feedback/submitted" },
        { "ReportUpdated", "report/updated" },
    };
    for (size_t i = 0; i < sizeof mission / sizeof mission[0]; i++) {
        const struct clinic_event_type *row = clinic_event_type_find_topic(mission[i][1]);
        assert_non_null(row);
        assert_string_equal(row->name, mission[i][0]);
    }
}

// A subscriber must be able to read an event on the bus, where personal fields are left out.
static void personal_fields_of_events_are_never_required(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        const struct clinic_event_type *row = &clinic_event_types[kind];
        for (size_t i = 0; i < row->field_count; i++)
            assert_false(row->fields[i].is_personal && row->fields[i].is_required);
    }
}

static void names_of_people_never_travel_in_events(void **state)
{
    (void)state;
    static const char *const personal[] = { "name",       "email",         "phone",
                                            "birth_date", "text",          "title",
                                            "member_id",  "preconditions", "attachments" };
    for (int kind = 1; kind < CLINIC_EVENT_KIND_COUNT; kind++) {
        const struct clinic_event_type *row = &clinic_event_types[kind];
        if (strncmp(row->topic, "equipment/", 10) == 0)
            continue; // their names are items'
        for (size_t i = 0; i < row->field_count; i++) {
            for (size_t k = 0; k < sizeof personal / sizeof personal[0]; k++) {
                if (strcmp(row->fields[i].name, personal[k]) == 0)
                    assert_true(row->fields[i].is_personal);
            }
        }
    }
}

static void request_rows_agree_with_their_place(void **state)
{
    (void)state;
    for (int kind = 1; kind < CLINIC_REQUEST_KIND_COUNT; kind++) {
        const struct clinic_request_type *row = &clinic_request_types[kind];
        assert_int_equal(row->kind, kind);
        assert_non_null(row->help);
        assert_true(row->nodes != 0);
        assert_int_equal(row->unattended & ~row->nodes, 0);
        assert_good_fields(row->fields, row->field_count, true);
        assert_good_fields(row->reply_fields, row->reply_field_count, true);
        assert_ptr_equal(clinic_request_type_find(row->entity, row->action), row);
    }
    assert_null(clinic_request_type_find("patient", "clone"));
    assert_null(clinic_request_type_find("", ""));
}

static void roles_are_found_by_name_except_none(void **state)
{
    (void)state;
    for (int role = 1; role < CLINIC_NODE_ROLE_COUNT; role++) {
        enum clinic_node_role found = CLINIC_ROLE_NONE;
        assert_true(
            clinic_node_role_find(clinic_node_role_name((enum clinic_node_role)role), &found));
        assert_int_equal(found, role);
    }
    for (int role = 1; role < CLINIC_STAFF_ROLE_COUNT; role++) {
        enum clinic_staff_role found = CLINIC_STAFF_NONE;
        assert_true(
            clinic_staff_role_find(clinic_staff_role_name((enum clinic_staff_role)role), &found));
        assert_int_equal(found, role);
    }
    enum clinic_node_role node = CLINIC_ROLE_DESK;
    enum clinic_staff_role staff = CLINIC_STAFF_ADMIN;
    assert_string_equal(clinic_node_role_name(CLINIC_ROLE_NONE), "none");
    assert_false(clinic_node_role_find("none", &node));
    assert_false(clinic_staff_role_find("none", &staff));
    assert_false(clinic_node_role_find("Desk", &node));
    assert_int_equal(node, CLINIC_ROLE_DESK);
    assert_null(clinic_node_role_name((enum clinic_node_role)99));
    assert_null(clinic_staff_role_name((enum clinic_staff_role) - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_rows_agree_with_their_place),
        cmocka_unit_test(the_ten_events_of_the_mission_are_there),
        cmocka_unit_test(personal_fields_of_events_are_never_required),
        cmocka_unit_test(names_of_people_never_travel_in_events),
        cmocka_unit_test(request_rows_agree_with_their_place),
        cmocka_unit_test(roles_are_found_by_name_except_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
