#include "transfer.h"

#include <clinic/base64.h>
#include <clinic/json.h>
#include <clinic/seal.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CHUNK_BYTES = 32 * 1024,
    HEX_BYTES = 2 * CLINIC_DIGEST_BYTES + 1,
    // A gateway that sends us back all the time would keep us here for ever. It has us wait at the last chunk while it
    // takes the digest of a file of 64 MiB that it was started again in the middle of: 32 times at most.
    STEPS_BACK_MAX = 40,
};

struct file {
    const uint8_t *bytes; // mapped
    size_t length;
    char digest[HEX_BYTES];
};

static void print_digest(const void *bytes, size_t length, char hex[static HEX_BYTES])
{
    uint8_t digest[CLINIC_DIGEST_BYTES];
    const struct clinic_piece piece = { bytes, length };
    clinic_digest(&piece, 1, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static bool map_file(const char *path, struct file *ret_file, char *problem)
{
    struct stat info;
    void *bytes = MAP_FAILED;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_open = fd >= 0 && fstat(fd, &info) == 0;
    if (is_open && info.st_size > 0)
        bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (!is_open || bytes == MAP_FAILED)
        (void)snprintf(problem, TRANSFER_PROBLEM_BYTES, "%.300s cannot be read: %s", path,
                       is_open && info.st_size == 0 ? "it is empty" : strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    if (bytes == MAP_FAILED)
        return false;
    ret_file->bytes = bytes;
    ret_file->length = (size_t)info.st_size;
    print_digest(bytes, ret_file->length, ret_file->digest);
    return true;
}

// ---- up

static cJSON *make_chunk(const cJSON *options, const struct file *file, size_t offset)
{
    char text[CLINIC_BASE64_CHARACTERS(CHUNK_BYTES) + 1];
    size_t left = file->length - offset;
    size_t length = left < CHUNK_BYTES ? left : CHUNK_BYTES;
    cJSON *data = cJSON_CreateObject();
    clinic_base64_encode(file->bytes + offset, length, text);
    if (cJSON_AddStringToObject(data, "patient_id", clinic_json_text(options, "patient_id"))
        && cJSON_AddStringToObject(data, "sha256", file->digest)
        && cJSON_AddNumberToObject(data, "bytes", (double)file->length)
        && cJSON_AddStringToObject(data, "media_type", clinic_json_text(options, "media_type"))
        && cJSON_AddNumberToObject(data, "offset", (double)offset)
        && cJSON_AddStringToObject(data, "chunk", text))
        return data;
    cJSON_Delete(data);
    return NULL;
}

static enum clinic_outcome send_chunks(const cJSON *options, const struct file *file,
                                       const struct transfer_asker *asker, char *problem)
{
    int64_t offset = 0;
    bool is_complete = false;
    for (int steps_back = 0; !is_complete;) {
        cJSON *reply = NULL;
        int64_t next = -1;
        cJSON *data = make_chunk(options, file, (size_t)offset);
        enum clinic_outcome outcome =
            data == NULL ? CLINIC_OUTCOME_FAULT : asker->ask(asker->context, data, &reply);
        if (outcome != CLINIC_OUTCOME_ACCEPTED)
            return outcome;
        (void)clinic_json_integer(reply, "next", &next);
        is_complete = clinic_json_boolean(reply, "complete", false);
        cJSON_Delete(reply);
        steps_back += next <= offset ? 1 : 0;
        bool is_lost = next < 0 || next >= (int64_t)file->length || steps_back > STEPS_BACK_MAX;
        if (!is_complete && is_lost) {
            (void)snprintf(problem, TRANSFER_PROBLEM_BYTES,
                           "the gateway does not take the file; try again");
            return CLINIC_OUTCOME_FAULT;
        }
        offset = next;
    }
    return CLINIC_OUTCOME_ACCEPTED;
}

static enum clinic_outcome upload(const cJSON *options, const struct transfer_asker *asker,
                                  char **ret_summary, char *problem)
{
    struct file file;
    if (!map_file(clinic_json_text(options, "file"), &file, problem))
        return CLINIC_OUTCOME_USAGE;
    enum clinic_outcome outcome = send_chunks(options, &file, asker, problem);
    (void)munmap((void *)(uintptr_t)file.bytes, file.length);
    if (outcome == CLINIC_OUTCOME_ACCEPTED
        && asprintf(ret_summary, "--attachment sha256=%s,bytes=%zu,media_type=%s", file.digest,
                    file.length, clinic_json_text(options, "media_type"))
               < 0)
        outcome = CLINIC_OUTCOME_FAULT;
    return outcome;
}

// ---- down

static cJSON *ask_for(const cJSON *options, int64_t offset)
{
    cJSON *data = cJSON_CreateObject();
    if (cJSON_AddStringToObject(data, "report_id", clinic_json_text(options, "report_id")) != NULL
        && cJSON_AddStringToObject(data, "sha256", clinic_json_text(options, "sha256")) != NULL
        && cJSON_AddNumberToObject(data, "offset", (double)offset) != NULL)
        return data;
    cJSON_Delete(data);
    return NULL;
}

// False: the reply makes no sense, or the disk does not take it.
static bool write_chunk(FILE *out, const cJSON *reply, int64_t offset, int64_t *ret_next)
{
    uint8_t bytes[CHUNK_BYTES];
    size_t length = 0;
    const char *text = clinic_json_text(reply, "chunk");
    return text != NULL && clinic_json_integer(reply, "next", ret_next)
           && clinic_base64_decode(text, bytes, sizeof bytes, &length) && length > 0
           && *ret_next == offset + (int64_t)length && fwrite(bytes, 1, length, out) == length;
}

static enum clinic_outcome fetch_chunks(const cJSON *options, FILE *out,
                                        const struct transfer_asker *asker, char *problem)
{
    int64_t offset = 0;
    int64_t whole = 1;
    while (offset < whole) {
        cJSON *reply = NULL;
        cJSON *data = ask_for(options, offset);
        enum clinic_outcome outcome =
            data == NULL ? CLINIC_OUTCOME_FAULT : asker->ask(asker->context, data, &reply);
        if (outcome != CLINIC_OUTCOME_ACCEPTED)
            return outcome;
        bool is_good =
            clinic_json_integer(reply, "bytes", &whole) && write_chunk(out, reply, offset, &offset);
        cJSON_Delete(reply);
        if (!is_good) {
            (void)snprintf(problem, TRANSFER_PROBLEM_BYTES, "the file cannot be written: %s",
                           errno != 0 ? strerror(errno) : "the gateway sent something else");
            return CLINIC_OUTCOME_FAULT;
        }
    }
    return fflush(out) == 0 && fsync(fileno(out)) == 0 ? CLINIC_OUTCOME_ACCEPTED
                                                       : CLINIC_OUTCOME_FAULT;
}

static bool has_digest(const char *path, const char *digest, char *problem)
{
    struct file file;
    if (!map_file(path, &file, problem))
        return false;
    bool is_right = strcmp(file.digest, digest) == 0;
    (void)munmap((void *)(uintptr_t)file.bytes, file.length);
    if (!is_right)
        (void)snprintf(problem, TRANSFER_PROBLEM_BYTES, "what came does not have that digest");
    return is_right;
}

static enum clinic_outcome download(const cJSON *options, const struct transfer_asker *asker,
                                    char **ret_summary, char *problem)
{
    char part[1100];
    const char *path = clinic_json_text(options, "file");
    (void)snprintf(part, sizeof part, "%.1024s.part", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (out == NULL) {
        (void)snprintf(problem, TRANSFER_PROBLEM_BYTES, "%.300s cannot be written: %s", part,
                       strerror(errno));
        return CLINIC_OUTCOME_USAGE;
    }
    errno = 0;
    enum clinic_outcome outcome = fetch_chunks(options, out, asker, problem);
    (void)fclose(out); // flushed and synced before
    bool is_whole = outcome == CLINIC_OUTCOME_ACCEPTED
                    && has_digest(part, clinic_json_text(options, "sha256"), problem)
                    && rename(part, path) == 0 && asprintf(ret_summary, "written to %s", path) >= 0;
    if (is_whole)
        return CLINIC_OUTCOME_ACCEPTED;
    (void)unlink(part);
    return outcome == CLINIC_OUTCOME_ACCEPTED ? CLINIC_OUTCOME_FAULT : outcome;
}

enum clinic_outcome transfer_run(enum transfer transfer, const cJSON *options,
                                 const struct transfer_asker *asker, char **ret_summary,
                                 char reterr_problem[static TRANSFER_PROBLEM_BYTES])
{
    reterr_problem[0] = '\0';
    return transfer == TRANSFER_UPLOAD ? upload(options, asker, ret_summary, reterr_problem)
                                       : download(options, asker, ret_summary, reterr_problem);
}
