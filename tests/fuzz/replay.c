// replay.c - runs every file of the given folders through a fuzz target, where libFuzzer is not at hand.
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (file == NULL || fstat(fileno(file), &status) != 0) {
        perror(path);
        exit(1);
    }
    // Exactly as large as the input, so that the sanitizer sees a read beyond its end.
    size_t length = (size_t)status.st_size;
    uint8_t *bytes = malloc(length > 0 ? length : 1);
    if (bytes == NULL || fread(bytes, 1, length, file) != length) {
        (void)fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    (void)fclose(file); // it was only read
    (void)LLVMFuzzerTestOneInput(bytes, length);
    free(bytes);
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int run_folder(const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_input, alphasort);
    if (count < 0) {
        perror(path);
        exit(1);
    }
    for (int i = 0; i < count; i++) {
        char file[4096];
        (void)snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        run_file(file);
        free(entries[i]);
    }
    free(entries);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++)
        count += run_folder(argv[i]);
    (void)printf("%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
