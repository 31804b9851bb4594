// What clinic-scale keeps over restarts, and what it does with a file that is no such memory.
#include "folder.h"
#include "memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static char folder[128];

static int make(void **state)
{
    (void)state;
    folder_make("scale-memory", folder, sizeof folder);
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

static void fill(struct memory *memory)
{
    *memory = (struct memory){ .config = cJSON_Parse("{\"version\":7,\"channels\":[]}") };
    for (int i = 0; i < MEMORY_CHANNELS; i++) {
        struct channel_memory *channel = &memory->channels[i];
        channel->weigh = (struct weigh_memory){
            .state = WEIGH_LIFTED, .quantity = 40 + i, .drift_mg = -1200, .excess_mg = INT32_MIN
        };
        channel->basis = UINT32_MAX - (uint32_t)i;
        channel->task_done.bytes[i] = 9;
        (void)snprintf(channel->serial, sizeof channel->serial, "SN \"%d\" \\", i);
    }
}

static void assert_same(const struct memory *a, const struct memory *b)
{
    for (int i = 0; i < MEMORY_CHANNELS; i++) {
        assert_int_equal(a->channels[i].weigh.state, b->channels[i].weigh.state);
        assert_int_equal(a->channels[i].weigh.quantity, b->channels[i].weigh.quantity);
        assert_int_equal(a->channels[i].weigh.drift_mg, b->channels[i].weigh.drift_mg);
        assert_int_equal(a->channels[i].weigh.excess_mg, b->channels[i].weigh.excess_mg);
        assert_true(a->channels[i].basis == b->channels[i].basis);
        assert_true(uuid_equal(&a->channels[i].task_done, &b->channels[i].task_done));
        assert_string_equal(a->channels[i].serial, b->channels[i].serial);
    }
    assert_true(cJSON_Compare(a->config, b->config, true));
}

static void everything_is_there_again(void **state)
{
    struct memory memory;
    struct memory again;
    (void)state;
    fill(&memory);
    for (int i = 0; i < 3; i++) {
        memory.channels[0].weigh.quantity += i;
        assert_int_equal(memory_save(folder, &memory), CLINIC_OK);
        assert_int_equal(memory_load(folder, &again), CLINIC_OK);
        assert_same(&memory, &again);
        memory_done(&again);
    }
    memory_done(&memory);
}

static void without_a_file_it_is_empty(void **state)
{
    struct memory memory;
    (void)state;
    assert_int_equal(memory_load(folder, &memory), CLINIC_NOT_FOUND);
    assert_null(memory.config);
    assert_int_equal(memory.channels[0].weigh.state, WEIGH_UNKNOWN);
}

static char *path_of_file(void)
{
    static char path[160];
    (void)snprintf(path, sizeof path, "%s/scale.json", folder);
    return path;
}

static void write_file(const char *text, size_t length)
{
    FILE *file = fopen(path_of_file(), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static size_t read_file(char *text, size_t room)
{
    FILE *file = fopen(path_of_file(), "rb");
    assert_non_null(file);
    const size_t length = fread(text, 1, room, file);
    assert_int_equal(fclose(file), 0);
    return length;
}

// The file is replaced as a whole, so this is a disk's doing.
static void a_file_that_is_cut_anywhere_is_an_empty_memory(void **state)
{
    char text[4096];
    struct memory memory;
    (void)state;
    fill(&memory);
    assert_int_equal(memory_save(folder, &memory), CLINIC_OK);
    memory_done(&memory);
    const size_t length = read_file(text, sizeof text);
    for (size_t cut = 0; cut < length; cut++) {
        write_file(text, cut);
        assert_int_equal(memory_load(folder, &memory), CLINIC_NOT_FOUND);
        assert_null(memory.config);
    }
}

static void members_of_another_kind_are_passed_over(void **state)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "{\"channels\":{}}",
        "{\"channels\":[1,null,\"x\",[]]}",
        ("{\"channels\":[{\"state\":9,\"quantity\":1e300,\"drift_mg\":\"x\",\"basis\":-1,"
         "\"serial\":7,\"task_done\":\"no id\"}]}"),
        "{\"channels\":[{\"serial\":\"0123456789012345678901234567890123456789\"}]}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct memory memory;
        write_file(texts[i], strlen(texts[i]));
        (void)memory_load(folder, &memory);
        assert_int_equal(memory.channels[0].weigh.state, WEIGH_UNKNOWN);
        assert_int_equal(memory.channels[0].weigh.quantity, 0);
        assert_string_equal(memory.channels[0].serial, "");
        assert_true(uuid_is_none(&memory.channels[0].task_done));
        memory_done(&memory);
    }
}

static void a_folder_that_takes_nothing_is_said_so(void **state)
{
    struct memory memory;
    (void)state;
    fill(&memory);
    assert_int_equal(memory_save("/nowhere/at/all", &memory), CLINIC_IO);
    memory_done(&memory);
}

static void nobody_else_may_read_it(void **state)
{
    struct memory memory;
    struct stat about;
    (void)state;
    fill(&memory);
    assert_int_equal(memory_save(folder, &memory), CLINIC_OK);
    memory_done(&memory);
    assert_int_equal(stat(path_of_file(), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

#define memory_test(function) cmocka_unit_test_setup_teardown(function, make, unmake)

int main(void)
{
    const struct CMUnitTest tests[] = {
        memory_test(everything_is_there_again),
        memory_test(without_a_file_it_is_empty),
        memory_test(a_file_that_is_cut_anywhere_is_an_empty_memory),
        memory_test(members_of_another_kind_are_passed_over),
        memory_test(a_folder_that_takes_nothing_is_said_so),
        memory_test(nobody_else_may_read_it),
    };
    return cmocka_run_group_tests_name("memory of a scale node", tests, NULL, NULL);
}
