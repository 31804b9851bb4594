// Bytes as text.
#include <clinic/base64.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

// RFC 4648, section 10, and the two characters that its words do not need.
static const struct {
    const char *bytes;
    const char *text;
} vectors[] = {
    { "", "" },
    { "f", "Zg==" },
    { "fo", "Zm8=" },
    { "foo", "Zm9v" },
    { "foob", "Zm9vYg==" },
    { "fooba", "Zm9vYmE=" },
    { "foobar", "Zm9vYmFy" },
    { "\xff\xef\xbe", "/+++" },
};

static void the_rfcs_words_go_and_come(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        char text[16];
        uint8_t bytes[8];
        size_t count = 99;
        const size_t length = strlen(vectors[i].bytes);
        clinic_base64_encode((const uint8_t *)vectors[i].bytes, length, text);
        assert_string_equal(text, vectors[i].text);
        assert_int_equal(strlen(text), CLINIC_BASE64_CHARACTERS(length));
        assert_true(clinic_base64_decode(text, bytes, sizeof bytes, &count));
        assert_int_equal(count, length);
        assert_memory_equal(bytes, vectors[i].bytes, length);
    }
}

static void what_is_not_base64_is_refused(void **state)
{
    static const char *const texts[] = {
        "Z",        "Zg",    "Zg=",  "Z===", "====",  "Zm=v",
        "Zg==Zg==", "Zm9v!", "Zm 9", "_-__", "Zm9v=", "Zm9vZm9v="
    };
    uint8_t bytes[8];
    size_t count;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (clinic_base64_decode(texts[i], bytes, sizeof bytes, &count))
            fail_msg("\"%s\" was taken", texts[i]);
    }
}

static void no_more_is_written_than_there_is_room_for(void **state)
{
    uint8_t bytes[4] = { 0, 0, 0, 77 };
    size_t count;

    (void)state;
    assert_true(clinic_base64_decode("Zm9v", bytes, 3, &count));
    assert_false(clinic_base64_decode("Zm9vYg==", bytes, 3, &count));
    assert_int_equal(bytes[3], 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rfcs_words_go_and_come),
        cmocka_unit_test(what_is_not_base64_is_refused),
        cmocka_unit_test(no_more_is_written_than_there_is_room_for),
    };
    return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
