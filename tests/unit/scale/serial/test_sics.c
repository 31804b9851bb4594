// What scales say, line by line, as milligrams or as a reason why not.
#include "sics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct good {
    const char *line;
    enum sics_kind kind;
    enum sics_status status;
    int32_t weight_mg;
};

static const struct good good_lines[] = {
    { "S S     100.00 g", SICS_WEIGHT, SICS_STABLE, 100000 },
    { "S D     129.07 g", SICS_WEIGHT, SICS_MOVING, 129070 },
    { "S S       0.00 g", SICS_WEIGHT, SICS_STABLE, 0 },
    { "S S      -0.01 g", SICS_WEIGHT, SICS_STABLE, -10 },
    { "S S -1234.567 g", SICS_WEIGHT, SICS_STABLE, -1234567 },
    { "S S     12.345 kg", SICS_WEIGHT, SICS_STABLE, 12345000 },
    { "S S       1500 g", SICS_WEIGHT, SICS_STABLE, 1500000 },
    { "S S     250000 mg", SICS_WEIGHT, SICS_STABLE, 250000 },
    { "S S   100.0004 g", SICS_WEIGHT, SICS_STABLE, 100000 },
    { "S S   100.0005 g", SICS_WEIGHT, SICS_STABLE, 100001 },
    { "S S  -100.0005 g", SICS_WEIGHT, SICS_STABLE, -100001 },
    { "S S     1.0000 lb", SICS_WEIGHT, SICS_STABLE, 453592 },
    { "S S    16.0000 oz", SICS_WEIGHT, SICS_STABLE, 453592 },
    { "S D      5.000 ct", SICS_WEIGHT, SICS_MOVING, 1000 },
    { "S S        2.1 t", SICS_WEIGHT, SICS_STABLE, 2100000000 },
    { "S S 2147.48364 kg", SICS_WEIGHT, SICS_STABLE, 2147483640 },
    { "S I", SICS_WEIGHT, SICS_BUSY, 0 },
    { "S +", SICS_WEIGHT, SICS_OVERLOAD, 0 },
    { "S -", SICS_WEIGHT, SICS_UNDERLOAD, 0 },
    { "T S     100.00 g", SICS_TARED, SICS_STABLE, 100000 },
    { "T I", SICS_TARED, SICS_BUSY, 0 },
    { "T +", SICS_TARED, SICS_OVERLOAD, 0 },
    { "T -", SICS_TARED, SICS_UNDERLOAD, 0 },
    { "Z A", SICS_ZEROED, SICS_STABLE, 0 },
    { "Z I", SICS_ZEROED, SICS_BUSY, 0 },
    { "Z +", SICS_ZEROED, SICS_OVERLOAD, 0 },
    { "Z -", SICS_ZEROED, SICS_UNDERLOAD, 0 },
    { "ES", SICS_ERROR, SICS_SYNTAX, 0 },
    { "ET", SICS_ERROR, SICS_TRANSMISSION, 0 },
    { "EL", SICS_ERROR, SICS_LOGICAL, 0 },
    { "I4 I", SICS_SERIAL, SICS_BUSY, 0 },
    { "I4 L", SICS_SERIAL, SICS_REFUSED, 0 },
};

static void every_answer_of_the_manual_is_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good_lines / sizeof good_lines[0]; i++) {
        const struct good *row = &good_lines[i];
        struct sics_answer answer;
        const char *reason = NULL;
        if (!sics_parse(row->line, &answer, &reason))
            fail_msg("\"%s\" is refused: %s", row->line, reason);
        if (answer.kind != row->kind || answer.status != row->status
            || answer.weight_mg != row->weight_mg)
            fail_msg("\"%s\" is %d, %d, %d mg", row->line, answer.kind, answer.status,
                     answer.weight_mg);
    }
}

struct bad {
    const char *line;
    const char *reason;
};

static const struct bad bad_lines[] = {
    { "", "too few or too many fields" },
    { " ", "too few or too many fields" },
    { "S", "there is no status" },
    { "S S", "too few or too many fields" },
    { "S S 100.00", "too few or too many fields" },
    { "S S 100.00 g g", "too few or too many fields" },
    { "S S 100.00 g 1 2 3", "too few or too many fields" },
    { "S S g 100.00", "the weight is not a number" },
    { "S S +100.00 g", "the weight is not a number" },
    { "S S 1e3 g", "the weight is not a number" },
    { "S S .5 g", "the weight is not a number" },
    { "S S 5. g", "the weight is not a number" },
    { "S S 1.2.3 g", "the weight is not a number" },
    { "S S - g", "the weight is not a number" },
    { "S S --1 g", "the weight is not a number" },
    { "S S 0x10 g", "the weight is not a number" },
    { "S S 100,00 g", "the weight is not a number" },
    { "S S 1234567890 g", "the weight is not a number" },
    { "S S 2147.483647 kg", "the weight is not a number" }, // ten digits
    { "S S Error 10b", "the weight is not a number" },
    { "S S 100.00 stone", "unknown unit" },
    { "S S 100.00 G", "unknown unit" },
    { "S S 100.00 PCS", "unknown unit" },
    { "S S 2147484 g", "the weight is out of range" },
    { "S S -2147484 g", "the weight is out of range" },
    { "S S 999999999 t", "the weight is out of range" },
    { "S X 100.00 g", "unknown status" },
    { "S + 100.00 g", "too few or too many fields" },
    { "S s 100.00 g", "unknown status" },
    { "s S 100.00 g", "not an answer" },
    { "T D 100.00 g", "unknown status" },
    { "Z S", "unknown status" },
    { "ES 1", "too few or too many fields" },
    { "EX", "not an answer" },
    { "I4", "not an answer" },
    { "I4 A", "unknown status" },
    { "I4 A 123", "the serial number is not in quotes" },
    { "I4 A \"123", "the serial number is not in quotes" },
    { "I4 A \"123\" 4", "the serial number is not in quotes" },
    { "I4 B \"123\"", "unknown status" },
    { "I4 A \"0123456789012345678901234567890123\"", "the serial number is too long" },
    { "I2 A \"PS60 60.00 kg\"", "not an answer" },
    { "S S 100.00\tg", "a byte that is no text" },
    { "S S 100.00 \xb5g", "a byte that is no text" },
    { "SS100.00g", "not an answer" },
    { "S S                                                     100.00 g", "the line is too long" },
};

