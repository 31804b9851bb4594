// The words of messages: what the files may say, and what becomes of names that are put in.
#include <notification/message_template.h>

#include <clinic/text.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

// 2026-11-25 14:30 and 2026-12-01 09:05 in UTC, the zone of this test.
static const struct message_values values = {
    .first_name = "Ana",
    .clinic = "Clinique du Parc",
    .phone = "+33 1 23 45 67 89",
    .at_ms = INT64_C(1795617000000),
    .old_at_ms = INT64_C(1796115900000),
    .item = "Gloves M",
    .unit = "boxes",
    .location = "Room 2",
    .quantity = 19,
    .minimum = 20,
};

// Names that somebody may have typed to see what happens.
static const char *const hostile_names[] = {
    "{clinic}",      "{phone}%s{old_time}",   "%s%n%d",       "\"';--", "\\u007b",
    "\u202Eana",     "a\u2066b\u2069c\u200F", "\u2028\u2029", "",       "عبد",
    "👩‍⚕️",
};

static void the_files_that_ship_are_in_order(void **state)
{
    char problem[200] = "";

    (void)state;
    assert_int_equal(message_file_count, 4);
    if (message_templates_load(message_files, message_file_count, problem, sizeof problem)
        != CLINIC_OK)
        fail_msg("%s", problem);
}

typedef void visitor(enum message_template template, const char *language);

static void for_every_template(visitor *visit)
{
    for (size_t file = 0; file < message_file_count; file++) {
        for (int i = 0; i < MESSAGE_TEMPLATE_COUNT; i++)
            visit((enum message_template)i, message_files[file].language);
    }
}

static void render(enum message_template template, const char *language,
                   const struct message_values *filled, size_t characters,
                   char body[static MESSAGE_BODY_BYTES])
{
    assert_int_equal(message_render(template, language, filled, characters, body), CLINIC_OK);
}

// A message is read by whoever holds the phone: it is about logistics and nothing else.
static void refuse_denied(const char *language, const char *body)
{
    static const char *const denied[] = {
        "birth",    "member",     "diagnos",  "result",     "treat",    "therap",    "disease",
        "conditio", "allerg",     "prescri",  "special",    "surg",     "cancer",    "x-ray",
        "blood",    "geburt",     "befund",   "krank",      "naissanc", "maladi",    "nacimient",
        "enferm",   "resultad",   "résultat", "ergebnis",   "diagnós",  "behandlun", "traitement",
        "tratamie", "chirurg",    "cirug",    "spezialist", "spécial",  "especial",  "röntgen",
        "radiogra", "ordonnance", "receta",   "rezept",     "mitglied", "blut",      "sang",
        "rating",   "bewertung",  "note ",    "nota ",      "report",   "bericht",   "rapport",
        "informe",
    };

    for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++) {
        if (strcasestr(body, denied[i]) != NULL)
            fail_msg("%s says \"%s\"", language, denied[i]);
    }
}

static void check_template(enum message_template template, const char *language)
{
    char body[MESSAGE_BODY_BYTES];

    render(template, language, &values, 0, body);
    refuse_denied(language, body);
    assert_null(strpbrk(body, "{}"));
    assert_non_null(strchr(".!?2", body[strlen(body) - 1])); // a whole sentence, or "Room 2"
}

