#include <clinic/registry.h>

#include "folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SERIAL "4f2a00000000000000000000000000000000beef"
#define SECTION(name)                                                                              \
    "[" name "]\nrole = desk\nserial = " SERIAL                                                    \
    "\nexpires = 2028-11-22T00:00:00.000Z\nrevoked = no\n"

struct place {
    char folder[128];
    char path[160];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    folder_make("registry", place->folder, sizeof place->folder);
    (void)snprintf(place->path, sizeof place->path, "%s/nodes.ini", place->folder);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    (void)unlink(place->path); // a test need not have made it
    const int result = rmdir(place->folder);
    free(place);
    return result; // not empty: something was left behind
}

static void write_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static struct clinic_registry_node node_of(const char *name, enum clinic_node_role role)
{
    struct clinic_registry_node node = { .role = role, .expires_at_ms = 1858464000123 };
    (void)snprintf(node.name, sizeof node.name, "%s", name);
    (void)snprintf(node.serial, sizeof node.serial, "%s", SERIAL);
    return node;
}

static void put(struct clinic_registry *registry, const char *name, enum clinic_node_role role)
{
    const struct clinic_registry_node node = node_of(name, role);
    assert_int_equal(clinic_registry_put(registry, &node), CLINIC_OK);
}

static void what_is_saved_is_loaded(void **state)
{
    const struct place *place = *state;
    struct clinic_registry saved = { .nodes = NULL };
    struct clinic_registry loaded;
    char problem[300];
    for (int role = CLINIC_ROLE_NONE + 1; role < CLINIC_NODE_ROLE_COUNT; role++)
        put(&saved, clinic_node_role_name((enum clinic_node_role)role),
            (enum clinic_node_role)role);
    saved.nodes[2].is_revoked = true;

    assert_int_equal(clinic_registry_save(place->path, &saved), CLINIC_OK);
    assert_int_equal(clinic_registry_load(place->path, &loaded, problem, sizeof problem),
                     CLINIC_OK);
    assert_int_equal(loaded.count, saved.count);
    for (size_t i = 0; i < saved.count; i++) {
        assert_string_equal(loaded.nodes[i].name, saved.nodes[i].name);
        assert_string_equal(loaded.nodes[i].serial, saved.nodes[i].serial);
        assert_int_equal(loaded.nodes[i].role, saved.nodes[i].role);
        assert_int_equal(loaded.nodes[i].expires_at_ms, saved.nodes[i].expires_at_ms);
        assert_int_equal(loaded.nodes[i].is_revoked, saved.nodes[i].is_revoked);
    }
    clinic_registry_done(&saved);
    clinic_registry_done(&loaded);
}

