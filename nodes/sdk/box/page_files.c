// page_files.c - the files of the program, and texts of further languages out of a folder.
#include "page_scope.h"

#include <clinic/text.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LANGUAGE_FILE_MAX = 256 * 1024, LANGUAGES_MAX = 64, NAME_BYTES = 33 };

static const struct clinic_page_file *find_path(const struct clinic_page *page, const char *path)
{
    for (size_t i = 0; i < page->config.file_count; i++)
        if (strcmp(page->config.files[i].path, path) == 0)
            return &page->config.files[i];
    return NULL;
}

// "/" is "/index.html", "/board" is "/board.html".
static const struct clinic_page_file *find_file(const struct clinic_page *page, const char *asked)
{
    char path[200];
    const struct clinic_page_file *file = find_path(page, asked);
    if (file != NULL)
        return file;
    (void)snprintf(path, sizeof path, "%s%s.html", asked, strcmp(asked, "/") == 0 ? "index" : "");
    return find_path(page, path);
}

// ---- further languages

// "/i18n/<language>/<part>.json". A name has neither dots nor slashes, so that no path leads out of the folder.
static bool parse_texts_path(const char *path, char ret_language[static NAME_BYTES],
                             char ret_part[static NAME_BYTES])
{
    int length = 0;
    if (sscanf(path, "/i18n/%32[a-z0-9-]/%32[a-z0-9-].json%n", ret_language, ret_part, &length)
        != 2)
        return false;
    return length > 0 && path[length] == '\0';
}

static char *read_all(int fd, size_t *ret_length)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > LANGUAGE_FILE_MAX)
        return NULL;
    const size_t length = (size_t)info.st_size;
    char *bytes = malloc(length + 1);
    if (bytes != NULL && read(fd, bytes, length) != info.st_size) {
        free(bytes);
        return NULL;
    }
    *ret_length = length;
    return bytes;
}

static char *read_texts(const struct clinic_page *page, const char *path, size_t *ret_length)
{
    char language[NAME_BYTES];
    char part[NAME_BYTES];
    char file[1200];
    if (page->config.languages_folder == NULL || !parse_texts_path(path, language, part))
        return NULL;
    (void)snprintf(file, sizeof file, "%s/%s/%s.json", page->config.languages_folder, language,
                   part);
    const int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    char *bytes = read_all(fd, ret_length);
    (void)close(fd);
    return bytes;
}

// ---- answers

// For whoever mistyped the address, where the program has words for that.
static void answer_missing(const struct clinic_page *page, struct http_exchange *exchange)
{
    const struct clinic_page_file *file = find_path(page, "/404.html");
    if (file != NULL)
        page_answer_file(exchange, 404, file, false);
    else
        page_answer_problem(exchange, 404, clinic_codes[CLINIC_CODE_NOT_FOUND].name, NULL,
                            "there is nothing of that name");
}

static void answer_file(struct http_exchange *exchange, const struct http_head *head,
                        const struct clinic_page_file *file)
{
    if (http_text_equals(&head->headers[HTTP_IF_NONE_MATCH], file->tag))
        page_answer_file(exchange, 304, file, false);
    else
        page_answer_file(exchange, 200, file,
                         file->packed_length < file->length
                             && http_text_lists(&head->headers[HTTP_ACCEPT_ENCODING], "gzip"));
}

void page_files_answer(const struct clinic_page *page, struct http_exchange *exchange,
                       const struct http_request *request)
{
    const struct http_text *asked = &request->head->path;
    char path[160];
    size_t length = 0;
    (void)snprintf(path, sizeof path, "%.*s", asked->length < sizeof path ? (int)asked->length : 0,
                   asked->bytes);
    const struct clinic_page_file *file = find_file(page, path);
    if (file != NULL) {
        answer_file(exchange, request->head, file);
        return;
    }
    char *texts = read_texts(page, path, &length);
    if (texts != NULL)
        page_answer_texts(exchange, texts, length);
    else
        answer_missing(page, exchange);
    free(texts);
}

// ---- which languages there are

static bool has_language(const cJSON *languages, const char *name)
{
    const cJSON *language = NULL;
    cJSON_ArrayForEach(language, languages)
    {
        if (strcmp(language->valuestring, name) == 0)
            return true;
    }
    return false;
}

// Keeps the order of names.
static void add_language(cJSON *languages, const char *name)
{
    const cJSON *language = NULL;
    int place = 0;
    if (has_language(languages, name) || cJSON_GetArraySize(languages) >= LANGUAGES_MAX)
        return;
    cJSON_ArrayForEach(language, languages)
    {
        if (strcmp(language->valuestring, name) > 0)
            break;
        place++;
    }
    cJSON_InsertItemInArray(languages, place, cJSON_CreateString(name));
}

static void add_folder(const struct clinic_page *page, cJSON *languages)
{
    DIR *folder =
        page->config.languages_folder == NULL ? NULL : opendir(page->config.languages_folder);
    const struct dirent *entry = NULL;
    char path[600];
    if (folder == NULL)
        return;
    while ((entry = readdir(folder)) != NULL) {
        (void)snprintf(path, sizeof path, "%s/common.json", entry->d_name);
        if (clinic_text_is_node_name(entry->d_name) && faccessat(dirfd(folder), path, R_OK, 0) == 0)
            add_language(languages, entry->d_name);
    }
    (void)closedir(folder);
}

cJSON *page_files_languages(const struct clinic_page *page)
{
    cJSON *languages = cJSON_CreateArray();
    char language[NAME_BYTES];
    char part[NAME_BYTES];
    for (size_t i = 0; i < page->config.file_count; i++)
        if (parse_texts_path(page->config.files[i].path, language, part)
            && strcmp(part, "common") == 0)
            add_language(languages, language);
    add_folder(page, languages);
    return languages;
}
