// A config is taken whole or not at all.
#include "settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define TIME "\"time\":\"2026-11-23T09:14:03.120Z\""
#define ROOT(channels) "{\"version\":7," TIME ",\"channels\":[" channels "]}"
#define NEEDED "\"channel\":1,\"capacity_mg\":5000000,\"bin_mg\":100000"
#define CHANNEL(more) ROOT("{" NEEDED more "}")
#define ID "\"0193a0c0-0000-7000-8000-000000000001\""

static bool read(const char *json, struct config *ret_config, const char **reterr_member)
{
    return settings_read(json, strlen(json), ret_config, reterr_member);
}

static void the_config_of_the_readme_is_read(void **state)
{
    static const char json[] =
        "{\"version\":1042," TIME ",\"channels\":[\n"
        "  {\"channel\":2,\"label\":\"Gloves M\",\"unit_mg\":8000,\"units_per_box\":0,"
        "\"capacity_mg\":5000000,\"bin_mg\":100000,\n"
        "   \"variation_permyriad\":200,\"most\":500,\"sample\":20,\"noise_mg\":60,\n"
        "   \"tare_counts\":84213,\"span_counts\":420000,\"span_mg\":1000000,\n"
        "   \"task\":{\"id\":" ID ",\"step\":\"calibrate\",\"mass_mg\":1000000,"
        "\"asked\":\"2026-11-23T09:14:03.120Z\"}}]}";
    struct config config;
    const char *wrong;
    (void)state;
    assert_true(read(json, &config, &wrong));
    assert_true(config.settings.version == 1042);
    assert_true(config.time_ms == INT64_C(1795425243120));
    const struct channel_settings *channel = &config.settings.channels[1];
    assert_true(channel->is_used);
    assert_string_equal(channel->label, "Gloves M");
    assert_int_equal(channel->goods.unit_mg, 8000);
    assert_int_equal(channel->goods.units_per_box, 0);
    assert_int_equal(channel->goods.variation_permyriad, 200);
    assert_int_equal(channel->goods.most, 500);
    assert_int_equal(channel->goods.sample, 20);
    assert_int_equal(channel->goods.noise_mg, 60);
    assert_int_equal(channel->capacity_mg, 5000000);
    assert_int_equal(channel->bin_mg, 100000);
    assert_true(channel->calibration.has_tare);
    assert_int_equal(channel->calibration.tare_counts, 84213);
    assert_int_equal(channel->calibration.span_counts, 420000);
    assert_int_equal(channel->calibration.span_mg, 1000000);
    assert_true(settings_is_counted(channel));
    assert_int_equal(config.tasks[1].step, SETUP_CALIBRATE);
    assert_int_equal(config.tasks[1].mass_mg, 1000000);
    assert_false(config.settings.channels[0].is_used);
    assert_true(uuid_is_none(&config.tasks[0].id));
}

static void good_configs_are_taken(void **state)
{
    static const char *const good[] = {
        ROOT(""),
        CHANNEL(""),
        CHANNEL(",\"label\":\"\""),
        CHANNEL(",\"label\":\"123456789012345678901234\""),
        CHANNEL(",\"label\":\"K\\u00fcche \\\"1\\\"\""),
        CHANNEL(",\"tare_counts\":0"),
        CHANNEL(",\"tare_counts\":-8388607,\"span_counts\":-420000,\"span_mg\":1"),
        CHANNEL(",\"bin\":{\"mg\":[1,2,{}]},\"mg\":null,\"mg\":7"),
        CHANNEL(",\"a name that is longer than any that is known\":1"),
        CHANNEL(",\"task\":{\"id\":" ID ",\"step\":\"tare\"}"),
        CHANNEL(",\"task\":{\"step\":\"sample\",\"count\":20,\"id\":" ID ",\"x\":[]}"),
        ROOT("{" NEEDED "},{\"bin_mg\":0,\"capacity_mg\":1,\"channel\":4}"),
        "\n{\"channels\":[]," TIME ",\"version\":9007199254740991}\n",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        struct config config;
        const char *wrong = NULL;
        if (!read(good[i], &config, &wrong))
            fail_msg("refused for %s: %s", wrong, good[i]);
    }
}

struct bad {
    const char *member; // that is named
    const char *json;
};