static void no_template_can_reveal_anything(void **state)
{
    (void)state;
    for_every_template(check_template);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

// With such a name a message says what it says with another one, plus the name as text.
static void check_hostile(enum message_template template, const char *language)
{
    static const char *const forbidden[] = {
        "\u202E", "\u2066", "\u2069", "\u200F", "\u2028", "\u2029", "\n",
    };
    char usual[MESSAGE_BODY_BYTES];
    char body[MESSAGE_BODY_BYTES];

    render(template, language, &values, 0, usual);
    for (size_t i = 0; i < sizeof hostile_names / sizeof hostile_names[0]; i++) {
        struct message_values hostile = values;
        hostile.first_name = hostile_names[i];
        hostile.item = hostile_names[i];
        hostile.location = hostile_names[i];
        render(template, language, &hostile, 0, body);
        refuse_denied(language, body);
        assert_true(clinic_text_is_utf8(body, strlen(body)));
        assert_int_equal(count_of(body, values.clinic), count_of(usual, values.clinic));
        assert_int_equal(count_of(body, values.phone), count_of(usual, values.phone));
        for (size_t f = 0; f < sizeof forbidden / sizeof forbidden[0]; f++)
            assert_null(strstr(body, forbidden[f]));
    }
}

static void hostile_names_are_put_in_as_text(void **state)
{
    char body[MESSAGE_BODY_BYTES];
    struct message_values sly = values;

    (void)state;
    for_every_template(check_hostile);
    sly.first_name = "{phone}%s{clinic}";
    render(MESSAGE_WELCOME, "en", &sly, 0, body);
    assert_non_null(strstr(body, "{phone}%s{clinic}"));
}

// The longest day and month of each language, with a clinic's name of usual length.
static void check_length(enum message_template template, const char *language)
{
    char body[MESSAGE_BODY_BYTES];
    struct message_values usual = values;

    if (template > MESSAGE_NEW_MESSAGE)
        return;
    usual.first_name = "Maximiliane";
    for (int day = 0; day < 366; day++) {
        usual.at_ms = INT64_C(1795617000000) + day * INT64_C(86400000);
        render(template, language, &usual, 0, body);
        if (clinic_text_code_points(body) > MESSAGE_SMS_CHARACTERS)
            fail_msg("%zu characters: %s", clinic_text_code_points(body), body);
    }
}

static void a_patients_message_fits_into_one_sms(void **state)
{
    (void)state;
    for_every_template(check_length);
}

static void check_long_name(enum message_template template, const char *language)
{
    char long_name[201];
    char body[MESSAGE_BODY_BYTES];
    struct message_values full = values;

    if (template > MESSAGE_NEW_MESSAGE)
        return;
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    full.first_name = long_name;
    render(template, language, &full, MESSAGE_SMS_CHARACTERS, body);
    assert_int_equal(clinic_text_code_points(body), MESSAGE_SMS_CHARACTERS);
    assert_non_null(strstr(body, values.phone)); // the name was cut, not the rest
    render(template, language, &full, 0, body);
    assert_non_null(strstr(body, long_name));
}

static void a_sms_has_at_most_160_characters_in_every_language(void **state)
{
    (void)state;
    for_every_template(check_long_name);
}

static void a_cut_never_splits_a_character(void **state)
{
    char body[MESSAGE_BODY_BYTES];
    struct message_values full = values;

    (void)state;
    full.first_name = "éèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêëéèêë";
    for (size_t limit = 1; limit < 200; limit++) {
        render(MESSAGE_WELCOME, "en", &full, limit, body);
        assert_true(clinic_text_is_utf8(body, strlen(body)));
        assert_true(clinic_text_code_points(body) <= limit);
    }
}

static void a_first_name_is_a_word_and_no_address(void **state)
{
    static const struct {
        const char *name;
        const char *wanted;
    } cases[] = {
        { "Ana López", "Ana" },
        { "Björk", "Björk" },
        { "J. R. Ewing", "J." },
        { "O'Neill-Brown Pat", "O'Neill-Brown" },
        { "http://bad.example/x Ana", "http" },
        { "www.bad.example", "www" },
        { "ana@bad.example", "ana" },
        { "\u202Eana lopez", "ana" },
        { "عبد الله", "عبد" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char first_name[MESSAGE_FIRST_NAME_BYTES];
        message_first_name(cases[i].name, first_name);
        assert_string_equal(first_name, cases[i].wanted);
    }
}

static void a_name_of_200_bytes_is_cut_at_a_character(void **state)
{
    char name[202] = "";
    char first_name[MESSAGE_FIRST_NAME_BYTES];

    (void)state;
    for (int i = 0; i < 66; i++)
        (void)strcat(name, "€");
    (void)strcat(name, "é");
    message_first_name(name, first_name);
    assert_string_equal(first_name, name);
    assert_true(clinic_text_is_utf8(first_name, strlen(first_name)));
}

static void a_language_that_there_is_not_falls_back(void **state)
{
    (void)state;
    assert_string_equal(message_language("de", "fr"), "de");
    assert_string_equal(message_language("zz", "fr"), "fr");
    assert_string_equal(message_language(NULL, "zz"), "en");
}

// The English file with the line of `name` replaced; NULL: left out. The caller frees it.
static char *with_line(const char *name, const char *line)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    const char *rest = NULL;

    assert_non_null(out);
    for (size_t i = 0; i < message_file_count; i++) {
        if (strcmp(message_files[i].language, "en") == 0)
            rest = message_files[i].text;
    }
    while (rest != NULL && *rest != '\0') {
        const char *end = strchr(rest, '\n') + 1;
        const bool is_it = strncmp(rest, name, strlen(name)) == 0 && rest[strlen(name)] == ' ';
        if (is_it && line != NULL)
            (void)fprintf(out, "%s\n", line);
        else if (!is_it)
            (void)fwrite(rest, 1, (size_t)(end - rest), out);
        rest = end;
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

static void a_bad_file_is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *name;
        const char *line;
        const char *problem; // NULL: nothing is wrong with it
    } cases[] = {
        { "welcome", "welcome = Hello {first_name}.", NULL },
        { "welcome", "welcome = {name}", "placeholder" },
        { "welcome", "welcome = {first_name", "placeholder" },
        { "welcome", "welcome = first_name}", "placeholder" },
        { "welcome", NULL, "there is no text for \"welcome\"" },
        { "welcome", "welcome = x\nwelcome = y", "more than one" },
        { "welcome", "welcome = x\nbye = x", "unknown message" },
        { "welcome", "welcome", "line" },
        // What is for staff must not slip into what patients are sent, nor a patient's name into what a doctor sees.
        { "welcome", "welcome = {item}", "placeholder" },
        { "visit-confirmed", "visit-confirmed = {location}", "placeholder" },
        { "doctor-visit-booked", "doctor-visit-booked = {first_name}", "placeholder" },
        { "doctor-feedback", "doctor-feedback = {first_name}", "placeholder" },
        { "provisional", "provisional = {first_name}", "placeholder" },
        { "low-stock", "low-stock = {first_name}", "placeholder" },
        { "date", "date = {hour}", "placeholder" },
        { "monday", NULL, "there is no text for \"monday\"" },
        { "december", "decembre = x", "unknown word" },
    };
    char problem[200];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = with_line(cases[i].name, cases[i].line);
        const struct message_file file = { "xx", text };
        enum clinic_status status = message_templates_load(&file, 1, problem, sizeof problem);
        assert_int_equal(status, cases[i].problem == NULL ? CLINIC_OK : CLINIC_INVALID);
        if (cases[i].problem != NULL && strstr(problem, cases[i].problem) == NULL)
            fail_msg("%s: %s", cases[i].name, problem);
        free(text);
    }
}

static void a_file_of_something_else_is_refused(void **state)
{
    static const struct message_file files[] = { { "xx", "[other]\nwelcome = x\n" }, { "xx", "" } };
    char problem[200];

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        assert_int_equal(message_templates_load(&files[i], 1, problem, sizeof problem),
                         CLINIC_INVALID);
    // The files that ship are used again afterwards.
    assert_string_equal(message_language("de", NULL), "de");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_files_that_ship_are_in_order),
        cmocka_unit_test(no_template_can_reveal_anything),
        cmocka_unit_test(hostile_names_are_put_in_as_text),
        cmocka_unit_test(a_patients_message_fits_into_one_sms),
        cmocka_unit_test(a_sms_has_at_most_160_characters_in_every_language),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(a_first_name_is_a_word_and_no_address),
        cmocka_unit_test(a_name_of_200_bytes_is_cut_at_a_character),
        cmocka_unit_test(a_language_that_there_is_not_falls_back),
        cmocka_unit_test(a_bad_file_is_refused_with_the_reason),
        cmocka_unit_test(a_file_of_something_else_is_refused),
    };
    return cmocka_run_group_tests_name("message template", tests, NULL, NULL);
}
