// What the gateway sends to a scale, as the firmware reads it: configs and replies. It is as strict as the SDK.
#include "fuzz.h"

#include <clinic/json.h>

#include <message.h>
#include <settings.h>

#include <stdlib.h>
#include <string.h>

static bool is_misshapen(const struct clinic_problem *problem)
{
    return strstr(problem->message, "this is not ") != NULL
           || strstr(problem->message, "too deep") != NULL;
}

// What only the SDK refuses are its limits on numbers, names and members, in objects that a scale passes over.
static bool is_json(const char *text, size_t length)
{
    struct clinic_problem problem;
    cJSON *json = NULL;
    const enum clinic_status status = clinic_json_parse(text, length, &json, &problem);
    cJSON_Delete(json);
    return status == CLINIC_OK || !is_misshapen(&problem);
}

static void check_channel(const struct channel_settings *channel)
{
    FUZZ_REQUIRE(memchr(channel->label, '\0', sizeof channel->label) != NULL);
    FUZZ_REQUIRE(channel->goods.unit_mg >= 0 && channel->goods.units_per_box >= 0);
    FUZZ_REQUIRE(channel->capacity_mg >= 0 && channel->bin_mg >= 0);
    // Whatever the calibration is, no reading of a cell leads out of what is calculated with.
    for (int32_t counts = -(1 << 23); counts <= 1 << 23; counts += 1 << 20)
        (void)setup_weight_mg(&channel->calibration, counts);
    (void)setup_accuracy_permille(&channel->goods, channel->goods.most);
    (void)settings_of_weighing(channel);
}

static void read_config(const char *text, size_t length)
{
    struct config config;
    const char *member = NULL;
    memset(&config, 0xff, sizeof config);
    if (!settings_read(text, length, &config, &member)) {
        FUZZ_REQUIRE(member != NULL && member[0] != '\0');
        return;
    }
    FUZZ_REQUIRE(is_json(text, length));
    FUZZ_REQUIRE(config.settings.version > 0);
    for (size_t i = 0; i < HAL_CELLS; i++)
        check_channel(&config.settings.channels[i]);
    FUZZ_REQUIRE(settings_equal(&config.settings, &config.settings));
}

static void read_reply(const char *text, size_t length)
{
    struct message_reply reply;
    memset(&reply, 0xff, sizeof reply);
    if (!message_read_reply(text, length, &reply))
        return;
    FUZZ_REQUIRE(is_json(text, length));
    FUZZ_REQUIRE(memchr(reply.code, '\0', sizeof reply.code) != NULL);
    FUZZ_REQUIRE(!(reply.is_accepted && reply.is_temporary));
}

// A copy of just this size, so that reading one byte too far is seen.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length == 0 ? 1 : length);
    FUZZ_REQUIRE(text != NULL);
    if (length > 0)
        memcpy(text, bytes, length);
    read_config(text, length);
    read_reply(text, length);
    free(text);
    return 0;
}
