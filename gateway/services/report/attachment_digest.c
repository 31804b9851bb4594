#include "attachment_digest.h"

#include <string.h>

struct run {
    struct clinic_id patient_id;
    uint8_t sha256[CLINIC_DIGEST_BYTES];
    struct clinic_digester *digester; // NULL: a free place
    int64_t digested;                 // bytes
    uint64_t used_at;                 // a counter
};

static struct run runs[ATTACHMENT_DIGESTS_MAX];
static uint64_t uses;

static void forget(struct run *run)
{
    clinic_digester_free(run->digester, NULL);
    memset(run, 0, sizeof *run);
}

// The file's own run, or else a free place, or else the one that waited longest.
static struct run *find(const struct attachment_file *file)
{
    struct run *oldest = &runs[0];

    for (size_t i = 0; i < ATTACHMENT_DIGESTS_MAX; i++) {
        if (runs[i].digester != NULL && clinic_id_equal(&runs[i].patient_id, &file->patient_id)
            && memcmp(runs[i].sha256, file->sha256, sizeof file->sha256) == 0)
            return &runs[i];
        if (runs[i].used_at < oldest->used_at) // 0 where it is free
            oldest = &runs[i];
    }
    forget(oldest);
    return oldest;
}

static bool begin(struct run *run, const struct attachment_file *file)
{
    forget(run);
    run->digester = clinic_digester_new();
    run->patient_id = file->patient_id;
    memcpy(run->sha256, file->sha256, sizeof run->sha256);
    return run->digester != NULL;
}

static enum clinic_status take_chunk(struct run *run, const struct attachment_file *file)
{
    uint8_t chunk[ATTACHMENT_CHUNK_BYTES];
    const size_t length = attachment_chunk_bytes(file, run->digested);

    enum clinic_status status = attachment_file_read(file, run->digested, chunk);
    if (status == CLINIC_OK) {
        clinic_digester_add(run->digester, chunk, length);
        run->digested += (int64_t)length;
    }
    clinic_wipe(chunk, sizeof chunk);
    return status;
}

enum clinic_status attachment_digest_follow(const struct attachment_file *file, int64_t through,
                                            bool *ret_is_caught_up)
{
    struct run *run = find(file);
    int64_t read_bytes = 0;
    enum clinic_status status = CLINIC_OK;

    // More than there is: the file was begun anew meanwhile.
    if (run->digester == NULL || run->digested > through) {
        if (!begin(run, file))
            return CLINIC_NOMEM;
    }
    run->used_at = ++uses;
    for (; run->digested < through && read_bytes < ATTACHMENT_STEP_BYTES && status == CLINIC_OK;
         read_bytes += ATTACHMENT_CHUNK_BYTES)
        status = take_chunk(run, file);
    if (status == CLINIC_OK)
        *ret_is_caught_up = run->digested == through;
    else
        forget(run);
    return status;
}

enum clinic_status attachment_digest_check(const struct attachment_file *file)
{
    uint8_t sha256[CLINIC_DIGEST_BYTES] = { 0 };
    struct run *run = find(file);
    const bool is_whole = run->digester != NULL && run->digested == file->bytes;

    if (is_whole) {
        clinic_digester_free(run->digester, sha256);
        run->digester = NULL;
    }
    forget(run);
    return is_whole && memcmp(sha256, file->sha256, sizeof sha256) == 0 ? CLINIC_OK
                                                                        : CLINIC_DAMAGED;
}