static const struct bad bad[] = {
    // no JSON, or another kind of it
    { "JSON", "" },
    { "JSON", "{" },
    { "JSON", "null" },
    { "JSON", "[]" },
    { "JSON", "\"config\"" },
    { "JSON", CHANNEL("") "}" },
    { "JSON", CHANNEL(",\"label\":\"\xff\"") },
    { "JSON", CHANNEL(",\"label\":\"\xc3\"") },
    { "JSON", CHANNEL(",\"label\":\"a\nb\"") },
    { "JSON", CHANNEL(",\"unit_mg\":008000") },
    { "JSON", CHANNEL(",\"x\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]") },
    { "JSON", ROOT("7") },
    { "JSON", ROOT("[]") },
    { "JSON", ROOT("{" NEEDED "},null") },
    // the root
    { "version", "{}" },
    { "version", "{" TIME ",\"channels\":[]}" },
    { "version", "{\"version\":0," TIME ",\"channels\":[]}" },
    { "version", "{\"version\":-7," TIME ",\"channels\":[]}" },
    { "version", "{\"version\":1.5," TIME ",\"channels\":[]}" },
    { "version", "{\"version\":1e3," TIME ",\"channels\":[]}" },
    { "version", "{\"version\":\"7\"," TIME ",\"channels\":[]}" },
    { "version", "{\"version\":99999999999999999999," TIME ",\"channels\":[]}" },
    { "version", "{\"version\":7,\"version\":7," TIME ",\"channels\":[]}" },
    { "version", "{\"version\":7,\"vers\\u0069on\":8," TIME ",\"channels\":[]}" },
    { "time", "{\"version\":7,\"channels\":[]}" },
    { "time", "{\"version\":7,\"time\":1795425243120,\"channels\":[]}" },
    { "time", "{\"version\":7,\"time\":\"2026-02-30T09:14:03.120Z\",\"channels\":[]}" },
    { "time", "{\"version\":7,\"time\":\"now\",\"channels\":[]}" },
    { "channels", "{\"version\":7," TIME "}" },
    { "channels", "{\"version\":7," TIME ",\"channels\":{}}" },
    { "channels", "{\"version\":7," TIME ",\"channels\":null}" },
    { "channels", "{\"version\":7," TIME ",\"channels\":[],\"channels\":[]}" },
    // a channel
    { "channel", ROOT("{}") },
    { "channel", ROOT("{\"channel\":0,\"capacity_mg\":1,\"bin_mg\":1}") },
    { "channel", ROOT("{\"channel\":5,\"capacity_mg\":1,\"bin_mg\":1}") },
    { "channel", ROOT("{\"channel\":-1,\"capacity_mg\":1,\"bin_mg\":1}") },
    { "channel", ROOT("{\"channel\":4294967297,\"capacity_mg\":1,\"bin_mg\":1}") },
    { "channel", ROOT("{" NEEDED "},{" NEEDED "}") },
    { "channel", CHANNEL(",\"channel\":1") },
    { "capacity_mg", ROOT("{\"channel\":1,\"bin_mg\":1}") },
    { "capacity_mg", ROOT("{\"channel\":1,\"capacity_mg\":0,\"bin_mg\":1}") },
    { "capacity_mg", ROOT("{\"channel\":1,\"capacity_mg\":1000000001,\"bin_mg\":1}") },
    { "bin_mg", ROOT("{\"channel\":1,\"capacity_mg\":1}") },
    { "bin_mg", ROOT("{\"channel\":1,\"capacity_mg\":1,\"bin_mg\":-1}") },
    { "label", CHANNEL(",\"label\":7") },
    { "label", CHANNEL(",\"label\":null") },
    { "label", CHANNEL(",\"label\":\"1234567890123456789012345\"") },
    { "label", CHANNEL(",\"label\":\"123456789012345678901234567890123456789\"") },
    { "JSON", CHANNEL(",\"label\":\"a\\u0000b\"") },
    { "label", CHANNEL(",\"label\":\"a\\nb\"") },
    { "label", CHANNEL(",\"label\":\"a\\u007f\"") },
    { "unit_mg", CHANNEL(",\"unit_mg\":0") },
    { "unit_mg", CHANNEL(",\"unit_mg\":8000.0") },
    { "unit_mg", CHANNEL(",\"unit_mg\":true") },
    { "unit_mg", CHANNEL(",\"unit_mg\":null") },
    { "unit_mg", CHANNEL(",\"unit_mg\":[8000]") },
    { "unit_mg", CHANNEL(",\"unit_mg\":{}") },
    { "unit_mg", CHANNEL(",\"unit_mg\":8000,\"unit_mg\":8000") },
    { "units_per_box", CHANNEL(",\"units_per_box\":-1") },
    { "units_per_box", CHANNEL(",\"units_per_box\":1000001") },
    { "variation_permyriad", CHANNEL(",\"variation_permyriad\":10001") },
    { "most", CHANNEL(",\"most\":0") },
    { "sample", CHANNEL(",\"sample\":0") },
    { "noise_mg", CHANNEL(",\"noise_mg\":-1") },
    { "tare_counts", CHANNEL(",\"tare_counts\":1073741825") },
    { "tare_counts", CHANNEL(",\"tare_counts\":-2147483648") },
    { "span_counts", CHANNEL(",\"span_counts\":0,\"span_mg\":1") },
    { "span_counts", CHANNEL(",\"span_counts\":0") },
    { "span_counts", CHANNEL(",\"span_counts\":420000") },
    { "span_counts", CHANNEL(",\"span_mg\":1000000") },
    { "span_mg", CHANNEL(",\"span_counts\":420000,\"span_mg\":0") },
    // a task
    { "JSON", CHANNEL(",\"task\":null") },
    { "JSON", CHANNEL(",\"task\":\"tare\"") },
    { "id", CHANNEL(",\"task\":{}") },
    { "id", CHANNEL(",\"task\":{\"id\":7,\"step\":\"tare\"}") },
    { "id", CHANNEL(",\"task\":{\"id\":\"7\",\"step\":\"tare\"}") },
    { "step", CHANNEL(",\"task\":{\"id\":" ID "}") },
    { "step", CHANNEL(",\"task\":{\"id\":" ID ",\"step\":\"dance\"}") },
    { "step", CHANNEL(",\"task\":{\"id\":" ID ",\"step\":\"\"}") },
    { "step", CHANNEL(",\"task\":{\"id\":" ID ",\"step\":\"a step with a very long name\"}") },
    { "step", CHANNEL(",\"task\":{\"id\":\"00000000-0000-0000-0000-000000000000\","
                      "\"step\":\"tare\"}") },
    { "mass_mg", CHANNEL(",\"task\":{\"id\":" ID ",\"step\":\"calibrate\"}") },
    { "mass_mg", CHANNEL(",\"task\":{\"id\":" ID ",\"step\":\"calibrate\",\"mass_mg\":0}") },
    { "count", CHANNEL(",\"task\":{\"id\":" ID ",\"step\":\"sample\",\"mass_mg\":5}") },
    { "count", CHANNEL(",\"task\":{\"id\":" ID ",\"step\":\"sample\",\"count\":1000001}") },
    { "task", CHANNEL(",\"task\":{\"id\":" ID ",\"step\":\"tare\"},"
                      "\"task\":{\"id\":" ID ",\"step\":\"tare\"}") },
};