static void the_nodes_are_kept_in_order(void **state)
{
    (void)state;
    static const char *const names[] = { "m", "z", "a", "m-1", "b", "m" };
    struct clinic_registry registry = { .nodes = NULL };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put(&registry, names[i], CLINIC_ROLE_DESK);

    assert_int_equal(registry.count, 5); // "m" was replaced
    for (size_t i = 1; i < registry.count; i++)
        assert_true(strcmp(registry.nodes[i - 1].name, registry.nodes[i].name) < 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_string_equal(clinic_registry_find(&registry, names[i])->name, names[i]);
    assert_null(clinic_registry_find(&registry, "m-"));
    assert_null(clinic_registry_find(&registry, ""));
    clinic_registry_done(&registry);
    assert_null(clinic_registry_find(&registry, "m"));
}

static void beyond_the_limit_it_is_full_but_replaces(void **state)
{
    (void)state;
    struct clinic_registry registry = { .nodes = NULL };
    char name[CLINIC_NODE_NAME_BYTES];
    for (int i = 0; i < CLINIC_REGISTRY_NODES_MAX; i++) {
        (void)snprintf(name, sizeof name, "scale-%d", i);
        put(&registry, name, CLINIC_ROLE_SCALE);
    }
    const struct clinic_registry_node one_more = node_of("desk", CLINIC_ROLE_DESK);
    assert_int_equal(clinic_registry_put(&registry, &one_more), CLINIC_FULL);
    assert_int_equal(registry.count, CLINIC_REGISTRY_NODES_MAX);
    put(&registry, "scale-7", CLINIC_ROLE_BOARD);
    assert_int_equal(clinic_registry_find(&registry, "scale-7")->role, CLINIC_ROLE_BOARD);
    clinic_registry_done(&registry);
}

static void a_file_by_hand_is_read(void **state)
{
    const struct place *place = *state;
    struct clinic_registry registry;
    char problem[300];
    static const char text[] =
        "# a comment\r\n\n ; another\n[desk-1]\r\n  role=desk \nrevoked = yes\n"
        "serial = 4f2a\nexpires = 2028-11-22T01:00:00+01:00";
    write_bytes(place->path, text, sizeof text - 1);
    assert_int_equal(clinic_registry_load(place->path, &registry, problem, sizeof problem),
                     CLINIC_OK);
    assert_int_equal(registry.count, 1);
    assert_string_equal(registry.nodes[0].name, "desk-1");
    assert_string_equal(registry.nodes[0].serial, "4f2a");
    assert_int_equal(registry.nodes[0].expires_at_ms, 1858464000000);
    assert_true(registry.nodes[0].is_revoked);
    clinic_registry_done(&registry);
}

static void an_empty_file_is_an_empty_registry(void **state)
{
    const struct place *place = *state;
    struct clinic_registry registry;
    char problem[300];
    write_bytes(place->path, "", 0);
    assert_int_equal(clinic_registry_load(place->path, &registry, problem, sizeof problem),
                     CLINIC_OK);
    assert_int_equal(registry.count, 0);
}

struct bad_file {
    const char *text;
    size_t length;
    const char *problem; // part of it
};
#define BAD(bytes, part)                                                                           \
    {                                                                                              \
        (bytes), sizeof(bytes) - 1, (part)                                                         \
    }

static const struct bad_file bad_files[] = {
    BAD("role = desk\n", "before the first section"),
    BAD("[desk-1]\n", "without \"role\""),
    BAD("[desk-1]\nrole = desk\nserial = 4f\nexpires = 2028-11-22T00:00:00Z\n",
        "without \"revoked\""),
    BAD(SECTION("a") SECTION("a"), "twice"),
    BAD(SECTION("a") SECTION("b") SECTION("a"), ":11: [a] is there twice"),
    BAD(SECTION("a") "revoked = no\n", "\"revoked\" twice"),
    BAD("[desk-1\n", "begins with ["),
    BAD("[]\n", "not a node's name"),
    BAD("[Desk]\n", "not a node's name"),
    BAD("[../x]\n", "not a node's name"),
    BAD("[a/b]\n", "not a node's name"),
    BAD("[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n", "not a node's name"), // 33
    BAD("[desk-1]\nrole = janitor\n", "role is not"),
    BAD("[desk-1]\nrole = none\n", "role is not"),
    BAD("[desk-1]\nrole =\n", "role is not"),
    BAD("[desk-1]\nserial = \n", "serial is not"),
    BAD("[desk-1]\nserial = 4F\n", "serial is not"),
    BAD("[desk-1]\nserial = 4f2\n", "serial is not"),
    BAD("[desk-1]\nserial = " SERIAL "00\n", "serial is not"),
    BAD("[desk-1]\nserial = 0x\n", "serial is not"),
    BAD("[desk-1]\nexpires = tomorrow\n", "expires is not"),
    BAD("[desk-1]\nexpires = 2028-11-31T00:00:00Z\n", "expires is not"),
    BAD("[desk-1]\nrevoked = perhaps\n", "revoked is not"),
    BAD("[desk-1]\nrevoked = YES\n", "revoked is not"),
    BAD("[desk-1]\ncolour = red\n", "does not know"),
    BAD("[desk-1]\nnonsense\n", "key = value"),
    BAD(SECTION("a") "\0" SECTION("b"), "NUL byte"),
};

static void a_file_half_understood_is_refused_as_a_whole(void **state)
{
    const struct place *place = *state;
    for (size_t i = 0; i < sizeof bad_files / sizeof bad_files[0]; i++) {
        struct clinic_registry registry = { .count = 77 };
        char problem[300] = "";
        write_bytes(place->path, bad_files[i].text, bad_files[i].length);
        assert_int_equal(clinic_registry_load(place->path, &registry, problem, sizeof problem),
                         CLINIC_INVALID);
        if (strstr(problem, bad_files[i].problem) == NULL)
            fail_msg("row %zu: \"%s\" says nothing of \"%s\"", i, problem, bad_files[i].problem);
        assert_non_null(strstr(problem, place->path));
        assert_int_equal(registry.count, 77);
    }
}

static void a_short_problem_buffer_is_not_overrun(void **state)
{
    const struct place *place = *state;
    struct clinic_registry registry;
    char problem[8] = "";
    write_bytes(place->path, "[", 1);
    assert_int_equal(clinic_registry_load(place->path, &registry, problem, sizeof problem),
                     CLINIC_INVALID);
    assert_int_equal(strlen(problem), sizeof problem - 1);
}

static void a_file_that_is_not_there_says_so(void **state)
{
    const struct place *place = *state;
    struct clinic_registry registry;
    char problem[300];
    assert_int_equal(clinic_registry_load(place->path, &registry, problem, sizeof problem),
                     CLINIC_IO);
    assert_non_null(strstr(problem, "No such file"));
}

static void a_huge_file_is_refused(void **state)
{
    const struct place *place = *state;
    const size_t length = 4 * 1024 * 1024;
    struct clinic_registry registry;
    char problem[300];
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, '\n', length);
    write_bytes(place->path, bytes, length);
    free(bytes);
    assert_int_equal(clinic_registry_load(place->path, &registry, problem, sizeof problem),
                     CLINIC_IO);
}

