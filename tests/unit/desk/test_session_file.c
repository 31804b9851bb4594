// Who is signed in survives the program, in a file that only its owner reads.
#include "session_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int make_folder(void **state)
{
    char *folder = strdup("/tmp/clinic-session-XXXXXX");
    *state = folder;
    return folder == NULL || mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    session_file_remove(*state);
    int failed = rmdir(*state);
    free(*state);
    return failed;
}

static void save(const char *folder, const char *token)
{
    cJSON *data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "session", token);
    cJSON_AddStringToObject(data, "name", "ana");
    cJSON_AddStringToObject(data, "role", "admin");
    cJSON_AddStringToObject(data, "expires", "2030-01-01T00:00:00.000Z");
    assert_int_equal(session_file_save(folder, data), CLINIC_OK);
    cJSON_Delete(data);
}

static void nobody_is_signed_in_at_first(void **state)
{
    struct session_file session;
    assert_int_equal(session_file_load(*state, &session), CLINIC_NOT_FOUND);
}

static void the_last_sign_in_counts(void **state)
{
    struct session_file session;
    char path[200];
    struct stat info;
    save(*state, "AAAA");
    save(*state, "BBBB");
    assert_int_equal(session_file_load(*state, &session), CLINIC_OK);
    assert_string_equal(session.session, "BBBB");
    assert_string_equal(session.role, "admin");
    (void)snprintf(path, sizeof path, "%s/session.json", (const char *)*state);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void signing_out_leaves_nothing(void **state)
{
    struct session_file session;
    save(*state, "AAAA");
    session_file_remove(*state);
    assert_int_equal(session_file_load(*state, &session), CLINIC_NOT_FOUND);
}

static void a_torn_file_counts_as_nobody(void **state)
{
    struct session_file session;
    char path[200];
    (void)snprintf(path, sizeof path, "%s/session.json", (const char *)*state);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("{\"session\":\"AA", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(session_file_load(*state, &session), CLINIC_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_is_signed_in_at_first, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_last_sign_in_counts, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(signing_out_leaves_nothing, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_torn_file_counts_as_nobody, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