static void bad_configs_are_refused_whole_and_say_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct config config;
        const char *wrong = NULL;
        if (read(bad[i].json, &config, &wrong))
            fail_msg("taken: %s", bad[i].json);
        if (wrong == NULL || strcmp(wrong, bad[i].member) != 0)
            fail_msg("%s instead of %s: %s", wrong, bad[i].member, bad[i].json);
    }
}

static void a_config_cut_anywhere_is_refused(void **state)
{
    static const char json[] =
        CHANNEL(",\"label\":\"K\\u00fc\xc3\xbc\",\"task\":{\"id\":" ID ",\"step\":\"tare\"}");
    (void)state;
    for (size_t length = 0; length < sizeof json - 1; length++) {
        struct config config;
        const char *wrong;
        assert_false(settings_read(json, length, &config, &wrong));
    }
}

static void only_what_is_set_up_is_counted(void **state)
{
    static const struct {
        const char *json;
        bool is_counted;
    } cases[] = {
        { CHANNEL(""), false },
        { CHANNEL(",\"unit_mg\":8000"), false },
        { CHANNEL(",\"unit_mg\":8000,\"tare_counts\":0"), false },
        { CHANNEL(",\"unit_mg\":8000,\"span_counts\":1,\"span_mg\":1"), false },
        { CHANNEL(",\"tare_counts\":0,\"span_counts\":1,\"span_mg\":1"), false },
        { CHANNEL(",\"unit_mg\":1,\"tare_counts\":0,\"span_counts\":1,\"span_mg\":1"), true },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct config config;
        const char *wrong;
        assert_true(read(cases[i].json, &config, &wrong));
        assert_int_equal(settings_is_counted(&config.settings.channels[0]), cases[i].is_counted);
    }
}

