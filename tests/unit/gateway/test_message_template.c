// The words of messages: what the files may say, and what becomes of names that are put in.
#include <notification/message_template.h>

#include <clinic/text.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

static const struct message_values values = { "Ana", "Clinique du Parc", "+33 1 23 45 67 89" };

static void the_files_that_ship_are_in_order(void **state)
{
    char problem[200] = "";

    (void)state;
    assert_int_equal(message_file_count, 4);
    if (message_templates_load(message_files, message_file_count, problem, sizeof problem)
        != CLINIC_OK)
        fail_msg("%s", problem);
}

// A message is read by whoever holds the phone: it is about logistics and nothing else.
static void refuse_denied(const char *language, const char *body)
{
    static const char *const denied[] = {
        "birth",     "member",   "diagnos",  "result",   "treat",     "therap", "disease",
        "condition", "allerg",   "prescri",  "special",  "surg",      "cancer", "x-ray",
        "blood",     "geburt",   "befund",   "krank",    "naissance", "maladi", "nacimiento",
        "enferm",    "resultad", "résultat", "ergebnis",
    };

    for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++) {
        if (strcasestr(body, denied[i]) != NULL)
            fail_msg("%s says \"%s\"", language, denied[i]);
    }
    assert_null(strpbrk(body, "{}"));
}

static void no_template_can_reveal_anything(void **state)
{
    (void)state;
    for (size_t file = 0; file < message_file_count; file++) {
        for (int template = 0; template <MESSAGE_TEMPLATE_COUNT; template ++) {
            char body[MESSAGE_BODY_BYTES];
            assert_int_equal(message_render((enum message_template) template,
                                            message_files[file].language, &values, 0, body),
                             CLINIC_OK);
            refuse_denied(message_files[file].language, body);
        }
    }
}

static void a_sms_has_at_most_160_characters_in_every_language(void **state)
{
    char long_name[201];
    char body[MESSAGE_BODY_BYTES];
    struct message_values full = values;

    (void)state;
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    full.first_name = long_name;
    for (size_t f = 0; f < message_file_count; f++) {
        assert_int_equal(message_render(MESSAGE_WELCOME, message_files[f].language, &full,
                                        MESSAGE_SMS_CHARACTERS, body),
                         CLINIC_OK);
        assert_int_equal(clinic_text_code_points(body), MESSAGE_SMS_CHARACTERS);
        assert_non_null(strstr(body, values.phone)); // the name was cut, not the rest
        assert_int_equal(message_render(MESSAGE_WELCOME, message_files[f].language, &full, 0, body),
                         CLINIC_OK);
        assert_non_null(strstr(body, long_name));
    }
}

static void a_cut_never_splits_a_character(void **state)
{
    char body[MESSAGE_BODY_BYTES];
    struct message_values full = values;

    (void)state;
    full.first_name = "éèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêë";
    for (size_t limit = 1; limit < 200; limit++) {
        assert_int_equal(message_render(MESSAGE_WELCOME, "en", &full, limit, body), CLINIC_OK);
        assert_true(clinic_text_is_utf8(body, strlen(body)));
        assert_true(clinic_text_code_points(body) <= limit);
    }
}

static void values_are_put_in_as_they_are(void **state)
{
    char body[MESSAGE_BODY_BYTES];
    const struct message_values sly = { "{phone}%s{clinic}", "C", "P" };

    (void)state;
    assert_int_equal(message_render(MESSAGE_WELCOME, "en", &sly, 0, body), CLINIC_OK);
    assert_non_null(strstr(body, "{phone}%s{clinic}"));
}

static void a_language_that_there_is_not_falls_back(void **state)
{
    (void)state;
    assert_string_equal(message_language("de", "fr"), "de");
    assert_string_equal(message_language("zz", "fr"), "fr");
    assert_string_equal(message_language(NULL, "zz"), "en");
}

static void a_bad_file_is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *text;
        const char *problem;
    } cases[] = {
        { "[messages]\nwelcome = {name}\nprovisional = x\n", "placeholder" },
        { "[messages]\nwelcome = {first_name\nprovisional = x\n", "placeholder" },
        { "[messages]\nwelcome = first_name}\nprovisional = x\n", "placeholder" },
        { "[messages]\nwelcome = x\n", "there is no text for \"provisional\"" },
        { "[messages]\nwelcome = x\nprovisional = x\nbye = x\n", "unknown message" },
        { "[messages]\nwelcome = x\nwelcome = x\nprovisional = x\n", "more than one" },
        { "[other]\nwelcome = x\n", "unknown section" },
        { "[messages]\nwelcome\n", "line" },
        { "", "there is no text" },
    };
    char problem[200];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct message_file file = { "xx", cases[i].text };
        assert_int_equal(message_templates_load(&file, 1, problem, sizeof problem), CLINIC_INVALID);
        if (strstr(problem, cases[i].problem) == NULL)
            fail_msg("%s", problem);
    }
    // The files that ship are used again afterwards.
    assert_string_equal(message_language("de", NULL), "de");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_files_that_ship_are_in_order),
        cmocka_unit_test(no_template_can_reveal_anything),
        cmocka_unit_test(a_sms_has_at_most_160_characters_in_every_language),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(values_are_put_in_as_they_are),
        cmocka_unit_test(a_language_that_there_is_not_falls_back),
        cmocka_unit_test(a_bad_file_is_refused_with_the_reason),
    };
    return cmocka_run_group_tests_name("message template", tests, NULL, NULL);
}