static void what_could_not_be_read_back_is_not_written(void **state)
{
    const struct place *place = *state;
    struct clinic_registry_node bad[] = {
        node_of("../x", CLINIC_ROLE_DESK),
        node_of("desk-1", CLINIC_ROLE_NONE),
        node_of("desk-1", CLINIC_ROLE_DESK),
    };
    (void)snprintf(bad[2].serial, sizeof bad[2].serial, "nonsense");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct clinic_registry registry = { &bad[i], 1 };
        assert_int_equal(clinic_registry_save(place->path, &registry), CLINIC_INVALID);
        assert_int_equal(access(place->path, F_OK), -1);
    }
}

static void saving_where_it_cannot_leaves_the_old_file(void **state)
{
    const struct place *place = *state;
    struct clinic_registry registry = { .nodes = NULL };
    char obstacle[200];
    (void)snprintf(obstacle, sizeof obstacle, "%s.new", place->path);
    write_bytes(place->path, "# old\n", 6);
    assert_int_equal(mkdir(obstacle, 0700), 0);
    assert_int_equal(clinic_registry_save(place->path, &registry), CLINIC_IO);
    assert_int_equal(rmdir(obstacle), 0);

    struct stat status;
    assert_int_equal(stat(place->path, &status), 0);
    assert_int_equal(status.st_size, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)
        TEST(what_is_saved_is_loaded),
        TEST(the_nodes_are_kept_in_order),
        TEST(beyond_the_limit_it_is_full_but_replaces),
        TEST(a_file_by_hand_is_read),
        TEST(an_empty_file_is_an_empty_registry),
        TEST(a_file_half_understood_is_refused_as_a_whole),
        TEST(a_short_problem_buffer_is_not_overrun),
        TEST(a_file_that_is_not_there_says_so),
        TEST(a_huge_file_is_refused),
        TEST(what_could_not_be_read_back_is_not_written),
        TEST(saving_where_it_cannot_leaves_the_old_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