static void the_basis_changes_with_what_a_count_means(void **state)
{
    const struct channel_settings before = {
        .is_used = true,
        .calibration = { .has_tare = true, .tare_counts = 5, .span_counts = 420, .span_mg = 1000 },
        .goods = { .unit_mg = 8000 },
    };
    struct channel_settings changed[6];
    struct channel_settings same = before;
    (void)state;
    for (size_t i = 0; i < COUNT(changed); i++)
        changed[i] = before;
    changed[0].calibration.has_tare = false;
    changed[1].calibration.tare_counts++;
    changed[2].calibration.span_counts++;
    changed[3].calibration.span_mg++;
    changed[4].goods.unit_mg++;
    changed[5].goods.units_per_box++;
    for (size_t i = 0; i < COUNT(changed); i++)
        assert_int_not_equal(settings_basis(&changed[i]), settings_basis(&before));
    same.capacity_mg = 7;
    same.bin_mg = 7;
    same.goods.most = 7;
    same.label[0] = 'x';
    assert_int_equal(settings_basis(&same), settings_basis(&before));
}

static void settings_are_equal_only_in_all_their_members(void **state)
{
    static const char *const others[] = {
        "{\"version\":8," TIME ",\"channels\":[{" NEEDED "}]}",
        ROOT(""),
        ROOT("{" NEEDED "},{\"channel\":2,\"capacity_mg\":1,\"bin_mg\":1}"),
        ROOT("{\"channel\":1,\"capacity_mg\":5000001,\"bin_mg\":100000}"),
        ROOT("{\"channel\":1,\"capacity_mg\":5000000,\"bin_mg\":100001}"),
        CHANNEL(",\"label\":\"x\""),
        CHANNEL(",\"unit_mg\":1"),
        CHANNEL(",\"units_per_box\":1"),
        CHANNEL(",\"variation_permyriad\":1"),
        CHANNEL(",\"most\":1"),
        CHANNEL(",\"sample\":1"),
        CHANNEL(",\"noise_mg\":1"),
        CHANNEL(",\"tare_counts\":0"),
        CHANNEL(",\"tare_counts\":1"),
        CHANNEL(",\"span_counts\":1,\"span_mg\":1"),
        CHANNEL(",\"span_counts\":2,\"span_mg\":1"),
        CHANNEL(",\"span_counts\":1,\"span_mg\":2"),
    };
    struct config configs[COUNT(others) + 1];
    const char *wrong;
    (void)state;
    assert_true(read(CHANNEL(",\"units_per_box\":0,\"task\":{\"id\":" ID ",\"step\":\"tare\"}"),
                     &configs[COUNT(others)], &wrong));
    for (size_t i = 0; i < COUNT(others); i++)
        assert_true(read(others[i], &configs[i], &wrong));
    for (size_t i = 0; i <= COUNT(others); i++) {
        for (size_t k = 0; k <= COUNT(others); k++)
            assert_int_equal(settings_equal(&configs[i].settings, &configs[k].settings), i == k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_config_of_the_readme_is_read),
        cmocka_unit_test(good_configs_are_taken),
        cmocka_unit_test(bad_configs_are_refused_whole_and_say_why),
        cmocka_unit_test(a_config_cut_anywhere_is_refused),
        cmocka_unit_test(only_what_is_set_up_is_counted),
        cmocka_unit_test(settings_are_equal_only_in_all_their_members),
        cmocka_unit_test(the_basis_changes_with_what_a_count_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
