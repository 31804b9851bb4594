#include <grants.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct grants *load(const char *text, char *problem, size_t problem_bytes)
{
    char path[] = "/tmp/grants-XXXXXX";
    const int file = mkstemp(path);

    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(file), 0);
    struct grants *grants = grants_load(path, problem, problem_bytes);
    assert_int_equal(unlink(path), 0);
    return grants;
}

static const char acl[] = "# Written by clinic-broker.\n"
                          "\n"
                          "user scale-1\n"
                          "topic write clinic/request/scale-1/events/replay\n"
                          "topic read clinic/reply/scale-1\n"
                          "\n"
                          "user gateway\n"
                          "topic read clinic/request/#\n"
                          "topic write clinic/reply/+\n"
                          "topic write clinic/notification/#\n"
                          "\n"
                          "user desk-1\n"
                          "topic write clinic/request/desk-1/patient/find\n";

static void a_user_may_publish_what_the_file_says(void **state)
{
    static const struct {
        const char *user;
        const char *topic;
        bool is_let;
    } cases[] = {
        { "scale-1", "clinic/request/scale-1/events/replay", true },
        { "scale-1", "clinic/request/scale-1/events", false },
        { "scale-1", "clinic/request/scale-1/events/replay/more", false },
        { "scale-1", "clinic/request/desk-1/patient/find", false },
        { "scale-1", "clinic/reply/scale-1", false },
        { "desk-1", "clinic/request/desk-1/patient/find", true },
        { "desk-1", "clinic/request/desk-1/patient/fin", false },
        { "desk-1", "clinic/request/desk-1/patient/find2", false },
        { "gateway", "clinic/reply/desk-1", true },
        { "gateway", "clinic/reply/", true },
        { "gateway", "clinic/reply", false },
        { "gateway", "clinic/reply/desk-1/more", false },
        { "gateway", "clinic/notification/staff", true },
        { "gateway", "clinic/notification/doctor/1", true },
        { "gateway", "clinic/notification", true },
        { "gateway", "clinic/notifications", false },
        { "gateway", "clinic/request/desk-1/patient/find", false },
        { "gateway", "", false },
        { "desk", "clinic/request/desk-1/patient/find", false },
        { "desk-10", "clinic/request/desk-1/patient/find", false },
        { "zoe", "clinic/reply/zoe", false },
        { "", "clinic/reply/zoe", false },
    };
    char problem[200] = "";
    struct grants *grants = load(acl, problem, sizeof problem);

    (void)state;
    assert_non_null(grants);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (grants_let_publish(grants, cases[i].user, cases[i].topic) != cases[i].is_let)
            fail_msg("%s to %s", cases[i].user, cases[i].topic);
    }
    grants_free(grants);
}

static void a_file_that_is_half_understood_is_refused(void **state)
{
    static const char *const files[] = {
        "topic write clinic/#\n",             // for everybody
        "user a\ntopic clinic/#\n",           // both ways
        "user a\ntopic readwrite clinic/#\n", // both ways
        "user a\ntopic deny clinic/x\n",
        "user a\npattern write clinic/%u/#\n",
        "user a\ntopic write clinic/x", // cut off
        "garbage\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char problem[200] = "";
        assert_null(load(files[i], problem, sizeof problem));
        assert_non_null(strstr(problem, "is not a line of clinic-broker"));
    }
}

static void a_missing_file_is_told(void **state)
{
    char problem[200] = "";

    (void)state;
    assert_null(grants_load("/nowhere/acl", problem, sizeof problem));
    assert_non_null(strstr(problem, "/nowhere/acl"));
}

static void an_empty_file_lets_nobody_publish(void **state)
{
    char problem[200] = "";
    struct grants *grants = load("", problem, sizeof problem);

    (void)state;
    assert_non_null(grants);
    assert_false(grants_let_publish(grants, "gateway", "clinic/reply/desk-1"));
    grants_free(grants);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_user_may_publish_what_the_file_says),
        cmocka_unit_test(a_file_that_is_half_understood_is_refused),
        cmocka_unit_test(a_missing_file_is_told),
        cmocka_unit_test(an_empty_file_lets_nobody_publish),
    };
    return cmocka_run_group_tests_name("grants", tests, NULL, NULL);
}