static void every_malformed_line_is_refused_with_its_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_lines / sizeof bad_lines[0]; i++) {
        struct sics_answer answer = { .weight_mg = 77 };
        const char *reason = "understood";
        const bool is_good = sics_parse(bad_lines[i].line, &answer, &reason);
        if (is_good || strcmp(reason, bad_lines[i].reason) != 0)
            fail_msg("\"%s\": %s", bad_lines[i].line, reason);
        assert_int_equal(answer.weight_mg, 77);
    }
}

static void a_serial_number_keeps_its_blanks(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "I4 A \"B021002593\"", "B021002593" },
        { "I4 A \"\"", "" },
        { "I4 A \"SN  12 / 7 a b c d e\"", "SN  12 / 7 a b c d e" },
        { "I4 A \"01234567890123456789012345678901\"", "01234567890123456789012345678901" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sics_answer answer;
        const char *reason = "";
        if (!sics_parse(rows[i][0], &answer, &reason))
            fail_msg("%s: %s", rows[i][0], reason);
        assert_int_equal(answer.kind, SICS_SERIAL);
        assert_int_equal(answer.status, SICS_STABLE);
        assert_string_equal(answer.serial, rows[i][1]);
    }
}

static void commands_end_as_scales_want_them_to(void **state)
{
    (void)state;
    static const char *const lines[SICS_COMMAND_COUNT] = {
        "@\r\n", "I4\r\n", "SI\r\n", "S\r\n", "SIR\r\n", "T\r\n", "Z\r\n",
    };
    for (int i = 0; i < SICS_COMMAND_COUNT; i++)
        assert_string_equal(sics_command_line((enum sics_command)i), lines[i]);
}

// ---- lines

// The lines of a text, each ended by '|'.
static void read_lines(const char *bytes, size_t length, char *ret_lines)
{
    struct sics_reader reader = { 0 };
    const char *line = "";
    *ret_lines = '\0';
    for (size_t i = 0; i < length; i++) {
        if (!sics_reader_take(&reader, bytes[i], &line))
            continue;
        strcat(ret_lines, line);
        strcat(ret_lines, "|");
    }
}

static void lines_end_with_either_byte_and_empty_ones_are_none(void **state)
{
    (void)state;
    char lines[256];
    static const char *const rows[][2] = {
        { "S I\r\n", "S I|" },
        { "S I\r\nS +\r\n", "S I|S +|" },
        { "S I\rS +\nS -\r", "S I|S +|S -|" },
        { "\r\n\r\n\n\n", "" },
        { "S I", "" },
        { "\nS S  1.0 g\r\nS D", "S S  1.0 g|" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_lines(rows[i][0], strlen(rows[i][0]), lines);
        assert_string_equal(lines, rows[i][1]);
    }
}

static void a_line_that_is_too_long_spoils_only_itself(void **state)
{
    (void)state;
    char bytes[400];
    struct sics_reader reader = { 0 };
    struct sics_answer answer;
    const char *line = "";
    const char *reason = NULL;
    size_t lines = 0;
    memset(bytes, ' ', sizeof bytes);
    memcpy(bytes, "S S 100.00 g", 12); // cut before its end it must not look like a weight
    memcpy(bytes + 300, "\r\nS S     1.00 g\r\n", 18);
    for (size_t i = 0; i < 318; i++) {
        if (!sics_reader_take(&reader, bytes[i], &line))
            continue;
        if (lines++ == 0) {
            assert_false(sics_parse(line, &answer, &reason));
            assert_string_equal(reason, "the line is too long");
        } else {
            assert_true(sics_parse(line, &answer, &reason));
            assert_int_equal(answer.weight_mg, 1000);
        }
    }
    assert_int_equal(lines, 2);
}

static void noise_in_a_line_refuses_it(void **state)
{
    (void)state;
    static const char noise[] = { '\0', '\x01', '\x7f', '\xff', '\x80', '\t' };
    for (size_t i = 0; i < sizeof noise; i++) {
        struct sics_reader reader = { 0 };
        struct sics_answer answer;
        const char *line = "";
        const char *reason = NULL;
        char bytes[] = "S S   100.00 g\r";
        bytes[8] = noise[i];
        bool is_line = false;
        for (const char *at = bytes; at < bytes + sizeof bytes - 1; at++)
            is_line = sics_reader_take(&reader, *at, &line);
        assert_true(is_line);
        assert_false(sics_parse(line, &answer, &reason));
        assert_string_equal(reason, "a byte that is no text");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_of_the_manual_is_understood),
        cmocka_unit_test(every_malformed_line_is_refused_with_its_reason),
        cmocka_unit_test(a_serial_number_keeps_its_blanks),
        cmocka_unit_test(commands_end_as_scales_want_them_to),
        cmocka_unit_test(lines_end_with_either_byte_and_empty_ones_are_none),
        cmocka_unit_test(a_line_that_is_too_long_spoils_only_itself),
        cmocka_unit_test(noise_in_a_line_refuses_it),
    };
    return cmocka_run_group_tests_name("MT-SICS", tests, NULL, NULL);
}
